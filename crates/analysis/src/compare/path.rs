//! Paths without what is different at every start.

use crate::key_file::KeyFile;

/// A path in the form in which two captures can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlainPath {
    pub(super) text: String,
    /// Whether a part of it was replaced that may be two different things.
    pub(super) is_blurred: bool,
}

/// Lower case, with GUIDs, SIDs, temporary names and long numbers replaced.
///
/// The stem of a key file stays: it names the container. Its GUID goes, because a
/// program looks for the name under the GUID that it has just read.
pub(super) fn plain(operation: &str, path: &str) -> PlainPath {
    if operation.starts_with("TCP ") || operation.starts_with("UDP ") {
        return PlainPath { text: "{network}".into(), is_blurred: true };
    }
    if let Some(file) = KeyFile::from_path(path) {
        return PlainPath {
            text: format!("{:?} {}_{{guid}}", file.folder, file.stem),
            is_blurred: false,
        };
    }
    let lower = path.to_lowercase();
    let mut text = String::with_capacity(lower.len());
    let mut is_blurred = false;
    for (index, part) in lower.split('\\').enumerate() {
        if index > 0 {
            text.push('\\');
        }
        is_blurred |= push_part(part, &mut text);
    }
    PlainPath { text, is_blurred }
}

/// Adds one part of a path; true when something was replaced.
fn push_part(part: &str, text: &mut String) -> bool {
    if part.starts_with("s-1-5-21-") || part.starts_with("s-1-12-") {
        text.push_str("{sid}");
        text.push_str(if part.ends_with("_classes") { "_classes" } else { "" });
        return true;
    }
    let is_temporary = part.ends_with(".tmp") || part.starts_with("~df");
    if is_temporary {
        text.push_str("{temporary}");
        return true;
    }
    let bytes = part.as_bytes();
    let (mut at, mut replaced) = (0, false);
    while at < bytes.len() {
        if is_guid(&bytes[at..]) {
            text.push_str("{guid}");
            at += GUID_LENGTH;
            replaced = true;
            continue;
        }
        let run = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if run == 0 {
            // No letter or digit of ASCII: one character, however many bytes.
            let rest = &part[at..];
            let width = rest.chars().next().map_or(1, char::len_utf8);
            text.push_str(&rest[..width.min(rest.len())]);
            at += width;
            continue;
        }
        replaced |= push_word(&part[at..at + run], text);
        at += run;
    }
    replaced
}

const GUID_LENGTH: usize = 36;

fn is_guid(bytes: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..GUID_LENGTH) else { return false };
    bytes.iter().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// Adds a word of letters and digits: one that is random or a long number becomes
/// a placeholder.
fn push_word(word: &str, text: &mut String) -> bool {
    let is_hex = word.len() >= 8
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().any(|byte| byte.is_ascii_digit());
    if is_hex {
        text.push_str("{hex}");
        return true;
    }
    // Four digits and more: a date, a counter, a PID. Three may be a version.
    let mut replaced = false;
    let mut rest = word;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits >= 4 {
            text.push_str("{number}");
            replaced = true;
        } else {
            text.push_str(&rest[..digits]);
        }
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(|byte| !byte.is_ascii_digit()).count();
        text.push_str(&rest[..letters]);
        rest = &rest[letters..];
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_at_every_start_is_made_alike() {
        for (a, b) in [
            (r"C:\Temp\~DF1234.tmp", r"C:\temp\~DFA0B1.TMP"),
            (r"C:\L\ex260305.log", r"C:\L\ex260412.log"),
            (r"C:\P\INETINFO.EXE-7C40D1A9.pf", r"C:\P\INETINFO.EXE-1B22D1A0.pf"),
            (r"HKU\S-1-5-21-1-2-3-1001\Software", r"HKU\S-1-5-21-9-8-7-500\Software"),
            (
                r"HKCR\CLSID\{4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1}\é",
                r"HKCR\CLSID\{B81E0A4D-52C7-4F39-A6D0-7C13E95F2B86}\É",
            ),
        ] {
            let (a, b) = (plain("CreateFile", a), plain("CreateFile", b));
            assert_eq!(a, b);
            assert!(a.is_blurred, "{}", a.text);
        }
        let tcp = plain("TCP Send", "WEB01:80 -> A:50000");
        assert_eq!(tcp, plain("TCP Send", "WEB02:80 -> B:50001"));
    }

    #[test]
    fn what_names_a_thing_stays() {
        for (a, b) in [
            (r"C:\Windows\System32\rsaenh.dll", r"C:\Windows\System32\dssenh.dll"),
            (r"C:\Windows\System32\msvcr100.dll", r"C:\Windows\System32\msvcr110.dll"),
            (r"HKU\S-1-5-18\Software", r"HKU\S-1-5-20\Software"),
        ] {
            let (a, b) = (plain("CreateFile", a), plain("CreateFile", b));
            assert_ne!(a, b);
            assert!(!a.is_blurred && !b.is_blurred);
        }
    }

    #[test]
    fn a_key_file_is_compared_by_its_container_whatever_its_guid() {
        const FOLDER: &str = r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys";
        let key = |stem: &str, guid: &str| plain("CreateFile", &format!(r"{FOLDER}\{stem}_{guid}"));
        let (metabase, dcom) =
            ("c2319c42033a5ca7f44e731bfd3fa2b5", "7a436fe806e483969f48a894af2fe9a1");
        let (old, new) =
            ("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1", "B81E0A4D-52C7-4F39-A6D0-7C13E95F2B86");
        assert_eq!(key(metabase, old), key(metabase, new));
        assert_ne!(key(metabase, old), key(dcom, old));
        assert!(!key(metabase, old).is_blurred);
    }

    #[test]
    fn hostile_paths_are_taken_as_they_are() {
        for path in ["", "\\", "é-é\u{202e}", "12345é", "\\\\?\\", "-1234-é8"] {
            plain("CreateFile", path);
        }
    }
}
