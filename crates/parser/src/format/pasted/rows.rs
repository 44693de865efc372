//! Rows of tables: which lines are one, what their cells mean, and what a row that goes on
//! in the next line comes to.

use super::assembly::Assembly;
use super::cells::{Cells, Parted};
use super::csv_rows::{self, Quotes};
use super::found::{Headed, Origin, Unused};
use super::guess::{Guess, guess};
use super::layout::{Layout, NO_RESULT, Surety};
use super::looks::{find_exact_time, id_number, is_program};
use super::settle;
use super::table::Table;
use super::vocabulary::find_operation;
use super::words::{self, Words};
use super::{grid, markdown, marks, wrapped};
use crate::model::{LossKind, Position, known_keys};

/// A line of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'l> {
    /// The line as it stands, but for blanks that a page has put in.
    pub(super) raw: &'l str,
    /// The same without marks around it.
    pub(super) text: &'l str,
    pub(super) position: Position,
    /// Whether it may begin something that goes on in the next lines.
    pub(super) may_go_on: bool,
}

/// What came of a line.
#[derive(Debug)]
pub(super) enum TakenRow {
    Yes,
    No,
    /// What was begun above is no row: these lines, the last of them the one at hand,
    /// are to be looked at again.
    Again(Vec<(String, Position)>),
}

/// Rows as they come.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The row at hand.
    cells: Cells,
    layouts: Vec<Layout>,
    table: Table,
    /// Rows that are not handed on yet: the last one may go on in the next line, and
    /// several together show what a number is.
    open: Vec<OpenRow>,
    spare: Vec<Cells>,
    begun: Option<Begun>,
}

#[derive(Debug)]
struct OpenRow {
    cells: Cells,
    layout: usize,
    position: Position,
}

/// A row whose end has not come yet.
#[derive(Debug)]
struct Begun {
    text: String,
    position: Position,
    /// The lines behind its first one.
    lines: Vec<(String, Position)>,
    why: Why,
}

/// Why a row has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// Its result is missing.
    Wrapped,
    /// A quote is open.
    Quote,
}

/// What a line is by itself.
enum Parsed {
    /// A row of this layout; its cells are set.
    Row(usize),
    /// The beginning of one.
    Begun(Why),
    /// A row whose cells are cut.
    Cut,
    /// A row of another program's table.
    Foreign,
    /// None.
    No,
}

/// How many lines a row may go on for.
const MOST_WRAPPED: usize = 6;
const MOST_QUOTED: usize = 250;

/// A row that is longer does not go on.
const LONGEST: usize = 128 * 1024;

/// How many rows are held until it is clear what their cells are.
const HELD_FOR_NUMBERS: usize = 8;
const HELD_FOR_WIDTHS: usize = 32;

/// How many layouts are remembered.
const MOST_LAYOUTS: usize = 24;

const CUT: &str =
    "a row of a fixed-width text whose cells are cut or wrapped; save it from Procmon as CSV";

impl Rows {
    /// Whether the end of a row is awaited.
    pub(super) fn is_waiting(&self) -> bool {
        self.begun.is_some()
    }

    /// Takes a line.
    pub(super) fn take(&mut self, line: Line<'_>, out: &mut Assembly) -> TakenRow {
        if let Some(begun) = self.begun.take() {
            return self.go_on(begun, line, out);
        }
        if let Some(span) = marks::leading_span(line.raw)
            && let Parsed::Row(layout) = self.parse(span)
        {
            self.add(layout, line.position, out);
            self.table.own_line();
            return TakenRow::Yes;
        }
        let taken = match self.parse(line.text) {
            Parsed::Row(layout) => {
                self.add(layout, line.position, out);
                true
            }
            Parsed::Begun(why) if line.may_go_on => {
                let text = if why == Why::Quote { line.raw.trim_start() } else { line.text };
                let text = text.to_string();
                self.begun = Some(Begun { text, position: line.position, lines: Vec::new(), why });
                true
            }
            Parsed::Begun(why) => {
                self.add_begun(line.text, line.position, why, out);
                true
            }
            Parsed::Cut => {
                self.cut(line.position, out);
                true
            }
            Parsed::No => self.take_other(line, out),
            Parsed::Foreign => {
                out.found.unused(Unused::RowBelowOtherHeader, String::new(), line.position);
                return TakenRow::No;
            }
        };
        if taken {
            self.table.own_line();
            return TakenRow::Yes;
        }
        TakenRow::No
    }

