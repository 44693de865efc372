//! The rows of a whole capture, made on several threads.

use std::collections::{BTreeMap, VecDeque};
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use procmonkey_parser::{Capture, Error, Event, Mark, Passed};

use crate::row::{Refusal, Row, RowWriter};

/// How many bytes of a capture are made into rows at a time, about: few enough to be still in the cache
/// of the CPU when they are read for the second time.
const STRETCH: u64 = 1 << 20;

/// Shorter captures are not worth the threads.
const SHORTEST: u64 = 4 * STRETCH;

/// How many bytes of rows are handed over at a time at least, where one thread makes them.
const PIECE: usize = 64 << 10;

/// Why [`write_every_row`] ended before the last row.
#[derive(Debug)]
#[non_exhaustive]
pub enum EveryRowError {
    /// The capture cannot be read further.
    Capture(Error),
    /// The format needs what an event does not show.
    Refused(Refusal),
    /// The rows were not taken.
    Output(io::Error),
    /// The file was changed while it was read.
    Changed,
}

impl fmt::Display for EveryRowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EveryRowError::Capture(error) => error.fmt(f),
            EveryRowError::Refused(refusal) => refusal.fmt(f),
            EveryRowError::Output(error) => error.fmt(f),
            EveryRowError::Changed => f.write_str("the capture was changed while it was read"),
        }
    }
}

impl StdError for EveryRowError {}

/// Writes the rows of all events of a capture that was not read yet, on as many threads as there are
/// writers. Each of them has begun the capture, and gives an event the same row whatever it has
/// written before, as [`JsonLines`](crate::JsonLines) does.
///
/// `take` gets the rows in the order of the events; all of them, up to the first error. Afterwards the
/// capture is at its end, with everything counted that reading it counts. Returns how many rows there
/// are; `None` where the capture cannot be read in several places at once, or is not worth it. Then
/// nothing was read.
///
/// Memory does not grow with the capture: a thread holds the rows of about 1 MiB of it, and one
/// stretch more of them waits for each thread.
///
/// ```
/// use procmonkey_export::{JsonLines, JsonOptions, RowWriter, Source, write_every_row};
/// use procmonkey_parser::open;
///
/// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
/// let mut capture = open(CAPTURE)?;
/// let (mut writers, mut rows) = (Vec::new(), Vec::new());
/// for _ in 0..2 {
///     let mut writer: Box<dyn RowWriter> = Box::new(JsonLines::new(JsonOptions::new()));
///     writer.begin_capture(&Source::of(&capture), &mut rows)?;
///     writers.push(writer);
/// }
/// let written = write_every_row(&mut capture, writers, |bytes| {
///     rows.extend_from_slice(bytes);
///     Ok(())
/// })?;
/// // It is so short that one thread is as fast.
/// assert_eq!(written, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the capture cannot be read further, a row is refused, or the rows are not taken.
pub fn write_every_row(
    capture: &mut Capture<'_>,
    writers: Vec<Box<dyn RowWriter>>,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<Option<u64>, EveryRowError> {
    let is_long = capture.source_bytes().is_some_and(|bytes| bytes >= SHORTEST);
    if !is_long || capture.events_read() > 0 {
        return Ok(None);
    }
    let of_writer = |writer| {
        Some(Maker { capture: capture.another_reading()?, writer, event: Event::default() })
    };
    let mut makers: Vec<Maker<'_>> = writers.into_iter().map_while(of_writer).collect();
    let Some(mut own) = makers.pop().filter(|_| !makers.is_empty()) else { return Ok(None) };
    let pool = Pool::default();
    let ahead = makers.len() as u64 + 2;
    thread::scope(|scope| {
        let _end = EndOfWork(&pool);
        for maker in makers {
            let thread = thread::Builder::new().name("rows".into());
            // Fewer are enough.
            if thread.spawn_scoped(scope, || pool.work(maker)).is_err() {
                break;
            }
        }
        let (ends, done) = (VecDeque::new(), Mark::default());
        Lead { capture, own: &mut own, pool: &pool, ahead, ends, done, rows: 0 }.run(&mut take)
    })
    .map(Some)
}

/// Makes the rows of stretches.
struct Maker<'a> {
    capture: Capture<'a>,
    writer: Box<dyn RowWriter>,
    event: Event,
}

/// Events whose rows are made together.
#[derive(Debug)]
struct Stretch {
    number: u64,
    from: Mark,
    /// The number of the last event.
    to: u64,
}

/// What was made of a stretch.
struct Made {
    bytes: Vec<u8>,
    rows: u64,
    error: Option<EveryRowError>,
}

