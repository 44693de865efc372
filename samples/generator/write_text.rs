//! Event properties as people paste them into tickets, with their own words in between.

use crate::locale::Locale;
use crate::model::{Event, Trace};
use crate::write_csv::seconds;

/// The two dialogs from which the text is copied.
#[derive(Clone, Copy, Debug)]
pub enum Dialog {
    /// Versions 3: the date has whole seconds.
    Classic,
    /// The dialog of 2024: other names, and the date has a fraction.
    New,
}

/// One part of a ticket.
enum Part {
    Words(&'static str),
    /// The n-th event (from 1) whose operation and path fit.
    Event(usize, &'static str, &'static str),
}

use Part::{Event as Row, Words};

/// The ticket about the first start.
pub fn first_start(trace: &Trace) -> Vec<u8> {
    let parts = [
        Words("Ticket 4107 - IIS 6 compatibility on WEB01"),
        Words(
            "Installed the IIS 6 management compatibility this morning and let Procmon run with\n\
             it, filter on inetinfo.exe (PID 2412). The service came up at once. First it looks for\n\
             its texts:",
        ),
        Row(1, "CreateFile", "inetinfo.exe.mui"),
        Words(
            "A bit later it asks for the machine GUID. There are four of these in a row, this is\n\
             the first one that brought the value:",
        ),
        Row(2, "RegQueryValue", "MachineGuid"),
        Words("Right after it the first key file. It did not exist:"),
        Row(1, "CreateFile", "7a436fe8"),
        Words("so it is made. Note the OpenResult:"),
        Row(2, "CreateFile", "7a436fe8"),
        Row(1, "WriteFile", "7a436fe8"),
        Words("Then the same game for the second file:"),
        Row(2, "CreateFile", "c2319c42"),
        Row(1, "WriteFile", "c2319c42"),
        Words("After that it loads the SMTP parts and writes its log. Closing this one."),
    ];
    ticket(trace, &parts, Dialog::Classic)
}

/// The ticket about the restart.
pub fn restart(trace: &Trace) -> Vec<u8> {
    let parts = [
        Words("Ticket 4113 - WEB01, what does a good restart look like?"),
        Words(
            "For comparison, before anybody touches the server again: iisreset in the afternoon,\n\
             inetinfo.exe has PID 3868 now. It reads the GUID",
        ),
        Row(2, "RegQueryValue", "MachineGuid"),
        Words("and finds both of its key files. The first one:"),
        Row(1, "CreateFile", "c2319c42"),
        Row(1, "QueryStandardInformationFile", "c2319c42"),
        Row(1, "ReadFile", "c2319c42"),
        Words("The second one:"),
        Row(1, "CreateFile", "7a436fe8"),
        Row(1, "ReadFile", "7a436fe8"),
        Words("Nothing is created and nothing is written to the folder. Keep this for reference."),
    ];
    ticket(trace, &parts, Dialog::New)
}

fn ticket(trace: &Trace, parts: &[Part], dialog: Dialog) -> Vec<u8> {
    let mut blocks = Vec::new();
    for part in parts {
        match part {
            Words(words) => blocks.push((*words).to_owned()),
            Row(nth, operation, path) => {
                let mut fitting = trace.events.iter().filter(|event| {
                    event.operation == *operation
                        && event.path.contains(path)
                        && trace.processes[event.process].name == "inetinfo.exe"
                });
                let event = fitting.nth(nth - 1).expect("the scenario holds every quoted event");
                blocks.push(block(event, dialog));
            }
        }
    }
    // Windows puts CRLF on the clipboard.
    let mut text = blocks.join("\n\n").replace('\n', "\r\n");
    text.push_str("\r\n");
    text.into_bytes()
}

/// One event, a line per item; the names are followed by a colon and a tab.
fn block(event: &Event, dialog: Dialog) -> String {
    let locale = Locale::English;
    let duration = event.duration.map_or_else(String::new, seconds);
    let tid = event.tid.to_string();
    let class = event.class.text().to_owned();
    let (operation, result) = (event.operation.to_owned(), event.result.to_owned());
    let path = event.path.clone();
    let mut lines = match dialog {
        Dialog::Classic => vec![
            ("Date & Time", locale.date_time(event.time)),
            ("Event Class", class),
            ("Operation", operation),
            ("Result", result),
            ("Path", path),
            ("TID", tid),
            ("Duration", duration),
        ],
        Dialog::New => vec![
            ("Date", locale.precise_date_time(event.time)),
            ("Thread", tid),
            ("Class", class),
            ("Operation", operation),
            ("Result", result),
            ("Path", path),
            ("Duration", duration),
        ],
    };
    for item in &event.detail {
        lines.push((&item.key, locale.value(&item.value, "\n")));
    }
    let mut text = String::new();
    for (name, value) in lines {
        // Registry data stand apart, because they can have many lines.
        let gap = if name == "Data" { "\n" } else { "" };
        text.push_str(&format!("{gap}{name}:\t{value}\n"));
    }
    text.trim_end_matches('\n').to_owned()
}