    /// A line that is no row by itself: a part of the row above, a header, or a row that
    /// cannot be read.
    fn take_other(&mut self, line: Line<'_>, out: &mut Assembly) -> bool {
        if self.table.is_rest_of_cells(line.raw) && !markdown::is_rule(line.text) {
            if !self.table.is_cut || !self.open.is_empty() {
                self.give_up_cut_rows(out);
            }
            return true;
        }
        if self.continue_row(line) {
            return true;
        }
        if markdown::is_rule(line.text) && self.table.follows_on_line() {
            return self.table.is_ours();
        }
        if self.table.take_header(line.raw, line.text, line.position, &mut out.found) {
            self.release(out);
            self.layouts.retain(|layout| !layout.has_header);
            return true;
        }
        if self.take_spans(line, out) || self.take_inner_csv(line, out) {
            return true;
        }
        if self.table.is_cut_row(line.text) {
            self.cut(line.position, out);
            return true;
        }
        if let Some(message) = self.table.unfit_row(line.text) {
            out.loss(LossKind::DamagedRecord, line.position, message);
            return true;
        }
        let why = match looks_like_row(line.text) {
            true if find_operation(line.text, 0).is_some() => "it is not clear where its cells end",
            true => "its operation is none that Procmon has",
            false if begins_without_time(line.text) => NO_RESULT,
            false => return false,
        };
        let message = format!("it looks like a row, but {why}");
        out.loss(LossKind::DamagedRecord, line.position, message);
        true
    }

    /// Takes note that a line is none of Procmon's, so that rows of other tables are reported.
    pub(super) fn other_line(&mut self, line: &str, out: &mut Assembly) {
        self.release(out);
        self.layouts.retain(|layout| !layout.is_settled);
        self.table.other_line(line);
    }

    /// Takes note of an empty line.
    pub(super) fn blank_line(&mut self, out: &mut Assembly) {
        self.release(out);
        self.table.blank_line();
    }

    /// Hands on every row.
    pub(super) fn release(&mut self, out: &mut Assembly) {
        self.hand_on(out);
        if self.layouts.len() > MOST_LAYOUTS {
            self.layouts.clear();
        }
    }

    /// Ends the text. Lines that a row was hoped to take have to be looked at again.
    pub(super) fn finish(&mut self, out: &mut Assembly) -> Vec<(String, Position)> {
        match self.begun.take() {
            Some(begun) => self.give_up(begun, out),
            None => {
                self.release(out);
                Vec::new()
            }
        }
    }

    /// Reads a line as a row, parted by whatever parts it.
    fn parse(&mut self, text: &str) -> Parsed {
        let operation = find_operation(text, 0);
        // Below a header with Procmon's own names an operation may be a new one.
        if operation.is_none() && !self.table.may_have_new_operations() {
            return Parsed::No;
        }
        let mut begun = None;
        if grid::tabs(text, &mut self.cells) {
            match self.read_cells() {
                Parsed::No => {}
                Parsed::Begun(why) => begun = Some(why),
                other => return other,
            }
        }
        let delimiter = operation.clone().and_then(|operation| delimiter(text, operation));
        if let Some(delimiter) = delimiter {
            match csv_rows::fields(text, delimiter, &mut self.cells) {
                Some(Quotes::Closed) => match self.read_cells() {
                    Parsed::No => {}
                    Parsed::Begun(why) => begun = begun.or(Some(why)),
                    other => return other,
                },
                Some(Quotes::Open) if text.starts_with('"') => begun = Some(Why::Quote),
                _ => {}
            }
        }
        if markdown::pipes(text, &mut self.cells) {
            match self.read_cells() {
                Parsed::No => {}
                Parsed::Begun(why) => begun = begun.or(Some(why)),
                other => return other,
            }
        }
        if grid::spaces(text, &mut self.cells)
            && let found @ (Parsed::Row(_) | Parsed::Cut | Parsed::Foreign) = self.read_cells()
        {
            return found;
        }
        match words::split(text, &mut self.cells) {
            Words::Row => self.read_cells(),
            Words::Begun => Parsed::Begun(begun.unwrap_or(Why::Wrapped)),
            Words::No => begun.map_or(Parsed::No, Parsed::Begun),
        }
    }

