//! Dictionaries in the form of libFuzzer: one word in quotes to a line.

/// The words of a dictionary. `\xHH`, `\\` and `\"` stand for a byte; anything in front of
/// the first quote is a name, and a line that begins with `#` a comment.
///
/// # Errors
/// The number and the text of the first line that cannot be read.
pub fn words(text: &str) -> Result<Vec<Vec<u8>>, String> {
    let mut words = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if !line.is_empty() && !line.starts_with('#') {
            words.push(word(line).ok_or_else(|| format!("line {number}: {line}"))?);
        }
    }
    Ok(words)
}

fn word(line: &str) -> Option<Vec<u8>> {
    let quoted = &line[line.find('"')? + 1..];
    let quoted = quoted.strip_suffix('"')?.as_bytes();
    let (mut word, mut at) = (Vec::new(), 0);
    while let Some(&byte) = quoted.get(at) {
        let (byte, taken) = match (byte, quoted.get(at + 1)) {
            (b'\\', Some(b'x')) => {
                let digits = str::from_utf8(quoted.get(at + 2..at + 4)?).ok()?;
                (u8::from_str_radix(digits, 16).ok()?, 4)
            }
            (b'\\', Some(&escaped @ (b'\\' | b'"'))) => (escaped, 2),
            (b'\\' | b'"', _) => return None,
            _ => (byte, 1),
        };
        word.push(byte);
        at += taken;
    }
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TARGETS;

    #[test]
    fn words_are_bytes_in_quotes() {
        let text = "# none\n\"a\\x00b\"\nname=\"\\\\ \\\"\"\n\n";
        assert_eq!(words(text).unwrap(), [b"a\0b".to_vec(), b"\\ \"".to_vec()]);
        assert_eq!(words("\"a\nb").unwrap_err(), "line 1: \"a");
        assert!(words("\"\\q\"").is_err());
    }

    #[test]
    fn every_target_has_seeds_and_words_of_its_own() {
        for target in TARGETS {
            assert!(words(target.dictionary).unwrap().len() >= 10, "{}", target.name);
            assert!((target.seeds)().len() >= 3, "{}", target.name);
        }
    }

    #[test]
    fn the_seeds_themselves_bring_about_nothing() {
        for target in TARGETS {
            (target.seeds)().iter().for_each(|seed| (target.run)(seed));
        }
    }
}
