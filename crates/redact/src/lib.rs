//! Replaces the names in Process Monitor captures by pseudonyms, so that a capture can be shared
//! and still be analysed.
//!
//! A [`Redactor`] takes texts and [events](Redactor::event) and gives back others. Words of
//! Windows, of Procmon, of products that many have, and of the known key containers stay; see
//! [`is_public_word`]. Every other word becomes `anon-` (`setup-` where it says that something is
//! installed) and eight digits, made from it by
//! HMAC-SHA256 with a [`Key`]. Case does not matter, so that all captures of a case that are
//! replaced with one key agree with each other.
//!
//! ```
//! use procmonkey_redact::{Key, Redactor};
//!
//! let mut redactor = Redactor::new(Key::new([7; 32]));
//! let path = redactor.text(r"C:\Users\alice\AppData\Local\Contoso\shop.config");
//! assert!(path.starts_with(r"C:\Users\anon-") && path.ends_with(".config"), "{path}");
//! assert!(!path.contains("alice") && !path.contains("Contoso"));
//! // The same name has the same pseudonym everywhere, in any case.
//! assert!(path.contains(&redactor.text("ALICE")));
//! ```
//!
//! What has a form keeps it: a GUID becomes another GUID, an address another address with the
//! same prefix where two had one in common, a number a number.
//!
//! # What is not covered
//!
//! - A name that is also a word of the list, such as an account `server`, stays, but for accounts
//!   and computers that [`Redactor::learn`] has seen.
//! - Single letters, and numbers of up to six digits, stay.
//! - A name that is written in a way that leaves no word of it: letter by letter, or as decimal
//!   numbers.
//! - Base64 is replaced like any word, but a name in it is not found by [`Search`].
//! - Sizes, times, process ids, and which event follows which are as they were. Who knows the
//!   computer may know the capture again.

#![forbid(unsafe_code)]

mod address;
mod check;
mod columns;
mod event;
mod forms;
mod guid;
mod key;
mod percent;
mod redactor;
mod report;
mod sid;
mod stems;
mod words;

pub use check::{Found, Search};
pub use key::Key;
pub use redactor::Redactor;
pub use report::{Kind, Replaced};
pub use words::is_public_word;

/// The example of the README is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
