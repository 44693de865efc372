//! Rows that are made beside the reading.

use std::mem;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use procmonkey_parser::{Clock, Columns, Event};

use crate::row::{Refusal, Row, RowWriter, Source};

/// How many rows are handed over together at most.
const ROWS: usize = 256;

/// How many bytes the events of one batch have, but for the last one.
const BYTES: usize = 128 << 10;

/// How many batches are under way at most.
const BATCHES: usize = 3;

/// Lets another writer make its rows on a thread of its own, while the caller reads the next events.
///
/// The rows are the same, and in the same order. They are added to `out` some hundreds later, and so
/// are refusals, at [`RowWriter::end_capture`] at the latest: what was written before one is the same,
/// too, and nothing is written behind it. Memory stays below a megabyte, but
/// for events that are larger.
///
/// ```
/// use procmonkey_export::{JsonLines, JsonOptions, Row, RowWriter, Source, ThreadedRows};
/// use procmonkey_parser::{Event, Input, ReadOptions};
///
/// let csv = "\"Operation\",\"Path\"\r\n\"ReadFile\",\"C:\\a\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let mut writer = ThreadedRows::new(Box::new(JsonLines::new(JsonOptions::new())));
/// let mut out = Vec::new();
/// writer.begin_capture(&Source::of(&capture), &mut out)?;
/// let mut event = Event::default();
/// while capture.read_event(&mut event)? {
///     writer.write_row(&Row::new(&event, capture.clock()), &mut out)?;
/// }
/// writer.end_capture(&mut out)?;
/// writer.finish(&mut out);
/// assert!(String::from_utf8(out)?.contains(r#""path":"C:\\a""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ThreadedRows {
    state: State,
    /// The rows that are not handed over yet.
    batch: Batch,
    /// Empty batches, whose memory is used again.
    free: Vec<Batch>,
    /// How many were handed over and did not come back.
    under_way: usize,
}

#[derive(Debug)]
enum State {
    /// No thread could be started, or it has ended.
    Alone(Box<dyn RowWriter>),
    Threaded(Worker),
    /// The thread has ended in a panic.
    Lost,
}

#[derive(Debug)]
struct Worker {
    work: SyncSender<Work>,
    done: Receiver<Done>,
    thread: JoinHandle<Option<Box<dyn RowWriter>>>,
}

#[derive(Debug)]
enum Work {
    /// The first one: with this writer.
    Take(Box<dyn RowWriter>),
    Begin {
        capture_id: Option<String>,
        columns: Columns,
        file: Option<String>,
    },
    Rows(Batch),
    Finish,
}

/// The answer to a piece of work.
#[derive(Debug)]
struct Done {
    batch: Batch,
    result: Result<(), Refusal>,
}

/// Some rows that one clock dates, and what was made of them.
#[derive(Debug, Default)]
struct Batch {
    clock: Option<Clock>,
    /// Those behind the first `used` are memory of earlier ones.
    rows: Vec<KeptRow>,
    used: usize,
    bytes: usize,
    out: Vec<u8>,
}

#[derive(Debug, Default)]
struct KeptRow {
    event: Event,
    is_neighbour: bool,
    tags: Vec<String>,
}

impl Batch {
    fn push(&mut self, row: &Row<'_>) {
        if self.used == self.rows.len() {
            self.rows.push(KeptRow::default());
        }
        let Some(kept) = self.rows.get_mut(self.used) else { return };
        kept.event.clone_from(row.event);
        kept.is_neighbour = row.is_neighbour;
        kept.tags.clear();
        kept.tags.extend_from_slice(row.tags);
        self.used += 1;
        self.bytes += row.event.memory();
    }

    fn is_full(&self) -> bool {
        self.used >= ROWS || self.bytes >= BYTES
    }

    fn write(&mut self, writer: &mut dyn RowWriter) -> Result<(), Refusal> {
        let Some(clock) = &self.clock else { return Ok(()) };
        for KeptRow { event, is_neighbour, tags } in &self.rows[..self.used] {
            let row = Row::new(event, clock).tags(tags);
            let row = if *is_neighbour { row.as_neighbour() } else { row };
            writer.write_row(&row, &mut self.out)?;
        }
        Ok(())
    }

    /// The same memory for other rows. That of large events is not kept.
    fn emptied(mut self) -> Batch {
        if self.bytes > 2 * BYTES {
            return Batch::default();
        }
        self.out.clear();
        (self.used, self.bytes) = (0, 0);
        self
    }
}

