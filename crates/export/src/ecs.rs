//! NDJSON in the names of the Elastic Common Schema, 9.4.
//!
//! What has no name there is under `Procmon`, with a capital letter, as the schema asks of fields
//! of one's own.

use std::borrow::Cow;

use procmonkey_parser::{Column, Detail, Event, NtStatus, push_json_string};

use crate::detail::push_items;
use crate::json::{push_key, push_number, push_text, push_texts};
use crate::moment::{absolute, utc_text, without_time};
use crate::number::{push_plain, push_whole};
use crate::of_capture::OfCapture;
use crate::row::{Refusal, Row, RowWriter, Source};

/// The version of the schema.
const VERSION: &str = "9.4.0";

/// Writes NDJSON for Elasticsearch. An event whose time is not known at all is left out, and
/// counted; a capture without a date or a zone is refused.
#[derive(Debug, Default)]
pub struct Ecs {
    capture: OfCapture,
    without_time: u64,
}

impl Ecs {
    /// A writer of rows.
    pub fn new() -> Ecs {
        Ecs::default()
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Category {
    Process,
    Library,
    File,
    Registry,
    Network,
    Other,
}

/// `event.category` and `event.type` of an operation.
fn kind_of(operation: &str, path: &str, detail: &Detail<'_>) -> (Category, &'static str) {
    let made =
        |key: &str, values: &[&str]| detail.get(key).is_some_and(|value| values.contains(&value));
    match operation {
        "Process Create" | "Process Start" => (Category::Process, "start"),
        "Process Exit" => (Category::Process, "end"),
        "Thread Create" | "Thread Exit" | "Process Profiling" | "Thread Profiling" => {
            (Category::Process, "info")
        }
        "Load Image" => (Category::Library, "start"),
        "RegCreateKey" if made("Disposition", &["REG_CREATED_NEW_KEY"]) => {
            (Category::Registry, "creation")
        }
        "RegDeleteKey" | "RegDeleteValue" => (Category::Registry, "deletion"),
        "RegSetValue" | "RegRenameKey" | "RegSetKeySecurity" | "RegSetInfoKey" => {
            (Category::Registry, "change")
        }
        _ if operation.starts_with("Reg") => (Category::Registry, "access"),
        _ if operation.starts_with("TCP ") || operation.starts_with("UDP ") => {
            let last = operation.rsplit(' ').next().unwrap_or_default();
            let kind = match last {
                "Connect" | "Accept" => "start",
                "Disconnect" => "end",
                _ => "connection",
            };
            (Category::Network, kind)
        }
        "CreateFile" if made("OpenResult", &["Created"]) => (Category::File, "creation"),
        "CreateFile" if made("OpenResult", &["Overwritten", "Superseded"]) => {
            (Category::File, "change")
        }
        "SetDispositionInformationFile" if made("Delete", &["True"]) => {
            (Category::File, "deletion")
        }
        "WriteFile" => (Category::File, "change"),
        _ if operation.starts_with("Set") => (Category::File, "change"),
        _ if operation.starts_with("Query") => (Category::File, "info"),
        _ if path.is_empty() => (Category::Other, "info"),
        _ => (Category::File, "access"),
    }
}

/// `event.outcome`. A warning, such as BUFFER OVERFLOW, is neither.
fn outcome_of(result: &str) -> &'static str {
    match NtStatus::from_result(result).map(|status| status.0 >> 30) {
        Some(0 | 1) => "success",
        Some(3) => "failure",
        _ => "unknown",
    }
}

impl RowWriter for Ecs {
    fn begin_capture(&mut self, source: &Source<'_>, _: &mut Vec<u8>) -> Result<(), Refusal> {
        self.capture = OfCapture::new(source);
        Ok(())
    }

