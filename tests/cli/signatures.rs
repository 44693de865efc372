//! `procmonkey signatures`.

use super::{expect_status, run};

#[test]
fn every_signature_is_listed_and_told_in_full() {
    let list = run!("signatures", "-f", "jsonl");
    expect_status(&list, 0, "the list");
    let texts = list.json_lines();
    assert_eq!(texts.len(), 26);
    for text in texts {
        let (id, title) = (text["id"].as_str().unwrap(), text["title"].as_str().unwrap());
        let full = run!("signatures", id, "-f", "markdown");
        expect_status(&full, 0, id);
        let means = text["means"].as_str().unwrap();
        assert!(full.text().contains(title) && full.text().contains(means), "{}", full.text());
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
        let row = format!("| {id} |");
        assert!(
            readme.unwrap().lines().any(|line| {
                line.starts_with(&row)
                    && line.ends_with(&format!("| {} |", text["severity"].as_str().unwrap()))
            }),
            "the README's row of {id}"
        );
    }
}

#[test]
fn an_unknown_signature_is_wrong_usage() {
    let run = run!("signatures", "MK-77");
    expect_status(&run, 2, "MK-77");
    assert!(run.stderr.contains("MK-77"), "{}", run.stderr);
}
