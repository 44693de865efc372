//! Access rules as `icacls` prints them.

use procmonkey_analysis::KeyFolder;

use super::row::volume;

/// The rule that a line holds: `BUILTIN\Administrators:(I)(F)`.
pub(super) fn rule(text: &str) -> Option<&str> {
    let text = text.trim();
    let (account, rights) = text.rsplit_once(":(")?;
    let is_rule = !account.is_empty()
        && volume(account).is_none()
        && rights.ends_with(')')
        && rights.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"(),".contains(&byte));
    is_rule.then_some(text)
}

/// The longest line that is looked at for a folder and a rule, in bytes, and how many
/// of its blanks may stand between the two.
const MAX_LINE: usize = 2048;
const MAX_BLANKS: usize = 64;

/// A key folder and its first rule: `C:\…\MachineKeys Everyone:(R,W)`.
pub(super) fn of_folder(line: &str) -> Option<(&str, &str)> {
    let line = line.get(volume(line)?..).filter(|line| line.len() <= MAX_LINE)?;
    // Most lines have no rule, and need not be taken apart.
    if !line.trim_end().ends_with(')') {
        return None;
    }
    // Both the path and the account may hold blanks.
    line.match_indices(' ').take(MAX_BLANKS).find_map(|(at, _)| {
        KeyFolder::from_path(&line[..at])?;
        Some((&line[..at], rule(&line[at..])?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_from_other_lines() {
        for text in ["  NT AUTHORITY\\SYSTEM:(I)(F)", "Everyone:(R,W)", "S-1-5-20:(OI)(CI)(RX,WA)"]
        {
            assert_eq!(rule(text), Some(text.trim()));
        }
        for text in
            ["", ":(F)", "Size:(2 MB)", "Note:(F", "C:\\a b:(F)", "Successfully processed 1 files"]
        {
            assert_eq!(rule(text), None, "{text}");
        }
        let folder = "C:\\Documents and Settings\\All Users\\Application Data\\Microsoft\\Crypto\\RSA\\MachineKeys";
        let line = format!("{folder} BUILTIN\\Administrators:(F)");
        assert_eq!(of_folder(&line), Some((folder, "BUILTIN\\Administrators:(F)")));
    }
}
