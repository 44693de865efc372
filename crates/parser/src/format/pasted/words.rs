//! Rows whose cells are parted by single blanks, which cells hold too: they are found by
//! what Procmon's texts look like.

use std::ops::Range;

use super::cells::{Cells, Parted};
use super::looks::{
    Markers, TimeCell, find_exact_time, id_number, is_account, is_file_name, is_path, is_program,
    time_cell,
};
use super::vocabulary::{find_operation, result_len};
use crate::model::begins_with_key;

/// What a line is, read word by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// A row; its cells are set.
    Row,
    /// The beginning of a row: its result is missing.
    Begun,
    /// None.
    No,
}

/// How many operations of a line are tried.
const TRIES: usize = 4;

/// How many words a time has at most: `2026. 6. 5. 오후 8:54:01`.
const TIME_WORDS: usize = 6;

/// How much of a row's beginning is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Anchors {
    /// The operation stands first.
    None,
    /// A program.
    Program,
    /// A program, and its PID or a time.
    Two,
    /// A time, a process and a PID.
    All,
}

/// Whether a time stands in front of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    There,
    Missing,
}

/// Parts a row into cells.
pub(super) fn split(row: &str, cells: &mut Cells) -> Words {
    let (mut from, mut begun) = (0, false);
    for _ in 0..TRIES {
        let Some(operation) = find_operation(row, from) else { break };
        from = operation.end;
        let Some((mut ranges, anchors)) = before_operation(row, operation.start) else { continue };
        match behind_operation(row, operation.clone(), anchors) {
            Some(behind) => {
                ranges.push(operation);
                ranges.extend(behind);
                cells.start(Parted::Words, row);
                for range in ranges {
                    cells.push_range(range);
                }
                return Words::Row;
            }
            None => begun |= anchors == Anchors::All,
        }
    }
    if begun { Words::Begun } else { Words::No }
}

/// The cells in front of the operation: row number, time, TID, process, PID, TID, user.
/// `None` where something stands there that is none of them.
fn before_operation(row: &str, end: usize) -> Option<(Vec<Range<usize>>, Anchors)> {
    let words = word_ranges(row, 0..end);
    if words.is_empty() {
        return Some((Vec::new(), Anchors::None));
    }
    let number = id_number(&row[words[0].clone()]).is_some();
    for first in [0, 1].into_iter().take(1 + usize::from(number)) {
        if let Some((count, _)) = time_at(row, &words[first..]) {
            let mut ranges = words[..first].to_vec();
            ranges.push(words[first].start..words[first + count - 1].end);
            let (process, anchors) = process_cells(row, &words[first + count..], Time::There)?;
            ranges.extend(process);
            return Some((ranges, anchors));
        }
    }
    // Without a time, or with a time behind other words, such as those of a chat.
    if let Some((process, anchors)) = process_cells(row, &words, Time::Missing) {
        return Some((process, anchors));
    }
    let at = find_exact_time(&row[..end])?;
    let place = words.iter().position(|word| word.end > at)?;
    let (place, count) =
        [place.checked_sub(1), Some(place)].into_iter().flatten().find_map(|p| {
            let (count, time) = time_at(row, &words[p..])?;
            (time == TimeCell::Exact || time == TimeCell::DateAndTime).then_some((p, count))
        })?;
    let (process, anchors) = process_cells(row, &words[place + count..], Time::There)?;
    let time = words[place].start..words[place + count - 1].end;
    let ranges = std::iter::once(time).chain(process).collect();
    (anchors == Anchors::All).then_some((ranges, anchors))
}

