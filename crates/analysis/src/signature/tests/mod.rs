//! Each signature with a capture that fires it, and a look-alike that does not.

mod absent;
mod around;
mod beside;
mod beside_culprits;
mod culprits;
mod elsewhere;
mod files;
mod guids;
mod log;
mod order;
mod others;
mod states;
mod storage;
mod witnesses;

use crate::Severity;
use log::{Log, signs};

/// What a capture is to show: its name, its rows, the processes that are followed,
/// and every finding with its severity.
type Row<'r> = (&'r str, fn(&mut Log), &'r [&'r str], &'r [(&'r str, Severity)]);

const IIS_ONLY: &[&str] = &["inetinfo.exe"];
const EVERYONE: &[&str] = &["*"];

fn check(rows: &[Row<'_>]) {
    let mut wrong = Vec::new();
    for (name, write, follow, want) in rows {
        let mut log = Log::new();
        write(&mut log);
        let report = log.report(follow, &[]);
        let got = signs(&report);
        if got != *want {
            wrong.push(format!("{name}: {got:?} instead of {want:?}"));
        }
        for finding in &report.findings {
            assert!(!finding.evidence.is_empty(), "{name}: {} cites nothing", finding.signature);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_catalogue_is_complete_and_in_order() {
    let ids: Vec<&str> = super::signatures().map(|text| text.id).collect();
    let want: Vec<String> = (1..=26).map(|number| format!("MK-{number:02}")).collect();
    assert_eq!(ids, want);
    for text in super::signatures() {
        let short = text.title_short.chars().count();
        assert!((1..=40).contains(&short), "{}: {}", text.id, text.title_short);
        let parts = [text.title, text.looks_like, text.means, text.look_alike, text.disproved_by];
        for part in parts.iter().chain(&[
            text.remedy,
            text.source,
            text.severity,
            text.confidence,
            text.confirm,
            text.avoid,
        ]) {
            assert!(!part.is_empty() && !part.contains("  "), "{}: {part}", text.id);
        }
    }
}
