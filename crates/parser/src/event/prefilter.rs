//! A rough filter that readers can apply without decoding an event.

use std::sync::Arc;

/// The events that a caller wants to see, described in a way that lets a reader skip most
/// others without decoding them.
///
/// An event is selected when any of the conditions holds: its Process Name is one of the
/// given names, its Path contains one of the given texts, or a process starts or exits in
/// it. A reader may return further events, so a caller with an exact condition checks it
/// again. A reader never skips an event that is selected.
///
/// ```
/// use procmonkey_parser::{Event, Input, Prefilter, ReadOptions};
///
/// let csv = "\"Process Name\",\"Path\"\r\n\
///            \"a.exe\",\"C:\\1\"\r\n\
///            \"b.exe\",\"C:\\2\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let wanted = Prefilter::nothing().or_process("B.EXE");
/// let mut event = Event::default();
/// while capture.read_prefiltered(&wanted, &mut event)? {
///     if event.process_name().as_deref() == Some("b.exe") {
///         assert_eq!(event.number(), 2);
///     }
/// }
/// assert_eq!(capture.events_read(), 2);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefilter {
    everything: bool,
    /// In lower case. A reader compares the prefilter of every event with the one before,
    /// which is quick for lists that are shared.
    names: Arc<Vec<String>>,
    unnamed: bool,
    /// ASCII in lower case, at least two bytes each.
    needles: Arc<Vec<String>>,
    folded: bool,
    /// Whether the starts and exits of processes are selected.
    process_life: bool,
}

/// The operations in which a process starts or exits.
const PROCESS_LIFE: [&[u8]; 2] = [b"Process Start", b"Process Exit"];

impl Prefilter {
    /// Every event.
    pub fn everything() -> Prefilter {
        Prefilter { everything: true, ..Prefilter::nothing() }
    }

    /// No event. Conditions are added to it.
    pub fn nothing() -> Prefilter {
        Prefilter {
            everything: false,
            names: Arc::default(),
            unnamed: false,
            needles: Arc::default(),
            folded: false,
            process_life: false,
        }
    }

    /// Also selects the events of the processes with this name, compared without case.
    ///
    /// If there is any name, every event whose Process Name is not plain ASCII is
    /// selected, too, because such names can be compared by different rules.
    #[must_use]
    pub fn or_process(mut self, name: impl Into<String>) -> Prefilter {
        let mut name = name.into();
        if name.is_empty() {
            // Readers do not distinguish an empty name from a missing one.
            return self.or_unnamed();
        }
        name.make_ascii_lowercase();
        if !self.names.contains(&name) {
            Arc::make_mut(&mut self.names).push(name);
        }
        self
    }

    /// Also selects the events whose Process Name is empty or missing in the capture.
    #[must_use]
    pub fn or_unnamed(self) -> Prefilter {
        Prefilter { unnamed: true, ..self }
    }

    /// Also selects the events whose Path contains this text, compared without the case
    /// of ASCII letters.
    ///
    /// Readers search for the longest part of the text that no format escapes. If that
    /// part has less than two characters, every event is selected.
    #[must_use]
    pub fn or_path_with(mut self, text: &str) -> Prefilter {
        let plain = |c: char| c == ' ' || (c.is_ascii_graphic() && !"\"&<>'".contains(c));
        let part = text.split(|c| !plain(c)).max_by_key(|part| part.len()).unwrap_or_default();
        if part.len() < 2 {
            return Prefilter::everything();
        }
        let needle = part.to_ascii_lowercase();
        if !self.needles.contains(&needle) {
            Arc::make_mut(&mut self.needles).push(needle);
        }
        self
    }

    /// Also selects the events in which any process starts or exits: those with the
    /// Operation `Process Start` or `Process Exit`.
    #[must_use]
    pub fn or_process_life(self) -> Prefilter {
        Prefilter { process_life: true, ..self }
    }

    /// The same, with paths compared as a [`Filter`](crate::Filter) does: a character
    /// beyond ASCII whose lower case is an ASCII letter is equal to that letter.
    #[must_use]
    pub(crate) fn folded(self) -> Prefilter {
        Prefilter { folded: true, ..self }
    }

    /// Whether every event is selected.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whether this prefilter certainly selects every event that `other` selects.
    pub(crate) fn covers(&self, other: &Prefilter) -> bool {
        self.everything
            || (!other.everything
                && (self.unnamed || !other.unnamed)
                && (self.process_life || !other.process_life)
                && (self.folded || !other.folded || other.needles.is_empty())
                && other.names.iter().all(|name| self.names.contains(name))
                && other.needles.iter().all(|needle| self.needles.contains(needle)))
    }

    /// Whether an event with this Process Name is selected for it. An empty name also
    /// stands for a missing one.
    pub(crate) fn wants_name(&self, name: &[u8]) -> bool {
        if self.everything {
            return true;
        }
        if name.is_empty() {
            return self.unnamed;
        }
        if self.names.is_empty() {
            return false;
        }
        !name.is_ascii() || self.names.iter().any(|own| own.as_bytes().eq_ignore_ascii_case(name))
    }

    /// Whether an event can be selected for its Operation.
    pub(crate) fn selects_by_operation(&self) -> bool {
        self.everything || self.process_life
    }