    /// Tells what the cells mean.
    fn read_cells(&mut self) -> Parsed {
        let cells = &self.cells;
        if let Some((parted, header)) = &self.table.header
            && *parted == cells.parted
        {
            if let Some(place) = self.layouts.iter().position(|l| l.has_header && l.fits(cells)) {
                return self.checked(place);
            }
            if let Some(layout) = Layout::of_header(header, cells) {
                self.layouts.push(layout);
                return self.checked(self.layouts.len() - 1);
            }
        }
        if let Some(place) = self.layouts.iter().position(|l| !l.has_header && l.fits(cells)) {
            return self.checked(place);
        }
        match guess(cells) {
            Guess::Row(layout) => {
                self.layouts.push(layout);
                self.checked(self.layouts.len() - 1)
            }
            Guess::Broken => Parsed::Begun(Why::Wrapped),
            Guess::No => Parsed::No,
        }
    }

    /// A row that was found, unless its cells are cut or its table is another program's.
    fn checked(&mut self, place: usize) -> Parsed {
        let layout = &self.layouts[place];
        let (parted, count) = (self.cells.parted, self.cells.len());
        let path = layout.path(&self.cells);
        let can_be_cut = matches!(parted, Parted::Spaces | Parted::Words | Parted::Pipes);
        if can_be_cut && (path.ends_with('\u{2026}') || path.ends_with("...")) {
            return Parsed::Cut;
        }
        if self.table.is_cut && matches!(parted, Parted::Spaces | Parted::Words) {
            return Parsed::Cut;
        }
        let is_weak = layout.surety == Surety::Weak && parted != Parted::Words;
        if is_weak && self.table.is_foreign(parted, count) {
            return Parsed::Foreign;
        }
        Parsed::Row(place)
    }

    /// Adds the row at hand.
    fn add(&mut self, layout: usize, position: Position, out: &mut Assembly) {
        let has_numbers = self.layouts[layout].numbers().next().is_some();
        let has_widths = self.table.may_have_widths()
            && matches!(self.cells.parted, Parted::Spaces | Parted::Words);
        let room = match (has_numbers, has_widths) {
            (_, true) => HELD_FOR_WIDTHS,
            (true, false) => HELD_FOR_NUMBERS,
            (false, false) => 0,
        };
        let same = self.open.first().is_none_or(|row| row.layout == layout);
        if self.open.len() >= room || !same {
            self.hand_on(out);
        }
        let layout = self.forget_layouts(layout);
        let spare = self.spare.pop().unwrap_or_default();
        let cells = std::mem::replace(&mut self.cells, spare);
        self.open.push(OpenRow { cells, layout, position });
    }

    /// Forgets layouts when there are many, but for one. Gives its new place.
    fn forget_layouts(&mut self, kept: usize) -> usize {
        if self.layouts.len() <= MOST_LAYOUTS || !self.open.is_empty() {
            return kept;
        }
        let layout = self.layouts.swap_remove(kept);
        self.layouts.clear();
        self.layouts.push(layout);
        0
    }

    /// Hands on the rows that are open.
    fn hand_on(&mut self, out: &mut Assembly) {
        let Some(first) = self.open.first().map(|row| row.layout) else { return };
        let same = self.open.iter().filter(|row| row.layout == first).map(|row| &row.cells);
        settle::numbers(&mut self.layouts[first], same);
        for row in self.open.drain(..) {
            let layout = &mut self.layouts[row.layout];
            if layout.numbers().next().is_some() {
                settle::numbers(layout, std::iter::once(&row.cells));
            }
            let mut event = out.new_event();
            layout.fill(&mut event, &row.cells);
            event.position = row.position;
            let headed = if layout.has_header { Headed::Yes } else { Headed::No };
            if layout.has_row_number() {
                out.found.row_number();
            }
            let columns = std::sync::Arc::clone(&layout.columns);
            out.add_event(event, &columns, Origin::Row(row.cells.parted, headed));
            self.spare.push(row.cells);
        }
    }

