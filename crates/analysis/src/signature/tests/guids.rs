//! Which GUID is the older one, what is said to be put back, and what is not.

use procmonkey_parser::{TICKS_PER_DAY, TICKS_PER_SECOND};

use super::log::*;
use crate::report::GuidRole;
use crate::{
    Case, CaseOptions, Confidence, Finding, FolderListing, HostMachineGuid, ListedFile,
    MachineGuid, Report, Severity, Witness, WitnessTime,
};

/// A case while it is put together.
#[derive(Default)]
struct Together<'l> {
    logs: Vec<&'l Log>,
    baselines: Vec<&'l Log>,
    witnesses: Vec<Witness>,
    expected: Option<&'static str>,
}

impl<'l> Together<'l> {
    fn of(logs: &[&'l Log]) -> Together<'l> {
        Together { logs: logs.to_vec(), ..Together::default() }
    }

    fn baseline(mut self, log: &'l Log) -> Together<'l> {
        self.baselines.push(log);
        self
    }

    fn with(mut self, witness: Witness) -> Together<'l> {
        self.witnesses.push(witness);
        self
    }

    fn report(self) -> Report {
        let mut options = CaseOptions::new();
        if let Some(guid) = self.expected {
            options = options.machine_guid(MachineGuid::new(guid));
        }
        let mut case = Case::new(options);
        self.witnesses.into_iter().for_each(|witness| case.witness(witness));
        self.baselines.iter().for_each(|log| log.read_into(&mut case, Case::read_baseline));
        self.logs.iter().for_each(|log| log.read_into(&mut case, Case::read));
        case.finish()
    }
}

fn listing(files: &[(&str, &str, &str)]) -> Witness {
    let mut listing = FolderListing { source: "dir.txt".into(), ..FolderListing::default() };
    for (stem, guid, modified) in files {
        let mut file = ListedFile::new(format!("{stem}_{guid}"));
        file.modified = Some(WitnessTime::local(*modified)).filter(|_| !modified.is_empty());
        listing.files.push(file);
    }
    Witness::Folder(listing)
}

fn registry(guid: &str) -> Witness {
    Witness::MachineGuid(HostMachineGuid::new(MachineGuid::new(guid), "export.reg"))
}

/// The registry key was last written on this day, counted from the first of March 2026.
fn registry_written(guid: &str, day: i64) -> Witness {
    let mut host = HostMachineGuid::new(MachineGuid::new(guid), "hive SOFTWARE");
    // 2026-03-01 12:00 UTC.
    let first = (155_287 * TICKS_PER_DAY) + 12 * 3600 * TICKS_PER_SECOND;
    host.written = Some(WitnessTime::utc("then", first + day * TICKS_PER_DAY));
    Witness::MachineGuid(host)
}

fn found<'r>(report: &'r Report, signature: &str) -> &'r Finding {
    let all: Vec<_> = report.findings.iter().map(|it| &*it.signature).collect();
    report
        .findings
        .iter()
        .find(|it| it.signature == signature)
        .unwrap_or_else(|| panic!("{signature} is not among {all:?}"))
}

fn named(finding: &Finding, role: GuidRole) -> Vec<&str> {
    finding.guids.iter().filter(|it| it.role == role).map(|it| it.guid.as_str()).collect()
}

fn put_back(finding: &Finding) -> Option<&str> {
    let value = finding.put_back.as_ref().map(MachineGuid::as_str);
    let said = finding.remedy.contains("putting ");
    assert_eq!(value.is_some(), said, "what is typed and what is said agree: {}", finding.remedy);
    value
}

/// The service makes its key anew under `guid`, and ends.
fn breaks(log: &mut Log, guid: &str) {
    log.read_value(guid).make_anew(IIS, guid, 78).exit();
}

fn works(log: &mut Log, guid: &str) {
    log.read_value(guid).use_key(&under(IIS, guid)).use_key(&under(DCOM, guid));
}

#[test]
fn a_file_made_when_there_was_none_is_the_newer_one_with_and_without_its_reads() {
    for reads in [true, false] {
        let mut log = Log::new();
        if reads {
            log.read_value(OTHER);
        }
        log.make_anew(IIS, OTHER, 78).exit().by(TOOL);
        log.list(&[format!("{IIS}_{GUID}"), format!("{IIS}_{OTHER}"), format!("{DCOM}_{GUID}")]);
        let report = Together::of(&[&log]).report();
        let finding = found(&report, "MK-01");
        assert_eq!(named(finding, GuidRole::Older), [GUID], "{reads}");
        assert_eq!(named(finding, GuidRole::Newer), [OTHER], "{reads}");
        assert_eq!(put_back(finding), Some(GUID), "{reads}");
        assert_eq!(finding.severity, Severity::Error, "{reads}");
    }
}

