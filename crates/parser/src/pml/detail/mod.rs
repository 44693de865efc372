//! The column Detail, by class and operation.

mod directory;
mod file;
mod file_block;
mod file_information;
mod network;
mod process;
mod registry;
mod registry_data;
mod rename;
mod volume;

pub(crate) use directory::{CLASSES, name_places, push_filter_of_path};
pub(crate) use file::open_result;
pub(crate) use file_block::FileDetail;
pub(crate) use network::{NetworkDetail, path_characters};
pub(crate) use registry::{
    KEY_CLASSES, SET_CLASSES, code as registry_code, created_key, path as registry_path,
    path_at as registry_path_at,
};
pub(crate) use registry_data::TYPES;
pub use rename::Destination;
pub(crate) use rename::{destination, names_a_destination};

use super::bytes::{Bytes, PointerWidth};
use super::exporter::Exporter;
use super::record::{Class, EventHeader, EventParts};
use super::rendering::{Fidelity, Rendering};
use super::text::{push_grouped, push_hex, push_number};
use super::users::Users;
use crate::time::Zone;

/// Everything that the text of one event is made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DetailInput<'a> {
    pub(crate) header: &'a EventHeader,
    pub(crate) parts: EventParts<'a>,
    pub(crate) width: PointerWidth,
    pub(crate) version: u32,
    pub(crate) rendering: &'a Rendering,
    pub(crate) exporter: Exporter,
    /// When the capture begins: its offset from UTC is that of file times.
    pub(crate) first_time: i64,
    pub(crate) users: Users<'a>,
    pub(crate) fidelity: Fidelity,
}

impl<'a> DetailInput<'a> {
    pub(crate) fn detail(&self) -> Bytes<'a> {
        self.parts.detail
    }

    /// The returned data; empty if none was recorded.
    pub(crate) fn returned(&self) -> Bytes<'a> {
        self.parts.extra.unwrap_or_default()
    }
}

impl DetailInput<'_> {
    /// The zone of the times of files. Procmon shows all of them with the offset from UTC
    /// that the computer has when it exports, whatever their own date: a time of winter that
    /// is exported in summer is one hour late. When that was is not recorded; the first event
    /// of the capture stands for it.
    pub(crate) fn file_zone(&self) -> Zone {
        Zone::fixed(self.rendering.zone.offset_at(self.first_time))
    }
}

/// Appends the Detail text of an event. Lines within it end with CR LF.
pub(crate) fn push(out: &mut String, source: &DetailInput<'_>) {
    let mut items = Items::new(out);
    match source.header.class {
        Class::Process => process::push(&mut items, source),
        Class::Registry => registry::push(&mut items, source),
        Class::FileSystem | Class::Ipc => file::push(&mut items, source),
        Class::Profiling => process::push_profiling(&mut items, source),
        Class::Network => network::push(&mut items, source),
        Class::Unknown(_) => {}
    }
}

/// Writes `Key: value` items, separated by a comma.
#[derive(Debug)]
pub(crate) struct Items<'o> {
    out: &'o mut String,
    start: usize,
}

impl<'o> Items<'o> {
    pub(crate) fn new(out: &'o mut String) -> Items<'o> {
        let start = out.len();
        Items { out, start }
    }

    /// Begins the next item. Returns the text, for its value to be appended.
    pub(crate) fn key(&mut self, key: &str) -> &mut String {
        if self.out.len() > self.start {
            self.out.push_str(", ");
        }
        self.out.push_str(key);
        self.out.push_str(": ");
        self.out
    }

    pub(crate) fn text(&mut self, key: &str, text: &str) {
        self.key(key).push_str(text);
    }

    /// An item with a number without grouping.
    pub(crate) fn number(&mut self, key: &str, value: impl Into<u64>) {
        push_number(self.key(key), value.into());
    }

    /// An item with a number in groups of three digits.
    pub(crate) fn grouped(&mut self, key: &str, value: impl Into<u64>) {
        push_grouped(self.key(key), value.into());
    }

    pub(crate) fn hex(&mut self, key: &str, value: impl Into<u64>) {
        let out = self.key(key);
        out.push_str("0x");
        push_hex(out, value.into());
    }

    pub(crate) fn flag(&mut self, key: &str, raw: u8) {
        super::text::push_bool(self.key(key), raw);
    }
}
