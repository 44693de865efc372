//! The tabs of Event Properties: what belongs together, and what mail and pages do to it.

use procmonkey_parser::Column;

use crate::{read_all, refusal, try_read};

const KEY: &str = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\\
                   7a436fe806e483969f48a894af2fe9a1_0d9f3c52-71ab-4be6-8c04-5e6a2f1b7d38";

fn event(date: &str) -> String {
    format!(
        "Date:\t{date}\nThread:\t912\nClass:\tFile System\nOperation:\tCreateFile\n\
         Result:\tACCESS DENIED\nPath:\t{KEY}\nDuration:\t0.0000412\n\
         Desired Access:\tGeneric Read\nDisposition:\tOpen\n\
         Options:\tSequential Access, Synchronous IO Non-Alert, Non-Directory File\n\
         Attributes:\tn/a\nShareMode:\tRead\nAllocationSize:\tn/a\n"
    )
}

const DETAIL: &str = "Desired Access: Generic Read, Disposition: Open, Options: Sequential \
                      Access, Synchronous IO Non-Alert, Non-Directory File, Attributes: n/a, \
                      ShareMode: Read, AllocationSize: n/a";

fn process(name: &str, pid: u32) -> String {
    format!(
        "Description:\tDemo\nCompany:\tDemo Ltd\nName:\t{name}\nVersion:\t1.2.3.4\n\
         Path:\tD:\\Demo\\{name}\nCommand Line:\t\"D:\\Demo\\{name}\" -k \"a b\"\nPID:\t{pid}\n\
         Parent PID:\t700\nSession ID:\t0\nUser:\tDEMO\\svc\nAuth ID:\t00000000:000003e7\n\
         Architecture:\t64-bit\nVirtualized:\tFalse\nIntegrity:\tHigh\n\
         Started:\t3/5/2026 6:50:00 PM\nEnded:\t(Running)\nModules:\n\
         {name}\t0x140000000\t0xb000\tD:\\Demo\\{name}\tDemo Ltd\t1.2.3.4\t1/2/2026 3:04:05 AM\n\
         ntdll.dll\t0x7ffc0000\t0x1f0000\tC:\\Windows\\ntdll.dll\tMicrosoft\t10.0\t1/2/2026 3:04:05 AM\n"
    )
}

const STACK: &str = "Frame\tModule\tLocation\tAddress\tPath\n\
    K 0\tfltmgr.sys\tFltDecodeParameters + 0x1c5d\tfffff80112345678\tC:\\x\n\
    K 0\tfltmgr.sys\tFltDecodeParameters + 0x1c5d\t0xfffff80112345678\tC:\\Windows\\fltmgr.sys\n\
    K 1\tntoskrnl.exe\tNtCreateFile + 0x79\t0xfffff80187654321\tC:\\Windows\\ntoskrnl.exe\n\
    U 2\t<unknown>\t0x7ff6d4a90000\t0x7ff6d4a90000\t\n";

const DATE: &str = "3/25/2026 6:59:13.0413955 PM";

#[test]
fn the_process_tab_belongs_to_its_event_on_either_side() {
    for (what, text) in [
        ("behind", event(DATE) + "\n" + &process("demo.exe", 6640)),
        ("directly behind", event(DATE) + &process("demo.exe", 6640)),
        ("a heading", event(DATE) + "\nProcess tab:\n\n" + &process("demo.exe", 6640)),
        ("two headings", event(DATE) + "\n## Process\n-----\n" + &process("demo.exe", 6640)),
        ("in front", process("demo.exe", 6640) + "\nEvent tab\n\n" + &event(DATE)),
        (
            "quoted",
            (event(DATE) + "\nProcess:\n" + &process("demo.exe", 6640))
                .lines()
                .map(|line| format!("> {line}\n"))
                .collect(),
        ),
    ] {
        let reading = read_all(&text);
        assert_eq!(reading.events.len(), 1, "{what}");
        for (column, want) in [
            (Column::ProcessName, "demo.exe"),
            (Column::Pid, "6640"),
            (Column::User, "DEMO\\svc"),
            (Column::CommandLine, "\"D:\\Demo\\demo.exe\" -k \"a b\""),
            (Column::ImagePath, "D:\\Demo\\demo.exe"),
            (Column::Integrity, "High"),
            (Column::ParentPid, "700"),
            (Column::Path, KEY),
            (Column::Detail, DETAIL),
        ] {
            assert_eq!(reading.column(column), [want], "{what}: {column}");
            assert!(reading.columns.iter().any(|name| name == column.name()), "{what}: {column}");
        }
        assert_eq!(reading.remarks, ["not used: 2 modules in Process tabs"], "{what}");
    }
}

