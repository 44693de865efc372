//! What events are grouped by.

use std::fmt::Write;
use std::str::FromStr;

use procmonkey_parser::{
    Clock, Column, Event, TICKS_PER_DAY, TICKS_PER_SECOND, TimeBase, Timestamp,
};

use super::UnknownName;
use super::unknown_name::meant;

/// What events are grouped by: a column of Procmon's, or a part of one.
///
/// ```
/// use procmonkey_analysis::TallyKey;
/// use procmonkey_parser::Column;
///
/// assert_eq!("process name".parse::<TallyKey>()?, TallyKey::Column(Column::ProcessName));
/// assert_eq!("folder:2".parse::<TallyKey>()?, TallyKey::Folder(2));
/// assert!("colour".parse::<TallyKey>().is_err());
/// # Ok::<(), procmonkey_analysis::UnknownName>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TallyKey {
    /// The text of a column.
    Column(Column),
    /// When it begins, to the second: a time of day, after a midnight with `+1d ` in front.
    Second,
    /// As [`TallyKey::Second`], to the minute.
    Minute,
    /// The first so many parts of the Path.
    Folder(usize),
    /// What stands behind the last dot of the file, in small letters.
    Extension,
    /// The first part of the Path of a registry event, such as `HKLM`.
    Hive,
    /// The other computer of a network event.
    Host,
    /// The other port of a network event.
    Port,
}

impl TallyKey {
    /// The name, as a header has it.
    pub fn name(self) -> &'static str {
        match self {
            TallyKey::Column(column) => column.name(),
            TallyKey::Second => "Second",
            TallyKey::Minute => "Minute",
            TallyKey::Folder(_) => "Folder",
            TallyKey::Extension => "Extension",
            TallyKey::Hive => "Hive",
            TallyKey::Host => "Host",
            TallyKey::Port => "Port",
        }
    }
}

impl FromStr for TallyKey {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<TallyKey, UnknownName> {
        let text = text.trim();
        if let Some(column) = Column::from_name(text) {
            return Ok(TallyKey::Column(column));
        }
        let (name, parts) = text.split_once(':').unwrap_or((text, ""));
        let parts: Option<usize> = parts.trim().parse().ok().filter(|parts| *parts > 0);
        match (name.to_ascii_lowercase().as_str(), parts, text.contains(':')) {
            ("second", _, false) => Ok(TallyKey::Second),
            ("minute", _, false) => Ok(TallyKey::Minute),
            ("folder", Some(parts), true) => Ok(TallyKey::Folder(parts)),
            ("extension", _, false) => Ok(TallyKey::Extension),
            ("hive", _, false) => Ok(TallyKey::Hive),
            ("host", _, false) => Ok(TallyKey::Host),
            ("port", _, false) => Ok(TallyKey::Port),
            _ => Err(UnknownName(format!(
                "there is no column '{text}' to count by{}; there are Procmon's columns, second, \
                 minute, folder:N, extension, hive, host and port",
                meant(text, Column::all().map(Column::name).chain(OWN))
            ))),
        }
    }
}

/// The names that are no columns of Procmon's.
const OWN: [&str; 6] = ["second", "minute", "extension", "hive", "host", "port"];

/// Makes one text of all keys of an event, in memory that is used again.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyTexts {
    bytes: Vec<u8>,
    /// The second that the last event began in, and its text.
    second: Option<i64>,
    second_text: String,
}

/// The length of a key that the event does not have.
const ABSENT: u32 = u32::MAX;

impl KeyTexts {
    pub(super) fn of(&mut self, keys: &[TallyKey], event: &Event, clock: &Clock) -> &[u8] {
        self.bytes.clear();
        for key in keys {
            let column = match key {
                TallyKey::Column(column) => *column,
                TallyKey::Second | TallyKey::Minute => {
                    self.put_time(*key, event, clock);
                    continue;
                }
                _ => Column::Path,
            };
            let text = event.bytes(column);
            let part = match (key, text.as_deref()) {
                (_, None) => None,
                (TallyKey::Column(_), text) => text,
                (TallyKey::Folder(parts), Some(path)) => Some(folder(path, *parts)),
                (TallyKey::Extension, Some(path)) => extension(path),
                (TallyKey::Hive, Some(path)) => path.starts_with(b"HK").then(|| folder(path, 1)),
                (TallyKey::Host, Some(path)) => remote(path).map(|(host, _)| host),
                (TallyKey::Port, Some(path)) => remote(path).map(|(_, port)| port),
                _ => None,
            };
            put(&mut self.bytes, part);
            if *key == TallyKey::Extension {
                let length = part.map_or(0, <[u8]>::len);
                let from = self.bytes.len() - length;
                self.bytes[from..].make_ascii_lowercase();
            }
        }
        &self.bytes
    }

