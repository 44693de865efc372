//! The SHA-256 of what was read, where it is asked for.

use serde_json::Value;

use crate::common::*;
use crate::{page_of, run};

/// What `sha256sum` prints of the samples.
const RESTART: &str = "b32832a9f2f72a9ff35f9b629bbba67557de99985848edf83f06124e95863802";
const CHANGED: &str = "4cf2bea1462768dc448010b849d3f0b7883496ad44806599b34a18c9a2151f83";

/// One row, packed with gzip, and what `sha256sum` prints of it.
const PACKED: &str = "1f8b0800000000000203158ccd0a02211485f741ef20ae63c8268371ab052daa216bd7e61277\
                      487034f406f5f65d37e73b3f70e42dcc28f2241cfce44a8e253fb1567186195b3c3ad6cb1b0b\
                      50c8a935402fc615eb27121b870421cae542ee8c1e8ceabbf556f583d6623cf11c12524853ee\
                      f0dbfed486c51604c24388adb1e6010c7fb776ef3d3bbefa03531fb62894000000";
const OF_PACKED: &str = "fc9198ce8e0755316fd58c6da1d498e840a8f11c78841e12a3566a870bbc1fe1";

fn bytes_of(digits: &str) -> Vec<u8> {
    let at = |place| u8::from_str_radix(&digits[place..place + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(at).collect()
}

fn digests(capture: &Value) -> Vec<(&str, u64, &str)> {
    let files = list(capture, "stored_files").iter();
    files.map(|it| (text(it, "path"), it["bytes"].as_u64().unwrap(), text(it, "sha256"))).collect()
}

#[test]
fn a_report_has_the_digest_only_where_it_is_asked_for() {
    let path = sample("restart.csv");
    let (_, report) = analyze(&[path.as_os_str()]);
    assert!(report["captures"][0].get("stored_files").is_none());
    assert!(report["captures"][0]["capture_id"].is_string());
    let (_, report) = analyze(&[path.as_os_str(), "--hash".as_ref(), "sha256".as_ref()]);
    let name = path.display().to_string();
    assert_eq!(digests(&report["captures"][0]), [(name.as_str(), 318_111, RESTART)]);
    let page = page_of(&[path.as_os_str(), "--hash".as_ref(), "sha256".as_ref()]);
    assert!(page.contains(&format!("SHA-256 <code>{RESTART}</code> of {name}, 318,111 bytes<")));
    assert!(page.contains("Capture id <code>"));
    assert!(!page_of(&[path.as_os_str()]).contains("SHA-256"));
    let terminal = run!("analyze", path.as_os_str(), "-v", "--hash", "sha256");
    assert!(terminal.text().contains(RESTART));
}

#[test]
fn standard_input_is_added_up_while_it_is_read() {
    for name in ["restart.csv", "restart.pml"] {
        let bytes = read(sample(name));
        let run = run_with_input(&["analyze", "-", "-f", "json", "--hash", "sha256"], &bytes);
        let report = run.json();
        let (_, of_file) =
            analyze(&[sample(name).as_os_str(), "--hash".as_ref(), "sha256".as_ref()]);
        let own = digests(&report["captures"][0]);
        assert_eq!(own[0].0, "standard input");
        let other = digests(&of_file["captures"][0]);
        assert_eq!((own[0].1, own[0].2), (other[0].1, other[0].2), "{name}");
    }
    let run = run_with_input(
        &["analyze", "-", "-f", "json", "--hash", "sha256"],
        &read(sample("restart.csv")),
    );
    assert_eq!(digests(&run.json()["captures"][0])[0].2, RESTART);
}

#[test]
fn of_what_is_packed_the_stored_file_counts() {
    let folder = temp();
    let path = write(folder.path(), "a.csv.gz", bytes_of(PACKED));
    let (_, report) = analyze(&[path.as_os_str(), "--hash".as_ref(), "sha256".as_ref()]);
    assert_eq!(digests(&report["captures"][0])[0].2, OF_PACKED);
    let page = page_of(&[path.as_os_str(), "--hash".as_ref(), "sha256".as_ref()]);
    assert!(page.contains("147 bytes, as it is stored: not of what is packed in it"));
    // Both members of an archive are of one file.
    let archive = zip(&[("a.csv", &read(sample("restart.csv"))), ("b.csv", b"no capture")]);
    let path = write(folder.path(), "a.zip", archive);
    let (_, report) = analyze(&[path.as_os_str(), "--hash".as_ref(), "sha256".as_ref()]);
    let own = digests(&report["captures"][0]);
    assert_eq!(own[0].0, path.display().to_string());
    assert_ne!(own[0].2, RESTART);
}

#[test]
fn a_comparison_and_a_baseline_have_them_too() {
    let (good, bad) = (sample("restart.csv"), sample("guid-changed.csv"));
    let run = run!("compare", good.as_os_str(), bad.as_os_str(), "-f", "json", "--hash", "sha256");
    let comparison = run.json();
    assert_eq!(digests(&comparison["good"])[0].2, RESTART);
    assert_eq!(digests(&comparison["bad"])[0].2, CHANGED);
    let page = run!("compare", good.as_os_str(), bad.as_os_str(), "-f", "html", "--hash", "sha256");
    assert!(page.text().contains(RESTART) && page.text().contains(CHANGED));
    let (_, report) = analyze(&[
        bad.as_os_str(),
        "--baseline".as_ref(),
        good.as_os_str(),
        "--hash".as_ref(),
        "sha256".as_ref(),
    ]);
    let all: Vec<&str> =
        list(&report, "captures").iter().flat_map(|it| digests(it)).map(|it| it.2).collect();
    assert!(all.contains(&RESTART) && all.contains(&CHANGED), "{all:?}");
}
