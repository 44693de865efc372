//! Pasted events, one after the other.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use super::block::{Block, Taken};
use super::line::{split_events, split_key, split_one_line, strip_marks};
use crate::event::Event;
use crate::format::ReadEvents;
use crate::model::{Column, Columns, Error, LossKind, Losses, Position, known_keys};

/// A line longer than this is no line of a paste.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// Reads the events of a text with prose in between.
pub(crate) struct PastedReader<R> {
    input: BufReader<R>,
    columns: Arc<Columns>,
    process: Option<String>,
    block: Block,
    ready: VecDeque<Block>,
    line: Vec<u8>,
    place: Position,
    read: u64,
    too_long: Option<Position>,
}

impl<R: Read> PastedReader<R> {
    /// Reads up to the first event. `process` is the process that the caller
    /// says the events belong to; `else_looks` says what the text looks like if
    /// there is no event in it.
    pub(crate) fn new(
        input: R,
        base: u64,
        process: Option<&str>,
        else_looks: &str,
    ) -> Result<PastedReader<R>, Error> {
        let mut columns = vec![
            Column::DateAndTime,
            Column::EventClass,
            Column::Operation,
            Column::Result,
            Column::Path,
            Column::Tid,
            Column::Duration,
            Column::Detail,
        ];
        if process.is_some() {
            columns.insert(1, Column::ProcessName);
        }
        let mut reader = PastedReader {
            input: BufReader::new(input),
            columns: Arc::new(Columns::from_known(&columns)),
            process: process.map(str::to_string),
            block: Block::default(),
            ready: VecDeque::new(),
            line: Vec::new(),
            place: Position::at_byte(base).with_line(1),
            read: 0,
            too_long: None,
        };
        reader.fill_ready()?;
        if reader.ready.is_empty() {
            return Err(Error::not_a_capture(format!(
                "not a Procmon capture: it looks like {else_looks}, and no line begins an event \
                 (such as `Operation: RegQueryValue`)"
            )));
        }
        Ok(reader)
    }

    /// Reads lines until an event is complete.
    fn fill_ready(&mut self) -> Result<(), Error> {
        while self.ready.is_empty() {
            let start = self.place;
            self.line.clear();
            let count =
                (&mut self.input).take(LONGEST_LINE).read_until(b'\n', &mut self.line).map_err(
                    |error| Error::io("the text could not be read further", error).at(start),
                )?;
            if count == 0 {
                self.finish_block();
                return Ok(());
            }
            if count as u64 == LONGEST_LINE {
                self.too_long.get_or_insert(start);
            }
            self.place.byte += count as u64;
            self.place.line = self.place.line.map(|line| line + 1);
            let line = std::mem::take(&mut self.line);
            self.take_line(&String::from_utf8_lossy(&line), start);
            self.line = line;
        }
        Ok(())
    }

    fn take_line(&mut self, line: &str, start: Position) {
        let content = strip_marks(line).trim_end();
        if content.is_empty() {
            self.block.blank_line();
            return;
        }
        let mut flattened = false;
        for event in split_events(content) {
            let Some(pairs) = split_one_line(event, known_keys) else { continue };
            flattened = true;
            self.finish_block();
            for (key, value) in pairs {
                self.take_pair(key, value, start);
            }
        }
        if flattened {
            return;
        }
        // An environment variable may hold a colon, but no key holds `=`.
        let taken = match split_key(line) {
            Some((key, value)) => return self.take_pair(key, value, start),
            None => self.block.continue_value(line.trim_end_matches(['\r', '\n'])),
        };
        if taken == Taken::Prose {
            self.finish_block();
        }
    }

    fn take_pair(&mut self, key: &str, value: &str, start: Position) {
        if self.block.is_empty() {
            self.block.position = start;
        }
        match self.block.take(key, value) {
            Taken::Yes => {}
            Taken::NextBlock => {
                self.finish_block();
                self.block.position = start;
                self.block.take(key, value);
            }
            Taken::Prose => self.finish_block(),
        }
    }

    fn finish_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.is_event() {
            self.ready.push_back(block);
        }
    }

    fn fill(&mut self, event: &mut Event, block: &Block) {
        let mut fields: Vec<(Column, &str)> = block.columns().collect();
        if let Some(process) = &self.process
            && block.get(Column::ProcessName).is_none()
        {
            fields.push((Column::ProcessName, process));
        }
        let detail = block.detail();
        fields.push((Column::Detail, &detail));
        let columns: Vec<Column> = fields.iter().map(|field| field.0).collect();
        event.record.start(&Arc::new(Columns::from_known(&columns)));
        for (_, text) in fields {
            event.record.push(text.as_bytes());
        }
        event.position = block.position.with_record(self.read);
    }
}

