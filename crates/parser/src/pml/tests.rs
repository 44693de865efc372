//! Reads a small capture made by hand.

use super::*;
use crate::model::Column;

pub(crate) const PROCESS_INDEX: u32 = 7;
pub(crate) const START: i64 = 0x01D6_6700_1234_5678;

pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(crate) fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

/// One event with a single stack frame.
pub(crate) fn event(
    class: u16,
    operation: u16,
    number: i64,
    detail: &[u8],
    extra: Option<&[u8]>,
) -> Vec<u8> {
    let mut bytes = vec![0u8; 0x34 + 8];
    put(&mut bytes, 0x00, &PROCESS_INDEX.to_le_bytes());
    put(&mut bytes, 0x04, &1234u32.to_le_bytes());
    put(&mut bytes, 0x08, &class.to_le_bytes());
    put(&mut bytes, 0x0C, &operation.to_le_bytes());
    put(&mut bytes, 0x0E, &[0xCD, 0xCD]);
    put(&mut bytes, 0x14, &112u64.to_le_bytes());
    put(&mut bytes, 0x1C, &(START + number).to_le_bytes());
    put(&mut bytes, 0x28, &1u16.to_le_bytes());
    put(&mut bytes, 0x2C, &(detail.len() as u32).to_le_bytes());
    put(&mut bytes, 0x34, &0x7FF6_0000_1234u64.to_le_bytes());
    bytes.extend_from_slice(detail);
    if let Some(extra) = extra {
        let at = bytes.len() as u32;
        put(&mut bytes, 0x30, &at.to_le_bytes());
        bytes.extend_from_slice(&(extra.len() as u16).to_le_bytes());
        bytes.extend_from_slice(extra);
    }
    bytes
}

/// A query that reads the number 42 from the registry.
fn registry_event(number: i64) -> Vec<u8> {
    let path = b"HKLM\\Software\\X";
    let mut detail = vec![path.len() as u8, 0x80, 0, 0];
    detail.extend_from_slice(&16u32.to_le_bytes());
    detail.extend_from_slice(&2u32.to_le_bytes());
    detail.extend_from_slice(path);
    let mut extra = vec![0; 4];
    extra.extend_from_slice(&4u32.to_le_bytes());
    extra.extend_from_slice(&4u32.to_le_bytes());
    extra.extend_from_slice(&42u32.to_le_bytes());
    event(2, 5, number, &detail, Some(&extra))
}

/// A write of 5,120 bytes.
pub(crate) fn write_event(number: i64) -> Vec<u8> {
    let path = b"C:\\x.txt";
    let mut detail = vec![0; 0x40];
    put(&mut detail, 0x10, &5120u32.to_le_bytes());
    detail.extend_from_slice(&[path.len() as u8, 0x80, 0, 0]);
    detail.extend_from_slice(path);
    event(3, 24, number, &detail, None)
}

fn capture() -> Vec<u8> {
    capture_of(&[
        registry_event(0),
        write_event(10_000_000),
        registry_event(20_000_000),
        event(9, 1, 30_000_000, &[], None),
    ])
}

/// A capture with these events of one process.
pub(crate) fn capture_of(events: &[Vec<u8>]) -> Vec<u8> {
    capture_with_host(events, None)
}

/// The same, with the name of the host whose address is zero.
pub(crate) fn capture_with_host(events: &[Vec<u8>], host: Option<&str>) -> Vec<u8> {
    let mut file = vec![0u8; header::HEADER_SIZE];
    put(&mut file, 0, b"PML_\x09");
    put(&mut file, 8, &[1]);
    put(&mut file, 0x0C, &wide("TESTER"));
    put(&mut file, 0x234, &(events.len() as u32).to_le_bytes());
    let mut list = Vec::new();
    for event in events {
        list.extend_from_slice(&(file.len() as u64).to_le_bytes()[..5]);
        file.extend_from_slice(event);
    }
    put(&mut file, 0x240, &(header::HEADER_SIZE as u64).to_le_bytes());
    section(&mut file, 0x248, &list);
    section(&mut file, 0x250, &processes());
    section(&mut file, 0x258, &strings());
    section(&mut file, 0x260, &[0; 4]);
    let mut hosts = u32::from(host.is_some()).to_le_bytes().to_vec();
    if let Some(name) = host.map(wide) {
        hosts.extend_from_slice(&[0; 16]);
        hosts.extend_from_slice(&(name.len() as u32).to_le_bytes());
        hosts.extend_from_slice(&name);
    }
    hosts.extend_from_slice(&[0; 4]);
    section(&mut file, 0x3A0, &hosts);
    file
}

fn section(file: &mut Vec<u8>, pointer: usize, bytes: &[u8]) {
    let at = file.len() as u64;
    put(file, pointer, &at.to_le_bytes());
    file.extend_from_slice(bytes);
}