#[test]
fn each_of_several_process_tabs_belongs_to_its_own_event() {
    let (first, second) = (process("one.exe", 4), process("two.exe", 8));
    let events = [event("3/25/2026 6:59:13.0000001 PM"), event("3/25/2026 6:59:13.0000002 PM")];
    for text in [
        format!("{}\n{first}\n{}\n{second}", events[0], events[1]),
        format!("{first}\n{}\n{second}\n{}", events[0], events[1]),
    ] {
        let reading = read_all(&text);
        assert_eq!(reading.column(Column::ProcessName), ["one.exe", "two.exe"], "{text}");
        assert_eq!(reading.column(Column::Pid), ["4", "8"]);
    }
    // A page of prose parts them: nothing says that this tab is of that event.
    let prose =
        "We looked at it for an hour and found nothing that would explain it, so far at least.\n";
    let reading = read_all(format!("{}\n{prose}\n{first}", events[0]));
    assert_eq!(reading.column(Column::ProcessName), ["-"]);
    assert!(reading.remarks[0].contains("one.exe, PID 4"), "{:?}", reading.remarks);
}

#[test]
fn a_process_tab_does_not_go_to_the_row_of_another_process() {
    let row = "6:59:13.0390001 PM\tother.exe\t12\tReadFile\tC:\\a\tSUCCESS\tOffset: 0, Length: 8\n";
    let reading = read_all(row.to_string() + &process("demo.exe", 6640));
    assert_eq!(reading.column(Column::User), ["-"]);
    assert!(reading.remarks.iter().any(|remark| remark.contains("belongs to no event")));
    let own = row.replace("other.exe\t12", "demo.exe\t6640");
    let reading = read_all(own + &process("demo.exe", 6640));
    assert_eq!(reading.column(Column::User), ["DEMO\\svc"]);
}

#[test]
fn a_tab_alone_is_called_by_its_name() {
    let message = refusal(process("demo.exe", 6640));
    assert!(message.contains("Process tab") && message.contains("demo.exe, PID 6640"), "{message}");
    let message = refusal(STACK);
    assert!(message.contains("call stack"), "{message}");
    let message = refusal("Hello,\n\nKind regards\nName: Jo\nCompany: Demo\nUser: jo\n");
    assert!(message.contains("plain text"), "{message}");
}

#[test]
fn the_stack_tab_is_the_stack_of_the_event() {
    for text in [
        event(DATE) + "\nStack:\n" + STACK,
        event(DATE) + &process("demo.exe", 4) + "\n" + STACK,
        STACK.to_string() + "\n" + &event(DATE),
        "6:59:13.0390001 PM\tdemo.exe\t4\tReadFile\tC:\\a\tSUCCESS\tOffset: 0, Length: 8\n\n"
            .to_string()
            + &STACK.replace('\t', " "),
    ] {
        let reading = read_all(&text);
        assert_eq!(reading.events.len(), 1, "{text}");
        let stack = reading.events[0].stack();
        assert_eq!(stack.len(), 3, "{text}");
        assert_eq!((stack[1].depth, &*stack[1].location), (1, "NtCreateFile + 0x79"));
        assert_eq!(stack[0].path, "C:\\Windows\\fltmgr.sys");
        assert_eq!((stack[2].address.value(), &*stack[2].path), (Some(0x7ff6_d4a9_0000), ""));
    }
}

#[test]
fn a_path_that_mail_has_wrapped_is_put_together() {
    let (front, name) = KEY.split_at(KEY.rfind('\\').unwrap() + 1);
    let (head, tail) = name.split_at(20);
    for (what, path) in [
        ("below its label", format!("Path:\n{KEY}\n")),
        ("below an empty line", format!("Path:\n\n{KEY}\n")),
        ("behind a folder", format!("Path:\t{front}\n{name}\n")),
        ("in the hash", format!("Path:\t{front}{head}\n{tail}\n")),
        ("on three lines", format!("Path:\n{front}\n{head}\n{tail}\n")),
        ("indented", format!("Path:\n    {KEY}\n")),
        ("quoted", format!("> Path:\n> {KEY}\n")),
    ] {
        let text = event(DATE).replace(&format!("Path:\t{KEY}\n"), &path);
        assert_eq!(read_all(&text).column(Column::Path), [KEY], "{what}");
    }
    let wrapped = event(DATE).replace("Non-Alert, Non", "Non-Alert,\nNon");
    assert_eq!(read_all(&wrapped).column(Column::Detail), [DETAIL]);
    let spaced =
        event(DATE).replace(KEY, "C:\\Documents and\nSettings\\All Users\\Application\nData\\x");
    let want = "C:\\Documents and Settings\\All Users\\Application Data\\x";
    assert_eq!(read_all(&spaced).column(Column::Path), [want]);
}