/// Does one piece of work after the other, until there is none. Returns the writer.
fn work_off(work: &Receiver<Work>, done: &SyncSender<Done>) -> Option<Box<dyn RowWriter>> {
    let Ok(Work::Take(mut writer)) = work.recv() else { return None };
    for piece in work {
        let mut batch = Batch::default();
        let result = match piece {
            Work::Begin { capture_id, columns, file } => {
                let source = Source { capture_id, columns: &columns, file: file.as_deref() };
                writer.begin_capture(&source, &mut batch.out)
            }
            Work::Rows(rows) => {
                batch = rows;
                batch.write(&mut *writer)
            }
            Work::Finish => {
                writer.finish(&mut batch.out);
                Ok(())
            }
            Work::Take(other) => {
                writer = other;
                continue;
            }
        };
        if done.send(Done { batch, result }).is_err() {
            break;
        }
    }
    Some(writer)
}

impl ThreadedRows {
    /// Starts the thread. Where that is not possible, the rows are made on the thread of the caller.
    pub fn new(writer: Box<dyn RowWriter>) -> ThreadedRows {
        let (work, takes_work) = sync_channel(BATCHES);
        let (gives_done, done) = sync_channel(BATCHES);
        let thread = thread::Builder::new().name("rows".into());
        let state = match thread.spawn(move || work_off(&takes_work, &gives_done)) {
            Err(_) => State::Alone(writer),
            Ok(thread) => match work.send(Work::Take(writer)) {
                Err(unsent) => match unsent.0 {
                    Work::Take(writer) => State::Alone(writer),
                    _ => State::Lost,
                },
                Ok(()) => State::Threaded(Worker { work, done, thread }),
            },
        };
        ThreadedRows { state, batch: Batch::default(), free: Vec::new(), under_way: 0 }
    }

    /// Hands the rows of the batch over, and takes back what is done.
    fn hand_over(&mut self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        while let State::Threaded(worker) = &self.state
            && let Ok(done) = worker.done.try_recv()
        {
            self.accept(done, out)?;
        }
        if self.under_way == BATCHES {
            self.take_back(out)?;
        }
        let empty = self.free.pop().unwrap_or_default();
        let batch = mem::replace(&mut self.batch, empty);
        self.ask(Work::Rows(batch));
        Ok(())
    }

    fn ask(&mut self, work: Work) {
        let State::Threaded(worker) = &self.state else { return };
        match worker.work.send(work) {
            Ok(()) => self.under_way += 1,
            Err(_) => self.end_of_thread(),
        }
    }

    /// Waits for a piece of work that is under way.
    fn take_back(&mut self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let State::Threaded(worker) = &self.state else { return Ok(()) };
        match worker.done.recv() {
            Ok(done) => self.accept(done, out),
            Err(_) => {
                self.end_of_thread();
                Ok(())
            }
        }
    }

    fn accept(&mut self, done: Done, out: &mut Vec<u8>) -> Result<(), Refusal> {
        self.under_way -= 1;
        let Done { mut batch, result } = done;
        match out.is_empty() {
            true => mem::swap(out, &mut batch.out),
            false => out.extend_from_slice(&batch.out),
        }
        if self.free.len() < BATCHES {
            self.free.push(batch.emptied());
        }
        result
    }

    /// Waits until nothing is under way.
    fn settle(&mut self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        if self.batch.used > 0 {
            self.hand_over(out)?;
        }
        while self.under_way > 0 {
            self.take_back(out)?;
        }
        Ok(())
    }

    /// Ends the thread. A panic of it is one of the caller.
    fn end_of_thread(&mut self) {
        let State::Threaded(worker) = mem::replace(&mut self.state, State::Lost) else { return };
        let Worker { work, done, thread } = worker;
        drop((work, done));
        self.under_way = 0;
        match thread.join() {
            Ok(Some(writer)) => self.state = State::Alone(writer),
            Ok(None) => {}
            Err(panic) => resume_unwind(panic),
        }
    }
}

impl RowWriter for ThreadedRows {
    fn begin_capture(&mut self, source: &Source<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        if let State::Alone(writer) = &mut self.state {
            return writer.begin_capture(source, out);
        }
        self.settle(out)?;
        let Source { capture_id, columns, file } = source;
        self.ask(Work::Begin {
            capture_id: capture_id.clone(),
            columns: (*columns).clone(),
            file: file.map(str::to_string),
        });
        self.settle(out)
    }

