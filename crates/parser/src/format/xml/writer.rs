//! XML as Procmon writes it.

use std::io::{self, Write};
use std::sync::Arc;

use super::escape::{element_name, push_text};
use crate::event::Event;
use crate::format::fields::{Lines, Scratch};
use crate::model::Module;
use crate::model::{Column, Columns, Frame, Process};

/// Writes events as Procmon exports them: a byte order mark, the process list,
/// then one element for each event and in it one for each column, CRLF after
/// every line but the last.
///
/// What is written reads back as the same events. Where that and Procmon's habits
/// disagree, the events come first:
///
/// - CRLF inside a text is CR CR LF, as Procmon's text mode makes it. A lone LF
///   stays one; Procmon would write CRLF, which cannot be told from a CRLF any
///   more.
/// - A control character that XML 1.0 cannot hold is written as a numbered reference
///   such as `&#0;`, and bytes that are no UTF-8 stay as they are, where Procmon is
///   said to write `_`. They are counted in [`XmlWriter::unfit`]: strict XML parsers
///   refuse the file because of them.
/// - A text is never rewritten: the environment of a `Process Start` keeps the
///   `;` that a CSV export has in the place of its line feeds.
///
/// An element has the name of its column, `_` in the place of everything but ASCII
/// letters and digits: `Time_of_Day`. Nobody has seen what Procmon makes of
/// `Date & Time`; here it is `Date___Time`.
///
/// An event has a `ProcessIndex` when it knows its process, so one from a CSV
/// export has none. A column that an event does not have is an empty element.
/// The process list has what Procmon writes of a [`Process`], so no session, and
/// the modules only of a capture that gives them.
///
/// ```
/// use procmonkey_parser::{Column, Columns, Event, XmlWriter};
///
/// let mut writer = XmlWriter::new(Vec::new(), &Columns::from_known(&[Column::Path]), &[])?;
/// writer.write(&Event::default())?;
/// let xml = String::from_utf8_lossy(&writer.finish()?).into_owned();
/// assert!(xml.starts_with("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon>"));
/// assert!(xml.ends_with("<event>\r\n<Path></Path>\r\n</event>\r\n</eventlist></procmon>"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct XmlWriter<W> {
    output: W,
    columns: Columns,
    /// The element of each column.
    names: Vec<String>,
    record: Record,
    scratch: Scratch,
    /// Characters without a place in XML, in what was written.
    unfit: u64,
}

impl<W: Write> XmlWriter<W> {
    /// Writes everything that stands before the first event, without modules.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn new(
        output: W,
        columns: &Columns,
        processes: &[Arc<Process>],
    ) -> io::Result<XmlWriter<W>> {
        XmlWriter::with_modules(output, columns, processes, |_| Vec::new())
    }

    /// As [`XmlWriter::new`], with the modules of each process, which are asked for
    /// one process at a time; see [`Capture::modules_of`](crate::Capture::modules_of).
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn with_modules(
        mut output: W,
        columns: &Columns,
        processes: &[Arc<Process>],
        mut modules: impl FnMut(&Process) -> Vec<Module>,
    ) -> io::Result<XmlWriter<W>> {
        let of_column = |(known, name): (&Option<Column>, &str)| match known {
            Some(column) => element_name(column.name()),
            None => element_name(name),
        };
        let names = columns.known().iter().zip(columns.names()).map(of_column).collect();
        let head = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon><processlist>";
        output.write_all(head.as_bytes())?;
        let (mut record, mut unfit) = (Record::default(), 0);
        for process in processes {
            record.start();
            record.process(process, &modules(process));
            output.write_all(&record.bytes)?;
            unfit += record.unfit;
        }
        output.write_all(b"</processlist><eventlist>\r\n")?;
        Ok(XmlWriter {
            output,
            columns: columns.clone(),
            names,
            record,
            scratch: Scratch::default(),
            unfit,
        })
    }

    /// Writes one event.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        let record = &mut self.record;
        record.start();
        record.raw("<event>\r\n");
        if let Some(process) = event.process() {
            record.number("ProcessIndex", process.index);
        }
        let names = &self.names;
        event.for_each_field(&self.columns, Lines::Kept, &mut self.scratch, |index, field| {
            if let Some(name) = names.get(index) {
                record.leaf(name, field);
            }
        });
        if event.has_stack() {
            record.stack(&event.stack());
        }
        record.raw("</event>\r\n");
        self.unfit += record.unfit;
        self.output.write_all(&record.bytes)
    }

    /// How many characters were written that XML 1.0 has no place for, so that
    /// strict parsers refuse the file.
    pub fn unfit(&self) -> u64 {
        self.unfit
    }

    /// Ends the document and hands the output back. Without this the document
    /// has no end.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.output.write_all(b"</eventlist></procmon>")?;
        Ok(self.output)
    }
}

