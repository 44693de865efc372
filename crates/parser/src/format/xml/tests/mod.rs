//! Exports in the form that Procmon 4.01 writes, made by hand.

mod damage;
mod passing;
mod writing;

use std::io::{self, Read};

use super::*;
use crate::model::{Column, Limits};

/// The most bytes of a record, unless the caller says otherwise.
const MAX_RECORD: usize = 64 * 1024 * 1024;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon>";
const LISTS: &str = "</processlist><eventlist>\r\n";
const TAIL: &str = "</eventlist></procmon>";

fn process(index: u32, pid: u32, name: &str) -> String {
    format!(
        "<process>\r\n<ProcessIndex>{index}</ProcessIndex>\r\n<ProcessId>{pid}</ProcessId>\r\n\
         <ParentProcessId>612</ParentProcessId>\r\n<ParentProcessIndex>3</ParentProcessIndex>\r\n\
         <AuthenticationId>00000000:000003e7</AuthenticationId>\r\n\
         <CreateTime>132224512345678901</CreateTime>\r\n<FinishTime>0</FinishTime>\r\n\
         <IsVirtualized>4294967295</IsVirtualized>\r\n<Is64bit>1</Is64bit>\r\n\
         <Integrity>System</Integrity>\r\n<Owner>NT AUTHORITY\\SYSTEM</Owner>\r\n\
         <ProcessName>{name}</ProcessName>\r\n<ImagePath>C:\\Windows\\{name}</ImagePath>\r\n\
         <CommandLine>&quot;{name}&quot; -k a &amp; b</CommandLine>\r\n\
         <CompanyName>Microsoft</CompanyName>\r\n<Version>10.0</Version>\r\n\
         <Description></Description>\r\n<modulelist>{}</modulelist></process>\r\n",
        module("ntdll.dll") + &module("kernel32.dll"),
    )
}

fn module(name: &str) -> String {
    format!(
        "<module>\r\n<Timestamp>132224512345678901</Timestamp>\r\n\
         <BaseAddress>0x7ff8d8c30000</BaseAddress>\r\n<Size>2031616</Size>\r\n\
         <Path>C:\\Windows\\{name}</Path>\r\n<Version>10.0</Version>\r\n\
         <Company>Microsoft</Company>\r\n<Description>NT</Description>\r\n</module>\r\n"
    )
}

fn event(index: u32, number: u32, more: &str) -> String {
    format!(
        "<event>\r\n<ProcessIndex>{index}</ProcessIndex>\r\n\
         <Time_of_Day>19:04:4{number},3955378</Time_of_Day>\r\n\
         <Process_Name>svchost.exe</Process_Name>\r\n<PID>77</PID>\r\n\
         <Operation>ReadFile</Operation>\r\n<Path>C:\\file{number}</Path>\r\n\
         <Result>SUCCESS</Result>\r\n<Detail>Offset: {number}</Detail>\r\n{more}</event>\r\n"
    )
}

/// A small whole export: two processes with one PID, three events.
fn export() -> String {
    let processes = process(10, 77, "svchost.exe") + &process(11, 77, "other.exe");
    let events = event(10, 1, "") + &event(11, 2, STACK) + &event(10, 3, "");
    format!("{HEAD}<processlist>{processes}{LISTS}{events}{TAIL}")
}

const STACK: &str = "<stack>\r\n<frame>\r\n<depth>0</depth>\r\n<address>0xfffff80</address>\r\n\
    <path>C:\\Windows\\ntoskrnl.exe</path>\r\n<location>Nt + 0x1</location>\r\n</frame>\r\n\
    <frame>\r\n<depth>1</depth>\r\n<address>0x7ff</address>\r\n<path></path>\r\n\
    <location>&lt;unknown&gt;</location>\r\n</frame>\r\n</stack>\r\n";

struct Outcome {
    columns: Arc<Columns>,
    processes: Vec<Arc<Process>>,
    events: Vec<Event>,
    losses: Vec<crate::model::Loss>,
}

