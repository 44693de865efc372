//! Numbers in the texts of columns and of Detail.

/// Adds the digits of a number.
pub(crate) fn push_whole(number: u64, out: &mut Vec<u8>) {
    with_digits(number, |digits| out.extend_from_slice(digits));
}

/// Adds the digits of a number to a text.
#[cfg(feature = "table")]
pub(crate) fn push_digits(number: u64, out: &mut String) {
    with_digits(number, |digits| out.push_str(std::str::from_utf8(digits).unwrap_or_default()));
}

fn with_digits(mut number: u64, take: impl FnOnce(&[u8])) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len() - 1;
    loop {
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
        first -= 1;
    }
    take(&digits[first..]);
}

/// Adds a whole number that is written with digits alone, such as a PID. Returns false, and adds
/// nothing, for another text.
pub(crate) fn push_plain(text: &str, out: &mut Vec<u8>) -> bool {
    let Some(number) = plain(text) else { return false };
    push_whole(number, out);
    true
}

/// The whole number that is written with digits alone.
pub(crate) fn plain(text: &str) -> Option<u64> {
    // Nearly always.
    if matches!(text.len(), 1..=18) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(whole(text));
    }
    let text = text.trim();
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

/// The number of so few digits that it cannot be too large.
fn whole(digits: &str) -> u64 {
    digits.bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

/// Adds a whole number as Procmon writes it in Detail, with or without the grouping of a locale
/// (`1,078`, `1.078`, `1 078`), and with a minus in front of it or not. Returns false, and adds
/// nothing, for another text.
pub(crate) fn push_grouped(text: &str, out: &mut Vec<u8>) -> bool {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let Some(number) = grouped(rest) else { return false };
    out.extend_from_slice(sign.as_bytes());
    push_whole(number, out);
    true
}

fn grouped(text: &str) -> Option<u64> {
    let is_digit = |c: char| c.is_ascii_digit();
    if !text.starts_with(is_digit) || !text.ends_with(is_digit) {
        return None;
    }
    let mut value: u64 = 0;
    for c in text.chars() {
        match c {
            '0'..='9' => {
                value = value.checked_mul(10)?.checked_add(u64::from(c as u32 - '0' as u32))?;
            }
            ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}' => {}
            _ => return None,
        }
    }
    Some(value)
}

/// Adds a number of seconds, whose fraction stands behind a point or a comma, and which the word
/// `seconds` may follow. Returns false, and adds nothing, for another text.
pub(crate) fn push_seconds(text: &str, out: &mut Vec<u8>) -> bool {
    let Some((whole, fraction)) = parts_of_seconds(text) else { return false };
    let whole = whole.trim_start_matches('0');
    out.extend_from_slice(if whole.is_empty() { b"0" } else { whole.as_bytes() });
    if let Some(fraction) = fraction {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
    }
    true
}

/// The digits of a number of seconds before and behind its point.
fn parts_of_seconds(text: &str) -> Option<(&str, Option<&str>)> {
    /// More digits than any of Procmon's durations has; a reader may lose some of more.
    const LONGEST: usize = 17;
    let text = text.trim();
    let text = text.strip_suffix(" seconds").unwrap_or(text);
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let are_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = text.len() <= LONGEST && are_digits(whole) && fraction.is_none_or(are_digits);
    is_number.then_some((whole, fraction))
}

/// The number of seconds that [`push_seconds`] adds: the one that is nearest to its digits.
#[cfg(feature = "table")]
pub(crate) fn seconds(text: &str) -> Option<f64> {
    // Nearly always.
    let short = seconds_of_few_digits(text);
    short.or_else(|| {
        let (whole, fraction) = parts_of_seconds(text)?;
        format!("{whole}.{}", fraction.unwrap_or_default()).parse().ok()
    })
}

/// The number of seconds that is written with few digits, and a point or a comma among them or not.
#[cfg(feature = "table")]
fn seconds_of_few_digits(text: &str) -> Option<f64> {
    /// Each number of so many digits, and each power of ten here, is exact as `f64`, and one division of
    /// two such numbers gives the nearest.
    const EXACT: usize = 15;
    const POWERS: [f64; EXACT] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];
    if !matches!(text.len(), 1..=EXACT) {
        return None;
    }
    let (mut number, mut point) = (0, None);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => number = number * 10 + u64::from(byte - b'0'),
            b'.' | b',' if at > 0 && at + 1 < text.len() && point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let places = point.map_or(0, |point| text.len() - 1 - point);
    Some(number as f64 / POWERS.get(places)?)
}

/// Whether Procmon's word says `True`; `None` for another text.
#[cfg(feature = "table")]
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text {
        "True" => Some(true),
        "False" => Some(false),
        _ => None,
    }
}

