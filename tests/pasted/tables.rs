//! Rows and tables: what is one, what is not, and what cannot be read.

use procmonkey_parser::Column;

use crate::{read, read_all, refusal};

const ROW: &str =
    "6:59:13.0390001 PM\ta.exe\t5236\tReadFile\tC:\\a b.txt\tSUCCESS\tOffset: 0, Length: 8";

#[test]
fn prose_is_never_an_event() {
    for text in [
        "a.exe calls CreateFile C:\\a and gets ACCESS DENIED, as you see.",
        "CreateFile returned ACCESS DENIED for a.exe.",
        "When we run a.exe, RegOpenKey HKLM\\Software\\Demo gives NAME NOT FOUND.",
        "inetinfo.exe RegOpenKey HKLM\\Software\\Demo returned NAME NOT FOUND",
        "At 6:59:13 PM a.exe did a CreateFile on C:\\a. SUCCESS!",
        "Filter: Operation is CreateFile, Result is ACCESS DENIED, Process Name is a.exe",
        "Procmon shows ReadFile, WriteFile and CloseFile; the last one was a SUCCESS",
        "| ReadFile | reads from a file | SUCCESS on Windows |",
        "CreateFile\tCreates or opens a file\tSUCCESS or an error",
        "6:59:13 PM bob: CreateFile is what fails with ACCESS DENIED for me",
    ] {
        let message = refusal(format!("{text}\n"));
        assert!(message.contains("plain text"), "{text}: {message}");
        assert!(!message.contains("CSV without"), "{text}: {message}");
    }
}

#[test]
fn tables_of_other_programs_are_no_events() {
    for text in [
        // A listing, a process list, and a log with calls of the same names.
        " Directory of C:\\a\n\n03/05/2026  06:59 PM    <DIR>          CreateFile\n03/05/2026  06:59 PM   8 SUCCESS.txt\n",
        "Image Name    PID Session Name  Mem Usage\na.exe        5236 Services      12,345 K\n",
        "Time\tProcess\tAPI\tTarget\tStatus\n10:00:01\ta.exe\tReadFile\tC:\\a\tSUCCESS\n10:00:02\ta.exe\tReadFile\tC:\\a\tSUCCESS\n",
        "| When | Who | Call | What | Came to |\n|---|---|---|---|---|\n| 10:00:01 | a.exe | ReadFile | C:\\a | SUCCESS |\n",
        "when,who,call,what,result_text\n10:00:01,a.exe,ReadFile,C:\\a,SUCCESS\n",
        "1\t0.00001\tkernel32.dll\tCreateFileW ( \"C:\\a\" )\t0x12\n",
    ] {
        refusal(text);
    }
    // What may be Procmon's all the same is not passed over in silence.
    let message = refusal(
        "Zeit\tProzess\tVorgang\tPfad\tErgebnis\n18:59:13\ta.exe\tReadFile\tC:\\a\tSUCCESS\n",
    );
    assert!(message.contains("line 2") && message.contains("header"), "{message}");
}

#[test]
fn a_row_that_cannot_be_read_is_a_loss_with_its_line() {
    for (bad, why) in [
        ("6:59:13.0390002 PM\ta.exe\t5236\tReadFile\tC:\\a", "no Result"),
        ("6:59:13.0390002 PM\ta.exe\t5236\tReadFish\tC:\\a\tSUCCESS\t", "operation"),
        ("6:59:13.0390002 PM a.exe 5236 ReadFile C:\\a is what it says", "no Result"),
        ("a.exe\t5236\tReadFile\tC:\\a", "no Result"),
        ("a.exe 5236 ReadFile C:\\a", "no Result"),
        ("\"6:59:13.0390002 PM\",\"a.exe\",\"5236\",\"ReadFile\",\"C:\\a\"", "no Result"),
    ] {
        let reading = read(format!("See:\n{ROW}\n{bad}\n{ROW}\n"));
        assert_eq!(reading.events.len(), 2, "{bad}");
        assert_eq!(reading.losses.len(), 1, "{bad}: {:?}", reading.losses);
        assert!(
            reading.losses[0].contains("line 3,") && reading.losses[0].contains(why),
            "{:?}",
            reading.losses
        );
    }
    let table = "| Time | Process | PID | Op | Path | Result |\n|---|---|---|---|---|---|\n\
                 | 6:59:13.0390001 PM | a.exe | 8 | ReadFile | C:\\a | SUCCESS |\n\
                 | 6:59:13.0390001 PM | 8 | ReadFile | C:\\a | SUCCESS |\n";
    let reading = read(table);
    assert_eq!((reading.events.len(), reading.losses.len()), (1, 1));
    assert!(
        reading.losses[0].contains("line 4,") && reading.losses[0].contains("5 cells"),
        "{:?}",
        reading.losses
    );
}

