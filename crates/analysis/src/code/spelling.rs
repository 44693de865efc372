//! A text that stands for a code, in every spelling that people and programs use.

use procmonkey_parser::NtStatus;

use super::known::{CodeFamily, KnownCode};
use super::lookup::{by_name, by_value};
use super::parts::FROM_SYSTEM_ERROR;
use super::{number, texts};

/// A code as a text gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spelled {
    pub(super) value: u32,
    /// The code that was meant, where a name says so.
    pub(super) named: Option<&'static KnownCode>,
    /// What was supposed to read it so.
    pub(super) note: Option<String>,
}

/// Words that programs write before a code.
const LEADS: [&str; 22] = [
    "exception",
    "from",
    "hresult",
    "hr",
    "ntstatus",
    "status",
    "win32",
    "windows",
    "system",
    "service-specific",
    "specific",
    "error",
    "err",
    "code",
    "number",
    "exit",
    "result",
    "return",
    "returned",
    "failed",
    "with",
    "scode",
];

/// What stands around or between codes and is not part of them.
const AROUND: [char; 16] =
    ['"', '\'', '`', '“', '”', '«', '»', '[', ']', '{', '}', '<', '>', ':', '=', '#'];

/// The code of a text that is nothing but a code, perhaps written several times over
/// and with words such as `HRESULT:` before it.
pub(super) fn read(text: &str) -> Option<Spelled> {
    let text = bare(text);
    written(text).or_else(|| written(without_leads(text)))
}

/// The code that a longer text holds: the first that is certainly one.
pub(super) fn find(text: &str) -> Option<Spelled> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';' | '='));
    let found: Vec<Spelled> =
        words.map(bare).filter(|word| is_certain(word)).filter_map(one).collect();
    found.into_iter().reduce(|first, second| match agreed(&first, &second) {
        Some(both) => both,
        None => {
            let note = format!("the text names further codes, such as {}", shown(&second));
            Spelled { note: Some(note), ..first }
        }
    })
}

/// Whether a word of a sentence is a code and not a number of something else.
fn is_certain(word: &str) -> bool {
    let digits = word.trim_start_matches("%%").trim_start_matches('-');
    let hexadecimal = digits.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    let long = digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hexadecimal && digits.len() == 10)
        || (long && number::read(word).is_some_and(|read| by_value(read.value).next().is_some()))
        || (word.contains('_') && by_name(word).is_some())
}

/// A text without what stands around it.
fn bare(text: &str) -> &str {
    let around = |c: char| c.is_whitespace() || AROUND.contains(&c);
    text.trim_start_matches(around)
        .trim_end_matches(|c: char| around(c) || matches!(c, '.' | ',' | ';' | '!'))
}

fn without_leads(mut text: &str) -> &str {
    loop {
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '(' | '#'));
        let Some(end) = end else { return text };
        if !LEADS.iter().any(|lead| text[..end].eq_ignore_ascii_case(lead)) {
            return text;
        }
        text = text[end..].trim_start_matches(|c: char| c.is_whitespace() || AROUND.contains(&c));
    }
}

/// One code, or one that is written several times over: `2148073478 (0x80090006)`,
/// `0x80090016 (-2146893802 NTE_BAD_KEYSET)`, `(0x80090016)`.
fn written(text: &str) -> Option<Spelled> {
    if let Some(code) = one(text) {
        return Some(code);
    }
    let (before, inside) = match text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        Some((before, inside)) => (bare(before), bare(inside)),
        None => return row(text),
    };
    let inside = some_of(without_leads(inside))?;
    match before.is_empty() {
        true => Some(inside),
        false => Some(both(&some_of(without_leads(before))?, &inside)),
    }
}

fn some_of(text: &str) -> Option<Spelled> {
    one(text).or_else(|| row(text))
}

/// The same code several times over, beside each other.
fn row(text: &str) -> Option<Spelled> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '='));
    let mut words = words.map(bare).filter(|word| !word.is_empty() && *word != "-").peekable();
    let first = one(words.next()?)?;
    words.peek()?;
    words.try_fold(first, |first, word| agreed(&first, &one(word)?))
}

/// What two writings of one code come to. The second one counts where they differ.
fn both(first: &Spelled, second: &Spelled) -> Spelled {
    agreed(first, second).unwrap_or_else(|| {
        let (left, right) = (shown(first), shown(second));
        let note = format!("the text names two codes, {left} and {right}; the second was taken");
        Spelled { note: Some(note), ..second.clone() }
    })
}

/// Both as one, where they are the same code: ERROR_ACCESS_DENIED and 0x80070005 are.
fn agreed(first: &Spelled, second: &Spelled) -> Option<Spelled> {
    let carries = |whole: u32, part: u32| {
        whole == part || (whole >> 16 == FROM_SYSTEM_ERROR && whole & 0xffff == part)
    };
    if !carries(first.value, second.value) && !carries(second.value, first.value) {
        return None;
    }
    Some(Spelled {
        value: first.value.max(second.value),
        named: first.named.or(second.named),
        note: first.note.clone().and(second.note.clone()),
    })
}

fn shown(code: &Spelled) -> String {
    let known = code.named.or_else(|| by_value(code.value).next());
    let number = format!("0x{:08X}", code.value);
    known.map_or(number.clone(), |known| format!("{number} ({})", known.name))
}

/// A single number, name or text.
fn one(text: &str) -> Option<Spelled> {
    if text.is_empty() {
        return None;
    }
    if let Some(read) = number::read(text) {
        return Some(Spelled { value: read.value, named: None, note: read.note });
    }
    let name = text.replace([' ', '-'], "_");
    if let Some(code) = by_name(&name) {
        return Some(Spelled { value: code.value, named: Some(code), note: None });
    }
    // Procmon writes its results in capitals. Windows prints texts that read alike.
    let status = (text == text.to_uppercase()).then(|| NtStatus::from_result(text)).flatten();
    if let Some(status) = status {
        let named = by_value(status.0).find(|code| code.family == CodeFamily::NtStatus);
        let note = "recognised as a Result of Process Monitor";
        return Some(Spelled { value: status.0, named, note: Some(note.to_string()) });
    }
    let value = texts::find(text)?;
    let note = "recognised by the text that Windows prints for this code";
    Some(Spelled { value, named: None, note: Some(note.to_string()) })
}