/// Adds the number that is written as `0x` and hexadecimal digits. Returns false, and adds nothing,
/// for another text.
pub(crate) fn push_hexadecimal(text: &str, out: &mut Vec<u8>) -> bool {
    let number = text.strip_prefix("0x").filter(|digits| !digits.starts_with('+'));
    let Some(number) = number.and_then(|digits| u64::from_str_radix(digits, 16).ok()) else {
        return false;
    };
    push_whole(number, out);
    true
}

/// Adds `true` or `false` for Procmon's words. Returns false, and adds nothing, for another text.
pub(crate) fn push_truth(text: &str, out: &mut Vec<u8>) -> bool {
    let truth: &[u8] = match text {
        "True" => b"true",
        "False" => b"false",
        _ => return false,
    };
    out.extend_from_slice(truth);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "table")]
    #[test]
    fn seconds_are_the_nearest_number() {
        let mut state = 11u64;
        for round in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(round | 1);
            let digits = (state >> 8).to_string();
            let digits = &digits[..1 + (state % 16) as usize % digits.len()];
            let point = (state >> 5) as usize % digits.len();
            let (whole, fraction) = digits.split_at(point);
            let text = match (whole, round % 3) {
                ("", _) => digits.to_string(),
                (_, 0) => format!("{whole},{fraction}"),
                _ => format!("{whole}.{fraction}"),
            };
            let nearest: f64 = text.replace(',', ".").parse().expect("a number");
            assert_eq!(seconds(&text), Some(nearest), "{text}");
        }
        // Powers of ten, and what stands beside them.
        for places in 1..15 {
            for digits in ["1", "9", "154", "0000154"] {
                let text = format!("0.{}{digits}", "0".repeat(places));
                assert_eq!(seconds(&text).is_some(), text.len() <= 17, "{text}");
                if let Some(found) = seconds(&text) {
                    assert_eq!(found, text.parse::<f64>().expect("a number"), "{text}");
                }
            }
        }
        assert_eq!(seconds("12 seconds"), Some(12.0));
        assert_eq!(seconds("1."), None);
    }

    fn written(push: fn(&str, &mut Vec<u8>) -> bool, text: &str) -> Option<String> {
        let mut out = Vec::new();
        let is_number = push(text, &mut out);
        let out = String::from_utf8(out).expect("ASCII");
        assert!(is_number || out.is_empty(), "{text}");
        is_number.then_some(out)
    }

    #[test]
    fn whole_numbers_have_all_their_digits() {
        for number in [0, 7, 10, 4_712, 1_000_000, u64::MAX] {
            let mut out = Vec::new();
            push_whole(number, &mut out);
            assert_eq!(String::from_utf8(out).expect("ASCII"), number.to_string());
        }
        assert_eq!(written(push_plain, " 508 ").as_deref(), Some("508"));
        assert_eq!(written(push_plain, "007").as_deref(), Some("7"));
        for text in ["", "n/a", "4,712", "-1", "+1", "0x10", "99999999999999999999"] {
            assert_eq!(written(push_plain, text), None, "{text}");
        }
    }

    #[test]
    fn grouping_of_every_locale_is_taken_out() {
        for text in ["4697", "4,697", "4.697", "4 697", "4\u{a0}697", "4\u{202f}697", "4'697"] {
            assert_eq!(written(push_grouped, text).as_deref(), Some("4697"), "{text}");
        }
        assert_eq!(written(push_grouped, "-1").as_deref(), Some("-1"));
        for text in ["", "n/a", "-", "1,", ",1", "0x10", "--1"] {
            assert_eq!(written(push_grouped, text), None, "{text}");
        }
    }

    #[test]
    fn seconds_of_every_locale_have_a_point() {
        let cases = [
            ("0.0000154", "0.0000154"),
            ("0,0000154", "0.0000154"),
            ("12", "12"),
            ("00.5", "0.5"),
            ("0.0625000 seconds", "0.0625000"),
        ];
        for (text, want) in cases {
            assert_eq!(written(push_seconds, text).as_deref(), Some(want), "{text}");
        }
        for text in ["", "n/a", "1.", ".5", "1.2.3", "-1", "1e5", "1 s"] {
            assert_eq!(written(push_seconds, text), None, "{text}");
        }
    }

    #[test]
    fn hexadecimal_sizes_and_words_for_truth() {
        assert_eq!(written(push_hexadecimal, "0x1d8000").as_deref(), Some("1933312"));
        for text in ["", "0x", "0x+1", "1d8000", "0xg"] {
            assert_eq!(written(push_hexadecimal, text), None, "{text}");
        }
        assert_eq!(written(push_truth, "True").as_deref(), Some("true"));
        assert_eq!(written(push_truth, "n/a"), None);
    }
}
