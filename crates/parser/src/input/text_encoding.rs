//! The encodings of texts, and their names.

use std::fmt;
use std::str::FromStr;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::model::Error;

/// How the text of a capture is encoded.
///
/// ```
/// use procmonkey_parser::TextEncoding;
///
/// let encoding: TextEncoding = "cp1251".parse()?;
/// assert_eq!(encoding.name(), "windows-1251");
/// assert_eq!("utf-8".parse::<TextEncoding>()?, TextEncoding::Utf8);
/// assert!("cp850".parse::<TextEncoding>().is_err());
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum TextEncoding {
    /// UTF-8 without a byte order mark.
    #[cfg_attr(feature = "serde", serde(rename = "UTF-8"))]
    Utf8,
    /// UTF-8 with a byte order mark, as Procmon writes it.
    #[cfg_attr(feature = "serde", serde(rename = "UTF-8 with BOM"))]
    Utf8Bom,
    /// UTF-16, low byte first, as Excel saves Unicode text.
    #[cfg_attr(feature = "serde", serde(rename = "UTF-16LE"))]
    Utf16Le,
    /// UTF-16, high byte first.
    #[cfg_attr(feature = "serde", serde(rename = "UTF-16BE"))]
    Utf16Be,
    /// A code page, as Excel saves a CSV and other programs save text as ANSI.
    #[cfg_attr(feature = "serde", serde(untagged))]
    Page(CodePage),
}

/// Another encoding of the Encoding Standard than UTF-8 and UTF-16, such as windows-1252,
/// Shift_JIS or GBK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodePage(&'static Encoding);

impl CodePage {
    /// The name in the Encoding Standard.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub(crate) fn of(encoding: &'static Encoding) -> CodePage {
        CodePage(encoding)
    }
}

impl TextEncoding {
    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            TextEncoding::Utf8 => "UTF-8",
            TextEncoding::Utf8Bom => "UTF-8 with BOM",
            TextEncoding::Utf16Le => "UTF-16LE",
            TextEncoding::Utf16Be => "UTF-16BE",
            TextEncoding::Page(page) => page.name(),
        }
    }

    /// How many bytes the byte order mark has.
    pub(crate) fn mark_len(self, head: &[u8]) -> usize {
        match self {
            TextEncoding::Utf8Bom => 3,
            TextEncoding::Utf16Le if head.starts_with(&[0xff, 0xfe]) => 2,
            TextEncoding::Utf16Be if head.starts_with(&[0xfe, 0xff]) => 2,
            _ => 0,
        }
    }

    pub(crate) fn of(head: &[u8]) -> TextEncoding {
        match head {
            [0xef, 0xbb, 0xbf, ..] => TextEncoding::Utf8Bom,
            [0xff, 0xfe, ..] => TextEncoding::Utf16Le,
            [0xfe, 0xff, ..] => TextEncoding::Utf16Be,
            // Without a byte order mark: the first character is ASCII, so one of its
            // bytes is zero.
            [1..=0x7f, 0, 1..=0x7f, 0, ..] => TextEncoding::Utf16Le,
            [0, 1..=0x7f, 0, 1..=0x7f, ..] => TextEncoding::Utf16Be,
            _ => TextEncoding::Utf8,
        }
    }

    /// The encoding of a text that begins with these bytes: what its byte order mark says;
    /// without one, what the caller knows, then what an XML declaration says, then what the
    /// zeros of UTF-16 say.
    pub(crate) fn settle(head: &[u8], known: Option<TextEncoding>) -> TextEncoding {
        let found = TextEncoding::of(head);
        match known {
            _ if found.mark_len(head) > 0 => found,
            Some(known) => known,
            None if found == TextEncoding::Utf8 => {
                declared(head).map_or(found, |page| TextEncoding::Page(CodePage(page)))
            }
            None => found,
        }
    }

    /// The decoder's name for it.
    pub(crate) fn encoding(self) -> &'static Encoding {
        match self {
            TextEncoding::Utf8 | TextEncoding::Utf8Bom => UTF_8,
            TextEncoding::Utf16Le => UTF_16LE,
            TextEncoding::Utf16Be => UTF_16BE,
            TextEncoding::Page(page) => page.0,
        }
    }
}