    /// Counts a row whose cells are cut, and gives up those of its table that wait.
    fn cut(&mut self, position: Position, out: &mut Assembly) {
        self.give_up_cut_rows(out);
        out.found.cut_line();
        out.loss(LossKind::DamagedRecord, position, CUT);
    }

    fn give_up_cut_rows(&mut self, out: &mut Assembly) {
        self.table.is_cut = true;
        for row in self.open.drain(..) {
            out.found.cut_line();
            out.loss(LossKind::DamagedRecord, row.position, CUT);
        }
    }

    /// Looks whether a line is the next part of a row that was begun.
    fn go_on(&mut self, mut begun: Begun, line: Line<'_>, out: &mut Assembly) -> TakenRow {
        let (text, most) = match begun.why {
            Why::Wrapped => (line.text, MOST_WRAPPED),
            Why::Quote => (line.raw, MOST_QUOTED),
        };
        begun.lines.push((line.raw.to_string(), line.position));
        let is_row = !matches!(self.parse(line.text), Parsed::No) || looks_like_row(line.text);
        let too_long = begun.lines.len() > most || begun.text.len() + text.len() > LONGEST;
        if text.trim().is_empty() || too_long || (is_row && begun.why == Why::Wrapped) {
            return TakenRow::Again(self.give_up(begun, out));
        }
        for joined in joins(&begun, text) {
            match (begun.why, self.parse(&joined)) {
                (_, Parsed::Row(layout)) => {
                    self.add(layout, begun.position, out);
                    self.table.own_line();
                    return TakenRow::Yes;
                }
                (Why::Quote, Parsed::Begun(Why::Quote)) if !is_row => {
                    self.begun = Some(Begun { text: joined, ..begun });
                    return TakenRow::Yes;
                }
                _ => {}
            }
        }
        if begun.why == Why::Quote {
            return TakenRow::Again(self.give_up(begun, out));
        }
        wrapped::join(&mut begun.text, text);
        self.begun = Some(begun);
        TakenRow::Yes
    }

    /// Ends a row that was begun where its first line ends. Gives the lines behind it.
    fn give_up(&mut self, begun: Begun, out: &mut Assembly) -> Vec<(String, Position)> {
        let first = begun.first_line();
        self.add_begun(&first, begun.position, begun.why, out);
        begun.lines
    }

    /// Adds a row that does not end as it should, if enough of it is there.
    fn add_begun(&mut self, text: &str, position: Position, why: Why, out: &mut Assembly) {
        if why == Why::Quote
            && let Some(delimiter) = find_operation(text, 0).and_then(|at| delimiter(text, at))
            && csv_rows::fields(text, delimiter, &mut self.cells).is_some()
            && let Parsed::Row(layout) = self.read_cells()
        {
            let message =
                "the last field has no quote at its end; it was read up to the end of the line";
            out.loss(LossKind::DamagedField, position, message);
            self.add(layout, position, out);
            return;
        }
        let message = format!("it looks like a row, but {NO_RESULT}");
        out.loss(LossKind::DamagedRecord, position, message);
    }

