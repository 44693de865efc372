//! Commands that can be pasted into a Command Prompt.

/// A path as a command takes it, in quotation marks where it needs them. `None` for one
/// without a drive, and for one that a shell would read as more than a path: a capture may
/// hold anything.
pub(super) fn quoted(path: &str) -> Option<String> {
    let mut chars = path.chars();
    let has_drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && chars.next() == Some('\\');
    let is_plain = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                ' ' | '\\'
                    | ':'
                    | '.'
                    | '_'
                    | '-'
                    | '('
                    | ')'
                    | '~'
                    | '{'
                    | '}'
                    | ','
                    | '+'
                    | '#'
                    | '@'
            )
    };
    if !has_drive || !path.chars().all(is_plain) || path.split('\\').any(|part| part == "..") {
        return None;
    }
    // At the end, a backslash would take the quotation mark for its own.
    let path = path.trim_end_matches('\\');
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '\\' | ':' | '.' | '_' | '-' | '~');
    match path.chars().all(is_word) {
        true => Some(path.to_string()),
        false => Some(format!("\"{path}\"")),
    }
}

/// Whether a shell reads a command as it is meant: no place is left open, nothing is written
/// or called beside, and every path begins at a drive or at a folder of Windows.
pub(super) fn is_harmless(command: &str) -> bool {
    let mut bare = command.to_string();
    for variable in ["%SystemRoot%", "%windir%", "%ProgramData%", "%ALLUSERSPROFILE%"] {
        bare = bare.replace(variable, "C:");
    }
    // A path in quotation marks stands at each second place.
    let paths_are_plain = bare
        .split('"')
        .skip(1)
        .step_by(2)
        .all(|path| is_key_or_word(path) || quoted(path).is_some());
    let is_special = |c: char| {
        matches!(c, '%' | '$' | '`' | '&' | '|' | '<' | '>' | '^' | '!' | ';')
            || (c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'))
    };
    let unquoted: Vec<&str> = bare.split('"').step_by(2).collect();
    paths_are_plain
        && !bare.contains(is_special)
        && !unquoted.iter().any(|part| part.to_lowercase().contains(r"\device\"))
}

/// Whether a text is a registry key, or no path at all.
fn is_key_or_word(text: &str) -> bool {
    text.starts_with("HKLM\\") || text.starts_with("HKCU\\") || !text.contains(['\\', '/'])
}

/// The program that copies: which one a Windows has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copier {
    /// Windows Vista and later, and Windows Server 2008 and later.
    Robocopy,
    /// Every Windows: those of before have nothing else.
    Xcopy,
}

impl Copier {
    /// A command that copies a folder with the rights of its files. It deletes nothing: there
    /// is no `/MIR`, `/PURGE` or `/MOVE` in it.
    pub(super) fn folder(self, folder: &str, name: &str) -> String {
        match self {
            Copier::Robocopy => format!("robocopy {folder} {KEEP}\\{name} /E /B /COPYALL"),
            Copier::Xcopy => format!("xcopy {folder} {KEEP}\\{name} /E /C /I /H /K /O /X"),
        }
    }

    /// Commands that copy the configuration of IIS.
    pub(super) fn configuration(self) -> Vec<String> {
        const FOLDER: &str = r"%SystemRoot%\System32\inetsrv";
        match self {
            Copier::Robocopy => vec![format!(
                r"robocopy {FOLDER} {KEEP}\inetsrv MetaBase.* MBSchema.* *.config /S /B"
            )],
            Copier::Xcopy => ["MetaBase.*", "MBSchema.*"]
                .map(|name| format!(r"xcopy {FOLDER}\{name} {KEEP}\inetsrv /C /I /H /K /O /X"))
                .into(),
        }
    }
}

/// The folder that copies go to: a name to be replaced.
pub(super) const KEEP: &str = r"D:\keep";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_more_than_a_path_gives_no_command() {
        for hostile in [
            "C:\\a\" & del /q C:\\*",
            "C:\\%TEMP%\\a",
            "C:\\$(calc)\\a",
            "C:\\a`b",
            "C:\\a\nb",
            "C:\\a\u{202e}b",
            "C:\\a&b",
            "C:\\a\\..\\b",
            r"\Device\HarddiskVolume2\ProgramData\Microsoft",
            r"\\server\share\a",
            "relative\\a",
        ] {
            assert_eq!(quoted(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn a_command_that_does_more_than_it_says_is_not_harmless() {
        for command in [
            r#"icacls "C:\Users\$(calc)\a""#,
            r#"icacls "\Device\HarddiskVolume2\a""#,
            r"icacls \Device\HarddiskVolume2\a",
            "icacls <the key file>",
            "dir /a C:\\a & del C:\\a",
            r"dir %TEMP%\a",
            "dir C:\\a\ncalc",
        ] {
            assert!(!is_harmless(command), "{command}");
        }
        for command in [
            r#"icacls "C:\ProgramData\Microsoft\a b""#,
            r"dir /a %ProgramData%\Microsoft\Crypto\RSA\MachineKeys",
            r#"reg query "HKLM\SOFTWARE\Microsoft\a b" /v "Common AppData""#,
            "certutil -key",
        ] {
            assert!(is_harmless(command), "{command}");
        }
    }

    #[test]
    fn a_path_with_blanks_stands_in_quotation_marks() {
        assert_eq!(
            quoted(r"C:\ProgramData\Microsoft\").as_deref(),
            Some(r"C:\ProgramData\Microsoft")
        );
        let old = r"C:\Documents and Settings\All Users";
        assert_eq!(quoted(old).unwrap_or_default(), format!("\"{old}\""));
    }
}
