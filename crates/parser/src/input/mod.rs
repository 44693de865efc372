//! The bytes of an input: mapped into memory or streamed, unpacked and decoded.

#[cfg(feature = "zip")]
mod archive;
mod background;
mod content;
pub(crate) mod decode;
#[cfg(not(feature = "zip"))]
mod no_archive;
mod packed;
mod read_at;
mod resident;
mod text;
mod window;

#[cfg(feature = "zip")]
pub(crate) use archive::Archive;
pub(crate) use content::{Content, PIECE};
#[cfg(not(feature = "zip"))]
pub(crate) use no_archive::Archive;
pub use packed::SourceEncoding;
pub(crate) use packed::{HEAD, Packed, Unpacking};
pub use read_at::ReadAt;
pub(crate) use read_at::{ReadAtStream, read_range};
pub(crate) use resident::ResidentRange;
pub use text::decode_text;
pub(crate) use window::{SECTION, Window};