    /// Whether a line is a part of the row above: an environment, or a detail that mail
    /// has wrapped.
    fn continue_row(&mut self, line: Line<'_>) -> bool {
        let Some(row) = self.open.last_mut() else { return false };
        let layout = &self.layouts[row.layout];
        let Some(detail) = layout.detail(&row.cells).filter(|_| layout.ends_with_detail()) else {
            return false;
        };
        let operation = layout.operation(&row.cells);
        if detail.len() > LONGEST {
            return false;
        }
        let start = line.raw.trim_start();
        if operation == "Process Start" && detail.contains("Environment:") {
            let variable = start.strip_prefix(';').unwrap_or(start).trim_start();
            let is_indented = start.len() < line.raw.len() || start.starts_with(';');
            if is_indented && variable.split_once('=').is_some_and(|(name, _)| !name.contains(' '))
            {
                // As Procmon writes it: carriage return, semicolon, tab.
                let begin = if detail.ends_with(':') { " \r;\t" } else { "\r;\t" };
                row.cells.append_to_last(&format!("{begin}{variable}"));
                return true;
            }
        }
        let later_key = || {
            let keys = known_keys(operation).unwrap_or_default();
            keys.iter().any(|key| {
                line.text.strip_prefix(key).is_some_and(|rest| rest.starts_with(": "))
                    || line.text.contains(&format!(", {key}: "))
            })
        };
        if !(detail.ends_with(',') && is_list(line.text) || later_key()) {
            return false;
        }
        let mut whole = detail.to_string();
        let begin = whole.len();
        wrapped::join(&mut whole, line.text);
        let more = whole.split_off(begin);
        row.cells.append_to_last(&more);
        true
    }

    /// Takes a row of a CSV that stands inside of other text.
    fn take_inner_csv(&mut self, line: Line<'_>, out: &mut Assembly) -> bool {
        let Some(row) = csv_rows::inside(line.text) else { return false };
        let Parsed::Row(layout) = self.parse(row) else { return false };
        self.add(layout, line.position, out);
        true
    }

    /// Takes rows that stand in code spans inside of other text.
    fn take_spans(&mut self, line: Line<'_>, out: &mut Assembly) -> bool {
        let mut any = false;
        for span in marks::code_spans(line.raw) {
            if let Parsed::Row(layout) = self.parse(span) {
                self.add(layout, line.position, out);
                any = true;
            }
        }
        any
    }
}

impl Begun {
    /// The text without what was joined to it.
    fn first_line(&self) -> String {
        self.text.lines().next().unwrap_or_default().to_string()
    }
}

/// The ways in which a line can follow on a row that was begun.
fn joins(begun: &Begun, next: &str) -> Vec<String> {
    if begun.why == Why::Quote {
        return vec![format!("{}\n{next}", begun.text)];
    }
    let mut wrapped_text = begun.text.clone();
    wrapped::join(&mut wrapped_text, next);
    let mut ways = vec![wrapped_text];
    if begun.text.contains('\t') || next.contains('\t') {
        ways.push(format!("{}\t{next}", begun.text.trim_end()));
    }
    ways
}

/// The sign that parts fields around an operation.
fn delimiter(text: &str, operation: std::ops::Range<usize>) -> Option<u8> {
    let bytes = text.as_bytes();
    let before = bytes[..operation.start].iter().rev().find(|byte| !matches!(byte, b'"' | b' '));
    let behind = bytes[operation.end..].iter().find(|byte| !matches!(byte, b'"' | b' '));
    match (before, behind) {
        (Some(sign @ (b',' | b';')), Some(other)) if sign == other => Some(*sign),
        (None, Some(sign @ (b',' | b';'))) => Some(*sign),
        _ => None,
    }
}

/// Whether a line that follows on a comma can be a part of a list.
fn is_list(text: &str) -> bool {
    text.len() <= 400 && !text.ends_with(['.', '!', '?'])
}

/// Whether a line begins as a row of Procmon's without a time: a program, its PID, an operation.
fn begins_without_time(text: &str) -> bool {
    let Some(operation) = find_operation(text, 0) else { return false };
    let before: Vec<&str> = text[..operation.start]
        .split(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';' | '"'))
        .filter(|word| !word.is_empty())
        .collect();
    match before[..] {
        [program, pid] => is_program(program) && id_number(pid).is_some(),
        _ => false,
    }
}

/// Whether a line begins as a row of Procmon's: a time to the tick, a program, its PID.
fn looks_like_row(text: &str) -> bool {
    let mut end = text.len().min(200);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let Some(at) = find_exact_time(head) else { return false };
    if at > 24 {
        return false;
    }
    let words: Vec<&str> = head[at..]
        .split(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';' | '"'))
        .filter(|word| !word.is_empty())
        .take(8)
        .collect();
    let program = words.iter().position(|word| is_program(word));
    program.is_some_and(|at| words.get(at + 1).is_some_and(|word| id_number(word).is_some()))
}
