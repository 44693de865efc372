//! Reads what else was seen of a Windows machine's crypto keys, besides a Process
//! Monitor capture: event logs, registry hives, key folders, DebugView logs.
//!
//! Each kind of source has a module; [`read`] and [`open`] recognise the kind by its
//! content. What is found are [`Witness`]es, which an analysis may use. Nothing
//! here judges them, and no byte of a key is ever kept.
//!
//! ```
//! use procmonkey_analysis::Witness;
//!
//! let text = "The IIS Admin Service service terminated with service-specific error \
//!             2148073478 (0x80090006).";
//! let reading = procmonkey_witness::read("ticket.txt", text.as_bytes())?;
//! let Some(Witness::Service(event)) = reading.witnesses.first() else { panic!() };
//! assert_eq!(event.id, Some(7024));
//! assert_eq!(event.error.map(|error| error.value), Some(0x80090006));
//! # Ok::<(), procmonkey_witness::Error>(())
//! ```
//!
//! Event logs as Windows keeps them (`.evtx`) are read with the feature `evtx`, which is on
//! by default; those exported as text or XML are read without it, too.
//!
//! Every source is a file, a folder or a text, but for [`live`], which reads the
//! computer that it runs on.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod beside;
pub mod debugview;
mod error;
pub mod event_text;
pub mod event_xml;
#[cfg(feature = "evtx")]
pub mod evtx;
mod facts;
pub mod hive;
pub mod keys_dir;
mod kind;
mod limits;
pub mod live;
mod open;
mod reading;
pub mod reg_text;
mod regf;
mod text;
mod time;
mod weight;

#[cfg(test)]
#[path = "../tests/made/mod.rs"]
mod made;

pub use beside::read_beside;
pub use error::{Error, ErrorKind};
pub use kind::{Kind, sniff};
pub use limits::Limits;
pub use open::{open, open_within, read, read_as, read_from, read_from_as};
pub use reading::{EventCount, Reading, add_to_case};

#[doc(no_inline)]
pub use procmonkey_analysis::Witness;

/// The example of the README is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
