//! Reads and writes of the MachineGuid value, as registry events show them.

use procmonkey_parser::{Detail, NtStatus};

use crate::guid::MachineGuid;

/// Through which view of the registry MachineGuid was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum RegistryView {
    /// `HKLM\SOFTWARE\Microsoft\Cryptography`, which holds the value.
    Native,
    /// `HKLM\SOFTWARE\Wow6432Node\Microsoft\Cryptography`, where it normally does
    /// not exist: a 32-bit program that forgot to ask for the 64-bit view.
    Wow6432,
}

impl RegistryView {
    /// The view, when `path` is the MachineGuid value.
    pub fn of_value(path: &str) -> Option<RegistryView> {
        RegistryView::of_key(strip_end(path, "\\MachineGuid")?)
    }

    /// The view, when `path` is the key that holds the value.
    pub fn of_key(path: &str) -> Option<RegistryView> {
        let below = strip_start(path, "HKLM\\")
            .or_else(|| strip_start(path, "HKEY_LOCAL_MACHINE\\"))
            .or_else(|| strip_start(path, "\\REGISTRY\\MACHINE\\"))?;
        let key = strip_start(below, "SOFTWARE\\")?;
        match () {
            () if key.eq_ignore_ascii_case("Microsoft\\Cryptography") => Some(RegistryView::Native),
            () if key.eq_ignore_ascii_case("Wow6432Node\\Microsoft\\Cryptography") => {
                Some(RegistryView::Wow6432)
            }
            () => None,
        }
    }
}

/// What follows a beginning, which may be written in capitals or not.
fn strip_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let (first, rest) = text.split_at_checked(start.len())?;
    first.eq_ignore_ascii_case(start).then_some(rest)
}

/// What stands before an end, which may be written in capitals or not.
fn strip_end<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    let (rest, last) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    last.eq_ignore_ascii_case(end).then_some(rest)
}

/// What one registry event did to MachineGuid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GuidEvent {
    /// The value was given to the caller.
    Value(MachineGuid),
    /// The caller's buffer was too small; its length in bytes.
    TooSmall(Option<u64>),
    /// A query that succeeded without its data being in the capture.
    ValueNotShown,
    /// The value does not exist.
    Missing,
    /// The value was set; `None` where the capture does not show to what.
    Set(Option<MachineGuid>),
    /// The value was deleted.
    Removed,
    /// Any other failure.
    Failed,
}

impl GuidEvent {
    /// Whether the value was asked for, and something of an answer came.
    pub(crate) fn is_query(&self) -> bool {
        matches!(self, GuidEvent::Value(_) | GuidEvent::TooSmall(_) | GuidEvent::ValueNotShown)
    }

    /// What the event did, when it concerns MachineGuid at all. `value_view` is the view in
    /// which the path is the value; it and `detail` are asked for only where they decide.
    pub(crate) fn of<'d>(
        operation: &str,
        path: &str,
        value_view: impl Fn() -> Option<RegistryView>,
        result: Option<NtStatus>,
        detail: impl Fn() -> Option<&'d Detail<'d>>,
    ) -> Option<(RegistryView, GuidEvent)> {
        let data = || {
            let text = detail()?.get("Data")?.trim();
            (!text.is_empty()).then(|| MachineGuid::new(text))
        };
        if operation == "RegEnumValue" {
            // An editor that lists the key sees the value without asking for it by name.
            let view = RegistryView::of_key(path)?;
            let name = detail()?.get("Name")?;
            if !name.eq_ignore_ascii_case("MachineGuid") {
                return None;
            }
            return data().map(|value| (view, GuidEvent::Value(value)));
        }
        if !operation.starts_with("Reg") {
            return None;
        }
        let view = value_view()?;
        let succeeded = result == Some(NtStatus::SUCCESS);
        let access = match (operation, result) {
            ("RegQueryValue", Some(NtStatus::SUCCESS)) => match data() {
                Some(value) => GuidEvent::Value(value),
                None => GuidEvent::ValueNotShown,
            },
            ("RegQueryValue", Some(NtStatus::BUFFER_OVERFLOW)) => {
                GuidEvent::TooSmall(detail().and_then(|detail| detail.integer("Length")))
            }
            ("RegQueryValue", Some(NtStatus::NAME_NOT_FOUND)) => GuidEvent::Missing,
            ("RegSetValue", _) if succeeded => GuidEvent::Set(data()),
            ("RegDeleteValue", _) if succeeded => GuidEvent::Removed,
            ("RegQueryValue" | "RegSetValue" | "RegDeleteValue", _) => GuidEvent::Failed,
            _ => return None,
        };
        Some((view, access))
    }
}

/// The events of one read, while they come in on one thread.
///
/// The crypto provider asks four times. On Windows 10: with a buffer for the
/// header alone (12 bytes, too small), with enough (74), as ANSI with a buffer
/// that is too small again (12 bytes of header and the 37 characters), and with
/// enough. On Windows 7 the first buffer is large enough, and all four succeed.
/// Other programs ask once or twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadChain {
    events: Vec<u64>,
    value: Option<MachineGuid>,
    values: usize,
    overflows: usize,
}

