//! Rows of a Markdown table, and others that are parted by pipes.

use std::borrow::Cow;

use super::cells::{Cells, Parted};
use super::looks::is_blank;

/// Signs that part cells: the pipe, and the lines that programs draw tables with.
const PIPES: [char; 4] = ['|', '\u{2502}', '\u{2503}', '\u{2551}'];

/// Parts a row at its pipes; those at its ends part nothing. False where there is none
/// inside.
pub(super) fn pipes(row: &str, cells: &mut Cells) -> bool {
    let has_pipe = memchr::memchr(b'|', row.as_bytes()).is_some();
    if !has_pipe && (row.is_ascii() || !row.contains(PIPES)) {
        return false;
    }
    cells.start(Parted::Pipes, "");
    let row = row.trim_matches(is_blank);
    let inner = row.strip_prefix(PIPES).unwrap_or(row);
    let parts: Vec<&str> = split(inner).collect();
    let ends_with_pipe = parts.len() > 1 && parts.last().is_some_and(|last| blank(last));
    let parts = &parts[..parts.len() - usize::from(ends_with_pipe)];
    let style = Escapes::of(parts);
    for part in parts {
        cells.push_text(&cell_text(part, style));
    }
    // A row of one cell needs a pipe at its beginning to be one.
    !cells.is_empty() && (cells.len() > 1 || inner.len() < row.len())
}

/// Whether a row is the line below a table's header: `|---|:--:|`, `+----+----+`, or a
/// line that is drawn.
pub(super) fn is_rule(row: &str) -> bool {
    let mut dashes = 0;
    let all = row.chars().all(|c| {
        let is_dash = matches!(c, '-' | '=' | '\u{2500}'..='\u{257f}');
        dashes += usize::from(is_dash);
        is_dash || is_blank(c) || matches!(c, '|' | '+' | ':')
    });
    all && dashes >= 2
}

fn blank(text: &str) -> bool {
    text.chars().all(is_blank)
}

/// Splits at each pipe that is not escaped, and does not stand in code that is a whole cell.
fn split(row: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut from = code_len(text).unwrap_or(0);
        while let Some(found) = text[from..].find(PIPES) {
            let at = from + found;
            let before = text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
            let width = text[at..].chars().next().map_or(1, char::len_utf8);
            if before % 2 == 0 {
                rest = Some(&text[at + width..]);
                return Some(&text[..at]);
            }
            from = at + width;
        }
        rest = None;
        Some(text)
    })
}

/// The length of a code span that begins a text and ends with its cell.
fn code_len(text: &str) -> Option<usize> {
    let blanks = text.len() - text.trim_start_matches(is_blank).len();
    let inner = text[blanks..].strip_prefix('`')?;
    let end = blanks + 1 + inner.find('`')? + 1;
    let behind = text[end..].trim_start_matches(is_blank);
    (behind.is_empty() || behind.starts_with(PIPES)).then_some(end)
}

/// Which backslashes of a row are escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escapes {
    /// Every one in front of a sign: whoever wrote the table escaped its texts.
    All,
    /// Only those in front of a pipe: a path stands as it is.
    Pipes,
}

impl Escapes {
    /// In a row whose texts are escaped no backslash stands alone before a letter.
    fn of(parts: &[&str]) -> Escapes {
        let stands_alone = |part: &&str| {
            let mut run = 0;
            part.chars().any(|c| {
                let alone = run % 2 == 1 && (c.is_alphanumeric() || c == ' ');
                run = if c == '\\' { run + 1 } else { 0 };
                alone
            })
        };
        let in_code = |part: &&str| code(part).is_some();
        match parts.iter().any(|part| !in_code(part) && stands_alone(part)) {
            true => Escapes::Pipes,
            false => Escapes::All,
        }
    }
}

/// The content of a code span that is the whole cell.
fn code(cell: &str) -> Option<&str> {
    let cell = cell.trim_matches(is_blank);
    let ticks = cell.bytes().take_while(|byte| *byte == b'`').count();
    let inner = cell.get(ticks..)?.strip_suffix(&cell[..ticks])?;
    (ticks > 0 && !inner.is_empty()).then(|| inner.trim_matches(' '))
}

