//! One line of a paste: `Key: value`, or prose.

use crate::model::Column;

/// Where the value of a key belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// A column of the event.
    Column(Column),
    /// The beginning of the dialog's module list, which is passed over.
    Modules,
}

/// The keys of the dialog's Event page: the classic one, then the one of 2024.
pub(super) const EVENT_KEYS: [(&str, Column); 12] = [
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

/// The keys of its Process page, which follows when everything is copied.
const PROCESS_KEYS: [(&str, Field); 17] = [
    ("Description", Field::Column(Column::Description)),
    ("Company", Field::Column(Column::Company)),
    ("Name", Field::Column(Column::ProcessName)),
    ("Version", Field::Column(Column::Version)),
    ("Path", Field::Column(Column::ImagePath)),
    ("Command Line", Field::Column(Column::CommandLine)),
    ("PID", Field::Column(Column::Pid)),
    ("Parent PID", Field::Column(Column::ParentPid)),
    ("Session ID", Field::Column(Column::Session)),
    ("User", Field::Column(Column::User)),
    ("Auth ID", Field::Column(Column::AuthenticationId)),
    ("Architecture", Field::Column(Column::Architecture)),
    ("Virtualized", Field::Column(Column::Virtualized)),
    ("Integrity", Field::Column(Column::Integrity)),
    ("Started", Field::Column(Column::ProcessStart)),
    ("Ended", Field::Modules),
    ("Modules", Field::Modules),
];

/// The column of a key of the Event page.
pub(super) fn event_column(key: &str) -> Option<Column> {
    EVENT_KEYS.iter().find(|row| row.0.eq_ignore_ascii_case(key)).map(|row| row.1)
}

/// The field of a key of the Process page.
pub(super) fn process_field(key: &str) -> Option<Field> {
    PROCESS_KEYS.iter().find(|row| row.0.eq_ignore_ascii_case(key)).map(|row| row.1)
}

/// Splits `Key: value`, `Key:\tvalue` and `Key:value`, behind the marks that mail
/// and markup put in front of a line. `None` for prose.
pub(super) fn split_key(line: &str) -> Option<(&str, &str)> {
    let line = strip_marks(line);
    let colon = line.find(':')?;
    let key = line[..colon].trim_end().trim_end_matches('*').trim_end();
    let looks_right = !key.is_empty()
        && key.len() <= 40
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b" /&_-".contains(&b));
    let value = line[colon + 1..].trim_start_matches('*');
    looks_right.then(|| (key, trim_blanks(value)))
}

/// The line without quotation marks of a mail, bullets and bold signs.
pub(super) fn strip_marks(line: &str) -> &str {
    line.trim_start_matches(|c: char| c.is_whitespace() || ">|*\u{2022}`".contains(c))
}

/// A value without blanks around it; a page may have made them no-break spaces.
pub(super) fn trim_blanks(value: &str) -> &str {
    value.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Cuts a line on which several events were flattened, in front of each of them.
pub(super) fn split_events(line: &str) -> impl Iterator<Item = &str> {
    const FIRST_KEY: &str = "Date & Time:";
    let starts: Vec<usize> = line.match_indices(FIRST_KEY).map(|(at, _)| at).collect();
    let mut cuts = vec![0];
    cuts.extend(starts.into_iter().skip(1));
    cuts.push(line.len());
    (1..cuts.len()).map(move |index| &line[cuts[index - 1]..cuts[index]])
}

/// Splits a whole event that was flattened onto one line. `None` when the line
/// does not hold at least three keys of the Event page in a row.
pub(super) fn split_one_line(
    line: &str,
    detail_keys: impl Fn(&str) -> Option<&'static [&'static str]>,
) -> Option<Vec<(&str, &str)>> {
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
    // Behind the last key of the page stand its value and the detail items.
    let &(_, last_end) = found.last()?;
    let mut items: Vec<(usize, usize)> = Vec::new();
    let mut from = last_end + 1;
    let mut keys = detail_keys(operation).unwrap_or(&[]);
    while let Some((start, key)) = earliest_key(line, from, keys) {
        items.push((start, start + key.len()));
        from = start + key.len() + 1;
        let place = keys.iter().position(|other| *other == key)?;
        keys = &keys[place + 1..];
    }
    if let Some(&(first, _)) = items.first() {
        let last = pairs.last_mut()?;
        last.1 = trim_blanks(&line[last_end + 1..first]);
        pairs.extend(cut_at(line, &items));
    }
    for pair in &mut pairs {
        pair.1 = pair.1.trim_end_matches([',', ';']).trim_end();
    }
    Some(pairs)
}

/// The key that comes first behind `from`, at the start of a word.
fn earliest_key<'k>(line: &str, from: usize, keys: &[&'k str]) -> Option<(usize, &'k str)> {
    let rest = line.get(from..)?;
    let place = |key: &str| {
        let mut at = 0;
        loop {
            let start = at + rest[at..].find(key)?;
            let before = rest[..start].chars().next_back();
            let after = rest[start + key.len()..].chars().next();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '&') && after == Some(':') {
                // `Time` of `Date & Time` begins no key of its own.
                return Some(from + start);
            }
            at = start + key.len();
        }
    };
    keys.iter()
        .filter_map(|key| Some((place(key)?, *key)))
        .min_by_key(|(start, key)| (*start, std::cmp::Reverse(key.len())))
}

/// Cuts a line into keys and values at these keys.
fn cut_at<'l>(line: &'l str, keys: &[(usize, usize)]) -> Vec<(&'l str, &'l str)> {
    keys.iter()
        .enumerate()
        .map(|(index, &(start, end))| {
            let until = keys.get(index + 1).map_or(line.len(), |next| next.0);
            (&line[start..end], trim_blanks(&line[end + 1..until]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::known_keys;

    #[test]
    fn keys_are_split_off_in_every_form() {
        for line in ["TID: 4832", "TID:\t4832", "TID:4832", "> TID:  4832 ", "* **TID:** 4832"] {
            assert_eq!(split_key(line), Some(("TID", "4832")), "{line}");
        }
        assert_eq!(split_key("no colon at all"), None);
    }

    #[test]
    fn an_event_on_one_line_is_cut_at_its_keys() {
        let line = "Date & Time: 13-02-2009 06:59:15 PM Event Class: Registry Operation: RegQueryValue \
                    Result: SUCCESS Path: HKLM\\SOFTWARE\\X Duration: 0.0000042 Type: REG_SZ Length: 74 \
                    Data: a b";
        let pairs = split_one_line(line, known_keys).unwrap();
        assert_eq!(pairs[0], ("Date & Time", "13-02-2009 06:59:15 PM"));
        assert_eq!(pairs[4], ("Path", "HKLM\\SOFTWARE\\X"));
        assert_eq!(pairs[5], ("Duration", "0.0000042"));
        assert_eq!(pairs[8], ("Data", "a b"));
        assert!(split_one_line("Path: a Result: b", known_keys).is_none());
        let two = format!("{line} {line}");
        assert_eq!(split_events(&two).map(str::trim).collect::<Vec<_>>(), [line, line]);
        assert_eq!(split_events("prose").collect::<Vec<_>>(), ["prose"]);
    }
}