impl Maker<'_> {
    fn make(&mut self, stretch: &Stretch, mut bytes: Vec<u8>) -> Made {
        bytes.clear();
        let mut made = Made { bytes, rows: 0, error: None };
        made.error = self.make_into(stretch, &mut made).err();
        made
    }

    fn make_into(&mut self, stretch: &Stretch, made: &mut Made) -> Result<(), EveryRowError> {
        let Maker { capture, writer, event } = self;
        // It is there already behind the stretch before.
        let is_there = capture.events_read() == stretch.from.events()
            || capture.resume(&stretch.from).map_err(EveryRowError::Capture)?;
        while is_there && capture.events_read() < stretch.to {
            if !capture.read_event(event).map_err(EveryRowError::Capture)? {
                break;
            }
            let row = Row::new(event, capture.clock());
            writer.write_row(&row, &mut made.bytes).map_err(EveryRowError::Refused)?;
            made.rows += 1;
        }
        match capture.events_read() == stretch.to {
            true => Ok(()),
            false => Err(EveryRowError::Changed),
        }
    }
}

/// The thread of the caller: it passes over the capture, hands over what was made, and makes rows, too,
/// while there is nothing else to do.
struct Lead<'l, 'a> {
    capture: &'l mut Capture<'a>,
    own: &'l mut Maker<'a>,
    pool: &'l Pool,
    /// How many stretches may be under way.
    ahead: u64,
    /// The marks behind them.
    ends: VecDeque<Mark>,
    /// The mark behind what was handed over.
    done: Mark,
    rows: u64,
}

/// How far the capture was passed over.
enum Ahead {
    /// There is more.
    Going,
    /// To its end.
    AtEnd,
    /// As far as it can be cut.
    Uncut,
    /// As far as it can be read.
    Broken(Error),
}

impl Lead<'_, '_> {
    fn run(mut self, take: &mut impl FnMut(&[u8]) -> io::Result<()>) -> Result<u64, EveryRowError> {
        let (mut begun, mut taken, mut from) = (0, 0, Mark::default());
        let mut ahead = Ahead::Going;
        loop {
            if let Some(made) = self.pool.made(taken) {
                taken += 1;
                self.hand_over(made, take)?;
            } else if matches!(ahead, Ahead::Going) && begun < taken + self.ahead {
                let next;
                (ahead, next) = self.pass();
                let to = match ahead {
                    Ahead::Broken(_) => u64::MAX,
                    _ => self.capture.events_read(),
                };
                if to > from.events() {
                    self.ends.push_back(next.clone());
                    let from = mem::replace(&mut from, next);
                    self.pool.add(Stretch { number: begun, from, to });
                    begun += 1;
                }
            } else if let Some(stretch) = self.pool.next() {
                let made = self.own.make(&stretch, self.pool.spare());
                self.pool.put(stretch.number, made);
            } else if taken < begun {
                self.pool.wait(taken);
            } else {
                break;
            }
        }
        match ahead {
            Ahead::Going | Ahead::AtEnd => {}
            Ahead::Uncut => self.read_on(take)?,
            // The last stretch has ended with the same error, or the file was changed.
            Ahead::Broken(error) => return Err(EveryRowError::Capture(error)),
        }
        Ok(self.rows)
    }

    /// Passes over the next stretch, and returns the mark behind it.
    fn pass(&mut self) -> (Ahead, Mark) {
        match self.capture.pass_to_mark(STRETCH) {
            Ok(Passed::Mark(mark)) => (Ahead::Going, mark),
            Ok(Passed::NoMark) => (Ahead::Uncut, Mark::default()),
            Ok(Passed::End) => (Ahead::AtEnd, Mark::default()),
            Err(error) => (Ahead::Broken(error), Mark::default()),
        }
    }

    fn hand_over(
        &mut self,
        made: Made,
        take: &mut impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), EveryRowError> {
        take(&made.bytes).map_err(EveryRowError::Output)?;
        self.pool.recycle(made.bytes);
        if let Some(end) = self.ends.pop_front() {
            let from = mem::replace(&mut self.done, end);
            self.capture.release(&from, &self.done);
        }
        self.rows += made.rows;
        made.error.map_or(Ok(()), Err)
    }

    /// Makes the rows of the events that were not passed over.
    fn read_on(
        &mut self,
        take: &mut impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), EveryRowError> {
        let (mut bytes, event) = (Vec::new(), &mut self.own.event);
        let ended = loop {
            match self.capture.read_event(event) {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(EveryRowError::Capture(error)),
            }
            let row = Row::new(event, self.capture.clock());
            if let Err(refusal) = self.own.writer.write_row(&row, &mut bytes) {
                break Err(EveryRowError::Refused(refusal));
            }
            self.rows += 1;
            if bytes.len() >= PIECE {
                take(&bytes).map_err(EveryRowError::Output)?;
                bytes.clear();
            }
        };
        take(&bytes).map_err(EveryRowError::Output)?;
        ended
    }
}