/// The text of a cell.
fn cell_text(cell: &str, style: Escapes) -> Cow<'_, str> {
    let cell = cell.trim_matches(is_blank);
    if let Some(code) = code(cell) {
        return Cow::Owned(code.replace("\\|", "|"));
    }
    let cell = bold(cell);
    match (cell.contains('\\'), style) {
        (false, _) => Cow::Borrowed(cell),
        (true, Escapes::Pipes) => Cow::Owned(unescape_key_name(&cell.replace("\\|", "|"))),
        (true, Escapes::All) => Cow::Owned(unescape(cell)),
    }
}

/// A cell without the stars that make it bold.
fn bold(cell: &str) -> &str {
    let inner = cell.strip_prefix("**").and_then(|rest| rest.strip_suffix("**"));
    inner.filter(|inner| !inner.is_empty()).unwrap_or(cell)
}

/// A text without the backslashes in front of signs.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {
                out.push(*next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// Undoes `\_` between the hash and the GUID of a key file's name, where no folder can
/// end.
fn unescape_key_name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split("\\_").enumerate() {
        if index > 0 {
            let hash = out.bytes().rev().take_while(u8::is_ascii_hexdigit).count();
            out.push_str(if hash == 32 { "_" } else { "\\_" });
        }
        out.push_str(part);
    }
    out
}

/// A value whose backslashes all stand doubled, as Markdown and program sources have
/// them, as it was.
pub(super) fn unescape_path(text: &str) -> Cow<'_, str> {
    let is_doubled = |root: usize| {
        let rest = &text[root..];
        rest.starts_with("\\\\") && !rest.starts_with("\\\\\\") && all_doubled(rest)
    };
    let root = text.find('\\').unwrap_or(text.len());
    match root > 0 && is_doubled(root) {
        true => Cow::Owned(unescape(text)),
        false => Cow::Borrowed(text),
    }
}

/// Whether no backslash stands alone in front of a letter.
fn all_doubled(text: &str) -> bool {
    Escapes::of(&[text]) == Escapes::All
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(row: &str) -> Option<Vec<String>> {
        let mut cells = Cells::default();
        pipes(row, &mut cells).then(|| cells.iter().map(str::to_string).collect())
    }

    #[test]
    fn outer_pipes_are_no_cells() {
        assert_eq!(parts("| a | b |").unwrap(), ["a", "b"]);
        assert_eq!(parts("a | b").unwrap(), ["a", "b"]);
        assert_eq!(parts("| a |  | b |").unwrap(), ["a", "", "b"]);
        assert_eq!(parts("\u{2502} a \u{2502} b \u{2502}").unwrap(), ["a", "b"]);
        assert_eq!(parts("| `a|b` | c |").unwrap(), ["a|b", "c"]);
        assert_eq!(parts("no pipe"), None);
    }

    #[test]
    fn escapes_are_undone_where_a_table_has_them() {
        assert_eq!(parts("| C:\\\\a\\_b | x\\|y |").unwrap(), ["C:\\a_b", "x|y"]);
        // Here a path stands as it is, and only the pipe is escaped.
        assert_eq!(parts("| C:\\a\\_b | x\\|y |").unwrap(), ["C:\\a\\_b", "x|y"]);
        assert_eq!(parts("| `C:\\a\\_b` | **x** |").unwrap(), ["C:\\a\\_b", "x"]);
        let hash = "c2319c42033a5ca7f44e731bfd3fa2b5";
        let row = format!("| C:\\Keys\\{hash}\\_4f6c |");
        assert_eq!(parts(&row).unwrap(), [format!("C:\\Keys\\{hash}_4f6c")]);
    }

    #[test]
    fn doubled_backslashes_of_a_path_are_undone() {
        assert_eq!(unescape_path("C:\\\\a\\\\b\\_c"), "C:\\a\\b_c");
        for path in ["C:\\a\\b", "\\\\srv\\a", "HKLM\\a", "x"] {
            assert_eq!(unescape_path(path), path);
        }
    }

    #[test]
    fn rules_are_distinguished_from_rows() {
        for rule in ["|---|:-:|", "--- | ---", "+----+", "\u{2500}\u{2500}\u{2500}", "-- --"] {
            assert!(is_rule(rule), "{rule}");
        }
        assert!(!is_rule("| - |") && !is_rule("| a | --- |"));
    }
}
