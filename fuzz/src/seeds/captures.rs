//! Captures, as exports, native logs and pasted texts, packed and unpacked.

use std::io::{Cursor, Write};

use procmonkey_parser::pml::PmlWriter;
use procmonkey_parser::{DateOrder, Event, EventWriter, Input, ReadOptions, WriteFormat};

const CSV: &[u8] = include_bytes!("../../../samples/first-start.csv");
const GERMAN: &[u8] = include_bytes!("../../../samples/restart-de.csv");
const XML: &[u8] = include_bytes!("../../../samples/restart.xml");
const PML: &[u8] = include_bytes!("../../../samples/restart.pml");
const PASTED: [&[u8]; 2] = [
    include_bytes!("../../../samples/first-start.txt"),
    include_bytes!("../../../samples/restart.txt"),
];

/// Rows below the header of the target.
pub fn csv_rows() -> Vec<Vec<u8>> {
    let rows: [&[u8]; 6] = [
        b"\"6:59:13.0390001 PM\",\"inetinfo.exe\",\"5236\",\"RegOpenKey\",\"HKLM\\SOFTWARE\"\r\n",
        b"\"18:59:13,0390001\",\"a.exe\",\"4\",\"ReadFile\",\"C:\\a \"\"b\"\".txt\"\r\n",
        b"\"1\",\"2\",\"3\",\"4\",\"5\r\n6\"\r\n\"1\",\"2\",\"3\",\"4\",\"\"\r\n",
        b"1,2,3,4,5\n1,2,3,4,5\r1,2,3,4\n",
        b"\"1\",\"2\",\"3\",\"4\"\r\n\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"\r\n\"1\",\"2",
        b"\"\",\"\xc3\xa4\xff\",\"\x00\",\"\x1f\",\"\xef\xbb\xbf\"\r\n",
    ];
    rows.iter().map(|rows| rows.to_vec()).collect()
}

/// XML exports, of Procmon's form and of others.
pub fn xml() -> Vec<Vec<u8>> {
    let small: [&[u8]; 3] = [
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon><processlist><process>\
          <ProcessIndex>1</ProcessIndex><ProcessId>4</ProcessId><ProcessName>System</ProcessName>\
          <modulelist><module><Path>C:\\a.dll</Path></module></modulelist></process></processlist>\
          <eventlist>\r\n<event><ProcessIndex>1</ProcessIndex><Time_of_Day>6:59:13.0390001 PM\
          </Time_of_Day><PID>4</PID><Operation>ReadFile</Operation><Path>C:\\a&amp;b</Path>\
          <Result>SUCCESS</Result><Detail>Offset: 0</Detail><stack><frame><depth>0</depth>\
          <address>0xfffff80012345678</address><path>C:\\x.sys</path><location>x + 0x1</location>\
          </frame></stack></event>\r\n</eventlist></procmon>",
        b"<procmon><eventlist><!-- <event></event> --><event><Operation><![CDATA[ReadFile]]>\
          </Operation><Path/></event></eventlist></procmon>",
        b"<procmon><eventlist><event><Operation>ReadFile</Operation>",
    ];
    let wide = "\u{feff}<procmon><eventlist><event><Operation>ReadFile</Operation></event></eventlist></procmon>";
    let mut seeds = vec![exported(XML, WriteFormat::Xml, 12), exported(CSV, WriteFormat::Xml, 4)];
    seeds.extend(small.iter().map(|bytes| bytes.to_vec()));
    seeds.push(wide.encode_utf16().flat_map(u16::to_le_bytes).collect());
    seeds
}

