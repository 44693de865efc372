//! `procmonkey kit`: what a person carries to the broken server.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use crate::args::{KitArgs, UsageError};
use crate::exit::Exit;
use crate::kit;
use crate::output::Output;

/// Writes the files of the kit, and their paths to standard output.
pub(crate) fn run(args: &KitArgs) -> anyhow::Result<Exit> {
    let folder = args.folder.as_path();
    let files = kit::files()?;
    let mut listed = Output::to(Path::new("-"))?;
    check(args)?;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    // What cannot be written shows before the first file is in its place.
    let mut written = Vec::new();
    for file in files {
        let path = folder.join(file.name);
        let mut output = Output::to(&path)?;
        output.write_all(&file.bytes)?;
        output.flush()?;
        written.push((path, output));
    }
    for (path, output) in written {
        output.finish()?;
        writeln!(listed, "{}", path.display())?;
    }
    listed.finish()?;
    Ok(Exit::Clean)
}

/// # Errors
/// When there is something in the folder, or something else in its place.
fn check(args: &KitArgs) -> anyhow::Result<()> {
    let folder = args.folder.as_path();
    let shown = folder.display();
    let refuse = |why: String| Err(UsageError(why).into());
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        return refuse(format!("{shown}: not a folder; the kit is several files"));
    }
    let mut entries =
        folder.read_dir().with_context(|| format!("{shown}: the folder cannot be listed"))?;
    match entries.next() {
        Some(_) if !args.force => refuse(format!(
            "{shown}: the folder is not empty; --force writes into it, and replaces files of the \
             same names"
        )),
        _ => Ok(()),
    }
}