/// The stretches that are under way.
#[derive(Default)]
struct Pool {
    state: Mutex<State>,
    /// Signalled when a stretch was added or made, and at the end.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    stretches: VecDeque<Stretch>,
    made: BTreeMap<u64, Made>,
    /// Memory that can be used again.
    spare: Vec<Vec<u8>>,
    /// Whether there is nothing more to make.
    is_over: bool,
    /// Whether a thread has ended in a panic.
    is_broken: bool,
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for_change<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, stretch: Stretch) {
        self.lock().stretches.push_back(stretch);
        self.changed.notify_all();
    }

    fn next(&self) -> Option<Stretch> {
        self.lock().stretches.pop_front()
    }

    fn put(&self, number: u64, made: Made) {
        self.lock().made.insert(number, made);
        self.changed.notify_all();
    }

    /// What was made of the stretch of this number, once it was.
    fn made(&self, number: u64) -> Option<Made> {
        self.lock().made.remove(&number)
    }

    /// Waits until the stretch of this number was made.
    fn wait(&self, number: u64) {
        let mut state = self.lock();
        while !state.made.contains_key(&number) {
            assert!(!state.is_broken, "a thread that makes rows has panicked");
            state = self.wait_for_change(state);
        }
    }

    fn spare(&self) -> Vec<u8> {
        self.lock().spare.pop().unwrap_or_default()
    }

    fn recycle(&self, bytes: Vec<u8>) {
        self.lock().spare.push(bytes);
    }

    /// Makes stretches until there are no more. Runs on each thread but that of the caller.
    fn work(&self, mut maker: Maker<'_>) {
        let _broken = Broken(self);
        let mut state = self.lock();
        while !state.is_over {
            state = match state.stretches.pop_front() {
                Some(stretch) => {
                    let spare = state.spare.pop().unwrap_or_default();
                    drop(state);
                    let made = maker.make(&stretch, spare);
                    self.put(stretch.number, made);
                    self.lock()
                }
                None => self.wait_for_change(state),
            };
        }
    }
}

/// Lets the threads end, whatever becomes of their caller.
struct EndOfWork<'p>(&'p Pool);

impl Drop for EndOfWork<'_> {
    fn drop(&mut self) {
        self.0.lock().is_over = true;
        self.0.changed.notify_all();
    }
}

/// Tells the caller, who may be waiting, that a thread has panicked.
struct Broken<'p>(&'p Pool);

