//! Filters that Procmon has saved, and rules as they are given on the command line.

use procmonkey_parser::{Action, Filter, FilterFile, Rule};

const RULES: [&str; 12] = [
    "Path contains MachineKeys",
    "-Process Name is Procmon.exe",
    "PID is 1234",
    "Result is not SUCCESS",
    "Operation begins with Reg",
    "Path ends with \"\\a \"\"b\"\".txt\"",
    "Detail excludes Length: 0",
    "Time of Day less than 6:59:13.0390001 PM",
    "Date & Time more than 3/5/2026 6:59:13 PM",
    "Duration more than 0.0001",
    "Path regex (?i)^c:\\\\[a-z]+$",
    "Architecture is 64-bit",
];

/// Rules in every relation, some of them together.
pub fn filters() -> Vec<Vec<u8>> {
    let together = RULES.chunks(3).map(|rules| rules.join("\n"));
    RULES.iter().map(ToString::to_string).chain(together).map(String::into_bytes).collect()
}

/// PMF and PMC files.
pub fn filter_files() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for rules in RULES.chunks(4) {
        let rules = rules.iter().filter_map(|rule| {
            let (action, rule) = match rule.strip_prefix('-') {
                Some(rule) => (Action::Exclude, rule),
                None => (Action::Include, *rule),
            };
            Rule::parse(rule, action).ok().filter(|_| !rule.contains(" regex "))
        });
        if let Ok(file) = FilterFile::from_filter(&Filter::new(rules)) {
            seeds.extend([file.to_pmf(), file.to_pmc()]);
        }
    }
    seeds
}
