//! What is written must read back as the same events.

use super::*;
use crate::format::xml::XmlWriter;
use crate::model::Module;

/// Everything of a capture, written again.
fn rewritten(read: &Outcome) -> (String, u64) {
    let mut writer = XmlWriter::new(Vec::new(), &read.columns, &read.processes).unwrap();
    for event in &read.events {
        writer.write(event).unwrap();
    }
    let unfit = writer.unfit();
    (String::from_utf8(writer.finish().unwrap()).unwrap(), unfit)
}

/// Reads a file, whose byte order mark is taken off before the reader gets it.
fn reread(written: &[u8]) -> Outcome {
    read(written.strip_prefix(b"\xef\xbb\xbf").unwrap())
}

fn without_modules(export: &str) -> String {
    let modules = module("ntdll.dll") + &module("kernel32.dll");
    let start = format!("<modulelist>{modules}</modulelist>");
    export.replace(&start, "<modulelist>\r\n</modulelist>")
}

fn one_event(columns: &[&str], fields: &[&[u8]]) -> (Arc<Columns>, Event) {
    let columns = Arc::new(Columns::from_headers(columns.iter().copied()));
    let mut event = Event::default();
    event.record.start(&columns);
    fields.iter().for_each(|field| event.record.push(field));
    (columns, event)
}

#[test]
fn an_export_of_procmon_comes_out_as_it_was_but_for_the_modules() {
    let export = export();
    let (written, unfit) = rewritten(&read(&export));
    assert_eq!(written, format!("\u{feff}{}", without_modules(&export)));
    assert_eq!(unfit, 0);
}

#[test]
fn modules_stand_in_the_process_that_loaded_them() {
    let read = read(export());
    let module_of = |process: &Process| {
        let name = |name: &str| Module {
            base: 0x7ff8_d8c3_0000,
            size: 2_031_616,
            path: format!("C:\\Windows\\{name}"),
            version: "10.0".into(),
            company: "Microsoft".into(),
            description: "NT".into(),
            time_stamp: 0,
            loaded: 132_224_512_345_678_901,
        };
        let names = if process.index == 10 { &["ntdll.dll", "kernel32.dll"][..] } else { &[] };
        names.iter().copied().map(name).collect()
    };
    let columns = Columns::from_known(&[]);
    let writer = XmlWriter::with_modules(Vec::new(), &columns, &read.processes, module_of);
    let written = String::from_utf8(writer.unwrap().finish().unwrap()).unwrap();
    let modules = module("ntdll.dll") + &module("kernel32.dll");
    let list = format!("<modulelist>\r\n{modules}</modulelist></process>\r\n<process>\r\n");
    assert!(written.contains(&list), "{written}");
    let again = reread(written.as_bytes());
    let counts: Vec<_> = again.processes.iter().map(|process| process.modules).collect();
    assert_eq!(counts, [2, 0]);
}

#[test]
fn an_export_without_processes_or_events_is_a_whole_document() {
    let (written, _) = rewritten(&with_events(""));
    assert_eq!(written, format!("\u{feff}{HEAD}<processlist></processlist><eventlist>\r\n{TAIL}"));
    assert_eq!(reread(written.as_bytes()).losses, []);
}

