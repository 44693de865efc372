//! Cuts a text into pieces: each line is offered to the piece that is open, and then to
//! every kind of piece that it may begin.

use std::sync::Arc;

use super::assembly::Assembly;
use super::blanks;
use super::found::Origin;
use super::labels::{Labelled, event_column, split_events, split_one_line};
use super::leftover::{Beside, Leftover};
use super::marks::{bare, is_fence};
use super::markup;
use super::process_tab::{self, ProcessTab};
use super::properties::{self, Ended, Properties, Taken};
use super::rows::{Line, Rows, TakenRow};
use super::stack_tab::StackTab;
use super::vocabulary::{find_operation, is_operation};
use super::xml_fragment::{self, Element, Kind, TakenXml, XmlFragment};
use crate::format::xml::Fragments;
use crate::model::{Column, Columns, LossKind, Position};

/// The piece whose lines come in.
#[derive(Debug, Default)]
enum Open {
    #[default]
    None,
    Event(Properties),
    Process(ProcessTab),
    Stack(StackTab),
}

/// Whether a line may begin something that goes on in the next ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    First,
    /// It was taken for the next part of something that it turned out not to be.
    Again,
}

/// The pieces of a text.
pub(super) struct Pieces {
    open: Open,
    rows: Rows,
    xml: XmlFragment,
    /// Whether the tags of the element that is open are written as references.
    is_escaped: bool,
    fragments: Fragments,
    /// The memory of the Event Properties before.
    spare: Properties,
    /// The columns of the event before, which the next one mostly has too.
    columns: Arc<Columns>,
    pub(super) assembly: Assembly,
    pub(super) leftover: Leftover,
}

/// Lines that are to be looked at again.
pub(super) type Again = Vec<(String, Position)>;

impl Pieces {
    pub(super) fn new(beside: Beside<'_>) -> Pieces {
        Pieces {
            open: Open::None,
            rows: Rows::default(),
            xml: XmlFragment::default(),
            is_escaped: false,
            fragments: Fragments::new(),
            spare: Properties::default(),
            columns: Arc::new(Columns::from_known(&[])),
            assembly: Assembly::new(beside.process),
            leftover: Leftover::new(beside),
        }
    }

    /// Takes the next line. What comes back is to be taken again, before any other line.
    pub(super) fn take(&mut self, line: &str, position: Position, reading: Reading) -> Again {
        let clean = blanks::clean(line);
        let raw: &str = &clean;
        if (self.xml.is_open() || xml_fragment::may_begin(raw))
            && let Some(again) = self.take_xml(raw, position)
        {
            return again;
        }
        let line = Line { raw, text: bare(raw), position, may_go_on: reading == Reading::First };
        if self.rows.is_waiting() {
            return match self.rows.take(line, &mut self.assembly) {
                TakenRow::Again(lines) => lines,
                TakenRow::Yes | TakenRow::No => Vec::new(),
            };
        }
        if !markup::may_be_markup(raw) {
            return self.take_plain(line);
        }
        // What looks like markup may be the text of a row.
        let is_row = raw.contains('<') && find_operation(raw, 0).is_some();
        if is_row && self.take_row(line) {
            return Vec::new();
        }
        match markup::shown(raw) {
            Some(lines) if lines != [raw] => self.take_shown(&lines, position),
            _ => self.take_plain(line),
        }
    }

    /// Takes the lines that a line of a page shows.
    fn take_shown(&mut self, lines: &[String], position: Position) -> Again {
        for shown in lines {
            let shown = blanks::clean(shown);
            if xml_fragment::may_begin(&shown) || self.xml.is_open() {
                self.is_escaped = true;
                if self.take_xml(&shown, position).is_some() {
                    continue;
                }
            }
            // It has to be whole: what goes on does so in the next line of the page.
            let line = Line { raw: &shown, text: bare(&shown), position, may_go_on: false };
            self.take_plain(line);
        }
        Vec::new()
    }

