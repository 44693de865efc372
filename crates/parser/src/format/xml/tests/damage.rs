//! Exports that end too early or were damaged.

use super::*;
use crate::model::ErrorKind;

#[test]
fn an_export_may_end_at_any_byte() {
    let export = export();
    let ends: Vec<usize> = export.match_indices("</event>").map(|(at, _)| at).collect();
    let mut events = 0;
    for length in 0..export.len() {
        let read = read(&export[..length]);
        let complete = ends.iter().filter(|end| **end <= length).count();
        assert!(read.events.len() >= complete.max(events), "{length} bytes");
        assert!(read.events.len() <= complete + 1, "{length} bytes");
        events = read.events.len();
        for (number, event) in read.events.iter().enumerate().take(complete) {
            assert_eq!(event.record.len(), 7, "{length} bytes");
            assert_eq!(event.stack().len(), if number == 1 { 2 } else { 0 }, "{length} bytes");
        }
        assert_eq!(read.kinds(), [LossKind::Truncated], "{length} bytes");
        assert_eq!(read.losses[0].position.byte, length as u64, "{}", read.losses[0]);
    }
    assert_eq!(events, 3);
}

#[test]
fn what_is_complete_of_the_last_event_is_given() {
    let export = export();
    let end = export.rfind("</Path>").unwrap();
    let cut = read(&export[..end + 3]);
    assert_eq!(cut.events.len(), 3);
    assert_eq!(cut.text(2, Column::Operation).as_deref(), Some("ReadFile"));
    assert_eq!(cut.text(2, Column::Path), None, "half a path is no path");
    assert_eq!(cut.text(2, Column::ImagePath).as_deref(), Some("C:\\Windows\\svchost.exe"));
    assert_eq!(cut.losses[0].position.record, Some(3));
    assert!(cut.losses[0].message.contains("4 columns"), "{}", cut.losses[0]);

    let end = export.rfind("</location>").unwrap();
    let cut = read(&export[..end]);
    assert_eq!(cut.events.len(), 2);
    assert_eq!(cut.events[1].stack().len(), 1, "the open frame is left out");
}

#[test]
fn an_end_within_the_process_list_is_a_loss() {
    let export = export();
    for end in ["<module>", "</ProcessId>", "</processlist>", "</modulelist>"] {
        let read = read(&export[..export.rfind(end).unwrap()]);
        assert!(read.events.is_empty());
        assert_eq!(read.kinds(), [LossKind::Truncated], "{end}");
        assert!(read.losses[0].message.contains("</processlist>"), "{}", read.losses[0]);
        assert_eq!(read.processes.len(), 2);
    }
}

#[test]
fn a_damaged_event_does_not_reach_the_next_one() {
    let good = event(1, 2, "");
    for bad in [
        "<event><Path>x</Pth></event>",
        "<event><Path>x</Path></Result></event>",
        "<event><Path>C:\\ho</Result><Detail></Detail></event>",
        "<event><Path>x</event>",
        "<event><Path><a \"></Path></event>",
        "<event><Path><!-- </Path></event>",
        "<event><Path>x</Path>text</event>",
        "<event><PID>1</PID><Path>x",
        "<event><PID>1</PID><Path x='",
        "<event><stack><frame></frame></event>",
        "<event><></></event>",
        "<event></event>",
        "<event/>",
        "le</Path><Result>x</Result></event>",
        "\0\0\0<\0>",
    ] {
        let read = with_events(&format!("{}{bad}{good}{good}", event(1, 1, "")));
        assert_eq!(read.events.len(), 3, "{bad}");
        assert_eq!(read.kinds(), [LossKind::DamagedRecord], "{bad}");
        assert_eq!(read.text(1, Column::Path).as_deref(), Some("C:\\file2"), "{bad}");
        let start = HEAD.len() + "<eventlist>\r\n".len() + event(1, 1, "").len();
        let place = read.losses[0].position.byte as usize;
        assert!((start..=start + bad.len()).contains(&place), "{bad}: {place}");
    }
}

#[test]
fn a_missing_end_tag_costs_nothing() {
    let broken = event(1, 1, "").replace("</event>", "");
    let read = with_events(&format!("{broken}{}", event(1, 2, "")));
    assert_eq!(read.kinds(), [LossKind::DamagedField]);
    assert_eq!(read.events.len(), 2);
    assert_eq!(read.text(0, Column::Detail).as_deref(), Some("Offset: 1"));
}

#[test]
fn damaged_fields_are_counted() {
    let text = event(1, 1, STACK).replace("<ProcessIndex>1", "<ProcessIndex>x");
    let read = with_events(&text.replace("<depth>1", "<depth>one"));
    assert_eq!(read.kinds(), [LossKind::DamagedField, LossKind::DamagedField]);
    assert_eq!(read.events[0].stack()[1].depth, 1);
}

#[test]
fn frames_of_another_event_are_never_shown() {
    let odd = "<frame><depth>5</depth></frame><stack><path>x</path></stack>";
    let read = with_events(&(event(1, 1, STACK) + &event(1, 2, odd) + &event(1, 3, STACK)));
    let depths = read.events.iter().map(|event| event.stack().len()).collect::<Vec<_>>();
    assert_eq!(depths, [2, 0, 2]);
}