    /// Whether an event with this Operation is selected for it.
    #[inline]
    pub(crate) fn wants_operation(&self, operation: &[u8]) -> bool {
        self.everything || (self.process_life && is_process_life(operation))
    }

    /// The texts to find in a Path: ASCII in lower case, at least two bytes each, without
    /// characters that a format escapes.
    pub(crate) fn needles(&self) -> impl Iterator<Item = &[u8]> {
        self.needles.iter().map(String::as_bytes)
    }

    /// Further texts to find in a Path that is not plain ASCII: the characters whose
    /// lower case is an ASCII letter.
    pub(crate) fn wide_needles(&self) -> &'static [&'static [u8]] {
        const WIDE: [&[u8]; 2] = ["\u{130}".as_bytes(), "\u{212a}".as_bytes()];
        if self.folded && !self.needles.is_empty() { &WIDE } else { &[] }
    }

    /// Whether an event with this Path is selected for it.
    pub(crate) fn wants_path(&self, path: &[u8]) -> bool {
        let holds = |needle: &[u8]| {
            path.windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle))
        };
        self.everything
            || self.needles().any(holds)
            || (!path.is_ascii() && self.wide_needles().iter().any(|needle| holds(needle)))
    }

    /// Whether an event with this Process Name, Operation and Path is selected.
    #[cfg(test)]
    pub(crate) fn wants(
        &self,
        name: Option<&[u8]>,
        operation: Option<&[u8]>,
        path: Option<&[u8]>,
    ) -> bool {
        self.wants_name(name.unwrap_or_default())
            || operation.is_some_and(|operation| self.wants_operation(operation))
            || path.is_some_and(|path| self.wants_path(path))
    }
}

/// Whether a process starts or exits in events with this Operation. Called for nearly
/// every event; most operations have another first letter.
#[inline]
pub(crate) fn is_process_life(operation: &[u8]) -> bool {
    operation.first() == Some(&b'P') && PROCESS_LIFE.contains(&operation)
}

impl Default for Prefilter {
    fn default() -> Prefilter {
        Prefilter::everything()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_condition_is_enough() {
        let prefilter = Prefilter::nothing().or_process("A.exe").or_path_with("\\Crypto");
        assert!(prefilter.wants(Some(b"a.EXE"), None, None));
        assert!(prefilter.wants(Some(b"b.exe"), None, Some(b"C:\\CRYPTO\\x")));
        assert!(!prefilter.wants(Some(b"b.exe"), None, Some(b"C:\\cry")));
        assert!(!prefilter.wants(None, None, None));
        assert!(prefilter.wants(Some("b\u{e4}.exe".as_bytes()), None, None));
        assert!(prefilter.clone().or_unnamed().wants(None, None, None));
        let umlaut = Some("\u{e4}".as_bytes());
        assert!(!Prefilter::nothing().wants(umlaut, None, umlaut));
        assert!(Prefilter::default().wants(None, None, None));
        let life = prefilter.or_process_life();
        for (operation, want) in [
            ("Process Start", true),
            ("Process Exit", true),
            ("Process Create", false),
            ("", false),
        ] {
            assert_eq!(life.wants(Some(b"b.exe"), Some(operation.as_bytes()), None), want);
        }
    }

    #[test]
    fn an_interest_covers_what_asks_for_nothing_else() {
        let less = Prefilter::nothing().or_process("a").or_path_with("keys");
        let more = less.clone().or_unnamed().or_process("b").or_path_with("crypto");
        assert!(more.covers(&less) && more.covers(&more) && more.covers(&Prefilter::nothing()));
        assert!(!less.covers(&more));
        for one in [
            Prefilter::nothing().or_unnamed(),
            Prefilter::nothing().or_process("b"),
            Prefilter::nothing().or_path_with("crypto"),
            Prefilter::nothing().or_process_life(),
            less.clone().folded(),
            Prefilter::everything(),
        ] {
            assert!(!less.covers(&one), "{one:?}");
            assert!(Prefilter::everything().covers(&one));
        }
    }

    #[test]
    fn a_needle_is_what_every_format_writes_as_it_is() {
        let needles = |text: &str| -> Vec<Vec<u8>> {
            Prefilter::nothing().or_path_with(text).needles().map(<[u8]>::to_vec).collect()
        };
        assert_eq!(needles("\\Machine Keys"), [b"\\machine keys"]);
        assert_eq!(needles("ab&Gr\u{f6}\u{df}e\"ABC"), [b"abc"]);
        assert!(Prefilter::nothing().or_path_with("a&b").is_everything());
        assert!(Prefilter::nothing().or_path_with("").is_everything());
    }

    #[test]
    fn no_other_character_folds_to_an_ascii_letter() {
        let folds = |c: &char| {
            !c.is_ascii() && c.to_lowercase().next().is_some_and(|lower| lower.is_ascii())
        };
        let odd: Vec<char> = ('\u{80}'..=char::MAX).filter(folds).collect();
        assert_eq!(odd, ['\u{130}', '\u{212a}']);
    }

    #[test]
    fn characters_that_fold_to_ascii_are_wanted_where_they_count() {
        let prefilter = Prefilter::nothing().or_path_with("keys");
        assert!(!prefilter.wants_path("\u{212a}eys".as_bytes()));
        assert!(prefilter.folded().wants_path("\u{212a}eys".as_bytes()));
    }
}