#[test]
fn a_row_inside_of_other_text_ends_where_its_marks_do() {
    let words =
        "6:59:13.0390001 PM a.exe 5236 ReadFile C:\\a b.txt SUCCESS Offset: 0, Length: 2,202";
    let fields = "\"6:59:13.0390001 PM\",\"a.exe\",\"5236\",\"ReadFile\",\"C:\\a b.txt\",\"SUCCESS\",\"Offset: 0, Length: 2,202\"";
    for text in [
        format!("`{words}` is what it says"),
        format!("> - `{words}` is what it says"),
        format!("It says `{words}`, and then it ends."),
        format!("It says {fields} here."),
        format!("{fields} is the last row"),
        format!("see: {fields}"),
    ] {
        let reading = read_all(format!("{text}\n"));
        assert_eq!(reading.column(Column::TimeOfDay), ["6:59:13.0390001 PM"], "{text}");
        assert_eq!(reading.column(Column::Path), ["C:\\a b.txt"], "{text}");
        assert_eq!(reading.column(Column::Detail), ["Offset: 0, Length: 2,202"], "{text}");
    }
}

#[test]
fn numbers_of_rows_are_reported_as_not_used() {
    let row = |number: u32| format!("{number}\t{ROW}\n");
    let reading = read_all(format!("{}{}{}", row(1), row(2), row(3)));
    assert_eq!(reading.column(Column::Tid), ["-", "-", "-"]);
    let remarks = reading.remarks.join("; ");
    assert!(remarks.contains("not used: 3 numbers of rows"), "{remarks}");
    assert!(!read_all(format!("{ROW}\n")).remarks.join("; ").contains("not used"));
}

#[test]
fn a_text_of_nothing_but_such_rows_says_so() {
    let message = refusal("It shows:\n6:59:13.0390002 PM\ta.exe\t5236\tReadFile\tC:\\a\n");
    assert!(message.contains("line 2") && message.contains("Result"), "{message}");
}

#[test]
fn cells_that_a_fixed_width_has_cut_are_refused_with_that_reason() {
    for text in [
        "Time of Day       Process Name  PID   Operation   Path        Result    Detail\n\
         6:59:13.0390001   inetinfo.e    5236  RegQueryVa  HKLM\\SOFTW SUCCESS   Type: REG\n\
         6:59:13.0390002   inetinfo.e    5236  ReadFile    C:\\a       SUCCESS   Offset: 0\n",
        "Time of DaProcess NaPID     Operation Path      Result    Detail\n\
         59:13.0   inetinfo.e    5236RegQueryVaHKLM\\SOFTWSUCCESS   Type: REG_SZ, Length: 74\n",
        "Time of Day        Process Name PID  Operation     Path                      Result\n\
         -----------        ------------ ---  ---------     ----                      ------\n\
         6:59:13.0390001 PM inetinfo.exe 5236 RegQueryValue HKLM\\SOFTWARE\\Micros... SUCCESS\n",
    ] {
        let message = refusal(text);
        assert!(message.contains("fixed-width") && message.contains("cut"), "{message}\n{text}");
    }
}