impl Outcome {
    fn kinds(&self) -> Vec<LossKind> {
        self.losses.iter().map(|loss| loss.kind).collect()
    }

    fn text(&self, event: usize, column: Column) -> Option<String> {
        self.events[event].get(column).map(|text| text.into_owned())
    }
}

fn read_all<R: Read + Send>(input: R, base: u64, limit: usize) -> Outcome {
    let mut losses = Losses::default();
    let mut reader =
        XmlReader::new(input, base, &Limits::default().record(limit), &mut losses).unwrap();
    let mut events = Vec::new();
    let mut event = Event::default();
    while reader.read_event(&mut event, &mut losses).unwrap() {
        assert_eq!(event.record.len(), event.columns().unwrap().len());
        events.push(event.clone());
    }
    assert!(!reader.read_event(&mut event, &mut losses).unwrap(), "the end stays the end");
    Outcome {
        columns: Arc::clone(reader.columns()),
        processes: reader.processes().to_vec(),
        events,
        losses: losses.iter().cloned().collect(),
    }
}

fn read(input: impl AsRef<[u8]>) -> Outcome {
    read_all(input.as_ref(), 0, MAX_RECORD)
}

/// An export with these events.
fn with_events(events: &str) -> Outcome {
    read(format!("{HEAD}<eventlist>\r\n{events}{TAIL}"))
}

/// Gives one byte at a time, so that reading stops at every place.
struct Slowly<'a>(&'a [u8]);

impl Read for Slowly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(1);
        self.0.read(&mut buffer[..count])
    }
}

#[test]
fn a_whole_export_is_read_without_a_loss() {
    let export = export();
    let read = read(&export);
    assert_eq!(read.losses, []);
    assert_eq!(read.columns.known(), Column::DEFAULT.map(Some));
    assert_eq!(read.columns.names().next(), Some("Time of Day"));
    assert_eq!(read.events.len(), 3);
    assert_eq!(read.text(0, Column::TimeOfDay).as_deref(), Some("19:04:41,3955378"));
    assert_eq!(read.text(2, Column::Detail).as_deref(), Some("Offset: 3"));
    for (number, (at, _)) in export.match_indices("<event>").enumerate() {
        let position = Position::at_byte(at as u64).with_record(number as u64 + 1);
        assert_eq!(read.events[number].position(), position);
    }
}

#[test]
fn bytes_in_small_pieces_read_the_same() {
    let export = export();
    let slowly = read_all(Slowly(export.as_bytes()), 3, MAX_RECORD);
    assert_eq!(slowly.losses, []);
    assert_eq!(slowly.events.len(), 3);
    assert_eq!(slowly.events[0].position().byte, 3 + export.find("<event>").unwrap() as u64);
}

#[test]
fn processes_are_joined_by_index_and_fill_hidden_columns() {
    let read = read(export());
    let first = &read.processes[0];
    assert_eq!((first.index, first.pid, first.modules), (10, Some(77), 2));
    assert_eq!((first.parent_pid, first.parent_index), (Some(612), Some(3)));
    assert_eq!((first.created, first.finished), (Some(132224512345678901), None));
    assert_eq!((first.virtualized, first.is_64_bit), (Some(u32::MAX), Some(true)));
    assert_eq!(first.command_line.as_deref(), Some("\"svchost.exe\" -k a & b"));
    assert_eq!(first.description.as_deref(), Some(""));
    assert_eq!(first.session, None);
    // Both have the PID 77.
    assert_eq!(read.text(0, Column::ImagePath).as_deref(), Some("C:\\Windows\\svchost.exe"));
    assert_eq!(read.text(1, Column::ImagePath).as_deref(), Some("C:\\Windows\\other.exe"));
    assert_eq!(read.text(0, Column::Virtualized).as_deref(), Some("n/a"));
    assert_eq!(read.text(0, Column::User).as_deref(), Some("NT AUTHORITY\\SYSTEM"));
    assert_eq!(read.text(0, Column::Tid), None);
    assert!(Arc::ptr_eq(read.events[0].process().unwrap(), first));
}

