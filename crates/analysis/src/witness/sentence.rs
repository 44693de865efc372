//! Witnesses in words.

use super::{FolderListing, KeyFileOperation, SchannelEvent, ServiceEvent, Witness, WitnessTime};

pub(super) fn of(witness: &Witness) -> String {
    let what = match witness {
        Witness::MachineGuid(seen) => {
            let mut text = format!("MachineGuid is {}", seen.value);
            if let Some(written) = &seen.written {
                text.push_str(&format!("; its key was last written {}", written.text));
            }
            seen.remarks.iter().for_each(|remark| text.push_str(&format!("; {remark}")));
            text
        }
        Witness::Folder(listing) => folder(listing),
        Witness::Service(event) => service(event),
        Witness::KeyOperation(event) => operation(event),
        Witness::Schannel(event) => schannel(event),
        Witness::Debug(line) => {
            let pid = line.pid.map(|pid| format!("[{pid}] ")).unwrap_or_default();
            format!("{pid}{}", line.text)
        }
    };
    format!("{}: {what}", witness.source())
}

fn at(time: Option<&WitnessTime>) -> String {
    time.map(|time| format!(" at {}", time.text)).unwrap_or_default()
}

fn folder(listing: &FolderListing) -> String {
    let files = listing.files.len();
    let noun = if files == 1 { "file" } else { "files" };
    match &listing.path {
        Some(path) if listing.is_excerpt => format!("{files} {noun} of {path}"),
        None if listing.is_excerpt => format!("{files} {noun} of a key folder"),
        Some(path) => format!("{path} holds {files} {noun}"),
        None => format!("a key folder holds {files} {noun}"),
    }
}

fn service(event: &ServiceEvent) -> String {
    let name = event.display_name.as_deref().or(event.service.as_deref()).unwrap_or("a service");
    let id = match (event.id, event.id_from_wording) {
        (Some(id), true) => format!("event {id} (by its wording)"),
        (Some(id), false) => format!("event {id}"),
        (None, _) => "a message of the Services window".to_string(),
    };
    let mut text = format!("{id}{}: {name}", at(event.time.as_ref()));
    if let Some(other) = &event.depends_on {
        text.push_str(&format!(", which depends on {other}"));
    }
    if let Some(state) = &event.state {
        text.push_str(&format!(", {state}"));
    }
    match (&event.error, &event.error_text) {
        (Some(error), _) => text.push_str(&format!(", {error}")),
        (None, Some(error)) => text.push_str(&format!(", {error}")),
        (None, None) => {}
    }
    if let Some(note) = &event.error_note {
        text.push_str(&format!(" ({note})"));
    }
    text
}

fn operation(event: &KeyFileOperation) -> String {
    let what = event.operation.as_deref().unwrap_or("operation");
    let target = event.path.as_deref().or(event.key_name.as_deref()).unwrap_or("a key file");
    let mut text = format!("event 5058{}: {what} of {target}", at(event.time.as_ref()));
    if let Some(account) = &event.account {
        text.push_str(&format!(" by {account}"));
    }
    if let Some(result) = &event.result
        && result.value != 0
    {
        text.push_str(&format!(", {result}"));
    }
    text
}

fn schannel(event: &SchannelEvent) -> String {
    let role = event.role.as_deref().unwrap_or("some");
    let mut text =
        format!("event 36870{}: the private key of a {role} certificate", at(event.time.as_ref()));
    match (&event.error, &event.error_text) {
        (Some(error), _) => text.push_str(&format!(", {error}")),
        (None, Some(error)) => text.push_str(&format!(", {error}")),
        (None, None) => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_gives_the_code_by_name() {
        let mut event = ServiceEvent {
            source: "System.evtx".into(),
            id: Some(7024),
            display_name: Some("IIS Admin Service".into()),
            ..ServiceEvent::default()
        };
        event.set_error("2148073478");
        assert_eq!(
            of(&Witness::Service(event)),
            "System.evtx: event 7024: IIS Admin Service, 0x80090006 (NTE_BAD_SIGNATURE)"
        );
    }
}
