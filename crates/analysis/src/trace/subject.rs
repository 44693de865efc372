//! Which processes are followed.

use procmonkey_parser::{Event, Interest};

/// Whether an event's process is one of those that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Followed,
    Other,
}

/// The processes to follow. What others do counts only where it bears witness:
/// to a change of MachineGuid, or to files in a key folder.
///
/// ```
/// use procmonkey_analysis::Processes;
///
/// assert_eq!(Processes::default(), Processes::named(["inetinfo.exe"]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Processes {
    /// Every process.
    All,
    /// Those with one of these names, compared without case.
    Named(Vec<String>),
}

impl Processes {
    /// The processes with these names; `*` means all.
    pub fn named<I>(names: I) -> Processes
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.iter().any(|name| name == "*") {
            return Processes::All;
        }
        Processes::Named(names)
    }

    /// Whether the event's process is followed. An event that does not name its
    /// process is: nothing says that it belongs to another.
    pub(crate) fn subject(&self, event: &Event) -> Subject {
        let Processes::Named(names) = self else { return Subject::Followed };
        match event.process_name() {
            Some(name) if !name.is_empty() => {
                let asked = names.iter().any(|asked| is_same_name(asked, &name));
                if asked { Subject::Followed } else { Subject::Other }
            }
            _ => Subject::Followed,
        }
    }

    /// Their events, as far as a reader can tell them from others.
    pub(super) fn interest(&self) -> Interest {
        match self {
            Processes::All => Interest::everything(),
            Processes::Named(names) => {
                let interest = Interest::nothing().or_unnamed();
                names.iter().fold(interest, |interest, name| interest.or_process(name))
            }
        }
    }

    /// The names, none for all.
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Processes::All => &[],
            Processes::Named(names) => names,
        }
    }
}

impl Default for Processes {
    fn default() -> Processes {
        Processes::named(["inetinfo.exe"])
    }
}

/// Whether two names differ in nothing but case.
fn is_same_name(one: &str, other: &str) -> bool {
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => one.to_lowercase() == other.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_without_regard_to_case() {
        for (one, other, want) in [
            ("inetinfo.exe", "INETINFO.exe", true),
            ("inetinfo.exe", "inetinfo.ex", false),
            ("\u{c4}.exe", "\u{e4}.EXE", true),
            // The Kelvin sign, whose lower case is an ASCII letter.
            ("k.exe", "\u{212a}.exe", true),
            ("k.exe", "\u{212b}.exe", false),
        ] {
            assert_eq!(is_same_name(one, other), want, "{one} {other}");
        }
    }
}
