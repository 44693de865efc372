//! What has to be examined in an event before it can be skipped, by class and operation.

use crate::model::OperationNames;
use crate::pml::columns::file_operation;
use crate::pml::detail::registry_path_at;
use crate::pml::operation::{Dispatch, Named, file_code, name};
use crate::pml::process_block::code as process_code;
use crate::pml::record::{Class, EventHeader};
use crate::pml::{Pml, PointerWidth};

/// What has to be examined, for each class and operation of a part.
#[derive(Debug)]
pub(super) struct SelectionPlan {
    operations: [OperationPlan; CLASSES * CODES],
    /// For each operation, the sub-operations that have a name: one bit for each.
    named: [[u64; 4]; CODES],
}

/// What has to be examined in the events of one class and operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OperationPlan {
    pub(super) name: NameCheck,
    pub(super) path: PathSource,
}

/// How to find out whether an operation has a name. One without a name is a loss, so it
/// has to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameCheck {
    /// It has one.
    Known,
    /// It has none.
    Unknown,
    /// By the first byte of the details; see [`SelectionPlan::is_named`].
    BySub,
    /// By the details.
    ByDetail,
}

/// Where to find the path of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathSource {
    /// There is none, or it does not matter.
    Nowhere,
    /// Offsets of its descriptor and of its text in the details.
    Stored { descriptor: u8, text: u8 },
    /// The same, but the path may continue after that text.
    Listing { descriptor: u8, text: u8 },
    /// It has to be made from several parts.
    Rendered,
}

/// The codes are cut to three and to six bits.
const CLASSES: usize = 8;
const CODES: usize = 64;

/// Operations whose name depends on more than their code.
const BY_SUB: [u16; 7] = [
    file_code::QUERY_INFORMATION,
    file_code::SET_INFORMATION,
    file_code::QUERY_VOLUME,
    file_code::SET_VOLUME,
    file_code::DIRECTORY_CONTROL,
    file_code::LOCK_UNLOCK,
    file_code::PLUG_AND_PLAY,
];

/// Which paths have to be examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathCheck {
    /// None.
    None,
    /// The stored bytes are enough.
    Stored,
    /// Paths have to be made into text.
    Rendered,
}

impl SelectionPlan {
    /// `paths` says what to do with the paths of all events but those of the network.
    pub(super) fn of(pml: &Pml<'_>, paths: PathCheck, network: PathCheck) -> SelectionPlan {
        let names = pml.rendering().names;
        let operation_plan = |class: u16, code: u16| {
            let class = Class::from_code(class);
            let check = if class == Class::Network { network } else { paths };
            let path = match check {
                PathCheck::None => PathSource::Nowhere,
                PathCheck::Stored => path_of(class, code, pml.info().pointer_width),
                PathCheck::Rendered => match path_of(class, code, pml.info().pointer_width) {
                    PathSource::Nowhere => PathSource::Nowhere,
                    _ => PathSource::Rendered,
                },
            };
            OperationPlan { name: name_of(class, code, names), path }
        };
        let is_named =
            |code: u16, sub: u8| file_operation(pml, code, sub, Dispatch::Irp) != Named::Unknown;
        let mut named = [[0; 4]; CODES];
        for code in BY_SUB {
            for sub in (0..=u8::MAX).filter(|&sub| is_named(code, sub)) {
                named[usize::from(code)][usize::from(sub / 64)] |= 1 << (sub % 64);
            }
        }
        let operations =
            std::array::from_fn(|at| operation_plan((at / CODES) as u16, (at % CODES) as u16));
        SelectionPlan { operations, named }
    }

    /// What has to be examined in an event. Codes beyond the range are treated like codes
    /// within it; such events are recognised as damaged or unknown elsewhere.
    #[inline]
    pub(super) fn operation_plan(&self, header: &EventHeader) -> OperationPlan {
        let (class, code) = (usize::from(header.class.code()), usize::from(header.operation));
        self.operations[class % CLASSES * CODES + code % CODES]
    }

    /// Whether a file system operation with this sub-operation has a name.
    #[inline]
    pub(super) fn is_named(&self, operation: u16, sub: u8) -> bool {
        let subs = self.named[usize::from(operation) % CODES];
        subs[usize::from(sub / 64)] >> (sub % 64) & 1 != 0
    }
}

fn name_of(class: Class, code: u16, names: OperationNames) -> NameCheck {
    match class {
        Class::Network => NameCheck::ByDetail,
        Class::FileSystem | Class::Ipc if names == OperationNames::Advanced => NameCheck::ByDetail,
        Class::FileSystem | Class::Ipc if BY_SUB.contains(&code) => NameCheck::BySub,
        class => match name(class, code) {
            Named::Known(_) => NameCheck::Known,
            Named::Unknown => NameCheck::Unknown,
        },
    }
}

fn path_of(class: Class, code: u16, width: PointerWidth) -> PathSource {
    let (descriptor, text) = (width.pick(0x40, 0x2C) as u8, width.pick(0x44, 0x30) as u8);
    let pointer = width.bytes() as u8;
    match class {
        Class::FileSystem | Class::Ipc if code == file_code::DIRECTORY_CONTROL => {
            PathSource::Listing { descriptor, text }
        }
        Class::FileSystem | Class::Ipc => PathSource::Stored { descriptor, text },
        Class::Registry => PathSource::Stored { descriptor: 0, text: registry_path_at(code) as u8 },
        Class::Process => match code {
            process_code::CREATE => PathSource::Rendered,
            process_code::LOAD_IMAGE => {
                PathSource::Stored { descriptor: pointer + 4, text: pointer + 8 }
            }
            _ => PathSource::Nowhere,
        },
        Class::Network => PathSource::Rendered,
        Class::Profiling | Class::Unknown(_) => PathSource::Nowhere,
    }
}