#[test]
fn a_stack_belongs_to_its_event_only() {
    let read = read(export());
    let frames = read.events[1].stack();
    assert_eq!(frames.len(), 2);
    assert_eq!((frames[1].depth, frames[1].path.as_str()), (1, ""));
    assert_eq!(frames[0].address.value(), Some(0xfff_ff80));
    assert_eq!(frames[1].location, "<unknown>");
    assert!(read.events[0].stack().is_empty() && read.events[2].stack().is_empty());
    let columns = |index: usize| read.events[index].columns().unwrap();
    assert!(std::ptr::eq(columns(0), columns(2)));
}

#[test]
fn an_export_without_process_list_is_read() {
    let read = with_events(&format!("{}\r\n\r\n{}", event(10, 1, ""), event(10, 2, "")));
    assert_eq!(read.losses, []);
    assert_eq!(read.events.len(), 2);
    assert!(read.processes.is_empty() && read.events[0].process().is_none());
}

#[test]
fn an_export_without_events_is_read() {
    for lists in ["<processlist></processlist><eventlist></eventlist>", "<eventlist/>", ""] {
        let read = read(format!("{HEAD}{lists}</procmon>\r\n"));
        assert_eq!(read.losses, []);
        assert!(read.events.is_empty() && read.columns.is_empty());
    }
}

#[test]
fn elements_become_columns() {
    let read = with_events(
        "<event><ProcessIndex>1</ProcessIndex><Date___Time>7.12.2019</Date___Time>\
         <Event_Class>File System</Event_Class><New_Thing/><TID>4</TID></event>\
         <event><PID>5</PID></event><event><PID>6</PID></event>",
    );
    assert_eq!(read.losses, []);
    let names: Vec<_> = read.columns.names().collect();
    assert_eq!(names, ["Date & Time", "Event Class", "New_Thing", "TID"]);
    assert_eq!(read.events[0].field(2).as_deref(), Some(&b""[..]));
    assert_eq!(read.text(0, Column::Tid).as_deref(), Some("4"));
    assert_eq!(read.text(1, Column::Pid).as_deref(), Some("5"));
    assert_eq!(read.text(1, Column::Tid), None);
    let columns = |event: usize| read.events[event].columns().unwrap();
    assert!(std::ptr::eq(columns(1), columns(2)));
}

#[test]
fn values_are_given_as_procmon_shows_them() {
    let detail = |text: &[u8]| {
        let start = format!("{HEAD}<eventlist><event>\r\n<Detail>").into_bytes();
        let bytes = [&start, text, b"</Detail>\r\n</event>\r\n</eventlist></procmon>"].concat();
        let read = read(bytes);
        assert_eq!(read.losses, []);
        read.events[0].field(0).unwrap().to_vec()
    };
    let environment = b"Environment: \r\r\n\tA=1\r\r\n\tB=2";
    assert_eq!(detail(environment), b"Environment: \r\n\tA=1\r\n\tB=2");
    assert_eq!(detail(b"  a &amp; &lt;b&gt; &#x41;&nope; & c  "), b"  a & <b> A&nope; & c  ");
    assert_eq!(detail(b"\x01\x0b\0\x7f"), b"\x01\x0b\0\x7f");
    assert_eq!(detail(b"caf\xe9 &amp; \xff&x\xfe; y"), b"caf\xe9 & \xff&x\xfe; y");
    assert_eq!(detail(b"a <b>c</b> <d/>"), b"a <b>c</b> <d/>");
    assert_eq!(detail(b"<![CDATA[a < b]]>"), b"a < b");
    assert_eq!(detail("\u{a0}Обязательная".as_bytes()), "\u{a0}Обязательная".as_bytes());
}