#[test]
fn a_copy_that_a_shell_makes_is_no_proof_of_anything() {
    let mut log = Log::new();
    // The value is OTHER; somebody restores the old file under GUID.
    log.by(TOOL);
    let path = under(IIS, GUID);
    log.refuse(&path, "NAME NOT FOUND").create(&path).write(&path, 2202).close(&path);
    log.list(&[format!("{IIS}_{GUID}"), format!("{IIS}_{OTHER}")]);
    let report = Together::of(&[&log]).report();
    for finding in &report.findings {
        assert_eq!(put_back(finding), None, "{}", finding.signature);
        assert!(named(finding, GuidRole::Older).is_empty(), "{}", finding.signature);
    }
}

#[test]
fn a_copy_that_was_restored_first_does_not_show_what_was_in_effect() {
    // Somebody restores a file of another computer, and the service makes its own.
    let mut log = Log::new();
    log.by(TOOL);
    let path = under(IIS, GUID);
    log.refuse(&path, "NAME NOT FOUND").create(&path).write(&path, 2202).close(&path);
    log.by(IISADMIN);
    breaks(&mut log, OTHER);
    let report = Together::of(&[&log]).report();
    let finding = found(&report, "MK-01");
    assert_eq!((named(finding, GuidRole::Older), put_back(finding)), (vec![], None));
}

#[test]
fn a_newer_value_that_is_expected_stays() {
    let mut log = Log::new();
    breaks(&mut log, OTHER);
    log.by(TOOL).list(&[format!("{IIS}_{GUID}"), format!("{IIS}_{OTHER}")]);
    let mut case = Together::of(&[&log]);
    case.expected = Some(OTHER);
    let report = case.report();
    let finding = found(&report, "MK-01");
    assert_eq!((named(finding, GuidRole::Older), put_back(finding)), (vec![GUID], None));
    assert!(finding.remedy.contains("is given as the value that is expected"), "{finding:?}");
}

#[test]
fn without_proof_both_are_named_and_none_to_put_back() {
    // Which was first is open: the file that is in use, or the one that is only there.
    let mut log = Log::new();
    log.read_value(OTHER).open(&under(IIS, OTHER)).size(&under(IIS, OTHER), 2202);
    log.exit().by(TOOL).list(&[format!("{IIS}_{GUID}"), format!("{IIS}_{OTHER}")]);
    let report = Together::of(&[&log]).report();
    let finding = found(&report, "MK-01");
    assert_eq!(put_back(finding), None);
    assert_eq!(finding.confidence, Confidence::Low);
    let mut both = named(finding, GuidRole::Unordered);
    both.sort_unstable();
    assert_eq!(both, [GUID, OTHER]);
    for guid in both {
        assert!(finding.remedy.contains(guid), "{}", finding.remedy);
    }
    assert!(finding.remedy.contains("--keys-dir"), "{}", finding.remedy);
}

#[test]
fn the_dates_of_a_listing_prove_it_only_where_no_file_lies_between() {
    let mut log = Log::new();
    log.read_value(OTHER).open(&under(IIS, OTHER)).size(&under(IIS, OTHER), 2202).exit();
    let (old, new) = ("03/01/2026  09:12 AM", "03/25/2026  06:59 PM");
    for (files, want) in [
        (vec![(IIS, GUID, old), (DCOM, GUID, old), (IIS, OTHER, new)], Some(GUID)),
        // A key of this value is older than one of the other: it was there before.
        (vec![(IIS, GUID, new), (DCOM, OTHER, old), (IIS, OTHER, new)], None),
        (vec![(IIS, GUID, old), (DCOM, GUID, new), (IIS, OTHER, "03/14/2026  06:59 PM")], None),
        (vec![(IIS, GUID, old), (IIS, OTHER, old)], None),
        (vec![(IIS, GUID, old), (IIS, OTHER, "")], None),
        // The file in use is the older one, which is in effect: nothing to put back.
        (vec![(IIS, GUID, new), (IIS, OTHER, old)], None),
    ] {
        let report = Together::of(&[&log]).with(listing(&files)).report();
        assert_eq!(put_back(found(&report, "MK-01")), want, "{files:?}");
    }
}

