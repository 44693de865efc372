//! JSON lines with the EventIDs and field names of Sysmon, for Sigma rules and what runs them.
//!
//! | Procmon | Sysmon |
//! | --- | --- |
//! | Process Create | 1 ProcessCreate |
//! | TCP Connect, UDP Send | 3 NetworkConnect |
//! | Process Exit | 5 ProcessTerminate |
//! | Load Image | 7 ImageLoad |
//! | CreateFile whose file was created, overwritten or superseded | 11 FileCreate |
//! | RegCreateKey of a new key, RegDeleteKey, RegDeleteValue | 12 RegistryEvent |
//! | RegSetValue | 13 RegistryEvent |
//! | RegRenameKey | 14 RegistryEvent |
//! | SetDispositionInformationFile or -Ex that deletes | 26 FileDeleteDetected |
//!
//! Only what succeeded becomes an event. A field for which the capture has no column is not there:
//! nothing is guessed. Hashes, signatures, integrity of the file and GUIDs of processes are in no
//! capture of Procmon's.

use std::borrow::Cow;

use procmonkey_parser::{Column, Detail, Event};

use crate::json::{push_key, push_number, push_text};
use crate::moment::{absolute, utc_text};
use crate::number::push_grouped;
use crate::of_capture::OfCapture;
use crate::row::{Refusal, Row, RowWriter, Source};

/// Writes JSON lines with the names of Sysmon.
#[derive(Debug, Default)]
pub struct Sysmon {
    capture: OfCapture,
    written: u64,
    others: u64,
    without_time: u64,
    lacking: Vec<&'static str>,
}

/// Columns that fields are made of, and which fields those are.
const NEEDED: [(Column, &str); 4] = [
    (Column::ImagePath, "Image, ParentImage (column Image Path)"),
    (Column::CommandLine, "ParentCommandLine (column Command Line)"),
    (Column::User, "User (column User)"),
    (Column::Detail, "whatever stands in Detail (column Detail)"),
];

impl Sysmon {
    /// A writer of rows.
    pub fn new() -> Sysmon {
        Sysmon::default()
    }
}

