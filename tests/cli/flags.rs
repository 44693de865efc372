//! No flag is shown under a command where it does nothing: for each command and each flag of
//! its help, something that comes out differs with the flag.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::COMMANDS;
use crate::common::*;
use crate::completions::flags;
use crate::examples::words;

/// A flag, and what shows that it does something.
struct Case {
    /// The commands that have it, with blanks between them.
    commands: &'static str,
    flag: &'static str,
    /// The capture that is read.
    input: &'static str,
    /// What is said with and without the flag.
    both: &'static str,
    /// What is said with it only.
    with: &'static str,
}

const fn case(
    commands: &'static str,
    flag: &'static str,
    input: &'static str,
    both: &'static str,
    with: &'static str,
) -> Case {
    Case { commands, flag, input, both, with }
}

/// The commands that filter events.
const FILTER: &str =
    "analyze batch compare explain events convert count summary cross-reference info stacks";
const EXCERPT: &str = "events stacks";
const COUNT: &str = "count summary cross-reference";

const CSV: &str = "samples/guid-changed.csv";
const PML: &str = "samples/guid-changed.pml";
/// A capture with call stacks.
const STACKS: &str = "samples/restart.xml";
/// A capture of a first start, in which processes write what others read.
const START: &str = "samples/first-start.pml";

