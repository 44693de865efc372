//! The bytes of an input: mapped into memory or streamed, unpacked and decoded.

#[cfg(feature = "zip")]
mod archive;
mod background;
#[cfg(all(feature = "mmap", unix))]
mod bus_error;
mod capture_id;
mod content;
pub(crate) mod decode;
pub(crate) mod encoding_guess;
#[cfg(feature = "mmap")]
mod mapping;
#[cfg(not(feature = "zip"))]
mod no_archive;
mod packed;
mod read_at;
mod resident;
mod text;
mod text_encoding;
mod window;

#[cfg(feature = "zip")]
pub(crate) use archive::Archive;
pub use capture_id::CaptureId;
pub(crate) use capture_id::PART;
pub(crate) use content::{Content, PIECE};
#[cfg(not(feature = "zip"))]
pub(crate) use no_archive::Archive;
pub use packed::SourceEncoding;
pub(crate) use packed::{HEAD, Packed, Unpacking};
pub use read_at::ReadAt;
pub(crate) use read_at::{ReadAtStream, read_range};
pub(crate) use resident::ResidentRange;
pub use text::decode_text;
pub use text_encoding::{CodePage, TextEncoding};
pub(crate) use window::{SECTION, Window};

/// Lets the program go on when a file that it reads becomes shorter meanwhile.
///
/// Files are mapped into memory, and on Unix a program that reads mapped bytes behind the end
/// of a file is ended by the signal SIGBUS. After this call such bytes read as zeros, and the
/// capture counts a loss. It sets the handler of SIGBUS of the whole process, and leaves
/// signals that do not concern a file of this library to the handler before it; so a program
/// calls it, and a library does not. A program that does not call it can read from
/// [`Input::from_read_at`](crate::Input::from_read_at) or as a stream instead. Elsewhere than on
/// Unix, and without the feature `mmap`, nothing is done and nothing is needed.
///
/// # Errors
/// When the system does not let the handler be set.
///
/// ```
/// procmonkey_parser::guard_mapped_files()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn guard_mapped_files() -> std::io::Result<()> {
    #[cfg(all(feature = "mmap", unix))]
    return bus_error::install();
    #[cfg(not(all(feature = "mmap", unix)))]
    Ok(())
}
