//! What a report holds beyond what samples show reads back, too: every kind of witness, and
//! every name of a kind.

#![cfg(feature = "serde")]

use std::fmt::Debug;

use procmonkey_analysis::report::{GuidRelation, LinkVia};
use procmonkey_analysis::{ErrorCode, Finding, Severity, Step, Witness};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json, to_value};

fn reads_back<T: Serialize + DeserializeOwned>(written: &Value) -> T {
    let read: T = from_value(written.clone()).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(&to_value(&read).expect("it was written before"), written);
    read
}

#[test]
fn every_kind_of_witness_reads_back_with_all_its_fields() {
    let time = json!({"text": "3/5/2026 3:53:04 PM", "ticks": 134_172_355_840_000_000_i64, "clock": "local"});
    let code =
        json!({"value": 2_148_073_478_u32, "hex": "0x80090006", "name": "NTE_BAD_SIGNATURE"});
    let folder = json!({
        "provider": "capi", "scope": "machine", "root": "common_data", "store": "RSA\\MachineKeys"
    });
    let witnesses = [
        json!({
            "kind": "machine_guid", "source": "hive SOFTWARE",
            "value": "{4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1}", "written": time, "remarks": ["a"]
        }),
        json!({
            "kind": "folder", "source": "dir.txt", "path": "C:\\x", "folder": folder,
            "files": [{
                "name": "a_b", "size": 78, "created": time, "modified": null, "accessed": null,
                "owner": "SYSTEM", "access": ["Everyone:(R)"],
                "header": {"provider": "cng", "container": "c", "content": "cut"}
            }],
            "access": [], "is_excerpt": true
        }),
        json!({
            "kind": "service", "source": "System.evtx", "id": 7024, "id_from_wording": false,
            "provider": "Service Control Manager", "service": "IISADMIN",
            "display_name": "IIS Admin Service", "depends_on": null, "state": null,
            "error_text": "%%2148073478", "error": code, "error_note": null, "time": time,
            "computer": "WEB01", "record": 12
        }),
        json!({
            "kind": "key_operation", "source": "Security.evtx", "path": "C:\\x", "key_name": "k",
            "key_provider": "p", "operation": "read", "key_type": "machine", "result": code,
            "account": "WEB01\\adm", "time": null, "computer": null, "record": null
        }),
        json!({
            "kind": "schannel", "source": "System.evtx", "role": "server", "error_text": "0x8009030d",
            "error": null, "time": null, "computer": null, "record": 3
        }),
        json!({
            "kind": "debug", "source": "d.log", "sequence": 4, "time": time, "pid": 1208, "text": "t"
        }),
    ];
    let mut kinds = Vec::new();
    for written in &witnesses {
        let witness: Witness = reads_back(written);
        assert_eq!(witness.source(), written["source"].as_str().expect("a text"));
        kinds.push(std::mem::discriminant(&witness));
    }
    kinds.dedup();
    assert_eq!(kinds.len(), witnesses.len());
    assert!(from_value::<Witness>(json!({"kind": "rumour", "source": "x"})).is_err());
}

/// Checks that a kind is written by the name that it gives itself.
fn named<T: Serialize + DeserializeOwned + PartialEq + Debug>(kinds: &[(T, &str)]) {
    for (kind, name) in kinds {
        assert_eq!(&reads_back::<T>(&json!(name)), kind);
    }
}

#[test]
fn kinds_are_written_by_the_names_that_they_give_themselves() {
    let steps = [
        Step::GuidRead,
        Step::GuidMissing,
        Step::GuidSet,
        Step::GuidRemoved,
        Step::Probed,
        Step::Queried,
        Step::Opened,
        Step::Created,
        Step::Overwritten,
        Step::Written,
        Step::Read,
        Step::Renamed,
        Step::Deleted,
        Step::Undeleted,
        Step::Denied,
        Step::SharingViolation,
        Step::Collision,
        Step::Pending,
        Step::Failed,
    ];
    named(&steps.map(|step| (step, step.name())));
    let relations = [GuidRelation::Current, GuidRelation::Other, GuidRelation::Unknown];
    named(&relations.map(|relation| (relation, relation.name())));
    let links = [LinkVia::Thread, LinkVia::Process, LinkVia::Capture];
    named(&links.map(|via| (via, via.name())));
}

#[test]
fn of_an_error_code_the_number_counts() {
    let code: ErrorCode =
        from_value(json!({"value": 5, "hex": "0x1", "name": "x"})).expect("a code");
    assert_eq!(code.value, 5);
    assert!(from_value::<ErrorCode>(json!({"hex": "0x1"})).is_err());
}

#[test]
fn a_finding_of_another_program_reads_back() {
    let finding: Finding = reads_back(&json!({
        "signature": "X-01", "title": "The tape was full", "severity": "info", "confidence": "low",
        "raised_by": [], "lowered_by": [], "evidence": [{"capture": 0, "events": [3, 7]}],
        "witnesses": [1], "explanation": "e", "title_short": "The tape", "does_not_prove": ["d"], "remedy": "r",
        "confirm": "c", "processes": [2], "process_index": 2, "guids": [], "put_back": null,
        "stems": [], "group_count": 1
    }));
    assert_eq!((&*finding.signature, finding.severity), ("X-01", Severity::Info));
}
