use super::*;

fn services(text: &str) -> Vec<ServiceEvent> {
    read("x", text.as_bytes())
        .witnesses
        .into_iter()
        .filter_map(|witness| match witness {
            Witness::Service(event) => Some(event),
            _ => None,
        })
        .collect()
}

#[test]
fn every_message_is_told_by_its_wording() {
    let cases: [(u32, &str, Option<&str>); 12] = [
        (
            7000,
            "The X Y service failed to start due to the following error: \nAccess is denied.",
            Some("Access is denied"),
        ),
        (
            7001,
            "The X Y service depends on the Z service which failed to start because of the following error:\n%%1066",
            Some("%%1066"),
        ),
        (
            7009,
            "A timeout was reached (30000 milliseconds) while waiting for the X Y service to connect.",
            None,
        ),
        (
            7011,
            "A timeout (30,000 milliseconds) was reached while waiting for a transaction response from the X Y service.",
            None,
        ),
        (7022, "The X Y service hung on starting.", None),
        (
            7023,
            "The X Y service terminated with the following error: \nInvalid Signature.",
            Some("Invalid Signature"),
        ),
        (
            7024,
            "The X Y service terminated with service-specific error 2148073478 (0x80090006).",
            Some("2148073478 (0x80090006)"),
        ),
        (
            7024,
            "The X Y service terminated with service-specific error %%-2146893818.",
            Some("%%-2146893818"),
        ),
        (
            7024,
            "The X Y service terminated with\nthe following service-specific error: \r\nInvalid Signature.",
            Some("Invalid Signature"),
        ),
        (
            7031,
            "The X Y service terminated unexpectedly.  It has done this 2 time(s).  The following corrective action will be taken in 60000 milliseconds: Restart the service.",
            None,
        ),
        (7034, "The X Y service terminated unexpectedly.  It has done this 1 time(s).", None),
        (7036, "The X Y service entered the stopped state.", None),
    ];
    for (id, text, error) in cases {
        let found = services(text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].id, Some(id), "{text}");
        assert!(found[0].id_from_wording);
        assert_eq!(found[0].display_name.as_deref(), Some("X Y"), "{text}");
        assert_eq!(found[0].error_text.as_deref(), error, "{text}");
    }
    assert_eq!(services(cases[1].1)[0].depends_on.as_deref(), Some("Z"));
    assert_eq!(services(cases[11].1)[0].state.as_deref(), Some("stopped"));
}

#[test]
fn an_article_may_leave_headers_out_and_talk_around() {
    let text = "After the change the site was down. In the event log I found:\n\n\
        Source:        Service Control Manager\nEvent ID:      7024\nTask Category: None\n\
        Level:         Error\nKeywords:      Classic\nUser:          N/A\nDescription:\n\
        The IIS Admin Service service terminated with service-specific error 2148073478 (0x80090006).\n\n\
        As said, the IIS Admin Service service terminated with service-specific error 2148073478.\n\
        What can be done?\n";
    let found = services(text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].is_about("IISADMIN") && !found[0].id_from_wording);
    assert_eq!(found[0].error.map(|code| code.value), Some(0x8009_0006));
    assert_eq!(found[0].time, None);
}

#[test]
fn both_copies_of_event_viewer_are_read() {
    let text = "Event Type:\tError\nEvent Source:\tService Control Manager\nEvent Category:\tNone\n\
        Event ID:\t7024\nDate:\t\t3/5/2009\nTime:\t\t6:59:13 PM\nUser:\t\tN/A\nComputer:\tWEB01\n\
        Description:\nThe IIS Admin Service service terminated with service-specific error 2148073478 (0x80090006).\n\
        \nFor more information, see Help and Support Center.\n\n\
        Log Name:      System\nSource:        Service Control Manager\nDate:          3/5/2012 7:01:00 PM\n\
        Event ID:      7023\nTask Category: None\nLevel:         Error\nComputer:      WEB02\n\
        Description:\nThe IIS Admin Service service terminated with the following error: \nInvalid Signature.\n";
    let found = services(text);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].time.as_ref().map(|time| time.text.as_str()), Some("3/5/2009 6:59:13 PM"));
    assert_eq!(found[1].time.as_ref().map(|time| time.text.as_str()), Some("3/5/2012 7:01:00 PM"));
    assert_eq!(found[1].computer.as_deref(), Some("WEB02"));
}

