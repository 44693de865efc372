//! Circles among the files that import each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::imports::Imports;

/// The circles, each as the shortest way from a file back to itself. A module and its own
/// descendants may import each other: `is_kin` says of two files whether they are such.
/// A file is in one circle only, so that one wrong import is not reported many times.
pub fn circles(imports: &Imports, is_kin: impl Fn(&Path, &Path) -> bool) -> Vec<Vec<PathBuf>> {
    let mut next: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for (from, to) in imports.keys().filter(|(from, to)| !is_kin(from, to)) {
        next.entry(from).or_default().push(to);
    }
    let mut circles: Vec<Vec<PathBuf>> = Vec::new();
    let mut known = BTreeSet::new();
    for start in next.keys() {
        if known.contains(start) {
            continue;
        }
        if let Some(circle) = way_back(start, &next) {
            known.extend(circle.iter().copied());
            circles.push(circle.into_iter().map(Path::to_path_buf).collect());
        }
    }
    circles
}

/// The shortest way from a file back to it, without the last step.
fn way_back<'p>(
    start: &'p Path,
    next: &BTreeMap<&'p Path, Vec<&'p Path>>,
) -> Option<Vec<&'p Path>> {
    let mut came_from: BTreeMap<&Path, &Path> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(at) = waiting.pop_front() {
        for &to in next.get(at).into_iter().flatten() {
            if to == start {
                let mut way = vec![at];
                while let Some(&before) = came_from.get(way[way.len() - 1]) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(to) {
                came_from.insert(to, at);
                waiting.push_back(to);
            }
        }
    }
    None
}
