//! Questions about one key: what is the file of this container, whose is this file?

use crate::container::{ContainerNames, KeySystem, KnownContainer, empty_container_len, is_stem};
use crate::guid::MachineGuid;
use crate::key_file::{KeyFile, KeyFolder, split_name};

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyQuestion<'q> {
    /// The path of a key file.
    Path(&'q str),
    /// The name of a key file without its folder.
    FileName(&'q str),
    /// The part before the underscore.
    Stem(&'q str),
    /// The name of a container.
    Name(&'q str),
}

/// What is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct KeyAnswer {
    /// The text that was asked about.
    pub asked: String,
    /// Name of the container; `None` when no known name gives this stem.
    pub container: Option<String>,
    /// The key system.
    pub provider: Option<KeySystem>,
    /// Hash of the name.
    pub stem: Option<String>,
    /// Name of the file, when the GUID is known.
    pub file_name: Option<String>,
    /// The GUID behind the underscore.
    pub guid: Option<MachineGuid>,
    /// The folder, when a path was given.
    pub folder: Option<KeyFolder>,
    /// Length in bytes of the file before it holds a key (CAPI only).
    pub empty_length: Option<u64>,
    /// Who uses it.
    pub owner: Option<String>,
    /// What stops working without it.
    pub loss: Option<String>,
    /// What is not known, and why.
    pub note: Option<String>,
}

impl KeyAnswer {
    /// What is known of the container in this key system, such as who uses it and how
    /// a new one is made.
    pub fn known(&self) -> Option<&'static KnownContainer> {
        KnownContainer::find(self.container.as_deref()?, self.provider?)
    }
}

impl<'q> KeyQuestion<'q> {
    /// Says by its form what the text is.
    ///
    /// ```
    /// use procmonkey_analysis::{ContainerNames, KeyQuestion};
    ///
    /// let question = KeyQuestion::new("c2319c42033a5ca7f44e731bfd3fa2b5");
    /// let answers = question.answer(&ContainerNames::known(), None);
    /// assert_eq!(answers[0].container.as_deref(), Some("Microsoft Internet Information Server"));
    /// ```
    pub fn new(text: &'q str) -> KeyQuestion<'q> {
        if is_stem(text) {
            KeyQuestion::Stem(text)
        } else if split_name(text).is_some() {
            KeyQuestion::FileName(text)
        } else if text.rsplit(['\\', '/']).next().is_some_and(|name| split_name(name).is_some()) {
            KeyQuestion::Path(text)
        } else {
            KeyQuestion::Name(text)
        }
    }

    /// The answers: one for a file, one for each key system for a name. `guid`
    /// completes the file names that a container's name gives.
    pub fn answer(&self, names: &ContainerNames, guid: Option<&MachineGuid>) -> Vec<KeyAnswer> {
        match *self {
            KeyQuestion::Stem(stem) => vec![of_stem(stem, stem, guid.cloned(), None, names)],
            KeyQuestion::FileName(name) => of_file(name, name, None, names).into_iter().collect(),
            KeyQuestion::Path(path) => {
                let name = path.rsplit(['\\', '/']).next().unwrap_or(path);
                let folder = KeyFile::from_path(path).map(|file| file.folder);
                of_file(path, name, folder, names).into_iter().collect()
            }
            KeyQuestion::Name(name) => [KeySystem::Capi, KeySystem::Cng]
                .map(|provider| of_name(name, provider, guid))
                .into(),
        }
    }
}

fn of_file(
    asked: &str,
    name: &str,
    folder: Option<KeyFolder>,
    names: &ContainerNames,
) -> Option<KeyAnswer> {
    let (stem, guid) = split_name(name)?;
    let mut answer = of_stem(asked, stem, Some(MachineGuid::new(guid)), folder, names);
    answer.file_name = Some(name.to_string());
    Some(answer)
}

fn of_stem(
    asked: &str,
    stem: &str,
    guid: Option<MachineGuid>,
    folder: Option<KeyFolder>,
    names: &ContainerNames,
) -> KeyAnswer {
    let stem = stem.to_ascii_lowercase();
    let found = names.find(&stem);
    let provider = found.and_then(|found| found.provider);
    let details = found.and_then(|found| found.known());
    let label = found.and_then(|found| found.label.clone());
    KeyAnswer {
        asked: asked.to_string(),
        container: found.map(|found| found.name.clone()),
        provider: folder.map(|folder| folder.provider).or(provider),
        file_name: guid.as_ref().map(|guid| format!("{stem}_{guid}")),
        guid,
        folder,
        empty_length: found
            .filter(|_| provider == Some(KeySystem::Capi))
            .map(|found| empty_container_len(&found.name)),
        owner: label.or_else(|| details.map(|known| known.owner.to_string())),
        loss: details.and_then(|known| known.loss).map(str::to_string),
        note: found.is_none().then(|| {
            "no known container has this stem; a hash cannot be turned back, so add names to try with --names"
                .to_string()
        }),
        stem: Some(stem),
    }
}

fn of_name(name: &str, provider: KeySystem, guid: Option<&MachineGuid>) -> KeyAnswer {
    let stem = provider.stem(name);
    let details = KnownContainer::find_any(name).filter(|known| known.provider == provider);
    KeyAnswer {
        asked: name.to_string(),
        container: Some(name.to_string()),
        provider: Some(provider),
        file_name: stem.as_ref().zip(guid).map(|(stem, guid)| format!("{stem}_{guid}")),
        guid: guid.cloned(),
        folder: None,
        empty_length: (provider == KeySystem::Capi && stem.is_some())
            .then(|| empty_container_len(name)),
        owner: details.map(|known| known.owner.to_string()),
        loss: details.and_then(|known| known.loss).map(str::to_string),
        note: stem.is_none().then(|| {
            "which code page Windows takes for a name outside ASCII is not established".to_string()
        }),
        stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_recognised() {
        let name = "c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
        let path = format!("D:\\case\\MachineKeys\\{name}");
        assert_eq!(KeyQuestion::new(&name[..32]), KeyQuestion::Stem(&name[..32]));
        assert_eq!(KeyQuestion::new(name), KeyQuestion::FileName(name));
        assert_eq!(KeyQuestion::new(&path), KeyQuestion::Path(&path));
        assert_eq!(KeyQuestion::new("iisWasKey"), KeyQuestion::Name("iisWasKey"));
    }

    #[test]
    fn a_name_gives_both_files_and_a_file_its_name() {
        let guid = MachineGuid::new("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1");
        let answers = KeyQuestion::new("iisWasKey").answer(&ContainerNames::known(), Some(&guid));
        assert_eq!(
            answers[0].file_name.as_deref(),
            Some("76944fb33636aeddb9590521c2e8815a_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1")
        );
        assert_eq!(answers[0].empty_length, Some(50));
        assert_eq!(answers[1].stem.as_deref(), Some("fe0d8631831420addaf3cf6970961071"));
        let file = answers[0].file_name.clone().unwrap();
        let back = KeyQuestion::new(&file).answer(&ContainerNames::known(), None);
        assert_eq!(back[0].container.as_deref(), Some("iisWasKey"));
        assert_eq!(back[0].guid, Some(guid));
    }

    #[test]
    fn an_unknown_stem_says_so() {
        let answers = KeyQuestion::new("00000000000000000000000000000000")
            .answer(&ContainerNames::known(), None);
        assert_eq!(answers[0].container, None);
        assert!(answers[0].note.is_some());
    }
}
