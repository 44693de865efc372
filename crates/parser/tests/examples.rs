//! The examples do what they say, on samples.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code, reason = "its `main` is not called here")]
#[path = "../examples/custom_exporter.rs"]
mod custom_exporter;

#[allow(dead_code, reason = "its `main` is not called here")]
#[path = "../examples/on_a_thread.rs"]
mod on_a_thread;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");

#[test]
fn an_exporter_writes_what_its_filter_lets_through() {
    let mut text = Vec::new();
    let events = custom_exporter::export(SAMPLE, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.lines().count() as u64, events);
    assert!(text.contains(
        "5236 CreateFile C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\\
         c2319c42033a5ca7f44e731bfd3fa2b5_B81E0A4D-52C7-4F39-A6D0-7C13E95F2B86 -> NAME NOT FOUND\n"
    ));
    assert!(!text.contains("-> SUCCESS"));
    assert!(!text.contains(" RegOpenKey "));
}

#[test]
fn events_come_through_a_channel_to_the_last() {
    let (by_operation, losses) = on_a_thread::count(SAMPLE.into()).unwrap();
    // As many as the README of the project shows for this sample.
    assert_eq!(by_operation.values().sum::<u64>(), 4055);
    assert!(losses.is_empty());
    let error = on_a_thread::count("no such file".into()).unwrap_err();
    assert!(error.to_string().starts_with("no such file cannot be opened"), "{error}");
}