/// How many events the crypto provider's read has.
const FULL_CHAIN: usize = 4;

/// Whether a thread did anything else since its last query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// It went on at once.
    None,
    /// It did something else, or some time went by.
    Some,
}

/// What the next event of a thread means for its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Chained {
    /// It goes on with the read, or begins one.
    Continues,
    /// It begins another read.
    BeginsAnother,
}

impl ReadChain {
    /// Whether the event belongs to this chain or begins another.
    pub(crate) fn offers(&self, access: &GuidEvent, gap: Gap) -> Chained {
        let fits = match access {
            // Only the ANSI half of the same call asks with this length: header,
            // characters, and two more where braces stand around them.
            GuidEvent::TooSmall(length) => {
                let is_ansi = matches!(length, Some(49 | 51));
                self.values == 0 || (self.values == 1 && self.overflows == 1 && is_ansi)
            }
            GuidEvent::Value(value) => match &self.value {
                None => true,
                Some(before) if before != value => false,
                Some(_) if self.overflows == 0 => gap == Gap::None,
                Some(_) => self.values == 1 && self.overflows == 2,
            },
            _ => true,
        };
        match fits && self.events.len() < FULL_CHAIN {
            true => Chained::Continues,
            false => Chained::BeginsAnother,
        }
    }

    /// Takes the event in.
    pub(crate) fn push(&mut self, event: u64, access: &GuidEvent) {
        match access {
            GuidEvent::Value(value) => {
                self.value = Some(value.clone());
                self.values += 1;
            }
            GuidEvent::TooSmall(_) => self.overflows += 1,
            _ => return,
        }
        self.events.push(event);
    }

    /// The value, once it was given.
    pub(crate) fn value(&self) -> Option<&MachineGuid> {
        self.value.as_ref()
    }

    pub(crate) fn events(&self) -> &[u64] {
        &self.events
    }

    /// Whether it is the four-event read of the crypto provider.
    pub(crate) fn is_full(&self) -> bool {
        self.events.len() == FULL_CHAIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_views_are_known_in_every_spelling() {
        use RegistryView::*;
        for (path, want) in [
            (r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid", Some(Native)),
            (r"hklm\software\microsoft\cryptography\machineguid", Some(Native)),
            (r"\REGISTRY\MACHINE\SOFTWARE\Microsoft\Cryptography\MachineGuid", Some(Native)),
            (r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Cryptography\MachineGuid", Some(Wow6432)),
            (r"HKLM\SOFTWARE\Microsoft\SQMClient\MachineGuid", None),
            (r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid2", None),
            (r"HKCU\SOFTWARE\Microsoft\Cryptography\MachineGuid", None),
        ] {
            assert_eq!(RegistryView::of_value(path), want, "{path}");
        }
    }

    const PATH: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";

    /// Reads a list of (result, detail) rows; one list of event numbers a read.
    fn reads(rows: &[(&str, &str)], gap: Gap) -> Vec<Vec<u64>> {
        let (mut chain, mut reads) = (ReadChain::default(), Vec::new());
        for (number, (result, detail)) in (1u64..).zip(rows) {
            let detail = Detail::parse("RegQueryValue", *detail);
            let status = NtStatus::from_result(result);
            let (_, access) = GuidEvent::of(
                "RegQueryValue",
                PATH,
                || Some(RegistryView::Native),
                status,
                || Some(&detail),
            )
            .unwrap();
            if chain.offers(&access, gap) == Chained::BeginsAnother {
                reads.push(std::mem::take(&mut chain).events);
            }
            chain.push(number, &access);
        }
        reads.push(chain.events);
        reads
    }

    const SHORT: (&str, &str) = ("BUFFER OVERFLOW", "Length: 12");
    const ANSI: (&str, &str) = ("BUFFER OVERFLOW", "Length: 49");
    const VALUE: (&str, &str) =
        ("SUCCESS", "Type: REG_SZ, Length: 74, Data: 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1");

    #[test]
    fn four_events_are_one_read() {
        assert_eq!(reads(&[SHORT, VALUE, ANSI, VALUE], Gap::None), [vec![1, 2, 3, 4]]);
        assert_eq!(
            reads(&[SHORT, VALUE, ANSI, VALUE, SHORT, VALUE, ANSI, VALUE], Gap::None),
            [vec![1, 2, 3, 4], vec![5, 6, 7, 8]]
        );
        let windows_7 = [VALUE; 8];
        assert_eq!(reads(&windows_7, Gap::None), [vec![1, 2, 3, 4], vec![5, 6, 7, 8]]);
    }

    #[test]
    fn single_reads_stay_apart() {
        assert_eq!(reads(&[VALUE, VALUE], Gap::Some), [vec![1], vec![2]]);
        assert_eq!(reads(&[SHORT, VALUE, SHORT, VALUE], Gap::None), [vec![1, 2], vec![3, 4]]);
        assert_eq!(reads(&[SHORT, VALUE, VALUE], Gap::None), [vec![1, 2], vec![3]]);
    }
}