#[test]
fn dates_that_cannot_be_prove_nothing() {
    let report_of = |log: &mut Log, files: &[(&str, &str, &str)]| {
        log.read_value(OTHER).open(&under(IIS, OTHER)).size(&under(IIS, OTHER), 2202).exit();
        Together::of(&[log]).with(listing(files)).report()
    };
    let put_back_by = |log: &mut Log, old: &str, new: &str| {
        let report = report_of(log, &[(IIS, GUID, old), (IIS, OTHER, new)]);
        let finding = found(&report, "MK-01");
        assert!(put_back(finding).is_none_or(|value| value == GUID));
        put_back(finding).is_some()
    };
    for (old, new, proves) in [
        ("03/01/2026  09:12 AM", "03/25/2026  06:59 PM", true),
        // No date at all, as FILETIME, Unix and FAT write it.
        ("01/01/1601  12:00 AM", "03/25/2026  06:59 PM", false),
        ("1601-01-01 01:00", "2026-03-25 18:59", false),
        ("01.01.1970  01:00", "25.03.2026  18:59", false),
        ("01/01/1980  12:00 AM", "03/25/2026  06:59 PM", false),
        // Tenth of February or second of October; third of June or sixth of March.
        ("10/02/2026  09:12 AM", "03/06/2026  06:59 PM", false),
        // The order of one row is not that of the other: somebody put them together.
        ("13/02/2026  09:12 AM", "03/25/2026  06:59 PM", false),
        // Both can be read in two ways, and both ways say the same.
        ("01/02/2026  09:12 AM", "03/04/2026  06:59 PM", true),
    ] {
        assert_eq!(put_back_by(&mut Log::new(), old, new), proves, "{old} and {new}");
    }
    // The capture ends on the fifth: a file of the twenty-fifth is from a time that it does not
    // show, or from a clock that was wrong.
    for (new, proves) in [("2026-03-05 18:58", true), ("2026-03-25 18:59", false)] {
        let mut log = Log::dated("2026-03-05");
        assert_eq!(put_back_by(&mut log, "2026-03-01 09:12", new), proves, "{new}");
    }
}

#[test]
fn a_file_of_a_later_listing_was_not_there_before() {
    // The first start, when the service makes its key.
    let mut first = Log::dated("2026-03-05");
    breaks(&mut first, GUID);
    let (before, after) = ("03/01/2026  09:12 AM", "03/25/2026  06:59 PM");
    for (date, older, value) in [
        // Made three weeks afterwards: it was not there before.
        (after, vec![], None),
        (before, vec![OTHER], Some(OTHER)),
        // From a time that is not known: this may be either.
        ("", vec![], None),
    ] {
        let report = Together::of(&[&first]).with(listing(&[(IIS, OTHER, date)])).report();
        let finding = found(&report, "MK-01");
        assert_eq!((named(finding, GuidRole::Older), put_back(finding)), (older, value), "{date}");
    }
    // Nor does a capture of another day that shows the other file, whichever is the later one.
    let mut other = Log::dated("2026-03-25");
    other.by(TOOL).list(&[format!("{IIS}_{OTHER}")]);
    let report = Together::of(&[&first, &other]).report();
    assert!(!named(found(&report, "MK-01"), GuidRole::Older).contains(&OTHER));
    let mut undated = Log::new();
    undated.by(TOOL).list(&[format!("{IIS}_{OTHER}")]);
    let report = Together::of(&[&first, &undated]).report();
    assert_eq!(named(found(&report, "MK-01"), GuidRole::Older), Vec::<&str>::new());
}

#[test]
fn a_key_that_works_under_the_newer_value_is_not_taken_away() {
    // It opens its key and goes on; the folder has an older one.
    let mut log = Log::new();
    log.read_value(OTHER).open(&under(IIS, OTHER)).size(&under(IIS, OTHER), 2202);
    let files = [(IIS, GUID, "03/01/2026  09:12 AM"), (IIS, OTHER, "03/25/2026  06:59 PM")];
    let report = Together::of(&[&log]).with(listing(&files)).report();
    let finding = found(&report, "MK-01");
    assert_eq!((named(finding, GuidRole::Older), put_back(finding)), (vec![GUID], None));
    assert!(finding.remedy.contains("Nothing here shows a key that was lost"), "{finding:?}");
    // Two values on two days, and both work.
    let (mut one, mut two) = (Log::dated("2026-03-05"), Log::dated("2026-03-06"));
    one.start_on("WEB01");
    works(&mut one, GUID);
    two.start_on("WEB01");
    works(&mut two, OTHER);
    let report = Together::of(&[&one, &two]).report();
    assert_eq!(put_back(found(&report, "MK-02")), None);
}

