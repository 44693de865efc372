//! Cells of Procmon's columns.

use procmonkey_parser::{Column, Detail};

use crate::redactor::{Mode, Redactor};

/// Keys of the Detail whose values are texts also where they look like a number.
const TEXTS: [&str; 14] = [
    "Data",
    "Name",
    "Command line",
    "Current directory",
    "Environment",
    "FileName",
    "FileSystemName",
    "Filter",
    "Hive Path",
    "New Name",
    "VolumeLabel",
    "Impersonating",
    "User",
    "Owner",
];

impl Redactor {
    /// A cell of this column, which may be none of Procmon's, of an event with this operation.
    pub fn cell(&mut self, column: Option<Column>, operation: &str, text: &str) -> String {
        match column {
            Some(Column::Detail) => self.detail(operation, text),
            Some(Column::Path) if is_network(operation) => self.ends(text),
            Some(column) if is_value(column) => self.in_mode(text, Mode::Value),
            _ => self.text(text),
        }
    }

    /// Source and destination of a connection.
    fn ends(&mut self, path: &str) -> String {
        let ends: Vec<String> = path.split(" -> ").map(|end| self.end(end)).collect();
        ends.join(" -> ")
    }

    fn end(&mut self, end: &str) -> String {
        let Some((host, port)) = end.rsplit_once(':') else { return self.text(end) };
        let host = self.address(host).unwrap_or_else(|| self.text(host));
        format!("{host}:{}", self.in_mode(port, Mode::Value))
    }

    fn detail(&mut self, operation: &str, text: &str) -> String {
        let detail = Detail::parse(operation, text);
        if !detail.is_split() {
            return self.text(text);
        }
        let kind = detail.get("Type").unwrap_or_default();
        let data = detail.get("Data").map(|data| self.data(kind, data));
        let grown = match (detail.get("Data"), &data) {
            (Some(old), Some(new)) if kind.ends_with("SZ") => units(new) - units(old),
            _ => 0,
        };
        let mut out = String::with_capacity(text.len() + 16);
        for item in detail.items() {
            if !out.is_empty() {
                out.push_str(", ");
            }
            let is_listed = item.key.bytes().all(|byte| byte.is_ascii_digit());
            out.push_str(&match is_listed {
                true => item.key.to_string(),
                false => self.text(item.key),
            });
            out.push_str(": ");
            let is_text = is_listed || TEXTS.contains(&item.key);
            let value = match (item.key, &data) {
                ("Data", Some(data)) => data.clone(),
                ("Length", _) if grown != 0 => longer(item.value, 2 * grown),
                ("Attributes" | "FileAttributes", _) if is_attributes(item.value) => {
                    item.value.to_string()
                }
                ("VolumeSerialNumber", _) => self.serial(item.value),
                _ if is_text => self.text(item.value),
                _ => self.value(item.value),
            };
            out.push_str(&value);
        }
        // The last key may have lost its blank.
        match text.ends_with(':') && out.ends_with(": ") {
            true => out.trim_end().to_string(),
            false => out,
        }
    }

