//! The process table, and the modules of each process.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::sync::Arc;

use super::bytes::{Bytes, PointerWidth};
use super::tables::{StringCache, Strings, missing, section, short};
use crate::model::{LossKind, Losses, Module, Position};

/// PID of the process that the kernel's modules belong to.
pub(crate) const SYSTEM_PID: u32 = 4;

/// One process of the capture.
///
/// Events refer to it by [`ProcessEntry::index`], never by PID: a PID is reused after its
/// process has ended. A text is `None` if the string table does not have it, as in a
/// damaged file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessEntry {
    /// Identifies the process within the capture.
    pub index: u32,
    /// PID.
    pub pid: u32,
    /// PID of the parent, which may have ended long before.
    pub parent_pid: u32,
    /// Index of the parent, which can be missing in the table.
    pub parent_index: u32,
    /// Logon session (LUID): high half and low half.
    pub authentication_id: u64,
    /// Terminal Services session.
    pub session: u32,
    /// Start, FILETIME (100 ns ticks since 1601 UTC).
    pub started: i64,
    /// End, FILETIME; `None` while the process was running.
    pub ended: Option<i64>,
    /// UAC virtualization: 0 no, 1 yes, `u32::MAX` if it does not apply.
    pub virtualized: u32,
    /// Whether it is a 64-bit process.
    pub is_64_bit: bool,
    /// Integrity level, in the language of the recorded Windows.
    pub integrity: Option<Arc<str>>,
    /// Account as `DOMAIN\name`.
    pub user: Option<Arc<str>>,
    /// Base name of the image.
    pub name: Option<Arc<str>>,
    /// Full path of the image.
    pub image_path: Option<Arc<str>>,
    /// Command line.
    pub command_line: Option<Arc<str>>,
    /// Company from the version resource.
    pub company: Option<Arc<str>>,
    /// Version from the version resource.
    pub version: Option<Arc<str>>,
    /// Description from the version resource.
    pub description: Option<Arc<str>>,
    /// How many modules the table lists for the process.
    pub module_count: u32,
    /// Whether a text has several lines, which a CSV export puts on one line.
    pub(crate) has_lines: bool,
    /// Offset of the first module record in the file.
    pub(crate) modules_at: usize,
}

/// All processes, which can be found by index.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProcessTable {
    entries: Vec<ProcessEntry>,
    /// For each index below [`SMALL`], the position in `entries` plus one; 0 if there is
    /// no such process.
    small: Vec<u32>,
    /// Index and position of the rest, sorted.
    large: Vec<(u32, u32)>,
}

/// Smaller indexes are found without a search.
const SMALL: usize = 1 << 16;

impl ProcessTable {
    pub(crate) fn read(
        file: Bytes<'_>,
        at: u64,
        width: PointerWidth,
        strings: Strings<'_>,
        losses: &mut Losses,
    ) -> ProcessTable {
        let table = section(file, at);
        let Some(declared) = table.u32(0) else {
            missing(losses, at, "process table");
            return ProcessTable::default();
        };
        let count = (declared as usize).min(table.len().saturating_sub(4) / 8);
        if count < declared as usize {
            short(losses, at, "process table", declared as usize, count);
        }
        let mut cache = StringCache::new(strings);
        let mut processes = ProcessTable::default();
        for position in 0..count {
            // The offsets follow all declared indexes, even those that do not exist.
            let offsets = (declared as usize).saturating_mul(4).saturating_add(4);
            let offset_at = offsets.saturating_add(4 * position);
            let index = table.u32(4 + 4 * position);
            let entry = table
                .u32(offset_at)
                .and_then(|offset| entry(table, offset as usize, at as usize, width, &mut cache));
            match entry {
                // The index is stored twice, which shows whether this is a process.
                Some(entry) if Some(entry.index) == index => processes.insert(entry),
                _ => losses.add(
                    LossKind::DamagedRecord,
                    Position::at_byte(at.saturating_add(offset_at as u64)),
                    format!("process {} of {declared} is damaged or missing", position + 1),
                ),
            }
        }
        processes.large.sort_unstable();
        processes
    }

    fn insert(&mut self, entry: ProcessEntry) {
        let index = entry.index as usize;
        self.entries.push(entry);
        let number = self.entries.len() as u32;
        if index < SMALL {
            if self.small.len() <= index {
                self.small.resize(index + 1, 0);
            }
            self.small[index] = number;
        } else {
            self.large.push((index as u32, number));
        }
    }

    pub(crate) fn entries(&self) -> &[ProcessEntry] {
        &self.entries
    }

