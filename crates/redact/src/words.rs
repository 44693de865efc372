//! The words that stay.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::forms::is_word;

/// The lists, one for each source of words. `#` begins a comment.
const LISTS: [&str; 5] = [
    include_str!("words/analysis.txt"),
    include_str!("words/procmon.txt"),
    include_str!("words/windows.txt"),
    include_str!("words/products.txt"),
    include_str!("words/languages.txt"),
];

/// Accounts and profiles that every Windows has, which stay also where names of persons and
/// computers are expected.
const EVERYWHERE: &str = include_str!("words/accounts.txt");

/// Whether a word stays: it is one of Windows, of Procmon, of a product that many have, or of the
/// key containers that are known. Case does not matter.
///
/// ```
/// use procmonkey_redact::is_public_word;
///
/// assert!(is_public_word("MachineKeys") && is_public_word("inetinfo"));
/// assert!(!is_public_word("contoso"));
/// ```
pub fn is_public_word(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| LISTS.iter().flat_map(|list| words_of(list)).collect());
    words.contains(&word.to_lowercase()) || is_word_of_account(word)
}

/// Whether an account, or the folder of its profile, is one that every Windows has.
pub(crate) fn is_public_account(name: &str) -> bool {
    let mut words = name.split(|c| !is_word(c)).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(is_word_of_account)
}

fn is_word_of_account(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| words_of(EVERYWHERE).collect());
    words.contains(&word.to_lowercase())
}

fn words_of(list: &str) -> impl Iterator<Item = String> {
    let lines = list.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines.flat_map(|line| line.split(|c| !is_word(c))).map(str::to_lowercase)
}
