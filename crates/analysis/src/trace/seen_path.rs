//! What the path of an event says, found out once for a run of events on one path.

use super::ends_with_ignore_case;
use super::path_kind::PathKind;
use crate::phase::PathMark;

/// What a path says, whatever is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeenPath {
    /// What it has to do with keys.
    pub(super) kind: PathKind,
    /// Whether it may be MachineGuid or the key that holds it.
    pub(super) concerns_guid: bool,
}

/// The path of the last event. The next event often has the same.
#[derive(Debug, Default)]
pub(super) struct LastPath {
    path: String,
    seen: Option<SeenPath>,
    /// The phase that it marks, once that was asked for.
    mark: Option<PathMark>,
}

impl LastPath {
    /// What a path says.
    pub(super) fn look_at(&mut self, path: &str) -> SeenPath {
        if let Some(seen) = self.seen
            && self.path == path
        {
            return seen;
        }
        let seen = SeenPath { kind: PathKind::of(path), concerns_guid: concerns_guid(path) };
        self.path.clear();
        self.path.push_str(path);
        self.mark = None;
        *self.seen.insert(seen)
    }

    /// The phase that the path marks that was looked at last.
    pub(super) fn mark(&mut self) -> PathMark {
        *self.mark.get_or_insert_with(|| PathMark::of(&self.path))
    }
}

fn concerns_guid(path: &str) -> bool {
    ends_with_ignore_case(path, r"\MachineGuid")
        || ends_with_ignore_case(path, r"\Microsoft\Cryptography")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_gets_its_own_answer_whatever_was_before_it() {
        let paths = [
            "",
            r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid",
            r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\x",
            r"C:\Windows\System32\inetsrv\MetaBase.xml",
        ];
        let mut last = LastPath::default();
        for before in paths {
            for path in paths {
                last.look_at(before);
                last.mark();
                assert_eq!(last.look_at(path), LastPath::default().look_at(path), "{path}");
                assert_eq!(last.mark(), PathMark::of(path), "{path}");
            }
        }
        assert!(last.look_at(paths[1]).concerns_guid && !last.look_at(paths[2]).concerns_guid);
        assert_eq!(last.look_at(paths[2]).kind, PathKind::Crypto);
    }
}
