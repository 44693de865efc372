//! Which captures are of one computer.

use crate::report::{CaptureRole, ComputerMarks, Report, Volume};

/// The captures of one computer.
#[derive(Clone, Debug)]
pub(crate) struct Computer {
    /// Their indexes, in the order of the report.
    pub(crate) captures: Vec<usize>,
    /// Whether the witnesses of the case are taken to be of this computer: of the last one
    /// that is judged.
    pub(crate) has_witnesses: bool,
    marks: Vec<ComputerMarks>,
}

impl Computer {
    /// The computers of a case, in the order of their first captures. A capture of which
    /// nothing tells is taken to be of the first computer that it may be of.
    pub(crate) fn all(report: &Report) -> Vec<Computer> {
        let marks: Vec<ComputerMarks> =
            report.captures.iter().map(|capture| capture.computer.clone()).collect();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (capture, own) in marks.iter().enumerate() {
            let verdicts = |group: &Vec<usize>| -> Vec<SameComputer> {
                group.iter().map(|other| own.same_as(&marks[*other])).collect()
            };
            let may = |group: &&mut Vec<usize>| {
                !verdicts(group).iter().any(|same| matches!(same, SameComputer::No(_)))
            };
            let is = |group: &&mut Vec<usize>| verdicts(group).contains(&SameComputer::Yes);
            if let Some(group) = groups.iter_mut().find(|group| is(group) && may(group)) {
                group.push(capture);
            } else if let Some(group) = groups.iter_mut().find(may) {
                group.push(capture);
            } else {
                groups.push(vec![capture]);
            }
        }
        let is_judged = |capture: &usize| report.captures[*capture].role == CaptureRole::Case;
        let last = (0..marks.len()).rev().find(|capture| is_judged(capture));
        let computer = |captures: Vec<usize>| Computer {
            has_witnesses: last.is_none_or(|last| captures.contains(&last)),
            captures,
            marks: marks.clone(),
        };
        match groups.is_empty() {
            true => vec![computer(Vec::new())],
            false => groups.into_iter().map(computer).collect(),
        }
    }

    /// Whether a capture is of it.
    pub(crate) fn has(&self, capture: usize) -> bool {
        self.captures.contains(&capture)
    }

    /// Whether it is certain that two captures are of one computer.
    pub(crate) fn is_one(&self, one: usize, other: usize) -> bool {
        self.same(one, other) == SameComputer::Yes
    }

    /// Whether two captures are of one computer.
    pub(crate) fn same(&self, one: usize, other: usize) -> SameComputer {
        match (self.marks.get(one), self.marks.get(other)) {
            _ if one == other => SameComputer::Yes,
            (Some(one), Some(other)) => one.same_as(other),
            _ => SameComputer::Unknown,
        }
    }
}

/// Whether two captures are of one computer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameComputer {
    /// They name the same one.
    Yes,
    /// They do not; why.
    No(String),
    /// Nothing in them says it.
    Unknown,
}

/// How many characters of a name every source has: a NetBIOS name is cut there.
const NAME_LEN: usize = 15;

impl ComputerMarks {
    /// Whether this and another capture are of one computer.
    ///
    /// A name decides where both have one. Without it, SIDs of other authorities and other
    /// serial numbers of the same volume tell two computers apart; that they are the same
    /// proves nothing, because clones and domains share them.
    pub(crate) fn same_as(&self, other: &ComputerMarks) -> SameComputer {
        if let (Some(own), Some(others)) = (self.names.first(), other.names.first()) {
            let same = self
                .names
                .iter()
                .any(|own| other.names.iter().any(|other| is_same_name(&own.name, &other.name)));
            return match same {
                true => SameComputer::Yes,
                false => SameComputer::No(format!(
                    "one is of {} ({}), the other of {} ({})",
                    own.name, own.source, others.name, others.source
                )),
            };
        }
        for own in &self.volumes {
            let twin = other.volumes.iter().find(|volume| volume.drive == own.drive);
            if let Some(twin) = twin.filter(|twin| is_fixed(own) && twin.serial != own.serial) {
                return SameComputer::No(format!(
                    "the serial number of {} is {} in one and {} in the other",
                    own.drive, own.serial, twin.serial
                ));
            }
        }
        if let (Some(own), Some(others)) = (self.authorities.first(), other.authorities.first())
            && !self.authorities.iter().any(|authority| other.authorities.contains(authority))
        {
            return SameComputer::No(format!(
                "the accounts of one have SIDs of {own}, those of the other of {others}"
            ));
        }
        SameComputer::Unknown
    }
}

/// Whether a volume cannot be one that is plugged in now and then.
fn is_fixed(volume: &Volume) -> bool {
    volume.drive == "C:"
}

/// Whether two names are of one computer: one of them may be cut, or have its domain
/// behind it.
pub(crate) fn is_same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| -> String {
        let host = name.trim().split('.').next().unwrap_or_default();
        host.to_lowercase().chars().take(NAME_LEN).collect()
    };
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(names: &[&str], authorities: &[&str], serial: &str) -> ComputerMarks {
        let mut marks = ComputerMarks::default();
        names.iter().for_each(|name| marks.add_name(name, "header"));
        marks.authorities = authorities.iter().map(|it| it.to_string()).collect();
        if !serial.is_empty() {
            marks.volumes.push(Volume { drive: "C:".into(), serial: serial.into() });
        }
        marks
    }

    fn verdict(one: &ComputerMarks, other: &ComputerMarks) -> &'static str {
        let verdict = one.same_as(other);
        assert_eq!(
            std::mem::discriminant(&verdict),
            std::mem::discriminant(&other.same_as(one)),
            "the order does not matter"
        );
        match verdict {
            SameComputer::Yes => "yes",
            SameComputer::No(_) => "no",
            SameComputer::Unknown => "unknown",
        }
    }

    #[test]
    fn a_name_decides_then_a_volume_then_accounts() {
        let none = marks(&[], &[], "");
        for (one, other, want) in [
            (marks(&["WEB01"], &["a"], "1"), marks(&["web01"], &["b"], "2"), "yes"),
            (marks(&["WEB01"], &["a"], "1"), marks(&["WEB02"], &["a"], "1"), "no"),
            // A container of Windows on the computer has a name of its own.
            (marks(&["5F3A77", "WEB01"], &[], ""), marks(&["WEB01"], &[], ""), "yes"),
            (marks(&["WEB01.contoso.local"], &[], ""), marks(&["WEB01"], &[], ""), "yes"),
            (marks(&["A-VERY-LONG-NAME-1"], &[], ""), marks(&["A-VERY-LONG-NAM"], &[], ""), "yes"),
            (marks(&["WEB01"], &[], ""), none.clone(), "unknown"),
            (marks(&["WEB01"], &["a"], ""), marks(&[], &["b"], ""), "no"),
            (marks(&[], &["a", "d"], ""), marks(&[], &["b", "d"], ""), "unknown"),
            (marks(&[], &["a"], "1"), marks(&[], &["a"], "2"), "no"),
            (marks(&[], &["a"], "1"), marks(&[], &["a"], "1"), "unknown"),
            (none.clone(), none.clone(), "unknown"),
        ] {
            assert_eq!(verdict(&one, &other), want, "{one:?} and {other:?}");
        }
    }
}