#[test]
fn a_damaged_process_does_not_reach_the_next_one() {
    let good = process(11, 78, "good.exe");
    let whole = process(10, 77, "bad.exe");
    for (bad, kept) in [
        (whole.replace("</ImagePath>", "</ImagePat>"), true),
        (whole.replace("</process>", ""), true),
        (whole.replace("</modulelist></process>", "<module><Path>"), true),
        (whole.replace("<ProcessId>77", "<ProcessId>x"), true),
        (whole.replace("<ProcessIndex>10</ProcessIndex>", ""), false),
        (whole.replace("<process>", ""), false),
    ] {
        let read = read(format!("{HEAD}<processlist>{bad}{good}{LISTS}{}{TAIL}", event(11, 1, "")));
        assert_eq!(read.processes.len(), 1 + usize::from(kept), "{bad}");
        assert_eq!(read.losses.len(), 1, "{bad} {:?}", read.losses);
        assert_eq!(read.text(0, Column::ImagePath).as_deref(), Some("C:\\Windows\\good.exe"));
    }
}

#[test]
fn elements_behind_the_modules_are_read() {
    let bytes = b"<process><ProcessIndex>7</ProcessIndex><modulelist><module/></modulelist>\
        <Owner>caf\xe9</Owner><modulelist/></process>";
    let bytes = [HEAD.as_bytes(), b"<processlist>", bytes, LISTS.as_bytes(), TAIL.as_bytes()];
    let read = read(bytes.concat());
    assert_eq!(read.processes[0].user.as_deref(), Some("caf\u{fffd}"));
    assert_eq!((read.processes[0].index, read.processes[0].modules), (7, 1));
    assert_eq!(read.kinds(), [LossKind::InvalidText]);
}

#[test]
fn nothing_grows_beyond_the_limits() {
    let huge = event(1, 1, "").replace("file1", &"x".repeat(3_000_000));
    let text = format!("{HEAD}<eventlist>{huge}{}{TAIL}", event(1, 2, ""));
    let read = read_all(text.as_bytes(), 0, 1000);
    assert_eq!(read.kinds(), [LossKind::DamagedField]);
    assert_eq!(read.events.len(), 2);
    assert_eq!(read.text(0, Column::Operation).as_deref(), Some("ReadFile"));
    assert_eq!(read.text(0, Column::Path), None);
    assert_eq!(read.text(1, Column::Path).as_deref(), Some("C:\\file2"));

    let deep = "<a>".repeat(1000) + &"</a>".repeat(1000);
    let name = format!("<{0}>x</{0}>", "n".repeat(1000));
    let wide = "<a/>".repeat(2000);
    let tall = format!("<stack>{}</stack>", "<frame></frame>".repeat(70_000));
    for more in [deep, name, wide, tall] {
        let read = with_events(&(event(1, 1, &more) + &event(1, 2, "")));
        assert_eq!(read.kinds(), [LossKind::DamagedRecord], "{}", &more[..20]);
        assert_eq!(read.events.len(), 1);
    }
}

#[test]
fn another_xml_is_no_capture() {
    for text in ["<html><body>x</body></html>".to_string(), "<a>".repeat(1_000_000)] {
        let error = XmlReader::new(text.as_bytes(), 0, &Limits::default(), &mut Losses::default())
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::NotACapture);
    }
}

#[test]
fn a_read_error_comes_behind_the_events() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let export = export();
    let half = &export[..export.rfind("<Path>").unwrap()];
    let mut losses = Losses::default();
    let mut reader =
        XmlReader::new(half.as_bytes().chain(Fails), 0, &Limits::default(), &mut losses).unwrap();
    let mut event = Event::default();
    for _ in 0..3 {
        assert!(reader.read_event(&mut event, &mut losses).unwrap());
    }
    assert!(reader.read_event(&mut event, &mut losses).unwrap_err().is_io());
    assert!(!reader.read_event(&mut event, &mut losses).unwrap());
}

#[test]
fn no_single_byte_can_stop_the_reader() {
    let export = export();
    // Every place of one event, and some of everything else.
    let event = export.find("<event>").unwrap()..export.find("</event>").unwrap() + 10;
    for at in (0..export.len()).filter(|at| event.contains(at) || at % 11 == 0) {
        for byte in [0, b'<', b'>', b'/', b'&', b'"', b'!', 0xff] {
            let mut bytes = export.clone().into_bytes();
            bytes[at] = byte;
            assert!(read(&bytes).events.len() >= 2, "{byte} at {at}");
        }
    }
}

#[test]
fn an_event_in_a_comment_or_a_cdata_section_is_text() {
    let [before, hidden, after] = [1, 2, 3].map(|number| event(10, number, ""));
    for (open, close) in [
        ("<!--", "-->"),
        ("<!-- > -", "-->"),
        ("<!-- <!-- ", "--->"),
        ("<![CDATA[", "]]>"),
        ("<![CDATA[ ]] > --> ", "]]]>"),
    ] {
        let export =
            format!("{HEAD}<eventlist>\r\n{before}{open}{hidden}{hidden}{close}\r\n{after}{TAIL}");
        for outcome in [read(&export), read_all(Slowly(export.as_bytes()), 0, MAX_RECORD)] {
            assert_eq!(outcome.losses, [], "{open}");
            let details: Vec<_> =
                (0..outcome.events.len()).map(|at| outcome.text(at, Column::Detail)).collect();
            assert_eq!(details, [Some("Offset: 1".into()), Some("Offset: 3".into())], "{open}");
        }
    }
}

#[test]
fn a_comment_that_is_not_closed_is_a_loss_as_long_as_the_rest() {
    let [before, hidden] = [1, 2].map(|number| event(10, number, ""));
    let start = format!("{HEAD}<eventlist>\r\n{before}");
    let export = format!("{start}<!-- {hidden}{TAIL}");
    let outcome = read(&export);
    assert_eq!(outcome.events.len(), 1);
    let loss = &outcome.losses[0];
    assert_eq!((loss.kind, loss.position.byte), (LossKind::Truncated, start.len() as u64));
    let rest = export.len() - start.len();
    assert!(loss.message.contains(&format!("the {rest} bytes")), "{}", loss.message);
}
