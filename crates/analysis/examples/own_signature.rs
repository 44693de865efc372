//! A signature that is not part of the crate: a site excludes its key folders from the virus
//! scanner, and wants to know where the exclusion does not work.
//!
//! ```text
//! cargo run -p procmonkey-analysis --example own_signature -- samples/signatures/mk-05-in-use.csv
//! ```

use std::error::Error;

use procmonkey_analysis::parser::{Input, ReadOptions};
use procmonkey_analysis::signature::{EvidenceList, Facts, Match, Rank, Signature};
use procmonkey_analysis::{Case, CaseOptions, Confidence, Report, Severity, SignatureText};

/// The scanner is at a key file or a key folder.
#[derive(Debug)]
pub struct ScannerAtKeys {
    /// Process Name of the scanner.
    pub scanner: String,
}

static TEXT: SignatureText = {
    let mut text =
        SignatureText::new("SITE-01", "The virus scanner is not kept out of key folders");
    text.severity = "warning";
    text.looks_like = "The scanner opens or lists MachineKeys or a file in it.";
    text.means = "The exclusion of the key folders does not work on this computer.";
    text.remedy = "Mend the exclusion, and capture the start of the service again.";
    text.avoid = "Do not turn the scanner off as a whole.";
    text
};

impl Signature for ScannerAtKeys {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let touches = &facts.report().touches;
        let mut evidence = EvidenceList::default();
        let mut places = Vec::new();
        for access in touches.files.iter().filter(|access| self.is_scanner(&access.by.name)) {
            evidence.add(access.by.capture, access.first_event);
            places.push(access.path.as_str());
        }
        for access in touches.folders.iter().filter(|access| self.is_scanner(&access.by.name)) {
            for event in [access.opened, access.listed].into_iter().flatten() {
                evidence.add(access.by.capture, event);
                places.push(access.path.as_str());
            }
        }
        if places.is_empty() {
            return Vec::new();
        }
        places.sort_unstable();
        places.dedup();
        let mut found = Match::new(Severity::Warning, Confidence::High);
        found.evidence = evidence;
        found.explanation = format!("{} was at {}.", self.scanner, places.join(" and at "));
        found.does_not_prove =
            vec!["Does not show that the scanner is the cause of a failure.".into()];
        found.remedy = TEXT.remedy.into();
        vec![found]
    }

    // What breaks a key comes first.
    fn rank(&self) -> Rank {
        Rank::Remaining
    }
}

impl ScannerAtKeys {
    fn is_scanner(&self, name: &Option<String>) -> bool {
        name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&self.scanner))
    }
}

/// The report on a capture, with this signature beside those of the crate.
///
/// # Errors
/// When the capture cannot be read.
pub fn analyze(path: &str) -> Result<Report, procmonkey_analysis::parser::Error> {
    let scanner = ScannerAtKeys { scanner: "MsMpEng.exe".into() };
    let mut case = Case::new(CaseOptions::new()).with_signature(scanner);
    let mut input = Input::open(path, &ReadOptions::new())?;
    while let Some(capture) = input.next_capture() {
        case.read(&mut capture?)?;
    }
    Ok(case.finish())
}

#[allow(dead_code, reason = "the tests take the rest of this file as a module")]
fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which capture?")?;
    for finding in analyze(&path)?.findings {
        println!("{} {}: {}", finding.severity, finding.signature, finding.explanation);
    }
    Ok(())
}