const CASES: &[Case] = &[
    case(FILTER, "process", START, "", "-p lsass"),
    case("processes", "process", START, "", "-p lsass"),
    case("processes", "ancestors", START, "", "--ancestors 2412"),
    case(FILTER, "filter", START, "", "--filter 'Process Name is lsass.exe'"),
    case("filter", "filter", "", "", "--filter 'Path contains y'"),
    case(FILTER, "exclude", START, "", "--exclude 'PID is 3268' --exclude 'PID is 2412'"),
    case("filter", "exclude", "", "", "--exclude 'Path contains y'"),
    case(FILTER, "filter-file", START, "", "--filter-file lsass.pmf"),
    case(FILTER, "tz", PML, "--filter 'Time of Day begins with 7:'", "--tz +01:00"),
    case("processes", "tz", PML, "", "--tz +01:00"),
    case(
        "analyze batch compare explain processes",
        "date",
        "without-dates.csv",
        "",
        "--date 2026-03-04",
    ),
    case("events", "date", "without-dates.csv", "-f json", "--date 2026-03-04"),
    case("info", "date", "without-dates.csv", "", "--date 2026-03-04"),
    case(
        "stacks",
        "date",
        "without-dates.csv",
        "--from '2026-03-04 15:04:01'",
        "--date 2026-03-04",
    ),
    case("convert", "date", "without-dates.csv", "-f pml --tz UTC", "--date 2026-03-04"),
    case(
        FILTER,
        "date-order",
        "dates.csv",
        "--filter 'Date & Time more than 3/25/2026 3:04:00 PM'",
        "--date-order dmy",
    ),
    case("processes", "date-order", "dates.csv", "", "--date-order dmy"),
    case(FILTER, "encoding", "cyrillic.csv", "--filter 'Path contains Папка'", "--encoding 1252"),
    case("processes", "encoding", "cyrillic.csv", "", "--encoding 1252"),
    case(FILTER, "limit", CSV, "", "--limit columns=2"),
    case("processes", "limit", CSV, "", "--limit columns=2"),
    case(
        "analyze batch explain",
        "machine-guid",
        "samples/restart.csv",
        "",
        "--machine-guid 11111111-1111-4111-8111-111111111111",
    ),
    case(
        "compare",
        "machine-guid",
        CSV,
        "-f json",
        "--machine-guid 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e0",
    ),
    case("key", "machine-guid", "", "", "--machine-guid 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1"),
    case("analyze compare explain", "names", "named.csv", "-f json", "--names names.txt"),
    case("batch", "names", "named.csv", "", "--names names.txt"),
    case("key", "names", "", "e9541d646f14256559b143e17702f4f9", "--names names.txt"),
    case("compare", "paths", CSV, "", "--paths"),
    case("analyze events", "capture-id", CSV, "-f json", "--capture-id case-17"),
    case("convert", "capture-id", CSV, "-f jsonl", "--capture-id case-17"),
    case("analyze explain", "baseline", CSV, "", "--baseline samples/restart.csv"),
    case("analyze explain", "keys-dir", CSV, "", "--keys-dir keys"),
    case("analyze explain", "hive", CSV, "", "--hive names.txt"),
    case("analyze explain", "reg-export", CSV, "", "--reg-export guid.reg"),
    case("analyze explain", "event-log", CSV, "", "--event-log names.txt"),
    case("analyze explain", "debugview", CSV, "", "--debugview debug.log"),
    case("analyze explain", "live", CSV, "", "--live"),
    case("analyze explain", "no-witnesses", "ticket.txt", "", "--no-witnesses"),
    case("analyze explain", "lesson", CSV, "-f html", "--lesson"),
    case("render", "lesson", "", "-f html", "--lesson"),
    case("batch", "with-witnesses", "paired", "", "--with-witnesses"),
    case("batch", "events", CSV, "", "--events parquet"),
    case("batch", "progress", CSV, "", "--progress json"),
    case("batch", "output", CSV, "", "-o out.d"),
    case("batch", "verbose", CSV, "", "-v"),
    case("batch", "quiet", "paired", "--with-witnesses", "-q"),
    case("analyze batch", "report-only", CSV, "", "--report-only MK-05"),
    case(
        "analyze batch",
        "min-confidence",
        "samples/signatures/mk-06-empty.csv",
        "",
        "--min-confidence high",
    ),
    case(
        "analyze batch",
        "min-severity",
        "samples/signatures/mk-17-orphans.csv",
        "",
        "--min-severity info",
    ),
    case("analyze batch compare", "hash", CSV, "", "--hash sha256"),
    case("events convert", "hash", CSV, "-f parquet", "--hash sha256"),
    case("analyze", "made", CSV, "-f json", "--made"),
    case("analyze", "made-at", CSV, "-f json --made", "--made-at 2026-03-05T19:00:00Z"),
    case("analyze", "all-events", "many.csv", "-f html", "--all-events"),
    case(EXCERPT, "event", STACKS, "", "--event 332"),
    case(EXCERPT, "context", STACKS, "--event 332", "--context 1"),
    case(EXCERPT, "before", STACKS, "--event 332", "--before 1s"),
    case(EXCERPT, "after", STACKS, "--event 332", "--after 1s"),
    case(EXCERPT, "at", STACKS, "", "--at +1s --after 1ms"),
    case(EXCERPT, "from", STACKS, "", "--from +1s"),
    case(EXCERPT, "to", STACKS, "", "--to +1s"),
    case(EXCERPT, "first", STACKS, "", "--first"),
    case(EXCERPT, "last", STACKS, "", "--last"),
    case("events convert", "columns", CSV, "", "--columns PID"),
    case("events", "stack", STACKS, "-f json", "--stack"),
    case("convert", "stack", STACKS, "-f jsonl", "--stack"),
    case("events", "raw", CSV, "-f jsonl", "--raw"),
    case("events convert", "safe", "formula.csv", "-f csv-plain", "--safe"),
    case("analyze", "safe", "formula-steps.csv", "-p '*' -f csv", "--safe"),
    case("events convert count", "advanced-output", PML, "", "--advanced-output"),
    case("events convert", "as-procmon", PML, "-f csv", "--as-procmon 3.4"),
    case("count", "as-procmon", PML, "--by Detail", "--as-procmon 3.4"),
    case("count", "by", CSV, "", "--by PID"),
    case("count", "sum", CSV, "", "--sum duration"),
    case("count", "min", CSV, "", "--min duration"),
    case("count", "max", CSV, "", "--max duration"),
    case("count", "mean", CSV, "", "--mean duration"),
    case("count", "p95", CSV, "", "--p95 duration"),
    case(COUNT, "top", START, "", "--top 1"),
    case(COUNT, "sort", START, "", "--sort -Events"),
    case("code", "list", "", "", "--list"),
    case("filter", "to", "", "-o out.txt", "--to pmf"),
    case(
        "analyze compare events count summary cross-reference info processes",
        "format",
        START,
        "",
        "-f csv",
    ),
    case("explain", "format", START, "", "-f markdown"),
    case("stacks", "format", STACKS, "", "-f csv"),
    case("convert", "format", START, "", "-f xml"),
    case("render key code filter signatures", "format", "", "", "-f csv"),
    case(
        "analyze compare explain events count summary cross-reference info processes stacks",
        "output",
        START,
        "",
        "-o out.txt",
    ),
    case("convert", "output", START, "", "-o out.xml"),
    case("render key code filter signatures", "output", "", "", "-o out.txt"),
    case(
        "analyze compare events convert count summary cross-reference info processes stacks",
        "clobber",
        START,
        "-f csv -o evidence.csv",
        "--clobber",
    ),
    case("explain", "clobber", START, "-f json -o evidence.csv", "--clobber"),
    case("render key code filter signatures", "clobber", "", "-f csv -o evidence.csv", "--clobber"),
    case(
        "analyze compare explain events count summary cross-reference info processes",
        "color",
        START,
        "",
        "--color always",
    ),
    case("stacks", "color", STACKS, "", "--color always"),
    case("render key code signatures", "color", "", "", "--color always"),
    case("filter", "color", "", "-f table", "--color always"),
    case("analyze compare", "verbose", CSV, "", "-v"),
    case(
        "events count cross-reference stacks convert info processes summary explain",
        "verbose",
        "broken.csv",
        "",
        "-v",
    ),
    case(
        "key",
        "verbose",
        "",
        "c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1",
        "-v",
    ),
    case("code", "verbose", "", "--list", "-v"),
    case(
        "filter",
        "verbose",
        "",
        "-f table --filter 'Path contains C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\Somewhere\\Else\\And\\Further\\Down\\Below\\It'",
        "-v",
    ),
    case("render signatures", "verbose", "", "", "-v"),
    case(
        "analyze compare explain events count summary cross-reference info processes stacks convert",
        "quiet",
        "broken.csv",
        "",
        "-q",
    ),
    case("filter", "quiet", "", "-o out.pmc", "-q"),
    case("kit", "force", "", "", "--force"),
    case("redact", "key", "without-dates.csv", "", "--key other.key"),
    case("redact", "report", "without-dates.csv", "", "--report"),
    case("redact", "format", "without-dates.csv", "--report", "-f json"),
    case("redact", "check", "", "", "--check broken.csv --word inetinfo"),
    case("redact", "word", "", "--check broken.csv --word qqqqqq", "--word inetinfo"),
    case("redact", "words-file", "", "--check broken.csv --word qqqqqq", "--words-file names.txt"),
    case("redact", "encoding", "cyrillic.csv", "", "--encoding koi8-r"),
    case("redact", "output", "without-dates.csv", "", "-o out.csv"),
    case("redact", "clobber", "without-dates.csv", "-o evidence.csv", "--clobber"),
    case("redact", "verbose", "broken.csv", "", "-v"),
    case("redact", "quiet", "broken.csv", "", "-q"),
];