impl<R: Read> ReadEvents for PastedReader<R> {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        if self.ready.is_empty() {
            self.fill_ready()?;
        }
        if let Some(position) = self.too_long.take() {
            let message =
                format!("a line of more than {LONGEST_LINE} bytes; it was read in pieces");
            losses.add(LossKind::DamagedField, position, message);
        }
        let Some(block) = self.ready.pop_front() else { return Ok(false) };
        self.read += 1;
        self.fill(event, &block);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Event> {
        let mut reader = PastedReader::new(text.as_bytes(), 0, None, "text").unwrap();
        let (mut events, mut losses) = (Vec::new(), Losses::default());
        loop {
            let mut event = Event::default();
            if !reader.read_event(&mut event, &mut losses).unwrap() {
                assert!(losses.is_empty());
                return events;
            }
            events.push(event);
        }
    }

    fn text(event: &Event, column: Column) -> String {
        event.get(column).unwrap_or_else(|| "(none)".into()).into_owned()
    }

    const CLASSIC: &str = "Date & Time:\t05-03-2026 06:59:15 PM\r\nEvent Class:\tRegistry\r\n\
        Operation:\tRegQueryValue\r\nResult:\tSUCCESS\r\nPath:\tHKLM\\SOFTWARE\\X\\MachineGuid\r\n\
        TID:\t4844\r\nDuration:\t0.0000042\r\nType:\tREG_SZ\r\nLength:\t74\r\n\r\nData:\tabc\r\n";

    #[test]
    fn a_classic_block_gives_the_columns_and_the_detail() {
        let events =
            read(&format!("So what happened?\n\n{CLASSIC}\nThen it creates the file: see.\n"));
        assert_eq!(events.len(), 1);
        assert_eq!(text(&events[0], Column::Operation), "RegQueryValue");
        assert_eq!(text(&events[0], Column::Tid), "4844");
        assert_eq!(text(&events[0], Column::Detail), "Type: REG_SZ, Length: 74, Data: abc");
        assert_eq!(events[0].position().line, Some(3));
        assert_eq!(text(&events[0], Column::ProcessName), "(none)");
    }

    #[test]
    fn blocks_need_no_prose_between_them_and_may_lack_lines() {
        let bare = "Event Class: File System\nOperation: CloseFile\nPath: C:\\a\n";
        let events = read(&format!("{CLASSIC}{bare}{bare}Operation: ReadFile\nPath: C:\\b\n"));
        assert_eq!(events.len(), 4);
        assert_eq!(text(&events[1], Column::Result), "(none)");
        assert_eq!(text(&events[3], Column::Path), "C:\\b");
    }

    #[test]
    fn the_dialog_of_2024_is_read_with_its_process_page() {
        let events = read(
            "Date:\t11/9/2024 6:17:25.4042993 PM\nThread:\t77\nClass:\tProcess\n\
             Operation:\tProcess Start\nResult:\tSUCCESS\nPath:\t\nDuration:\t0.0000000\n\
             Parent PID:\t700\nCommand line:\ta.exe\nCurrent directory:\tC:\\\nEnvironment:\n\
             \tA=1\n\tPath=C:\\x;D:\\y\n\nDescription:\tThe A\nName:\ta.exe\nPath:\tC:\\a.exe\n\
             PID:\t99\nModules:\na.exe\t0x1\t0x2\n",
        );
        assert_eq!(events.len(), 1);
        assert_eq!(text(&events[0], Column::ProcessName), "a.exe");
        assert_eq!(text(&events[0], Column::ImagePath), "C:\\a.exe");
        assert_eq!(events[0].pid(), Some(99));
        let detail = events[0].detail().unwrap();
        assert_eq!(detail.get("Environment"), Some("\r;\tA=1\r;\tPath=C:\\x;D:\\y"));
    }

    #[test]
    fn a_whole_event_on_one_line_is_read() {
        let flat = CLASSIC.replace("\r\n", " ").replace('\t', " ");
        let events = read(&format!("> {flat}\n> {flat}\n"));
        assert_eq!(events.len(), 2);
        assert_eq!(text(&events[1], Column::Detail), "Type: REG_SZ, Length: 74, Data: abc");
    }

    #[test]
    fn the_process_of_the_caller_is_used_where_the_text_names_none() {
        let mut reader = PastedReader::new(CLASSIC.as_bytes(), 0, Some("x.exe"), "text").unwrap();
        let mut event = Event::default();
        assert!(reader.read_event(&mut event, &mut Losses::default()).unwrap());
        assert_eq!(text(&event, Column::ProcessName), "x.exe");
    }

    #[test]
    fn a_text_without_an_event_is_refused() {
        let error = PastedReader::new("Source: x\nPath: y\n".as_bytes(), 0, None, "plain text");
        assert!(error.err().unwrap().to_string().contains("plain text"));
    }
}
