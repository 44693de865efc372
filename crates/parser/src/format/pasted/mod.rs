//! Whatever of Procmon's stands in a text: a ticket, a mail, a page.
//!
//! ```text
//! bytes ──► lines ──► quoted_printable ──► pieces ──► kinds ──► assembly ──► reader
//!           cut       if it is a mail      markup,    one file  tabs of one  events and
//!                                          marks      for each  dialog       columns
//! ```
//!
//! A text is cut in *pieces*, and each piece has a *kind*. A line is offered to the piece that
//! is open; if that does not take it, the piece ends, and the line may begin another.
//!
//! | kind | file | how its lines are recognised |
//! | --- | --- | --- |
//! | rows of the grid | `grid`, `words` | an operation and a result of Procmon's in places that fit |
//! | rows of a CSV | `csv_rows` | the same |
//! | rows of a Markdown table | `markdown` | the same |
//! | Event tab | `properties` | labels such as `Operation:`, and an operation of Procmon's |
//! | Process tab | `process_tab` | labels such as `PID:`, enough of them |
//! | Stack tab | `stack_tab` | number, module, location and address |
//! | elements of an XML | `xml_fragment` | `<event>` and `<process>` |
//!
//! All rows are parted into `cells`; `header`, `layout` and `guess` find out what the cells are,
//! `table` what the lines above say of them, and `rows` puts together what goes on below. What belongs to one event (the tabs of one dialog) is put
//! together by `assembly`, which counts in `found` what was found and what is not used. What is nothing of
//! Procmon's is kept in `leftover`, if the caller asks for it.
//!
//! Nothing is kept but the piece that is open and what has been read ahead, so memory does
//! not grow with the text.

mod assembly;
mod blanks;
mod cells;
mod csv_rows;
mod found;
mod grid;
mod guess;
mod header;
mod labels;
mod layout;
mod leftover;
mod lines;
mod looks;
mod markdown;
mod marks;
mod markup;
mod parting;
mod pieces;
mod process_tab;
mod properties;
mod quoted_printable;
mod reader;
mod rows;
mod settle;
mod stack_tab;
mod table;
mod values;
mod vocabulary;
mod words;
mod wrapped;
mod xml_fragment;

pub(crate) use leftover::Beside;
pub(crate) use reader::PastedReader;