/// Texts as they stand in tickets.
pub fn pasted() -> Vec<Vec<u8>> {
    let texts: [&[u8]; 3] = [
        b"Hi,\n\n> 9:41:07.2203318 AM w3wp.exe 4412 RegOpenKey HKLM\\SOFTWARE\\A SUCCESS Desired Access: Read\n\n\
          Date:       3/25/2026 9:41:07.2217804 AM\nClass:      File System\nOperation:  CreateFile\n\
          Result:     ACCESS DENIED\nPath:\nC:\\a\nDesired Access: Generic Read\n\nProcess\nName:  w3wp.exe\n\
          PID:   4412\nUser:  IIS APPPOOL\\Shop\n",
        b"| Time | Process | Op | Path | Result |\n| --- | --- | --- | --- | --- |\n\
          | 9:41:07.3310042 AM | w3wp.exe | ReadFile | `C:\\a\\|b` | SUCCESS |\n",
        b"Date:=093/5/2026 6:59:13 PM=0D=0AOperation: ReadFile\r\n&lt;event&gt;<br>\r\n\
          K 0\tntoskrnl.exe\tx + 0x1\t0xfffff80012345678\tC:\\x\r\n",
    ];
    PASTED.iter().chain(&texts).map(|text| text.to_vec()).collect()
}

/// Native logs, the last of which was never closed.
pub fn pml() -> Vec<Vec<u8>> {
    let seeds = [native(PML, 1), native(PML, 12), native(CSV, 30)];
    let mut open = seeds[1].clone();
    // The number of events, and where their tables begin.
    open[0x234..0x238].fill(0);
    open[0x240..0x260].fill(0);
    seeds.into_iter().chain([open]).collect()
}

/// Captures in every format.
pub fn captures() -> Vec<Vec<u8>> {
    let mut seeds =
        vec![exported(CSV, WriteFormat::Csv, 12), exported(GERMAN, WriteFormat::Csv, 4)];
    let bare: &[u8] = b"Operation;Path;Result\nReadFile;C:\\a;SUCCESS\n";
    seeds.push(bare.to_vec());
    seeds.extend(xml().into_iter().take(3));
    seeds.extend(pml().into_iter().take(2));
    seeds.extend(pasted().into_iter().take(3));
    seeds
}

/// Each with the byte in front that says what becomes of it.
pub fn packed() -> Vec<Vec<u8>> {
    let plain = exported(CSV, WriteFormat::Csv, 5);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let stored = options.compression_method(zip::CompressionMethod::Stored);
    for (name, options) in [("a.csv", options), ("b/c.csv", stored), ("Log.PML", options)] {
        zip.start_file(name, options).unwrap();
        zip.write_all(if name == "Log.PML" { PML.get(..700).unwrap() } else { &plain }).unwrap();
    }
    let zip = zip.finish().unwrap().into_inner();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&plain).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(&plain[..], 3).unwrap();
    let with = |how: u8, bytes: &[u8]| [&[how], bytes].concat();
    let mut seeds: Vec<_> =
        captures().iter().zip(0..).map(|(seed, how)| with(how % 3, seed)).collect();
    // A gzip in a gzip, and two of them one behind the other.
    seeds.extend([with(0, &gzip), with(3, &[&gzip[..], &gzip].concat())]);
    seeds.extend([with(3, &gzip), with(3, &zstd), with(3, &zip)]);
    seeds
}

/// The first events of a capture as an export.
fn exported(bytes: &[u8], format: WriteFormat, events: usize) -> Vec<u8> {
    let mut input = Input::from_reader("seed", bytes, &ReadOptions::new()).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let columns = capture.columns().clone();
    let mut writer = EventWriter::begin(format, Vec::new(), &columns, &capture).unwrap();
    let mut event = Event::default();
    for _ in 0..events {
        capture.read_event(&mut event).unwrap();
        writer.write(&event).unwrap();
    }
    writer.finish().unwrap()
}

/// The first events of a capture as a native log.
fn native(bytes: &[u8], events: usize) -> Vec<u8> {
    let options =
        ReadOptions::new().zone("UTC".parse().unwrap()).date_order(DateOrder::MonthDayYear);
    let mut input = Input::from_reader("seed", bytes, &options).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let info = match capture.recording() {
        Some(recording) => recording.info.clone(),
        None => procmonkey_parser::pml::ExportProfile::default().info(),
    };
    let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
    let mut event = Event::default();
    for _ in 0..events {
        capture.read_event(&mut event).unwrap();
        writer.write(&event, capture.clock()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
