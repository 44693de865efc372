//! An event of a native capture, without its texts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::input::Content;
use crate::model::{Address, Column, Columns, Frame, Module, ModuleMap};
use crate::pml::columns;
use crate::pml::operation::Named;
use crate::pml::owned::OwnedPml;
use crate::pml::processes::SYSTEM_PID;
use crate::pml::{EventHeader, Fidelity, Pml, PmlEvent, ProcessEntry};

/// An event of a native capture: where it is stored, and its header.
#[derive(Clone)]
pub(crate) struct PmlRecord {
    part: Arc<SharedPart>,
    pub(crate) columns: Arc<Columns>,
    index: usize,
    at: usize,
    pub(crate) header: EventHeader,
    repaired: bool,
    operation: Named,
}

/// Room for most paths, and for most texts of the column Detail, in bytes.
const PATH: usize = 128;
const DETAIL: usize = 256;

impl PmlRecord {
    pub(crate) fn new(
        part: Arc<SharedPart>,
        columns: Arc<Columns>,
        event: &PmlEvent<'_>,
        operation: Named,
    ) -> PmlRecord {
        PmlRecord {
            part,
            columns,
            index: event.index,
            at: event.at,
            header: event.header,
            repaired: event.repaired,
            operation,
        }
    }

    /// Replaces the event by another one of the same part, which has this operation.
    pub(crate) fn set(&mut self, event: &PmlEvent<'_>, operation: Named) {
        self.index = event.index;
        self.at = event.at;
        self.header = event.header;
        self.repaired = event.repaired;
        self.operation = operation;
    }

    /// The part of the capture that the event is stored in.
    pub(crate) fn part(&self) -> &Arc<SharedPart> {
        &self.part
    }

    /// The event, with the part of the capture that its texts are read from.
    pub(crate) fn event(&self) -> PmlEvent<'_> {
        PmlEvent {
            pml: self.part.pml.pml(),
            index: self.index,
            at: self.at,
            header: self.header,
            repaired: self.repaired,
        }
    }

    /// The text of a column, where it is one of a list and need not be made.
    pub(crate) fn fixed_text(&self, column: Column) -> Option<&'static str> {
        match column {
            Column::Operation => Some(self.operation.text()),
            _ => columns::fixed_text(&self.event(), column),
        }
    }

    /// The text of a column; `None` if the capture does not have it.
    pub(crate) fn column(&self, column: Column) -> Option<Cow<'static, str>> {
        if let Some(text) = self.fixed_text(column) {
            return Some(Cow::Borrowed(text));
        }
        let event = self.event();
        let room = if column == Column::Path { PATH } else { 0 };
        let mut text = String::with_capacity(room);
        event.column_text(column, &mut text).then_some(Cow::Owned(text))
    }

    /// The Detail text without Procmon's mistakes.
    pub(crate) fn corrected_detail(&self) -> String {
        let mut text = String::with_capacity(DETAIL);
        self.event().detail_text(Fidelity::Corrected, &mut text);
        text
    }

    pub(crate) fn has_stack(&self) -> bool {
        self.header.stack_depth > 0
    }

    /// The call stack, each address with the module that holds it.
    pub(crate) fn stack(&self) -> Vec<Frame> {
        let event = self.event();
        let process = event.header().process_index;
        let frame = |(depth, address): (usize, u64)| {
            let module = self.part.module_at(process, address);
            let path = module.map(|module| module.path.clone()).unwrap_or_default();
            let name = path.rsplit('\\').next().unwrap_or_default().to_string();
            let location = module.map(|module| format!("{name} + 0x{:x}", address - module.base));
            Frame {
                depth: depth as u32,
                address: Address::new(address),
                location: location.unwrap_or_default(),
                path,
            }
        };
        event.stack().enumerate().map(frame).collect()
    }
}

impl std::fmt::Debug for PmlRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PmlRecord").field("index", &self.index).finish_non_exhaustive()
    }
}

/// A part of a native capture, shared by its events.
#[derive(Debug)]
pub(crate) struct SharedPart {
    pml: OwnedPml,
    modules: OnceLock<LoadedModules>,
}

/// The modules of all processes of a part.
#[derive(Debug, Default)]
struct LoadedModules {
    /// By the process index of the part.
    by_process: HashMap<u32, ModuleMap>,
    /// Process index of the kernel.
    kernel: Option<u32>,
}

impl SharedPart {
    pub(crate) fn new(pml: OwnedPml) -> SharedPart {
        SharedPart { pml, modules: OnceLock::new() }
    }

    /// The bytes of the part.
    pub(crate) fn content(&self) -> &Content {
        self.pml.content()
    }

    pub(crate) fn pml(&self) -> &Pml<'_> {
        self.pml.pml()
    }

    /// The modules of a process, by the process index of this part.
    pub(crate) fn modules_of(&self, index: u32) -> &[Module] {
        self.loaded().by_process.get(&index).map_or(&[], ModuleMap::modules)
    }

    fn loaded(&self) -> &LoadedModules {
        self.modules.get_or_init(|| {
            let pml = self.pml.pml();
            let list =
                |entry: &ProcessEntry| (entry.index, ModuleMap::new(pml.modules(entry).collect()));
            let kernel = pml.processes().iter().find(|entry| entry.pid == SYSTEM_PID);
            LoadedModules {
                by_process: pml.processes().iter().map(list).collect(),
                kernel: kernel.map(|entry| entry.index),
            }
        })
    }

    /// The module of the process, or of the kernel, that contains an address.
    fn module_at(&self, process_index: u32, address: u64) -> Option<&Module> {
        let loaded = self.loaded();
        let owner = match address > self.pml.pml().info().max_user_address {
            true => loaded.kernel?,
            false => process_index,
        };
        loaded.by_process.get(&owner)?.find(address)
    }
}