/// Flags that change nothing of what comes out: this one only how long it takes.
const WITHOUT_A_TRACE: [&str; 2] = ["help", "threads"];

/// Commands without an output that a flag could change.
const WITHOUT_FLAGS: [&str; 2] = ["completions", "man"];

/// The words of a command without the flag.
fn base(command: &str, case: &Case) -> Vec<String> {
    let input = case.input;
    let has = |flag: &str| case.both.contains(flag) || case.with.contains(flag);
    let text = match command {
        "count" if case.both.contains("--by") => format!("count {input}"),
        "count" => format!("count {input} --by 'Process Name,Operation,Path'"),
        "summary" => format!("summary file {input}"),
        "batch" if has("-o ") => format!("batch {input}"),
        "batch" => format!("batch {input} -o out.d"),
        "compare" => format!("compare samples/restart.csv {input}"),
        "convert" if has("-o ") => format!("convert {input}"),
        "convert" => format!("convert {input} -o out.csv"),
        "redact" if has("-o ") || has("--check") => format!("redact {input}"),
        "redact" => format!("redact {input} -o out.csv"),
        "key" if !case.both.is_empty() && !case.both.starts_with('-') => "key".to_string(),
        "key" => "key iisWasKey".to_string(),
        "code" if has("--list") => "code".to_string(),
        "code" => "code 0x80090016".to_string(),
        "filter" if !case.input.is_empty() => format!("filter {input}"),
        "filter" => "filter --filter 'Path contains x'".to_string(),
        "signatures" => "signatures".to_string(),
        "render" => "render report.json".to_string(),
        "kit" => "kit filled".to_string(),
        _ => format!("{command} {input}"),
    };
    words(&format!("{text} {}", case.both))
}

