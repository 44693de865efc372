//! The English messages of the Service Control Manager.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use procmonkey_analysis::{ErrorCode, ServiceEvent};
use regex::{Captures, Regex, RegexSet};

/// What a message says in its places, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Service,
    DependsOn,
    Error,
    State,
}

use Place::{DependsOn, Error, Service, State};

/// A message: the id of its event, its wording with `{}` for each place, and what
/// stands there. `{ms}` is a number that is not kept.
type Wording = (Option<u32>, &'static str, &'static [Place]);

const WORDINGS: &[Wording] = &[
    (
        Some(7000),
        "The {} service failed to start due to the following error:{line}",
        &[Service, Error],
    ),
    (
        Some(7001),
        "The {} service depends on the {} service which failed to start because of the following error:{line}",
        &[Service, DependsOn, Error],
    ),
    (
        Some(7009),
        "A timeout was reached ({ms} milliseconds) while waiting for the {} service to connect",
        &[Service],
    ),
    (
        Some(7011),
        "A timeout ({ms} milliseconds) was reached while waiting for a transaction response from the {} service",
        &[Service],
    ),
    (Some(7022), "The {} service hung on starting", &[Service]),
    (Some(7023), "The {} service terminated with the following error:{line}", &[Service, Error]),
    // Windows up to 7 and 2008 R2, then later ones.
    (Some(7024), "The {} service terminated with service-specific error{line}", &[Service, Error]),
    (
        Some(7024),
        "The {} service terminated with the following service-specific error:{line}",
        &[Service, Error],
    ),
    (
        Some(7031),
        "The {} service terminated unexpectedly. It has done this {ms} time(s). The following corrective action",
        &[Service],
    ),
    (
        Some(7034),
        "The {} service terminated unexpectedly. It has done this {ms} time(s).",
        &[Service],
    ),
    (Some(7036), "The {} service entered the {} state", &[Service, State]),
    // The dialog of the Services window.
    (
        None,
        "Windows could not start the {} on{any}service-specific error code{line}",
        &[Service, Error],
    ),
];

static PATTERNS: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| WORDINGS.iter().map(|(_, wording, _)| pattern(wording)).collect());

/// What each wording has between its places, at its longest: one look at a text tells
/// which of the patterns are worth the much longer search.
static FIXED: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    let fixed = WORDINGS.iter().map(|(_, wording, _)| {
        let parts = wording.split('{').map(|part| part.split_once('}').map_or(part, |part| part.1));
        let longest = parts.map(str::trim).max_by_key(|part| part.len()).unwrap_or_default();
        format!("(?i){}", words(longest))
    });
    RegexSet::new(fixed).ok()
});

/// The word that every wording has: most texts do not, and need no further look.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("(?i)service").ok());

static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"%%-?\d{1,10}|0[xX][0-9a-fA-F]{8}|-\d{10}|\b2\d{9}(?:\s*\(0[xX][0-9a-fA-F]{8}\))?")
        .ok()
});

/// The pattern of a wording.
fn pattern(wording: &str) -> Option<Regex> {
    let pattern = words(wording)
        .replace(r"\{ms\}", r"[\d.,\s]{1,16}?")
        .replace(r"\{line\}", r"\s*([^\n]{1,400})")
        .replace(r"\{any\}", r"(?s:.{0,600}?)")
        .replace(r"\{\}", r"((?s:.){1,256}?)");
    Regex::new(&format!(r"(?i)\b{pattern}")).ok()
}

/// The pattern of some words. Where a text was wrapped does not matter.
fn words(text: &str) -> String {
    text.split(' ').map(regex::escape).collect::<Vec<_>>().join(r"\s+")
}

