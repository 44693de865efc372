//! Which of many captures need a look, the worst first: `cargo run --example triage -- *.PML`.

use std::cmp::Reverse;
use std::io::{self, Write};

use procmonkey_analysis::parser::{Error, Input, ReadOptions};
use procmonkey_analysis::{Case, CaseOptions, Report};

fn analyze(path: &str) -> Result<Report, Error> {
    let mut case = Case::new(CaseOptions::new());
    let mut input = Input::open(path, &ReadOptions::new().threads(2))?;
    while let Some(capture) = input.next_capture() {
        case.read(&mut capture?)?;
    }
    Ok(case.finish())
}

pub(crate) fn triage(
    paths: impl Iterator<Item = String>,
    mut output: impl Write,
) -> io::Result<()> {
    let mut results: Vec<_> = paths.map(|path| (analyze(&path), path)).collect();
    // What cannot be read may be anything, so it comes first.
    results.sort_by_key(|(report, _)| match report {
        Err(_) => Reverse((true, None)),
        Ok(report) => Reverse((false, report.findings.iter().map(|it| it.severity).max())),
    });
    for (report, path) in results {
        match report {
            Ok(report) => writeln!(output, "{path}: {}", report.verdict.state.words())?,
            Err(error) => writeln!(output, "{error}")?,
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    triage(std::env::args().skip(1), io::stdout().lock())
}
