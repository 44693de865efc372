//! MachineGuid from registry text: a `.reg` export, the output of `reg query`, or
//! of PowerShell's `Get-ItemProperty`.

use procmonkey_analysis::parser::LossKind;
use procmonkey_analysis::{HostMachineGuid, MachineGuid, Witness};

use crate::hive::remarks;
use crate::reading::Collector;

use crate::Reading;
use crate::text::lines;

/// In what form a value stands.
const FORM_EXPORT: &str = "registry export";
const FORM_QUERY: &str = "reg query";

/// Which key the lines belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// No key was named yet.
    Unnamed,
    Cryptography,
    /// The same key in the view of 32-bit programs.
    Wow6432,
    Elsewhere,
}

/// Reads every MachineGuid of a text, prose around it or not.
///
/// ```
/// use procmonkey_analysis::Witness;
///
/// let text = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Cryptography
///     MachineGuid    REG_SZ    4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
/// let reading = procmonkey_witness::reg_text::read("query.txt", text.as_bytes());
/// let Some(Witness::MachineGuid(seen)) = reading.witnesses.first() else { panic!() };
/// assert_eq!(seen.value.short(), "4f6c1d2e");
/// ```
pub fn read(source: &str, bytes: &[u8]) -> Reading {
    Collector::of_text(source, bytes, read_text)
}

pub(crate) fn read_text(source: &str, text: &str, out: &mut Collector<'_>) {
    let mut place = Place::Unnamed;
    for line in lines(text) {
        if let Some(key) = key_of(line.text) {
            place = key;
        } else if place == Place::Elsewhere {
            continue;
        } else if let Some((form, value)) = value_of(line.text) {
            if out.is_among_prose()
                && let Some(why) = not_an_output(place, form, value)
            {
                out.remark(line.position, why);
                continue;
            }
            let mut seen =
                HostMachineGuid::new(MachineGuid::new(value), format!("{form} {source}"));
            seen.remarks = remarks(&seen.value);
            match place {
                Place::Unnamed => seen.remarks.push("the text does not name its key".to_string()),
                Place::Wow6432 => seen.remarks.push(
                    "it stands below Wow6432Node, where Windows' crypto provider does not look"
                        .to_string(),
                ),
                Place::Cryptography | Place::Elsewhere => {}
            }
            out.add(Witness::MachineGuid(seen), line.position);
        } else if is_value_without_text(line.text) {
            let message = "MachineGuid stands here without a text that can be read";
            out.lose(LossKind::DamagedField, line.position, message);
        }
    }
}

/// Why a line is not taken for the registry's value where people wrote the text around it.
fn not_an_output(place: Place, form: &str, value: &str) -> Option<&'static str> {
    if !MachineGuid::new(value).is_well_formed() {
        return Some("a MachineGuid whose value is not written out as a GUID");
    }
    let has_key = place != Place::Unnamed || form == FORM_QUERY || form == FORM_EXPORT;
    (!has_key).then_some("a MachineGuid, but not as `reg query` or an export prints it")
}

/// The key that a line names: `[HKEY_…]`, `HKEY_…`, or a PSPath.
fn key_of(line: &str) -> Option<Place> {
    let line = line.trim();
    let bare = match line.strip_prefix("PSPath") {
        Some(rest) => rest.rsplit("::").next().unwrap_or(rest),
        None => line.trim_start_matches(['[', '-']).trim_end_matches(']'),
    };
    let key = bare.trim_end_matches('\\').to_ascii_lowercase();
    if !key.starts_with("hkey_") && !key.starts_with("hklm") {
        return None;
    }
    Some(match key.strip_suffix("\\microsoft\\cryptography") {
        Some(above) if above.ends_with("\\wow6432node") => Place::Wow6432,
        Some(_) => Place::Cryptography,
        None => Place::Elsewhere,
    })
}

/// The value of a line, and the kind of text that such a line stands in.
fn value_of(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("\"MachineGuid\"=\"") {
        return rest.strip_suffix('"').and_then(|value| filled(FORM_EXPORT, value));
    }
    let rest = line.get(11..).filter(|_| line[..11].eq_ignore_ascii_case("MachineGuid"))?;
    let (form, value) = match rest.trim_start().strip_prefix("REG_SZ") {
        Some(value) => (FORM_QUERY, value),
        None => ("registry value", rest.trim_start().strip_prefix(':')?),
    };
    filled(form, value.trim())
}

/// Whether a line is of the value, in the form of an export or of `reg query`, and yet
/// gives no text: it is cut, or the value is of another type.
fn is_value_without_text(line: &str) -> bool {
    let line = line.trim();
    let queried = |name: &str| name.eq_ignore_ascii_case("MachineGuid");
    line.strip_prefix("\"MachineGuid\"").is_some_and(|rest| rest.starts_with('='))
        || (line.get(..11).is_some_and(queried)
            && line.get(11..).is_some_and(|rest| rest.trim_start().starts_with("REG_")))
}

fn filled<'v>(form: &'static str, value: &'v str) -> Option<(&'static str, &'v str)> {
    (!value.is_empty()).then_some((form, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";

    fn guids(bytes: &[u8]) -> Vec<HostMachineGuid> {
        read("x", bytes)
            .witnesses
            .into_iter()
            .filter_map(|witness| match witness {
                Witness::MachineGuid(guid) => Some(guid),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn an_export_is_read_in_both_encodings() {
        let text = format!(
            "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\r\n\
             \"MachineGuid\"=\"{GUID}\"\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SQMClient]\r\n\"MachineGuid\"=\"{{1}}\"\r\n"
        );
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for bytes in [text.as_bytes(), &wide] {
            let found = guids(bytes);
            assert_eq!(found.len(), 1);
            assert_eq!((found[0].value.as_str(), found[0].remarks.len()), (GUID, 0));
            assert_eq!(found[0].source, "registry export x");
        }
    }

    #[test]
    fn a_value_that_gives_no_text_is_lost_with_its_line() {
        let key = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\n";
        for (line, lost) in [
            ("\"MachineGuid\"=\"4f6c1d2e-8a3b", 1),
            ("\"MachineGuid\"=hex(1):34,00,66,00", 1),
            ("\"MachineGuid\"=-", 1),
            ("    MachineGuid    REG_SZ    ", 1),
            ("    MachineGuid    REG_BINARY    00FF", 1),
            ("MachineGuid was changed by hand", 0),
            ("MachineGuid", 0),
        ] {
            let reading = read("x", format!("{key}{line}\n").as_bytes());
            assert_eq!((reading.witnesses.len(), reading.losses.count()), (0, lost), "{line}");
            assert!(reading.losses.iter().all(|loss| loss.position.line == Some(2)), "{line}");
            // Of another key it says nothing.
            let other = key.replace("Cryptography", "SQMClient");
            assert!(read("x", format!("{other}{line}\n").as_bytes()).losses.is_empty());
        }
    }

    #[test]
    fn other_forms_and_places_are_told() {
        let found = guids(format!("MachineGuid  : {GUID}\n").as_bytes());
        assert!(found[0].remarks[0].contains("does not name"));
        let text = format!(
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\Microsoft\\Cryptography\n  MachineGuid    REG_SZ    {GUID}\n"
        );
        assert!(guids(text.as_bytes())[0].remarks[0].contains("Wow6432Node"));
        for text in
            ["MachineGuid", "MachineGuid:", "\"MachineGuid\"=\"", "MachineGüid: 1", "größer-als: x"]
        {
            assert!(guids(text.as_bytes()).is_empty(), "{text}");
        }
    }
}
