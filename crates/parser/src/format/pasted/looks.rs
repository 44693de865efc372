//! What the text of a cell looks like.

use crate::time::{TimeText, WrittenDate, parse_time_of_day};

/// What a text says about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeCell {
    /// A time of day, to the tick: nothing but Procmon writes seven digits.
    Exact,
    /// A time of day in whole seconds, or what a spreadsheet has left of it.
    Rough,
    /// Date and time.
    DateAndTime,
    /// A date alone.
    Date,
}

/// How the marker for a half of the day may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markers {
    /// One that is known.
    Known,
    /// Any short word: the text is a cell of its own.
    Any,
}

/// Whether the whole text is a time, a date, or both.
pub(super) fn time_cell(text: &str, markers: Markers) -> Option<TimeCell> {
    let text = trim_blanks(text);
    if text.len() > 64 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let Some(time) = time_of_day(text, markers) {
        return Some(time);
    }
    let (_, rest) = WrittenDate::split(text)?;
    match rest.trim_matches(is_blank) {
        "" => Some(TimeCell::Date),
        rest => time_of_day(rest, markers).map(|_| TimeCell::DateAndTime),
    }
}

fn time_of_day(text: &str, markers: Markers) -> Option<TimeCell> {
    // Marks of direction may stand around the marker.
    let plain: String;
    let text = match text.contains(is_direction) {
        false => text,
        true => {
            plain = text.chars().filter(|c| !is_direction(*c)).collect();
            &plain
        }
    };
    let time = parse_time_of_day(text)?;
    if !marker_fits(text, markers) {
        return None;
    }
    Some(match time {
        TimeText::Known { whole_seconds: true, .. } | TimeText::HourLost => TimeCell::Rough,
        _ if has_ticks(text) => TimeCell::Exact,
        _ => TimeCell::Rough,
    })
}

/// Whether what stands around a time is a marker for a half of the day.
fn marker_fits(text: &str, markers: Markers) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let (Some(first), Some(last)) = (text.find(is_digit), text.rfind(is_digit)) else {
        return false;
    };
    let marker = match (text[..first].trim(), text[last + 1..].trim()) {
        ("", "") | ("", "AM" | "PM") => return true,
        ("", marker) | (marker, "") => marker,
        _ => return false,
    };
    let is_known = || {
        // With an hour of the first half only a known marker shows which half it is.
        let time = format!("1:00:00 {marker}");
        matches!(parse_time_of_day(&time), Some(TimeText::Known { .. }))
    };
    match markers {
        Markers::Known => is_known(),
        Markers::Any => {
            let is_short = marker.chars().count() <= 8;
            is_known() || (is_short && !marker.contains(['.', '\\', '/', ':', '<', '|', '"']))
        }
    }
}

/// Whether a text has seven digits in a row.
fn has_ticks(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 7)
}

/// Where a time of day with seven digits behind the seconds begins in a text, if there
/// is one: its first digit.
pub(super) fn find_exact_time(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memchr2(b'.', b',', &bytes[from..]) {
        let at = from + found;
        from = at + 1;
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits != 7 || at < 7 {
            continue;
        }
        let start = bytes[..at]
            .iter()
            .rposition(|byte| !(byte.is_ascii_digit() || matches!(byte, b':' | b'.')))
            .map_or(0, |place| place + 1);
        let time = &text[start..at + 8];
        if time_of_day(time, Markers::Known).is_some() {
            return Some(start);
        }
    }
    None
}

/// Whether a character is a blank of any kind, or one without a width.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_direction(c) || is_zero_width(c)
}

/// A text without the blanks around it.
pub(super) fn trim_blanks(text: &str) -> &str {
    let text = text.trim_ascii();
    match text.as_bytes() {
        [first, .., last] if first.is_ascii() && last.is_ascii() => text,
        _ => text.trim_matches(is_blank),
    }
}

/// Whether a character only sets the direction of writing.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is a blank without a width, which editors and pages put in.
pub(super) fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// A decimal number as Procmon writes a PID or TID.
pub(super) fn id_number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Seconds with seven digits, as Procmon writes a duration.
pub(super) fn is_duration(text: &str) -> bool {
    text.split_once('.').is_some_and(|(seconds, rest)| {
        id_number(seconds).is_some() && rest.len() == 7 && id_number(rest).is_some()
    })
}

/// Whether a text names a program: `inetinfo.exe`, `System`.
pub(super) fn is_program(text: &str) -> bool {
    const NAMED: [&str; 12] = [
        "System",
        "Idle",
        "Registry",
        "Secure System",
        "Memory Compression",
        "MemCompression",
        "vmmem",
        "Interrupts",
        "System Idle Process",
        "<Unknown>",
        "<unknown>",
        "<non-existent>",
    ];
    const ENDS: [&str; 6] = [".exe", ".com", ".scr", ".tmp", ".bin", ".dll"];
    let has_end = text.len() > 4
        && text.is_char_boundary(text.len() - 4)
        && ENDS.iter().any(|end| text[text.len() - 4..].eq_ignore_ascii_case(end));
    (has_end && is_file_name(text)) || NAMED.contains(&text)
}

