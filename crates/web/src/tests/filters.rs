//! Rules that are typed, and those of files.

use procmonkey_parser::{Action, Filter, FilterFile, Rule};
use serde_json::json;

use super::Asked;

#[test]
fn a_filter_file_gives_its_rules_in_words() {
    let filter = Filter::new([
        Rule::parse("Path contains MachineKeys", Action::Include).unwrap(),
        Rule::parse("Process Name is System", Action::Exclude).unwrap(),
    ]);
    let file = FilterFile::from_filter(&filter).unwrap();
    for (name, bytes) in [("a.PMF", file.to_pmf()), ("a.PMC", file.to_pmc())] {
        let mut asked = Asked::default();
        let added = asked.add(&[(name, None, bytes)]);
        assert_eq!(added[0]["as"], "filter", "{name}");
        let rules = &added[0]["filter"]["rules"];
        assert_eq!(rules[0]["text"], "Path contains MachineKeys");
        assert_eq!(rules[1]["action"], "exclude");
        assert_eq!(rules.as_array().unwrap().len(), 2);
    }
}

#[test]
fn rules_become_flags_that_a_shell_takes_as_they_are() {
    let mut asked = Asked::default();
    let rules = json!([
        { "action": "include", "text": "Path contains MachineKeys" },
        { "action": "exclude", "text": "Path is C:\\it's" },
    ]);
    let answer = asked.ask(&json!({ "ask": "flags", "rules": rules })).unwrap();
    let expected = "--filter 'Path contains MachineKeys' --exclude 'Path is C:\\it'\\''s'";
    assert_eq!(answer["flags"], expected);
}

#[test]
fn what_is_not_a_rule_or_not_a_question_is_an_error_in_words() {
    let mut asked = Asked::default();
    let wrong = json!({ "ask": "rule", "action": "include", "text": "Pfad contains x" });
    assert!(asked.ask(&wrong).unwrap_err().contains("Pfad"));
    assert!(asked.ask(&json!({ "ask": "nothing" })).unwrap_err().contains("not understood"));
    assert!(asked.ask(&json!({ "ask": "rows", "view": 3, "from": 0, "count": 1 })).is_err());
    assert!(asked.ask(&json!({ "ask": "view", "capture": 0 })).is_err());
    let answer = asked.ask(&json!({ "ask": "words" })).unwrap();
    assert!(answer["columns"].as_array().unwrap().contains(&json!("Process Name")));
}
