//! What all file system events have in their details.

use super::Request;
use crate::format::pml::write::put::set;
use crate::format::pml::write::text::put_text;

/// The block that every file system event has, up to the end of its path.
pub(super) fn block(request: &Request<'_>, path: &str) -> Vec<u8> {
    let mut out = vec![0; request.width.pick(0x44, 0x30)];
    out[0] = request.code.sub;
    if request.name.starts_with("FASTIO_") {
        const FAST_IO: u8 = 2;
        out[0x0C] = FAST_IO;
    }
    let descriptor = put_text(&mut out, path);
    set(&mut out, request.width.pick(0x40, 0x2C), &descriptor.to_le_bytes());
    out
}
