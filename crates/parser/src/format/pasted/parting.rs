//! Every way in which a row can be parted into cells.

use super::cells::{Cells, Parted};
use super::csv_rows::{self, Quotes};
use super::{grid, markdown};

/// Parts a line in this way. False where nothing in it parts cells so; single blanks part
/// only what is known to be a row.
pub(super) fn part(parted: Parted, line: &str, cells: &mut Cells) -> bool {
    let closed = |delimiter, cells: &mut Cells| {
        csv_rows::fields(line, delimiter, cells) == Some(Quotes::Closed)
    };
    match parted {
        Parted::Tabs => grid::tabs(line, cells),
        Parted::Spaces => grid::spaces(line, cells),
        Parted::Pipes => markdown::pipes(line, cells),
        Parted::Commas => closed(b',', cells),
        Parted::Semicolons => closed(b';', cells),
        Parted::Words => false,
    }
}
