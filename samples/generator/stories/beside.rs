//! What is given beside a capture: the text of an event, as Event Viewer copies it, and a listing
//! of the key folder, as `dir /a` prints it.

use super::Story;
use crate::keys::{DCOM, IIS, MACHINE_KEYS, TERMINAL};
use crate::locale::{Locale, at};
use crate::machine::{NEW_GUID, OLD_GUID};
use crate::model::{SECOND, Ticks, Trace};

/// Error codes with which a service ends.
const BAD_DATA: u32 = 0x8009_0005;
const BAD_SIGNATURE: u32 = 0x8009_0006;

/// All files beside the captures, with their names.
pub fn all(stories: &[Story]) -> Vec<(&'static str, Vec<u8>)> {
    let failed =
        |story: &str, service, code| service_ended(service_exit(stories, story), service, code);
    let made = at(9, 12, 5, 0);
    let end_of = |story| service_exit(stories, story);
    vec![
        ("mk-01-seen-beside-only.listing.txt", {
            let anew = end_of("mk-01-seen-beside-only");
            listing(&[
                (made, DCOM.size(1), DCOM.file(OLD_GUID)),
                (made, IIS.size(2), IIS.file(OLD_GUID)),
                (anew, IIS.size(2), IIS.file(NEW_GUID)),
                (made, 2_178, format!("{TERMINAL}_{OLD_GUID}")),
            ])
        }),
        ("mk-03-key-lost.listing.txt", {
            let anew = end_of("mk-03-key-lost");
            listing(&[
                (made, DCOM.size(1), DCOM.file(NEW_GUID)),
                (anew, IIS.size(2), IIS.file(NEW_GUID)),
                (made, 2_178, format!("{TERMINAL}_{NEW_GUID}")),
            ])
        }),
        (
            "mk-03-installation-fails.event.txt",
            failed("mk-03-installation-fails", "IIS Admin Service", BAD_SIGNATURE),
        ),
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

/// When the service of a story ends.
fn service_exit(stories: &[Story], name: &str) -> Ticks {
    let ends = |trace: &Trace| {
        let mut exits = trace.events.iter().filter(|event| {
            event.operation == "Process Exit"
                && trace.processes[event.process].name == "inetinfo.exe"
        });
        exits.next().map(|event| event.time)
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

/// The output of `dir /a`: key files have the attribute `System`, so a plain `dir` hides them.
fn listing(files: &[(Ticks, u64, String)]) -> Vec<u8> {
    let locale = Locale::English;
    let newest = locale.listed_time(files.iter().map(|file| file.0).max().unwrap_or_default());
    let mut text = format!(
        " Volume in drive C has no label.\n Volume Serial Number is 5E31-A07C\n\n Directory of \
         {MACHINE_KEYS}\n\n{newest}    <DIR>          .\n{newest}    <DIR>          ..\n"
    );
    for (written, size, name) in files {
        let (written, size) = (locale.listed_time(*written), locale.grouped(*size));
        text.push_str(&format!("{written} {size:>17} {name}\n"));
    }
    let total = locale.grouped(files.iter().map(|file| file.1).sum());
    text.push_str(&format!("{:>16} File(s) {total:>14} bytes\n", files.len()));
    text.push_str(&format!("{:>16} Dir(s)  41,238,884,352 bytes free\n", 2));
    windows_lines(&text)
}

/// Windows puts CRLF on the clipboard and into files.
fn windows_lines(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}