#[test]
fn a_value_that_was_put_back_in_the_capture_is_not_called_changed() {
    let edits = |values: &[&str]| {
        let mut log = Log::new();
        log.by(TOOL).read_value(GUID);
        values.iter().for_each(|value| _ = log.set_value(value));
        let report = Together::of(&[&log]).report();
        let finding = found(&report, "MK-02").clone();
        (finding.severity, finding.explanation, finding.remedy)
    };
    let (severity, said, remedy) = edits(&[OTHER, GUID]);
    assert_eq!(severity, Severity::Info);
    assert!(said.contains("put back what was there before the first one"), "{said}");
    assert!(!said.contains("are no longer found"), "{said}");
    assert!(remedy.contains("Nothing is to be put back"), "{remedy}");
    // It is another one in the end.
    for values in [&[OTHER][..], &[GUID, OTHER], &[OTHER, GUID, OTHER]] {
        let (severity, said, _) = edits(values);
        assert_eq!(severity, Severity::Error, "{values:?}");
        assert!(said.contains("are no longer found"), "{said}");
    }
}

#[test]
fn a_value_that_was_set_or_read_later_is_the_newer_one() {
    let mut set = Log::new();
    works(&mut set, GUID);
    set.by(TOOL).set_value(OTHER);
    let report = Together::of(&[&set]).report();
    let finding = found(&report, "MK-02");
    assert_eq!((named(finding, GuidRole::Older), put_back(finding)), (vec![GUID], Some(GUID)));

    let mut read = Log::new();
    read.read_value(GUID).by(WORKER).read_value(OTHER);
    let report = Together::of(&[&read]).report();
    assert_eq!(put_back(found(&report, "MK-02")), Some(GUID));

    // There and back again: the older one is in effect, and nobody is sent anywhere.
    let mut back = Log::new();
    back.read_value(GUID).by(TOOL).set_value(OTHER).set_value(GUID);
    let report = Together::of(&[&back]).report();
    assert_eq!(put_back(found(&report, "MK-02")), None);
}

#[test]
fn a_value_of_the_32_bit_view_names_no_key_file() {
    const WOW: &str = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Cryptography\MachineGuid";
    let data = format!("Type: REG_SZ, Length: 74, Data: {OTHER}");
    let mut log = Log::new();
    log.row("RegQueryValue", WOW, "SUCCESS", &data);
    works(&mut log, GUID);
    log.by(TOOL).row("RegSetValue", WOW, "SUCCESS", &data);
    let report = Together::of(&[&log]).report();
    assert_eq!(signs(&report), []);
    assert_eq!(report.timeline.iter().filter(|it| it.link.is_some()).count(), 4);
}

#[test]
fn captures_are_taken_in_the_order_of_their_dates() {
    let (mut good, mut bad) = (Log::dated("2026-03-05"), Log::dated("2026-03-06"));
    good.start_on("WEB01");
    works(&mut good, GUID);
    bad.start_on("WEB01");
    breaks(&mut bad, OTHER);
    for logs in [[&good, &bad], [&bad, &good]] {
        let report = Together::of(&logs).report();
        let finding = found(&report, "MK-01");
        assert_eq!(put_back(finding), Some(GUID));
        assert_eq!(finding.confidence, Confidence::High);
        let swapped = logs[0].text_is(&bad);
        let said =
            report.captures.iter().any(|it| it.remarks.iter().any(|r| r.contains("by its dates")));
        assert_eq!(said, swapped, "{:?}", report.captures[0].remarks);
        assert!(report.captures[0].first_time.as_deref().unwrap().starts_with("2026-03-05"));
    }
    // A baseline of another day proves the same; one that is later proves nothing.
    let report = Together::of(&[&bad]).baseline(&good).report();
    assert_eq!(put_back(found(&report, "MK-01")), Some(GUID));
    let mut later = Log::dated("2026-03-09");
    later.start_on("WEB01");
    works(&mut later, GUID);
    let mut healthy = Log::dated("2026-03-06");
    healthy.start_on("WEB01");
    works(&mut healthy, OTHER);
    let report = Together::of(&[&healthy]).baseline(&later).report();
    assert_eq!(put_back(found(&report, "MK-02")), None);
}

