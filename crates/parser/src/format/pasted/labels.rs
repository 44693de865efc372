//! Lines with a label: `Key: value`, as Procmon's Event Properties are copied.

use super::looks::{is_blank, trim_blanks};
use crate::model::{Column, known_keys};

/// The labels of the dialog's Event tab: the classic one, then the one of 2024.
const EVENT_KEYS: [(&str, Column); 12] = [
    ("Date & Time", Column::DateAndTime),
    ("Date", Column::DateAndTime),
    ("Time of Day", Column::TimeOfDay),
    ("Event Class", Column::EventClass),
    ("Class", Column::EventClass),
    ("Operation", Column::Operation),
    ("Result", Column::Result),
    ("Path", Column::Path),
    ("TID", Column::Tid),
    ("Thread", Column::Tid),
    ("Duration", Column::Duration),
    ("Process Name", Column::ProcessName),
];

/// The labels of its Process tab that stand for a column.
const PROCESS_KEYS: [(&str, Column); 15] = [
    ("Description", Column::Description),
    ("Company", Column::Company),
    ("Name", Column::ProcessName),
    ("Version", Column::Version),
    ("Path", Column::ImagePath),
    ("Command Line", Column::CommandLine),
    ("PID", Column::Pid),
    ("Parent PID", Column::ParentPid),
    ("Session ID", Column::Session),
    ("User", Column::User),
    ("Auth ID", Column::AuthenticationId),
    ("Architecture", Column::Architecture),
    ("Virtualized", Column::Virtualized),
    ("Integrity", Column::Integrity),
    ("Started", Column::ProcessStart),
];

/// The longest label.
const LONGEST: usize = 40;

/// A line with a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Labelled<'l> {
    pub(super) key: &'l str,
    pub(super) value: &'l str,
    /// Whether a tab parts the two, as in what Procmon copies.
    pub(super) has_tab: bool,
}

impl<'l> Labelled<'l> {
    /// Splits a line at its first colon. `None` for prose.
    pub(super) fn of(line: &'l str) -> Option<Labelled<'l>> {
        let colon = memchr::memchr(b':', &line.as_bytes()[..line.len().min(LONGEST + 10)])?;
        let key = without_marks(&line[..colon]);
        if !is_label(key) {
            return None;
        }
        let behind = line[colon + 1..].trim_start_matches(['*', '_']);
        let has_tab = behind.trim_start_matches(' ').starts_with('\t');
        Some(Labelled { key, value: value_of(behind), has_tab })
    }

    /// The two cells of a row of a table of two columns.
    pub(super) fn of_cells(key: &'l str, value: &'l str) -> Option<Labelled<'l>> {
        let key = key.trim_matches(|c| is_blank(c) || matches!(c, '*' | ':' | '`'));
        is_label(key).then(|| Labelled { key, value: value_of(value), has_tab: true })
    }
}

/// A label without the marks of bold text and code around it.
fn without_marks(key: &str) -> &str {
    if let [first, .., last] = key.as_bytes()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return key;
    }
    let key = key.trim_end_matches(['*', '_', '`', '"']).trim_end_matches(is_blank);
    key.trim_start_matches(['*', '_', '`', '"'])
}

fn is_label(key: &str) -> bool {
    (1..=LONGEST).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b" /&_-".contains(&b))
}

/// A value without blanks around it, or the marks of a code span.
fn value_of(value: &str) -> &str {
    let value = trim_blanks(value);
    let inner = value.strip_prefix('`').and_then(|value| value.strip_suffix('`'));
    inner.filter(|inner| !inner.contains('`')).unwrap_or(value)
}

/// The column of a label of the Event tab.
pub(super) fn event_column(key: &str) -> Option<Column> {
    EVENT_KEYS.iter().find(|row| row.0.eq_ignore_ascii_case(key)).map(|row| row.1)
}

/// The column of a label of the Process tab.
pub(super) fn process_column(key: &str) -> Option<Column> {
    PROCESS_KEYS.iter().find(|row| row.0.eq_ignore_ascii_case(key)).map(|row| row.1)
}

/// Cuts a line on which several events were flattened, in front of each of them.
pub(super) fn split_events(line: &str) -> impl Iterator<Item = &str> {
    const FIRST_KEYS: [&str; 2] = ["Date & Time:", "Date:"];
    let key = FIRST_KEYS.iter().find(|key| line.contains(**key)).unwrap_or(&FIRST_KEYS[0]);
    let starts: Vec<usize> = line.match_indices(key).map(|(at, _)| at).collect();
    let mut cuts = vec![0];
    cuts.extend(starts.into_iter().skip(1));
    cuts.push(line.len());
    (1..cuts.len()).map(move |index| &line[cuts[index - 1]..cuts[index]])
}

