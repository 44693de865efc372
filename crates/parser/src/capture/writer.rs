//! What every format's writer has in common.

use std::fmt;
use std::io::{self, Write};

use super::Capture;
use crate::event::Event;
use crate::format::csv::CsvWriter;
use crate::format::xml::XmlWriter;
use crate::model::{Columns, Process};

/// The formats that can be written.
///
/// ```
/// use procmonkey_parser::WriteFormat;
///
/// assert_eq!(WriteFormat::from_extension("XML"), Some(WriteFormat::Xml));
/// assert_eq!(WriteFormat::from_extension("txt"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WriteFormat {
    /// Procmon's CSV export; see [`CsvWriter`].
    Csv,
    /// Procmon's XML export; see [`XmlWriter`].
    Xml,
}

impl WriteFormat {
    /// Every format.
    pub const ALL: [WriteFormat; 2] = [WriteFormat::Csv, WriteFormat::Xml];

    /// The extension of its files, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            WriteFormat::Csv => "csv",
            WriteFormat::Xml => "xml",
        }
    }

    /// The format whose files have this extension, compared without case.
    pub fn from_extension(extension: &str) -> Option<WriteFormat> {
        WriteFormat::ALL
            .into_iter()
            .find(|format| format.extension().eq_ignore_ascii_case(extension))
    }
}

impl fmt::Display for WriteFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WriteFormat::Csv => "CSV",
            WriteFormat::Xml => "XML",
        })
    }
}

/// What the capture has and the output has not, or not as its format wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Processes, where the format has no process list.
    pub processes: u64,
    /// Modules of a process list, where the capture does not give them.
    pub modules: u64,
    /// Call stacks of the events that were written.
    pub stacks: u64,
    /// Characters that were written although the format has no place for them, so
    /// that strict readers refuse the output.
    pub unfit: u64,
}

/// Writes events in any of the formats, one after the other, without holding them.
///
/// ```
/// use procmonkey_parser::{Event, EventWriter, Input, ReadOptions, WriteFormat};
///
/// let csv = "\"Operation\",\"Path\"\r\n\"ReadFile\",\"C:\\a & b\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let columns = capture.columns().clone();
/// let mut writer = EventWriter::begin(WriteFormat::Xml, Vec::new(), &columns, &capture)?;
/// let mut event = Event::default();
/// while capture.read_event(&mut event)? {
///     writer.write(&event)?;
/// }
/// let xml = String::from_utf8(writer.finish()?)?;
/// assert!(xml.contains("<Operation>ReadFile</Operation>\r\n<Path>C:\\a &amp; b</Path>\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct EventWriter<W> {
    writer: Writer<W>,
    left_out: LeftOut,
}

#[derive(Debug)]
enum Writer<W> {
    Csv(CsvWriter<W>),
    Xml(XmlWriter<W>),
}

impl<W: Write> EventWriter<W> {
    /// Writes everything that stands before the first event. The events that
    /// follow are those of `source`, or some of them; its process list goes into
    /// formats that have one.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn begin(
        format: WriteFormat,
        output: W,
        columns: &Columns,
        source: &Capture<'_>,
    ) -> io::Result<EventWriter<W>> {
        let processes = source.processes();
        let mut left_out = LeftOut::default();
        let writer = match format {
            WriteFormat::Csv => {
                left_out.processes = processes.len() as u64;
                Writer::Csv(CsvWriter::new(output, columns)?)
            }
            WriteFormat::Xml => {
                let modules = |process: &Process| {
                    let modules = source.modules_of(process);
                    if modules.is_empty() {
                        left_out.modules += u64::from(process.modules);
                    }
                    modules
                };
                Writer::Xml(XmlWriter::with_modules(output, columns, processes, modules)?)
            }
        };
        Ok(EventWriter { writer, left_out })
    }

    /// Writes one event. A column that it does not have is left empty.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        match &mut self.writer {
            Writer::Csv(writer) => {
                self.left_out.stacks += u64::from(event.has_stack());
                writer.write(event)
            }
            Writer::Xml(writer) => writer.write(event),
        }
    }

    /// What was left out so far.
    pub fn left_out(&self) -> LeftOut {
        match &self.writer {
            Writer::Csv(_) => self.left_out,
            Writer::Xml(writer) => LeftOut { unfit: writer.unfit(), ..self.left_out },
        }
    }

    /// Ends the output and hands it back. Without this it may have no end.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self.writer {
            Writer::Csv(writer) => Ok(writer.into_inner()),
            Writer::Xml(writer) => writer.finish(),
        }
    }
}