/// How many of the first words are a time.
fn time_at(row: &str, words: &[Range<usize>]) -> Option<(usize, TimeCell)> {
    let first = row.get(words.first()?.clone())?;
    // Most words are none, and begin with a letter.
    if first.starts_with(|c: char| c.is_ascii_alphabetic()) && first.len() > 4 {
        return None;
    }
    // A longer word with letters belongs to no time.
    let fits = |word: &&Range<usize>| {
        let text = &row[(*word).clone()];
        text.len() <= 4 || !text.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let most = words.iter().take(TIME_WORDS).take_while(fits).count();
    (1..=most).rev().find_map(|count| {
        let text = &row[words[0].start..words[count - 1].end];
        let time = time_cell(text, Markers::Known).filter(|time| *time != TimeCell::Date)?;
        Some((count, time))
    })
}

/// The cells of process, PID, TID and user, which must be all that these words are.
fn process_cells(
    row: &str,
    words: &[Range<usize>],
    time: Time,
) -> Option<(Vec<Range<usize>>, Anchors)> {
    let number =
        |index: usize| words.get(index).is_some_and(|word| id_number(&row[word.clone()]).is_some());
    let span = |from: usize, to: usize| words[from].start..words[to - 1].end;
    // A number in front is a TID, unless the name begins with one.
    for first in (0..=usize::from(number(0))).rev() {
        let mut lead = words[..first].to_vec();
        // The first number behind the name is the PID, unless the name holds it.
        for pid in (first + 1..words.len()).filter(|index| number(*index)) {
            let name = &row[span(first, pid)];
            let plausible = if time == Time::There { is_file_name(name) } else { is_program(name) };
            if !(plausible || name.starts_with('<') && is_program(name)) {
                continue;
            }
            let Some(rest) = rest_cells(row, &words[pid + 1..]) else { continue };
            lead.extend([span(first, pid), words[pid].clone()]);
            lead.extend(rest);
            return Some((lead, if time == Time::There { Anchors::All } else { Anchors::Two }));
        }
        // Without a PID the name has to be one.
        for end in (first + 1..=words.len()).rev() {
            if !is_program(&row[span(first, end)]) {
                continue;
            }
            let Some(rest) = rest_cells(row, &words[end..]) else { continue };
            lead.push(span(first, end));
            lead.extend(rest);
            return Some((lead, if time == Time::There { Anchors::Two } else { Anchors::Program }));
        }
    }
    None
}

/// The cells behind the PID: a TID, a user, both in any order, or nothing.
fn rest_cells(row: &str, words: &[Range<usize>]) -> Option<Vec<Range<usize>>> {
    let number = |word: &Range<usize>| id_number(&row[word.clone()]).is_some();
    let account = |words: &[Range<usize>]| {
        let span = words.first()?.start..words.last()?.end;
        is_account(&row[span.clone()]).then_some(span)
    };
    match words {
        [] => Some(Vec::new()),
        [only] if number(only) => Some(vec![only.clone()]),
        [first, rest @ ..] if number(first) => Some(vec![first.clone(), account(rest)?]),
        [rest @ .., last] if number(last) => Some(vec![account(rest)?, last.clone()]),
        all => Some(vec![account(all)?]),
    }
}

/// The cells behind the operation: path, result, detail, and what stands behind it.
fn behind_operation(
    row: &str,
    operation: Range<usize>,
    anchors: Anchors,
) -> Option<Vec<Range<usize>>> {
    let name = &row[operation.clone()];
    let trimmed = |range: Range<usize>| {
        let text = &row[range.clone()];
        let begin = range.start + (text.len() - text.trim_start().len());
        begin..begin + text.trim().len()
    };
    let mut second_best = None;
    for word in words(row, operation.end..row.len()) {
        let Some(len) = result_len(&row[word.start..]) else { continue };
        let path = trimmed(operation.end..word.start);
        let rest = trimmed(word.start + len..row.len());
        let (behind, has_detail) = match behind_result(row, name, rest.clone()) {
            Some(behind) => behind,
            // The rest of a row that is certainly one is its detail.
            None if anchors == Anchors::All => {
                second_best.get_or_insert((path, word.start..word.start + len, rest));
                continue;
            }
            None => continue,
        };
        let text = &row[path.clone()];
        let fits = match anchors {
            Anchors::All => true,
            _ if text.is_empty() => anchors >= Anchors::Two || has_detail,
            _ => is_path(text) && (has_detail || is_whole_path(text)),
        };
        if fits {
            let mut ranges = vec![path, word.start..word.start + len];
            ranges.retain(|range| !range.is_empty());
            ranges.extend(behind);
            return Some(ranges);
        }
    }
    let (path, result, rest) = second_best?;
    Some([path, result, rest].into_iter().filter(|range| !range.is_empty()).collect())
}

/// Whether nothing but a path is in this text: prose may follow on one.
fn is_whole_path(text: &str) -> bool {
    let last = text.rsplit('\\').next().unwrap_or(text);
    let one_root = !text.get(3..).unwrap_or_default().contains(":\\");
    let ends_in_name = || {
        let (stem, end) = last.rsplit_once('.').unwrap_or_default();
        !stem.is_empty()
            && (1..=5).contains(&end.len())
            && end.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    one_root && (!last.contains(' ') || ends_in_name() || text.contains(" -> "))
}

/// The cells behind the result, and whether a detail is among them. `None` where what
/// stands there is none.
fn behind_result(
    row: &str,
    operation: &str,
    rest: Range<usize>,
) -> Option<(Vec<Range<usize>>, bool)> {
    let text = &row[rest.clone()];
    if text.is_empty() {
        return Some((Vec::new(), false));
    }
    if begins_with_key(operation, text) {
        let tail = tail_begin(text).map(|at| rest.start + at);
        let Some(at) = tail else { return Some((vec![rest], true)) };
        let detail = rest.start..rest.start + row[rest.start..at].trim_end().len();
        return Some((vec![detail, at..rest.end], true));
    }
    let is_tail = id_number(text).is_some() || is_account(text);
    is_tail.then(|| (vec![rest], false))
}

/// Where a TID or user stands behind a detail whose last value is a word of Procmon's,
/// so that it cannot be part of it.
fn tail_begin(detail: &str) -> Option<usize> {
    const LAST: [&str; 16] = [
        "n/a",
        "Opened",
        "Created",
        "Overwritten",
        "Superseded",
        "Exists",
        "DoesNotExist",
        "Very Low",
        "Low",
        "Normal",
        "High",
        "Critical",
        "True",
        "False",
        "REG_CREATED_NEW_KEY",
        "REG_OPENED_EXISTING_KEY",
    ];
    let value_at = detail.rfind(": ")? + 2;
    let value = &detail[value_at..];
    let word = LAST
        .iter()
        .find(|word| value.strip_prefix(**word).is_some_and(|rest| rest.starts_with(' ')))?;
    let at = value_at + word.len() + 1;
    let tail = detail[at..].trim();
    (id_number(tail).is_some() || is_account(tail)).then_some(at)
}

/// The words of a part of a row. A number may stand in brackets: `a.exe (5236)`.
fn word_ranges(row: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let without_brackets = |word: Range<usize>| {
        let text = &row[word.clone()];
        let inner = [('(', ')'), ('[', ']')]
            .iter()
            .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
        match inner.is_some_and(|inner| id_number(inner).is_some()) {
            true => word.start + 1..word.end - 1,
            false => word,
        }
    };
    words(row, within).map(without_brackets).collect()
}

/// The words of a part of a row.
fn words(row: &str, within: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = within.start;
    std::iter::from_fn(move || {
        let rest = &row[at..within.end];
        let begin = at + (rest.len() - rest.trim_start().len());
        if begin == within.end {
            return None;
        }
        let len = row[begin..within.end].find(char::is_whitespace);
        let end = len.map_or(within.end, |len| begin + len);
        at = end;
        Some(begin..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(row: &str) -> Vec<String> {
        let mut cells = Cells::default();
        match split(row, &mut cells) {
            Words::Row => cells.iter().map(str::to_string).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_row_is_anchored_by_what_procmon_writes() {
        let row = "6:59:13.0390001 PM inetinfo.exe 5236 RegQueryValue HKLM\\A b\\C SUCCESS \
                   Type: REG_SZ, Length: 74, Data: a SUCCESS b";
        assert_eq!(
            parts(row),
            [
                "6:59:13.0390001 PM",
                "inetinfo.exe",
                "5236",
                "RegQueryValue",
                "HKLM\\A b\\C",
                "SUCCESS",
                "Type: REG_SZ, Length: 74, Data: a SUCCESS b"
            ]
        );
        let row = "18:59:13,0390001 508 My App 5236 NT AUTHORITY\\SYSTEM Process Exit SUCCESS";
        assert_eq!(
            parts(row),
            [
                "18:59:13,0390001",
                "508",
                "My App",
                "5236",
                "NT AUTHORITY\\SYSTEM",
                "Process Exit",
                "SUCCESS"
            ]
        );
        let row = "[10:01] bob: 3/5/2026 6:59:13.0390001 PM a.exe 8 508 ReadFile C:\\a b SUCCESS";
        let cells = parts(row);
        assert_eq!(cells[1..6], ["a.exe", "8", "508", "ReadFile", "C:\\a b"]);
        assert_eq!(parts("a.exe (8) ReadFile C:\\a SUCCESS")[..2], ["a.exe", "8"]);
        assert_eq!(
            parts("a.exe RegOpenKey HKLM\\A NAME NOT FOUND"),
            ["a.exe", "RegOpenKey", "HKLM\\A", "NAME NOT FOUND"]
        );
    }

    #[test]
    fn what_stands_in_a_path_is_no_result() {
        let row = "1:02:03.0000004 a.exe 8 CreateFile C:\\SUCCESS stories\\a ACCESS DENIED \
                   Desired Access: Read";
        assert_eq!(parts(row)[4..6], ["C:\\SUCCESS stories\\a", "ACCESS DENIED"]);
    }

    #[test]
    fn a_tid_or_user_behind_the_detail_is_none_of_it() {
        let row = "1:02:03.0000004 a.exe 8 CreateFile C:\\a SUCCESS Desired Access: Read, \
                   OpenResult: Opened 508";
        assert_eq!(parts(row)[6..], ["Desired Access: Read, OpenResult: Opened", "508"]);
        let row = "1:02:03.0000004 a.exe 8 ReadFile C:\\a SUCCESS Offset: 0, Length: 508";
        assert_eq!(parts(row)[6..], ["Offset: 0, Length: 508"]);
    }

    #[test]
    fn prose_is_no_row() {
        for text in [
            "When a.exe calls CreateFile C:\\a SUCCESS is what it gets",
            "a.exe CreateFile C:\\a SUCCESS is what it gets",
            "w3wp.exe RegOpenKey HKLM\\Software\\Foo returned ACCESS DENIED",
            "a.exe CreateFile C:\\a and then D:\\b.txt SUCCESS",
            "CreateFile failed with ACCESS DENIED",
            "the ReadFile of C:\\a was a SUCCESS",
            "At 6:59:13 PM a.exe CreateFile C:\\a SUCCESS was logged",
        ] {
            assert_eq!(parts(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_row_without_its_result_is_begun() {
        let row = "6:59:13.0390001 PM inetinfo.exe 5236 RegQueryValue HKLM\\SOFTWARE\\Micro";
        assert_eq!(split(row, &mut Cells::default()), Words::Begun);
        assert_eq!(split("a.exe RegQueryValue HKLM\\A", &mut Cells::default()), Words::No);
    }
}
