//! Call stacks.

/// One frame of an event's call stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// Place in the stack, 0 is the innermost frame.
    pub depth: u32,
    /// Return address as the export wrote it, such as `0x7ff8d8c31b2a`.
    pub address: String,
    /// Module that holds the address; empty when unknown.
    pub path: String,
    /// Symbol and offset, or module and offset, as the export wrote it.
    pub location: String,
}
