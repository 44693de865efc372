//! Takes texts apart and replaces what is not public.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use procmonkey_analysis::ContainerNames;
use procmonkey_parser::{Columns, Process};

use crate::forms::{self, is_word, word_at};
use crate::key::{Key, hex};
use crate::report::{Counts, Kind, Replaced};
use crate::words::is_public_word;
use crate::{address, guid, percent, sid, stems};

/// How many pseudonyms are remembered, so that they are not made again.
const REMEMBERED: usize = 1 << 20;

/// How often a text with escapes may hold another one.
const DEEPEST: u32 = 8;

/// Replaces names; see the [crate](crate).
///
/// Texts are independent of each other: the order in which they come changes nothing.
#[derive(Debug)]
pub struct Redactor {
    pub(crate) key: Key,
    containers: Arc<ContainerNames>,
    /// Pseudonyms by the name in lower case.
    known: HashMap<String, String>,
    /// What stands for GUIDs, addresses and the like, as they were written.
    forms: HashMap<String, (Kind, String)>,
    /// Names that consist of public words, by their first word, all in lower case.
    learned: HashMap<String, Vec<String>>,
    /// Names that were looked at to be learned.
    tried: HashSet<String>,
    counts: Counts,
    /// The columns of the capture, as they were and as they became.
    pub(crate) columns: Option<(Columns, Columns)>,
    /// Processes by their index, as they were and as they became.
    pub(crate) processes: HashMap<u32, (Arc<Process>, Arc<Process>)>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Names may be anywhere in it.
    Text,
    /// A number, a time, a version: digits are none of a name.
    Value,
}

impl Redactor {
    /// Replaces names by pseudonyms that this key decides.
    pub fn new(key: Key) -> Redactor {
        Redactor {
            key,
            containers: Arc::new(ContainerNames::known()),
            known: HashMap::new(),
            forms: HashMap::new(),
            learned: HashMap::new(),
            tried: HashSet::new(),
            counts: Counts::default(),
            columns: None,
            processes: HashMap::new(),
        }
    }

    /// The text with pseudonyms for all names in it.
    ///
    /// ```
    /// use procmonkey_redact::{Key, Redactor};
    ///
    /// let mut redactor = Redactor::new(Key::new([7; 32]));
    /// // Nothing of this belongs to anybody.
    /// let path = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
    /// assert_eq!(redactor.text(path), path);
    /// assert!(redactor.text("CONTOSO").starts_with("anon-"));
    /// ```
    pub fn text(&mut self, text: &str) -> String {
        self.in_mode(text, Mode::Text)
    }

    /// What was replaced so far, by kind; also the kinds of which there was nothing.
    pub fn report(&self) -> Vec<Replaced> {
        self.counts.report()
    }

    /// The name of a computer or account that consists of public words, which then is replaced
    /// wherever it stands. Others are replaced anyway.
    ///
    /// ```
    /// use procmonkey_redact::{Key, Redactor};
    ///
    /// let mut redactor = Redactor::new(Key::new([7; 32]));
    /// assert_eq!(redactor.text(r"\\web-server\share"), r"\\web-server\share");
    /// redactor.learn("WEB-SERVER");
    /// assert!(redactor.text(r"\\web-server\share").starts_with(r"\\anon-"));
    /// ```
    pub fn learn(&mut self, name: &str) {
        let name = name.trim().to_lowercase();
        if self.tried.len() >= REMEMBERED || !self.tried.insert(name.clone()) {
            return;
        }
        let first = word_at(&name).to_string();
        if name.chars().count() < 2 || first.is_empty() || self.plain(&name) != name {
            return;
        }
        let names = self.learned.entry(first).or_default();
        if !names.contains(&name) {
            names.push(name);
            // The longest one is tried first.
            names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        }
    }

    /// The text without what was learned, and without counting.
    fn plain(&mut self, text: &str) -> String {
        let learned = std::mem::take(&mut self.learned);
        let counts = std::mem::take(&mut self.counts);
        let made = self.text(text);
        (self.learned, self.counts) = (learned, counts);
        made
    }