    /// The serial number of a volume, by which a computer is known again.
    fn serial(&mut self, serial: &str) -> String {
        let is_serial = serial.bytes().enumerate().all(|(place, byte)| match place {
            4 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        match is_serial && serial.len() == 9 {
            true => self.digits(serial),
            false => self.text(serial),
        }
    }

    /// The data of a registry value of this type.
    fn data(&mut self, kind: &str, data: &str) -> String {
        if kind.ends_with("WORD") || kind.ends_with("WORD_BIG_ENDIAN") {
            return self.in_mode(data, Mode::Value);
        }
        match is_pairs(data) && !kind.ends_with("SZ") {
            true => self.bytes(data),
            false => self.text(data),
        }
    }

    /// A value of the Detail, which is a number, a time or words of Procmon's, or else a text.
    fn value(&mut self, value: &str) -> String {
        let is_plain = |c: char| !c.is_alphabetic() && (c.is_ascii() || c.is_whitespace());
        let is_number = value.chars().all(is_plain)
            || value.starts_with("0x")
            || value.starts_with("<Unknown: ");
        let is_time = value.trim_end_matches([' ', 'A', 'P', 'M']).chars().all(is_plain);
        self.in_mode(value, if is_number || is_time { Mode::Value } else { Mode::Text })
    }
}

/// Whether a text is letters of file attributes as Procmon writes them, in its order.
fn is_attributes(text: &str) -> bool {
    const LETTERS: [&str; 15] =
        ["R", "H", "S", "D", "A", "D", "N", "T", "SF", "RP", "C", "O", "NCI", "E", "V"];
    /// A letter may also be the beginning of a later one.
    fn fits(text: &str, letters: &[&str]) -> bool {
        let Some((first, later)) = letters.split_first() else { return text.is_empty() };
        text.strip_prefix(first).is_some_and(|rest| fits(rest, later)) || fits(text, later)
    }
    fits(text, &LETTERS)
}

/// How many units of UTF-16 a text has.
fn units(text: &str) -> i64 {
    i64::try_from(text.encode_utf16().count()).unwrap_or(i64::MAX)
}

/// The length of a text that has grown by so many bytes: a native log holds no more of a text than
/// its length says. A character of which half was cut off is whole afterwards. What is no number
/// stays.
fn longer(length: &str, bytes: i64) -> String {
    let digits: String = length.chars().filter(char::is_ascii_digit).collect();
    let Ok(old) = digits.parse::<i64>() else { return length.to_string() };
    let new = old.saturating_add(bytes).max(0);
    let new = new.saturating_add(new % 2).to_string();
    let mark = length.chars().find(|c| !c.is_ascii_digit()).unwrap_or(',');
    let mut out = String::new();
    for (place, digit) in new.chars().enumerate() {
        if place > 0 && (new.len() - place).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// Whether the operation is one of the network.
fn is_network(operation: &str) -> bool {
    operation.starts_with("TCP ") || operation.starts_with("UDP ")
}

/// Columns with numbers, times, versions or a few words.
fn is_value(column: Column) -> bool {
    matches!(
        column,
        Column::TimeOfDay
            | Column::DateAndTime
            | Column::RelativeTime
            | Column::Duration
            | Column::CompletionTime
            | Column::ProcessStart
            | Column::Pid
            | Column::ParentPid
            | Column::Tid
            | Column::Session
            | Column::Sequence
            | Column::AuthenticationId
            | Column::Version
    )
}

/// Whether a text is hexadecimal pairs and nothing else.
fn is_pairs(text: &str) -> bool {
    text.split(' ').all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    fn cell(column: Column, operation: &str, text: &str) -> String {
        Redactor::new(Key::new([7; 32])).cell(Some(column), operation, text)
    }

    #[test]
    fn numbers_of_the_detail_stay_and_its_texts_do_not() {
        let same = |operation, text: &str| assert_eq!(cell(Column::Detail, operation, text), text);
        same("QueryAttributeTagFile", "Attributes: ANCI, ReparseTag: 0x0");
        same("RegQueryValue", "Type: <Unknown: 4294905859>, Length: 148, Data: ");
        same("ReadFile", "Offset: 0, Length: 123456789, Priority: Normal");
        same("RegQueryValue", "Type: REG_DWORD, Length: 4, Data: 4294967295");
        same(
            "QueryBasicInformationFile",
            "CreationTime: 3/5/2026 6:59:10 PM, LastAccessTime: 1/1/1601 12:00:00 AM",
        );
        same("RegQueryValue", "Type: REG_QWORD, Length: 8, Data: ");
        same("RegQueryValue", "Type: REG_QWORD, Length: 8, Data:");
        let text =
            cell(Column::Detail, "RegQueryValue", "Type: REG_SZ, Length: 20, Data: 123456789");
        assert!(text.starts_with("Type: REG_SZ, Length: 20, Data: "), "{text}");
        assert!(!text.contains("123456789"), "{text}");
    }

    #[test]
    fn a_serial_number_becomes_another_one() {
        for serial in ["1234-ABCD", "1234-5678"] {
            let text =
                format!("VolumeSerialNumber: {serial}, SupportsObjects: True, VolumeLabel: ");
            let made = cell(Column::Detail, "QueryInformationVolume", &text);
            assert!(made.len() == text.len() && made != text, "{made}");
            assert!(made.ends_with(", SupportsObjects: True, VolumeLabel: "), "{made}");
        }
    }

    #[test]
    fn the_length_of_a_text_grows_with_it() {
        // From 5 to 13 characters of two bytes.
        let made = cell(Column::Detail, "RegSetValue", "Type: REG_SZ, Length: 12, Data: WEB01");
        assert!(made.starts_with("Type: REG_SZ, Length: 28, Data: anon-"), "{made}");
        let made = cell(Column::Detail, "RegSetValue", "Type: REG_SZ, Length: 1.996, Data: WEB01");
        assert!(made.starts_with("Type: REG_SZ, Length: 2.012, Data: anon-"), "{made}");
        let made =
            cell(Column::Detail, "RegSetValue", "Type: REG_MULTI_SZ, Length: 11, Data: WEB01");
        assert!(made.starts_with("Type: REG_MULTI_SZ, Length: 28, Data: anon-"), "{made}");
        let same = "Type: REG_SZ, Length: 14, Data: Windows";
        assert_eq!(cell(Column::Detail, "RegSetValue", same), same);
    }

    #[test]
    fn printed_bytes_become_other_bytes_of_the_same_number() {
        let text = "Type: REG_BINARY, Length: 6, Data: 43 6F 6E 74 6F 73";
        let made = cell(Column::Detail, "RegQueryValue", text);
        assert!(
            made.len() == text.len() && made.starts_with("Type: REG_BINARY, Length: 6, Data: ")
        );
        assert!(!made.contains("43 6F"));
        // Procmon prints digits in upper case; there is no letter here that says so.
        let made =
            cell(Column::Detail, "RegQueryValue", &text.replace("6F", "60").replace("6E", "61"));
        assert!(made.ends_with(&made.to_uppercase()[35..]), "{made}");
        let zeros = "Type: REG_BINARY, Length: 4, Data: 00 00 00 00";
        assert_eq!(cell(Column::Detail, "RegQueryValue", zeros), zeros);
    }

    #[test]
    fn ends_of_connections_keep_their_form() {
        let made = cell(Column::Path, "TCP Send", "web01.contoso.local:49733 -> 2001:db8::5:443");
        let (source, destination) = made.split_once(" -> ").unwrap();
        assert!(source.starts_with("anon-") && source.ends_with(".local:49733"), "{source}");
        let (host, port) = destination.rsplit_once(':').unwrap();
        assert!(host.parse::<std::net::Ipv6Addr>().is_ok() && port == "443");
    }

    #[test]
    fn names_in_listings_are_texts_also_where_they_are_numbers() {
        let text = "Filter: *, 1: 20260305, 2: shop";
        let made = cell(Column::Detail, "QueryDirectory", text);
        assert!(!made.contains("20260305") && !made.contains("shop"), "{made}");
        assert!(made.starts_with("Filter: *, 1: ") && made.contains(", 2: anon-"), "{made}");
    }
}
