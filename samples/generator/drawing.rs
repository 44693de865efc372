//! The drawing of a good start above a bad one, made from the captures by procmonkey itself.

use std::io;

use procmonkey_analysis::compare::{Recorder, Trails, compare};
use procmonkey_analysis::parser::{Input, ReadOptions};
use procmonkey_analysis::{Case, CaseOptions, ProcessSelection, Report};

/// The drawing of two captures in CSV, as `procmonkey compare GOOD BAD -f svg` makes it.
pub fn good_above_bad(good: &[u8], bad: &[u8]) -> io::Result<Vec<u8>> {
    let (good, bad) = (read("restart.csv", good)?, read("guid-changed.csv", bad)?);
    let comparison = compare((&good.0, &good.1), (&bad.0, &bad.1));
    let mut drawing = Vec::new();
    match procmonkey_html::write_comparison_drawing(&comparison, &mut drawing)? {
        true => Ok(drawing),
        false => Err(io::Error::other("there is nothing to draw")),
    }
}

fn read(name: &str, bytes: &[u8]) -> io::Result<(Report, Trails)> {
    let mut input =
        Input::from_reader(name, bytes, &ReadOptions::new()).map_err(io::Error::other)?;
    let capture = input.next_capture().ok_or_else(|| io::Error::other("no capture"))?;
    let mut capture = capture.map_err(io::Error::other)?;
    let mut case = Case::new(CaseOptions::new());
    let mut recorder = Recorder::new(ProcessSelection::default());
    let observe = |event: &procmonkey_analysis::parser::Event| recorder.observe(event);
    case.read_with(&mut capture, observe).map_err(io::Error::other)?;
    let trails = recorder.finish(capture.clock());
    Ok((case.finish(), trails))
}
