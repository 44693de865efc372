//! Listings in a text that people have put together. They may write of a key file that is not
//! there, so a line counts only where its form is that of a listing.

use procmonkey_analysis::KeyFolder;
use procmonkey_analysis::parser::Position;

use super::access::{of_folder, rule};
use super::row::{Row, is_property_of_file, property, row, total, volume};
use crate::reading::Collector;
use crate::text::{Line, lines};

/// Words of a heading below which names may be those of files that are not there.
const DOUBTFUL: [&str; 32] = [
    "not",
    "no",
    "never",
    "without",
    "missing",
    "gone",
    "deleted",
    "delete",
    "removed",
    "remove",
    "lost",
    "disappeared",
    "absent",
    "should",
    "expected",
    "expects",
    "instead",
    "lacks",
    "restore",
    "cannot",
    "nicht",
    "kein",
    "keine",
    "fehlt",
    "fehlen",
    "gelöscht",
    "weg",
    "manque",
    "manquent",
    "supprimé",
    "falta",
    "faltan",
];

/// The lines that count, in their order: rows, properties, access rules, and the folders that
/// headings name. Names of key files elsewhere are reported.
pub(super) fn listing_lines<'t>(text: &'t str, out: &mut Collector<'_>) -> Vec<Line<'t>> {
    let mut kept: Vec<Line<'t>> = Vec::new();
    // Names that stand alone, the last line of prose above them, and whether it is doubtful.
    let mut names: Vec<Line<'t>> = Vec::new();
    let mut block: Vec<Line<'t>> = Vec::new();
    let mut is_doubtful = false;
    let mut mentions = Mentions::default();
    let mut has_rules = false;
    for line in lines(text).chain([Line { position: Position::default(), text: "" }]) {
        if property(line.text).is_some() {
            block.push(line);
            continue;
        }
        end_block(&mut block, &mut kept);
        let form = form_of(line.text, has_rules);
        has_rules = matches!(form, Form::Ruled) || (has_rules && matches!(form, Form::Rule));
        match form {
            Form::Blank => {
                settle(&mut names, is_doubtful, &mut kept, &mut mentions);
                kept.push(line);
            }
            Form::Name => names.push(line),
            Form::Row | Form::Ruled | Form::Rule | Form::Total => {
                settle(&mut names, is_doubtful, &mut kept, &mut mentions);
                kept.push(line);
            }
            Form::Mention | Form::Prose => {
                let is_doubtful_here = is_doubtful_text(line.text);
                settle(&mut names, is_doubtful || is_doubtful_here, &mut kept, &mut mentions);
                is_doubtful = is_doubtful_here;
                if matches!(form, Form::Mention) {
                    mentions.add(line.position);
                }
                let heading = folder_in(line.text).unwrap_or_default();
                kept.push(Line { text: heading, ..line });
            }
        }
    }
    end_block(&mut block, &mut kept);
    mentions.report(out);
    kept
}

/// What a line is.
enum Form {
    Blank,
    /// A row with a date and a size.
    Row,
    /// A file or folder with an access rule.
    Ruled,
    /// Another access rule of what stands above.
    Rule,
    /// The last line of a listing by `dir`.
    Total,
    /// A name or a path alone.
    Name,
    /// Prose that names a key file.
    Mention,
    Prose,
}

fn form_of(text: &str, has_rules: bool) -> Form {
    if text.trim().is_empty() {
        return Form::Blank;
    }
    if of_folder(text).is_some() {
        return Form::Ruled;
    }
    let Some(row) = row(text) else {
        return match has_rules && rule(text).is_some() {
            true => Form::Rule,
            false if total(text).is_some() => Form::Total,
            false => Form::Prose,
        };
    };
    let has_end = row.rest.trim().is_empty();
    if is_path_alone(text, &row) {
        return match (has_end, rule(row.rest).is_some()) {
            (true, _) => Form::Name,
            (false, true) => Form::Ruled,
            (false, false) => Form::Mention,
        };
    }
    let has_date = row.date.is_some_and(is_date);
    match has_end && ((has_date && row.size.is_some()) || row.name == text.trim()) {
        true if has_date => Form::Row,
        true => Form::Name,
        false => Form::Mention,
    }
}

/// Whether nothing stands in front of the path of a row.
fn is_path_alone(text: &str, row: &Row<'_>) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
    row.folder.is_some_and(|folder| {
        start.starts_with(folder) && !folder.contains(['<', '>', '|', '"', '?', '*'])
    })
}

/// Whether a text begins as a date does: digits, then a sign, then digits.
fn is_date(text: &str) -> bool {
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let mut rest = behind.chars();
    behind.len() < text.len()
        && matches!(rest.next(), Some('.' | '/' | '-'))
        && rest.next().is_some_and(|c| c.is_ascii_digit() || c == ' ')
}

/// Whether a line may say that the files are not there.
fn is_doubtful_text(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.into_iter().any(|word| {
        let word = word.to_lowercase();
        DOUBTFUL.contains(&word.as_str()) || word.ends_with("n't")
    })
}

