use super::writer::{hive, new_log, old_log, seal};
use super::*;

const PATH: [&str; 2] = ["Microsoft", "Cryptography"];

fn text(bytes: &[u8], logs: &[&[u8]]) -> Option<(String, HiveState)> {
    let hive = Hive::open(bytes, logs, &mut Losses::default()).ok()?;
    let key = hive.key(&PATH).ok()??;
    let value = hive.value(key, "machineguid").ok()??;
    Some((utf16(&value.data), hive.state))
}

#[test]
fn a_value_is_found_without_regard_to_case() {
    let file = hive(&["MICROSOFT", "cryptography"], "MachineGuid", "abc");
    assert_eq!(text(&file, &[]), Some(("abc".into(), HiveState::Closed)));
    let hive = Hive::open(&file, &[], &mut Losses::default()).unwrap();
    assert!(hive.key(&["Microsoft", "Other"]).unwrap().is_none());
    assert!(hive.value(hive.key(&PATH).unwrap().unwrap(), "Other").unwrap().is_none());
}

#[test]
fn logs_make_up_for_a_hive_that_was_not_closed() {
    let mut old = hive(&PATH, "MachineGuid", "old");
    let new = hive(&PATH, "MachineGuid", "new");
    seal(&mut old, 6, 5);
    assert_eq!(text(&old, &[]), Some(("old".into(), HiveState::Dirty)));
    for log in [new_log(&new, 5), old_log(&new, 5)] {
        assert_eq!(text(&old, &[&log]), Some(("new".into(), HiveState::Recovered(1))));
    }
    // From before the hive was last written.
    assert_eq!(text(&old, &[&new_log(&new, 4)]), Some(("old".into(), HiveState::Dirty)));
    // A closed hive needs no log.
    seal(&mut old, 5, 5);
    assert_eq!(text(&old, &[&new_log(&new, 5)]), Some(("old".into(), HiveState::Closed)));
}

#[test]
fn damage_anywhere_is_no_accident() {
    let mut file = hive(&PATH, "MachineGuid", "abc");
    seal(&mut file, 2, 1);
    let logs = [new_log(&file, 1), old_log(&file, 1)];
    for end in (0..file.len()).step_by(7) {
        text(&file[..end], &[]);
    }
    for log in &logs {
        for end in (0..log.len()).step_by(7) {
            text(&file, &[&log[..end]]);
        }
        for at in (0..700).chain([4, 16, 20]) {
            let mut torn = log.clone();
            torn[at] ^= 0xff;
            text(&file, &[&torn]);
        }
    }
    for at in (0..64).chain(BINS..BINS + 800) {
        for byte in [0x00, 0x7f, 0xff] {
            let mut torn = file.clone();
            torn[at] = byte;
            text(&torn, &[]);
        }
    }
}
