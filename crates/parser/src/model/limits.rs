//! How much a capture may use.

use std::fmt;
use std::str::FromStr;

use super::{Error, ErrorKind};

/// What a reader may use at most, so that no input can exhaust the memory of a computer.
///
/// Captures of Procmon's stay far below all of these. What lies beyond a limit is a loss
/// that is counted, or an error that says which limit it was; nothing is left out silently.
///
/// ```
/// use procmonkey_parser::{Input, Limits, ReadOptions};
///
/// let limits = Limits::default().columns(2);
/// let csv = "\"Operation\",\"Path\",\"Result\"\r\n\"ReadFile\",\"C:\\a\",\"SUCCESS\"\r\n";
/// let options = ReadOptions::new().limits(limits);
/// let mut input = Input::from_reader("wide.csv", csv.as_bytes(), &options)?;
/// let refusal = input.next_capture().expect("one capture").unwrap_err();
/// assert!(refusal.to_string().contains("3 columns"));
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(crate) record: usize,
    pub(crate) columns: usize,
    pub(crate) processes: usize,
    pub(crate) members: usize,
    pub(crate) ratio: u64,
    pub(crate) held: u64,
    pub(crate) gathered: u64,
}

/// So many bytes may come out of a packed input before it is looked at how much went in.
pub(crate) const FREE_OF_RATIO: u64 = 64 * 1024 * 1024;

impl Default for Limits {
    /// Records of 64 MiB, 100,000 columns, 200,000 processes in a list, archives of 100,000
    /// members, a thousand bytes out of each packed one, 4 GiB of what has to be held in memory,
    /// and 512 MiB of what is gathered.
    fn default() -> Limits {
        Limits {
            record: 64 * 1024 * 1024,
            columns: 100_000,
            processes: 200_000,
            members: 100_000,
            ratio: 1000,
            held: 4 * 1024 * 1024 * 1024,
            gathered: 512 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// Bytes of one record of an export, with all its fields. A longer one ends the reading
    /// of a CSV, and is passed over in an XML.
    pub fn record(self, bytes: usize) -> Limits {
        Limits { record: bytes, ..self }
    }

    /// Columns of a CSV. A header with more is refused.
    pub fn columns(self, count: usize) -> Limits {
        Limits { columns: count, ..self }
    }

    /// Processes in the process list of an XML. Those beyond are losses.
    pub fn processes(self, count: usize) -> Limits {
        Limits { processes: count, ..self }
    }

    /// Members of a zip archive. An archive with more is refused.
    pub fn members(self, count: usize) -> Limits {
        Limits { members: count, ..self }
    }

    /// How many bytes may come out of each packed one, once 64 MiB have come out. What would
    /// come out later is lost. Where it has to be held in memory, the limit is a tenth.
    pub fn ratio(self, out_of_one: u64) -> Limits {
        Limits { ratio: out_of_one, ..self }
    }

    /// Bytes of what can only be read as a whole: a packed native log, an archive from a
    /// stream.
    pub fn held(self, bytes: u64) -> Limits {
        Limits { held: bytes, ..self }
    }

    /// How many bytes [`Limits::held`] allows.
    pub fn most_held(&self) -> u64 {
        self.held
    }

    /// Bytes of what is gathered while events pass, about: the groups of a count, paths, and the
    /// events that an [`Excerpt`](crate::Excerpt) holds because they may still be wanted. What has
    /// no room is counted. A reader gathers nothing; this is for those who read.
    pub fn gathered(self, bytes: u64) -> Limits {
        Limits { gathered: bytes, ..self }
    }

    /// How many bytes [`Limits::gathered`] allows.
    pub fn most_gathered(&self) -> u64 {
        self.gathered
    }

    /// The same with one limit changed, as in `record=128MiB`. The names are those of the
    /// methods; a number of bytes may have a unit.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidValue`] for an unknown name or a number that cannot be read.
    ///
    /// ```
    /// use procmonkey_parser::Limits;
    ///
    /// assert_eq!(Limits::default().with("columns=500")?, Limits::default().columns(500));
    /// assert_eq!(Limits::default().with("record=1MiB")?, Limits::default().record(1 << 20));
    /// assert!(Limits::default().with("rows=1").is_err());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn with(self, text: &str) -> Result<Limits, Error> {
        let invalid = |what: String| Error::new(ErrorKind::InvalidValue, what);
        let Some((name, number)) = text.split_once('=') else {
            return Err(invalid(format!("{text}: a limit is written as NAME=NUMBER")));
        };
        let Some(number) = quantity(number.trim()) else {
            return Err(invalid(format!("{number} is not a number, or too large")));
        };
        let count = usize::try_from(number).unwrap_or(usize::MAX);
        Ok(match name.trim() {
            "record" => self.record(count),
            "columns" => self.columns(count),
            "processes" => self.processes(count),
            "members" => self.members(count),
            "ratio" => self.ratio(number),
            "held" => self.held(number),
            "gathered" => self.gathered(number),
            other => {
                let known = "record, columns, processes, members, ratio, held, gathered";
                return Err(invalid(format!("there is no limit {other}; the limits are {known}")));
            }
        })
    }
}

/// A number, which may have a unit of bytes.
fn quantity(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" => 1,
        "kib" | "k" => 1 << 10,
        "mib" | "m" => 1 << 20,
        "gib" | "g" => 1 << 30,
        _ => return None,
    };
    u64::from_str(number).ok()?.checked_mul(factor)
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Limits { record, columns, processes, members, ratio, held, gathered } = self;
        write!(
            f,
            "record={record} columns={columns} processes={processes} members={members} \
             ratio={ratio} held={held} gathered={gathered}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units_or_none() {
        for (text, number) in [
            ("1", Some(1)),
            ("64MiB", Some(64 << 20)),
            ("2 G", Some(2 << 30)),
            ("3k", Some(3072)),
            ("", None),
            ("-1", None),
            ("1.5GiB", None),
            ("1 parsec", None),
            ("99999999999999999999", None),
            ("99999999999999GiB", None),
        ] {
            assert_eq!(quantity(text), number, "{text}");
        }
    }

    #[test]
    fn what_is_shown_can_be_read_again() {
        let limits = Limits::default().record(5).held(7).ratio(9).gathered(11);
        let again = limits
            .to_string()
            .split(' ')
            .try_fold(Limits::default(), |limits, part| limits.with(part));
        assert_eq!(again.unwrap(), limits);
    }
}
