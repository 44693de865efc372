//! What every test of the built program needs: running it, packing files, and
//! picking values out of its JSON.

#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use procmonkey_analysis::Report;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The GUIDs of the samples.
pub const OLD: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
pub const NEW: &str = "B81E0A4D-52C7-4F39-A6D0-7C13E95F2B86";

/// The containers of IIS.
pub const METABASE: &str = "Microsoft Internet Information Server";
pub const DCOM: &str = "MS IIS DCOM Server";

/// The folder of the machine's keys.
pub const FOLDER: &str = r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys";

/// The columns of a fresh Procmon.
pub const COLUMNS: [&str; 7] =
    ["Time of Day", "Process Name", "PID", "Operation", "Path", "Result", "Detail"];

/// What a run of the program left behind.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Run {
    fn of(output: Output) -> Run {
        Run {
            // A missing code means a signal; no expectation has a -1.
            status: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("standard output is UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", self.status, self.stderr))
    }

    pub fn json_lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
    }
}

/// The program with arguments, free of what the caller's terminal prefers.
pub fn procmonkey<A: AsRef<OsStr>>(arguments: &[A]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_procmonkey"));
    command.args(arguments).stdin(Stdio::null());
    command.env_remove("NO_COLOR").env_remove("COLUMNS");
    command
}

pub fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Run {
    Run::of(procmonkey(arguments).output().expect("the program starts"))
}

/// Runs the program with bytes on standard input.
pub fn run_with_input<A: AsRef<OsStr>>(arguments: &[A], input: &[u8]) -> Run {
    let mut child = procmonkey(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    let output = thread::scope(|scope| {
        // In its own thread, lest both sides wait for each other. The program may
        // stop reading early, so a broken pipe is no error here.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output()
    });
    Run::of(output.expect("the program ends"))
}

/// The report of `analyze`, with the exit status. Every report that a test asks for
/// reads back into a [`Report`], and is the same JSON again when it is written.
pub fn analyze<A: AsRef<OsStr>>(arguments: &[A]) -> (i32, Value) {
    let mut all: Vec<&OsStr> = ["analyze", "-f", "json"].map(OsStr::new).to_vec();
    all.extend(arguments.iter().map(AsRef::as_ref));
    let run = run(&all);
    reads_back::<Report>(run.text());
    (run.status, run.json())
}

/// Checks that a JSON document of the program is the same again, byte for byte, after it
/// was read into its type.
pub fn reads_back<T: Serialize + DeserializeOwned>(json: &str) {
    let value: T = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}\n{json}"));
    let again = serde_json::to_string_pretty(&value).expect("it was written before");
    assert!(again == json.trim_end(), "{}", first_difference(json, &again));
}

fn first_difference(one: &str, other: &str) -> String {
    let pair = one.lines().zip(other.lines()).enumerate().find(|(_, (one, other))| one != other);
    match pair {
        Some((line, (one, other))) => format!("line {}: `{one}` became `{other}`", line + 1),
        None => "one is longer than the other".into(),
    }
}

/// Path of a sample.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

pub fn read(path: impl AsRef<Path>) -> Vec<u8> {
    let path = path.as_ref();
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes a file into a folder and gives back its path.
pub fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("the temporary folder can be written");
    path
}

pub fn temp() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a temporary folder")
}

/// The names of what is in a folder, hidden files too.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("the folder can be listed").file_name().to_string_lossy().into_owned()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

/// The folder of the real captures, which are no part of this repository. Without it,
/// what needs them is skipped.
pub fn captures() -> Option<PathBuf> {
    let folder = std::env::var_os("PROCMONKEY_CAPTURES");
    if folder.is_none() {
        println!("skipped: PROCMONKEY_CAPTURES is not set");
    }
    folder.map(PathBuf::from)
}

