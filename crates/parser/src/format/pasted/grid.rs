//! Rows as they are copied from Procmon's grid: parted by tabs, or by what has become
//! of the tabs.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::cells::{Cells, Parted};
use super::looks::is_blank;

/// Parts a row at its tabs. False where there is none.
pub(super) fn tabs(row: &str, cells: &mut Cells) -> bool {
    if memchr::memchr(b'\t', row.as_bytes()).is_none() {
        return false;
    }
    cells.start(Parted::Tabs, row);
    let mut begin = 0;
    for tab in memchr::memchr_iter(b'\t', row.as_bytes()) {
        cells.push_range(begin..tab);
        begin = tab + 1;
    }
    cells.push_range(begin..row.len());
    true
}

/// Two blanks, which is looked for in most lines.
static TWO_BLANKS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"  "));

/// Parts a row where there are two blanks or more. False where there are none.
pub(super) fn spaces(row: &str, cells: &mut Cells) -> bool {
    // Most rows have single blanks only.
    if row.is_ascii() && TWO_BLANKS.find(row.as_bytes()).is_none() && !row.contains('\t') {
        return false;
    }
    cells.start(Parted::Spaces, row);
    let mut begin = 0;
    let mut gaps = 0;
    let mut chars = row.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !is_blank(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut blanks = 1;
        while let Some((next, blank)) = chars.next_if(|next| is_blank(next.1)) {
            blanks += 1;
            end = next + blank.len_utf8();
        }
        if blanks > 1 || c == '\t' {
            if at > begin {
                cells.push_range(begin..at);
            }
            begin = end;
            gaps += 1;
        }
    }
    if begin < row.len() {
        cells.push_range(begin..row.len());
    }
    gaps > 0 && cells.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(split: fn(&str, &mut Cells) -> bool, row: &str) -> Option<Vec<String>> {
        let mut cells = Cells::default();
        split(row, &mut cells).then(|| cells.iter().map(str::to_string).collect())
    }

    #[test]
    fn tabs_keep_empty_cells_and_blanks_do_not() {
        let row = "a.exe\t\tNAME NOT FOUND\t";
        assert_eq!(parts(tabs, row).unwrap(), ["a.exe", "", "NAME NOT FOUND", ""]);
        let row = "a.exe    NAME NOT FOUND  x y";
        assert_eq!(parts(spaces, row).unwrap(), ["a.exe", "NAME NOT FOUND", "x y"]);
        assert_eq!(parts(spaces, "a\u{a0}\u{a0}b").unwrap(), ["a", "b"]);
        assert_eq!(parts(tabs, "a b"), None);
        assert_eq!(parts(spaces, "a b c"), None);
    }

    #[test]
    fn what_belongs_together_is_given_back_as_it_was() {
        let mut cells = Cells::default();
        assert!(spaces("a  b   c", &mut cells));
        assert_eq!(cells.join(1..3), "b   c");
        assert_eq!(cells.join(3..9), "");
    }
}
