//! Codes that are written as numbers.

use super::lookup::by_value;

/// A number, and what was supposed to read it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) note: Option<String>,
}

/// Marks that people and programs put between groups of digits: a thousands mark of
/// some country, or the mark of a debugger or of a programming language.
const MARKS: [char; 9] = [',', '.', ' ', '\u{a0}', '\u{202f}', '\'', '’', '_', '`'];

/// Reads a number: `2148073478`, `-2146893818`, `2,148,073,478`, `0x80090006`,
/// `0x8009_0006`, `&H80090006`, `80090006h`, `%%2148073478`, or eight hexadecimal
/// digits alone.
pub(super) fn read(text: &str) -> Option<Number> {
    // Event logs write %% before a number that Windows should replace by a text.
    let (text, in_event) = match text.strip_prefix("%%") {
        Some(number) => (number.trim_start(), true),
        None => (text, false),
    };
    let (digits, negative) = match text.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
        Some(digits) => (digits.trim_start(), true),
        None => (text, false),
    };
    // The mark of a C literal: 0x80090016L.
    let digits = digits.to_ascii_lowercase();
    let digits = digits.trim_end_matches(['u', 'l']);
    let marked = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("&h")).or_else(|| {
        digits.strip_suffix('h').filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()))
    });
    if let Some(digits) = marked {
        return hexadecimal(digits, negative).map(plain);
    }
    if !in_event
        && !negative
        && let Some(number) = bare_hexadecimal(digits)
    {
        return Some(number);
    }
    decimal(&without_thousands(digits)?, negative)
}

fn plain(value: u32) -> Number {
    Number { value, note: None }
}

fn hexadecimal(digits: &str, negative: bool) -> Option<u32> {
    let digits: String = match digits.starts_with(MARKS) || digits.ends_with(MARKS) {
        true => return None,
        false => digits.chars().filter(|c| !MARKS.contains(c)).collect(),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = u64::from_str_radix(&digits, 16).ok()?;
    match negative {
        // Some programs print -0x7FF6FFEA for 0x80090016.
        true => u32::try_from(value).ok().filter(|value| *value <= 1 << 31).map(u32::wrapping_neg),
        false => of_64_bits(value),
    }
}

/// The code within a number of 64 bits, which may be a negative one.
fn of_64_bits(value: u64) -> Option<u32> {
    let low = if value >> 32 == 0xffff_ffff { value & 0xffff_ffff } else { value };
    u32::try_from(low).ok()
}

/// Eight hexadecimal digits without any mark, as `80090016`, or sixteen of a number
/// of 64 bits.
///
/// Of eight decimal digits, which may be a decimal number too, those are hexadecimal
/// that begin with 8 or 0 or give a code that is known: Windows has no codes of its
/// own among the decimal ones, and nobody writes a decimal number with noughts before
/// it.
fn bare_hexadecimal(digits: &str) -> Option<Number> {
    // A debugger parts the halves of sixteen: ffffffff`80090016.
    let digits = match digits.split_once('`') {
        Some((high, low)) if high.len() == 8 && low.len() == 8 => &format!("{high}{low}"),
        _ => digits,
    };
    let plausible = match digits.len() {
        8 => {
            digits.bytes().any(|byte| !byte.is_ascii_digit())
                || digits.starts_with(['0', '8'])
                || hexadecimal(digits, false).is_some_and(is_known)
        }
        16 => digits.starts_with("ffffffff") || digits.starts_with("00000000"),
        _ => false,
    };
    if !plausible || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = hexadecimal(digits, false)?;
    Some(Number { value, note: Some(format!("read as 0x{value:08X}")) })
}

fn is_known(value: u32) -> bool {
    by_value(value).next().is_some()
}

/// The digits of a decimal number that may be written in groups of three.
fn without_thousands(text: &str) -> Option<String> {
    let Some(mark) = text.chars().find(|c| !c.is_ascii_digit()) else {
        return (!text.is_empty()).then(|| text.to_string());
    };
    if !MARKS.contains(&mark) {
        return None;
    }
    let mut groups = text.split(mark);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let mut digits = first.to_string();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

fn decimal(digits: &str, negative: bool) -> Option<Number> {
    let value: u64 = digits.parse().ok()?;
    if negative {
        let value = i64::try_from(value).ok()?;
        return i32::try_from(-value).ok().map(|value| plain(value.cast_unsigned()));
    }
    let value = of_64_bits(value)?;
    if is_known(value) {
        return Some(plain(value));
    }
    // 2146893818 is what is left of -2146893818 in some titles and search boxes.
    // Nothing of its own lies that close below 0x80000000.
    let negated = value.wrapping_neg();
    if negated >> 24 == 0x80 || (value > 0xffff && is_known(negated)) {
        let note = format!("read as -{value}: its minus seems to have been dropped");
        return Some(Number { value: negated, note: Some(note) });
    }
    Some(plain(value))
}
