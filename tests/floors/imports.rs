//! From the paths in the modules of a crate to the files that import each other.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use crate::modules::{Mention, Module};

/// Which file imports which, and in which line first.
pub type Imports = BTreeMap<(PathBuf, PathBuf), usize>;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Module(usize),
    /// Something that is defined in this module.
    Item(usize),
}

/// Finds out what every path leads to: through the imports of its module, and through
/// names that other modules hand on, to the file that defines it.
pub fn imports(modules: &[Module]) -> Imports {
    let mut imports = Imports::new();
    for (index, module) in modules.iter().enumerate() {
        for Mention { path, line } in &module.mentions {
            let mut names = Names { modules, seen: HashSet::new() };
            if module.is_perhaps_a_variable(path) {
                continue;
            }
            let Some(Found::Module(target) | Found::Item(target)) = names.find(index, path) else {
                continue;
            };
            let target = &modules[target].file;
            if *target != module.file {
                let pair = (module.file.clone(), target.clone());
                let first = imports.entry(pair).or_insert(*line);
                *first = (*first).min(*line);
            }
        }
    }
    imports
}

impl Module {
    /// A word alone in lower case, which no import names, is most often a variable.
    fn is_perhaps_a_variable(&self, path: &[String]) -> bool {
        let [word] = path else { return false };
        word.starts_with(|first: char| first.is_lowercase()) && !self.names.contains_key(word)
    }
}

struct Names<'m> {
    modules: &'m [Module],
    /// Names that are being looked up: imports may go in a circle.
    seen: HashSet<(usize, String)>,
}

impl Names<'_> {
    /// What a path in a module leads to; `None` when it leads out of the crate.
    fn find(&mut self, from: usize, path: &[String]) -> Option<Found> {
        let (first, mut rest) = path.split_first()?;
        let mut found = match first.as_str() {
            "crate" => Found::Module(0),
            "self" => Found::Module(from),
            "super" => {
                let mut at = self.modules[from].parent?;
                while rest.first().is_some_and(|name| name == "super") {
                    at = self.modules[at].parent?;
                    rest = &rest[1..];
                }
                Found::Module(at)
            }
            name => self.name(from, name)?,
        };
        for name in rest {
            let Found::Module(module) = found else { break };
            // What a macro has made is not seen: then it is the module that is meant.
            found = self.name(module, name).unwrap_or(Found::Item(module));
        }
        Some(found)
    }

    /// What a name means in a module.
    fn name(&mut self, module: usize, name: &str) -> Option<Found> {
        let at = &self.modules[module];
        if let Some(child) = at.children.get(name) {
            return Some(Found::Module(*child));
        }
        if at.items.contains(name) {
            return Some(Found::Item(module));
        }
        if !self.seen.insert((module, name.to_string())) {
            return None;
        }
        let mut found = at.names.get(name).and_then(|import| self.find(module, &import.path));
        for glob in &at.globs {
            if found.is_some() {
                break;
            }
            if let Some(Found::Module(source)) = self.find(module, &glob.path) {
                found = self.name(source, name);
            }
        }
        self.seen.remove(&(module, name.to_string()));
        found
    }
}
