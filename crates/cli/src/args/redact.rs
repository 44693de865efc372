//! What the user typed after `redact`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use procmonkey_parser::TextEncoding;

use super::output::{MessageArgs, ReplaceArgs};
use super::parse;
use crate::messages::Messages;

/// What `redact --help` says first.
pub(super) const ABOUT: &str = "\
Writes a capture again, in the same format, with pseudonyms in place of names, so that it can be given
away and still be analysed: order, times and findings are the same. Words of Windows, of Procmon, of
well-known products and of known key containers stay. Every other word, in paths, command lines,
environments, registry data, accounts and hosts, becomes anon- and eight digits, made from it with the
key. GUIDs, SIDs and addresses become others of their kind. With one key, captures of one case agree.

The key file is as secret as the names: who has it can test a guess. It is made where it is missing, and
is never part of the output.

What this cannot promise: a name that is also a public word stays, but for accounts, profiles and
computers; single letters and numbers of up to six digits stay; names cut into pieces, or spelled letter
by letter, are not known again; times, sizes and the order of events are as they were. Look through the
output, and search it with --check, before it leaves your hands.";

#[derive(Debug, Args)]
pub(crate) struct RedactArgs {
    /// Capture: a file, which is read twice. An archive may hold one file only
    #[arg(required_unless_present = "check", requires = "output")]
    pub(crate) input: Option<PathBuf>,
    /// Search this file for names instead: as text, UTF-16, hexadecimal, %-escaped, in any case, and as
    /// short names (8.3). Base64 is not searched, and short names only of six letters or more
    #[arg(long, value_name = "OUT", conflicts_with_all = ["input", "output", "key", "report", "encoding", "clobber"], help_heading = "Check")]
    pub(crate) check: Option<PathBuf>,
    /// Name to search for; repeatable
    #[arg(long = "word", value_name = "NAME", requires = "check", help_heading = "Check")]
    pub(crate) words: Vec<String>,
    /// File with names to search for, one a line
    #[arg(long, value_name = "FILE", requires = "check", help_heading = "Check")]
    pub(crate) words_file: Option<PathBuf>,
    /// Key file; made, for its owner only, where it is missing [default: procmonkey-redact.key]
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Encoding of a text without a byte order mark: windows-1252, 1251, shift_jis, utf-16le …
    /// [default: UTF-8; other text is guessed]
    #[arg(long, value_name = "NAME", value_parser = parse::<TextEncoding>, help_heading = "Text")]
    pub(crate) encoding: Option<TextEncoding>,
    /// File to write, in the format of the capture; complete or not at all
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// List what was replaced, by kind and number, on standard output
    #[arg(long, help_heading = "Output")]
    pub(crate) report: bool,
    /// Form of what --report or --check prints [default: table]
    #[arg(short, long, value_enum, help_heading = "Output")]
    format: Option<ListFormat>,
    #[command(flatten)]
    pub(crate) replace: ReplaceArgs,
    #[command(flatten)]
    messages: MessageArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For reading
    Table,
    /// One document
    Json,
}

impl RedactArgs {
    /// How much is written to standard error.
    pub(crate) fn messages(&self) -> Messages {
        self.messages.messages()
    }

    pub(crate) fn format(&self) -> ListFormat {
        self.format.unwrap_or(ListFormat::Table)
    }

    /// Where the key is.
    pub(crate) fn key_file(&self) -> &Path {
        self.key.as_deref().unwrap_or(Path::new("procmonkey-redact.key"))
    }
}