/// The bytes inside a gzip file.
pub fn gunzip(path: impl AsRef<Path>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let packed = read(path);
    let mut unpacked = flate2::read::MultiGzDecoder::new(&packed[..]);
    unpacked.read_to_end(&mut bytes).expect("the file is whole");
    bytes
}

/// Every capture among the samples, those of the signatures too.
pub fn all_captures() -> Vec<PathBuf> {
    let in_folder = |folder: &str, ends: &'static [&'static str]| {
        let names = names_in(&sample(folder)).into_iter();
        let captures = names.filter(|name| ends.iter().any(|end| name.ends_with(end)));
        captures.map(|name| sample(folder).join(name)).collect::<Vec<_>>()
    };
    let mut all = in_folder("", &[".csv", ".xml", ".pml", ".txt"]);
    all.extend(in_folder("signatures", &[".csv"]));
    assert!(all.len() > 40, "{all:?}");
    all
}

/// The names of all captures among the samples, in whichever format.
pub fn sample_captures() -> Vec<String> {
    let folder = sample("");
    let is_capture = |name: &String| {
        let is_page = [".md", ".svg"].iter().any(|end| name.ends_with(end));
        folder.join(name).is_file() && !is_page && !name.starts_with('.')
    };
    names_in(&folder).into_iter().filter(is_capture).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("memory takes it");
    packer.finish().expect("memory takes it")
}

/// A zip archive; a name that ends with `/` is a folder.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        if name.ends_with('/') {
            archive.add_directory(*name, options).expect("memory takes it");
        } else {
            archive.start_file(*name, options).expect("memory takes it");
            archive.write_all(bytes).expect("memory takes it");
        }
    }
    archive.finish().expect("memory takes it").into_inner()
}

/// CSV as Procmon writes it.
pub fn csv(rows: &[Vec<&str>]) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    for row in rows {
        let fields: Vec<_> =
            row.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// The elements of an array of the report.
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("`{key}` is no array: {}", value[key]))
}

pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("`{key}` is no text: {}", value[key]))
}

/// An array of numbers.
pub fn numbers(value: &Value, key: &str) -> Vec<u64> {
    list(value, key).iter().map(|number| number.as_u64().expect("a number")).collect()
}

/// Signature and severity of each finding.
pub fn findings(report: &Value) -> Vec<(&str, &str)> {
    let pair = |finding| (text(finding, "signature"), text(finding, "severity"));
    list(report, "findings").iter().map(pair).collect()
}

pub fn finding<'v>(report: &'v Value, signature: &str) -> &'v Value {
    list(report, "findings")
        .iter()
        .find(|finding| finding["signature"] == signature)
        .unwrap_or_else(|| panic!("no {signature} among {:?}", findings(report)))
}

/// Each container's name with the GUIDs that it was seen under.
pub fn containers(report: &Value) -> Vec<(&str, Vec<&str>)> {
    let guids = |container| list(container, "guids").iter().map(|guid| text(guid, "guid"));
    list(report, "containers")
        .iter()
        .map(|container| (text(container, "name"), guids(container).collect()))
        .collect()
}

pub fn container<'v>(report: &'v Value, name: &str) -> &'v Value {
    list(report, "containers")
        .iter()
        .find(|container| container["name"] == name)
        .unwrap_or_else(|| panic!("no container {name}"))
}

/// The timeline entry of an event of the first capture.
pub fn entry(report: &Value, event: u64) -> &Value {
    list(report, "timeline")
        .iter()
        .find(|entry| entry["capture"] == 0 && entry["event"] == event)
        .unwrap_or_else(|| panic!("event {event} is not in the timeline"))
}

/// Takes keys away wherever they occur: what two captures may differ in.
pub fn without(mut value: Value, keys: &[&str]) -> Value {
    match &mut value {
        Value::Object(map) => {
            map.retain(|key, _| !keys.contains(&key.as_str()));
            map.values_mut().for_each(|inner| *inner = without(inner.take(), keys));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|inner| *inner = without(inner.take(), keys));
        }
        _ => {}
    }
    value
}
