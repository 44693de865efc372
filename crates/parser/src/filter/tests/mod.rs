//! Whole filters applied to whole events.

mod dates;

use super::*;

fn clock() -> Clock {
    Clock::new(None, None, None)
}

fn event(fields: &[(Column, &str)]) -> Event {
    let columns: Vec<Column> = fields.iter().map(|field| field.0).collect();
    let mut event = Event::default();
    event.record.start(&Arc::new(Columns::from_known(&columns)));
    for (_, text) in fields {
        event.record.push(text.as_bytes());
    }
    event
}

fn include(rule: &str) -> Rule {
    Rule::parse(rule, Action::Include).unwrap()
}

fn exclude(rule: &str) -> Rule {
    Rule::parse(rule, Action::Exclude).unwrap()
}

/// The verdict of one include rule about an event with one column.
fn verdict(rule: &str, text: &str, clock: &Clock) -> Verdict {
    let rule = include(rule);
    let event = event(&[(rule.column(), text)]);
    Filter::new([rule]).matches(&event, clock)
}

#[test]
fn excludes_win_columns_are_anded_and_rules_on_a_column_are_ored() {
    let event = event(&[
        (Column::ProcessName, "inetinfo.exe"),
        (Column::Path, r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\c2319c"),
        (Column::Result, "NAME NOT FOUND"),
    ]);
    let (yes, no) = (Verdict::Included, Verdict::Excluded);
    let cases: [(Vec<Rule>, Verdict); 11] = [
        (vec![], yes),
        (vec![include("process is INETINFO.EXE")], yes),
        (vec![include("process is w3wp.exe")], no),
        (vec![include("process is w3wp.exe"), include("process is inetinfo.exe")], yes),
        (vec![include("process is inetinfo.exe"), include("path contains Temp")], no),
        (vec![include("process is inetinfo.exe"), include("path contains machinekeys")], yes),
        (vec![include("process is inetinfo.exe"), exclude("result is name not found")], no),
        (vec![exclude("result is SUCCESS")], yes),
        (vec![exclude("result is SUCCESS"), exclude("path ends with 319C")], no),
        (vec![exclude("result is not SUCCESS")], no),
        // As in Procmon, two rules on one column are alternatives, even these.
        (vec![include("path contains MachineKeys"), include("path excludes Crypto")], yes),
    ];
    for (rules, want) in cases {
        let text: Vec<_> = rules.iter().map(|r| format!("{} {r}", r.action())).collect();
        let forward = Filter::new(rules.clone());
        let backward = Filter::new(rules.into_iter().rev());
        assert_eq!(forward.matches(&event, &clock()), want, "{text:?}");
        assert_eq!(backward.matches(&event, &clock()), want, "{text:?}");
    }
}

/// A column, a text in it, and for each relation a value that matches and one that does
/// not. Regular expressions and text relations compare the text.
type Case = (Column, &'static str, [(&'static str, &'static str, &'static str); 9]);

const CASES: [Case; 5] = [
    (
        Column::Path,
        r"C:\Keys\b",
        [
            ("is", r"c:\KEYS\B", r"c:\keys"),
            ("is not", r"c:\keys", r"C:\KEYS\b"),
            ("less than", r"c:\keys\C", r"C:\KEYS\B"),
            ("more than", r"c:\keys\A", r"C:\KEYS\B"),
            ("begins with", r"c:\k", "keys"),
            ("ends with", r"S\B", "keys"),
            ("contains", "eys", "eyz"),
            ("excludes", "eyz", "EYS"),
            ("regex", r"^c:\\k.*b$", "^keys"),
        ],
    ),
    (
        Column::Pid,
        "1010",
        [
            ("is", "01010", "101"),
            ("is not", "101", "1010"),
            ("less than", "1011", "1010"),
            ("more than", "999", "1010"),
            ("begins with", "101", "01"),
            ("ends with", "010", "101"),
            ("contains", "01", "11"),
            ("excludes", "11", "01"),
            ("regex", "^(10)+$", "^0"),
        ],
    ),
    (
        Column::Duration,
        "0.0025000",
        [
            ("is", "0.0025", "0.002"),
            ("is not", "0.0024999", "00:00:00.0025"),
            ("less than", "0.0025001", "0.0025"),
            ("more than", "0.0024999", "0.0025"),
            ("begins with", "0.0025", "0.0026"),
            ("ends with", "5000", "0.0025"),
            ("contains", "25", "26"),
            ("excludes", "26", "25"),
            ("matches", r"^0\.00", "s"),
        ],
    ),
    (
        Column::TimeOfDay,
        "7:28:59.5401234 AM",
        [
            ("is", "07:28:59", "07:28:59 PM"),
            ("is not", "07:28:59.5402", "07:28:59.54"),
            ("less than", "7:29:00 AM", "7:28:59.5401234 AM"),
            ("more than", "7:28:59 AM", "7:28:59.5401234 AM"),
            ("begins with", "7:28", "07:28"),
            ("ends with", "am", "pm"),
            ("contains", "59.54", "59.55"),
            ("excludes", "59.55", "59.54"),
            ("regex", r"^7:2\d", "^07"),
        ],
    ),
    (
        Column::ProcessStart,
        "31.07.2020 07:28:59",
        [
            ("is", "2020-07-31", "2020-07-30"),
            ("is not", "2020-07-31 07:28:58", "31.07.2020 07:28:59"),
            ("less than", "2020-07-31 07:29:00", "2020-07-31"),
            ("more than", "2020-07-31 07:28:58.9999999", "2020-07-31T07:28:59"),
            ("begins with", "31.07", "2020"),
            ("ends with", ":59", "2020"),
            ("contains", "07.2020", "2020-07"),
            ("excludes", "2020-07", "07.2020"),
            ("regex", r"\.2020 ", "^2020"),
        ],
    ),
];