    pub(crate) fn in_mode(&mut self, text: &str, mode: Mode) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        self.push(&mut out, text, mode, 0);
        out
    }

    fn push(&mut self, out: &mut String, text: &str, mode: Mode, depth: u32) {
        let mut at = 0;
        let mut last = None;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(first) = rest.chars().next() else { break };
            let before = text.get(..at).unwrap_or_default();
            let is_begin = !last.is_some_and(is_word);
            let length = match is_begin.then(|| self.form(rest, mode, depth)).flatten() {
                Some((length, made)) => {
                    out.push_str(&made);
                    length
                }
                None if is_word(first) => {
                    let word = word_at(rest);
                    self.push_word(out, word, before, mode);
                    word.len()
                }
                None => {
                    out.push(first);
                    first.len_utf8()
                }
            };
            let length = length.max(first.len_utf8());
            last = text.get(..at + length).and_then(|read| read.chars().next_back());
            at += length;
        }
    }

    /// What begins here and has a form of its own: how many bytes it takes, and what stands for
    /// it.
    fn form(&mut self, rest: &str, mode: Mode, depth: u32) -> Option<(usize, String)> {
        let first = rest.bytes().next()?;
        if !first.is_ascii_alphanumeric() && !matches!(first, b'%' | b':') && first.is_ascii() {
            return None;
        }
        if let Some(name) = self.learned_at(rest) {
            let length = name.len();
            return Some((length, self.pseudonym(&name)));
        }
        if let Some((name, head)) = forms::computer_at(rest) {
            let other = |key: &Key, name: &str| computer(key, name, head);
            return Some((name.len(), self.once(Kind::Name, name, other)));
        }
        if let Some(guid) = guid::guid_at(rest) {
            return Some((guid.len(), self.once(Kind::Guid, guid, guid::other)));
        }
        if let Some(sid) = sid::sid_at(rest) {
            return Some((sid.len(), self.once(Kind::Sid, sid, sid::other)));
        }
        if let Some(mac) = address::mac_at(rest) {
            return Some((mac.len(), self.once(Kind::Mac, mac, address::other_mac)));
        }
        if let Some((length, plain)) = forms::wide_at(rest) {
            let made = self.nested(&plain, depth);
            return Some((length, made.chars().flat_map(|c| [c, '\0']).collect()));
        }
        if let Some((length, decoded)) = percent::escaped_at(rest) {
            let made = self.nested(&decoded, depth);
            let old = rest.get(..length).unwrap_or_default();
            let made = if made == decoded { old.to_string() } else { percent::escape(&made) };
            return Some((length, made));
        }
        if let Some(pairs) = forms::pairs_at(rest).and_then(|length| rest.get(..length)) {
            return Some((pairs.len(), self.bytes(pairs)));
        }
        // A version and a large number may look like an address.
        let is_text = mode == Mode::Text;
        let address = is_text.then(|| address::v4_at(rest).or_else(|| address::v6_at(rest)))??;
        Some((address.len(), self.address(address)?))
    }

    /// A text that stood in another one. What is too deep is one name.
    fn nested(&mut self, text: &str, depth: u32) -> String {
        if depth >= DEEPEST {
            return self.pseudonym(text);
        }
        let mut out = String::new();
        self.push(&mut out, text, Mode::Text, depth + 1);
        out
    }

    fn learned_at(&self, rest: &str) -> Option<String> {
        if self.learned.is_empty() {
            return None;
        }
        let names = self.learned.get(&word_at(rest).to_lowercase())?;
        let is_here = |name: &&String| {
            let own = rest.get(..name.len());
            own.is_some_and(|own| own.to_lowercase() == **name)
                && !forms::goes_on(rest.get(name.len()..).unwrap_or_default())
        };
        names.iter().find(is_here).cloned()
    }

    /// The address that stands for this one; `None` where the text is no address.
    pub(crate) fn address(&mut self, text: &str) -> Option<String> {
        if let Ok(v4) = text.parse() {
            let other = |key: &Key, _: &str| address::other_v4(key, v4).to_string();
            return Some(self.once(Kind::Ipv4, text, other));
        }
        let v6 = text.parse().ok()?;
        let other = |key: &Key, _: &str| address::other_v6(key, v6).to_string();
        Some(self.once(Kind::Ipv6, text, other))
    }

    /// What stands for a text, made once and then remembered.
    fn once(&mut self, kind: Kind, text: &str, other: impl Fn(&Key, &str) -> String) -> String {
        if let Some((known, made)) = self.forms.get(text)
            && *known == kind
        {
            let made = made.clone();
            return self.counted(kind, text, made);
        }
        let made = other(&self.key, text);
        if self.forms.len() >= REMEMBERED {
            self.forms.clear();
        }
        self.forms.insert(text.to_string(), (kind, made.clone()));
        self.counted(kind, text, made)
    }

    /// Other bytes for these, which are printed as pairs. Bytes that are all the same are no
    /// text.
    pub(crate) fn bytes(&mut self, pairs: &str) -> String {
        let digits: String = pairs.chars().filter(char::is_ascii_hexdigit).collect();
        let bytes: Vec<&str> =
            digits.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
        if bytes.len() < 3 || bytes.windows(2).all(|two| two.first() == two.last()) {
            return pairs.to_string();
        }
        let count = bytes.len();
        self.once(Kind::Bytes, pairs, |key, pairs| {
            let made = key.stream("bytes", digits.to_ascii_lowercase().as_bytes(), count);
            in_form_of(pairs, &hex(&made))
        })
    }

    /// Other hexadecimal digits for these, with what stands between them.
    pub(crate) fn digits(&mut self, text: &str) -> String {
        self.once(Kind::Digits, text, |key, text| {
            let lower = text.to_ascii_lowercase();
            in_form_of(text, &hex(&key.stream("digits", lower.as_bytes(), text.len())))
        })
    }

    fn push_word(&mut self, out: &mut String, word: &str, before: &str, mode: Mode) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = self.number(word, before, mode);
            return out.push_str(&number);
        }
        let is_digits = forms::is_hex(word);
        if is_digits && word.len() >= stems::FEWEST {
            if is_public_word(word) {
                return out.push_str(word);
            }
            let containers = Arc::clone(&self.containers);
            let other = |key: &Key, word: &str| stems::other(key, &containers, word);
            return out.push_str(&self.once(Kind::Digits, word, other));
        }
        let stays = word.len() == 1
            || is_public_word(word)
            || forms::is_marked_number(word)
            || forms::is_hex_number(word)
            || (mode == Mode::Value && is_digits && word.len() == 8);
        match stays {
            true => out.push_str(word),
            false => out.push_str(&self.pseudonym(word)),
        }
    }

    /// A number of seven or more digits becomes another one, but for the fraction of a second.
    fn number(&mut self, digits: &str, before: &str, mode: Mode) -> String {
        const FEWEST: usize = 7;
        let mut behind = before.chars().rev();
        let is_fraction = digits.len() == FEWEST
            && matches!(behind.next(), Some('.' | ','))
            && behind.next().is_some_and(|c| c.is_ascii_digit());
        let is_same = digits.bytes().all(|byte| Some(byte) == digits.bytes().next());
        if mode == Mode::Value || digits.len() < FEWEST || is_fraction || is_same {
            return digits.to_string();
        }
        self.once(Kind::Number, digits, |key, digits| {
            let made = key.stream("number", digits.as_bytes(), digits.len());
            let made = made.iter().enumerate().map(|(place, byte)| match (place, byte % 10) {
                // A number keeps its length also where it is read as one.
                (0, digit) => char::from(b'1' + digit % 9),
                (_, digit) => char::from(b'0' + digit),
            });
            made.collect()
        })
    }

    /// What stands for a name.
    pub(crate) fn pseudonym(&mut self, name: &str) -> String {
        let name = name.to_lowercase();
        if let Some(made) = self.known.get(&name).cloned() {
            return self.counted(Kind::Name, &name, made);
        }
        let digest = self.key.digest("name", name.as_bytes());
        let label = forms::label(&name);
        let made = format!("{label}-{}", hex(digest.get(..4).unwrap_or_default()));
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(name.clone(), made.clone());
        self.counted(Kind::Name, &name, made)
    }

    /// Counts what was replaced, if it was.
    fn counted(&mut self, kind: Kind, old: &str, made: String) -> String {
        if old != made {
            let mut hasher = DefaultHasher::new();
            old.to_lowercase().hash(&mut hasher);
            self.counts.add(kind, hasher.finish());
        }
        made
    }
}

/// These hexadecimal digits, with what stands between those of a text, and in its case.
fn in_form_of(text: &str, digits: &str) -> String {
    let mut digits = digits.chars();
    let new = |c: char| if c.is_ascii_hexdigit() { digits.next().unwrap_or('0') } else { c };
    guid::in_case_of(text, text.chars().map(new).collect())
}

/// A name that Windows might have made up for a computer, in place of another one.
fn computer(key: &Key, name: &str, head: usize) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKLMNPQRSTUVWX";
    let (begin, own) = name.split_at_checked(head).unwrap_or((name, ""));
    let made = key.stream("computer", name.to_ascii_lowercase().as_bytes(), own.len());
    let sign = |byte: &u8| SIGNS.get(usize::from(byte % 32)).copied().map_or('0', char::from);
    guid::in_case_of(name, format!("{begin}{}", made.iter().map(sign).collect::<String>()))
}

#[cfg(test)]
mod tests;
