//! The details of process events.

use super::bytes::{Bytes, PointerWidth};
use super::strings::{Descriptor, RawText};

/// Operation codes.
pub(crate) mod code {
    pub(crate) const DEFINED: u16 = 0;
    pub(crate) const CREATE: u16 = 1;
    pub(crate) const EXIT: u16 = 2;
    pub(crate) const THREAD_CREATE: u16 = 3;
    pub(crate) const THREAD_EXIT: u16 = 4;
    pub(crate) const LOAD_IMAGE: u16 = 5;
    pub(crate) const START: u16 = 7;
    pub(crate) const STATISTICS: u16 = 8;
}

/// The details of `Process Create`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProcessCreate<'a> {
    pub(crate) child_index: u32,
    pub(crate) child_pid: u32,
    pub(crate) user_sid: &'a [u8],
    pub(crate) image_path: RawText<'a>,
    pub(crate) command_line: RawText<'a>,
}

impl<'a> ProcessCreate<'a> {
    pub(crate) fn read(detail: Bytes<'a>) -> Option<ProcessCreate<'a>> {
        let sid_len = usize::from(detail.u8(0x2C)?);
        let integrity_len = usize::from(detail.u8(0x2D)?);
        let image = Descriptor(detail.u16(0x2E)?);
        let command = Descriptor(detail.u16(0x30)?);
        let image_at = 0x34 + sid_len + integrity_len;
        Some(ProcessCreate {
            child_index: detail.u32(0)?,
            child_pid: detail.u32(4)?,
            user_sid: detail.slice(0x34, sid_len)?,
            image_path: RawText::read(detail, image_at, image),
            command_line: RawText::read(detail, image_at + image.byte_len(), command),
        })
    }
}

/// The details of `Load Image`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImageDetail<'a> {
    pub(crate) base: u64,
    pub(crate) size: u32,
    pub(crate) path: RawText<'a>,
}

impl<'a> ImageDetail<'a> {
    pub(crate) fn read(detail: Bytes<'a>, width: PointerWidth) -> Option<ImageDetail<'a>> {
        let pointer = width.bytes();
        let path = Descriptor(detail.u16(pointer + 4)?);
        Some(ImageDetail {
            base: detail.pointer(0, width)?,
            size: detail.u32(pointer)?,
            path: RawText::read(detail, pointer + 8, path),
        })
    }
}
