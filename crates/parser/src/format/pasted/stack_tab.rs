//! The Stack tab of Procmon's Event Properties: the call stack of an event.

use super::cells::Cells;
use super::{csv_rows, grid, markdown};
use crate::model::{Address, Frame, Position};

/// The frames of one stack.
#[derive(Debug, Default)]
pub(super) struct StackTab {
    frames: Vec<Frame>,
    pub(super) position: Position,
}

/// What a line is to a stack.
#[derive(Debug)]
enum StackLine {
    Header,
    Frame(Frame),
}

impl StackTab {
    /// The stack that a line begins, if it does.
    pub(super) fn begin(line: &str, position: Position) -> Option<StackTab> {
        let mut stack = StackTab { frames: Vec::new(), position };
        stack.take(line).then_some(stack)
    }

    /// Takes a line; false where it is no part of the stack.
    pub(super) fn take(&mut self, line: &str) -> bool {
        match stack_line(line) {
            Some(StackLine::Header) => self.frames.is_empty(),
            Some(StackLine::Frame(frame)) => {
                let goes_on = self.frames.last().is_none_or(|last| last.depth < frame.depth);
                if goes_on {
                    self.frames.push(frame);
                }
                goes_on
            }
            None => markdown::is_rule(line) && self.frames.is_empty(),
        }
    }

    /// Ends the stack; its frames.
    pub(super) fn finish(self) -> Vec<Frame> {
        self.frames
    }
}

fn stack_line(line: &str) -> Option<StackLine> {
    // Each frame has an address, and the header says so.
    if !(line.contains("0x") || line.contains("Address")) || line.len() > 4096 {
        return None;
    }
    let mut cells = Cells::default();
    let quoted = |cells: &mut Cells| {
        line.contains(',') && csv_rows::fields(line, b',', cells) == Some(csv_rows::Quotes::Closed)
    };
    let splits: [&dyn Fn(&mut Cells) -> bool; 4] = [
        &|cells| grid::tabs(line, cells),
        &quoted,
        &|cells| markdown::pipes(line, cells),
        &|cells| grid::spaces(line, cells),
    ];
    splits
        .iter()
        .find_map(|split| split(&mut cells).then(|| of_cells(&cells)).flatten())
        .or_else(|| of_words(line))
}

fn of_cells(cells: &Cells) -> Option<StackLine> {
    let names: Vec<&str> = cells.iter().take(4).collect();
    if names == ["Frame", "Module", "Location", "Address"] {
        return Some(StackLine::Header);
    }
    let depth = depth(cells.get(0))?;
    // Where the module is not known, the location is the address once more.
    let address = (3..cells.len()).find(|at| is_address(cells.get(*at)))?;
    let location = cells.join(2..address);
    frame(depth, cells.get(1), location, cells.get(address), cells.get(address + 1))
}

/// Parts a frame at single blanks: the address is the word that looks like one.
fn of_words(line: &str) -> Option<StackLine> {
    if line.split_whitespace().take(4).eq(["Frame", "Module", "Location", "Address"]) {
        return Some(StackLine::Header);
    }
    let line = line.trim();
    let (number, rest) = match line.strip_prefix(['K', 'U']) {
        Some(rest) => rest.trim_start().split_once(' ')?,
        None => line.split_once(' ')?,
    };
    let (module, rest) = rest.trim_start().split_once(' ')?;
    let (at, word) = rest.match_indices(" 0x").find_map(|(at, _)| {
        let word = rest[at + 1..].split(' ').next()?;
        // The offset in a location stands behind a plus.
        (is_address(word) && !rest[..at].ends_with('+')).then_some((at, word))
    })?;
    let path = rest[at + 1 + word.len()..].trim();
    frame(depth(number)?, module, rest[..at].trim(), word, path)
}

fn frame(depth: u32, module: &str, location: &str, address: &str, path: &str) -> Option<StackLine> {
    let is_module = module == "<unknown>" || (module.contains('.') && !module.contains('\\'));
    let is_location = location.contains("0x") || location.contains(" + ");
    (is_module && is_location).then(|| {
        StackLine::Frame(Frame {
            depth,
            address: Address::of_text(address),
            path: path.to_string(),
            location: location.to_string(),
        })
    })
}

/// The number of a frame: `0`, `K 0`, `U 12`.
fn depth(text: &str) -> Option<u32> {
    let digits = text.strip_prefix(['K', 'U']).unwrap_or(text).trim_start();
    let is_number =
        !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

fn is_address(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or_default();
    (5..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(text: &str) -> Vec<Frame> {
        let mut lines = text.lines();
        let Some(mut stack) = StackTab::begin(lines.next().unwrap(), Position::at_byte(0)) else {
            return Vec::new();
        };
        assert!(lines.all(|line| stack.take(line)), "{text}");
        stack.finish()
    }

    #[test]
    fn frames_are_read_in_every_form() {
        let tabs = "Frame\tModule\tLocation\tAddress\tPath\n\
            K 0\tntoskrnl.exe\tNtCreateFile + 0x79\t0xfffff80001234567\tC:\\Windows\\ntoskrnl.exe\n\
            U 1\t<unknown>\t0x7ff6d4a90000\t0x7ff6d4a90000\t\n";
        let want = frames(tabs);
        assert_eq!(want.len(), 2);
        assert_eq!((want[0].depth, want[0].location.as_str()), (0, "NtCreateFile + 0x79"));
        assert_eq!(want[0].path, "C:\\Windows\\ntoskrnl.exe");
        assert_eq!(
            (want[1].address.to_string().as_str(), want[1].path.as_str()),
            ("0x7ff6d4a90000", "")
        );
        assert_eq!(frames(&tabs.replace('\t', "   ")), want);
        assert_eq!(frames(&tabs.replace('\t', " ")), want);
        let csv: Vec<String> = tabs
            .lines()
            .map(|line| {
                line.split('\t').map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")
            })
            .collect();
        assert_eq!(frames(&csv.join("\n")), want);
    }

    #[test]
    fn other_lines_with_addresses_are_no_frames() {
        for text in ["at 0x7ff6d4a90000 it fails", "0\tx\t0x12345678", "1 a.dll b c", "Address"] {
            assert!(frames(text).is_empty(), "{text}");
        }
    }
}
