//! XML as Procmon writes it.

use std::io::Write;
use std::sync::Arc;

use super::escape::{element_name, push_text};
use crate::event::Event;
use crate::format::fields::{Lines, Scratch};

use crate::model::{Column, Columns, Error, Frame, Module, Process};

/// Writes events as Procmon exports them: a byte order mark, the process list, then one
/// element for each event, containing one element for each column. Every line but the
/// last ends with CR LF.
///
/// What is written reads back as the same events. Where that conflicts with Procmon's
/// habits, the events have priority:
///
/// - CR LF in a text becomes CR CR LF, as in Procmon's text mode. A lone LF stays LF;
///   Procmon would write CR LF, which could not be distinguished from a CR LF in the
///   text.
/// - A control character that XML 1.0 does not allow is written as a numbered reference
///   such as `&#0;`, where Procmon is said to write `_`. They are counted in
///   [`XmlWriter::unfit`]: strict XML parsers reject the file because of them.
/// - Texts are not changed: the environment of a `Process Start` keeps the `;` that a CSV
///   export has instead of line feeds.
///
/// An element has the name of its column with `_` instead of everything but ASCII letters
/// and digits: `Time_of_Day`. How Procmon writes `Date & Time` is not known; here it is
/// `Date___Time`.
///
/// An event has a `ProcessIndex` if it knows its process, so one from a CSV export has
/// none. A column that an event does not have becomes an empty element. The process list
/// has what Procmon writes about a [`Process`], so no session, and modules only for a
/// capture that records them.
///
/// ```
/// use procmonkey_parser::{Column, Columns, Event, XmlWriter};
///
/// let mut writer = XmlWriter::new(Vec::new(), &Columns::from_known(&[Column::Path]), &[])?;
/// writer.write(&Event::default())?;
/// let xml = String::from_utf8_lossy(&writer.finish()?).into_owned();
/// assert!(xml.starts_with("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon>"));
/// assert!(xml.ends_with("<event>\r\n<Path></Path>\r\n</event>\r\n</eventlist></procmon>"));
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Debug)]
pub struct XmlWriter<W> {
    output: W,
    columns: Columns,
    /// The element of each column.
    names: Vec<String>,
    record: ElementBuffer,
    scratch: Scratch,
    /// How many characters were written that XML does not allow.
    unfit: u64,
}

impl<W: Write> XmlWriter<W> {
    /// Writes everything that precedes the first event, without modules.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn new(
        output: W,
        columns: &Columns,
        processes: &[Arc<Process>],
    ) -> Result<XmlWriter<W>, Error> {
        XmlWriter::with_modules(output, columns, processes, |_| Vec::new())
    }

    /// As [`XmlWriter::new`], with the modules of each process. They are asked for one
    /// process at a time; see [`Capture::modules_of`](crate::Capture::modules_of).
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn with_modules(
        mut output: W,
        columns: &Columns,
        processes: &[Arc<Process>],
        mut modules: impl FnMut(&Process) -> Vec<Module>,
    ) -> Result<XmlWriter<W>, Error> {
        let of_column = |(known, name): (&Option<Column>, &str)| match known {
            Some(column) => element_name(column.name()),
            None => element_name(name),
        };
        let names = columns.known().iter().zip(columns.names()).map(of_column).collect();
        let head = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon><processlist>";
        output.write_all(head.as_bytes()).map_err(Error::written)?;
        let (mut record, mut unfit) = (ElementBuffer::default(), 0);
        for process in processes {
            record.start();
            record.process(process, &modules(process));
            output.write_all(&record.bytes).map_err(Error::written)?;
            unfit += record.unfit;
        }
        output.write_all(b"</processlist><eventlist>\r\n").map_err(Error::written)?;
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
    pub fn write(&mut self, event: &Event) -> Result<(), Error> {
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
        self.output.write_all(&record.bytes).map_err(Error::written)
    }

    /// How many characters were written that XML 1.0 does not allow, so that strict
    /// parsers reject the file.
    pub fn unfit(&self) -> u64 {
        self.unfit
    }

    /// Completes the document and returns the output. Without this call the document is
    /// incomplete.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> Result<W, Error> {
        self.output.write_all(b"</eventlist></procmon>").map_err(Error::written)?;
        Ok(self.output)
    }
}

/// The bytes of one event or process while it is written.
#[derive(Debug, Default)]
struct ElementBuffer {
    bytes: Vec<u8>,
    unfit: u64,
}

impl ElementBuffer {
    fn start(&mut self) {
        self.bytes.clear();
        self.unfit = 0;
    }

    fn raw(&mut self, markup: &str) {
        self.bytes.extend_from_slice(markup.as_bytes());
    }

    /// Adds an element that contains text.
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

    /// Adds an element that is empty if the text is unknown.
    fn text(&mut self, name: &str, text: Option<&String>) {
        self.leaf(name, text.map_or(&[], |text| text.as_bytes()));
    }

    /// As [`ElementBuffer::text`].
    fn optional(&mut self, name: &str, number: Option<u32>) {
        self.leaf(name, number.map(|number| number.to_string()).unwrap_or_default().as_bytes());
    }

    /// Adds a process, with the same elements and in the same order as Procmon.
    fn process(&mut self, process: &Process, modules: &[Module]) {
        self.raw("<process>\r\n");
        self.number("ProcessIndex", process.index);
        self.optional("ProcessId", process.pid);
        self.optional("ParentProcessId", process.parent_pid);
        self.optional("ParentProcessIndex", process.parent_index);
        self.text("AuthenticationId", process.authentication_id.as_ref());
        // Procmon writes 0 for a missing time.
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
            self.number("address", &frame.address);
            self.leaf("path", frame.path.as_bytes());
            self.leaf("location", frame.location.as_bytes());
            self.raw("</frame>\r\n");
        }
        self.raw("</stack>\r\n");
    }
}
