//! Reads one time of day: `3:58:46.6882889 PM`, `上午 01:09:44.8222664`,
//! `16:53:03,6001516`.

use super::TICKS_PER_SECOND;

/// The meaning of a time text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeText<'a> {
    /// Ticks since midnight.
    Known { ticks: i64, whole_seconds: bool },
    /// A twelve-hour time whose marker is not known, so it could be before or after noon.
    UnknownHalf { marker: &'a str },
    /// Only minutes and seconds, as a spreadsheet leaves them (`47:57.9`).
    HourLost,
}

/// The half of the day that a marker stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    Am,
    Pm,
}

/// Markers of the Windows locales that use a twelve-hour clock, without blanks
/// and full stops, in lower case: before noon, after noon.
const MARKERS: [(&str, &str); 18] = [
    ("am", "pm"),
    ("上午", "下午"),
    ("午前", "午後"),
    ("오전", "오후"),
    ("ص", "م"),
    ("قظ", "بظ"),
    ("غم", "غو"),
    ("πμ", "μμ"),
    ("de", "du"),
    ("sa", "ch"),
    ("pd", "md"),
    ("vm", "nm"),
    ("पूर्वाह्न", "अपराह्न"),
    ("পূর্বাহ্ন", "অপরাহ্ন"),
    ("காலை", "மாலை"),
    ("ಪೂರ್ವಾಹ್ನ", "ಅಪರಾಹ್ನ"),
    ("පෙව", "පව"),
    ("ጥዋት", "ከሰዓት"),
];

impl Marker {
    fn from_text(text: &str) -> Option<Marker> {
        // Nearly every twelve-hour export is English; the slow comparison below is not
        // needed for it.
        match text {
            "AM" => return Some(Marker::Am),
            "PM" => return Some(Marker::Pm),
            _ => {}
        }
        let squeezed: String = text
            .chars()
            .filter(|c| !is_blank(*c) && *c != '.')
            .flat_map(char::to_lowercase)
            .collect();
        MARKERS.iter().find_map(|&(am, pm)| match squeezed.as_str() {
            marker if marker == am => Some(Marker::Am),
            marker if marker == pm => Some(Marker::Pm),
            _ => None,
        })
    }
}

/// A run of ASCII digits in a text.
#[derive(Clone, Copy)]
struct Digits {
    start: usize,
    end: usize,
    value: u64,
}

impl Digits {
    fn len(self) -> usize {
        self.end - self.start
    }
}

/// The first digit runs of a text, at most five of them.
fn digit_runs(text: &str) -> ([Digits; 5], usize) {
    let mut runs = [Digits { start: 0, end: 0, value: 0 }; 5];
    let mut count = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && count < runs.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let mut value = 0u64;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            value = value.saturating_mul(10).saturating_add(u64::from(bytes[at] - b'0'));
            at += 1;
        }
        runs[count] = Digits { start, end: at, value };
        count += 1;
    }
    (runs, count)
}

/// Reads a time of day in the form of any locale. `None` if the text is not a time.
pub(crate) fn parse_time_of_day(text: &str) -> Option<TimeText<'_>> {
    let (runs, count) = digit_runs(text);
    if !(3..=4).contains(&count) {
        return None;
    }
    let [hour, minute, second, fraction, _] = runs;
    let first_gap = without_marks(&text[hour.end..minute.start]);
    let second_gap = without_marks(&text[minute.end..second.start]);
    if count == 3 && first_gap == ":" && matches!(second_gap, "." | ",") {
        // Only two numbers are left of hour, minute and second: a spreadsheet has shown
        // mm:ss.0.
        let plausible = hour.value < 60 && minute.value < 60;
        return plausible.then_some(TimeText::HourLost);
    }
    if first_gap != second_gap || first_gap.chars().count() != 1 {
        return None;
    }
    let sane = hour.len() <= 2
        && minute.len() == 2
        && second.len() == 2
        && hour.value < 24
        && minute.value < 60
        && second.value < 60;
    if !sane {
        return None;
    }
    let mut ticks = 0;
    let mut end = second.end;
    if count == 4 {
        let parts = matches!(
            without_marks(&text[second.end..fraction.start]),
            "." | "," | "'" | "\u{2019}" | ":"
        );
        if !parts || fraction.len() > 9 {
            return None;
        }
        ticks = fraction_ticks(&text[fraction.start..fraction.end]);
        end = fraction.end;
    }
    let before = text[..hour.start].trim_matches(is_blank);
    let after = text[end..].trim_matches(is_blank);
    let marker = match (before.is_empty(), after.is_empty()) {
        (true, true) => None,
        (false, true) => Some(before),
        (true, false) => Some(after),
        (false, false) => return None,
    };
    let hour = match marker.map(|text| (text, Marker::from_text(text))) {
        None => hour.value,
        Some(_) if hour.value > 12 => hour.value,
        Some((_, Some(Marker::Am))) => hour.value % 12,
        Some((_, Some(Marker::Pm))) => hour.value % 12 + 12,
        Some((marker, None)) => return Some(TimeText::UnknownHalf { marker }),
    };
    let seconds = (hour * 60 + minute.value) * 60 + second.value;
    ticks += i64::try_from(seconds).ok()? * TICKS_PER_SECOND;
    Some(TimeText::Known { ticks, whole_seconds: count == 3 })
}

