//! The procmonkey command line.

fn main() {}
