//! `procmonkey signatures`: the failures that an analysis knows.

use procmonkey_analysis::{SignatureText, signatures};

use crate::args::{SignaturesArgs, UsageError};
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{self, Look, Shown};

pub(crate) fn run(args: &SignaturesArgs) -> anyhow::Result<Exit> {
    let texts = asked_for(&args.ids)?;
    let mut output = Output::open(&args.out)?;
    let look = Look::new(&args.out, &output);
    let shown = if args.ids.is_empty() { Shown::AsList } else { Shown::InFull };
    render::signatures(&texts, shown, args.out.format(), look, &mut output)?;
    output.finish()?;
    Ok(Exit::Clean)
}

/// The signatures with these ids, in the order asked for; all of them for none.
fn asked_for(ids: &[String]) -> Result<Vec<&'static SignatureText>, UsageError> {
    if ids.is_empty() {
        return Ok(signatures().collect());
    }
    ids.iter().map(|id| find(id)).collect()
}

/// The signature of an id, with or without its `MK-` and leading zeros.
fn find(id: &str) -> Result<&'static SignatureText, UsageError> {
    let upper = id.trim().to_uppercase();
    let number = upper.strip_prefix("MK").unwrap_or(&upper).trim_start_matches('-');
    let wanted = format!("MK-{number:0>2}");
    let known = signatures().find(|text| text.id == wanted);
    known.ok_or_else(|| {
        UsageError(format!("there is no signature {id}; `procmonkey signatures` lists them"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_every_spelling() {
        for id in ["MK-04", "mk-04", "MK04", "4", "mk4"] {
            assert_eq!(find(id).unwrap().id, "MK-04", "{id}");
        }
        for id in ["MK-00", "MK-99", "", "x"] {
            assert!(find(id).is_err(), "{id}");
        }
    }
}
