//! Finds the module that holds an address.

use std::collections::BTreeSet;

use super::Module;

/// The modules of a process, found by address with a binary search.
#[derive(Debug, Default)]
pub(crate) struct ModuleMap {
    modules: Vec<Module>,
    /// Where another module begins to hold the addresses, ascending, and which one.
    starts: Vec<(u64, Option<usize>)>,
}

impl ModuleMap {
    /// Where modules overlap, the first one of the list holds the address: a process can
    /// load a module where another one was before.
    pub(crate) fn new(modules: Vec<Module>) -> ModuleMap {
        let mut edges: Vec<(u64, bool, usize)> = Vec::with_capacity(2 * modules.len());
        for (index, module) in modules.iter().enumerate().filter(|(_, module)| module.size > 0) {
            edges.push((module.base, true, index));
            if let Some(end) = module.base.checked_add(u64::from(module.size)) {
                edges.push((end, false, index));
            }
        }
        edges.sort_unstable();
        let mut here = BTreeSet::new();
        let mut starts: Vec<(u64, Option<usize>)> = Vec::new();
        for (at, begins, index) in edges {
            match begins {
                true => here.insert(index),
                false => here.remove(&index),
            };
            let first = here.first().copied();
            match starts.last_mut() {
                Some(last) if last.0 == at => last.1 = first,
                _ => starts.push((at, first)),
            }
        }
        ModuleMap { modules, starts }
    }

    /// All of them, in the order of the list.
    pub(crate) fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The module that holds an address.
    pub(crate) fn find(&self, address: u64) -> Option<&Module> {
        let after = self.starts.partition_point(|(start, _)| *start <= address);
        let (_, index) = self.starts.get(after.checked_sub(1)?)?;
        self.modules.get((*index)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(base: u64, size: u32) -> Module {
        Module {
            base,
            size,
            path: format!("{base:x}+{size:x}"),
            version: String::new(),
            company: String::new(),
            description: String::new(),
            time_stamp: 0,
            loaded: 0,
        }
    }

    #[test]
    fn every_address_is_found_where_a_search_one_by_one_finds_it() {
        // Bases and sizes of a small linear congruential generator: they touch, overlap,
        // repeat, lie inside one another, are empty, and reach the end of the addresses.
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..200 {
            let mut modules: Vec<Module> =
                (0..next(12)).map(|_| module(next(60), next(20) as u32)).collect();
            modules.push(module(u64::MAX - 5, 3 + next(3) as u32));
            let map = ModuleMap::new(modules.clone());
            for address in (0..90).chain(u64::MAX - 8..=u64::MAX) {
                let wanted = modules.iter().find(|module| module.contains(address));
                assert_eq!(map.find(address), wanted, "{address:#x} of {modules:?}");
            }
        }
    }
}
