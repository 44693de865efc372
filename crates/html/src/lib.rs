//! Shows a [`Report`] as a page of HTML that needs nothing else: no network, no script, no
//! other file; and the start-up in it as a drawing.
//!
//! Nothing is concluded here: sentences and rows come from the report and from
//! [`procmonkey_analysis::words`]. The same report gives the same bytes. Every text goes through
//! one escaper, so that nothing of a capture becomes markup, turns the direction of writing, or
//! is invisible.
//!
//! ```
//! use procmonkey_analysis::parser::{Error, Input, ReadOptions};
//! use procmonkey_analysis::{Case, CaseOptions};
//! use procmonkey_html::{MOST_ROWS, write_page};
//!
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! let mut case = Case::new(CaseOptions::new().keep_rows(MOST_ROWS));
//! let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
//! while let Some(capture) = input.next_capture() {
//!     case.read(&mut capture?)?;
//! }
//! let (report, rows) = case.finish_with_rows();
//! let mut page = Vec::new();
//! write_page(&report, &rows, &mut page)?;
//! assert!(page.starts_with(b"<!doctype html>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod assets;
mod comparison;
mod drawing;
mod escape;
mod explanation;
mod links;
mod page;
mod part;
mod sign;
mod unreadable;

use std::io::{self, Write};

use procmonkey_analysis::compare::Comparison;
use procmonkey_analysis::report::EventRows;
use procmonkey_analysis::{Explanation, Report};

/// How many rows a page shows unless all are asked for.
pub const MOST_ROWS: usize = 5_000;

/// How many rows a page shows at most.
pub const ALL_ROWS: usize = 250_000;

/// Writes a report as a page. `rows` are those of the processes that are followed; those that
/// the report itself has are shown, too. A report that was read back from JSON has only these:
/// then `rows` is `EventRows::default()`.
///
/// # Errors
/// When `output` cannot be written.
pub fn write_page(report: &Report, rows: &EventRows, output: &mut impl Write) -> io::Result<()> {
    page::Page::of(report, rows, None).write_into(output)
}

/// As [`write_page`], with the goals, questions and answers of an explanation behind the report;
/// their events lead to the rows of the page. On paper, questions and answers begin a new page
/// each.
///
/// ```
/// use procmonkey_analysis::report::EventRows;
/// use procmonkey_analysis::{Case, CaseOptions, Explanation};
/// use procmonkey_html::write_page_with_lesson;
///
/// let report = Case::new(CaseOptions::new()).finish();
/// let explanation = Explanation::of(&report).with_lesson(&report);
/// let mut page = Vec::new();
/// write_page_with_lesson(&report, &EventRows::default(), &explanation, &mut page)?;
/// assert!(String::from_utf8(page)?.contains("id=\"questions\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When `output` cannot be written.
pub fn write_page_with_lesson(
    report: &Report,
    rows: &EventRows,
    explanation: &Explanation,
    output: &mut impl Write,
) -> io::Result<()> {
    page::Page::of(report, rows, Some(explanation)).write_into(output)
}

/// Writes the drawing of a report as a file of SVG: the first start-up that has steps at keys.
/// Gives back whether there is one; where there is none, nothing is written.
///
/// ```
/// use procmonkey_analysis::{Case, CaseOptions};
/// use procmonkey_html::write_drawing;
///
/// let report = Case::new(CaseOptions::new()).finish();
/// assert!(!write_drawing(&report, &mut Vec::new())?);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When `output` cannot be written.
pub fn write_drawing(report: &Report, output: &mut impl Write) -> io::Result<bool> {
    let Some(drawing) = drawing::alone(report) else { return Ok(false) };
    drawing.write_into(output)?;
    Ok(true)
}

/// Writes a page about a file that is no capture: that it cannot be read, its first 16 bytes, the
/// formats that are read, and nothing else. `name` is the name of the file, `bytes` its beginning.
/// It is for a program that shows pages only; the command line writes no page of such a file, and
/// says in its error what is wrong.
///
/// ```
/// use procmonkey_html::write_unreadable;
///
/// let mut page = Vec::new();
/// write_unreadable("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", &mut page)?;
/// let page = String::from_utf8(page)?;
/// assert!(page.contains("<h1>This is not a capture that can be read</h1>"));
/// assert!(page.contains("ff d8 ff e0 00 10 4a 46 49 46"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When `output` cannot be written.
pub fn write_unreadable(name: &str, bytes: &[u8], output: &mut impl Write) -> io::Result<()> {
    unreadable::Unreadable::of(name, bytes).write_into(output)
}