    /// A time of day, behind `+1d ` where midnight has passed since the first event: so it is
    /// the same whether or not the capture shows dates.
    fn put_time(&mut self, key: TallyKey, event: &Event, clock: &Clock) {
        let second = seconds_of_first_day(event, clock);
        let Some(second) = second else { return put(&mut self.bytes, None) };
        if self.second != Some(second) {
            self.second = Some(second);
            self.second_text.clear();
            let (day, rest) = (second.div_euclid(SECONDS), second.rem_euclid(SECONDS));
            let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
            if day != 0 {
                // Writing to a text cannot fail.
                let _ = write!(self.second_text, "{day:+}d ");
            }
            let _ = write!(self.second_text, "{hour:02}:{minute:02}:{second:02}");
        }
        let seconds = if key == TallyKey::Minute { ":00".len() } else { 0 };
        let end = self.second_text.len().saturating_sub(seconds);
        put(&mut self.bytes, self.second_text.as_bytes().get(..end));
    }
}

/// How many seconds a day has.
const SECONDS: i64 = TICKS_PER_DAY / TICKS_PER_SECOND;

/// Seconds from the midnight before the first event to this one, on the clock that is shown.
fn seconds_of_first_day(event: &Event, clock: &Clock) -> Option<i64> {
    let shown = |time: Timestamp| match (time.base(), clock.zone()) {
        (TimeBase::Utc, Some(zone)) => zone.local_ticks(time.ticks()),
        _ => time.ticks(),
    };
    let time = clock.resolve(event.time())?;
    let first = clock.first_time().and_then(|first| clock.resolve(&first));
    let first = first.filter(|first| first.base() == time.base()).map_or(0, shown);
    let midnight = first - first.rem_euclid(TICKS_PER_DAY);
    Some((shown(time) - midnight).div_euclid(TICKS_PER_SECOND))
}

fn put(bytes: &mut Vec<u8>, text: Option<&[u8]>) {
    let length = text.map_or(ABSENT, |text| u32::try_from(text.len()).unwrap_or(ABSENT - 1));
    bytes.extend_from_slice(&length.to_le_bytes());
    let text = text.unwrap_or_default();
    bytes.extend_from_slice(text.get(..length as usize).unwrap_or(text));
}

/// The texts of the keys again.
pub(super) fn texts_of(mut bytes: &[u8]) -> Vec<Option<String>> {
    let mut texts = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length);
        let end = if length == ABSENT { 0 } else { length as usize };
        let (text, after) = rest.split_at(end.min(rest.len()));
        let text = String::from_utf8_lossy(text).into_owned();
        texts.push((length != ABSENT).then_some(text));
        bytes = after;
    }
    texts
}

/// The first parts of a path; all of it, where it has fewer.
fn folder(path: &[u8], parts: usize) -> &[u8] {
    let share = if path.starts_with(br"\\") { 2 } else { 0 };
    let ends = path.iter().enumerate().skip(share).filter(|(_, byte)| **byte == b'\\');
    let end = ends.map(|(at, _)| at).nth(parts.saturating_sub(1));
    &path[..end.unwrap_or(path.len())]
}

fn extension(path: &[u8]) -> Option<&[u8]> {
    if path.starts_with(b"HK") {
        return None;
    }
    let name = path.rsplit(|byte| *byte == b'\\').next()?;
    let dot = name.iter().rposition(|byte| *byte == b'.')?;
    Some(&name[dot + 1..]).filter(|extension| !extension.is_empty())
}

/// Host and port at the other end of `a:1 -> b:2`.
fn remote(path: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = path.windows(4).position(|window| window == b" -> ")?;
    let end = &path[at + 4..];
    let colon = end.iter().rposition(|byte| *byte == b':')?;
    Some((&end[..colon], &end[colon + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path() {
        assert_eq!(folder(br"C:\Windows\System32\a.dll", 2), br"C:\Windows");
        assert_eq!(folder(br"C:\a", 5), br"C:\a");
        assert_eq!(folder(br"\\server\share\x", 1), br"\\server");
        assert_eq!(extension(br"C:\a.b\c.DLL"), Some(&b"DLL"[..]));
        assert_eq!(extension(br"C:\a.b\c"), None);
        assert_eq!(extension(br"HKLM\a.b"), None);
        let ends = remote(b"web03:49712 -> [fe80::1]:ldap");
        assert_eq!(ends, Some((&b"[fe80::1]"[..], &b"ldap"[..])));
        assert_eq!(remote(br"C:\a"), None);
    }

    #[test]
    fn texts_come_back() {
        let mut bytes = Vec::new();
        for text in [Some(&b"a"[..]), None, Some(&b""[..])] {
            put(&mut bytes, text);
        }
        assert_eq!(texts_of(&bytes), [Some("a".to_string()), None, Some(String::new())]);
    }
}
