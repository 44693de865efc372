//! The bytes of an input: mapped into memory or streamed, unpacked and decoded.

mod background;
mod content;
pub(crate) mod decode;
mod packed;
mod resident;
mod window;

pub(crate) use content::{Content, PIECE};
pub use packed::Layers;
pub(crate) use packed::{HEAD, Packed, Unpacking};
pub(crate) use resident::Held;
pub(crate) use window::{SECTION, Window};
