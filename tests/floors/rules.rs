//! What the imports of a crate have to keep to, and what is said when they do not.

use std::collections::HashMap;
use std::path::Path;

use crate::circles::circles;
use crate::imports::imports;
use crate::modules::{Files, Module, modules};

/// The floors of a crate from the top: on each, modules that stand right below the root of
/// the crate. The root itself is above all of them.
pub type Floors = [&'static [&'static str]];

/// What is wrong with the imports of the crate with this root file.
pub fn faults(root: &Path, files: &Files, floors: &Floors) -> Vec<String> {
    let modules = modules(root, files);
    let imports = imports(&modules);
    let mut homes: HashMap<&Path, &[String]> = HashMap::new();
    for Module { file, path, .. } in &modules {
        // Modules within a file come behind the one that is the file.
        homes.entry(file).or_insert(path);
    }
    let floor_of = |file: &Path| match homes[file].first() {
        Some(first) => floors.iter().position(|floor| floor.contains(&first.as_str())),
        None => None,
    };
    let mut faults = strangers(&modules, floors);
    for ((from, to), line) in &imports {
        // The root may import everything, and strangers were named.
        let Some(floor) = floor_of(from) else { continue };
        let goes_up = homes[to.as_path()].is_empty() || floor_of(to).is_some_and(|to| to < floor);
        if goes_up {
            faults.push(format!(
                "{}:{line} imports {}, which is on a floor above its own",
                shown(from),
                shown(to)
            ));
        }
    }
    let is_kin = |one: &Path, other: &Path| {
        homes[one].starts_with(homes[other]) || homes[other].starts_with(homes[one])
    };
    for circle in circles(&imports, is_kin) {
        let steps = circle.iter().zip(circle.iter().cycle().skip(1)).map(|(from, to)| {
            let line = imports[&(from.clone(), to.clone())];
            format!("{}:{line} imports {}", shown(from), shown(to))
        });
        faults.push(format!("a circle: {}", steps.collect::<Vec<_>>().join(", ")));
    }
    faults
}

/// Modules without a floor, and names of floors that no module has.
fn strangers(modules: &[Module], floors: &Floors) -> Vec<String> {
    let names = || floors.iter().flat_map(|floor| floor.iter().copied());
    let tops = || modules.iter().filter(|module| module.path.len() == 1);
    let homeless = tops().filter(|module| !names().any(|name| name == module.path[0]));
    let mut faults: Vec<String> = homeless
        .map(|module| {
            format!(
                "{}: the module {} has no floor; add it to the table in tests/floors/main.rs",
                shown(&module.file),
                module.path[0]
            )
        })
        .collect();
    for name in names().filter(|name| !tops().any(|module| module.path[0] == *name)) {
        faults.push(format!("the table in tests/floors/main.rs names {name}, which is no module"));
    }
    faults
}

/// A path as it is written on every system.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
