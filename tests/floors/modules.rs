//! The modules of a crate, found as the compiler finds them: from its root file on, by
//! their `mod`. What is compiled for tests only is left out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use syn::Item;

use crate::mentions::{Imports, attributes, is_for_tests, mentions_in};

/// Texts of source files by their paths.
pub type Files = BTreeMap<PathBuf, String>;

/// A path as it is written in a module.
#[derive(Clone, Debug)]
pub struct Mention {
    pub path: Vec<String>,
    pub line: usize,
}

/// One module.
#[derive(Debug, Default)]
pub struct Module {
    /// Names from the root of the crate on; none for the root.
    pub path: Vec<String>,
    pub file: PathBuf,
    pub parent: Option<usize>,
    pub children: HashMap<String, usize>,
    /// What is defined here.
    pub items: HashSet<String>,
    /// What is imported, by the name that it has here.
    pub names: HashMap<String, Mention>,
    /// What `use …::*` names.
    pub globs: Vec<Mention>,
    /// Everything else that names a path. A `pub use` is not here: it hands on a name to
    /// those who use the crate, and the module need not use it itself.
    pub mentions: Vec<Mention>,
}

/// Every module of the crate with this root file; the root comes first.
pub fn modules(root: &Path, files: &Files) -> Vec<Module> {
    let mut modules = Vec::new();
    let folder = root.parent().unwrap_or(Path::new("")).to_path_buf();
    let place = Place { path: Vec::new(), file: root.to_path_buf(), folder, parent: None };
    read(place, files, &mut modules);
    modules
}

/// Where a module stands.
struct Place {
    path: Vec<String>,
    file: PathBuf,
    /// Where the files of its children are.
    folder: PathBuf,
    parent: Option<usize>,
}

fn read(place: Place, files: &Files, modules: &mut Vec<Module>) -> usize {
    let name = place.file.display();
    let text = files.get(&place.file).unwrap_or_else(|| panic!("there is no {name}"));
    let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    add(place, &parsed.items, files, modules)
}

fn add(place: Place, items: &[Item], files: &Files, modules: &mut Vec<Module>) -> usize {
    let index = modules.len();
    let Place { path, file, folder, parent } = place;
    modules.push(Module { path, file, parent, ..Module::default() });
    let mut imports = Imports::default();
    for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
        match item {
            // A file with a path of its own belongs to the tests of another crate.
            Item::Mod(module) if module.attrs.iter().any(|it| it.path().is_ident("path")) => {}
            Item::Mod(module) => {
                let name = module.ident.to_string();
                let path = [modules[index].path.clone(), vec![name.clone()]].concat();
                let own = folder.join(&name);
                let child = match &module.content {
                    Some((_, items)) => {
                        let file = modules[index].file.clone();
                        let place = Place { path, file, folder: own, parent: Some(index) };
                        add(place, items, files, modules)
                    }
                    None => {
                        let beside = own.with_extension("rs");
                        let inside = own.join("mod.rs");
                        let file = if files.contains_key(&beside) { beside } else { inside };
                        read(Place { path, file, folder: own, parent: Some(index) }, files, modules)
                    }
                };
                modules[index].children.insert(name, child);
            }
            Item::Use(item) => imports.add(item),
            item => {
                modules[index].items.extend(defined(item));
                mentions_in(item, &mut imports);
            }
        }
    }
    let module = &mut modules[index];
    (module.names, module.globs, module.mentions) =
        (imports.names, imports.globs, imports.mentions);
    index
}

/// The name that an item defines.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
