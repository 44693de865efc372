//! Everything to be said about a text that should be a code.

use procmonkey_parser::NtStatus;

use super::error_code::{DecodedCode, ErrorCode};
use super::known::{CodeFamily, KnownCode};
use super::lookup::{by_value, names_with};
use super::parts::{CodeForm, CodeParts, CodeSeverity, FROM_SYSTEM_ERROR, NT_BIT};

/// Everything to be said about one text that should be a code. One that was written as JSON
/// is read back as a `CodeAnswer<String>`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CodeAnswer<T = &'static str> {
    /// The text that was asked about, without blanks around it.
    pub asked: String,
    /// The number.
    pub value: Option<u32>,
    /// The number as `0x80090006`.
    pub hex: Option<String>,
    /// The number as services and scripts print it.
    pub signed: Option<i32>,
    /// Its name.
    pub name: Option<T>,
    /// What it says, in a few words.
    pub meaning: Option<T>,
    /// Where it is met around keys.
    pub met: Option<T>,
    /// What was supposed, or why there is no answer.
    pub note: Option<String>,
    /// The family of headers that has the name.
    pub family: Option<CodeFamily>,
    /// Other names of the same number.
    pub aliases: Vec<T>,
    /// Severity, facility and number within it.
    pub parts: Option<CodeParts<T>>,
    /// The HRESULT in which programs pass on this system error or NTSTATUS.
    pub hresult: Option<String>,
    /// The Result that Process Monitor prints for this NTSTATUS.
    pub procmon_result: Option<T>,
}

impl CodeAnswer {
    /// Answers for one text.
    ///
    /// ```
    /// use procmonkey_analysis::CodeAnswer;
    ///
    /// let answer = CodeAnswer::new("%%-2146893818");
    /// assert_eq!(answer.name, Some("NTE_BAD_SIGNATURE"));
    /// ```
    pub fn new(asked: &str) -> CodeAnswer {
        let decoded = ErrorCode::decode(asked).or_else(|| {
            let found = ErrorCode::find_in(asked)?;
            let note = found.note.or_else(|| Some("taken from the text".to_string()));
            Some(DecodedCode { note, ..found })
        });
        match decoded {
            Some(decoded) => CodeAnswer::of(asked, decoded.code, decoded.known, decoded.note),
            None => CodeAnswer { note: Some(not_a_code(asked)), ..CodeAnswer::empty(asked) },
        }
    }

    /// Answers for a code of the tables.
    pub fn of_known(known: &'static KnownCode) -> CodeAnswer {
        CodeAnswer::of(known.name, ErrorCode { value: known.value }, Some(known), None)
    }

    /// Whether the code is one that is known by name.
    pub fn is_known(&self) -> bool {
        self.name.is_some()
    }

    fn of(
        asked: &str,
        code: ErrorCode,
        known: Option<&'static KnownCode>,
        note: Option<String>,
    ) -> CodeAnswer {
        let status = known.filter(|known| known.family == CodeFamily::NtStatus);
        let parts = match status {
            Some(status) => CodeParts::as_form(status.value, CodeForm::NtStatus),
            None => code.parts(),
        };
        let unknown = || match parts.severity {
            CodeSeverity::Success => {
                format!(
                    "not known by name, and not an error by its form ({parts}): perhaps a number that a program made up"
                )
            }
            _ => format!("not known by name: {parts}"),
        };
        let note = match (known, note) {
            (None, Some(note)) => Some(format!("{note}; {}", unknown())),
            (None, None) => Some(unknown()),
            (Some(_), note) => note,
        };
        let carried = match known.map(|known| known.family) {
            Some(CodeFamily::Win32) if known.is_some_and(|known| known.value != 0) => {
                known.map(|known| FROM_SYSTEM_ERROR << 16 | known.value)
            }
            Some(CodeFamily::NtStatus) if parts.severity != CodeSeverity::Success => {
                known.map(|known| known.value | NT_BIT)
            }
            _ => None,
        };
        CodeAnswer {
            value: Some(code.value),
            hex: Some(hex(code.value)),
            signed: Some(code.signed()),
            name: known.map(|known| known.name),
            meaning: known.and_then(|known| known.meaning),
            met: known.and_then(|known| known.met),
            note,
            family: known.map(|known| known.family),
            aliases: known.map(|known| other_names(code.value, known)).unwrap_or_default(),
            parts: Some(parts),
            hresult: carried.filter(|carried| *carried != code.value).map(hex),
            procmon_result: status
                .and_then(|status| NtStatus(status.value).text())
                .filter(|text| !text.is_empty()),
            ..CodeAnswer::empty(asked)
        }
    }

    fn empty(asked: &str) -> CodeAnswer {
        CodeAnswer {
            asked: asked.trim().to_string(),
            value: None,
            hex: None,
            signed: None,
            name: None,
            meaning: None,
            met: None,
            note: None,
            family: None,
            aliases: Vec::new(),
            parts: None,
            hresult: None,
            procmon_result: None,
        }
    }
}

fn hex(value: u32) -> String {
    format!("0x{value:08X}")
}

fn other_names(value: u32, known: &'static KnownCode) -> Vec<&'static str> {
    let mut names = known.aliases.to_vec();
    for other in by_value(value).filter(|other| *other != known) {
        names.push(other.name);
        names.extend(other.aliases);
    }
    names
}

fn not_a_code(asked: &str) -> String {
    let asked = asked.trim();
    let alike =
        if asked.len() > 3 { names_with(&asked.replace([' ', '-'], "_")) } else { Vec::new() };
    match alike.is_empty() {
        true => "is not written like an error code, and is not a name or text that is known".into(),
        false => format!("is not a name that is known; names with it are {}", alike.join(", ")),
    }
}
