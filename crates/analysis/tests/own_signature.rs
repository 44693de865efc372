//! A signature from outside the crate is found, ranked and counted like those of the crate.

#[path = "../examples/own_signature.rs"]
mod example;

use procmonkey_analysis::parser::{Error, Input, ReadOptions};
use procmonkey_analysis::report::VerdictState;
use procmonkey_analysis::signature::{Facts, Match, Rank, SameComputer, Signature};
use procmonkey_analysis::{Case, CaseOptions, Confidence, Report, Severity, SignatureText};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/");

fn ids(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| &*finding.signature).collect()
}

#[test]
fn the_example_finds_the_scanner_and_leaves_a_capture_without_it_alone() {
    let path = format!("{SAMPLES}signatures/mk-05-in-use.csv");
    let report = example::analyze(&path).expect("a sample");
    let found = report.findings.iter().find(|it| it.signature == "SITE-01").expect("a finding");
    assert_eq!((found.severity, found.confidence), (Severity::Warning, Confidence::High));
    assert_eq!(found.title, "The virus scanner is not kept out of key folders");
    assert!(found.explanation.starts_with("MsMpEng.exe was at C:\\ProgramData\\Microsoft\\Crypto"));
    assert!(!found.evidence[0].events.is_empty());
    // The error stays the first, and the verdict is about it.
    assert_eq!(ids(&report)[0], "MK-05");
    assert_eq!(report.verdict.signature.as_deref(), Some("MK-05"));
    let report = example::analyze(&format!("{SAMPLES}guid-changed.csv")).expect("a sample");
    assert!(!ids(&report).contains(&"SITE-01"));
}

/// Fires once in every case, on event 1 of the first capture.
struct Always {
    severity: Severity,
    rank: Rank,
}

static TEXT: SignatureText = {
    let mut text = SignatureText::new("SITE-02", "There is an event");
    text.confirm = "ver";
    text
};

impl Signature for Always {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        assert!(facts.report().findings.is_empty());
        assert_eq!(facts.same_computer(0, 0), SameComputer::Yes);
        assert!(!facts.is_before(0, 0));
        assert!(facts.expected_guid().is_none() && facts.service_failures().is_empty());
        let values = facts.values(0).iter().filter_map(|seen| seen.value.as_ref());
        assert!(values.into_iter().all(|value| value.is_well_formed()));
        let mut found = Match::new(self.severity, Confidence::High);
        found.evidence.add(0, 1);
        found.explanation = "Event 1.".into();
        vec![found]
    }

    fn rank(&self) -> Rank {
        self.rank
    }
}

fn with(signature: Always, sample: &str) -> Result<Report, Error> {
    let mut case = Case::new(CaseOptions::new()).with_signature(signature);
    let mut input = Input::open(format!("{SAMPLES}{sample}"), &ReadOptions::new())?;
    while let Some(capture) = input.next_capture() {
        case.read(&mut capture?)?;
    }
    Ok(case.finish())
}

#[test]
fn the_verdict_is_about_the_worst_finding_whoever_made_it() {
    for (severity, state) in [
        (Severity::Info, VerdictState::Note),
        (Severity::Warning, VerdictState::Suspect),
        (Severity::Error, VerdictState::Broken),
    ] {
        let report = with(Always { severity, rank: Rank::Usual }, "restart.csv").expect("a sample");
        assert_eq!(report.verdict.state, state);
        let counted = severity >= Severity::Warning;
        assert_eq!(report.verdict.signature.as_deref(), counted.then_some("SITE-02"));
        let confirm = report.verdict.confirm.as_ref().map(|it| it.command.as_str());
        assert_eq!(confirm, counted.then_some("ver"));
        // An empty text is not printed as advice.
        assert!(report.verdict.do_not.is_empty(), "{:?}", report.verdict.do_not);
    }
    let stated = Always { severity: Severity::Error, rank: Rank::Stated };
    assert_eq!(
        ids(&with(stated, "guid-changed.csv").expect("a sample"))[..2],
        ["SITE-02", "MK-01"]
    );
    let remaining = Always { severity: Severity::Error, rank: Rank::Remaining };
    assert_eq!(ids(&with(remaining, "guid-changed.csv").expect("a sample"))[0], "MK-01");
}
