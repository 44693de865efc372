//! From the stem of a key file back to the name of its container.

use std::collections::HashMap;

use super::{KNOWN_CONTAINERS, KeySystem, KnownContainer};

/// Where a container's name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum NameSource {
    /// It is in the list of known containers.
    Known,
    /// The user supplied it.
    User,
}

/// The name behind a stem.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContainerName {
    /// The container's name; for a stem that the user labelled, the label.
    pub name: String,
    /// The key system for which the name gives the stem; `None` for a stem that
    /// the user labelled without naming its container.
    pub provider: Option<KeySystem>,
    /// A label that the user gave with the name.
    pub label: Option<String>,
    /// Where the name comes from.
    pub source: NameSource,
}

impl ContainerName {
    /// What is known about the container beyond its name.
    pub fn known(&self) -> Option<&'static KnownContainer> {
        KnownContainer::find_any(&self.name)
    }
}

/// Every container name that can be found by a stem: the known ones, and those
/// that the user adds.
///
/// ```
/// use procmonkey_analysis::ContainerNames;
///
/// let mut names = ContainerNames::known();
/// names.add_lines("# ours\nWebFarm Key -> signs the session cookies\n");
/// let found = names.find("c2319c42033a5ca7f44e731bfd3fa2b5").unwrap();
/// assert_eq!(found.name, "Microsoft Internet Information Server");
/// ```
#[derive(Clone, Debug)]
pub struct ContainerNames {
    by_stem: HashMap<String, ContainerName>,
}

impl ContainerNames {
    /// The known containers, each under its CAPI and its CNG stem.
    pub fn known() -> ContainerNames {
        let mut names = ContainerNames { by_stem: HashMap::new() };
        for known in &KNOWN_CONTAINERS {
            names.add(known.name, None, NameSource::Known);
        }
        names
    }

    /// Adds a container by name.
    pub fn add_name(&mut self, name: &str) {
        self.add(name, None, NameSource::User);
    }

    /// Adds the containers of a text: one a line, as `NAME` or `NAME -> LABEL`;
    /// 32 hexadecimal digits in place of the name label a stem. Empty lines and
    /// lines that begin with `#` do not count. Returns how many were added.
    pub fn add_lines(&mut self, text: &str) -> usize {
        let mut added = 0;
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, label) = match line.split_once("->") {
                Some((name, label)) => (name.trim(), Some(label.trim())),
                None => (line, None),
            };
            match (is_stem(name), label) {
                (true, Some(label)) => {
                    let named = ContainerName {
                        name: label.to_string(),
                        provider: None,
                        label: None,
                        source: NameSource::User,
                    };
                    self.by_stem.insert(name.to_ascii_lowercase(), named);
                }
                _ => self.add(name, label, NameSource::User),
            }
            added += 1;
        }
        added
    }

    fn add(&mut self, name: &str, label: Option<&str>, source: NameSource) {
        for provider in [KeySystem::Capi, KeySystem::Cng] {
            if let Some(stem) = provider.stem(name) {
                let named = ContainerName {
                    name: name.to_string(),
                    provider: Some(provider),
                    label: label.map(str::to_string),
                    source,
                };
                self.by_stem.insert(stem, named);
            }
        }
    }

    /// The container of a stem, compared without case.
    pub fn find(&self, stem: &str) -> Option<&ContainerName> {
        self.by_stem.get(&stem.to_ascii_lowercase())
    }
}

impl Default for ContainerNames {
    fn default() -> ContainerNames {
        ContainerNames::known()
    }
}

/// Whether a text is the stem of a key file: 32 hexadecimal digits.
pub(crate) fn is_stem(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_name_is_found_under_both_stems() {
        let names = ContainerNames::known();
        let cng = names.find("DDD8ED1E68C432B861DDEA38C753526F").unwrap();
        assert_eq!(cng.name, "Microsoft Internet Information Server");
        assert_eq!(cng.provider, Some(KeySystem::Cng));
        assert!(cng.known().unwrap().loss.is_some());
    }

    #[test]
    fn names_and_labels_of_the_user_are_read() {
        let mut names = ContainerNames::known();
        let text = "\u{feff}# x\n\nMyCoolContainer\nOther -> the other one\n\
                    0123456789abcdef0123456789ABCDEF -> key of the build server\n";
        assert_eq!(names.add_lines(text), 3);
        let found = names.find("52ab417621a9d74c73e3e0f1bc374e0a").unwrap();
        assert_eq!((found.name.as_str(), found.source), ("MyCoolContainer", NameSource::User));
        let labelled = names.find("0123456789abcdef0123456789abcdef").unwrap();
        assert_eq!(labelled.name, "key of the build server");
        let other = names.find(&KeySystem::Capi.stem("Other").unwrap()).unwrap();
        assert_eq!(other.label.as_deref(), Some("the other one"));
    }
}
