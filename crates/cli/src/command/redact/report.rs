//! What was replaced.

use std::io::Write;
use std::path::Path;

use procmonkey_redact::Redactor;
use serde_json::{Value, json};

use crate::args::{ListFormat, RedactArgs};
use crate::output::Output;

/// What no search and no list can promise.
pub(super) const NOT_COVERED: [&str; 6] = [
    "names that are also words of the list stay, but for accounts, profiles and computers",
    "single letters, and numbers of up to six digits, stay",
    "names that are cut into pieces or spelled letter by letter are not known again",
    "names in base64 or in compressed or encrypted data are not searched for",
    "times, sizes, process ids and the order of events are as they were",
    "two names have the same pseudonym once in about four thousand million pairs",
];

pub(super) fn print(args: &RedactArgs, redactor: &Redactor) -> anyhow::Result<()> {
    let replaced = redactor.report();
    let mut output = Output::to(Path::new("-"))?;
    match args.format() {
        ListFormat::Json => {
            let row = |it: &procmonkey_redact::Replaced| json!({"kind": it.kind.title(), "different": it.different, "times": it.times});
            let replaced: Vec<Value> = replaced.iter().map(row).collect();
            let report =
                json!({"schema_version": 1, "replaced": replaced, "not_covered": NOT_COVERED});
            serde_json::to_writer_pretty(&mut output, &report)?;
            writeln!(output)?;
        }
        ListFormat::Table => {
            writeln!(output, "{:<20}{:>12}{:>12}", "Replaced", "Different", "Times")?;
            for it in &replaced {
                writeln!(output, "{:<20}{:>12}{:>12}", it.kind.title(), it.different, it.times)?;
            }
            writeln!(output, "\nNot covered")?;
            for line in NOT_COVERED {
                writeln!(output, "  {line}")?;
            }
        }
    }
    output.finish()
}
