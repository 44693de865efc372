//! What a capture consists of, whatever its format: columns, operations, details,
//! processes, call stacks, and what was lost.

mod column;
mod detail;
mod error;
mod event_numbers;
mod limits;
mod losses;
mod module;
mod module_map;
mod operation;
mod operation_names;
mod other_text;
mod process;
mod progress;
mod similar;
mod stack;
mod status;

pub use column::{Column, Columns};
pub use detail::{Detail, DetailItem};
pub(crate) use detail::{begins_with_key, grouped_integer, known_keys};
pub use error::{Error, ErrorKind};
pub use event_numbers::EventNumbers;
pub(crate) use limits::FREE_OF_RATIO;
pub use limits::Limits;
pub use losses::{Loss, LossKind, Losses, Position, UnknownKind};
pub use module::Module;
pub(crate) use module_map::ModuleMap;
pub use operation::plain_operation;
pub use operation_names::OperationNames;
pub use other_text::OtherText;
pub use process::Process;
pub(crate) use progress::Counted;
pub use progress::Progress;
pub(crate) use similar::nearest_start;
pub use similar::similar_names;
pub use stack::{Address, Frame};
pub use status::NtStatus;
