//! `code`: what an error code means, in whichever way it is written.

use super::{expect_status, run};

#[test]
fn every_spelling_of_a_code_is_explained() {
    for spelling in [
        "2148073478",
        "-2146893818",
        "2146893818",
        "0x80090006",
        "2148073478 (0x80090006)",
        "%%-2146893818",
        "Invalid Signature",
    ] {
        let run = run!("code", spelling);
        expect_status(&run, 0, spelling);
        assert!(run.text().contains("NTE_BAD_SIGNATURE"), "{spelling}\n{}", run.text());
        assert_eq!(run.text().contains("minus"), spelling == "2146893818", "{}", run.text());
    }
}

#[test]
fn what_is_no_code_is_said_and_is_no_failure() {
    let run = run!("code", "-f", "csv", "nonsense", "6000009");
    expect_status(&run, 0, "code");
    assert!(
        run.text().contains("not a known form") && run.text().contains("not among"),
        "{}",
        run.text()
    );
}