/// Writes what two captures differ in as a page: the result, both start-ups drawn above each
/// other, the rows around the first difference side by side, and the keys. Captures that cannot
/// be compared have a page, too, which says why.
///
/// ```
/// use procmonkey_analysis::compare::{Recorder, compare};
/// use procmonkey_analysis::parser::{Error, Input, ReadOptions};
/// use procmonkey_analysis::{Case, CaseOptions, ProcessSelection};
/// use procmonkey_html::write_comparison;
///
/// # const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
/// let read = |name: &str| -> Result<_, Error> {
///     let mut input = Input::open(format!("{SAMPLES}/{name}"), &ReadOptions::new())?;
///     let mut capture = input.next_capture().expect("one capture")?;
///     let mut case = Case::new(CaseOptions::new());
///     let mut recorder = Recorder::new(ProcessSelection::default());
///     case.read_with(&mut capture, |event| recorder.observe(event))?;
///     Ok((case.finish(), recorder.finish(capture.clock())))
/// };
/// let (good, bad) = (read("restart.csv")?, read("guid-changed.csv")?);
/// let comparison = compare((&good.0, &good.1), (&bad.0, &bad.1));
/// let mut page = Vec::new();
/// write_comparison(&comparison, &mut page)?;
/// assert!(String::from_utf8(page)?.contains("<h1>They part at a key file</h1>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When `output` cannot be written.
pub fn write_comparison(comparison: &Comparison, output: &mut impl Write) -> io::Result<()> {
    comparison::ComparisonPage::of(comparison).write_into(output)
}

/// Writes the drawing of a comparison as a file of SVG: both start-ups of the process in which
/// the captures part first, the good one above, in the same columns. Gives back whether there is
/// one; where there is none, such as of captures that cannot be compared, nothing is written.
///
/// ```
/// use procmonkey_analysis::compare::{Recorder, compare};
/// use procmonkey_analysis::parser::{Error, Input, ReadOptions};
/// use procmonkey_analysis::{Case, CaseOptions, ProcessSelection};
/// use procmonkey_html::write_comparison_drawing;
///
/// # const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
/// let read = |name: &str| -> Result<_, Error> {
///     let mut input = Input::open(format!("{SAMPLES}/{name}"), &ReadOptions::new())?;
///     let mut capture = input.next_capture().expect("one capture")?;
///     let mut case = Case::new(CaseOptions::new());
///     let mut recorder = Recorder::new(ProcessSelection::default());
///     case.read_with(&mut capture, |event| recorder.observe(event))?;
///     Ok((case.finish(), recorder.finish(capture.clock())))
/// };
/// let (good, bad) = (read("restart.csv")?, read("guid-changed.csv")?);
/// let comparison = compare((&good.0, &good.1), (&bad.0, &bad.1));
/// let mut drawing = Vec::new();
/// assert!(write_comparison_drawing(&comparison, &mut drawing)?);
/// let drawing = String::from_utf8(drawing)?;
/// assert!(drawing.contains("First difference: above the key file is found, below it is not found"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When `output` cannot be written.
pub fn write_comparison_drawing(
    comparison: &Comparison,
    output: &mut impl Write,
) -> io::Result<bool> {
    let Some(drawing) = drawing::two_alone(comparison) else { return Ok(false) };
    drawing.write_into(output)?;
    Ok(true)
}

/// Writes an explanation as a page of its own. It has no script, and no rows of a capture. On
/// paper, questions and answers begin a new page each.
///
/// ```
/// use procmonkey_analysis::{Case, CaseOptions, Explanation};
/// use procmonkey_html::write_explanation;
///
/// let report = Case::new(CaseOptions::new()).finish();
/// let mut page = Vec::new();
/// write_explanation(&Explanation::of(&report), &mut page)?;
/// assert!(page.starts_with(b"<!doctype html>"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When `output` cannot be written.
pub fn write_explanation(explanation: &Explanation, output: &mut impl Write) -> io::Result<()> {
    explanation::ExplanationPage::of(explanation).write_into(output)
}

/// The example of the README is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
