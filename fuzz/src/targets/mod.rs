//! What is fuzzed: one file for each target.

mod csv;
mod event_texts;
mod evtx;
mod filter_expressions;
mod filter_files;
mod listings;
mod packed;
mod pasted;
mod pml;
mod prefilter;
mod regf;
mod round_trips;
mod xml;

use crate::seeds;

/// A function that panics when a reader does something wrong, and what to try it with.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// Checks one input.
    pub run: fn(&[u8]),
    /// Inputs that are mostly right.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words of the format, as libFuzzer writes them.
    pub dictionary: &'static str,
}

macro_rules! target {
    ($name:literal, $run:path, $seeds:path, $dictionary:literal) => {
        Target {
            name: $name,
            run: $run,
            seeds: $seeds,
            dictionary: include_str!(concat!("../../dictionaries/", $dictionary, ".dict")),
        }
    };
}

/// All of them.
pub const TARGETS: [Target; 14] = [
    target!("csv", csv::run, seeds::csv_rows, "csv"),
    target!("xml", xml::run, seeds::xml, "xml"),
    target!("pasted", pasted::run, seeds::pasted, "pasted"),
    target!("pml7", pml::version_7, seeds::pml, "pml"),
    target!("pml9", pml::version_9, seeds::pml, "pml"),
    target!("packed", packed::run, seeds::packed, "packed"),
    target!("prefilter", prefilter::run, seeds::captures, "pasted"),
    target!("round_trips", round_trips::run, seeds::captures, "csv"),
    target!("filter_files", filter_files::run, seeds::filter_files, "filter_files"),
    target!("filter_expressions", filter_expressions::run, seeds::filters, "filter_expressions"),
    target!("regf", regf::run, seeds::hives, "regf"),
    target!("evtx", evtx::run, seeds::event_logs, "evtx"),
    target!("event_texts", event_texts::run, seeds::event_texts, "event_texts"),
    target!("listings", listings::run, seeds::listings, "listings"),
];
