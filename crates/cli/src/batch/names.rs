//! How the files of the results are called.

use procmonkey_analysis::Report;

use crate::digest::short;

/// What marks a folder of results, and is locked while a run writes into it.
pub(super) const LOCK: &str = "batch.lock";

/// The folders of the results.
pub(super) const FINDINGS: &str = "findings";
pub(super) const EVENTS: &str = "events";
pub(super) const DONE: &str = "done";

/// What stands in place of an id where there is none.
const WITHOUT_ID: &str = "capture";

/// What a partition is called whose value is not known: readers of such folders take it as null.
const NOT_KNOWN: &str = "__HIVE_DEFAULT_PARTITION__";

/// How many characters the name of a computer has at most in the name of a folder.
const LONGEST_HOST: usize = 60;

/// The name of a capture: its id, and a hash of where it lies, so that copies stay apart.
pub(super) fn stem(capture_id: Option<&str>, key: &[u8], member: Option<&str>) -> String {
    let member = member.map(str::as_bytes);
    let place = match member {
        Some(member) => short(&[key, member]),
        None => short(&[key]),
    };
    format!("{}-{place}", capture_id.unwrap_or(WITHOUT_ID))
}

pub(super) fn of_findings(stem: &str) -> String {
    format!("{FINDINGS}/{stem}.json")
}

/// What is noted when a task is done. `part` tells the tasks of one archive apart.
pub(super) fn of_record(key: &[u8], part: usize) -> String {
    format!("{DONE}/{}.json", short(&[key, b"task", &part.to_le_bytes()]))
}

/// The events of a capture, in folders by computer and by the date of its first event.
pub(super) fn of_events(stem: &str, report: &Report) -> String {
    let capture = report.captures.first();
    let host = capture.and_then(|it| it.computer.names.first()).map(|it| it.name.as_str());
    let host = host.filter(|it| !it.is_empty()).map_or(NOT_KNOWN.to_string(), escaped);
    let date = capture.and_then(|it| it.first_time.as_deref()).and_then(date_of);
    format!("{EVENTS}/host={host}/date={}/{stem}.parquet", date.unwrap_or(NOT_KNOWN))
}

/// Whether a file has a name that a run gives: two hashes, or one.
pub(super) fn is_result(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.strip_suffix(".json").or_else(|| file.strip_suffix(".parquet"));
    let is_hash = |text: &str| text.len() == 32 && text.bytes().all(|it| it.is_ascii_hexdigit());
    stem.is_some_and(|stem| match stem.split_once('-') {
        Some((id, key)) => is_hash(key) && (is_hash(id) || id == WITHOUT_ID),
        None => is_hash(stem),
    })
}

fn date_of(time: &str) -> Option<&str> {
    let date = time.get(..10)?;
    let form = "dddd-dd-dd";
    let fits = date.bytes().zip(form.bytes()).all(|(byte, wanted)| match wanted {
        b'd' => byte.is_ascii_digit(),
        wanted => byte == wanted,
    });
    fits.then_some(date)
}

/// A value of a partition, as Hive writes it.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for byte in name.chars().take(LONGEST_HOST).collect::<String>().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(byte.into()),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_computer_is_one_folder_whatever_is_in_it() {
        assert_eq!(escaped("WEB-03.local"), "WEB-03.local");
        assert_eq!(escaped("../a b=ä"), "..%2Fa%20b%3D%C3%A4");
        assert!(escaped(&"ä".repeat(500)).len() <= 6 * LONGEST_HOST);
    }

    #[test]
    fn only_a_whole_date_is_one() {
        assert_eq!(date_of("2026-03-05T18:59:13.0390000"), Some("2026-03-05"));
        for other in ["", "18:59:13.0390000", "5.3.2026 18:59", "2026-3-5", "ä026-03-05é"] {
            assert_eq!(date_of(other), None, "{other}");
        }
    }

    #[test]
    fn path_and_member_do_not_run_into_each_other() {
        let names = [
            stem(None, b"a", Some("b")),
            stem(None, b"ab", None),
            stem(None, b"a", None),
            stem(None, b"ab", Some("")),
            stem(Some("x"), b"a", None),
        ];
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }
}