    /// Takes a line that has no markup.
    fn take_plain(&mut self, line: Line<'_>) -> Again {
        if line.text.is_empty() || is_fence(line.raw) {
            self.blank_line();
            return Vec::new();
        }
        let labelled = self.labelled(line.text);
        if let Some(label) = labelled
            && self.take_known_label(label)
        {
            self.give_back_prose();
            self.leftover.take(line.text, line.position);
            return Vec::new();
        }
        let begins_next = labelled.is_some_and(|label| self.begins_next_event(label));
        if !begins_next
            && (self.take_row(line) || self.take_flattened(line) || self.take_stack(line))
        {
            return Vec::new();
        }
        if let Some(label) = labelled
            && self.take_label(label, line)
        {
            self.leftover.take(line.text, line.position);
            return Vec::new();
        }
        let whole = raw_or_bare(line.raw.trim_end(), line.text);
        let taken = match &mut self.open {
            Open::Event(event) => event.take_other(whole),
            Open::Process(tab) => tab.take_other(line.text),
            Open::Stack(_) | Open::None => Taken::No,
        };
        if taken == Taken::Yes {
            self.leftover.take(whole, line.position);
        } else {
            self.close();
            self.rows.other_line(line.text, &mut self.assembly);
            self.assembly.prose(line.text);
            self.leftover.add(whole, line.position);
        }
        Vec::new()
    }

    /// Ends the text. What comes back is to be taken again.
    pub(super) fn finish(&mut self) -> Again {
        if let Some((position, lines)) = self.xml.finish() {
            self.unended_element(position);
            return lines;
        }
        self.close();
        let again = self.rows.finish(&mut self.assembly);
        if again.is_empty() {
            self.assembly.part();
        }
        again
    }

    /// Lines that the open piece held turned out not to be a part of it.
    fn give_back_prose(&mut self) {
        let dropped = match &mut self.open {
            Open::Event(event) => event.take_dropped(),
            Open::Process(tab) => tab.take_dropped(),
            Open::Stack(_) | Open::None => 0,
        };
        self.leftover.give_back_last(dropped);
    }

    fn blank_line(&mut self) {
        self.rows.blank_line(&mut self.assembly);
        match &mut self.open {
            Open::Event(event) => event.blank_line(),
            Open::Process(tab) => tab.blank_line(),
            Open::Stack(_) | Open::None => {}
        }
    }

