//! The example does what it says, on samples.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code, reason = "its `main` is not called here")]
#[path = "../examples/triage.rs"]
mod triage;

#[test]
fn the_worst_capture_comes_first_and_what_cannot_be_read_before_it() {
    let sample = |name| format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"));
    let paths = [sample("restart.csv"), sample("guid-changed.csv"), "no such file".to_string()];
    let lines = triage::triage(paths.into_iter());
    let text = lines.join("\n");
    assert!(lines[0].starts_with("no such file cannot be opened"), "{text}");
    assert!(lines[1].ends_with("guid-changed.csv: Broken"), "{text}");
    assert!(lines[2].contains("restart.csv: ") && !lines[2].ends_with("Broken"), "{text}");
}
