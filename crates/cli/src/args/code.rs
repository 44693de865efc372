//! The arguments of `procmonkey code`.

use std::ffi::OsString;

use clap::Args;

use procmonkey_analysis::CodeFamily;

use super::OutputArgs;

pub(super) const ABOUT: &str = "\
Explains error codes of Windows: number, name, what it stands for around keys. Without a code, says
which families of codes are known.

A code may be written as a number (2148073494, -2146893802, 2,148,073,494, 0x80090016, 80090016,
%%2148073494), as a name in any case (NTE_BAD_KEYSET, STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED), as
the English text that Windows prints for it ('Invalid Signature'), as a Result of Process Monitor
('NAME NOT FOUND'), or as all of an error message that holds one. Quote what has blanks or brackets.

Ends with status 1 when a code is not known by name; its facility and number are printed all the same.";

#[derive(Debug, Args)]
pub(crate) struct CodeArgs {
    /// Codes, in any spelling in which events, dialogs and programs write them
    #[arg(value_name = "CODE")]
    pub(crate) codes: Vec<String>,
    /// Print every code that is known, or those of one family: nte, crypt, sec, scard, tpm,
    /// hresult, win32, ntstatus
    #[arg(long, value_name = "FAMILY", num_args = 0..=1, value_parser = family, conflicts_with = "codes")]
    pub(crate) list: Option<Option<CodeFamily>>,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

/// A family by its name.
fn family(text: &str) -> Result<CodeFamily, String> {
    let found = CodeFamily::ALL.into_iter().find(|family| family.name().eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let names: Vec<&str> = CodeFamily::ALL.iter().map(|family| family.name()).collect();
        format!("the families are {}", names.join(", "))
    })
}

/// The arguments of the program, of which those of `code` that are negative numbers
/// in a form that the argument parser does not know, such as `-2,146,893,802`, get a
/// blank before them: it takes them for options otherwise.
pub(crate) fn with_negative_codes(
    arguments: impl Iterator<Item = OsString>,
) -> impl Iterator<Item = OsString> {
    let mut of_code = false;
    arguments.enumerate().map(move |(place, argument)| {
        of_code |= place == 1 && argument == "code";
        let digit = argument.as_encoded_bytes().strip_prefix(b"-").and_then(<[u8]>::first);
        match of_code && digit.is_some_and(u8::is_ascii_digit) {
            true => {
                let mut spaced = OsString::from(" ");
                spaced.push(&argument);
                spaced
            }
            false => argument,
        }
    })
}