/// What an event is for Sysmon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    ProcessCreate,
    NetworkConnect(&'static str),
    ProcessTerminate,
    ImageLoad,
    FileCreate,
    Registry(&'static str),
    RegistrySet,
    RegistryRename,
    FileDelete,
}

impl Kind {
    fn of(operation: &str, detail: &Detail<'_>) -> Option<Kind> {
        let is = |key: &str, value: &str| detail.get(key) == Some(value);
        Some(match operation {
            "Process Create" => Kind::ProcessCreate,
            "TCP Connect" => Kind::NetworkConnect("tcp"),
            "UDP Send" => Kind::NetworkConnect("udp"),
            "Process Exit" => Kind::ProcessTerminate,
            "Load Image" => Kind::ImageLoad,
            "CreateFile" => match detail.get("OpenResult")? {
                "Created" | "Overwritten" | "Superseded" => Kind::FileCreate,
                _ => return None,
            },
            "RegCreateKey" if is("Disposition", "REG_CREATED_NEW_KEY") => {
                Kind::Registry("CreateKey")
            }
            "RegDeleteKey" => Kind::Registry("DeleteKey"),
            "RegDeleteValue" => Kind::Registry("DeleteValue"),
            "RegSetValue" => Kind::RegistrySet,
            "RegRenameKey" => Kind::RegistryRename,
            "SetDispositionInformationFile" if is("Delete", "True") => Kind::FileDelete,
            "SetDispositionInformationEx" => {
                let flags = detail.get("Flags")?;
                let is_delete = |flag: &str| flag.trim() == "FILE_DISPOSITION_DELETE";
                match flags.split([',', '|']).any(is_delete) {
                    true => Kind::FileDelete,
                    false => return None,
                }
            }
            _ => return None,
        })
    }

    fn id(self) -> u64 {
        match self {
            Kind::ProcessCreate => 1,
            Kind::NetworkConnect(_) => 3,
            Kind::ProcessTerminate => 5,
            Kind::ImageLoad => 7,
            Kind::FileCreate => 11,
            Kind::Registry(_) => 12,
            Kind::RegistrySet => 13,
            Kind::RegistryRename => 14,
            Kind::FileDelete => 26,
        }
    }
}

impl RowWriter for Sysmon {
    fn begin_capture(&mut self, source: &Source<'_>, _: &mut Vec<u8>) -> Result<(), Refusal> {
        self.capture = OfCapture::new(source);
        for (column, fields) in NEEDED {
            if !source.columns.contains(column) && !self.lacking.contains(&fields) {
                self.lacking.push(fields);
            }
        }
        Ok(())
    }

    fn write_row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let event = row.event;
        let operation = event.operation().unwrap_or_default();
        let text = event.get(Column::Detail).unwrap_or_default();
        let detail = Detail::parse(&operation, text);
        let kind = match event.result().as_deref() {
            Some("SUCCESS") => Kind::of(&operation, &detail),
            _ => None,
        };
        let Some(kind) = kind else {
            self.others += 1;
            return Ok(());
        };
        self.written += 1;
        out.push(b'{');
        push_text("Channel", "Microsoft-Windows-Sysmon/Operational", out);
        push_text("Provider_Name", "Microsoft-Windows-Sysmon", out);
        push_number("EventID", kind.id(), out);
        match absolute(event, row.clock) {
            Ok(Some(ticks)) => {
                // Sysmon writes milliseconds, and a blank instead of the T.
                let text = utc_text(ticks).replace('T', " ");
                push_text("UtcTime", text.get(..23).unwrap_or(&text), out);
            }
            Ok(None) | Err(_) => self.without_time += 1,
        }
        self.capture.push_event_id_member("event_id", event.number(), out);
        push_fields(kind, event, &detail, out);
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<u8>) {}

    fn remarks(&self) -> Vec<String> {
        let mut remarks = vec![format!(
            "{} of {} events are of a kind that Sysmon records, and succeeded",
            self.written,
            self.written + self.others
        )];
        if self.without_time > 0 {
            remarks.push(format!(
                "without UtcTime, because the date or the zone is not known: {} of them; see --date \
                 and --tz",
                self.without_time
            ));
        }
        if !self.lacking.is_empty() {
            remarks.push(format!(
                "the capture has no column for these fields, so rules that ask for them cannot \
                 fire: {}",
                self.lacking.join("; ")
            ));
        }
        remarks
    }
}

