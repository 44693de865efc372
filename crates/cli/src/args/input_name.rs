//! How inputs are called.

use std::path::Path;

/// Whether the name of an input stands for standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The name of an input, for messages.
pub(crate) fn name_of(path: &Path) -> String {
    match is_standard_input(path) {
        true => "standard input".to_string(),
        false => path.display().to_string(),
    }
}