/// What comes out of a command: status, both outputs, and the files that it writes.
fn outcome(words: &[String], folder: &Path) -> (i32, String, String, Vec<(String, Vec<u8>)>) {
    for name in ["out.csv", "out.xml", "out.txt", "out.pmc"] {
        let _ = fs::remove_file(folder.join(name));
    }
    let _ = fs::remove_dir_all(folder.join("out.d"));
    fs::copy(sample("restart.csv"), folder.join("evidence.csv")).unwrap();
    let mut command = procmonkey(words);
    let command = command.current_dir(folder).env("SOURCE_DATE_EPOCH", "1");
    let run = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let written = ["out.csv", "out.xml", "out.txt", "out.pmc", "evidence.csv"].into_iter();
    let written = written
        .filter_map(|name| fs::read(folder.join(name)).ok().map(|bytes| (name.to_string(), bytes)));
    // The hash of its options is in the other files of `batch`.
    let results = ["out.d/findings", "out.d/events"].into_iter();
    let written = written.chain(results.flat_map(|name| files_below(folder, name))).collect();
    (run.status.code().unwrap(), text(&run.stdout), text(&run.stderr), written)
}

/// The files below a folder that may not be there.
fn files_below(root: &Path, name: &str) -> Vec<(String, Vec<u8>)> {
    if !root.join(name).is_dir() {
        return Vec::new();
    }
    let own = |entry: String| {
        let own = format!("{name}/{entry}");
        match root.join(&own).is_dir() {
            true => files_below(root, &own),
            false => vec![(own.clone(), fs::read(root.join(&own)).unwrap())],
        }
    };
    names_in(&root.join(name)).into_iter().flat_map(own).collect()
}

