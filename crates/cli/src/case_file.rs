//! `case.json`: what of the files in a folder belongs together.
//!
//! ```json
//! {
//!   "schema_version": 1,
//!   "captures": ["before.pml", "after.pml"],
//!   "baseline": ["good.csv"],
//!   "witnesses": { "event_log": ["System.evtx"], "hive": ["SOFTWARE"] }
//! }
//! ```

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::marker::PhantomData;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

/// How the file is called.
pub(crate) const CASE_FILE: &str = "case.json";

/// The version of its form.
const VERSION: u32 = 1;

/// The longest one that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// What a case file names. All paths lie in its folder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CaseFile {
    /// The file itself.
    pub(crate) path: PathBuf,
    /// In the order in which they are read.
    pub(crate) captures: Vec<PathBuf>,
    pub(crate) baseline: Vec<PathBuf>,
    pub(crate) keys_dir: Vec<PathBuf>,
    pub(crate) hive: Vec<PathBuf>,
    pub(crate) reg_export: Vec<PathBuf>,
    pub(crate) event_log: Vec<PathBuf>,
    pub(crate) debugview: Vec<PathBuf>,
}

impl CaseFile {
    /// The case file of a folder, where there is one.
    ///
    /// # Errors
    /// What is wrong with it, with its path and the place in it.
    pub(crate) fn of_folder(folder: &Path) -> Option<Result<CaseFile, String>> {
        let path = folder.join(CASE_FILE);
        path.metadata().is_ok_and(|metadata| metadata.is_file()).then(|| CaseFile::read(path))
    }

    fn read(path: PathBuf) -> Result<CaseFile, String> {
        let shown = path.display();
        let mut bytes = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
            .map_err(|error| format!("{shown}: cannot be read: {error}"))?;
        if bytes.len() as u64 > LONGEST {
            return Err(format!("{shown}: a case file is no longer than 1 MiB"));
        }
        // An editor of Windows may have put a byte order mark in front.
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let Object(written): Object<Written> =
            serde_json::from_slice(text).map_err(|error| with_place(&path, &error))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let own = |names: &[Beside]| names.iter().map(|name| folder.join(&name.0)).collect();
        let Written { captures, baseline, witnesses: Object(witnesses), .. } = &written;
        let file = CaseFile {
            captures: own(captures),
            baseline: own(baseline),
            keys_dir: own(&witnesses.keys_dir),
            hive: own(&witnesses.hive),
            reg_export: own(&witnesses.reg_export),
            event_log: own(&witnesses.event_log),
            debugview: own(&witnesses.debugview),
            path,
        };
        file.check()?;
        Ok(file)
    }

    /// All that it names.
    pub(crate) fn named(&self) -> impl Iterator<Item = &PathBuf> {
        self.captures.iter().chain(&self.baseline).chain(self.witnesses())
    }

    /// The witnesses that are no captures.
    pub(crate) fn witnesses(&self) -> impl Iterator<Item = &PathBuf> {
        let lists =
            [&self.keys_dir, &self.hive, &self.reg_export, &self.event_log, &self.debugview];
        lists.into_iter().flatten()
    }

    fn check(&self) -> Result<(), String> {
        let shown = self.path.display();
        if self.captures.is_empty() {
            return Err(format!("{shown}: `captures` names no capture"));
        }
        // Nothing is opened that may wait for a writer. What is not there is told when it is read.
        for path in self.named() {
            let Ok(metadata) = path.metadata() else { continue };
            let is_folder = metadata.is_dir() && self.keys_dir.contains(path);
            if !is_folder && !metadata.is_file() {
                return Err(format!("{shown}: {} is no plain file", path.display()));
            }
        }
        let mut seen = HashSet::new();
        match self.named().find(|path| !seen.insert(path.as_path())) {
            Some(twice) => Err(format!("{shown}: {} is named twice", twice.display())),
            None => Ok(()),
        }
    }
}

/// What is wrong, with the line and column that serde_json has at the end of its message.
fn with_place(path: &Path, error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let whole = error.to_string();
    let what = whole.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&whole);
    format!("{}, line {line}, column {column}: {what}", path.display())
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "schema_version", deserialize_with = "known_version")]
    _version: u32,
    captures: Vec<Beside>,
    #[serde(default)]
    baseline: Vec<Beside>,
    #[serde(default)]
    witnesses: Object<Witnesses>,
}

/// Named as the flags of `analyze` are.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Witnesses {
    keys_dir: Vec<Beside>,
    hive: Vec<Beside>,
    reg_export: Vec<Beside>,
    event_log: Vec<Beside>,
    debugview: Vec<Beside>,
}

/// Something that is written as an object. What is derived would also take an array.
#[derive(Default)]
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<T>, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Object)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// The path of something in the folder, or below it: what was collected names nothing of the
/// computer on which it is looked at.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Beside(PathBuf);

impl TryFrom<String> for Beside {
    type Error = String;

    fn try_from(text: String) -> Result<Beside, String> {
        let path = PathBuf::from(&text);
        let is_within = !text.is_empty()
            && !text.contains('\0')
            && path.components().all(|part| matches!(part, Component::Normal(_)));
        match is_within {
            true => Ok(Beside(path)),
            false => Err(format!("{text:?} is no path of something in the folder of the case")),
        }
    }
}

fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    match version {
        VERSION => Ok(version),
        _ => Err(D::Error::custom(format!(
            "schema_version {version} is not known; this program knows {VERSION}"
        ))),
    }
}
