//! Which processes are followed.

use procmonkey_parser::{Event, Prefilter};

/// Whether an event's process is one of those that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Followed,
    Other,
}

/// The processes to follow. What others do counts only where it is evidence:
/// to a change of MachineGuid, or to files in a key folder.
///
/// ```
/// use procmonkey_analysis::ProcessSelection;
///
/// assert_eq!(ProcessSelection::default(), ProcessSelection::named(["inetinfo.exe"]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessSelection {
    /// Every process.
    All,
    /// Those with one of these names, compared without case.
    Named(Vec<String>),
}

impl ProcessSelection {
    /// The processes with these names; `*` means all.
    pub fn named<I>(names: I) -> ProcessSelection
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.iter().any(|name| name == "*") {
            return ProcessSelection::All;
        }
        ProcessSelection::Named(names)
    }

    /// Whether the event's process is followed. An event that does not name its
    /// process is: nothing says that it belongs to another.
    pub(crate) fn subject(&self, event: &Event) -> Subject {
        let ProcessSelection::Named(names) = self else { return Subject::Followed };
        match event.process_name() {
            Some(name) if !name.is_empty() => {
                let is_asked = names.iter().any(|asked| is_same_name(asked, &name));
                if is_asked { Subject::Followed } else { Subject::Other }
            }
            _ => Subject::Followed,
        }
    }

    /// Their events, as far as a reader can distinguish them from others.
    pub(super) fn interest(&self) -> Prefilter {
        match self {
            ProcessSelection::All => Prefilter::everything(),
            ProcessSelection::Named(names) => {
                let interest = Prefilter::nothing().or_unnamed();
                names.iter().fold(interest, |interest, name| interest.or_process(name))
            }
        }
    }

    /// The names, none for all.
    pub(crate) fn names(&self) -> &[String] {
        match self {
            ProcessSelection::All => &[],
            ProcessSelection::Named(names) => names,
        }
    }
}

/// Whether two names are the same without regard to case. Asked for every event, and
/// most names are ASCII.
fn is_same_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase())
}

impl Default for ProcessSelection {
    fn default() -> ProcessSelection {
        ProcessSelection::named(["inetinfo.exe"])
    }
}

#[cfg(test)]
mod tests {
    use super::is_same_name;

    #[test]
    fn names_are_compared_without_case_in_any_alphabet() {
        for (one, other, want) in [
            ("inetinfo.exe", "InetInfo.EXE", true),
            ("inetinfo.exe", "inetinfo.ex", false),
            ("größe.exe", "GRÖSSE.exe", false),
            ("größe.exe", "GRÖßE.exe", true),
            ("служба.exe", "СЛУЖБА.EXE", true),
            // The sign for kelvin.
            ("k.exe", "\u{212a}.exe", true),
        ] {
            assert_eq!(is_same_name(one, other), want, "{one} {other}");
            assert_eq!(is_same_name(other, one), want, "{other} {one}");
        }
    }
}