#[test]
fn every_form_of_the_labels_is_read() {
    let lines = event(DATE);
    let each = |form: &dyn Fn(&str, &str) -> String| -> String {
        lines.lines().map(|line| line.split_once(":\t").unwrap()).map(|(k, v)| form(k, v)).collect()
    };
    let encode = |text: &str| text.replace('=', "=3D").replace('\t', "=09");
    for (what, text) in [
        ("bullets", each(&|k, v| format!("* {k}: {v}\n"))),
        ("bold bullets", each(&|k, v| format!("- **{k}:** {v}\n"))),
        ("bold labels", each(&|k, v| format!("**{k}**: `{v}`  \n"))),
        ("breaks", each(&|k, v| format!("{k}: {v}<br>\n"))),
        ("one line of a page", each(&|k, v| format!("<b>{k}:</b> {v}<br/>"))),
        ("paragraphs", each(&|k, v| format!("<p>{k}:&nbsp;{v}</p>\n"))),
        (
            "rows of a page",
            each(&|k, v| format!("<tr><td>{k}</td><td>{v}</td></tr>\n"))
                .replace("</td><td>", ":</td><td>"),
        ),
        ("double spaced", each(&|k, v| format!("{k}: {v}\n\n"))),
        ("table", "| | |\n|-|-|\n".to_string() + &each(&|k, v| format!("| **{k}** | `{v}` |\n"))),
        ("table without outer pipes", each(&|k, v| format!("{k} | {v}\n"))),
        ("mail", each(&|k, v| format!("> > {k}:   {v}\n"))),
        ("source", each(&|k, v| format!("    // {k}: {v}\n"))),
        (
            "quoted-printable",
            each(&|k, v| {
                let line = encode(&format!("{k}:\t{v}"));
                let mut cut = String::new();
                let mut rest = line.as_str();
                while rest.len() > 75 {
                    let at = if rest.as_bytes()[73] == b'=' {
                        73
                    } else if rest.as_bytes()[74] == b'=' {
                        74
                    } else {
                        75
                    };
                    cut += &format!("{}=\n", &rest[..at]);
                    rest = &rest[at..];
                }
                cut + rest + "=20\n"
            }),
        ),
        (
            "escaped",
            each(&|k, v| format!("- {k}: {}\n", v.replace('\\', "\\\\").replace('_', "\\_"))),
        ),
    ] {
        let reading = try_read(&text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
        assert!(reading.losses.is_empty(), "{what}: {:?}", reading.losses);
        assert_eq!(reading.column(Column::Path), [KEY], "{what}\n{text}");
        assert_eq!(reading.column(Column::Result), ["ACCESS DENIED"], "{what}");
        assert_eq!(reading.column(Column::DateAndTime), [DATE], "{what}");
        assert_eq!(reading.column(Column::Detail), [DETAIL], "{what}\n{text}");
    }
}

#[test]
fn signs_that_a_page_writes_as_references_are_themselves() {
    let text = "Date &amp; Time: 13-02-2026 06:59:12 PM\nEvent Class: Process\nOperation: Process Create\n\
                Result: SUCCESS\nPath: C:\\R&amp;D\\a.exe\nTID: 4\nDuration: 0.0000000\n\
                PID: 8\nCommand line: &quot;C:\\R&amp;D\\a.exe&quot; &lt;x&gt;\n";
    let reading = read_all(text);
    assert_eq!(reading.column(Column::Path), ["C:\\R&D\\a.exe"]);
    assert_eq!(reading.column(Column::Detail), ["PID: 8, Command line: \"C:\\R&D\\a.exe\" <x>"]);
}

#[test]
fn a_label_process_that_people_write_is_the_process() {
    let text = "Process: a.exe\nPID: 8\nOperation: RegOpenKey\nPath: HKLM\\a\nResult: SUCCESS\n";
    assert_eq!(crate::read_all(text).column(Column::ProcessName), ["a.exe"]);
}

#[test]
fn when_a_process_ended_is_reported_as_not_used() {
    let tab = process("a.exe", 8);
    assert!(tab.contains("Ended:"), "{tab}");
    let ended = tab.replace("(Running)", "3/5/2026 7:00:00 PM");
    for (tab, is_told) in [(&tab, false), (&ended, true)] {
        let reading = crate::read_all(format!("{}\n{tab}", event(DATE)));
        let remarks = reading.remarks.join("; ");
        assert_eq!(remarks.contains("1 time at which a process ended"), is_told, "{remarks}");
    }
}

/// The header lines of an event log's text are labels of a Process tab, too.
#[test]
fn labels_above_a_gap_are_not_those_of_the_event_below() {
    let text = "User: N/A\nDescription:\nIt stopped.\n\nOperation: RegOpenKey\nPath: HKLM\\a\nResult: SUCCESS\n";
    let reading = crate::read_all(text);
    assert_eq!(reading.column(Column::User), ["-"]);
    assert_eq!(reading.column(Column::Description), ["-"]);
}

#[test]
fn labels_of_other_texts_are_no_events() {
    for text in [
        "Operation: Install\nResult: failed\nPath: C:\\setup.exe\n",
        "Date: 3/5/2026\nSubject: CreateFile fails\nPath: C:\\a\nResult: SUCCESS\n",
        "Operation: CreateFile\nThis is what fails.\n",
        "The Operation: CreateFile gives the Result: ACCESS DENIED on Path: C:\\a, we think.\n",
        "Name: demo\nVersion: 1.0\nDescription: CreateFile for all\n",
    ] {
        let message = refusal(text);
        assert!(message.contains("plain text"), "{message}\n{text}");
    }
}
