//! Makes a capture of any size to measure with:
//! `cargo run --release --example make_capture -- csv|xml|pml OUT --size 1GiB [--seed N]`.
//!
//! The same seed gives the same events in every format. See `benches/README.md`.

mod moment;
mod native;
mod pool;
mod rng;
mod row;
mod write;

use std::process::ExitCode;
use std::time::Instant;

use write::Format;

const USAGE: &str = "make_capture: csv|xml|pml OUT [--size N[KiB|MiB|GiB]] [--seed N]";

struct Arguments {
    format: Format,
    out: String,
    size: u64,
    seed: u64,
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let start = Instant::now();
    match make(&arguments) {
        Ok(made) => {
            let seconds = start.elapsed().as_secs_f64();
            println!("{}: {} events, {} bytes, {seconds:.1} s", arguments.out, made.0, made.1);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("make_capture: {message}");
            ExitCode::FAILURE
        }
    }
}

fn make(arguments: &Arguments) -> Result<(u64, u64), String> {
    let pool = pool::Pool::gather(std::env::var_os("PROCMONKEY_CAPTURES"))?;
    let Arguments { format, out, size, seed } = arguments;
    write::write(*format, &pool, out, *size, *seed).map_err(|error| format!("{out}: {error}"))
}

fn arguments() -> Option<Arguments> {
    let mut words = std::env::args().skip(1);
    let format = Format::from_name(&words.next()?)?;
    let mut arguments = Arguments { format, out: words.next()?, size: 1 << 30, seed: 1 };
    while let Some(option) = words.next() {
        let value = words.next()?;
        match option.as_str() {
            "--size" => arguments.size = bytes(&value)?,
            "--seed" => arguments.seed = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(arguments)
}

/// A size such as `1GiB`, in bytes.
fn bytes(text: &str) -> Option<u64> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)];
    for (unit, shift) in units {
        if let Some(number) = text.strip_suffix(unit) {
            return number.trim().parse::<u64>().ok()?.checked_mul(1 << shift);
        }
    }
    text.parse().ok()
}