fn processes() -> Vec<u8> {
    let mut table = Vec::new();
    for number in [1, PROCESS_INDEX, 12] {
        table.extend_from_slice(&number.to_le_bytes());
    }
    let mut record = vec![0u8; 0x6C + 64];
    put(&mut record, 0x00, &PROCESS_INDEX.to_le_bytes());
    put(&mut record, 0x04, &4711u32.to_le_bytes());
    put(&mut record, 0x10, &0x3E7u64.to_le_bytes());
    put(&mut record, 0x34, &[1]);
    put(&mut record, 0x40, &1u32.to_le_bytes());
    put(&mut record, 0x68, &1u32.to_le_bytes());
    let module = 0x6C;
    put(&mut record, module, &0x1234_5678u32.to_le_bytes());
    put(&mut record, module + 8, &0x7FF6_0000_0000u64.to_le_bytes());
    put(&mut record, module + 16, &0x2000u32.to_le_bytes());
    put(&mut record, module + 20, &1u32.to_le_bytes());
    put(&mut record, module + 60, &0x01D6_6700u32.to_le_bytes());
    table.extend_from_slice(&record);
    table
}

fn strings() -> Vec<u8> {
    let name = wide("inetinfo.exe\0");
    let mut table = Vec::new();
    for number in [2, 12, 16, 0, name.len() as u32] {
        table.extend_from_slice(&number.to_le_bytes());
    }
    table.extend_from_slice(&name);
    table
}

fn text(pml: &Pml<'_>, index: usize, column: Column) -> Option<String> {
    let mut out = String::new();
    pml.event(index).unwrap().column_text(column, &mut out).then_some(out)
}

#[test]
fn a_whole_capture_is_read() {
    let file = capture();
    let pml = Pml::open(&file).unwrap();
    assert!(pml.losses().is_empty(), "{:?}", pml.losses());
    assert_eq!((pml.len(), pml.info().computer_name.as_str()), (4, "TESTER"));
    let column = |index, column| text(&pml, index, column).unwrap();
    assert_eq!(column(0, Column::ProcessName), "inetinfo.exe");
    assert_eq!(column(0, Column::Pid), "4711");
    assert_eq!(column(0, Column::AuthenticationId), "00000000:000003e7");
    assert_eq!(column(0, Column::Path), "HKLM\\Software\\X");
    assert_eq!(column(0, Column::Detail), "Type: REG_DWORD, Length: 4, Data: 42");
    assert_eq!(column(1, Column::Detail), "Offset: 0, Length: 5,120");
    assert_eq!(column(1, Column::RelativeTime), "00:00:01.0000000");
    assert_eq!(column(1, Column::Category), "Write");
    let event = pml.event(0).unwrap();
    let process = event.process().unwrap();
    let module = pml.modules(process).next().unwrap();
    assert_eq!(module.loaded, START);
    assert!(event.stack().all(|address| module.contains(address)));
}

#[test]
fn an_unknown_class_is_shown_and_counted() {
    let file = capture();
    let pml = Pml::open(&file).unwrap();
    assert_eq!(text(&pml, 3, Column::Operation).unwrap(), "<Unknown>");
    let mut losses = Losses::default();
    pml.event(3).unwrap().note_losses(&mut losses);
    assert_eq!(losses.iter().next().unwrap().kind, LossKind::Unknown);
}

#[test]
fn process_columns_of_an_unclosed_capture_are_unknown() {
    let mut file = capture();
    file[0x234..0x238].fill(0);
    file[0x248..0x268].fill(0);
    file[0x3A0..0x3A8].fill(0);
    let pml = Pml::open(&file).unwrap();
    assert!(!pml.losses().is_empty());
    assert_eq!(text(&pml, 0, Column::ProcessName), None);
    assert_eq!(text(&pml, 2, Column::Path).as_deref(), Some("HKLM\\Software\\X"));
}

#[test]
fn no_cut_and_no_changed_byte_stops_the_reader() {
    let whole = capture();
    let read = |bytes: &[u8]| {
        let Ok(pml) = Pml::open(bytes) else { return };
        let mut losses = pml.losses().clone();
        let mut out = String::new();
        for event in pml.events().flatten() {
            event.note_losses(&mut losses);
            Column::all().for_each(|column| {
                event.column_text(column, &mut out);
            });
            event.detail_text(Fidelity::Corrected, &mut out);
        }
        assert!(pml.len() < bytes.len() && out.len() < 100 * bytes.len());
    };
    for cut in 0..whole.len() {
        read(&whole[..cut]);
    }
    for at in 0..whole.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            read(&bytes);
        }
    }
}

#[test]
fn an_empty_capture_has_no_events_and_no_losses() {
    let mut file = vec![0u8; header::HEADER_SIZE];
    put(&mut file, 0, b"PML_\x09");
    put(&mut file, 0x240, &(header::HEADER_SIZE as u64).to_le_bytes());
    section(&mut file, 0x248, &[]);
    section(&mut file, 0x250, &[0; 4]);
    section(&mut file, 0x258, &strings());
    section(&mut file, 0x260, &[0; 4]);
    section(&mut file, 0x3A0, &[0; 8]);
    let pml = Pml::open(&file).unwrap();
    assert!(pml.is_empty() && pml.losses().is_empty(), "{:?}", pml.losses());
}