    fn write_row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let event = row.event;
        let Some(ticks) = absolute(event, row.clock)? else {
            self.without_time += 1;
            return Ok(());
        };
        let text = |column: Column| event.get(column).unwrap_or(Cow::Borrowed(""));
        let (operation, path, result) =
            (text(Column::Operation), text(Column::Path), text(Column::Result));
        let detail_text = event.get(Column::Detail);
        let detail = Detail::parse(&operation, detail_text.as_deref().unwrap_or_default());
        let (category, kind) = kind_of(&operation, &path, &detail);
        out.push(b'{');
        push_text("@timestamp", &utc_text(ticks), out);
        push_text("message", &message(event, &operation, &path, &result), out);
        push_object("ecs", out, |out| push_text("version", VERSION, out));
        push_object("event", out, |out| {
            push_text("kind", "event", out);
            push_categories(category, out);
            push_list("type", kind, out);
            push_text("action", &operation, out);
            if !result.is_empty() {
                push_text("outcome", outcome_of(&result), out);
            }
            self.capture.push_event_id_member("id", event.number(), out);
            push_number("sequence", event.number(), out);
            if let Some(nanoseconds) = nanoseconds(&text(Column::Duration)) {
                push_number("duration", nanoseconds, out);
            }
            push_text("provider", "Process Monitor", out);
            push_text("dataset", "procmon.events", out);
        });
        push_process(event, out);
        push_user(&text(Column::User), out);
        match category {
            Category::File => push_path("file", &path, out),
            Category::Library => push_path("dll", &path, out),
            Category::Registry => push_registry(&path, &operation, &detail, out),
            Category::Network => push_network(&path, &operation, out),
            Category::Process | Category::Other => {}
        }
        if let Some(file) = self.capture.file() {
            push_object("log", out, |out| {
                push_object("file", out, |out| push_text("path", file, out));
            });
        }
        push_texts("tags", row.tags, out);
        push_object("Procmon", out, |out| {
            push_text("result", &result, out);
            push_text("path", &path, out);
            if let Some(text) = &detail_text {
                push_text("detail_text", text, out);
                push_key("detail", out);
                push_items(&detail, out);
            }
        });
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<u8>) {}

    fn remarks(&self) -> Vec<String> {
        without_time(self.without_time).into_iter().collect()
    }
}

fn push_object(name: &str, out: &mut Vec<u8>, members: impl FnOnce(&mut Vec<u8>)) {
    push_key(name, out);
    out.push(b'{');
    members(out);
    out.push(b'}');
}

fn push_list(name: &str, only: &str, out: &mut Vec<u8>) {
    push_key(name, out);
    out.push(b'[');
    push_json_string(out, only);
    out.push(b']');
}

fn push_categories(category: Category, out: &mut Vec<u8>) {
    let name = match category {
        Category::Process => "process",
        Category::Library => "library",
        Category::File => "file",
        Category::Registry => "registry",
        Category::Network => "network",
        Category::Other => return,
    };
    push_list("category", name, out);
}

fn push_process(event: &Event, out: &mut Vec<u8>) {
    push_object("process", out, |out| {
        for (column, name) in [
            (Column::ProcessName, "name"),
            (Column::ImagePath, "executable"),
            (Column::CommandLine, "command_line"),
        ] {
            if let Some(text) = event.get(column).filter(|text| !text.is_empty()) {
                push_text(name, &text, out);
            }
        }
        let number = |column: Column| -> Option<Vec<u8>> {
            let mut digits = Vec::new();
            push_plain(&event.get(column)?, &mut digits).then_some(digits)
        };
        if let Some(digits) = number(Column::Pid) {
            push_key("pid", out);
            out.extend(digits);
        }
        if let Some(digits) = number(Column::Tid) {
            push_object("thread", out, |out| {
                push_key("id", out);
                out.extend(digits);
            });
        }
        if let Some(digits) = number(Column::ParentPid) {
            push_object("parent", out, |out| {
                push_key("pid", out);
                out.extend(digits);
            });
        }
    });
}

fn push_user(user: &str, out: &mut Vec<u8>) {
    if user.is_empty() {
        return;
    }
    push_object("user", out, |out| match user.split_once('\\') {
        Some((domain, name)) => {
            push_text("domain", domain, out);
            push_text("name", name, out);
        }
        None => push_text("name", user, out),
    });
}

