//! Which events a caller wants to see.

/// The events that a caller wants to see, described so that a reader can pass over
/// most others without taking them apart.
///
/// An event is wanted when any of the conditions holds: its Process Name is one of
/// some names, its Path holds one of some texts, or a process starts or ends in it. A reader may hand over events
/// that nobody asked for, so who has an exact question asks it again; it never
/// leaves out one that is wanted.
///
/// ```
/// use procmonkey_parser::{Event, Input, Interest, ReadOptions};
///
/// let csv = "\"Process Name\",\"Path\"\r\n\
///            \"a.exe\",\"C:\\1\"\r\n\
///            \"b.exe\",\"C:\\2\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let wanted = Interest::nothing().or_process("B.EXE");
/// let mut event = Event::default();
/// while capture.read_event_of(&wanted, &mut event)? {
///     if event.process_name().as_deref() == Some("b.exe") {
///         assert_eq!(event.number(), 2);
///     }
/// }
/// assert_eq!(capture.events_read(), 2);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interest {
    everything: bool,
    /// In lower case.
    names: Vec<String>,
    unnamed: bool,
    /// ASCII in lower case, at least two bytes each.
    needles: Vec<String>,
    folded: bool,
    /// Whether the starts and ends of processes are wanted.
    life: bool,
}

/// The operations in which a process starts or ends.
const LIFE: [&[u8]; 2] = [b"Process Start", b"Process Exit"];

impl Interest {
    /// Every event.
    pub fn everything() -> Interest {
        Interest { everything: true, ..Interest::nothing() }
    }

    /// No event, to add conditions to.
    pub fn nothing() -> Interest {
        Interest {
            everything: false,
            names: Vec::new(),
            unnamed: false,
            needles: Vec::new(),
            folded: false,
            life: false,
        }
    }

    /// Also the events of the processes with this name, compared without case.
    ///
    /// With any name, every event whose Process Name is not plain ASCII is wanted
    /// too, whatever the rules are by which such names are compared.
    #[must_use]
    pub fn or_process(mut self, name: impl Into<String>) -> Interest {
        let mut name = name.into();
        if name.is_empty() {
            // An empty name is one that is there, but being there is not told apart.
            return self.or_unnamed();
        }
        name.make_ascii_lowercase();
        if !self.names.contains(&name) {
            self.names.push(name);
        }
        self
    }

    /// Also the events whose Process Name is empty or not in the capture.
    #[must_use]
    pub fn or_unnamed(self) -> Interest {
        Interest { unnamed: true, ..self }
    }

    /// Also the events whose Path holds this text, compared without the case of
    /// ASCII letters.
    ///
    /// Readers search for the longest part that every format writes as it is; where
    /// that is less than two characters, every event is wanted.
    #[must_use]
    pub fn or_path_with(mut self, text: &str) -> Interest {
        let plain = |c: char| c == ' ' || (c.is_ascii_graphic() && !"\"&<>'".contains(c));
        let part = text.split(|c| !plain(c)).max_by_key(|part| part.len()).unwrap_or_default();
        if part.len() < 2 {
            return Interest::everything();
        }
        let needle = part.to_ascii_lowercase();
        if !self.needles.contains(&needle) {
            self.needles.push(needle);
        }
        self
    }

    /// Also the events in which a process starts or ends, whichever it is: those with the
    /// Operation `Process Start` or `Process Exit`.
    #[must_use]
    pub fn or_process_life(self) -> Interest {
        Interest { life: true, ..self }
    }

    /// The same, where the texts of paths are compared as a [`Filter`](crate::Filter)
    /// does: characters beyond ASCII whose lower case is an ASCII letter count as it.
    #[must_use]
    pub(crate) fn folded(self) -> Interest {
        Interest { folded: true, ..self }
    }

    /// Whether every event is wanted.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whether whoever reads the events of this interest certainly reads those of the
    /// other one, too.
    pub(crate) fn covers(&self, other: &Interest) -> bool {
        self.everything
            || (!other.everything
                && (self.unnamed || !other.unnamed)
                && (self.life || !other.life)
                && (self.folded || !other.folded || other.needles.is_empty())
                && other.names.iter().all(|name| self.names.contains(name))
                && other.needles.iter().all(|needle| self.needles.contains(needle)))
    }