/// Every message in a text, in its order, and where each begins.
pub(super) fn services(text: &str) -> Vec<(usize, ServiceEvent)> {
    // By their beginnings; no two overlap.
    let mut found: BTreeMap<usize, (usize, ServiceEvent)> = BTreeMap::new();
    if WORD.as_ref().is_some_and(|word| !word.is_match(text)) {
        return Vec::new();
    }
    let there = FIXED.as_ref().map(|fixed| fixed.matches(text));
    let is_there = |number: usize| there.as_ref().is_none_or(|there| there.matched(number));
    let wordings = WORDINGS.iter().zip(PATTERNS.iter()).enumerate();
    for (_, ((id, _, places), pattern)) in wordings.filter(|(number, _)| is_there(*number)) {
        for captures in pattern.iter().flat_map(|pattern| pattern.captures_iter(text)) {
            let Some(whole) = captures.get(0) else { continue };
            // The match may begin at a `the` of the prose before.
            let start = captures
                .get(1)
                .map_or(whole.start(), |name| name.start() + beginning(name.as_str()));
            // 7034 begins like 7031: the first counts.
            let before = found.range(..whole.end()).next_back();
            if before.is_none_or(|(_, (end, _))| *end <= start) {
                found.insert(start, (whole.end(), event(*id, places, &captures)));
            }
        }
    }
    found.into_iter().map(|(start, (_, event))| (start, event)).collect()
}

fn event(id: Option<u32>, places: &[Place], captures: &Captures<'_>) -> ServiceEvent {
    let mut event = ServiceEvent::default();
    event.id = id;
    event.id_from_wording = true;
    for (number, place) in places.iter().enumerate() {
        let Some(text) = captures.get(number + 1).map(|found| found.as_str()) else { continue };
        match place {
            // The dialog has no word of its own behind the name.
            Service if id.is_none() => {
                let name = name(text);
                event.display_name = Some(name.trim_end_matches(" service").to_string());
            }
            Service => event.display_name = Some(name(text)),
            DependsOn => event.depends_on = Some(name(text)),
            State => event.state = Some(name(text)),
            Error => event.set_error(error(text)),
        }
    }
    event
}

/// A name that may be wrapped.
fn name(text: &str) -> String {
    let text = text[beginning(text)..].split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_matches(['"', '\'']).to_string()
}

/// Where a name begins: behind the last `the`, since prose before it may hold one
/// of its own.
fn beginning(text: &str) -> usize {
    let mut begins = 0;
    let mut word = 0;
    for part in text.split_inclusive(char::is_whitespace) {
        word += part.len();
        if part.trim_end().eq_ignore_ascii_case("the") {
            begins = word;
        }
    }
    begins
}

/// The error at the beginning of a line, on which prose may follow.
fn error(line: &str) -> &str {
    let line = line.trim();
    if ErrorCode::decode(line).is_some() {
        return line.trim_end_matches('.');
    }
    if let Some(found) = CODE.as_ref().and_then(|code| code.find(line))
        && found.start() == 0
    {
        return found.as_str();
    }
    let end = line.find(". ").unwrap_or(line.len());
    line[..end].trim_end_matches('.').trim()
}

/// The first thing in a text that is written like a code.
pub(super) fn code_in(text: &str) -> Option<&str> {
    CODE.as_ref()?.find(text).map(|found| found.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_is_a_pattern_with_its_places() {
        for ((_, wording, places), pattern) in WORDINGS.iter().zip(PATTERNS.iter()) {
            let groups = pattern.as_ref().map(|pattern| pattern.captures_len() - 1);
            assert_eq!(groups, Some(places.len()), "{wording}");
        }
        let (fixed, word) = (FIXED.as_ref().unwrap(), WORD.as_ref().unwrap());
        assert!(WORDINGS.iter().all(|(_, wording, _)| word.is_match(wording)));
        assert_eq!(fixed.len(), WORDINGS.len());
        for words in ["Service", "error:", "The", "a place of its own"] {
            assert!(!fixed.is_match(words), "{words}");
        }
        let text = "service terminated\nwith the following  Service-Specific error:";
        assert_eq!(fixed.matches(text).iter().collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn errors_end_where_prose_begins() {
        assert_eq!(error(" 2148073478 (0x80090006). I tried again"), "2148073478 (0x80090006)");
        assert_eq!(error("Invalid Signature. What now?"), "Invalid Signature");
        assert_eq!(error("%%2148073478"), "%%2148073478");
        assert_eq!(
            error("The service did not respond in time."),
            "The service did not respond in time"
        );
    }
}