fn push_path(name: &str, path: &str, out: &mut Vec<u8>) {
    if path.is_empty() {
        return;
    }
    push_object(name, out, |out| {
        push_text("path", path, out);
        let (folder, file) = path.rsplit_once('\\').unwrap_or(("", path));
        if !file.is_empty() {
            push_text("name", file, out);
        }
        if name == "file" && !folder.is_empty() {
            push_text("directory", folder, out);
        }
    });
}

fn push_registry(path: &str, operation: &str, detail: &Detail<'_>, out: &mut Vec<u8>) {
    if path.is_empty() {
        return;
    }
    let names_value = matches!(operation, "RegQueryValue" | "RegSetValue" | "RegDeleteValue");
    push_object("registry", out, |out| {
        let (hive, rest) = path.split_once('\\').unwrap_or((path, ""));
        push_text("path", path, out);
        push_text("hive", hive, out);
        let (key, value) = match rest.rsplit_once('\\') {
            Some((key, value)) if names_value => (key, Some(value)),
            None if names_value => ("", Some(rest)),
            _ => (rest, None),
        };
        if !key.is_empty() {
            push_text("key", key, out);
        }
        if let Some(value) = value {
            push_text("value", value, out);
        }
        if let (true, Some(kind)) = (names_value, detail.get("Type")) {
            push_object("data", out, |out| {
                push_text("type", kind, out);
                if let Some(data) = detail.get("Data") {
                    push_list("strings", data, out);
                }
            });
        }
    });
}

/// Procmon shows the computer of the capture first, whoever sends. So who is the source is known by
/// the operation alone.
fn push_network(path: &str, operation: &str, out: &mut Vec<u8>) {
    let transport = if operation.starts_with("TCP") { "tcp" } else { "udp" };
    let is_inbound = operation.ends_with("Receive") || operation.ends_with("Accept");
    push_object("network", out, |out| {
        push_text("transport", transport, out);
        // Who ends a connection, or sends again, says nothing of who began it.
        if is_inbound || operation.ends_with("Send") || operation.ends_with("Connect") {
            push_text("direction", if is_inbound { "ingress" } else { "egress" }, out);
        }
    });
    let Some((here, there)) = path.split_once(" -> ") else { return };
    let ends = if is_inbound { [there, here] } else { [here, there] };
    for (name, end) in ["source", "destination"].into_iter().zip(ends) {
        let (host, port) = end.rsplit_once(':').unwrap_or((end, ""));
        let host = host.trim_matches(['[', ']']);
        push_object(name, out, |out| {
            push_text("address", host, out);
            if host.parse::<std::net::IpAddr>().is_ok() {
                push_text("ip", host, out);
            }
            if let Ok(port) = port.parse::<u16>() {
                push_key("port", out);
                push_whole(u64::from(port), out);
            }
        });
    }
}

/// A duration in seconds as whole nanoseconds.
fn nanoseconds(text: &str) -> Option<u64> {
    let mut digits = Vec::new();
    if !crate::number::push_seconds(text, &mut digits) {
        return None;
    }
    let text = String::from_utf8(digits).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = format!("{:0<9}", fraction.get(..9).unwrap_or(fraction));
    whole.parse::<u64>().ok()?.checked_mul(1_000_000_000)?.checked_add(fraction.parse().ok()?)
}