/// The code page that an XML declaration names. One that names UTF-16 and can be read all
/// the same is wrong.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.trim_ascii_start();
    let end = memchr::memchr(b'>', head.get(..200).unwrap_or(head))?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?.strip_prefix("<?xml")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value[1..].split(quote).next()?;
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    (![UTF_8, UTF_16LE, UTF_16BE].contains(&encoding)).then_some(encoding)
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads a name of the Encoding Standard, or the number of a code page of Windows.
impl FromStr for TextEncoding {
    type Err = Error;

    fn from_str(text: &str) -> Result<TextEncoding, Error> {
        let of_label = |label: &str| Encoding::for_label_no_replacement(label.as_bytes());
        let label = text.trim();
        let number = label.strip_prefix("cp").or(label.strip_prefix("CP")).unwrap_or(label);
        let of_number = || match number {
            "932" => of_label("shift_jis"),
            "936" => of_label("gbk"),
            "950" => of_label("big5"),
            "65001" => Some(UTF_8),
            _ => {
                of_label(&format!("windows-{number}")).or_else(|| of_label(&format!("cp{number}")))
            }
        };
        match of_label(label).or_else(of_number) {
            Some(encoding) if encoding == UTF_8 => Ok(TextEncoding::Utf8),
            Some(encoding) if encoding == UTF_16LE => Ok(TextEncoding::Utf16Le),
            Some(encoding) if encoding == UTF_16BE => Ok(TextEncoding::Utf16Be),
            Some(encoding) => Ok(TextEncoding::Page(CodePage(encoding))),
            None => Err(Error::invalid_value(format!(
                "`{text}` is not a name of the Encoding Standard, such as windows-1252, \
                 windows-1251, shift_jis, gbk or utf-16le"
            ))),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for CodePage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for CodePage {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<CodePage, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        match name.parse() {
            Ok(TextEncoding::Page(page)) => Ok(page),
            _ => Err(serde::de::Error::custom(format!("`{name}` is not a code page"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_known_by_its_names_and_its_number() {
        for (text, name) in [
            ("windows-1252", "windows-1252"),
            ("1252", "windows-1252"),
            ("CP1250", "windows-1250"),
            ("latin1", "windows-1252"),
            ("866", "IBM866"),
            ("932", "Shift_JIS"),
            ("cp936", "GBK"),
            ("949", "EUC-KR"),
            ("950", "Big5"),
            ("65001", "UTF-8"),
            ("utf-16", "UTF-16LE"),
            ("UTF-16BE", "UTF-16BE"),
        ] {
            assert_eq!(text.parse::<TextEncoding>().unwrap().name(), name, "{text}");
        }
        for text in ["", "437", "ebcdic", "hz-gb-2312", "windows"] {
            assert!(text.parse::<TextEncoding>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_mark_counts_before_what_is_known_and_that_before_a_declaration() {
        let settle = |head: &[u8], known| TextEncoding::settle(head, known).name();
        let page = Some("windows-1251".parse().unwrap());
        assert_eq!(settle(b"\xef\xbb\xbfPath", page), "UTF-8 with BOM");
        assert_eq!(settle(b"\xff\xfeP\0", page), "UTF-16LE");
        assert_eq!(settle(b"Path", page), "windows-1251");
        assert_eq!(settle(b"P\0a\0t\0h\0", None), "UTF-16LE");
        let declared = b"<?xml version='1.0' encoding='iso-8859-2'?><procmon>";
        assert_eq!(settle(declared, None), "ISO-8859-2");
        assert_eq!(settle(declared, page), "windows-1251");
        for wrong in ["utf-8", "utf-16", "none", ""] {
            let head = format!("<?xml version=\"1.0\" encoding=\"{wrong}\"?><procmon>");
            assert_eq!(settle(head.as_bytes(), None), "UTF-8", "{wrong}");
        }
    }
}
