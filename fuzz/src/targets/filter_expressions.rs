//! Whatever the text of a rule is: a rule that was read is shown as a text that gives the
//! same rule, and skipping what it does not let through loses nothing.

use std::sync::LazyLock;

use procmonkey_parser::{Action, Event, Filter, Input, ReadOptions, Rule, Verdict};

use crate::seeds;

static CAPTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(seeds::captures);

/// Checks it for these bytes: a rule in each line, of which the first character may say
/// that it excludes.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut filter = Filter::default();
    for line in text.lines().take(4) {
        let (action, line) = match line.strip_prefix('-') {
            Some(line) => (Action::Exclude, line),
            None => (Action::Include, line),
        };
        let Ok(rule) = Rule::parse(line, action) else { continue };
        let shown = rule.to_string();
        // A line end stands in no rule that somebody gives.
        assert_eq!(Rule::parse(&shown, action).expect("it was shown"), rule, "{shown}");
        filter.push(rule);
    }
    if filter.is_empty() {
        return;
    }
    let capture = &CAPTURES[bytes.len() % CAPTURES.len()];
    assert_eq!(read_all(capture, &filter), skipped(capture, &filter));
}

fn read_all(bytes: &[u8], filter: &Filter) -> Vec<u64> {
    let mut input = Input::from_reader("fuzz", bytes, &ReadOptions::new().threads(1)).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let (mut event, mut numbers) = (Event::default(), Vec::new());
    while let Ok(true) = capture.read_event(&mut event) {
        if filter.matches(&event, capture.clock()) == Verdict::Included {
            numbers.push(event.number());
        }
    }
    numbers
}

fn skipped(bytes: &[u8], filter: &Filter) -> Vec<u64> {
    let mut input = Input::from_reader("fuzz", bytes, &ReadOptions::new().threads(1)).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let prefilter = filter.prefilter();
    let (mut event, mut numbers) = (Event::default(), Vec::new());
    while let Ok(true) = capture.read_matching(filter, &prefilter, &mut event) {
        numbers.push(event.number());
    }
    numbers
}