    fn write_row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        if let State::Alone(writer) = &mut self.state {
            return writer.write_row(row, out);
        }
        let is_of_clock = |clock: &Clock| clock.resolves_as(row.clock);
        if !self.batch.clock.as_ref().is_some_and(is_of_clock) {
            if self.batch.used > 0 {
                self.hand_over(out)?;
            }
            self.batch.clock = Some(row.clock.clone());
        }
        self.batch.push(row);
        if self.batch.is_full() {
            self.hand_over(out)?;
        }
        Ok(())
    }

    fn end_capture(&mut self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        if let State::Alone(writer) = &mut self.state {
            return writer.end_capture(out);
        }
        self.settle(out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        if let State::Alone(writer) = &mut self.state {
            return writer.finish(out);
        }
        // What was refused was said at the end of its capture.
        let is_settled = self.settle(out).is_ok();
        if is_settled {
            self.ask(Work::Finish);
            self.settle(out).ok();
        }
        self.end_of_thread();
    }

    fn remarks(&self) -> Vec<String> {
        match &self.state {
            State::Alone(writer) => writer.remarks(),
            State::Threaded(_) | State::Lost => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Input, ReadOptions};

    use super::*;
    use crate::{Ecs, JsonLines, JsonOptions};

    /// The bytes of the rows, and what refused the rest.
    fn rows(
        mut writer: Box<dyn RowWriter>,
        captures: &[&str],
    ) -> (String, Option<Refusal>, Vec<String>) {
        let mut out = Vec::new();
        let mut refusal = None;
        'all: for (place, text) in captures.iter().enumerate() {
            let name = format!("{place}.csv");
            let mut input =
                Input::from_reader(&name, text.as_bytes(), &ReadOptions::new()).expect("an input");
            let mut capture = input.next_capture().expect("a capture").expect("a capture");
            let begun = writer.begin_capture(&Source::of(&capture).file(Some(&name)), &mut out);
            begun.expect("it begins");
            let mut event = Event::default();
            while capture.read_event(&mut event).expect("it is read") {
                let tags = [event.number().to_string()];
                let row = Row::new(&event, capture.clock()).tags(&tags);
                let row = if event.number().is_multiple_of(7) { row.as_neighbour() } else { row };
                if let Err(why) = writer.write_row(&row, &mut out) {
                    refusal = Some(why);
                    break 'all;
                }
            }
            if let Err(why) = writer.end_capture(&mut out) {
                refusal = Some(why);
                break;
            }
        }
        writer.finish(&mut out);
        (String::from_utf8(out).expect("UTF-8"), refusal, writer.remarks())
    }

    /// A CSV of so many rows, whose dates can be read in two ways up to the middle. Some rows are
    /// larger than a batch.
    fn capture(count: usize, zone: &str) -> String {
        let mut text = format!("\"Date & Time\",\"PID\",\"Path\",\"Detail\"{zone}\r\n");
        for at in 0..count {
            let day = if at < count / 2 { 4 } else { 25 };
            let long = if at % 501 == 500 { 3 * BYTES } else { at % 40 };
            let (second, path) = (at % 60, "x".repeat(long));
            text.push_str(&format!(
                "\"3/{day}/2026 7:00:{second:02} AM\",\"{at}\",\"C:\\{path}\",\"Length: {at}\"\r\n"
            ));
        }
        text
    }

    #[test]
    fn rows_are_those_of_the_writer_alone_in_every_number() {
        for count in [0, 1, ROWS - 1, ROWS, ROWS + 1, 5 * ROWS + 3] {
            let (first, second) = (capture(count, ""), capture(count / 3, ""));
            let captures = [&*first, &second, &first];
            let json = || Box::new(JsonLines::new(JsonOptions::new()));
            let alone = rows(json(), &captures);
            let threaded = rows(Box::new(ThreadedRows::new(json())), &captures);
            assert!(alone == threaded, "{count} rows differ");
            assert_eq!(alone.0.lines().count(), 2 * count + count / 3);
        }
    }

    #[test]
    fn a_refusal_comes_with_the_rows_before_it_and_none_behind_it() {
        // The zone is not known: the first row is refused.
        let text = capture(3 * ROWS, "");
        for captures in [&[&*text][..], &["\"Path\"\r\n\"C:\\a\"\r\n", &text]] {
            let alone = rows(Box::new(Ecs::new()), captures);
            let threaded = rows(Box::new(ThreadedRows::new(Box::new(Ecs::new()))), captures);
            assert!(alone.1.is_some(), "{alone:?}");
            assert_eq!((&alone.0, alone.1), (&threaded.0, threaded.1));
        }
    }

    #[test]
    fn what_rows_do_not_have_is_said_by_the_writer() {
        let text = "\"Path\"\r\n\"C:\\a\"\r\n";
        let alone = rows(Box::new(Ecs::new()), &[text]);
        assert!(!alone.2.is_empty());
        assert_eq!(alone, rows(Box::new(ThreadedRows::new(Box::new(Ecs::new()))), &[text]));
    }

    /// A writer that fails as none should.
    #[derive(Debug)]
    struct Panics;

    impl RowWriter for Panics {
        fn begin_capture(&mut self, _: &Source<'_>, _: &mut Vec<u8>) -> Result<(), Refusal> {
            Ok(())
        }

        fn write_row(&mut self, _: &Row<'_>, _: &mut Vec<u8>) -> Result<(), Refusal> {
            panic!("a fault of the writer")
        }

        fn finish(&mut self, _: &mut Vec<u8>) {}
    }

    #[test]
    #[should_panic(expected = "a fault of the writer")]
    fn a_panic_of_the_thread_is_one_of_who_writes() {
        rows(Box::new(ThreadedRows::new(Box::new(Panics))), &[&capture(ROWS, "")]);
    }
}