/// The key folder that a line of prose or a heading names.
fn folder_in(text: &str) -> Option<&str> {
    const LONGEST: usize = 4096;
    let path = text.get(volume(text)?..).filter(|path| path.len() <= LONGEST)?;
    let ends = path.match_indices([' ', '"', '\'', ',', '`', ')']).map(|(at, _)| at);
    let ends = ends.take(64).chain([path.trim_end().len()]);
    let mut parts = ends.map(|end| path[..end].trim_end_matches(['\\', '.', ':']));
    if let Some(folder) = parts.find(|part| KeyFolder::from_path(part).is_some()) {
        return Some(folder);
    }
    // A copy somewhere else is known by the heading of `dir` and `Get-ChildItem` alone.
    let before = text[..text.len() - path.len()].trim();
    let is_heading = text.starts_with(' ') && before.split_whitespace().count() <= 3;
    (is_heading || before == "Directory:").then(|| path.trim_end())
}

/// Decides on names that stood alone.
fn settle<'t>(
    names: &mut Vec<Line<'t>>,
    is_doubtful: bool,
    kept: &mut Vec<Line<'t>>,
    mentions: &mut Mentions,
) {
    match is_doubtful {
        true => names.drain(..).for_each(|line| mentions.add(line.position)),
        false => kept.append(names),
    }
}

/// Keeps a block of properties if it is that of a file.
fn end_block<'t>(block: &mut Vec<Line<'t>>, kept: &mut Vec<Line<'t>>) {
    let is_of_file =
        |line: &&Line<'_>| property(line.text).is_some_and(|(key, _)| is_property_of_file(key));
    if block.iter().filter(is_of_file).count() < 2 {
        // The heading of a table.
        block.retain(|line| property(line.text).is_some_and(|(key, _)| key == "Directory"));
    }
    kept.append(block);
}

/// Names of key files that do not count.
#[derive(Default)]
struct Mentions {
    count: u64,
    first: Position,
}

impl Mentions {
    fn add(&mut self, position: Position) {
        if self.count == 0 {
            self.first = position;
        }
        self.count += 1;
    }

    fn report(&self, out: &mut Collector<'_>) {
        let more = match self.count {
            0 => return,
            1 => String::new(),
            count => format!(", and in {} more lines", count - 1),
        };
        out.remark(
            self.first,
            format!(
                "the name of a key file in prose, which does not show whether it is there{more}"
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    const NAME: &str = "c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
    const FOLDER: &str = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys";

    /// The files of a text and what is said of the rest.
    fn read(text: &str) -> (Vec<String>, Option<String>, usize) {
        let limits = Limits::default();
        let mut out = Collector::among_prose(&limits, Vec::new());
        let found = super::super::listing::excerpts("x", text, &mut out);
        let files = found.iter().flat_map(|it| &it.listing.files).map(|file| file.name.clone());
        let path = found.first().and_then(|it| it.listing.path.clone());
        (files.collect(), path, out.remarks.len())
    }

    #[test]
    fn listings_count_in_each_form() {
        for text in [
            format!("03/05/2026  06:59 PM             2,202 {NAME}"),
            format!("-a----        05.03.2026     18:59           2202 {NAME}"),
            format!("We have these:\n{NAME}\n"),
            format!("{FOLDER}\\{NAME}"),
            format!("{FOLDER}\\{NAME} BUILTIN\\Administrators:(R)\n  NT AUTHORITY\\SYSTEM:(F)"),
            format!("Name : {NAME}\nLength : 78\n"),
        ] {
            assert_eq!(read(&text), (vec![NAME.to_string()], read(&text).1, 0), "{text}");
        }
        let text = format!("I looked into {FOLDER} folder, and found:\n\n{NAME}\n");
        assert_eq!(read(&text).1.as_deref(), Some(FOLDER));
        let text = format!(" Directory of D:\\copy of keys\n\n03/05/2026  06:59 PM  78 {NAME}\n");
        assert_eq!(read(&text).1.as_deref(), Some("D:\\copy of keys"));
    }

    #[test]
    fn what_prose_says_of_a_file_is_no_listing() {
        for text in [
            format!("The file {NAME} is missing."),
            format!("These are gone:\n\n{NAME}"),
            format!("{NAME}\nis not there any more"),
            format!("{NAME} <- deleted"),
            format!("C:\\>del {FOLDER}\\{NAME}"),
            format!("At 10:30 we saw 3 of them: {NAME}"),
            format!("{FOLDER}\\{NAME}: Access is denied."),
            format!("The folder doesn't have\n{NAME}"),
            format!("03/05/2026  06:59 PM  2,202 {NAME}   deleted since"),
        ] {
            assert_eq!(read(&text), (vec![], None, 1), "{text}");
        }
        assert_eq!(read(&format!("Name : {NAME}\n")), (vec![], None, 0));
    }
}