#[test]
fn every_relation_on_every_kind_of_column() {
    for (column, text, relations) in CASES {
        for (relation, matching, other) in relations {
            let yes = format!("{column} {relation} {matching}");
            let no = format!("{column} {relation} {other}");
            assert_eq!(verdict(&yes, text, &clock()), Verdict::Included, "{yes} on {text}");
            assert_eq!(verdict(&no, text, &clock()), Verdict::Excluded, "{no} on {text}");
        }
    }
}

#[test]
fn what_is_no_number_or_time_is_only_not_the_value() {
    for (column, value) in [
        ("PID", "4"),
        ("Duration", "0.5"),
        ("Completion Time", "7:28:59 AM"),
        ("Process Start", "2020-07-31"),
    ] {
        for text in ["", "n/a"] {
            for (relation, want) in [
                ("is", Verdict::Excluded),
                ("is not", Verdict::Included),
                ("less than", Verdict::Excluded),
                ("more than", Verdict::Excluded),
            ] {
                let rule = format!("{column} {relation} {value}");
                assert_eq!(verdict(&rule, text, &clock()), want, "{rule} on {text}");
            }
        }
        assert_eq!(verdict(&format!("{column} is \"\""), "", &clock()), Verdict::Included);
    }
}

#[test]
fn a_column_that_is_not_there_matches_no_rule() {
    let event = event(&[(Column::Path, "x")]);
    for rule in ["TID is 4", "TID is not 4", "TID excludes 4", "User is \"\""] {
        assert_eq!(Filter::new([include(rule)]).matches(&event, &clock()), Verdict::Excluded);
        assert_eq!(Filter::new([exclude(rule)]).matches(&event, &clock()), Verdict::Included);
    }
}

#[test]
fn the_process_list_fills_columns() {
    let process = Arc::new(Process {
        pid: Some(700),
        name: Some("lsass.exe".to_string()),
        ..Process::default()
    });
    let mut event = event(&[(Column::Path, "x")]);
    event.process = Some(Arc::clone(&process));
    let filter = Filter::new([
        include("process is LSASS.EXE"),
        include("PID more than 99"),
        include("User contains SYSTEM"),
        include("TID is 4"),
        include("TID is 8"),
    ]);
    assert_eq!(filter.matches(&event, &clock()), Verdict::Excluded);
    assert_eq!(
        Filter::new(filter.rules()[..2].to_vec()).matches(&event, &clock()),
        Verdict::Included
    );

    let columns = Columns::from_known(&[Column::Path]);
    let missing = filter.missing_columns(&columns, &[process]);
    assert_eq!(missing, [Column::User, Column::Tid]);
    let missing = filter.missing_columns(&columns, &[]);
    assert_eq!(missing, [Column::ProcessName, Column::Pid, Column::User, Column::Tid]);
}

#[test]
fn the_interest_of_a_filter_is_one_clause_that_bytes_can_tell() {
    let prefilter = |rules: &[&str]| {
        Filter::new(rules.iter().map(|rule| Rule::parse(rule, Action::Include).unwrap()))
            .prefilter()
    };
    let processes = Prefilter::nothing().or_process("a.exe").or_process("b.exe");
    let both = ["Process Name is a.exe", "Path contains x", "Process Name is B.exe"];
    assert_eq!(prefilter(&both), processes);
    let keys = Prefilter::nothing().or_path_with("machinekeys").folded();
    assert_eq!(prefilter(&["Process Name contains a", "Path contains MachineKeys"]), keys);
    assert_eq!(prefilter(&["Date & Time is 2020-07-31", "Path is MachineKeys"]), keys);
    assert_eq!(prefilter(&["Process Name is \"\""]), Prefilter::nothing().or_unnamed());
    for open in ["Path is not machinekeys", "Path contains x", "Process Name is not a.exe"] {
        assert!(prefilter(&[open]).is_everything(), "{open}");
        assert!(prefilter(&[open, "Path regex .", "Path is abc"]).is_everything(), "{open}");
    }
    let excluding = Filter::new([Rule::parse("Process Name is a.exe", Action::Exclude).unwrap()]);
    assert!(excluding.prefilter().is_everything());
    assert!(Filter::default().prefilter().is_everything());
}