/// The files that the cases read.
fn prepare(folder: &Path) {
    fs::create_dir(folder.join("filled")).unwrap();
    fs::write(folder.join("filled/notes.txt"), "ours").unwrap();
    fs::create_dir(folder.join("samples")).unwrap();
    for name in names_in(&sample("")) {
        if name.contains('.') {
            fs::copy(sample(&name), folder.join("samples").join(name)).unwrap();
        }
    }
    fs::create_dir(folder.join("samples/signatures")).unwrap();
    for name in ["signatures/mk-06-empty.csv", "signatures/mk-17-orphans.csv"] {
        fs::copy(sample(name), folder.join("samples").join(name)).unwrap();
    }
    let rows = |header: &str, times: [&str; 4], path: &str| {
        let operations = ["Process Start", "WriteFile", "ReadFile", "ReadFile"];
        let detail = "Parent PID: 4, Command line: x";
        let mut text = format!(
            "\"{header}\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\r\n"
        );
        for (index, (time, operation)) in times.into_iter().zip(operations).enumerate() {
            let pid = 7 + index / 2;
            text += &format!(
                "\"{time}\",\"inetinfo.exe\",\"{pid}\",\"{operation}\",\"{path}\",\"SUCCESS\",\"{detail}\"\r\n"
            );
        }
        text
    };
    let times =
        ["3:04:00.0000000 PM", "3:04:01.0000000 PM", "3:04:02.0000000 PM", "3:04:03.0000000 PM"];
    let dates = [
        "3/4/2026 3:04:00 PM",
        "3/4/2026 3:04:01 PM",
        "3/4/2026 3:04:02 PM",
        "3/4/2026 3:04:03 PM",
    ];
    let plain = rows("Time of Day", times, r"C:\x");
    write(folder, "without-dates.csv", plain.as_bytes());
    // More events than a page shows without being asked.
    let (header, some) = plain.split_once('\n').unwrap();
    write(folder, "many.csv", format!("{header}\n{}", some.repeat(1500)).as_bytes());
    write(folder, "dates.csv", rows("Date & Time", dates, r"C:\x").as_bytes());
    // Rows of too few fields are losses, more than are listed.
    let broken = plain.clone() + &"\"a\",\"b\"\r\n".repeat(9);
    write(folder, "broken.csv", broken.as_bytes());
    let cyrillic: Vec<u8> =
        (rows("Time of Day", times, "C:\\Папка").replace("inetinfo", "инет").chars())
            .map(|c| match c {
                'А'..='я' => (u32::from(c) - u32::from('А') + 0xC0) as u8,
                c => c as u8,
            })
            .collect();
    write(folder, "cyrillic.csv", &cyrillic);
    let ticket = "6:59:13.0390000 PM inetinfo.exe 5236 RegQueryValue \
        HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid SUCCESS Type: REG_SZ\n\n\
        HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n    MachineGuid    REG_SZ    \
        4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n";
    write(folder, "ticket.txt", ticket.as_bytes());
    let formula = crate::common::csv(&[vec!["Operation", "Path"], vec!["ReadFile", "=1"]]);
    write(folder, "formula.csv", &formula);
    write(folder, "names.txt", b"MyOwnContainer\r\n");
    write(folder, "debug.log", b"00000001\t0.50000000\t[5236] the metabase cannot be read\r\n");
    write(folder, "guid.reg", b"");
    // The stem of MyOwnContainer, as `procmonkey key` gives it.
    let key = format!(r"{FOLDER}\e9541d646f14256559b143e17702f4f9_{OLD}");
    let named = rows("Time of Day", times, &key);
    write(folder, "named.csv", named.as_bytes());
    write(folder, "formula-steps.csv", named.replace("inetinfo.exe", "=1+1.exe").as_bytes());
    fs::create_dir(folder.join("keys")).unwrap();
    fs::create_dir(folder.join("paired")).unwrap();
    write(&folder.join("paired"), "named.csv", named.as_bytes());
    write(
        &folder.join("paired"),
        "guid.txt",
        b"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\r\n    MachineGuid    REG_SZ    \
          4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e0\r\n",
    );
    let report = run(&["analyze", "-f", "json", sample("guid-changed.csv").to_str().unwrap()]);
    write(folder, "report.json", &report.stdout);
    let mut filter =
        procmonkey(&["filter", "--filter", "Process Name is lsass.exe", "-o", "lsass.pmf"]);
    assert!(filter.current_dir(folder).status().unwrap().success());
}

#[test]
fn each_flag_of_each_help_does_something() {
    let folder = temp();
    let folder = folder.path();
    prepare(folder);
    let mut idle = Vec::new();
    let mut shown = BTreeSet::new();
    for command in COMMANDS.into_iter().filter(|command| !WITHOUT_FLAGS.contains(command)) {
        for flag in flags(command) {
            if WITHOUT_A_TRACE.contains(&flag.as_str()) {
                continue;
            }
            shown.insert((command, flag.clone()));
            let is_of = |case: &&Case| {
                case.flag == flag && case.commands.split(' ').any(|name| name == command)
            };
            let Some(case) = CASES.iter().find(is_of) else {
                idle.push(format!("{command} --{flag} has no case"));
                continue;
            };
            let without = base(command, case);
            let with: Vec<String> = without.iter().cloned().chain(words(case.with)).collect();
            let (one, other) = (outcome(&without, folder), outcome(&with, folder));
            // This one is refused where there is no registry to read.
            let may_be_refused = case.flag == "live" && !cfg!(windows);
            if one == other || (other.0 == 2 && !may_be_refused) {
                idle.push(format!(
                    "{command} --{flag}: {with:?} ends with {}: {}",
                    other.0, other.2
                ));
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
    // A case that no help shows any more is out of date.
    for case in CASES {
        for command in case.commands.split(' ') {
            assert!(shown.contains(&(command, case.flag.to_string())), "{command} --{}", case.flag);
        }
    }
}
