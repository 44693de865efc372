//! Security identifiers.

use crate::forms::goes_on;
use crate::key::Key;

/// The identifier at the beginning of a text, such as `S-1-5-21-1-2-3-1001`.
pub(crate) fn sid_at(text: &str) -> Option<&str> {
    let head = text.get(..4)?;
    if !head.eq_ignore_ascii_case("S-1-") {
        return None;
    }
    let mut end = 3;
    let mut parts = 0;
    loop {
        let rest = text.get(end..)?;
        let digits = rest.strip_prefix('-')?.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=20).contains(&digits) {
            break;
        }
        end += 1 + digits;
        parts += 1;
        if !text.get(end..).is_some_and(|rest| rest.starts_with('-')) {
            break;
        }
    }
    (parts >= 2 && !goes_on(text.get(end..)?)).then(|| text.get(..end))?
}

/// The identifier that stands for another one: the numbers of the domain, and of the account from
/// 1000 on, become others. Those that are the same on every Windows stay.
pub(crate) fn other(key: &Key, sid: &str) -> String {
    let parts: Vec<&str> = sid.split('-').collect();
    let Some((fixed, own)) = parts.split_at_checked(4) else { return sid.to_string() };
    let authority = parts.get(2).copied().unwrap_or_default();
    let kind = parts.get(3).copied().unwrap_or_default();
    // Of these, all that follows is made for a computer, an account or a name.
    let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
    let is_own = match number(authority) {
        5 => matches!(number(kind), 5 | 21 | 80 | 82..=84 | 90 | 96 | 99..=111 | u64::MAX),
        11 | 12 => true,
        15 => own.len() > 1,
        _ => false,
    };
    if !is_own || own.is_empty() {
        return sid.to_string();
    }
    let is_domain = (authority, kind) == ("5", "21");
    let (domain, account) = match is_domain {
        true => own.split_at(own.len().min(3)),
        false => (own, &[][..]),
    };
    let seed = domain.join("-");
    // The sessions of windows and fonts are numbered 0, 1, 2 …
    if domain.iter().all(|part| part.len() <= 2) {
        return sid.to_string();
    }
    let mut words = key
        .stream("sid", format!("{authority}-{kind}-{seed}").as_bytes(), 4 * domain.len())
        .chunks(4)
        .map(word)
        .collect::<Vec<u32>>()
        .into_iter();
    let mut out: Vec<String> = fixed.iter().map(|part| (*part).to_string()).collect();
    out.extend(domain.iter().map(|part| match part.len() {
        1 | 2 => (*part).to_string(),
        _ => words.next().unwrap_or(0).to_string(),
    }));
    out.extend(account.iter().map(|part| match part.parse::<u64>() {
        Ok(0..1000) => (*part).to_string(),
        _ => {
            let made = key.digest("rid", format!("{seed}-{part}").as_bytes());
            (1000 + word(&made) % 1_000_000).to_string()
        }
    }));
    out.join("-")
}

fn word(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_of_every_windows_stay() {
        let key = Key::new([3; 32]);
        for sid in
            ["S-1-5-18", "S-1-1-0", "S-1-5-32-544", "S-1-16-12288", "S-1-5-90-0-1", "S-1-15-2-1"]
        {
            assert_eq!(other(&key, sid), sid);
        }
    }

    #[test]
    fn a_domain_becomes_another_and_keeps_its_accounts_together() {
        let key = Key::new([3; 32]);
        let made = |rid: &str| other(&key, &format!("S-1-5-21-1111111-2222222-3333333{rid}"));
        let (domain, admin, user) = (made(""), made("-500"), made("-1105"));
        assert!(domain.starts_with("S-1-5-21-") && !domain.contains("1111111"));
        assert_eq!(admin, format!("{domain}-500"));
        assert!(user.starts_with(&format!("{domain}-")) && !user.ends_with("-1105"));
        assert_eq!(sid_at(&user), Some(&*user));
        assert_eq!(user, made("-1105"));
    }

    #[test]
    fn where_an_identifier_ends() {
        assert_eq!(sid_at("S-1-5-21-1-2-3-1001_Classes"), Some("S-1-5-21-1-2-3-1001"));
        assert_eq!(sid_at("s-1-5-18\\x"), Some("s-1-5-18"));
        for text in ["S-1-", "S-1-x", "S-1-5", "S-2-5-18", "S-1-5-18x", ""] {
            assert_eq!(sid_at(text), None, "{text}");
        }
    }
}