/// Whether a character shows nothing: a blank, or a mark of the direction of writing, which
/// stands around times of some locales.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_direction_mark(c)
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What stands between two numbers, without marks of the direction of writing around it.
fn without_marks(gap: &str) -> &str {
    match gap.is_ascii() {
        true => gap,
        false => gap.trim_matches(is_direction_mark),
    }
}

/// The digits after the seconds, in ticks of 100 ns.
fn fraction_ticks(digits: &str) -> i64 {
    let mut ticks = 0;
    for place in 0..7 {
        let digit = digits.as_bytes().get(place).map_or(0, |byte| byte - b'0');
        ticks = ticks * 10 + i64::from(digit);
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Option<String> {
        match parse_time_of_day(text)? {
            TimeText::Known { ticks, .. } => {
                let seconds = ticks / TICKS_PER_SECOND;
                Some(format!(
                    "{:02}:{:02}:{:02}.{:07}",
                    seconds / 3600,
                    seconds / 60 % 60,
                    seconds % 60,
                    ticks % TICKS_PER_SECOND
                ))
            }
            _ => None,
        }
    }

    #[test]
    fn every_observed_form_is_read() {
        for (text, want) in [
            ("3:58:46.6882889 PM", "15:58:46.6882889"),
            ("08:46:56.2924681 AM", "08:46:56.2924681"),
            ("20:38:31.9788133", "20:38:31.9788133"),
            ("上午 01:09:44.8222664", "01:09:44.8222664"),
            ("下午 01:09:44.8222664", "13:09:44.8222664"),
            ("16:53:03,6001516", "16:53:03.6001516"),
            ("20.38.31,9788133", "20:38:31.9788133"),
            ("12:00:00.0000001 AM", "00:00:00.0000001"),
            ("12:00:00.0000001 PM", "12:00:00.0000001"),
            ("3:58:46.6882889\u{202f}p.\u{a0}m.", "15:58:46.6882889"),
            ("06:59:12 PM", "18:59:12.0000000"),
            ("6:59:13'0413955 PM", "18:59:13.0413955"),
            ("18:59:13\u{2019}0413955", "18:59:13.0413955"),
            ("18:59:13:0413955", "18:59:13.0413955"),
            ("6:59:13.0413955 \u{200e}PM\u{200e}", "18:59:13.0413955"),
            ("\u{200f}6:59:13.0413955 \u{200f}PM", "18:59:13.0413955"),
            ("\u{202b}6:59:13.0413955 \u{645}\u{202c}", "18:59:13.0413955"),
            (
                "\u{200e}6\u{200e}:\u{200e}59\u{200e}:\u{200e}13\u{200e}.0413955\u{200e} AM",
                "06:59:13.0413955",
            ),
        ] {
            assert_eq!(known(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn a_spreadsheet_time_has_lost_its_hour() {
        assert_eq!(parse_time_of_day("47:57.9"), Some(TimeText::HourLost));
        assert_eq!(parse_time_of_day("44:58,5"), Some(TimeText::HourLost));
    }

    #[test]
    fn an_unknown_marker_leaves_the_half_open() {
        assert_eq!(
            parse_time_of_day("1:02:03.0000000 xyz"),
            Some(TimeText::UnknownHalf { marker: "xyz" })
        );
        assert_eq!(known("13:02:03.0000000 xyz").as_deref(), Some("13:02:03.0000000"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "SUCCESS",
            "25:00:00.0000000",
            "1:60:00.0000000",
            "12",
            "1-2:03.4567890",
            "1:02:03-4567890",
            "1:02:03::4",
        ] {
            assert_eq!(parse_time_of_day(text), None, "{text}");
        }
    }
}