fn message(event: &Event, operation: &str, path: &str, result: &str) -> String {
    let name = event.process_name().unwrap_or(Cow::Borrowed("a process"));
    format!("{name} {operation} {path}: {result}")
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Clock, EventBuilder, Input, ReadOptions};
    use serde_json::{Value, json};

    use super::*;

    /// The row of one event at a known time.
    fn row(operation: &str, path: &str, result: &str, detail: &str) -> Value {
        let csv = format!(
            "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\",\
             \"Duration\",\"TID\",\"User\"\r\n\"18:59:13.0390001\",\"a.exe\",\"4412\",\
             \"{operation}\",\"{path}\",\"{result}\",\"{detail}\",\"0.0000154\",\"508\",\
             \"NT AUTHORITY\\SYSTEM\"\r\n"
        );
        let read = ReadOptions::new()
            .capture_id("x".parse().expect("an id"))
            .date("2026-03-05".parse().expect("a date"))
            .zone("+01:00".parse().expect("a zone"));
        let mut input = Input::from_reader("x", csv.as_bytes(), &read).expect("it opens");
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let (mut writer, mut out, mut event) = (Ecs::new(), Vec::new(), Event::default());
        writer.begin_capture(&Source::of(&capture), &mut out).expect("nothing is needed");
        assert!(capture.read_event(&mut event).expect("it is read"));
        writer.write_row(&Row::new(&event, capture.clock()), &mut out).expect("it has a time");
        serde_json::from_slice(&out).expect("an object")
    }

    #[test]
    fn a_row_has_the_names_of_the_schema() {
        let path = "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid";
        let detail = "Type: REG_SZ, Length: 74, Data: abc";
        let want = json!({
            "@timestamp": "2026-03-05T17:59:13.0390001Z",
            "message": format!("a.exe RegQueryValue {path}: SUCCESS"),
            "ecs": {"version": "9.4.0"},
            "event": {
                "kind": "event", "category": ["registry"], "type": ["access"],
                "action": "RegQueryValue", "outcome": "success", "id": "x:1", "sequence": 1,
                "duration": 15_400, "provider": "Process Monitor", "dataset": "procmon.events",
            },
            "process": {"name": "a.exe", "pid": 4412, "thread": {"id": 508}},
            "user": {"domain": "NT AUTHORITY", "name": "SYSTEM"},
            "registry": {
                "path": path, "hive": "HKLM", "key": "SOFTWARE\\Microsoft\\Cryptography",
                "value": "MachineGuid", "data": {"type": "REG_SZ", "strings": ["abc"]},
            },
            "Procmon": {
                "result": "SUCCESS", "path": path, "detail_text": detail,
                "detail": {"Type": "REG_SZ", "Length": 74, "Data": "abc"},
            },
        });
        assert_eq!(row("RegQueryValue", path, "SUCCESS", detail), want);
    }

    #[test]
    fn kinds_and_outcomes() {
        let cases = [
            ("CreateFile", "OpenResult: Created", "SUCCESS", "file", "creation", "success"),
            ("CreateFile", "OpenResult: Opened", "ACCESS DENIED", "file", "access", "failure"),
            ("RegQueryValue", "Length: 0", "BUFFER OVERFLOW", "registry", "access", "unknown"),
            ("RegDeleteValue", "", "NAME NOT FOUND", "registry", "deletion", "failure"),
            ("Process Exit", "Exit Status: 0", "SUCCESS", "process", "end", "success"),
            ("Load Image", "Image Base: 0x1", "SUCCESS", "library", "start", "success"),
            ("TCP Connect", "Length: 0", "SUCCESS", "network", "start", "success"),
        ];
        for (operation, detail, result, category, kind, outcome) in cases {
            let event = row(operation, "C:\\a\\b.txt", result, detail)["event"].clone();
            let found = [&event["category"][0], &event["type"][0], &event["outcome"]];
            assert_eq!(found, [category, kind, outcome], "{operation}");
        }
        let file = row("ReadFile", "C:\\a\\b.txt", "SUCCESS", "Offset: 0")["file"].clone();
        assert_eq!(file, json!({"path": "C:\\a\\b.txt", "name": "b.txt", "directory": "C:\\a"}));
        let sent = row("UDP Receive", "WEB01:57361 -> 10.20.0.10:domain", "SUCCESS", "Length: 58");
        assert_eq!(sent["source"], json!({"address": "10.20.0.10", "ip": "10.20.0.10"}));
        assert_eq!(sent["destination"], json!({"address": "WEB01", "port": 57361}));
    }

    #[test]
    fn an_event_without_a_zone_is_refused() {
        let event = EventBuilder::new().text(Column::TimeOfDay, "18:59:13.0").build();
        let mut writer = Ecs::new();
        let refused = writer.write_row(&Row::new(&event, &Clock::default()), &mut Vec::new());
        assert_eq!(refused, Err(Refusal::NoDateAndZone));
    }
}
