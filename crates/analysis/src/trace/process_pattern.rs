//! How a user names a process.

use std::fmt;

/// A process as a user names it: by name, with or without `.exe` and with `*` and `?`,
/// or by PID. Names are compared without case.
///
/// ```
/// use procmonkey_analysis::ProcessPattern;
///
/// assert!(ProcessPattern::new("w3wp").matches(Some("w3wp.exe"), None));
/// assert!(ProcessPattern::new("sql*").matches(Some("SqlServr.exe"), None));
/// assert!(ProcessPattern::new("4400").matches(Some("w3wp.exe"), Some(4400)));
/// assert!(!ProcessPattern::new("w3wp.exe").matches(Some("w3wpx.exe"), None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessPattern {
    text: String,
    /// What is compared with names: in lower case, without `.exe`.
    name: String,
    pid: Option<u32>,
}

/// The ending that may be left out.
const EXE: &str = ".exe";

impl ProcessPattern {
    /// The pattern with this text. Digits alone are a PID, and a name as well.
    pub fn new(text: impl Into<String>) -> ProcessPattern {
        let text = text.into();
        let name = without_exe(text.trim().to_lowercase());
        let pid = text.trim().parse().ok();
        ProcessPattern { text, name, pid }
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a process with this name and PID is meant.
    pub fn matches(&self, name: Option<&str>, pid: Option<u32>) -> bool {
        if self.pid.is_some() && self.pid == pid {
            return true;
        }
        let Some(name) = name else { return false };
        match self.is_plain() {
            true => self.is_name(name),
            false => {
                let lower = name.to_lowercase();
                is_like(&self.name, &lower) || is_like(&self.name, &without_exe(lower))
            }
        }
    }

    /// The names that it stands for, with `.exe` and without; `None` where it may stand
    /// for any.
    pub fn names(&self) -> Option<[String; 2]> {
        (self.is_plain() && self.pid.is_none())
            .then(|| [format!("{}{EXE}", self.name), self.name.clone()])
    }

    /// The PID, where it is one.
    pub fn pid(&self) -> Option<u32> {
        self.pid
    }

    /// Whether it has neither `*` nor `?`.
    pub fn is_plain(&self) -> bool {
        !self.name.contains(['*', '?'])
    }

    /// Asked for every event: without case, and most names are ASCII.
    fn is_name(&self, name: &str) -> bool {
        if self.name.is_ascii() && name.is_ascii() {
            let (own, name) = (self.name.as_bytes(), name.as_bytes());
            return match name.len() {
                len if len == own.len() => own.eq_ignore_ascii_case(name),
                len if len == own.len() + EXE.len() => {
                    own.eq_ignore_ascii_case(&name[..own.len()])
                        && name[own.len()..].eq_ignore_ascii_case(EXE.as_bytes())
                }
                _ => false,
            };
        }
        without_exe(name.to_lowercase()) == self.name
    }
}

impl fmt::Display for ProcessPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn without_exe(mut lower: String) -> String {
    if lower.len() > EXE.len() && lower.ends_with(EXE) {
        lower.truncate(lower.len() - EXE.len());
    }
    lower
}

/// Whether a text has the form of a pattern: `*` stands for any text, `?` for one
/// character.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut from) = (0, 0);
    // Where the last `*` stands, and how far it reaches so far.
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(one) if *one == '?' || *one == text[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((place, reach)) = star else { return false };
                star = Some((place, reach + 1));
                at = place + 1;
                from = reach + 1;
            }
        }
    }
    pattern[at..].iter().all(|one| *one == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_with_and_without_its_ending_in_any_alphabet() {
        for (pattern, name, want) in [
            ("inetinfo.exe", "InetInfo.EXE", true),
            ("inetinfo", "InetInfo.EXE", true),
            ("inetinfo.exe", "inetinfo", true),
            ("inetinfo.exe", "inetinfo.ex", false),
            ("inetinfo", "inetinfo2.exe", false),
            ("System", "System", true),
            ("größe.exe", "GRÖSSE.exe", false),
            ("größe", "GRÖßE.exe", true),
            ("служба.exe", "СЛУЖБА.EXE", true),
            // The sign for kelvin.
            ("k.exe", "\u{212a}.exe", true),
            (".exe", ".exe", true),
            ("a.exe.exe", "a.exe", true),
            ("a.exe", "a.exe.exe", false),
        ] {
            assert_eq!(
                ProcessPattern::new(pattern).matches(Some(name), None),
                want,
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn signs_stand_for_texts_and_characters() {
        for (pattern, name, want) in [
            ("*", "anything", true),
            ("w3*", "w3wp.exe", true),
            ("w3??", "w3wp.exe", true),
            ("w3?", "w3wp.exe", false),
            ("*.exe", "w3wp.exe", true),
            ("*wp", "W3WP.exe", true),
            ("*s*r*", "sqlservr.exe", true),
            ("s*q*z", "sqlservr.exe", false),
            ("svc?ost.exe", "svchost.exe", true),
            ("größ?", "GRÖSSE.exe", false),
            ("gr?ße*", "GRÖßE.exe", true),
        ] {
            assert_eq!(
                ProcessPattern::new(pattern).matches(Some(name), None),
                want,
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn digits_are_a_pid_and_a_name() {
        let pattern = ProcessPattern::new("4400");
        assert!(pattern.matches(Some("w3wp.exe"), Some(4400)));
        assert!(pattern.matches(None, Some(4400)));
        assert!(pattern.matches(Some("4400.exe"), Some(1)));
        assert!(!pattern.matches(Some("w3wp.exe"), Some(44)));
        assert!(!pattern.matches(Some("w3wp.exe"), None));
        assert_eq!(pattern.names(), None);
        let names = ProcessPattern::new("W3WP.exe").names();
        assert_eq!(names, Some(["w3wp.exe".to_string(), "w3wp".to_string()]));
    }
}