    pub(crate) fn get(&self, index: u32) -> Option<&ProcessEntry> {
        let number = match self.small.get(index as usize) {
            Some(&number) => number,
            None => {
                let at = self.large.binary_search_by_key(&index, |&(index, _)| index).ok()?;
                self.large[at].1
            }
        };
        self.entries.get((number as usize).checked_sub(1)?)
    }
}

/// The offset of the modules in a record.
pub(crate) fn modules_at(width: PointerWidth) -> usize {
    0x60 + width.bytes() + 4
}

fn entry(
    table: Bytes<'_>,
    offset: usize,
    table_at: usize,
    width: PointerWidth,
    strings: &mut StringCache<'_>,
) -> Option<ProcessEntry> {
    let record = table.from(offset);
    let modules = modules_at(width);
    let module_count = record.u32(modules - 4)?;
    let text = |field: usize| strings.get(record.u32(0x38 + 4 * field)?);
    let texts: [Option<Arc<str>>; 8] = std::array::from_fn(text);
    let has_lines = texts.iter().flatten().any(|text| text.contains('\n'));
    let [integrity, user, name, image_path, command_line, company, version, description] = texts;
    Some(ProcessEntry {
        index: record.u32(0x00)?,
        pid: record.u32(0x04)?,
        parent_pid: record.u32(0x08)?,
        parent_index: record.u32(0x0C)?,
        authentication_id: record.u64(0x10)?,
        session: record.u32(0x18)?,
        started: record.i64(0x20)?,
        ended: record.i64(0x28).filter(|&end| end != 0),
        virtualized: record.u32(0x30)?,
        is_64_bit: record.u32(0x34)? != 0,
        integrity,
        user,
        name,
        image_path,
        command_line,
        company,
        version,
        description,
        has_lines,
        module_count,
        modules_at: table_at.checked_add(offset)?.checked_add(modules)?,
    })
}

/// The modules of a process, decoded one by one. Ends early if the file does.
#[derive(Clone, Debug)]
pub struct Modules<'a> {
    file: Bytes<'a>,
    strings: Strings<'a>,
    width: PointerWidth,
    next: usize,
    left: u32,
}

impl<'a> Modules<'a> {
    pub(crate) fn new(
        file: Bytes<'a>,
        strings: Strings<'a>,
        width: PointerWidth,
        process: &ProcessEntry,
    ) -> Modules<'a> {
        Modules { file, strings, width, next: process.modules_at, left: process.module_count }
    }
}

/// The texts of a module, as numbers of strings: path, version, company and description.
pub(crate) type ModuleTexts = [u32; 4];

impl<'a> Modules<'a> {
    /// The next one, with the numbers of its texts, which are not decoded.
    fn next_record(&mut self) -> Option<(Bytes<'a>, ModuleTexts)> {
        self.left = self.left.checked_sub(1)?;
        let pointer = self.width.bytes();
        let size = 2 * pointer + 48;
        let record = Bytes(self.file.slice(self.next, size)?);
        self.next += size;
        let text = |field: usize| record.u32(2 * pointer + 4 + 4 * field).unwrap_or(0);
        Some((record, std::array::from_fn(text)))
    }

    fn module(&self, record: Bytes<'_>, texts: ModuleTexts) -> Option<Module> {
        let pointer = self.width.bytes();
        let [path, version, company, description] =
            texts.map(|index| self.strings.get(index).unwrap_or_default());
        let low = record.u32(0)?;
        let high = record.u32(2 * pointer + 44)?;
        Some(Module {
            base: record.pointer(pointer, self.width)?,
            size: record.u32(2 * pointer)?,
            path,
            version,
            company,
            description,
            time_stamp: record.u32(2 * pointer + 20)?,
            loaded: (i64::from(high) << 32) | i64::from(low),
        })
    }

    /// Those of which the texts are not among the ones that were seen. Nearly all processes have the
    /// same modules.
    pub(crate) fn with_other_texts(
        mut self,
        seen: &mut HashSet<ModuleTexts, impl BuildHasher>,
        most: &mut usize,
    ) -> Vec<Module> {
        let mut others = Vec::new();
        while let (Some(left), Some((record, texts))) = (most.checked_sub(1), self.next_record()) {
            *most = left;
            if seen.insert(texts) {
                others.extend(self.module(record, texts));
            }
        }
        others
    }
}

impl Iterator for Modules<'_> {
    type Item = Module;

    fn next(&mut self) -> Option<Module> {
        let (record, texts) = self.next_record()?;
        self.module(record, texts)
    }
}