impl Drop for Broken<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.lock().is_broken = true;
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use procmonkey_parser::{ReadOptions, TextEncoding};

    use super::*;
    use crate::{Ecs, JsonLines, JsonOptions, Source};

    /// How many rows a capture has: several MiB of them, because a reader stops once per MiB at most.
    const ROWS: usize = 32_000;

    const COLUMNS: [&str; 8] =
        ["Command Line", "Time of Day", "PID", "Operation", "Path", "Detail", "Duration", "Note"];

    /// A CSV of rows with these columns and `Date & Time`, where `dated`. `change` may change the row of
    /// a number.
    fn csv(dated: bool, change: impl Fn(usize, &mut Vec<u8>)) -> Vec<u8> {
        let quoted = |cells: &[String]| format!("\"{}\"\r\n", cells.join("\",\"")).into_bytes();
        let mut names = COLUMNS.map(str::to_string).to_vec();
        if dated {
            names.push("Date & Time".to_string());
        }
        let mut bytes = quoted(&names);
        for at in 0..ROWS {
            // Two midnights pass.
            let second = (80_000 + at * 7) % 86_400;
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            let mut cells = vec![
                format!("\"\"C:\\a\\{}.exe\"\" -x {at}", at % 50),
                format!("{hour:02}:{minute:02}:{second:02}.{:07}", at % 9_999_999),
                format!("{}", 4 * (at % 300)),
                ["ReadFile", "RegQueryValue", "CreateFile"][at % 3].to_string(),
                format!("C:\\Windows\\{}\u{e4}{}", at % 7, "x".repeat(at % 90)),
                format!("Offset: {at}, Length: 2,202, Name: \"\"{}\"\"", at % 100),
                ["0.0000154", "n/a", "12", ""][at % 4].to_string(),
                "two\r\nlines".repeat(at % 2),
            ];
            if dated {
                // Which is the day and which the month shows after the middle.
                let day = if at < ROWS / 2 { 4 } else { 25 };
                cells.push(format!("3/{day}/2026 {hour:02}:{minute:02}:{second:02}"));
            }
            let mut row = quoted(&cells);
            change(at, &mut row);
            bytes.extend(row);
        }
        bytes
    }

    /// Changes the row of a number.
    type Change = fn(usize, &mut Vec<u8>);

    /// Everything that can be said of a capture when its rows are written.
    #[derive(Debug, PartialEq)]
    struct Said {
        rows: String,
        count: u64,
        error: Option<String>,
        of_capture: String,
    }

    type Writer<'w> = &'w dyn Fn() -> Box<dyn RowWriter>;

    /// By so many threads; by the thread of the caller, event after event, for 1.
    fn said(path: &Path, threads: usize, options: &ReadOptions, writer: Writer<'_>) -> Said {
        let mut input = procmonkey_parser::Input::open(path, options).expect("it opens");
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let begun = |capture: &Capture<'_>| {
            let mut writer = writer();
            let begun = writer.begin_capture(&Source::of(capture), &mut Vec::new());
            begun.expect("nothing is needed");
            writer
        };
        let (mut rows, mut count, mut error) = (Vec::new(), 0, None);
        if threads > 1 {
            let writers = (0..threads).map(|_| begun(&capture)).collect();
            let mut pieces = 0;
            let written = write_every_row(&mut capture, writers, |bytes| {
                pieces += 1;
                rows.extend_from_slice(bytes);
                Ok(())
            });
            match written {
                Ok(written) => count = written.expect("it can be read in several places"),
                Err(why) => error = Some(why.to_string()),
            }
            assert!(pieces > 3 || error.is_some(), "{pieces}");
        } else {
            let (mut writer, mut event) = (begun(&capture), Event::default());
            while error.is_none() && capture.read_event(&mut event).expect("it is read") {
                let row = Row::new(&event, capture.clock());
                match writer.write_row(&row, &mut rows) {
                    Ok(()) => count += 1,
                    Err(refusal) => error = Some(refusal.to_string()),
                }
            }
        }
        if error.is_some() {
            // How far a capture was read that is refused does not matter.
            let rows = String::from_utf8(rows).expect("UTF-8");
            return Said { rows, count: 0, error, of_capture: String::new() };
        }
        let of_capture = format!(
            "{} {:?} {:?} {:?} {:?} {:?}",
            capture.events_read(),
            capture.losses(),
            capture.clock(),
            capture.remarks(),
            capture.slow_path_reason(),
            capture.source_encoding(),
        );
        let rows = String::from_utf8(rows).expect("UTF-8");
        Said { rows, count, error, of_capture }
    }

    fn json_lines() -> Box<dyn RowWriter> {
        Box::new(JsonLines::new(JsonOptions::new()))
    }

    fn file(folder: &Path, bytes: &[u8]) -> PathBuf {
        // Another one each time, so that no capture is of a file that has changed.
        let number = folder.read_dir().expect("it is there").count();
        let path = folder.join(format!("{number}.csv"));
        std::fs::write(&path, bytes).expect("it is written");
        path
    }

    #[test]
    fn rows_are_those_of_one_thread() {
        let changes: [(&str, Change); 10] = [
            ("whole", |_, _| {}),
            ("rows with too few fields", |at, row| {
                if at % 5_000 == 77 {
                    *row = b"\"one\",\"two\"\r\n".to_vec();
                }
            }),
            ("a code page", |at, row| {
                let text = String::from_utf8_lossy(row);
                *row = match at < ROWS / 3 {
                    true => text.replace('\u{e4}', "a").into_bytes(),
                    false => text.chars().map(|c| c as u8).collect(),
                };
            }),
            ("a code page behind UTF-8", |at, row| {
                if at >= ROWS / 3 {
                    *row = String::from_utf8_lossy(row).chars().map(|c| c as u8).collect();
                }
            }),
            ("bytes that are no text", |at, row| {
                if at % 7_000 == 6_999 {
                    row[4] = 0xff;
                }
            }),
            ("not written as Procmon writes it, from the middle on", |at, row| {
                if at >= ROWS / 2 {
                    *row = String::from_utf8_lossy(row).replacen("\"0\"", "0", 1).into_bytes();
                }
            }),
            ("one row that is much longer", |at, row| {
                if at == ROWS / 4 {
                    let place = row.len() - 3;
                    row.splice(place..place, vec![b'y'; 3 << 20]);
                }
            }),
            ("LF alone", |_, row| row.retain(|byte| *byte != b'\r')),
            ("empty lines", |at, row| {
                if at % 6_000 == 5 {
                    row.extend_from_slice(b"\r\n");
                }
            }),
            ("a time that goes back", |at, row| {
                if at % 4_000 == 9 {
                    let text = String::from_utf8_lossy(row).replace(":0", ":5");
                    *row = text.into_bytes();
                }
            }),
        ];
        let folder = tempfile::tempdir().expect("a folder");
        for (name, change) in changes {
            for (dated, cut, threads) in [(false, 0, 5), (true, 40, 2)] {
                let bytes = csv(dated, change);
                let path = file(folder.path(), &bytes[..bytes.len() - cut]);
                let options = ReadOptions::new().zone("+01:00".parse().expect("a zone"));
                let alone = said(&path, 1, &options, &json_lines);
                assert!(alone.count as usize >= ROWS - 10, "{name}: {}", alone.count);
                let is_guessed = alone.of_capture.contains("which is a guess");
                assert_eq!(is_guessed, name == "a code page", "{name}");
                let together = said(&path, threads, &options, &json_lines);
                assert!(together == alone, "{name}, dated {dated}");
                std::fs::remove_file(&path).expect("it is there");
            }
        }
    }

    #[test]
    fn a_refusal_comes_behind_the_rows_before_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = file(folder.path(), &csv(true, |_, _| {}));
        let ecs = || -> Box<dyn RowWriter> { Box::new(Ecs::new()) };
        // The order of the dates is not known at first.
        let options = ReadOptions::new().zone("+01:00".parse().expect("a zone"));
        let alone = said(&path, 1, &options, &ecs);
        assert!(alone.error.is_some());
        assert_eq!(alone, said(&path, 3, &options, &ecs));
    }

    #[test]
    fn what_cannot_be_read_in_several_places_is_not_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = csv(true, |_, _| {});
        let wide: Vec<u8> = std::iter::once(0xfeff)
            .chain(String::from_utf8_lossy(&bytes).encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let unquoted = String::from_utf8_lossy(&bytes).replacen("\"PID\"", "PID", 1).into_bytes();
        for bytes in [&wide, &unquoted, &bytes[..3 << 20].to_vec()] {
            let path = file(folder.path(), bytes);
            let options = ReadOptions::new();
            let mut input = procmonkey_parser::Input::open(&path, &options).expect("it opens");
            let mut capture = input.next_capture().expect("one").expect("a capture");
            let writers = vec![json_lines(), json_lines()];
            let written = write_every_row(&mut capture, writers, |_| Ok(()));
            assert!(matches!(written, Ok(None)), "{written:?}");
            assert_eq!(capture.events_read(), 0);
        }
        let latin = ReadOptions::new().encoding("iso-8859-1".parse::<TextEncoding>().expect("one"));
        let path = file(folder.path(), &bytes);
        let mut input = procmonkey_parser::Input::open(&path, &latin).expect("it opens");
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let written = write_every_row(&mut capture, vec![json_lines(), json_lines()], |_| Ok(()));
        assert!(matches!(written, Ok(None)), "{written:?}");
    }

    #[test]
    fn rows_that_are_not_taken_end_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = file(folder.path(), &csv(false, |_, _| {}));
        let options = ReadOptions::new();
        let mut input = procmonkey_parser::Input::open(&path, &options).expect("it opens");
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let mut pieces = 0;
        let written = write_every_row(&mut capture, vec![json_lines(), json_lines()], |_| {
            pieces += 1;
            if pieces == 2 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
        });
        let Err(EveryRowError::Output(error)) = written else { panic!("{written:?}") };
        assert_eq!((error.kind(), pieces), (io::ErrorKind::BrokenPipe, 2));
    }

    /// A writer that fails as none should.
    #[derive(Debug)]
    struct Panics;

    impl RowWriter for Panics {
        fn begin_capture(&mut self, _: &Source<'_>, _: &mut Vec<u8>) -> Result<(), Refusal> {
            Ok(())
        }

        fn write_row(&mut self, row: &Row<'_>, _: &mut Vec<u8>) -> Result<(), Refusal> {
            assert!(row.event.number() < 20_000, "a fault of the writer");
            Ok(())
        }

        fn finish(&mut self, _: &mut Vec<u8>) {}
    }

    #[test]
    #[should_panic]
    fn a_panic_of_a_thread_is_one_of_who_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = file(folder.path(), &csv(false, |_, _| {}));
        said(&path, 2, &ReadOptions::new(), &|| Box::new(Panics));
    }
}