/// Splits a whole event that was flattened onto one line into labels and values. `None`
/// when the line does not hold at least three labels of the Event tab in a row.
pub(super) fn split_one_line(line: &str) -> Option<Vec<(&str, &str)>> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    let mut left: Vec<&str> = EVENT_KEYS.iter().map(|row| row.0).collect();
    while let Some((start, key)) = earliest_key(line, from, &left) {
        found.push((start, start + key.len()));
        from = start + key.len() + 1;
        let column = event_column(key);
        left.retain(|other| event_column(other) != column);
    }
    if found.len() < 3 {
        return None;
    }
    let mut pairs = cut_at(line, &found);
    let operation = pairs.iter().find(|pair| pair.0.eq_ignore_ascii_case("Operation"))?.1;
    let operation = operation.trim_end_matches([',', ';']).trim_end_matches(is_blank);
    // Behind the last label of the tab stand its value and the items of the detail.
    let &(_, last_end) = found.last()?;
    let mut items: Vec<(usize, usize)> = Vec::new();
    let mut from = last_end + 1;
    let mut keys = known_keys(operation).unwrap_or(&[]);
    while let Some((start, key)) = earliest_key(line, from, keys) {
        items.push((start, start + key.len()));
        from = start + key.len() + 1;
        let place = keys.iter().position(|other| *other == key)?;
        keys = &keys[place + 1..];
    }
    if let Some(&(first, _)) = items.first() {
        let last = pairs.last_mut()?;
        last.1 = value_of(&line[last_end + 1..first]);
        pairs.extend(cut_at(line, &items));
    }
    for pair in &mut pairs {
        pair.1 = pair.1.trim_end_matches([',', ';']).trim_end();
    }
    Some(pairs)
}

/// The label that comes first behind `from`, at the start of a word.
fn earliest_key<'k>(line: &str, from: usize, keys: &[&'k str]) -> Option<(usize, &'k str)> {
    let rest = line.get(from..)?;
    let place = |key: &str| {
        let mut at = 0;
        loop {
            let start = at + rest[at..].find(key)?;
            let before = rest[..start].chars().next_back();
            let after = rest[start + key.len()..].chars().next();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '&') && after == Some(':') {
                // `Time` of `Date & Time` begins no label of its own.
                return Some(from + start);
            }
            at = start + key.len();
        }
    };
    keys.iter()
        .filter_map(|key| Some((place(key)?, *key)))
        .min_by_key(|(start, key)| (*start, std::cmp::Reverse(key.len())))
}

/// Cuts a line into labels and values at these labels.
fn cut_at<'l>(line: &'l str, keys: &[(usize, usize)]) -> Vec<(&'l str, &'l str)> {
    keys.iter()
        .enumerate()
        .map(|(index, &(start, end))| {
            let until = keys.get(index + 1).map_or(line.len(), |next| next.0);
            (&line[start..end], value_of(&line[end + 1..until]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_split_off_in_every_form() {
        for line in
            ["TID: 4832", "TID:\t4832", "TID:4832", "TID : 4832 ", "**TID:** 4832", "TID:** `4832`"]
        {
            let found = Labelled::of(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((found.key, found.value), ("TID", "4832"), "{line}");
        }
        assert!(Labelled::of("TID:\t4832").unwrap().has_tab);
        for line in ["no colon at all", "a, b: c", ": x", "see http://x"] {
            assert!(
                Labelled::of(line).is_none_or(|found| event_column(found.key).is_none()),
                "{line}"
            );
        }
        let cells = Labelled::of_cells("**Operation:**", "`ReadFile`").unwrap();
        assert_eq!((cells.key, cells.value), ("Operation", "ReadFile"));
    }

    #[test]
    fn an_event_on_one_line_is_cut_at_its_labels() {
        let line = "Date & Time: 13-02-2009 06:59:15 PM Event Class: Registry Operation: RegQueryValue \
                    Result: SUCCESS Path: HKLM\\SOFTWARE\\X Duration: 0.0000042 Type: REG_SZ Length: 74 \
                    Data: a b";
        let pairs = split_one_line(line).unwrap();
        assert_eq!(pairs[0], ("Date & Time", "13-02-2009 06:59:15 PM"));
        assert_eq!(pairs[4], ("Path", "HKLM\\SOFTWARE\\X"));
        assert_eq!(pairs[5], ("Duration", "0.0000042"));
        assert_eq!(pairs[8], ("Data", "a b"));
        assert!(split_one_line("Path: a Result: b").is_none());
        let two = format!("{line} {line}");
        assert_eq!(split_events(&two).map(str::trim).collect::<Vec<_>>(), [line, line]);
        assert_eq!(split_events("prose").collect::<Vec<_>>(), ["prose"]);
    }
}
