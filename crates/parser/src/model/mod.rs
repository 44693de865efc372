//! What a capture consists of, whatever its format: columns, operations, details,
//! processes, call stacks, and what was lost.

mod column;
mod detail;
mod error;
mod losses;
mod module;
mod operation;
mod operation_names;
mod process;
mod progress;
mod stack;
mod status;

pub use column::{Column, Columns};
pub use detail::{Detail, DetailItem};
pub(crate) use detail::{grouped_integer, known_keys};
pub use error::{Error, ErrorKind};
pub use losses::{Loss, LossKind, Losses, Position};
pub use module::Module;
pub use operation::plain_operation;
pub use operation_names::OperationNames;
pub use process::Process;
pub(crate) use progress::Counted;
pub use progress::Progress;
pub use stack::Frame;
pub use status::NtStatus;
