//! The viewer's worker: what the page asks, and what procmonkey answers. `PROTOCOL.md` has the
//! questions. All but [`wasm`](self) is plain Rust, so that it is tested as any other crate.
//!
//! Long work is done in steps, so that the worker can answer another question, or stop, in between.
//!
//! ```
//! use procmonkey_web::{Session, Stored};
//!
//! let mut session = Session::default();
//! let csv = b"\"Process Name\",\"Operation\"\r\n\"a.exe\",\"ReadFile\"\r\n".to_vec();
//! session.ask(1, r#"{"ask": "add", "files": [{"name": "a.csv"}]}"#, vec![Stored::memory(csv)]);
//! let answers = session.take_messages();
//! assert!(answers[0].text.contains(r#""as":"capture""#));
//! session.ask(2, r#"{"ask": "analyze"}"#, Vec::new());
//! while session.step(&|| true) {}
//! let answers = session.take_messages();
//! assert!(answers.last().is_some_and(|last| last.text.contains(r#""state":"not_judged""#)));
//! ```

#![forbid(unsafe_code)]

mod analyze;
mod case;
mod compare;
mod cursor;
mod describe;
mod file;
mod filters;
mod job;
mod places;
mod question;
mod read_on;
mod rows;
mod samples;
mod save;
mod search;
mod session;
mod since;
mod stitched;
mod stored;
#[cfg(test)]
mod tests;
mod view;
mod view_job;
mod wanted;
#[cfg(target_arch = "wasm32")]
mod wasm;

pub use session::{Message, Session};
pub use stored::Stored;
