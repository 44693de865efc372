//! Tries targets with changed seeds, on any toolchain. `.ci/run` runs it for seconds.
//!
//! It does not see what an input reaches; `cargo fuzz` does, with the same targets.

#![allow(clippy::unwrap_used, reason = "a panic is how a target reports a fault")]

mod watch;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use procmonkey_fuzz::mutator::{Random, mutated};
use procmonkey_fuzz::{TARGETS, Target, dictionary};

const USAGE: &str = "\
usage: fuzz [--seconds N] [--runs N] [--seed N] [TARGET…]
                            each target, or those named, until one of the limits is
                            reached [5 seconds, no limit of runs, seed 1]
       fuzz --write FOLDER  seeds and dictionaries of all targets for cargo fuzz
       fuzz --try TARGET FILE…
                            a target with the inputs in files";

struct Options {
    time: Duration,
    runs: u64,
    seed: u64,
    targets: Vec<Target>,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["--write", folder] => write(Path::new(folder)).map_err(|error| error.to_string()),
        ["--try", name, ref files @ ..] => named(name).and_then(|target| try_files(target, files)),
        _ => options(&words).map(|options| {
            watch::begin();
            options.targets.iter().for_each(|target| run(target, &options));
        }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn named(name: &str) -> Result<Target, String> {
    TARGETS.into_iter().find(|it| it.name == name).ok_or_else(|| {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        format!("there is no target {name}; the targets are {}", names.join(", "))
    })
}

fn options(words: &[&str]) -> Result<Options, String> {
    let mut options =
        Options { time: Duration::from_secs(5), runs: u64::MAX, seed: 1, targets: Vec::new() };
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        if !word.starts_with("--") {
            options.targets.push(named(word)?);
            continue;
        }
        let number = words.next().and_then(|number| number.parse().ok());
        let number: u64 = number.ok_or_else(|| format!("{word} needs a number"))?;
        match word {
            "--seconds" => options.time = Duration::from_secs(number),
            "--runs" => options.runs = number,
            "--seed" => options.seed = number,
            _ => return Err(format!("{word} is not known")),
        }
    }
    if options.targets.is_empty() {
        options.targets = TARGETS.to_vec();
    }
    Ok(options)
}

/// Tries a target until time or runs are used up; ends the program with the first fault.
fn run(target: &Target, options: &Options) {
    let inputs = (target.seeds)();
    let words = dictionary::words(target.dictionary).unwrap();
    let mut random = Random::new(options.seed);
    let (start, mut runs) = (Instant::now(), 0u64);
    inputs.iter().for_each(|input| watch::watched(target.name, target.run, input));
    while runs < options.runs && start.elapsed() < options.time {
        let input = mutated(&mut random, &inputs, &words);
        watch::watched(target.name, target.run, &input);
        runs += 1;
    }
    println!("{}: {runs} inputs in {:.1} s", target.name, start.elapsed().as_secs_f64());
}

fn try_files(target: Target, files: &[&str]) -> Result<(), String> {
    watch::begin();
    for file in files {
        let input = fs::read(file).map_err(|error| format!("{file}: {error}"))?;
        watch::watched(target.name, target.run, &input);
    }
    Ok(())
}

fn write(folder: &Path) -> std::io::Result<()> {
    for target in TARGETS {
        let corpus = folder.join(target.name);
        fs::create_dir_all(&corpus)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            fs::write(corpus.join(format!("seed-{number}")), seed)?;
        }
        fs::write(folder.join(format!("{}.dict", target.name)), target.dictionary)?;
    }
    Ok(())
}
