//! Call stacks.

/// One frame of an event's call stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// Number of the frame; 0 is the innermost one.
    pub depth: u32,
    /// Return address as written in the export, such as `0x7ff8d8c31b2a`.
    pub address: String,
    /// Path of the module that contains the address; empty if unknown.
    pub path: String,
    /// Symbol and offset, or module and offset, as written in the export.
    pub location: String,
}