#[test]
fn our_own_table_for_a_terminal_is_refused_because_its_cells_are_wrapped() {
    let table = crate::common::run(&[
        "events".as_ref(),
        "--filter".as_ref(),
        "Path contains MachineKeys".as_ref(),
        crate::common::sample("restart.csv").as_os_str(),
    ]);
    assert!(table.text().contains("CreateFile"));
    let message = refusal(&table.stdout);
    assert!(message.contains("fixed-width") && message.contains("wrapped"), "{message}");
}

#[test]
fn columns_that_only_look_aligned_are_read() {
    let text = "Time of Day         Process Name  PID   Operation  Path      Result\n\
                ------------------  ------------  ----  ---------  --------  -------\n\
                6:59:13.0390001 PM  a.exe         5236  ReadFile   C:\\a.txt  SUCCESS\n\
                6:59:13.0390002 PM  a.exe         5236  CloseFile  C:\\a.txt  SUCCESS\n";
    let reading = read_all(text);
    assert_eq!(reading.column(Column::Operation), ["ReadFile", "CloseFile"]);
    assert_eq!(reading.column(Column::Path), ["C:\\a.txt", "C:\\a.txt"]);
}

#[test]
fn rows_that_mail_has_wrapped_are_put_together() {
    let detail = "Desired Access: Generic Read, Disposition: Open, Options: Sequential Access, \
                  Synchronous IO Non-Alert, Attributes: n/a, ShareMode: Read, AllocationSize: n/a";
    let path = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\x.txt";
    let cut = detail.rfind(" IO").unwrap();
    for (what, row) in [
        (
            "behind the operation",
            format!("6:59:13.0390001 PM\ta.exe\t8\tCreateFile\n{path}\tSUCCESS\t{detail}"),
        ),
        (
            "in the path",
            format!(
                "6:59:13.0390001 PM\ta.exe\t8\tCreateFile\t{}\n{}\tSUCCESS\t{detail}",
                &path[..25],
                &path[25..]
            ),
        ),
        (
            "in the detail",
            format!(
                "6:59:13.0390001 PM\ta.exe\t8\tCreateFile\t{path}\tSUCCESS\t{}\n{}",
                &detail[..cut],
                &detail[cut + 1..]
            ),
        ),
        (
            "words",
            format!(
                "6:59:13.0390001 PM a.exe 8 CreateFile\n{path}\nSUCCESS {}\n{}",
                &detail[..cut],
                &detail[cut + 1..]
            ),
        ),
        (
            "quoted words",
            format!("> 6:59:13.0390001 PM a.exe 8 CreateFile\n> {path} SUCCESS\n> {detail}"),
        ),
    ] {
        let reading = read(format!("{row}\n\nRegards\n"));
        assert_eq!(reading.column(Column::Path), [path], "{what}: {:?}", reading.losses);
        assert_eq!(reading.column(Column::Result), ["SUCCESS"], "{what}");
        if what != "quoted words" {
            assert_eq!(reading.column(Column::Detail), [detail], "{what}");
        }
        assert!(reading.losses.is_empty(), "{what}: {:?}", reading.losses);
    }
}

#[test]
fn a_header_in_front_of_rows_says_what_they_are() {
    // Standard columns moved, others added, one that is nobody's.
    let text = "Operation\tResult\tPath\tProcess Name\tPID\tTime of Day\tNote\n\
                ReadFile\tSUCCESS\tC:\\a\ta.exe\t8\t18:59:13,0390001\thm\n\nWhat now?\n";
    let reading = read_all(text);
    assert_eq!(reading.column(Column::Path), ["C:\\a"]);
    assert_eq!(reading.column(Column::TimeOfDay), ["18:59:13,0390001"]);
    assert_eq!(reading.columns[6], "Note");
    let message = refusal("Look:\n\nProcess Name\tPID\tPath\tResult\na.exe\t8\tC:\\a\tSUCCESS\n");
    assert!(message.contains("without the column Operation"), "{message}");
}