#[test]
fn an_event_that_is_also_xml_is_one_event() {
    let text = "Source: Service Control Manager\nEvent ID: 7024\nDescription:\n\
        The IIS Admin Service service terminated with service-specific error 2148073478 (0x80090006).\n\
        Event Xml:\n<Event xmlns=\"x\">\n<System>\n<Provider Name=\"Service Control Manager\" />\n\
        <EventID>7024</EventID></System>\n<EventData><Data Name=\"param1\">IIS Admin Service</Data>\
        <Data Name=\"param2\">2148073478 (0x80090006)</Data></EventData></Event>\n";
    assert_eq!(services(text).len(), 1);
}

#[test]
fn another_language_keeps_id_and_code() {
    let text = "Source: Service Control Manager\nEvent ID: 7024\nDescription:\n\
        Der Dienst \"IIS-Verwaltungsdienst\" wurde mit dem Fehler 2148073478 (0x80090006) beendet.\n";
    let found = services(text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].display_name, None);
    assert_eq!(found[0].error.map(|code| code.value), Some(0x8009_0006));
}

#[test]
fn the_dialog_of_the_services_window_has_no_id() {
    let text = "Windows could not start the IIS Admin Service on Local Computer. For more information, \
        review the System Event Log. If this is a non-Microsoft service, contact the service vendor, \
        and refer to service-specific error code -2146893818.";
    let found = services(text);
    assert_eq!(found[0].id, None);
    assert!(found[0].is_about("IISADMIN"));
    assert_eq!(found[0].error.map(|code| code.value), Some(0x8009_0006));
}

#[test]
fn events_of_key_systems_are_read_and_others_counted() {
    let text = "Source: Schannel\nEvent ID: 36870\nDescription:\nA fatal error occurred when attempting \
        to access the TLS server credential private key. The error code returned from the cryptographic \
        module is 0x8009030D. The internal error state is 10001.\n\
        Source: Microsoft-Windows-Security-Auditing\nEvent ID: 5058\nDescription:\nKey file operation.\n\
        Cryptographic Parameters:\n\tKey Name:\tiisCngWasKey\n\tKey Type:\tMachine key.\n\
        Key File Operation Information:\n\tFile Path:\tC:\\a_b\n\tOperation:\tRead persisted key from file.\n\
        \tReturn Code:\t0x0\n\
        Source: Disk\nEvent ID: 11\nDescription:\nThe driver detected a controller error.\n";
    let reading = read("x", text.as_bytes());
    let [Witness::Schannel(key), Witness::KeyOperation(file)] = reading.witnesses.as_slice() else {
        panic!("{:?}", reading.witnesses)
    };
    assert_eq!(key.error.map(|code| code.value), Some(0x8009_030d));
    assert_eq!(key.role.as_deref(), Some("server"));
    assert_eq!(file.path.as_deref(), Some("C:\\a_b"));
    assert_eq!(file.operation.as_deref(), Some("read"));
    assert_eq!((reading.losses.count(), reading.losses.unknown()), (0, 1));
}

#[test]
fn a_text_cut_anywhere_is_no_accident() {
    let text = "Source: Service Control Manager\nEvent ID: 7024\nDescription:\nThe größe service \
        terminated with service-specific error 2148073478 (0x80090006).\n<Event><System>";
    for end in 0..text.len() {
        read("x", &text.as_bytes()[..end]);
    }
}

#[test]
fn work_does_not_grow_with_the_square_of_the_text() {
    // Messages in one piece of prose, each with a name of its own.
    let count = 40_000;
    let prose: String =
        (0..count).map(|number| format!("The S{number} service hung on starting.\n")).collect();
    assert_eq!(services(&prose).len(), count);
    // Events as XML of as many ids, in front of as many sections that name one.
    let text: String = (0..count)
        .map(|id| {
            format!(
                "Event ID: {id}\n<Event><System><Provider Name='A'/><EventID>{id}</EventID></System></Event>\n"
            )
        })
        .collect();
    let reading = read("x", text.as_bytes());
    assert_eq!((reading.events_read(), reading.losses.count()), (count as u64, 0));
}
