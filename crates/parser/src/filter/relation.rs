//! The words of a rule: relation and action.

use std::fmt;

/// How a rule compares a column with its value.
///
/// All but [`Relation::Regex`] are Procmon's, with its words and numbers.
///
/// ```
/// use procmonkey_parser::Relation;
///
/// assert_eq!(Relation::from_name("Begins With"), Some(Relation::BeginsWith));
/// assert_eq!(Relation::from_name("matches"), Some(Relation::Regex));
/// assert_eq!(Relation::Excludes.to_string(), "excludes");
/// assert_eq!(Relation::Contains.id(), Some(6));
/// assert_eq!(Relation::from_id(1), Some(Relation::IsNot));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// The column is equal to the value.
    Is,
    /// The column is not equal to the value.
    IsNot,
    /// The column is less than the value: earlier, shorter, or sorted before it.
    LessThan,
    /// The column is more than the value: later, longer, or sorted after it.
    MoreThan,
    /// The text of the column begins with the value.
    BeginsWith,
    /// The text of the column ends with the value.
    EndsWith,
    /// The text of the column contains the value.
    Contains,
    /// The text of the column does not contain the value.
    Excludes,
    /// The value is a regular expression that matches somewhere in the text of the
    /// column. Procmon does not have this relation.
    Regex,
}

/// Name and Procmon's number of every relation.
const TABLE: [(Relation, &str, Option<u32>); 9] = [
    (Relation::Is, "is", Some(0)),
    (Relation::IsNot, "is not", Some(1)),
    (Relation::LessThan, "less than", Some(2)),
    (Relation::MoreThan, "more than", Some(3)),
    (Relation::BeginsWith, "begins with", Some(4)),
    (Relation::EndsWith, "ends with", Some(5)),
    (Relation::Contains, "contains", Some(6)),
    (Relation::Excludes, "excludes", Some(7)),
    (Relation::Regex, "regex", None),
];

/// Another word for [`Relation::Regex`].
const MATCHES: &str = "matches";

impl Relation {
    /// Every relation, Procmon's own first.
    pub fn all() -> impl ExactSizeIterator<Item = Relation> {
        TABLE.iter().map(|row| row.0)
    }

    /// Procmon's word for the relation.
    pub fn name(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// The relation with this name, compared without case; `matches` is another
    /// word for `regex`.
    pub fn from_name(name: &str) -> Option<Relation> {
        let (relation, rest) = Relation::strip(name)?;
        rest.trim().is_empty().then_some(relation)
    }

    /// The number of the relation in Procmon's PMC and PMF files; `None` for one
    /// that Procmon does not have.
    pub fn id(self) -> Option<u32> {
        TABLE[self as usize].2
    }

    /// The relation with this number in Procmon's PMC and PMF files.
    pub fn from_id(id: u32) -> Option<Relation> {
        TABLE.iter().find(|row| row.2 == Some(id)).map(|row| row.0)
    }

    /// Removes the longest relation from the start of a text.
    pub(super) fn strip(text: &str) -> Option<(Relation, &str)> {
        let names = TABLE.iter().map(|row| (row.1, row.0)).chain([(MATCHES, Relation::Regex)]);
        strip_longest(text, names)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a rule does with the events that match.
///
/// ```
/// use procmonkey_parser::Action;
///
/// assert_eq!(Action::Include.id(), 1);
/// assert_eq!(Action::from_id(0), Some(Action::Exclude));
/// assert_eq!(Action::Exclude.to_string(), "exclude");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Only events that match are kept.
    Include,
    /// Events that match are filtered out.
    Exclude,
}

impl Action {
    /// The number of the action in Procmon's PMC and PMF files.
    pub fn id(self) -> u8 {
        match self {
            Action::Exclude => 0,
            Action::Include => 1,
        }
    }

    /// The action with this number in Procmon's PMC and PMF files.
    pub fn from_id(id: u8) -> Option<Action> {
        [Action::Exclude, Action::Include].into_iter().find(|action| action.id() == id)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Action::Include => "include",
            Action::Exclude => "exclude",
        })
    }
}

/// Removes the longest of some names from the start of a text. Returns what it stands
/// for, and the text after it. `is not` has priority over `is`.
pub(super) fn strip_longest<T>(
    text: &str,
    names: impl IntoIterator<Item = (&'static str, T)>,
) -> Option<(T, &str)> {
    let found = names.into_iter().filter_map(|(name, what)| {
        let rest = strip_words(text, name)?;
        Some((name.len(), what, rest))
    });
    found.max_by_key(|(length, ..)| *length).map(|(_, what, rest)| (what, rest))
}

/// Removes the words of a name from the start of a text, ignoring case and the number of
/// blanks between them.
fn strip_words<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = text;
    for word in name.split(' ') {
        rest = rest.trim_start();
        let (start, after) = rest.split_at_checked(word.len())?;
        if !start.eq_ignore_ascii_case(word) || after.starts_with(|c: char| !c.is_whitespace()) {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_the_order_of_the_enum() {
        for (index, (relation, name, id)) in TABLE.into_iter().enumerate() {
            assert_eq!(relation as usize, index);
            assert_eq!(Relation::from_name(name), Some(relation));
            assert_eq!(relation.id(), id);
            assert_eq!(id.and_then(Relation::from_id), id.map(|_| relation));
        }
        assert_eq!(Relation::from_id(8), None);
    }

    #[test]
    fn names_are_read_loosely_but_whole() {
        assert_eq!(Relation::from_name(" IS   Not "), Some(Relation::IsNot));
        for name in ["", "isnot", "is nothing", "begins", "contain"] {
            assert_eq!(Relation::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn the_longest_name_wins() {
        assert_eq!(Relation::strip("is not x"), Some((Relation::IsNot, " x")));
        assert_eq!(Relation::strip("is nota x"), Some((Relation::Is, " nota x")));
    }
}
