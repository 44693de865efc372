use std::io::Cursor;

use super::*;
use crate::made::hive::*;
use crate::text::utf16;

const PATH: [&str; 2] = ["Microsoft", "Cryptography"];

fn bytes<'b>(name: &str, bytes: &'b [u8]) -> Bytes<'b> {
    Bytes::new(name, Cursor::new(bytes), u64::MAX).unwrap()
}

fn open<'h>(file: &'h [u8], logs: &[&'h [u8]], losses: &mut Losses) -> Result<Hive<'h>, Error> {
    let logs = |_: &mut Losses| logs.iter().map(|log| bytes("LOG1", log)).collect();
    Hive::open(bytes("SOFTWARE", file), &Limits::default(), logs, losses)
}

fn text_with(file: &[u8], logs: &[&[u8]], losses: &mut Losses) -> Option<(String, HiveState)> {
    let mut hive = open(file, logs, losses).ok()?;
    let key = hive.key(&PATH).ok()??;
    let value = hive.value(key, "machineguid").ok()??;
    Some((utf16(&value.data), hive.state))
}

fn text(file: &[u8], logs: &[&[u8]]) -> Option<(String, HiveState)> {
    text_with(file, logs, &mut Losses::default())
}

fn messages(losses: &Losses) -> Vec<String> {
    losses.iter().map(ToString::to_string).collect()
}

#[test]
fn a_value_is_found_without_regard_to_case() {
    let file = hive(&["MICROSOFT", "cryptography"], "MachineGuid", "abc");
    assert_eq!(text(&file, &[]), Some(("abc".into(), HiveState::Closed)));
    let mut hive = open(&file, &[], &mut Losses::default()).unwrap();
    assert!(hive.key(&["Microsoft", "Other"]).unwrap().is_none());
    let key = hive.key(&PATH).unwrap().unwrap();
    assert!(hive.value(key, "Other").unwrap().is_none());
}

#[test]
fn names_in_two_bytes_a_character_are_found_too() {
    let mut cells = Cells::default();
    let root = cells.key("ROOT");
    let mut key = root;
    for name in PATH {
        // The same in the low bytes, and yet another name.
        let other: String =
            name.chars().map(|c| char::from_u32(c as u32 | 0x100).unwrap()).collect();
        let children = [cells.wide_key(&other), cells.wide_key(name)];
        let list = cells.list(b"lf", &children);
        cells.set_children(key, list, 2);
        key = children[1];
    }
    cells.set_value(key, "MachineGuid", "abc");
    assert_eq!(text(&cells.file(root), &[]), Some(("abc".into(), HiveState::Closed)));
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
fn a_log_may_make_a_hive_longer() {
    let mut old = hive(&PATH, "MachineGuid", "old");
    let new = hive_among(&PATH, "MachineGuid", "new", 500);
    assert!(new.len() > old.len() + 64 * 1024);
    seal(&mut old, 2, 1);
    for log in [new_log(&new, 1), old_log(&new, 1)] {
        assert_eq!(text(&old, &[&log]), Some(("new".into(), HiveState::Recovered(1))));
    }
}

#[test]
fn entries_are_taken_over_in_the_order_of_their_numbers_up_to_a_gap() {
    let mut old = hive(&PATH, "MachineGuid", "old");
    seal(&mut old, 6, 5);
    let entry = |text: &str, number| entry(&hive(&PATH, "MachineGuid", text), number);
    let header = old[..512].to_vec();
    let one = [header.clone(), entry("f", 5), entry("g", 6)].concat();
    let other = [header.clone(), entry("h", 7), entry("i", 9)].concat();
    let mut losses = Losses::default();
    let found = text_with(&old, &[&other, &one], &mut losses);
    assert_eq!(found, Some(("h".into(), HiveState::Recovered(3))));
    let messages = messages(&losses);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("1 entries") && messages[0].contains("number 9"), "{messages:?}");
    // One log by two names, as where capitals do not count, is no gap.
    assert_eq!(text(&old, &[&one, &one]), Some(("g".into(), HiveState::Recovered(2))));
}

#[test]
fn what_of_a_log_cannot_be_read_is_lost_with_its_name_and_place() {
    let mut old = hive(&PATH, "MachineGuid", "old");
    let new = hive(&PATH, "MachineGuid", "new");
    seal(&mut old, 6, 5);
    let whole = new_log(&new, 5);
    let mut odd_page = whole.clone();
    odd_page[512 + 40] = 1;
    let mut huge = whole.clone();
    huge[512 + 16..512 + 20].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut many = whole.clone();
    many[512 + 20..512 + 24].copy_from_slice(&u32::MAX.to_le_bytes());
    for (log, place, word) in [
        (&whole[..whole.len() - 1], 512, "an entry is damaged"),
        (&odd_page[..], 512, "an entry is damaged"),
        (&many[..], 512, "an entry is damaged"),
        (&huge[..], 0, "makes the bins"),
        (&old_log(&new, 5)[..2000], 1536, "ends inside its sectors"),
        (b"something else", 0, "does not begin as a transaction log"),
    ] {
        let mut losses = Losses::default();
        let found = text_with(&old, &[log], &mut losses);
        assert_eq!(found, Some(("old".into(), HiveState::Dirty)), "{word}");
        let first = losses.iter().next().unwrap();
        assert!(first.message.contains(word), "{first}");
        assert_eq!((losses.count(), first.position.byte), (1, place), "{first}");
    }
    // Logs that were never used.
    for unused in [&[][..], &[0; 4096][..]] {
        let mut losses = Losses::default();
        text_with(&old, &[unused], &mut losses);
        assert!(losses.is_empty(), "{losses:?}");
    }
}

#[test]
fn a_damaged_neighbour_is_counted_and_does_not_hide_the_key() {
    let mut file = hive_among(&PATH, "MachineGuid", "abc", 3);
    // The first cell that the root's list names.
    let at = BINS + 32 + 88;
    assert_eq!(&file[at + 4..at + 6], b"nk");
    file[at + 4] = b'x';
    let mut hive = open(&file, &[], &mut Losses::default()).unwrap();
    assert!(hive.key(&PATH).unwrap().is_some());
    let (count, position) = hive.damaged_entries().unwrap();
    assert_eq!((count, position.byte), (1, at as u64));
}

#[test]
fn bombs_end_with_an_error_and_little_work() {
    for (file, why) in [
        (wide(15, 65_535, "x"), "again and again"),
        (wide(15, 65_535, &"\u{201}".repeat(32_767)), "again and again"),
        (wide(40, 60_000, "x"), "again and again"),
        (list_of_itself(), "not nested"),
    ] {
        let mut hive = open(&file, &[], &mut Losses::default()).unwrap();
        let error = hive.key(&PATH).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert!(hive.looked_at() <= file.len() as u64 + (1 << 20), "{}", hive.looked_at());
    }
    let mut hive = open(&[], &[], &mut Losses::default()).err().map(|error| error.kind());
    assert_eq!(hive.take(), Some(crate::ErrorKind::Damaged));
    let file = child_of_itself();
    let mut hive = open(&file, &[], &mut Losses::default()).unwrap();
    assert!(hive.key(&PATH).unwrap().is_none());
    assert!(hive.key(&["Microsoft"; 9]).unwrap().is_some());
}

#[test]
fn a_list_with_too_many_entries_is_refused() {
    // Each entry is a key of its own, so that bytes alone would allow it.
    let mut cells = Cells::default();
    let key = cells.key("x");
    let lists: Vec<u32> = (0..17).map(|_| cells.list(b"li", &vec![key; 65_535])).collect();
    let of_lists = cells.list(b"ri", &lists);
    let root = cells.key("ROOT");
    cells.set_children(root, of_lists, 1);
    let mut file = cells.file(root);
    // So that the bytes do not run out first.
    file.resize(file.len() + (200 << 20), 0);
    let length = (file.len() - BINS) as u32;
    file[0x28..0x2c].copy_from_slice(&length.to_le_bytes());
    seal(&mut file, 1, 1);
    let mut hive = open(&file, &[], &mut Losses::default()).unwrap();
    let error = hive.key(&PATH).unwrap_err();
    assert!(error.to_string().contains("more entries"), "{error}");
}

#[test]
fn four_times_the_keys_are_four_times_the_work() {
    let work = |others: usize| {
        let file = hive_among(&PATH, "MachineGuid", "abc", others);
        let mut hive = open(&file, &[], &mut Losses::default()).unwrap();
        let key = hive.key(&PATH).unwrap().unwrap();
        assert!(hive.value(key, "MachineGuid").unwrap().is_some());
        (hive.looked_at(), file.len() as u64)
    };
    let (few, _) = work(2_000);
    let (many, bytes) = work(8_000);
    assert!(many < few * 41 / 10, "{few} and {many} bytes");
    // An honest hive is never near the bound.
    assert!(many < bytes, "{many} of {bytes} bytes");
}

#[test]
fn a_value_of_too_many_bytes_is_not_read() {
    let file = hive(&PATH, "MachineGuid", &"x".repeat(10_000));
    let mut hive = open(&file, &[], &mut Losses::default()).unwrap();
    let key = hive.key(&PATH).unwrap().unwrap();
    let error = hive.value(key, "MachineGuid").unwrap_err();
    assert!(error.to_string().contains("20002 bytes"), "{error}");
}

#[test]
fn no_more_of_a_hive_is_looked_at_than_the_limit() {
    let file = hive_among(&PATH, "MachineGuid", "abc", 100);
    let limits = Limits::default().hive_bytes(BINS as u64 + 4096);
    let mut losses = Losses::default();
    let file = Bytes::new("SOFTWARE", Cursor::new(&file[..]), BINS as u64 + 4096).unwrap();
    let mut hive = Hive::open(file, &limits, |_| Vec::new(), &mut losses).unwrap();
    assert!(hive.key(&PATH).is_err());
    let messages = messages(&losses);
    assert!(messages[0].contains("no more than 8192"), "{messages:?}");
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
