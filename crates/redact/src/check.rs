//! Searches an output for names that must not be in it.

use std::collections::{BTreeMap, HashSet};

use crate::forms::is_word;

/// Names to search for, in every form in which captures have texts: UTF-8 and UTF-16, in any case,
/// as hexadecimal digits, with escapes such as `%20`, and as a short name of the file system.
///
/// ```
/// use procmonkey_redact::Search;
///
/// let search = Search::new(["Contoso"]);
/// let found = search.search("…\\CONTOS~1\\…".as_bytes());
/// assert_eq!(found[0].to_string(), "'Contoso' as a short name, at byte 4");
/// assert!(search.search(b"nothing of that kind").is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Search {
    words: Vec<Word>,
}

#[derive(Clone, Debug)]
struct Word {
    /// As it was given.
    given: String,
    /// In lower case.
    lower: String,
    /// What short names of it begin with, in lower case; `None` for a word that is short itself.
    short: Option<String>,
}

/// A name that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The name as it was given.
    pub word: String,
    /// In which form it was found, in a few words.
    pub form: &'static str,
    /// Where, in bytes from the beginning; where an escaped or hexadecimal run begins that holds
    /// it.
    pub byte: u64,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "'{}' {}, at byte {}", self.word, self.form, self.byte)
    }
}