/// Adds the fields of an event of this kind.
fn push_fields(kind: Kind, event: &Event, detail: &Detail<'_>, out: &mut Vec<u8>) {
    let column = |column: Column| event.get(column).filter(|text| !text.is_empty());
    let path = column(Column::Path).unwrap_or_default();
    let mut put = |name: &str, text: Option<&str>| {
        if let Some(text) = text {
            push_text(name, text, out);
        }
    };
    let image = column(Column::ImagePath);
    let command = column(Column::CommandLine);
    if kind == Kind::ProcessCreate {
        put("Image", Some(&path));
        put("CommandLine", detail.get("Command line"));
        put("ParentImage", image.as_deref());
        put("ParentCommandLine", command.as_deref());
    } else {
        put("Image", image.as_deref());
    }
    put("User", column(Column::User).as_deref());
    match kind {
        Kind::ImageLoad => put("ImageLoaded", Some(&path)),
        Kind::FileCreate | Kind::FileDelete => put("TargetFilename", Some(&path)),
        Kind::Registry(_) | Kind::RegistrySet | Kind::RegistryRename => {
            let kind_of_event = match kind {
                Kind::Registry(name) => name,
                Kind::RegistrySet => "SetValue",
                _ => "RenameKey",
            };
            put("EventType", Some(kind_of_event));
            put("TargetObject", Some(&path));
            match kind {
                Kind::RegistrySet => put("Details", data_of(detail).as_deref()),
                Kind::RegistryRename => put("NewName", detail.get("New Name")),
                _ => {}
            }
        }
        Kind::NetworkConnect(protocol) => {
            put("Protocol", Some(protocol));
            put("Initiated", Some("true"));
            if let Some((source, destination)) = path.split_once(" -> ") {
                for (side, end) in [("Source", source), ("Destination", destination)] {
                    let (host, port) = end.rsplit_once(':').unwrap_or((end, ""));
                    let host = host.trim_matches(['[', ']']);
                    let is_address = host.parse::<std::net::IpAddr>().is_ok();
                    let name = if is_address { "Ip" } else { "Hostname" };
                    put(&format!("{side}{name}"), Some(host));
                    let is_number = port.parse::<u16>().is_ok();
                    let name = if is_number { "Port" } else { "PortName" };
                    put(&format!("{side}{name}"), Some(port).filter(|port| !port.is_empty()));
                }
            }
        }
        Kind::ProcessCreate | Kind::ProcessTerminate => {}
    }
    // Of a process that is made, its own PID stands in Detail.
    let (own, parent) = match kind {
        Kind::ProcessCreate => (detail.integer("PID"), event.pid()),
        _ => (event.pid().map(u64::from), None),
    };
    for (name, pid) in [("ProcessId", own), ("ParentProcessId", parent.map(u64::from))] {
        if let Some(pid) = pid {
            push_number(name, pid, out);
        }
    }
    if kind == Kind::ProcessTerminate {
        let before = out.len();
        push_key("ExitStatus", out);
        if !detail.get("Exit Status").is_some_and(|text| push_grouped(text, out)) {
            out.truncate(before);
        }
    }
}