    /// The label and value of a line, which may be the two cells of a table.
    fn labelled<'l>(&self, text: &'l str) -> Option<Labelled<'l>> {
        let has_pipe = memchr::memchr(b'|', text.as_bytes()).is_some();
        let has_drawn = !text.is_ascii() && text.contains('\u{2502}');
        if !has_pipe && !has_drawn {
            return Labelled::of(text);
        }
        let inner = text.trim_start_matches(['|', '\u{2502}']).trim_start();
        let cut = inner.find(['|', '\u{2502}']);
        let (key, rest) = match cut {
            Some(at) => (&inner[..at], inner[at..].trim_start_matches(['|', '\u{2502}'])),
            None => return Labelled::of(inner),
        };
        let name = key.trim_matches(|c: char| c.is_whitespace() || "*`:".contains(c));
        let is_known = event_column(name).is_some()
            || process_tab::is_label(name)
            || matches!(self.open, Open::Event(_) | Open::Process(_));
        // A pipe may stand in a value: `PageProtection: A|B`.
        if !is_known || name.contains(':') {
            return Labelled::of(inner);
        }
        let value = rest.trim_end().trim_end_matches(['|', '\u{2502}']);
        Labelled::of_cells(name, value)
    }

    /// Whether a line behind Event Properties is certain to begin the next ones: their date
    /// alone. A line with all labels of an event has more colons than a time.
    fn begins_next_event(&self, label: Labelled<'_>) -> bool {
        matches!(self.open, Open::Event(_))
            && !self.rows.is_waiting()
            && event_column(label.key) == Some(Column::DateAndTime)
            && label.value.starts_with(|c: char| c.is_ascii_digit())
            && memchr::memchr_iter(b':', label.value.as_bytes()).count() <= 2
    }

    /// Offers a label to the piece that is open.
    fn take_known_label(&mut self, label: Labelled<'_>) -> bool {
        match &mut self.open {
            Open::Event(event) => event.take_labelled(label) == Taken::Yes,
            Open::Process(tab) => tab.take_labelled(label) == Taken::Yes,
            Open::Stack(_) | Open::None => false,
        }
    }

    /// Begins a piece with a label, or gives it to the one that is open as a text.
    fn take_label(&mut self, label: Labelled<'_>, line: Line<'_>) -> bool {
        let begins_event = properties::begins(label);
        let begins_process = process_tab::begins(label);
        if !(begins_event || begins_process) {
            return false;
        }
        // A path alone is that of the process, if its other labels follow.
        let path = match &self.open {
            Open::Event(event) if begins_process => {
                event.lone_path().map(|path| (path.to_string(), event.position))
            }
            _ => None,
        };
        let is_event = event_column(label.key).is_some() || (begins_event && !begins_process);
        let list = match &self.open {
            Open::Process(tab) if is_event => {
                tab.columns_of_list().map(|columns| (columns, tab.position))
            }
            _ => None,
        };
        // What was read so far is a part of the piece that begins.
        match path.is_some() || list.is_some() {
            true => self.open = Open::None,
            false => self.close(),
        }
        self.rows.release(&mut self.assembly);
        let position = line.position;
        if is_event {
            let mut event = match list {
                Some((columns, position)) => Properties::with_columns(columns, position),
                None => std::mem::take(&mut self.spare).again(position),
            };
            let _ = event.take_labelled(label);
            self.open = Open::Event(event);
        } else {
            let mut tab = match path {
                Some((path, position)) => ProcessTab::with_path(&path, position),
                None => ProcessTab::new(position),
            };
            let _ = tab.take_labelled(label);
            self.open = Open::Process(tab);
        }
        true
    }

    /// Takes a line as a row, which ends the piece that is open.
    fn take_row(&mut self, line: Line<'_>) -> bool {
        // Lines of a stack and of a list of modules have the form of tables.
        match self.rows.take(line, &mut self.assembly) {
            TakenRow::No => false,
            TakenRow::Yes | TakenRow::Again(_) => {
                self.close();
                true
            }
        }
    }

    /// Takes a line on which one event or several stand with all their labels.
    fn take_flattened(&mut self, line: Line<'_>) -> bool {
        if !line.text.contains("Operation:") {
            return false;
        }
        let mut any = false;
        for event in split_events(line.text) {
            let Some(pairs) = split_one_line(event) else { continue };
            if !any {
                self.close();
                self.rows.release(&mut self.assembly);
            }
            any = true;
            self.close();
            let mut piece = Properties::new(line.position);
            for (key, value) in pairs {
                let _ = piece.take_labelled(Labelled { key, value, has_tab: true });
            }
            self.open = Open::Event(piece);
        }
        any
    }

    fn take_stack(&mut self, line: Line<'_>) -> bool {
        if let Open::Stack(stack) = &mut self.open
            && stack.take(line.text)
        {
            return true;
        }
        if matches!(&self.open, Open::Process(tab) if tab.is_in_modules()) {
            return false;
        }
        let Some(stack) = StackTab::begin(line.text, line.position) else { return false };
        self.close();
        self.rows.release(&mut self.assembly);
        self.open = Open::Stack(stack);
        true
    }

    /// Ends the piece that is open.
    fn close(&mut self) {
        match &mut self.open {
            Open::None => return,
            Open::Event(event) => event.drop_held(),
            Open::Process(tab) => tab.drop_held(),
            Open::Stack(_) => {}
        }
        self.give_back_prose();
        match std::mem::take(&mut self.open) {
            Open::None => {}
            Open::Event(event) => self.close_event(event),
            Open::Process(tab) => match tab.finish() {
                Some(process) => self.assembly.add_process(process),
                None => self.leftover.give_back(),
            },
            Open::Stack(stack) => {
                let position = stack.position;
                self.assembly.add_stack(stack.finish(), position);
            }
        }
        self.leftover.use_up();
    }

    fn close_event(&mut self, event: Properties) {
        let position = event.position;
        let columns = match event.finish() {
            Ended::Event(columns) => columns,
            Ended::Broken(why) => {
                let message = format!("it looks like Event Properties, but {why}");
                self.assembly.loss(LossKind::DamagedRecord, position, message);
                return;
            }
            Ended::Nothing => {
                self.leftover.give_back();
                return;
            }
        };
        let same = self.columns.known().iter().copied().eq(columns.iter().map(|row| Some(row.0)));
        if !same {
            let names: Vec<Column> = columns.iter().map(|row| row.0).collect();
            self.columns = Arc::new(Columns::from_known(&names));
        }
        let mut read = self.assembly.new_event();
        read.record.start(&self.columns);
        for (_, text) in &columns {
            read.record.push(text.as_bytes());
        }
        read.position = position;
        drop(columns);
        self.spare = event;
        self.assembly.add_event(read, &self.columns, Origin::Properties);
    }

    /// Takes a line as XML. `None` where it is none.
    fn take_xml(&mut self, raw: &str, position: Position) -> Option<Again> {
        let shown;
        let mut text = raw;
        if self.xml.is_open() && self.is_escaped {
            shown = markup::shown(raw).map(|lines| lines.join("\n"));
            text = shown.as_deref().unwrap_or(raw);
        }
        let marked = bare(text);
        // Marks of a mail stand in front of the tags, too.
        let text = if text.trim_start().starts_with('<') { text } else { marked };
        match self.xml.take(text, position) {
            TakenXml::No => None,
            TakenXml::Elements(elements) => {
                self.close();
                self.rows.release(&mut self.assembly);
                for element in elements {
                    self.add_element(&element);
                }
                if !self.xml.is_open() {
                    self.is_escaped = false;
                }
                Some(Vec::new())
            }
            TakenXml::GivenUp(begin, lines) => {
                self.is_escaped = false;
                self.unended_element(begin);
                Some(lines)
            }
        }
    }

    fn unended_element(&mut self, position: Position) {
        let message = "an <event> or <process> element has no end tag";
        self.assembly.loss(LossKind::DamagedRecord, position, message);
    }

    fn add_element(&mut self, element: &Element) {
        let position = element.position;
        let assembly = &mut self.assembly;
        if element.kind == Kind::Process {
            let process =
                self.fragments.read_process(&element.text, position, &mut assembly.losses);
            if let Some(process) = process {
                assembly.found.process_element(position);
                assembly.processes.push(process);
            }
            return;
        }
        let mut event = assembly.new_event();
        let mut losses = crate::model::Losses::default();
        let text = &element.text;
        let is_read = self.fragments.read_event(text, position, &mut event, &mut losses);
        if !is_read || !is_ours(&event) {
            // An element of another program is no loss.
            if !is_read && text.contains("<Operation>") {
                assembly.losses.extend(&losses);
            }
            assembly.give_back(event);
            return;
        }
        assembly.losses.extend(&losses);
        let columns = Arc::clone(self.fragments.columns());
        assembly.add_event(event, &columns, Origin::Xml);
    }
}

/// Whether an `<event>` element is one of Procmon's.
fn is_ours(event: &crate::event::Event) -> bool {
    let has = |column| event.get(column).is_some();
    let known = event.operation().is_some_and(|operation| is_operation(&operation));
    known || (has(Column::TimeOfDay) && has(Column::ProcessName) && has(Column::Result))
}

/// The line as it stands where its indentation or a sign in front means something.
fn raw_or_bare<'l>(raw: &'l str, bare: &'l str) -> &'l str {
    let start = raw.trim_start();
    match start.starts_with(';') || start == bare {
        true => raw,
        false => bare,
    }
}