    /// Whether the events of a process with this name are wanted for it; an empty
    /// name also stands for none.
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

    /// Whether an event may be wanted for its Operation.
    pub(crate) fn asks_for_operations(&self) -> bool {
        self.everything || self.life
    }

    /// Whether an event with this Operation is wanted for it.
    #[inline]
    pub(crate) fn wants_operation(&self, operation: &[u8]) -> bool {
        self.everything || (self.life && is_life(operation))
    }

    /// The texts to be found in a Path: plain ASCII in lower case, of at least two
    /// bytes, without characters that a format escapes.
    pub(crate) fn needles(&self) -> impl Iterator<Item = &[u8]> {
        self.needles.iter().map(String::as_bytes)
    }

    /// Further texts to be found in a Path that is not plain ASCII: the characters
    /// whose lower case is an ASCII letter.
    pub(crate) fn wide_needles(&self) -> &'static [&'static [u8]] {
        const WIDE: [&[u8]; 2] = ["\u{130}".as_bytes(), "\u{212a}".as_bytes()];
        if self.folded && !self.needles.is_empty() { &WIDE } else { &[] }
    }

    /// Whether an event with this Path is wanted for it.
    pub(crate) fn wants_path(&self, path: &[u8]) -> bool {
        let holds = |needle: &[u8]| {
            path.windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle))
        };
        self.everything
            || self.needles().any(holds)
            || (!path.is_ascii() && self.wide_needles().iter().any(|needle| holds(needle)))
    }

    /// Whether an event is wanted, by its own Process Name, Operation and Path.
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

/// Whether a process starts or ends in events with this Operation. Asked for nearly every
/// event: most differ in length.
#[inline]
pub(crate) fn is_life(operation: &[u8]) -> bool {
    LIFE.contains(&operation)
}

impl Default for Interest {
    fn default() -> Interest {
        Interest::everything()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_condition_is_enough() {
        let interest = Interest::nothing().or_process("A.exe").or_path_with("\\Crypto");
        assert!(interest.wants(Some(b"a.EXE"), None, None));
        assert!(interest.wants(Some(b"b.exe"), None, Some(b"C:\\CRYPTO\\x")));
        assert!(!interest.wants(Some(b"b.exe"), None, Some(b"C:\\cry")));
        assert!(!interest.wants(None, None, None));
        assert!(interest.wants(Some("b\u{e4}.exe".as_bytes()), None, None));
        assert!(interest.clone().or_unnamed().wants(None, None, None));
        assert!(!Interest::nothing().wants(
            Some("\u{e4}".as_bytes()),
            None,
            Some("\u{e4}".as_bytes())
        ));
        assert!(Interest::default().wants(None, None, None));
        let life = interest.or_process_life();
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
        let less = Interest::nothing().or_process("a").or_path_with("keys");
        let more = less.clone().or_unnamed().or_process("b").or_path_with("crypto");
        assert!(more.covers(&less) && more.covers(&more) && more.covers(&Interest::nothing()));
        assert!(!less.covers(&more));
        for one in [
            Interest::nothing().or_unnamed(),
            Interest::nothing().or_process("b"),
            Interest::nothing().or_path_with("crypto"),
            Interest::nothing().or_process_life(),
            less.clone().folded(),
            Interest::everything(),
        ] {
            assert!(!less.covers(&one), "{one:?}");
            assert!(Interest::everything().covers(&one));
        }
    }

    #[test]
    fn a_needle_is_what_every_format_writes_as_it_is() {
        let needles = |text: &str| -> Vec<Vec<u8>> {
            Interest::nothing().or_path_with(text).needles().map(<[u8]>::to_vec).collect()
        };
        assert_eq!(needles("\\Machine Keys"), [b"\\machine keys"]);
        assert_eq!(needles("ab&Gr\u{f6}\u{df}e\"ABC"), [b"abc"]);
        assert!(Interest::nothing().or_path_with("a&b").is_everything());
        assert!(Interest::nothing().or_path_with("").is_everything());
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
        let interest = Interest::nothing().or_path_with("keys");
        assert!(!interest.wants_path("\u{212a}eys".as_bytes()));
        assert!(interest.folded().wants_path("\u{212a}eys".as_bytes()));
    }
}