#[test]
fn any_bytes_of_a_field_read_back_as_they_were() {
    let mut fields: Vec<Vec<u8>> = [
        "",
        " ",
        "\r",
        "\n",
        "\r\n",
        "\r\r\n",
        "\n\r\n\r\r\r\n\n",
        "Environment: \r;\tA=1\r;\tB=2",
        "Environment: \r\n\tA=1\r\n\tB=2",
        "&amp; &#13; <a>b</a> ]]> <![CDATA[x]]> \"'",
        "</Detail></event></eventlist></procmon>",
        "\0\u{1}\u{b}\u{7f}\u{85}\u{2028}\u{fffe}\u{1f600}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    fields.push(b"caf\xe9 & \xff".to_vec());
    // All texts of three out of the bytes that mean something.
    let special = b"\r\n&;<>\"a";
    for number in 0..special.len().pow(3) {
        let digit = |place: u32| special[number / special.len().pow(place) % special.len()];
        fields.push(vec![digit(0), digit(1), digit(2)]);
    }
    for field in fields {
        let (columns, event) = one_event(&["Path", "Detail"], &[&field, &field]);
        let mut writer = XmlWriter::new(Vec::new(), &columns, &[]).unwrap();
        writer.write(&event).unwrap();
        let read = reread(&writer.finish().unwrap());
        assert_eq!(read.losses, [], "{field:?}");
        assert_eq!(read.columns, columns);
        assert_eq!(read.events[0].field(0).as_deref(), Some(&field[..]));
        assert_eq!(read.events[0].field(1).as_deref(), Some(&field[..]));
    }
}

#[test]
fn columns_that_are_none_of_procmons_read_back_in_their_places() {
    let headers = ["event", "Note 1", "", "ProcessIndex", "PID", "</x>", "PID"];
    let (columns, event) = one_event(&headers, &[b"a", b"b", b"c", b"d", b"5", b"e", b"6"]);
    let mut writer = XmlWriter::new(Vec::new(), &columns, &[]).unwrap();
    writer.write(&event).unwrap();
    let read = reread(&writer.finish().unwrap());
    assert_eq!(read.losses, []);
    let fields: Vec<_> = (0..7).map(|index| read.events[0].field(index).unwrap()).collect();
    assert_eq!(fields.concat(), b"abcd5e6");
    let names: Vec<_> = read.columns.names().collect();
    assert_eq!(names, ["event_", "Note_1", "_", "ProcessIndex_", "PID", "__x_", "PID"]);
}

#[test]
fn other_columns_than_the_captures_come_from_the_process_list_or_are_empty() {
    let read = read(export());
    let columns = [Column::Pid, Column::Tid, Column::Architecture, Column::CommandLine];
    let columns = Columns::from_known(&columns);
    let mut writer = XmlWriter::new(Vec::new(), &columns, &[]).unwrap();
    writer.write(&read.events[1]).unwrap();
    let written = String::from_utf8(writer.finish().unwrap()).unwrap();
    let event = "<event>\r\n<ProcessIndex>11</ProcessIndex>\r\n<PID>77</PID>\r\n<TID></TID>\r\n\
                 <Architecture>64-bit</Architecture>\r\n\
                 <Command_Line>&quot;other.exe&quot; -k a &amp; b</Command_Line>\r\n<stack>\r\n";
    assert!(written.contains(event), "{written}");
}

#[test]
fn what_is_not_known_of_a_process_is_empty_and_a_time_is_0() {
    let process = Arc::new(Process { index: 3, ..Process::default() });
    let writer = XmlWriter::new(Vec::new(), &Columns::from_known(&[]), &[process]).unwrap();
    let written = writer.finish().unwrap();
    let text = String::from_utf8_lossy(&written);
    assert!(text.contains("<ProcessId></ProcessId>\r\n"), "{text}");
    assert!(text.contains("<CreateTime>0</CreateTime>\r\n<FinishTime>0</FinishTime>\r\n"));
    let read = reread(&written);
    assert_eq!(read.losses, []);
    let process = &read.processes[0];
    assert_eq!((process.index, process.pid, process.created), (3, None, None));
    assert_eq!(process.is_64_bit, None);
}

#[test]
fn what_xml_cannot_hold_is_counted_in_events_and_processes() {
    let (columns, event) = one_event(&["Path"], &[b"a\0b\x01"]);
    let name = Some("\u{2}".to_string());
    let process = Arc::new(Process { name, ..Process::default() });
    let mut writer = XmlWriter::new(Vec::new(), &columns, &[process]).unwrap();
    assert_eq!(writer.unfit(), 1);
    writer.write(&event).unwrap();
    writer.write(&event).unwrap();
    assert_eq!(writer.unfit(), 5);
}