#[test]
fn quotes_in_a_csv_end_where_they_must() {
    let multi = "Look:\n\"6:59:13.0390001 PM\",\"a.exe\",\"8\",\"Process Start\",\"\",\"SUCCESS\",\"Parent PID: 4, \
                 Command line: a, Current directory: C:\\, Environment: \n;\tA=1\n;\tB=2\"\n\
                 \"6:59:13.0390002 PM\",\"a.exe\",\"8\",\"CloseFile\",\"C:\\a\",\"SUCCESS\",\"\"\n";
    let reading = read_all(multi);
    assert_eq!(reading.column(Column::Operation), ["Process Start", "CloseFile"]);
    assert!(
        reading.column(Column::Detail)[0].ends_with(";\tB=2"),
        "{:?}",
        reading.column(Column::Detail)
    );
    let open = "Look:\n\"6:59:13.0390001 PM\",\"a.exe\",\"8\",\"ReadFile\",\"C:\\a\",\"SUCCESS\",\"Offset: 0\n\
                \"6:59:13.0390002 PM\",\"a.exe\",\"8\",\"CloseFile\",\"C:\\a\",\"SUCCESS\",\"\"\n";
    let reading = read(open);
    assert_eq!(reading.column(Column::Detail), ["Offset: 0", ""]);
    assert!(reading.losses[0].contains("quote"), "{:?}", reading.losses);
}

#[test]
fn a_quote_that_nobody_closes_ends_at_its_line() {
    let header = "Time of Day\tProcess Name\tPID\tOperation\tPath\tResult\tDetail\tCommand Line\n";
    let row = |number: u32, line: &str| {
        format!(
            "6:59:13.000000{number} PM\ta.exe\t8\tReadFile\tC:\\a\tSUCCESS\tOffset: 0\t{line}\n"
        )
    };
    let rows = row(1, "\"C:\\a.exe -x") + &row(2, "\"C:\\b.exe\" -y \"z") + &row(3, "c");
    for text in [format!("{header}{rows}"), format!("See\n{header}{rows}")] {
        let reading = read_all(&text);
        let lines = reading.column(Column::CommandLine);
        assert_eq!(lines, ["\"C:\\a.exe -x", "\"C:\\b.exe\" -y \"z", "c"], "{}", reading.format);
    }
    // Without a header the quotes of a detail are a part of it, too.
    let detail = "PID: 8, Command line: \"C:\\a.exe";
    let text = format!(
        "6:59:13.0000001 PM\ta.exe\t8\tProcess Create\tC:\\a.exe\tSUCCESS\t{detail}\n{ROW}\n"
    );
    assert_eq!(read_all(text).column(Column::Detail)[0], detail);
}

#[test]
fn the_environment_of_a_process_start_goes_on_below_its_row() {
    let row = "6:59:13.0000001 PM\ta.exe\t8\tProcess Start\t\tSUCCESS\tParent PID: 4, Command line: a, \
               Current directory: C:\\, Environment: ";
    let reading = read_all(format!("{row}\n;\tA=1\n;\tPath=C:\\x;D:\\y\n{ROW}\n"));
    assert_eq!(reading.events.len(), 2);
    let detail = reading.events[0].detail().unwrap();
    assert_eq!(detail.get("Environment"), Some("\r;\tA=1\r;\tPath=C:\\x;D:\\y"));
}

#[test]
fn a_pending_operation_and_new_results_are_kept_as_written() {
    let text = "6:59:13.0000001 PM\ta.exe\t8\tReadFile\tC:\\a\t\tOffset: 0, Length: 8\n\
                6:59:13.0000002 PM\ta.exe\t8\tReadFile\tC:\\a\tLOGON FAILURE\tOffset: 0, Length: 8\n\
                6:59:13.0000003 PM\ta.exe\t8\tReadFile\tC:\\a\t0xC000A2A4\t\n";
    assert_eq!(read_all(text).column(Column::Result), ["", "LOGON FAILURE", "0xC000A2A4"]);
}
