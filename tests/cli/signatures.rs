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

/// The texts of a source that stand right behind `call`.
fn literals<'s>(source: &'s str, call: &str) -> Vec<&'s str> {
    let begins = source.match_indices(call).map(|(at, _)| source[at + call.len()..].trim_start());
    let texts = begins.filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
    texts.collect()
}

#[test]
fn the_table_of_confidence_has_every_signature_and_every_reason() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/signatures.md")).unwrap();
    let ids: Vec<String> = run!("signatures", "-f", "jsonl")
        .json_lines()
        .iter()
        .map(|text| text["id"].as_str().unwrap().to_string())
        .collect();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| MK-")).collect();
    let of_rows: Vec<&str> = rows.iter().map(|row| row.split('|').nth(1).unwrap().trim()).collect();
    assert_eq!(of_rows, ids);
    let mut reasons = 0;
    for (id, row) in ids.iter().zip(&rows) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{row}");
        let file = format!("crates/analysis/src/signature/mk{}.rs", &id[3..]);
        let source = std::fs::read_to_string(root.join(file)).unwrap();
        for (call, cell) in [(".raise(", cells[2]), (".lower(", cells[3])] {
            for reason in literals(&source, call) {
                assert!(cell.contains(reason), "{id}: `{reason}` is not in: {cell}");
                reasons += 1;
            }
        }
    }
    assert!(reasons > 20, "{reasons}");
}
