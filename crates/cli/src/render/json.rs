//! JSON documents and JSON lines.

use std::io::{self, Write};

use serde::Serialize;

/// Writes one value as a document.
pub(super) fn document<T: Serialize + ?Sized>(
    value: &T,
    output: &mut impl Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *output, value)?;
    writeln!(output)
}

/// Writes each value on a line of its own.
pub(super) fn lines<T: Serialize>(values: &[T], output: &mut impl Write) -> io::Result<()> {
    for value in values {
        serde_json::to_writer(&mut *output, value)?;
        writeln!(output)?;
    }
    Ok(())
}
