//! Which of many captures need a look, the worst first: `cargo run --example triage -- *.PML`.

use procmonkey_analysis::parser::{self, Error};
use procmonkey_analysis::report::VerdictState;
use procmonkey_analysis::{Case, CaseOptions};

fn judge(path: &str) -> Result<VerdictState, Error> {
    let mut case = Case::new(CaseOptions::new());
    case.read(&mut parser::open(path)?)?;
    Ok(case.finish().verdict.state)
}

pub(crate) fn triage(paths: impl Iterator<Item = String>) -> Vec<String> {
    let mut judged: Vec<_> = paths.map(|path| (judge(&path), path)).collect();
    // What cannot be read may be anything, so it comes first.
    judged.sort_by_key(|(state, _)| state.as_ref().ok().copied());
    let line = |(state, path): &(Result<VerdictState, Error>, String)| match state {
        Ok(state) => format!("{path}: {}", state.words()),
        Err(error) => error.to_string(),
    };
    judged.iter().map(line).collect()
}

fn main() {
    triage(std::env::args().skip(1)).iter().for_each(|line| println!("{line}"));
}
