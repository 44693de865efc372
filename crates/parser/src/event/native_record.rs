//! An event of a native capture, kept without its texts.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::input::Content;
use crate::model::{Column, Columns, Frame, Module};
use crate::pml::owned::OwnedPml;
use crate::pml::processes::SYSTEM_PID;
use crate::pml::{EventHeader, Fidelity, Pml, PmlEvent, ProcessEntry};

/// An event of a native capture: where it is, and the little that is asked for
/// with every event.
#[derive(Clone)]
pub(crate) struct PmlRecord {
    part: Arc<SharedPart>,
    pub(crate) columns: Arc<Columns>,
    index: usize,
    at: usize,
    pub(crate) header: EventHeader,
    repaired: bool,
}

impl PmlRecord {
    pub(crate) fn new(
        part: Arc<SharedPart>,
        columns: Arc<Columns>,
        event: &PmlEvent<'_>,
    ) -> PmlRecord {
        PmlRecord {
            part,
            columns,
            index: event.index,
            at: event.at,
            header: event.header,
            repaired: event.repaired,
        }
    }

    /// Becomes another event of the same part.
    pub(crate) fn set(&mut self, event: &PmlEvent<'_>) {
        self.index = event.index;
        self.at = event.at;
        self.header = event.header;
        self.repaired = event.repaired;
    }

    /// The part of the capture that the event is in.
    pub(crate) fn part(&self) -> &Arc<SharedPart> {
        &self.part
    }

    /// The event, which was found when it was read.
    pub(crate) fn event(&self) -> PmlEvent<'_> {
        PmlEvent {
            pml: self.part.pml.pml(),
            index: self.index,
            at: self.at,
            header: self.header,
            repaired: self.repaired,
        }
    }

    /// The text of a column; `None` where the capture does not know it.
    pub(crate) fn column(&self, column: Column) -> Option<String> {
        let mut text = String::new();
        self.event().column_text(column, &mut text).then_some(text)
    }

    /// The Detail text without Procmon's mistakes.
    pub(crate) fn corrected_detail(&self) -> String {
        let mut text = String::new();
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
                address: format!("0x{address:x}"),
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
    modules: OnceLock<HashMap<u32, Vec<Module>>>,
}

impl SharedPart {
    pub(crate) fn new(pml: OwnedPml) -> SharedPart {
        SharedPart { pml, modules: OnceLock::new() }
    }

    /// The bytes that it is read from.
    pub(crate) fn content(&self) -> &Content {
        self.pml.content()
    }

    pub(crate) fn pml(&self) -> &Pml<'_> {
        self.pml.pml()
    }

    /// The modules of a process, by its index in this part.
    pub(crate) fn modules_of(&self, index: u32) -> &[Module] {
        let modules = self.modules.get_or_init(|| {
            let pml = self.pml.pml();
            let list = |entry: &ProcessEntry| (entry.index, pml.modules(entry).collect());
            pml.processes().iter().map(list).collect()
        });
        modules.get(&index).map_or(&[], Vec::as_slice)
    }

    /// The module that holds an address: of the process, or of the kernel.
    fn module_at(&self, process_index: u32, address: u64) -> Option<&Module> {
        let pml = self.pml.pml();
        let owner = match address > pml.info().max_user_address {
            true => pml.processes().iter().find(|entry| entry.pid == SYSTEM_PID)?.index,
            false => process_index,
        };
        self.modules_of(owner).iter().find(|module| module.contains(address))
    }
}
