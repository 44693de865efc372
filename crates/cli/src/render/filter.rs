//! Rules of filter files.

use std::io::{self, Write};

use serde::Serialize;

use procmonkey_parser::{Action, StoredRule};

use super::grid::{Cell, Grid, Page, Tone};

/// A rule of a file, as it is shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ListedRule<'f> {
    /// The file; none for a rule of the arguments.
    file: Option<&'f str>,
    /// The place in the file, from 1.
    number: usize,
    action: Option<String>,
    column: Option<&'static str>,
    relation: Option<&'static str>,
    value: String,
    /// The rule as `--filter` and `--exclude` take it.
    rule: Option<String>,
    /// Why the rule is not applied.
    not_applied: Option<String>,
    action_id: u8,
    column_id: u32,
    relation_id: u32,
    value_number: u32,
    flags: u32,
}

impl<'f> ListedRule<'f> {
    /// The rules of a file.
    pub(crate) fn all(
        file: Option<&'f str>,
        rules: &[StoredRule],
    ) -> impl Iterator<Item = ListedRule<'f>> {
        rules.iter().enumerate().map(move |(index, stored)| {
            let rule = stored.to_rule();
            ListedRule {
                file,
                number: index + 1,
                action: stored.action().map(|action| action.to_string()),
                column: stored.column().map(|column| column.name()),
                relation: stored.relation().map(|relation| relation.name()),
                value: stored.value(),
                not_applied: rule.as_ref().err().map(ToString::to_string),
                rule: rule.ok().map(|rule| rule.to_string()),
                action_id: stored.action_id(),
                column_id: stored.column_id(),
                relation_id: stored.relation_id(),
                value_number: stored.number(),
                flags: stored.flags(),
            }
        })
    }
}

/// Writes the rules that can be applied as flags for a shell, one a line.
pub(super) fn flags(rules: &[ListedRule<'_>], output: &mut impl Write) -> io::Result<()> {
    let include = Action::Include.id();
    let flags: Vec<_> = rules
        .iter()
        .filter_map(|listed| {
            let flag = if listed.action_id == include { "--filter" } else { "--exclude" };
            Some(format!("{flag} {}", quoted(listed.rule.as_ref()?)))
        })
        .collect();
    if flags.is_empty() {
        return Ok(());
    }
    writeln!(output, "{}", flags.join(" \\\n"))
}

/// The text as one word of a POSIX shell. Characters that could move the cursor or
/// disguise the text are written as numbers, which bash, zsh and ksh read.
fn quoted(text: &str) -> String {
    if crate::text::printable(text) == text {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut quoted = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => quoted.extend(['\\', c]),
            c if crate::text::printable(c.encode_utf8(&mut [0; 4])).starts_with(c) => {
                quoted.push(c);
            }
            // Always of full length, so that a digit behind it is not taken for a part.
            c => quoted.push_str(&format!("\\u{:04x}", c as u32)),
        }
    }
    quoted + "'"
}

pub(super) fn page(rules: &[ListedRule<'_>]) -> Page {
    let mut page = Page::default();
    for rules in rules.chunk_by(|one, next| one.file == next.file && one.number < next.number) {
        let file = rules.first().and_then(|rule| rule.file);
        page.heading(file.unwrap_or("--filter and --exclude"));
        page.grid(Grid {
            headers: vec!["Rule", "Action", "Column", "Relation", "Value", "Not applied"],
            numbers: vec![0],
            rows: rules.iter().map(row).collect(),
            ..Grid::default()
        });
    }
    page
}

fn row(listed: &ListedRule<'_>) -> Vec<Cell> {
    let known = |name: Option<&str>, id: u32| match name {
        Some(name) => Cell::from(name),
        None => Cell::toned(format!("unknown {id}"), Tone::Warning),
    };
    vec![
        Cell::from(listed.number.to_string()),
        known(listed.action.as_deref(), listed.action_id.into()),
        known(listed.column, listed.column_id),
        known(listed.relation, listed.relation_id),
        Cell::from(listed.value.clone()),
        Cell::toned(listed.not_applied.clone().unwrap_or_default(), Tone::Warning),
    ]
}

pub(super) fn grid(rules: &[ListedRule<'_>]) -> Grid {
    Grid {
        headers: vec![
            "file",
            "number",
            "action",
            "column",
            "relation",
            "value",
            "rule",
            "not_applied",
            "action_id",
            "column_id",
            "relation_id",
            "value_number",
            "flags",
        ],
        rows: rules
            .iter()
            .map(|listed| {
                vec![
                    Cell::maybe(listed.file),
                    Cell::from(listed.number.to_string()),
                    Cell::maybe(listed.action.as_ref()),
                    Cell::maybe(listed.column),
                    Cell::maybe(listed.relation),
                    Cell::from(listed.value.clone()),
                    Cell::maybe(listed.rule.as_ref()),
                    Cell::maybe(listed.not_applied.as_ref()),
                    Cell::from(listed.action_id.to_string()),
                    Cell::from(listed.column_id.to_string()),
                    Cell::from(listed.relation_id.to_string()),
                    Cell::from(listed.value_number.to_string()),
                    Cell::from(listed.flags.to_string()),
                ]
            })
            .collect(),
        ..Grid::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_a_rule_as_one_word() {
        for (text, word) in [
            ("Path contains Keys", "'Path contains Keys'"),
            ("Path is it's \"x\" $HOME \\ `a`", r#"'Path is it'\''s "x" $HOME \ `a`'"#),
            ("Path is a\u{1b}[31m'\\\u{202e}7", r"$'Path is a\u001b[31m\'\\\u202e7'"),
        ] {
            assert_eq!(quoted(text), word);
        }
    }
}
