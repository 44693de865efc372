//! `code`: what an error code means, in whichever way it is written.

use serde_json::Value;

use crate::common::*;
use crate::{expect_status, run};

/// The answers of `code` as JSON, and the exit status.
fn code(arguments: &[&str]) -> (i32, Vec<Value>) {
    let run = run(&[&["code", "-f", "json"], arguments].concat());
    (run.status, run.json().as_array().unwrap().clone())
}

#[test]
fn every_spelling_of_a_code_is_explained() {
    for spelling in [
        "2148073478",
        "-2146893818",
        "2146893818",
        "0x80090006",
        "80090006",
        "0x8009_0006",
        "2,148,073,478",
        "-2,146,893,818",
        "-0x7FF6FFFA",
        "(0x80090006)",
        "HRESULT: 0x80090006",
        "error 80090006",
        "2148073478 (0x80090006)",
        "0x80090006 (-2146893818 NTE_BAD_SIGNATURE)",
        "%%-2146893818",
        "nte_bad_signature",
        "Invalid Signature",
        "Die Signatur ist ungültig (Ausnahme von HRESULT: 0x80090006)",
    ] {
        let run = run!("code", spelling);
        expect_status(&run, 0, spelling);
        assert!(run.text().contains("NTE_BAD_SIGNATURE"), "{spelling}\n{}", run.text());
        assert!(run.text().contains("IIS Admin Service"), "{spelling}\n{}", run.text());
        assert_eq!(run.text().contains("minus"), spelling == "2146893818", "{}", run.text());
    }
}

#[test]
fn codes_of_every_family_have_name_and_number() {
    for (asked, name, value) in [
        ("80090016", "NTE_BAD_KEYSET", 0x8009_0016_u32),
        ("0x80092004", "CRYPT_E_NOT_FOUND", 0x8009_2004),
        ("SEC_E_UNKNOWN_CREDENTIALS", "SEC_E_UNKNOWN_CREDENTIALS", 0x8009_030d),
        ("80100030", "SCARD_E_NO_KEY_CONTAINER", 0x8010_0030),
        ("scard_w_wrong_chv", "SCARD_W_WRONG_CHV", 0x8010_006b),
        ("80280001", "TPM_E_AUTHFAIL", 0x8028_0001),
        ("TPM_20_E_LOCKOUT", "TPM_20_E_LOCKOUT", 0x8028_0921),
        ("0x8028400F", "TBS_E_TPM_NOT_FOUND", 0x8028_400f),
        ("80290401", "TPM_E_PCP_DEVICE_NOT_READY", 0x8029_0401),
        ("0x80070005", "ERROR_ACCESS_DENIED", 0x8007_0005),
        ("ERROR_ACCESS_DENIED", "ERROR_ACCESS_DENIED", 5),
        ("1722", "RPC_S_SERVER_UNAVAILABLE", 1722),
        ("STATUS_ACCESS_DENIED", "STATUS_ACCESS_DENIED", 0xc000_0022),
        ("C000007F", "STATUS_DISK_FULL", 0xc000_007f),
        ("NAME NOT FOUND", "STATUS_OBJECT_NAME_NOT_FOUND", 0xc000_0034),
    ] {
        let (status, answers) = code(&[asked]);
        assert_eq!((status, answers.len()), (0, 1), "{asked}");
        assert_eq!(answers[0]["name"], name, "{asked}");
        assert_eq!(answers[0]["value"], value, "{asked}");
        assert_eq!(answers[0]["hex"], format!("0x{value:08X}"), "{asked}");
        assert_eq!(answers[0]["signed"], value.cast_signed(), "{asked}");
    }
}

#[test]
fn an_unknown_code_ends_with_one_and_says_its_facility() {
    let run = run!("code", "0x80090777");
    expect_status(&run, 1, "code");
    assert!(run.text().contains("facility 9 (SSPI), code 1911"), "{}", run.text());
    // One that is known does not make up for it, and is answered all the same.
    let (status, answers) = code(&["80090016", "0xC0190099", "nonsense"]);
    assert_eq!(status, 1);
    assert_eq!(answers[0]["name"], "NTE_BAD_KEYSET");
    assert_eq!(answers[1]["parts"]["facility"], 25);
    assert_eq!(answers[1]["parts"]["facility_name"], "TRANSACTION");
    assert_eq!(answers[1]["parts"]["number"], 0x99);
    assert_eq!((&answers[2]["value"], &answers[2]["parts"]), (&Value::Null, &Value::Null));
    let csv = run!("code", "-f", "csv", "nonsense", "6000009");
    expect_status(&csv, 1, "code");
    for part in ["not written like an error code", "a program made up"] {
        assert!(csv.text().contains(part), "{}", csv.text());
    }
}

#[test]
fn without_a_code_the_families_are_printed() {
    for arguments in [&["code"][..], &["code", "-f", "markdown"], &["code", "-f", "csv"]] {
        let run = run(arguments);
        expect_status(&run, 0, "code");
        for family in ["nte", "crypt", "sec", "scard", "tpm", "win32", "ntstatus"] {
            assert!(run.text().contains(family), "{family}\n{}", run.text());
        }
    }
    let (status, families) = code(&[]);
    assert_eq!(status, 0);
    let nte = families.iter().find(|family| family["family"] == "nte").unwrap();
    // NTE_BAD_UID is 0x80090001 and NTE_NOT_ACTIVE_CONSOLE is 0x80090038.
    assert_eq!((&nte["codes"], &nte["prefixes"][0]), (&0x38.into(), &"NTE_".into()));
}

#[test]
fn a_list_has_every_code_of_a_family_or_of_all() {
    let (status, all) = code(&["--list"]);
    assert_eq!(status, 0);
    let (_, nte) = code(&["--list", "nte"]);
    assert_eq!(nte.len(), 0x38);
    assert!(nte.iter().all(|code| code["name"].as_str().unwrap().starts_with("NTE_")));
    let (_, families) = code(&[]);
    let sum: u64 = families.iter().filter_map(|family| family["codes"].as_u64()).sum();
    assert_eq!(all.len() as u64, sum);
    let table = run!("code", "--list", "scard");
    assert!(table.text().contains("SCARD_W_CHV_BLOCKED"), "{}", table.text());
    expect_status(&run!("code", "--list", "colours"), 2, "no such family");
    expect_status(&run!("code", "--list", "nte", "5"), 2, "a list and a question");
}

#[test]
fn options_may_stand_behind_a_negative_code() {
    let run = run!("code", "-2146893802", "-f", "csv");
    expect_status(&run, 0, "code");
    assert!(run.text().contains("\"-2146893802\",\"0x80090016\""), "{}", run.text());
}
