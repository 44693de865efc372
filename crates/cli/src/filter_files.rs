//! Reads filter files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};

use procmonkey_parser::FilterFile;

use crate::messages::Messages;
use crate::standard_input::StandardInput;

/// The longest file that is read. Hundreds of rules fit into a hundredth of it, and
/// a capture given by mistake need not be read to its end.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Reads a PMC or PMF file; `-` is standard input.
pub(crate) fn read(path: &Path, messages: Messages) -> anyhow::Result<FilterFile> {
    let name = path.display();
    let is_standard_input = path.as_os_str() == "-";
    if !is_standard_input && path.is_dir() {
        bail!("{name}: a folder; name the filter files (PMF, PMC) in it");
    }
    let mut bytes = Vec::new();
    let length = match is_standard_input {
        true => StandardInput::open(messages).take(LONGEST + 1).read_to_end(&mut bytes),
        false => {
            let file = File::open(path).with_context(|| format!("{name} cannot be opened"))?;
            file.take(LONGEST + 1).read_to_end(&mut bytes)
        }
    };
    let length = length.with_context(|| format!("{name} cannot be read"))?;
    if length as u64 > LONGEST {
        bail!("{name}: no filter file of Procmon's is longer than 4 MiB");
    }
    FilterFile::read(&bytes).with_context(|| name.to_string())
}
