//! `--check`: whether names are left in an output.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use procmonkey_redact::Search;
use serde_json::{Value, json};

use super::report::NOT_COVERED;
use crate::args::{ListFormat, RedactArgs, UsageError};
use crate::exit::Exit;
use crate::output::Output;

pub(super) fn run(args: &RedactArgs, path: &Path) -> anyhow::Result<Exit> {
    let read = |path: &Path| {
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
    };
    let mut words = args.words.clone();
    if let Some(path) = &args.words_file {
        let mut losses = procmonkey_parser::Losses::default();
        let text = procmonkey_parser::decode_text(&read(path)?, &mut losses);
        words.extend(text.lines().map(str::to_string));
        args.messages().losses(&path.display().to_string(), &losses);
    }
    let search = Search::new(&words);
    if search.is_empty() {
        return Err(UsageError("--check: no name to search for; see --word".to_string()).into());
    }
    let found = search.search(&read(path)?);
    let mut output = Output::to(Path::new("-"))?;
    match args.format() {
        ListFormat::Json => {
            let row = |it: &procmonkey_redact::Found| json!({"word": it.word, "form": it.form, "byte": it.byte});
            let found: Vec<Value> = found.iter().map(row).collect();
            let report = json!({"schema_version": 1, "words": search.len(), "found": found, "not_covered": NOT_COVERED});
            serde_json::to_writer_pretty(&mut output, &report)?;
            writeln!(output)?;
        }
        ListFormat::Table => {
            for it in &found {
                writeln!(output, "{}: {it}", path.display())?;
            }
            let result = match found.is_empty() {
                true => "none was found".to_string(),
                false => format!("found in {} forms", found.len()),
            };
            writeln!(
                output,
                "{} searched for: {result}",
                crate::messages::count(search.len() as u64, "name")
            )?;
            writeln!(output, "\nNot covered")?;
            for line in NOT_COVERED {
                writeln!(output, "  {line}")?;
            }
        }
    }
    output.finish()?;
    Ok(if found.is_empty() { Exit::Clean } else { Exit::Flagged })
}
