//! Names that somebody may have meant who wrote another one.

/// How many names are proposed.
const SIMILAR: usize = 3;

/// Of these names, the up to three that somebody may have meant who wrote another one, the
/// nearest first. Case and the end `.exe` do not count. A number or a pattern with `*` or `?` is
/// taken as it is.
///
/// ```
/// use procmonkey_parser::similar_names;
///
/// let names = ["inetinfo.exe", "svchost.exe"];
/// assert_eq!(similar_names("inetinf.exe", names.into_iter()), ["inetinfo.exe"]);
/// assert!(similar_names("sqlservr.exe", names.into_iter()).is_empty());
/// ```
pub fn similar_names<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let plain = |name: &str| {
        let lower = name.trim().to_lowercase();
        lower.strip_suffix(".exe").unwrap_or(&lower).to_string()
    };
    let own = plain(written);
    if own.contains(['*', '?']) || own.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let most = most_slips(&own);
    let mut near: Vec<(usize, &str)> = names
        .filter(|name| !name.is_empty())
        .map(|name| (distance(&own, &plain(name)), name))
        .filter(|(distance, name)| {
            let other = plain(name);
            let is_part = own.len() >= 3 && (other.contains(&own) || own.contains(&other));
            *distance <= most || (is_part && other.len() >= 3)
        })
        .collect();
    near.sort();
    near.dedup_by(|one, other| one.1.eq_ignore_ascii_case(other.1));
    near.into_iter().take(SIMILAR).map(|(_, name)| name.to_string()).collect()
}

/// Of these names of one or more words, the one that the start of a text is nearly, whatever
/// blanks stand between the letters.
pub(crate) fn nearest_start<'n>(
    text: &str,
    names: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let slips = |name: &str| {
        let bare = name.to_lowercase().replace(' ', "");
        let starts = (1..=name.split(' ').count()).filter_map(|count| words.get(..count));
        let starts = starts.map(|words| words.concat()).filter(|start| start.chars().count() > 3);
        let slips = starts.map(|start| (distance(&start, &bare), most_slips(&start)));
        slips.filter(|(slips, most)| slips <= most).map(|(slips, _)| slips).min()
    };
    let near = names.filter_map(|name| Some((slips(name)?, name)));
    near.min_by_key(|(slips, name)| (*slips, std::cmp::Reverse(name.len()))).map(|(_, name)| name)
}

/// How many letters of a name may be other ones.
fn most_slips(written: &str) -> usize {
    (written.chars().count() / 3).clamp(1, 3)
}

/// The longest text, in letters, that is compared letter by letter. No name is longer.
const LONGEST: usize = 300;

/// How many letters have to be changed, added, taken away or swapped with the next to make
/// one text of another.
fn distance(one: &str, other: &str) -> usize {
    let letters = |text: &str| text.chars().take(LONGEST).collect::<Vec<char>>();
    let (one, other) = (letters(one), letters(other));
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            rows[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let change = usize::from(one[i - 1] != other[j - 1]);
                    let mut least = (rows[i - 1][j - 1] + change)
                        .min(rows[i - 1][j] + 1)
                        .min(rows[i][j - 1] + 1);
                    let swapped =
                        i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                    if swapped {
                        least = least.min(rows[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_told_from_another_name() {
        let names = ["inetinfo.exe", "w3wp.exe", "svchost.exe", "services.exe", "System", ""];
        for (written, want) in [
            ("w3pw.exe", &["w3wp.exe"][..]),
            ("w3wp1.exe", &["w3wp.exe"]),
            ("inetifno", &["inetinfo.exe"]),
            ("inetinf.exe", &["inetinfo.exe"]),
            ("scvhost.exe", &["svchost.exe"]),
            ("sqlservr.exe", &[]),
            ("4400", &[]),
            ("w3*", &[]),
        ] {
            assert_eq!(similar_names(written, names.into_iter()), want, "{written}");
        }
    }

    #[test]
    fn the_start_of_a_text_can_be_nearly_a_name_of_several_words() {
        let names = ["Path", "Process Name", "Parent PID", "begins with", "contains"];
        for (text, want) in [
            ("Proces Name is x", Some("Process Name")),
            ("ProcessName is x", Some("Process Name")),
            ("Paht contains x", Some("Path")),
            ("begin with x", Some("begins with")),
            ("contain x", Some("contains")),
            ("foo is x", None),
            ("has x", None),
            ("", None),
        ] {
            assert_eq!(nearest_start(text, names.into_iter()), want, "{text}");
        }
    }
}
