//! One event. Its texts are made when they are asked for.

use super::Pml;
use super::bytes::{Bytes, PointerWidth};
use super::detail::{self, Destination, DetailInput, FileDetail, destination, names_a_destination};
use super::exporter::Exporter;
use super::operation::file_code;
use super::processes::ProcessEntry;
use super::record::{Class, EventHeader, EventParts};
use super::rendering::{Fidelity, Rendering};
use super::tables::Hosts;
use super::users::Users;
use crate::model::Position;

/// One event of a capture. Making one only reads the 52 bytes of its header; every method
/// decodes what it needs.
#[derive(Clone, Copy, Debug)]
pub struct PmlEvent<'p> {
    pub(crate) pml: &'p Pml<'p>,
    pub(crate) index: usize,
    pub(crate) at: usize,
    pub(crate) header: EventHeader,
    pub(crate) repaired: bool,
}

impl<'p> PmlEvent<'p> {
    /// The fixed header.
    pub fn header(&self) -> &EventHeader {
        &self.header
    }

    /// The index of the event in the capture, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Where the event begins in the file.
    pub fn position(&self) -> Position {
        self.pml.position(self.at as u64, self.index as u64)
    }

    /// The process of the event; `None` if the table does not have it, as in a file that
    /// was never closed.
    pub fn process(&self) -> Option<&'p ProcessEntry> {
        self.pml.process(self.header.process_index)
    }

    /// The path as it is stored, which can be compared without decoding. `None` for
    /// events without a path, and for those whose path is made from several parts. For
    /// `QueryDirectory` it is the directory without the filter.
    pub fn raw_path(&self) -> Option<super::RawText<'p>> {
        match self.header.class {
            Class::FileSystem | Class::Ipc => Some(self.file_detail().path),
            Class::Registry => {
                Some(detail::registry_path(self.header.operation, self.detail_block()))
            }
            _ => None,
        }
    }

    /// Appends the text of the column Result; nothing while the operation is pending.
    pub fn push_result(&self, out: &mut String) {
        super::status::push(out, self.header.status, self.exporter());
    }

    /// Appends the text of the column Detail. Lines in a value end with CR LF, where a
    /// CSV export writes `;` for the LF.
    pub fn detail_text(&self, fidelity: Fidelity, out: &mut String) {
        detail::push(out, &self.source(fidelity));
    }

    /// The return addresses, kernel frames first. Addresses above
    /// [`Info::max_user_address`](super::Info) belong to the kernel.
    pub fn stack(&self) -> impl Iterator<Item = u64> + use<'p> {
        let width = self.pointer_width();
        self.parts()
            .stack
            .0
            .chunks_exact(width.bytes())
            .map(move |frame| Bytes(frame).pointer(0, width).unwrap_or(0))
    }

    /// The new names in a rename or in the creation of a hard link.
    pub fn destination(&self) -> Option<Destination<'p>> {
        let is_file = matches!(self.header.class, Class::FileSystem | Class::Ipc);
        if !is_file || self.header.operation != file_code::SET_INFORMATION {
            return None;
        }
        let file = self.file_detail();
        names_a_destination(file.sub_operation)
            .then(|| destination(&file, self.pointer_width()))
            .flatten()
    }

    /// What a `CreateFile` did, as Windows numbers it: 0 superseded, 1 opened, 2 created,
    /// 3 overwritten, 4 exists, 5 does not exist. `None` for other operations and for
    /// failures.
    pub fn open_result(&self) -> Option<u64> {
        let is_create = matches!(self.header.class, Class::FileSystem | Class::Ipc)
            && self.header.operation == file_code::CREATE;
        is_create.then(|| detail::open_result(self.extra_block(), self.pointer_width()))?
    }

    /// The detail block as it is stored.
    pub fn raw_detail(&self) -> &'p [u8] {
        self.detail_block().0
    }

    /// The returned data as it is stored.
    pub fn raw_extra(&self) -> Option<&'p [u8]> {
        self.extra_block().map(|extra| extra.0)
    }

    pub(crate) fn parts(&self) -> EventParts<'p> {
        EventParts::read(Bytes(self.pml.bytes), self.at, &self.header, self.pointer_width())
    }

    pub(crate) fn detail_block(&self) -> Bytes<'p> {
        let file = Bytes(self.pml.bytes);
        let rest = file.from(self.at.saturating_add(self.header.detail_at(self.pointer_width())));
        Bytes(rest.0.get(..self.header.detail_size as usize).unwrap_or(rest.0))
    }

    pub(crate) fn extra_block(&self) -> Option<Bytes<'p>> {
        self.parts().extra
    }

    pub(crate) fn file_detail(&self) -> FileDetail<'p> {
        FileDetail::read(self.detail_block(), self.pointer_width())
    }

    pub(crate) fn pointer_width(&self) -> PointerWidth {
        self.pml.info.pointer_width
    }

    pub(crate) fn version(&self) -> u32 {
        self.pml.info.version
    }

    pub(crate) fn rendering(&self) -> &'p Rendering {
        &self.pml.rendering
    }

    pub(crate) fn exporter(&self) -> Exporter {
        self.pml.exporter()
    }

    pub(crate) fn first_time(&self) -> i64 {
        self.pml.first_time
    }

    pub(crate) fn hosts(&self) -> &'p Hosts {
        self.pml.hosts()
    }

    pub(crate) fn source(&self, fidelity: Fidelity) -> DetailInput<'_> {
        let pml = self.pml;
        DetailInput {
            header: &self.header,
            parts: self.parts(),
            width: self.pointer_width(),
            version: self.version(),
            rendering: &pml.rendering,
            exporter: self.exporter(),
            first_time: self.first_time(),
            users: Users {
                names: &pml.users,
                file: Bytes(pml.bytes),
                offsets: &pml.offsets,
                width: self.pointer_width(),
                processes: &pml.processes,
            },
            fidelity,
        }
    }
}
