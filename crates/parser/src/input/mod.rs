//! The bytes of an input: mapped into memory or streamed, unpacked and decoded.

mod archive;
mod background;
mod content;
pub(crate) mod decode;
mod packed;
mod read_at;
mod resident;
mod text;
mod window;

pub(crate) use archive::Archive;
pub(crate) use content::{Content, PIECE};
pub use packed::SourceEncoding;
pub(crate) use packed::{HEAD, Packed, Unpacking};
pub use read_at::ReadAt;
pub(crate) use read_at::{ReadAtStream, read_range};
pub(crate) use resident::ResidentRange;
pub use text::decode_text;
pub(crate) use window::{SECTION, Window};