/// Whether a text can be the name of a file on Windows.
pub(super) fn is_file_name(text: &str) -> bool {
    let is_sign = |byte: u8| b"\\/:*?\"<>|".contains(&byte) || byte.is_ascii_control();
    !text.is_empty() && text.len() <= 255 && !text.bytes().any(is_sign)
}

/// Whether a text looks like something that Procmon shows in the column Path.
pub(super) fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_drive = bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    if is_drive && bytes.get(2).is_none_or(|byte| matches!(byte, b'\\' | b'/')) {
        return true;
    }
    if text.starts_with('\\') {
        return bytes.len() > 1;
    }
    let root = text.split('\\').next().unwrap_or_default();
    if is_registry_root(root) {
        return true;
    }
    // Two ends of a connection: `host:port -> host:port`.
    text.split_once(" -> ").is_some_and(|(from, to)| from.contains(':') && to.contains(':'))
}

fn is_registry_root(root: &str) -> bool {
    const ROOTS: [&str; 12] = [
        "HKLM",
        "HKCU",
        "HKCR",
        "HKU",
        "HKCC",
        "HKEY_LOCAL_MACHINE",
        "HKEY_CURRENT_USER",
        "HKEY_CLASSES_ROOT",
        "HKEY_USERS",
        "HKEY_CURRENT_CONFIG",
        "REGISTRY",
        "HKPD",
    ];
    ROOTS.contains(&root)
}

/// Whether a text is an account: `NT AUTHORITY\SYSTEM`.
pub(super) fn is_account(text: &str) -> bool {
    let Some((domain, name)) = text.split_once('\\') else { return false };
    let is_word = |word: &str| {
        !word.is_empty()
            && word.chars().count() <= 64
            && !word.contains(|c: char| "\\/:,;\"<>|=?*[]".contains(c) || c.is_control())
    };
    is_word(domain) && is_word(name) && !is_registry_root(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_any_locale_are_recognised_among_other_cells() {
        for text in [
            "6:59:13.0390001 PM",
            "18:59:13,0390001",
            "上午 01:09:44.8222664",
            "6:59:13.0390001 p.\u{a0}m.",
            "6:59:13.0390001\u{202f}\u{200e}PM",
        ] {
            assert_eq!(time_cell(text, Markers::Known), Some(TimeCell::Exact), "{text}");
        }
        assert_eq!(time_cell("18:59:13", Markers::Known), Some(TimeCell::Rough));
        assert_eq!(time_cell("59:13.0", Markers::Known), Some(TimeCell::Rough));
        let both = "3/5/2026 6:59:13.0413955 PM";
        assert_eq!(time_cell(both, Markers::Known), Some(TimeCell::DateAndTime));
        assert_eq!(time_cell("05.03.2026", Markers::Known), Some(TimeCell::Date));
        assert_eq!(time_cell("6:59:13.0390001 xy", Markers::Any), Some(TimeCell::Exact));
        for text in [
            "",
            "5236",
            "a.exe",
            "6:59:13.0390001 xy",
            "18:59:13,0390001 a.exe",
            "C:\\a",
            "10.0.14393.0",
        ] {
            assert_eq!(time_cell(text, Markers::Known), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_found_behind_other_words() {
        assert_eq!(find_exact_time("[10:01] bob: 6:59:13.0390001 PM a"), Some(13));
        assert_eq!(find_exact_time("18.59.13,0390001 a"), Some(0));
        assert_eq!(find_exact_time("took 0.0000042 s"), None);
        assert_eq!(find_exact_time("1:2.1234567"), None);
    }

    #[test]
    fn paths_accounts_and_programs_are_distinguished() {
        for text in ["C:\\a b", "\\\\srv\\x", "HKLM\\SOFTWARE", "a:1 -> b:2", "C:", "HKLM"] {
            assert!(is_path(text), "{text}");
        }
        for text in ["", "a", "NT AUTHORITY\\SYSTEM", "x:y", "http://a"] {
            assert!(!is_path(text), "{text}");
        }
        assert!(is_account("NT AUTHORITY\\SYSTEM") && is_account("IIS APPPOOL\\Demo"));
        assert!(!is_account("C:\\Users") && !is_account("HKLM\\a") && !is_account("a\\b\\c"));
        assert!(is_program("My App.exe") && is_program("System") && !is_program("the.end"));
    }
}