impl Search {
    /// Searches for these names. Empty ones are left out.
    pub fn new(words: impl IntoIterator<Item = impl AsRef<str>>) -> Search {
        let word = |word: &str| {
            let given = word.trim();
            let lower = given.to_lowercase();
            let short = short_stem(&lower);
            (!given.is_empty()).then(|| Word { given: given.to_string(), lower, short })
        };
        Search { words: words.into_iter().filter_map(|given| word(given.as_ref())).collect() }
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The first place of each name in each form.
    pub fn search(&self, bytes: &[u8]) -> Vec<Found> {
        let mut places = Places::default();
        let narrow = Text::narrow(bytes);
        self.look(&narrow, ["as text", "as a short name"], &mut places);
        let wide = [0, 1].map(|odd| Text::wide(bytes, odd));
        for wide in &wide {
            self.look(wide, ["as UTF-16", "as a short name"], &mut places);
        }
        for text in [&narrow].into_iter().chain(&wide) {
            self.look(&unescaped(text), ["with escapes", "with escapes"], &mut places);
        }
        for text in hexadecimal(bytes) {
            self.look(&text, ["in hexadecimal", "in hexadecimal"], &mut places);
        }
        for wide in &wide {
            for mut text in hexadecimal(wide.text.as_bytes()) {
                text.places.iter_mut().for_each(|place| *place = wide.place(*place));
                self.look(&text, ["in hexadecimal", "in hexadecimal"], &mut places);
            }
        }
        let found = |((word, form), byte): (&(usize, &'static str), &usize)| {
            let word = self.words.get(*word)?.given.clone();
            Some(Found { word, form, byte: *byte as u64 })
        };
        let mut all: Vec<Found> = places.first.iter().filter_map(found).collect();
        all.sort_by(|a, b| (a.byte, &a.word, a.form).cmp(&(b.byte, &b.word, b.form)));
        all
    }

    fn look(&self, text: &Text, [whole, short]: [&'static str; 2], places: &mut Places) {
        for (number, word) in self.words.iter().enumerate() {
            for (at, _) in text.text.match_indices(&word.lower) {
                places.add(number, whole, text.place(at));
            }
            let short_names = word.short.iter().flat_map(|stem| text.short_names(stem));
            short_names.for_each(|at| places.add(number, short, text.place(at)));
        }
    }
}

/// Where names were found.
#[derive(Default)]
struct Places {
    /// The first place of each name, by its number, in each form.
    first: BTreeMap<(usize, &'static str), usize>,
    /// All places: what is plain text is also there when escapes are resolved.
    taken: HashSet<(usize, usize)>,
}

impl Places {
    fn add(&mut self, word: usize, form: &'static str, at: usize) {
        if self.taken.insert((word, at)) {
            self.first.entry((word, form)).or_insert(at);
        }
    }
}

/// What the short names of a long name begin with: its first six letters and digits.
fn short_stem(word: &str) -> Option<String> {
    const LONGEST: usize = 6;
    let letters: String = word.chars().filter(|c| is_word(*c)).take(LONGEST).collect();
    (letters.chars().count() == LONGEST).then_some(letters)
}

/// A decoded text in lower case, and where each of its bytes comes from.
struct Text {
    text: String,
    places: Vec<usize>,
}

impl Text {
    fn of(chars: impl Iterator<Item = (usize, char)>) -> Text {
        let mut made = Text { text: String::new(), places: Vec::new() };
        for (at, c) in chars {
            made.text.extend(c.to_lowercase());
            made.places.resize(made.text.len(), at);
        }
        made
    }

    /// The bytes as UTF-8. What is none becomes U+FFFD.
    fn narrow(bytes: &[u8]) -> Text {
        let mut at = 0;
        let chars = bytes.utf8_chunks().flat_map(|chunk| {
            let start = at;
            at += chunk.valid().len() + chunk.invalid().len();
            let end = start + chunk.valid().len();
            let broken =
                (!chunk.invalid().is_empty()).then_some((end, char::REPLACEMENT_CHARACTER));
            chunk.valid().char_indices().map(move |(place, c)| (start + place, c)).chain(broken)
        });
        Text::of(chars)
    }

    /// The bytes from `odd` on as UTF-16, little-endian.
    fn wide(bytes: &[u8], odd: usize) -> Text {
        let units = bytes.get(odd..).unwrap_or_default().chunks_exact(2).map(|pair| match pair {
            [low, high] => u16::from_le_bytes([*low, *high]),
            _ => 0,
        });
        let mut at = odd;
        Text::of(char::decode_utf16(units).map(move |unit| {
            let c = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
            let start = at;
            at += 2 * c.len_utf16();
            (start, c)
        }))
    }

    fn place(&self, at: usize) -> usize {
        self.places.get(at).copied().unwrap_or(0)
    }

    /// Where short names with this stem stand: the stem, a tilde and a number.
    fn short_names(&self, stem: &str) -> impl Iterator<Item = usize> {
        self.text.match_indices('~').filter_map(move |(tilde, _)| {
            let begin = tilde.checked_sub(stem.len())?;
            (self.text.get(begin..tilde)? == stem).then_some(begin)
        })
    }
}

/// The text with all escapes resolved, as often as there are any in it.
fn unescaped(text: &Text) -> Text {
    let mut bytes = text.text.clone().into_bytes();
    let mut places = text.places.clone();
    const DEEPEST: usize = 4;
    for _ in 0..DEEPEST {
        let (mut out, mut from, mut at) = (Vec::new(), Vec::new(), 0);
        while let Some(&byte) = bytes.get(at) {
            let pair = bytes.get(at + 1..at + 3).filter(|_| byte == b'%');
            let value = pair.and_then(|pair| std::str::from_utf8(pair).ok());
            let value = value.and_then(|pair| u8::from_str_radix(pair, 16).ok());
            out.push(value.unwrap_or(byte));
            from.push(places.get(at).copied().unwrap_or(0));
            at += if value.is_some() { 3 } else { 1 };
        }
        let is_done = out.len() == bytes.len();
        (bytes, places) = (out, from);
        if is_done {
            break;
        }
    }
    let mut decoded = Text::narrow(&bytes);
    for place in &mut decoded.places {
        *place = places.get(*place).copied().unwrap_or(0);
    }
    decoded
}

/// What the runs of hexadecimal digits stand for, as UTF-8 and as UTF-16. Pairs may be parted by
/// a blank, a comma, a hyphen or a colon.
fn hexadecimal(bytes: &[u8]) -> Vec<Text> {
    const FEWEST: usize = 4;
    let mut texts = Vec::new();
    let (mut run, mut start, mut high, mut at) = (Vec::new(), 0, None, 0);
    let mut end = |run: &mut Vec<u8>, start: usize| {
        if run.len() >= FEWEST {
            for mut text in [Text::narrow(run), Text::wide(run, 0), Text::wide(run, 1)] {
                text.places.fill(start);
                texts.push(text);
            }
        }
        run.clear();
    };
    while let Some(&byte) = bytes.get(at) {
        let digit = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (digit, high) {
            (Some(low), Some(first)) => {
                run.push(first << 4 | low);
                high = None;
            }
            (Some(first), None) => {
                if run.is_empty() {
                    start = at;
                }
                high = Some(first);
            }
            (None, None) if b" ,-:".contains(&byte) && !run.is_empty() => {}
            (None, _) => {
                end(&mut run, start);
                high = None;
            }
        }
        at += 1;
    }
    end(&mut run, start);
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(bytes: &[u8]) -> Vec<&'static str> {
        Search::new(["Contoso"]).search(bytes).iter().map(|found| found.form).collect()
    }

    #[test]
    fn every_form_is_found() {
        let wide: Vec<u8> = "xCONTOSO".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, form) in [
            (b"..conTOso..".to_vec(), "as text"),
            (wide.clone(), "as UTF-16"),
            ([b"x", &wide[..]].concat(), "as UTF-16"),
            (b"43 6F 6e 74 6f 73 6F".to_vec(), "in hexadecimal"),
            (b"436f006e".iter().copied().chain(*b"").collect(), ""),
            (b"43006f006e0074006f0073006f00".to_vec(), "in hexadecimal"),
            (b"43,6f,6e,74,6f,73,6f".to_vec(), "in hexadecimal"),
            (b"x%43ont%6fso".to_vec(), "with escapes"),
            (b"x%2543ontoso".to_vec(), "with escapes"),
            (b"C:\\CONTOS~1\\x".to_vec(), "as a short name"),
        ] {
            let found = forms(&bytes);
            assert_eq!(found.contains(&form), !form.is_empty(), "{bytes:?} {found:?}");
        }
        assert!(forms(b"contos conto~1 43 6F 6e").is_empty());
    }

    #[test]
    fn a_place_is_that_of_the_bytes() {
        let found = Search::new(["Müller", ""]).search("äMÜLLER".as_bytes());
        assert_eq!((found.len(), found[0].byte), (1, 2));
        assert!(Search::new([" "]).is_empty());
    }
}
