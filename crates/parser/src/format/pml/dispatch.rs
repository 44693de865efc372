//! What has to be asked of an event that nobody wants, by its class and operation.

use crate::model::OperationNames;
use crate::pml::columns::file_operation;
use crate::pml::detail::registry_path_at;
use crate::pml::operation::{Dispatch, Named, file_code, name};
use crate::pml::process_block::code as process_code;
use crate::pml::record::{Class, EventHeader};
use crate::pml::{Pml, PointerWidth};

/// What has to be asked, for each class and operation of a part.
#[derive(Debug)]
pub(super) struct Ways {
    ways: [Way; CLASSES * CODES],
    /// By operation, which sub-operations have a name: a bit for each.
    named: [[u64; 4]; CODES],
}

/// What has to be asked of the events of one class and operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) name: Name,
    pub(super) path: PathPlace,
}

/// Whether an operation has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// It has one.
    Known,
    /// It has none, which is a loss.
    Unknown,
    /// That is told by the first byte of the details, see [`Ways::is_named`].
    BySub,
    /// That is told by the details.
    ByDetail,
}

/// Where the path of an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathPlace {
    /// There is none, or it is of no interest.
    Nowhere,
    /// How far from the start of the details its descriptor is, and its text.
    Stored { descriptor: u8, text: u8 },
    /// The same, but what is behind the text may belong to the path.
    Listing { descriptor: u8, text: u8 },
    /// It is put together from several parts.
    Rendered,
}

/// As many of each as have three and six bits.
const CLASSES: usize = 8;
const CODES: usize = 64;

/// What is named by more than its code.
const BY_SUB: [u16; 7] = [
    file_code::QUERY_INFORMATION,
    file_code::SET_INFORMATION,
    file_code::QUERY_VOLUME,
    file_code::SET_VOLUME,
    file_code::DIRECTORY_CONTROL,
    file_code::LOCK_UNLOCK,
    file_code::PLUG_AND_PLAY,
];

/// Which paths are of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paths {
    /// None.
    None,
    /// What is stored of them tells what is wanted.
    Stored,
    /// Only their text in a column does.
    Rendered,
}

impl Ways {
    pub(super) fn of(pml: &Pml<'_>, paths: Paths) -> Ways {
        let names = pml.rendering().names;
        let way = |class: u16, code: u16| {
            let class = Class::from_code(class);
            let path = match paths {
                Paths::None => PathPlace::Nowhere,
                Paths::Stored => path_of(class, code, pml.info().pointer_width),
                Paths::Rendered => match path_of(class, code, pml.info().pointer_width) {
                    PathPlace::Nowhere => PathPlace::Nowhere,
                    _ => PathPlace::Rendered,
                },
            };
            Way { name: name_of(class, code, names), path }
        };
        let is_named =
            |code: u16, sub: u8| file_operation(pml, code, sub, Dispatch::Irp) != Named::Unknown;
        let mut named = [[0; 4]; CODES];
        for code in BY_SUB {
            for sub in (0..=u8::MAX).filter(|&sub| is_named(code, sub)) {
                named[usize::from(code)][usize::from(sub / 64)] |= 1 << (sub % 64);
            }
        }
        let ways = std::array::from_fn(|at| way((at / CODES) as u16, (at % CODES) as u16));
        Ways { ways, named }
    }

    /// What has to be asked of an event. Codes that no class or operation has are taken
    /// for others.
    #[inline]
    pub(super) fn way(&self, header: &EventHeader) -> Way {
        let (class, code) = (usize::from(header.class.code()), usize::from(header.operation));
        self.ways[class % CLASSES * CODES + code % CODES]
    }

    /// Whether a file system operation that is named by its sub-operation has a name.
    #[inline]
    pub(super) fn is_named(&self, operation: u16, sub: u8) -> bool {
        let subs = self.named[usize::from(operation) % CODES];
        subs[usize::from(sub / 64)] >> (sub % 64) & 1 != 0
    }
}

fn name_of(class: Class, code: u16, names: OperationNames) -> Name {
    match class {
        Class::Network => Name::ByDetail,
        Class::FileSystem | Class::Ipc if names == OperationNames::Advanced => Name::ByDetail,
        Class::FileSystem | Class::Ipc if BY_SUB.contains(&code) => Name::BySub,
        class => match name(class, code) {
            Named::Known(_) => Name::Known,
            Named::Unknown => Name::Unknown,
        },
    }
}

fn path_of(class: Class, code: u16, width: PointerWidth) -> PathPlace {
    let (descriptor, text) = (width.pick(0x40, 0x2C) as u8, width.pick(0x44, 0x30) as u8);
    let pointer = width.bytes() as u8;
    match class {
        Class::FileSystem | Class::Ipc if code == file_code::DIRECTORY_CONTROL => {
            PathPlace::Listing { descriptor, text }
        }
        Class::FileSystem | Class::Ipc => PathPlace::Stored { descriptor, text },
        Class::Registry => PathPlace::Stored { descriptor: 0, text: registry_path_at(code) as u8 },
        Class::Process => match code {
            process_code::CREATE => PathPlace::Rendered,
            process_code::LOAD_IMAGE => {
                PathPlace::Stored { descriptor: pointer + 4, text: pointer + 8 }
            }
            _ => PathPlace::Nowhere,
        },
        Class::Network => PathPlace::Rendered,
        Class::Profiling | Class::Unknown(_) => PathPlace::Nowhere,
    }
}