#[test]
fn captures_of_two_computers_are_not_one_case() {
    let (mut one, mut other) = (Log::dated("2026-03-05"), Log::dated("2026-03-06"));
    one.start_on("WEB01");
    works(&mut one, GUID);
    other.start_on("WEB02");
    works(&mut other, OTHER);
    let report = Together::of(&[&one, &other]).report();
    assert_eq!(signs(&report), []);
    let remarks = report.captures[1].remarks.join(" ");
    assert!(remarks.contains("another computer") && remarks.contains("WEB02"), "{remarks}");

    // What is wrong on one of them is told all the same.
    let mut broken = Log::dated("2026-03-06");
    broken.start_on("WEB02");
    breaks(&mut broken, OTHER);
    broken.by(TOOL).list(&[format!("{IIS}_{GUID}"), format!("{IIS}_{OTHER}")]);
    let report = Together::of(&[&one, &broken]).report();
    assert_eq!(put_back(found(&report, "MK-01")), Some(GUID));

    // Where nothing tells, it is supposed, and said to be.
    let (mut one, mut other) = (Log::dated("2026-03-05"), Log::dated("2026-03-06"));
    works(&mut one, GUID);
    breaks(&mut other, OTHER);
    let report = Together::of(&[&one, &other]).report();
    let finding = found(&report, "MK-01");
    assert_eq!(finding.confidence, Confidence::Low);
    assert!(finding.lowered_by.iter().any(|it| it.contains("one computer")), "{finding:?}");
}

#[test]
fn the_registry_that_holds_the_older_value_needs_a_restart_and_no_more() {
    let mut log = Log::new();
    log.read_value(OTHER).make_anew(IIS, OTHER, 78).exit();
    log.by(TOOL).list(&[format!("{IIS}_{GUID}"), format!("{IIS}_{OTHER}")]);
    let report = Together::of(&[&log]).with(registry(GUID)).report();
    assert_eq!(signs(&report), [("MK-01", Severity::Error)]);
    let finding = found(&report, "MK-01");
    assert_eq!(put_back(finding), None);
    assert!(finding.remedy.contains("already put back"), "{}", finding.remedy);
    assert!(finding.remedy.contains("Restart the service"), "{}", finding.remedy);
    // The one that holds the newer value changes nothing about the advice.
    let report = Together::of(&[&log]).with(registry(OTHER)).report();
    assert_eq!(put_back(found(&report, "MK-01")), Some(GUID));
}

#[test]
fn a_registry_says_which_is_older_only_by_when_its_key_was_written() {
    // A lost key, and another value in the registry. The capture is of the sixth of March.
    let mut log = Log::dated("2026-03-06");
    breaks(&mut log, OTHER);
    let report = |witness| Together::of(&[&log]).with(witness).report();
    let open = report(registry(GUID));
    assert_eq!(put_back(found(&open, "MK-01")), None);
    assert!(found(&open, "MK-01").remedy.contains(GUID));
    // Written before the capture, with the other value: a copy of the time before.
    let copy = report(registry_written(GUID, 2));
    assert_eq!(put_back(found(&copy, "MK-01")), Some(GUID));
    // Written after the capture: the other value is the newer one, and in effect.
    let after = report(registry_written(GUID, 20));
    assert_eq!(put_back(found(&after, "MK-01")), None);
    assert_eq!(named(found(&after, "MK-01"), GuidRole::Newer), [GUID]);
}

#[test]
fn an_expected_value_is_not_what_was() {
    let mut log = Log::new();
    breaks(&mut log, OTHER);
    let mut case = Together::of(&[&log]);
    case.expected = Some(GUID);
    let report = case.report();
    let finding = found(&report, "MK-01");
    assert_eq!(put_back(finding), None);
    assert_eq!(named(finding, GuidRole::Expected), [GUID]);
    // Nor is it in effect: files are not held against it.
    let mut files = Log::new();
    files.use_key(&under(IIS, OTHER));
    let mut case = Together::of(&[&files]);
    case.expected = Some(GUID);
    let report = case.report();
    assert_eq!(signs(&report), [("MK-01", Severity::Warning)]);
    assert!(report.timeline.iter().all(|it| it.in_effect.is_none()));
}