/// The data of a value that was set, as Sysmon words it.
fn data_of<'d>(detail: &'d Detail<'_>) -> Option<Cow<'d, str>> {
    let data = detail.get("Data");
    Some(match detail.get("Type")? {
        "REG_DWORD" => Cow::Owned(format!("DWORD (0x{:08x})", detail.integer("Data")?)),
        "REG_QWORD" => {
            let number = detail.integer("Data")?;
            Cow::Owned(format!("QWORD (0x{:08x}-0x{:08x})", number >> 32, number & 0xffff_ffff))
        }
        "REG_BINARY" => Cow::Borrowed("Binary Data"),
        _ => Cow::Borrowed(data?),
    })
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Clock, Columns, EventBuilder};
    use serde_json::{Value, json};

    use super::*;

    /// The row of an event; `None` where Sysmon records no such thing.
    fn row(operation: &str, path: &str, result: &str, detail: &str) -> Option<Value> {
        let event = EventBuilder::new()
            .number(7)
            .text(Column::Pid, "4412")
            .text(Column::Operation, operation)
            .text(Column::Path, path)
            .text(Column::Result, result)
            .text(Column::Detail, detail)
            .text(Column::ImagePath, "C:\\a.exe")
            .text(Column::CommandLine, "a.exe /x")
            .build();
        let columns: Columns = event.columns().expect("those that were set").clone();
        let mut writer = Sysmon::new();
        let mut out = Vec::new();
        let source = Source { capture_id: None, columns: &columns, file: None };
        writer.begin_capture(&source, &mut out).expect("nothing is needed");
        writer.write_row(&Row::new(&event, &Clock::default()), &mut out).expect("as above");
        let text = String::from_utf8(out).expect("UTF-8");
        let mut row: Value = serde_json::from_str(text.lines().next()?).expect("an object");
        let members = row.as_object_mut().expect("an object");
        members.remove("Channel").expect("it is there");
        members.remove("Provider_Name").expect("it is there");
        Some(row)
    }

    #[test]
    fn events_have_the_numbers_and_names_of_sysmon() {
        let made = row("Process Create", "C:\\b.exe", "SUCCESS", "PID: 1,234, Command line: b /y");
        let want = json!({
            "EventID": 1, "Image": "C:\\b.exe", "CommandLine": "b /y", "ParentImage": "C:\\a.exe",
            "ParentCommandLine": "a.exe /x", "ProcessId": 1234, "ParentProcessId": 4412,
        });
        assert_eq!(made, Some(want));
        let set = |detail: &str| row("RegSetValue", "HKLM\\a", "SUCCESS", detail);
        let details = |detail: &str| set(detail).expect("a row")["Details"].clone();
        assert_eq!(details("Type: REG_DWORD, Length: 4, Data: 1,024"), "DWORD (0x00000400)");
        let long = details("Type: REG_QWORD, Length: 8, Data: 4294967298");
        assert_eq!(long, "QWORD (0x00000001-0x00000002)");
        assert_eq!(details("Type: REG_SZ, Length: 8, Data: a, b"), "a, b");
        assert_eq!(details("Type: REG_BINARY, Length: 2, Data: 01 02"), "Binary Data");
        let wanted = json!({
            "EventID": 13, "Image": "C:\\a.exe", "EventType": "SetValue", "TargetObject": "HKLM\\a",
            "Details": "a", "ProcessId": 4412,
        });
        assert_eq!(set("Type: REG_SZ, Length: 2, Data: a"), Some(wanted));
        let sent = row("TCP Connect", "WEB01:50122 -> 10.20.0.31:smtp", "SUCCESS", "Length: 0");
        let want = json!({
            "EventID": 3, "Image": "C:\\a.exe", "Protocol": "tcp", "Initiated": "true",
            "SourceHostname": "WEB01", "SourcePort": "50122", "DestinationIp": "10.20.0.31",
            "DestinationPortName": "smtp", "ProcessId": 4412,
        });
        assert_eq!(sent, Some(want));
    }

    #[test]
    fn only_what_happened_is_an_event() {
        let create = "Desired Access: Generic Write, Disposition: OverwriteIf, OpenResult: ";
        let delete = "Flags: FILE_DISPOSITION_DELETE, FILE_DISPOSITION_POSIX_SEMANTICS";
        let cases = [
            ("CreateFile", format!("{create}Created"), Some(11)),
            ("CreateFile", format!("{create}Overwritten"), Some(11)),
            ("CreateFile", format!("{create}Opened"), None),
            (
                "RegCreateKey",
                "Desired Access: Read, Disposition: REG_CREATED_NEW_KEY".into(),
                Some(12),
            ),
            (
                "RegCreateKey",
                "Desired Access: Read, Disposition: REG_OPENED_EXISTING_KEY".into(),
                None,
            ),
            ("RegDeleteValue", String::new(), Some(12)),
            ("RegRenameKey", "New Name: b".into(), Some(14)),
            ("SetDispositionInformationFile", "Delete: True".into(), Some(26)),
            ("SetDispositionInformationFile", "Delete: False".into(), None),
            ("SetDispositionInformationEx", delete.into(), Some(26)),
            ("SetDispositionInformationEx", "Flags: FILE_DISPOSITION_DO_NOT_DELETE".into(), None),
            ("Load Image", "Image Base: 0x1, Image Size: 0x2".into(), Some(7)),
            ("Process Exit", "Exit Status: 0".into(), Some(5)),
            ("ReadFile", "Offset: 0".into(), None),
        ];
        for (operation, detail, want) in cases {
            let id =
                |result| row(operation, "x", result, &detail).map(|row| row["EventID"].clone());
            assert_eq!(id("SUCCESS"), want.map(Value::from), "{operation}: {detail}");
            assert_eq!(id("ACCESS DENIED"), None, "{operation}");
        }
    }
}
