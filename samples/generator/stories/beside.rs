//! What is given beside a capture: the text of an event, as Event Viewer copies it.

use super::Story;
use crate::locale::Locale;
use crate::model::{SECOND, Ticks, Trace};

/// Error codes with which a service ends.
const BAD_DATA: u32 = 0x8009_0005;
const BAD_SIGNATURE: u32 = 0x8009_0006;

/// All files beside the captures, with their names.
pub fn all(stories: &[Story]) -> Vec<(&'static str, Vec<u8>)> {
    let failed =
        |story: &str, service, code| service_ended(last_exit(stories, story), service, code);
    vec![
        (
            "mk-16-foreign-config.event.txt",
            failed("mk-16-foreign-config", "IIS Admin Service", BAD_DATA),
        ),
        (
            "mk-16-look-alike-other-service.event.txt",
            failed("mk-16-foreign-config", "Print Spooler", BAD_DATA),
        ),
        (
            "mk-16-look-alike-other-key-denied.event.txt",
            failed("mk-16-look-alike-other-key-denied", "IIS Admin Service", BAD_SIGNATURE),
        ),
    ]
}

/// When the last process of a story ends.
fn last_exit(stories: &[Story], name: &str) -> Ticks {
    let ends = |trace: &Trace| {
        let exits = trace.events.iter().filter(|event| event.operation == "Process Exit");
        exits.map(|event| event.time).max()
    };
    let story = stories.iter().find(|(story, _)| *story == name);
    story.and_then(|(_, trace)| ends(trace)).expect("in a story with an event, the service ends")
}

/// Event 7024, a second after the process ended.
fn service_ended(exit: Ticks, service: &str, code: u32) -> Vec<u8> {
    let date = Locale::English.date_time(exit + SECOND);
    windows_lines(&format!(
        "Log Name:      System\n\
         Source:        Service Control Manager\n\
         Date:          {date}\n\
         Event ID:      7024\n\
         Task Category: None\n\
         Level:         Error\n\
         Keywords:      Classic\n\
         User:          N/A\n\
         Computer:      WEB01\n\
         Description:\n\
         The {service} service terminated with the following service-specific error: \n\
         {code} (0x{code:08X})\n"
    ))
}

/// Windows puts CRLF on the clipboard and into files.
fn windows_lines(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}
