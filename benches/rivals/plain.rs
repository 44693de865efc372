//! What a user would write with the plain `csv` or `quick-xml` crate: counts the
//! events of one process by operation, and in the same pass those of any process whose
//! Path holds one of some texts.
//! `cargo run --release --example plain_count -- csv|xml FILE PROCESS [PLACE...]`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::process::ExitCode;

use aho_corasick::AhoCorasick;
use quick_xml::events::Event;

type Counts = BTreeMap<String, u64>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let counts = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["csv", file, process, ref places @ ..] => csv(file, process, places),
        ["xml", file, process, ref places @ ..] => xml(file, process, places),
        _ => Err("plain_count: csv|xml FILE PROCESS [PLACE...]".into()),
    };
    match counts {
        Ok(counts) => {
            for (operation, count) in counts {
                println!("{operation}\t{count}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("plain_count: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is counted beside the operations.
const AT_PLACES: &[u8] = b"at the places";

/// One search for all places.
fn search(places: &[&str]) -> Result<Option<AhoCorasick>, Box<dyn Error>> {
    if places.is_empty() {
        return Ok(None);
    }
    Ok(Some(AhoCorasick::builder().ascii_case_insensitive(true).build(places)?))
}

fn csv(file: &str, process: &str, places: &[&str]) -> Result<Counts, Box<dyn Error>> {
    let mut input = File::open(file)?;
    let mut mark = [0; 3];
    input.read_exact(&mut mark)?;
    if mark != *b"\xef\xbb\xbf" {
        input.seek(SeekFrom::Start(0))?;
    }
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(input);
    let header = reader.byte_headers()?.clone();
    let place = |name: &str| {
        header.iter().position(|field| field == name.as_bytes()).ok_or("a column is missing")
    };
    let (name, operation, path) = (place("Process Name")?, place("Operation")?, place("Path")?);
    let search = search(places)?;
    let (mut record, mut counts) = (csv::ByteRecord::new(), Counts::new());
    while reader.read_byte_record(&mut record)? {
        if record[name].eq_ignore_ascii_case(process.as_bytes()) {
            add(&mut counts, &record[operation]);
        }
        if search.as_ref().is_some_and(|search| search.is_match(&record[path])) {
            add(&mut counts, AT_PLACES);
        }
    }
    Ok(counts)
}

fn xml(file: &str, process: &str, places: &[&str]) -> Result<Counts, Box<dyn Error>> {
    let input = BufReader::with_capacity(1 << 18, File::open(file)?);
    let mut reader = quick_xml::Reader::from_reader(input);
    let (mut buffer, mut counts) = (Vec::new(), Counts::new());
    let (mut name, mut operation, mut open) = (String::new(), String::new(), String::new());
    let (search, mut path) = (search(places)?, String::new());
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) => {
                open.clear();
                open.push_str(tag.name().as_ref());
                if open == "event" {
                    name.clear();
                    operation.clear();
                    path.clear();
                }
            }
            Event::Text(text) if open == "Process_Name" => name.push_str(text.as_ref()),
            Event::Text(text) if open == "Operation" => operation.push_str(text.as_ref()),
            Event::Text(text) if search.is_some() && open == "Path" => path.push_str(text.as_ref()),
            Event::End(tag) => {
                open.clear();
                let is_end = tag.name().as_ref() == "event";
                if is_end && name.eq_ignore_ascii_case(process) {
                    add(&mut counts, operation.as_bytes());
                }
                if is_end && search.as_ref().is_some_and(|search| search.is_match(&path)) {
                    add(&mut counts, AT_PLACES);
                }
            }
            Event::Eof => return Ok(counts),
            _ => {}
        }
        buffer.clear();
    }
}

fn add(counts: &mut Counts, operation: &[u8]) {
    *counts.entry(String::from_utf8_lossy(operation).into_owned()).or_default() += 1;
}