/// One event or process while it is put together.
#[derive(Debug, Default)]
struct Record {
    bytes: Vec<u8>,
    unfit: u64,
}

impl Record {
    fn start(&mut self) {
        self.bytes.clear();
        self.unfit = 0;
    }

    fn raw(&mut self, markup: &str) {
        self.bytes.extend_from_slice(markup.as_bytes());
    }

    /// Adds an element that holds text.
    fn leaf(&mut self, name: &str, text: &[u8]) {
        for piece in ["<", name, ">"] {
            self.raw(piece);
        }
        self.unfit += push_text(&mut self.bytes, text);
        for piece in ["</", name, ">\r\n"] {
            self.raw(piece);
        }
    }

    fn number(&mut self, name: &str, number: impl ToString) {
        self.leaf(name, number.to_string().as_bytes());
    }

    /// Adds an element whose text is empty when it is not known.
    fn text(&mut self, name: &str, text: Option<&String>) {
        self.leaf(name, text.map_or(&[], |text| text.as_bytes()));
    }

    /// As [`Record::text`].
    fn optional(&mut self, name: &str, number: Option<u32>) {
        self.leaf(name, number.map(|number| number.to_string()).unwrap_or_default().as_bytes());
    }

    /// Adds a process, with the elements and in the order that Procmon has.
    fn process(&mut self, process: &Process, modules: &[Module]) {
        self.raw("<process>\r\n");
        self.number("ProcessIndex", process.index);
        self.optional("ProcessId", process.pid);
        self.optional("ParentProcessId", process.parent_pid);
        self.optional("ParentProcessIndex", process.parent_index);
        self.text("AuthenticationId", process.authentication_id.as_ref());
        // Procmon has a 0 for a time that is not there.
        self.number("CreateTime", process.created.unwrap_or(0));
        self.number("FinishTime", process.finished.unwrap_or(0));
        self.optional("IsVirtualized", process.virtualized);
        self.optional("Is64bit", process.is_64_bit.map(u32::from));
        self.text("Integrity", process.integrity.as_ref());
        self.text("Owner", process.user.as_ref());
        self.text("ProcessName", process.name.as_ref());
        self.text("ImagePath", process.image_path.as_ref());
        self.text("CommandLine", process.command_line.as_ref());
        self.text("CompanyName", process.company.as_ref());
        self.text("Version", process.version.as_ref());
        self.text("Description", process.description.as_ref());
        self.raw("<modulelist>\r\n");
        for module in modules {
            self.module(module);
        }
        self.raw("</modulelist></process>\r\n");
    }

    fn module(&mut self, module: &Module) {
        self.raw("<module>\r\n");
        self.number("Timestamp", module.loaded);
        self.leaf("BaseAddress", format!("0x{:x}", module.base).as_bytes());
        self.number("Size", module.size);
        self.leaf("Path", module.path.as_bytes());
        self.leaf("Version", module.version.as_bytes());
        self.leaf("Company", module.company.as_bytes());
        self.leaf("Description", module.description.as_bytes());
        self.raw("</module>\r\n");
    }

    fn stack(&mut self, frames: &[Frame]) {
        self.raw("<stack>\r\n");
        for frame in frames {
            self.raw("<frame>\r\n");
            self.number("depth", frame.depth);
            self.leaf("address", frame.address.as_bytes());
            self.leaf("path", frame.path.as_bytes());
            self.leaf("location", frame.location.as_bytes());
            self.raw("</frame>\r\n");
        }
        self.raw("</stack>\r\n");
    }
}
