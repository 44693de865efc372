//! The part of the details that all file system events have.

use super::DetailInput;
use crate::model::OperationNames;
use crate::pml::bytes::{Bytes, PointerWidth};
use crate::pml::operation::{Dispatch, Named, file as usual_name, file_code};
use crate::pml::quirks;
use crate::pml::strings::{Descriptor, RawText};

/// The fields that the detail block of every file system event has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileDetail<'a> {
    /// The whole block; parameters of the operation begin at 0x10.
    pub(crate) block: Bytes<'a>,
    /// Minor code of the IRP, or information class.
    pub(crate) sub_operation: u8,
    pub(crate) path: RawText<'a>,
    /// What follows the path.
    pub(crate) tail: Bytes<'a>,
}

impl<'a> FileDetail<'a> {
    pub(crate) fn read(block: Bytes<'a>, width: PointerWidth) -> FileDetail<'a> {
        let path_at = width.pick(0x44, 0x30);
        let descriptor = Descriptor(block.u16(path_at - 4).unwrap_or(0));
        FileDetail {
            block,
            sub_operation: block.u8(0).unwrap_or(0),
            path: RawText::read(block, path_at, descriptor),
            tail: block.from(path_at + descriptor.byte_len()),
        }
    }

    /// Whether the operation was fast I/O or an I/O request packet.
    pub(crate) fn dispatch(&self) -> Dispatch {
        match self.block.u32(0x0C).unwrap_or(0) & 2 {
            0 => Dispatch::Irp,
            _ => Dispatch::FastIo,
        }
    }

    /// How a `CreateFile` asks to open: 0 supersede to 5 overwrite-if.
    pub(crate) fn disposition(&self, width: PointerWidth) -> u8 {
        self.block.u8(width.pick(0x1B, 0x17)).unwrap_or(0)
    }

    /// The code of a control operation.
    pub(crate) fn control_code(&self, width: PointerWidth) -> u32 {
        self.block.u32(width.pick(0x20, 0x18)).unwrap_or(0)
    }

    /// The usual name of the operation, which Advanced Output writes into the Detail where
    /// its own name is that of several.
    pub(super) fn advanced_type(&self, source: &DetailInput<'_>) -> Option<&'static str> {
        const TYPED: [u16; 5] = [
            file_code::QUERY_INFORMATION,
            file_code::SET_INFORMATION,
            file_code::QUERY_VOLUME,
            file_code::SET_VOLUME,
            file_code::DIRECTORY_CONTROL,
        ];
        let (operation, sub) = (source.header.operation, self.sub_operation);
        let is_typed = source.rendering.names == OperationNames::Advanced
            && TYPED.contains(&operation)
            && sub != 0
            && !quirks::is_later_query(source.exporter, operation, sub);
        let usual =
            is_typed.then(|| usual_name(operation, sub, OperationNames::Usual, self.dispatch()))?;
        match usual {
            Named::Known(name) => Some(name),
            Named::Unknown => None,
        }
    }
}