#[test]
fn proofs_that_contradict_each_other_name_no_value() {
    // The file under OTHER was made when there was none; but its other files are older.
    let mut log = Log::new();
    breaks(&mut log, OTHER);
    let old = "03/01/2026  09:12 AM";
    let files = [(DCOM, OTHER, old), (RDP, OTHER, old), (IIS, GUID, "03/25/2026  06:59 PM")];
    let report = Together::of(&[&log]).with(listing(&files)).report();
    let finding = found(&report, "MK-01");
    assert_eq!(put_back(finding), None);
    assert_eq!(finding.confidence, Confidence::Low);
    assert!(finding.explanation.contains("contradicts itself"), "{}", finding.explanation);
}

#[test]
fn of_several_older_values_only_the_last_one_is_put_back() {
    const THIRD: &str = "9d27b3f0-1c64-4e8a-b5f2-60a7c8d1e934";
    let mut log = Log::new();
    breaks(&mut log, OTHER);
    let names = [GUID, OTHER, THIRD].map(|guid| format!("{IIS}_{guid}"));
    log.by(TOOL).list(&names);
    let report = Together::of(&[&log]).report();
    assert_eq!(put_back(found(&report, "MK-01")), None);
    let files = [
        (IIS, THIRD, "03/01/2019  09:12 AM"),
        (IIS, GUID, "03/01/2026  09:12 AM"),
        (IIS, OTHER, "03/25/2026  06:59 PM"),
    ];
    let report = Together::of(&[&log]).with(listing(&files)).report();
    assert_eq!(put_back(found(&report, "MK-01")), Some(GUID));
}

#[test]
fn braces_are_said_to_be_the_mistake() {
    let braced = format!("{{{}}}", OTHER.to_uppercase());
    let mut log = Log::new();
    let data = format!("Type: REG_SZ, Length: 78, Data: {braced}");
    log.row("RegQueryValue", VALUE, "SUCCESS", &data).make_anew(IIS, &braced, 78).exit();
    log.by(TOOL).list(&[format!("{IIS}_{GUID}"), format!("{DCOM}_{GUID}")]);
    let report = Together::of(&[&log]).report();
    for signature in ["MK-01", "MK-17"] {
        let finding = found(&report, signature);
        assert!(finding.explanation.contains("braces"), "{}", finding.explanation);
        assert!(finding.explanation.contains("Length: 78"), "{}", finding.explanation);
    }
    assert!(found(&report, "MK-01").remedy.contains("without braces"));
    // What is read first says it too, and calls both values by their letters.
    let lead = &report.verdict.lead;
    assert!(lead.contains("A (older) and B (newer)") && !lead.contains('{'), "{lead}");
    assert!(lead.contains("B has braces") && lead.contains("can no longer be read"), "{lead}");
}

#[test]
fn who_set_the_value_is_cited_where_the_capture_shows_it() {
    let mut log = Log::new();
    works(&mut log, GUID);
    log.by(TOOL).set_value(OTHER).by(IISADMIN);
    breaks(&mut log, OTHER);
    let report = Together::of(&[&log]).report();
    let finding = found(&report, "MK-01");
    let set = report.timeline.iter().find(|it| it.step == crate::Step::GuidSet).unwrap().event;
    assert!(finding.evidence[0].events.contains(&set), "{:?}", finding.evidence);
    assert!(finding.explanation.contains("tool.exe"), "{}", finding.explanation);
    assert!(
        !finding.does_not_prove.join(" ").contains("who changed"),
        "{}",
        finding.does_not_prove.join(" ")
    );
}

#[test]
fn another_windows_and_the_stores_of_users_show_no_order() {
    let name = |guid: &str| format!("{IIS}_{guid}");
    for folder in [
        r"C:\Windows.old\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
        r"D:\Backup\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
        r"C:\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-1-2-3-1001",
    ] {
        let mut log = Log::new();
        breaks(&mut log, OTHER);
        let detail = format!("Filter: *, 1: {}", name(GUID));
        log.by(TOOL).row("QueryDirectory", &format!("{folder}\\*"), "SUCCESS", &detail);
        let report = Together::of(&[&log]).report();
        assert_eq!(signs(&report), [("MK-03", Severity::Error)], "{folder}");
    }
}
