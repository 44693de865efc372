//! The items of a Detail with typed values.

use std::collections::HashMap;

use procmonkey_parser::{Detail, push_json_string};

use crate::json::push_comma;
use crate::number::{push_grouped, push_hexadecimal, push_plain, push_seconds, push_truth};

/// What the value of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// A whole number, grouped as the locale has it.
    Whole,
    /// A whole number, written as `0x` and hexadecimal digits.
    Hexadecimal,
    /// A number of seconds with a fraction.
    Seconds,
    /// `True` or `False`.
    Truth,
    /// The data of a registry value, which is what its Type says.
    Data,
}

impl Kind {
    fn of(key: &str) -> Kind {
        match key {
            "AllocationSize"
            | "EndOfFile"
            | "EndingOffset"
            | "NumberOfLinks"
            | "EaSize"
            | "Position"
            | "Offset"
            | "Length"
            | "Index"
            | "SubKeys"
            | "Values"
            | "MaximumComponentNameLength"
            | "TotalAllocationUnits"
            | "AvailableAllocationUnits"
            | "SectorsPerAllocationUnit"
            | "BytesPerSector"
            | "Parent PID"
            | "PID"
            | "Thread ID"
            | "Exit Status"
            | "Private Bytes"
            | "Peak Private Bytes"
            | "Working Set"
            | "Peak Working Set"
            | "mss"
            | "sackopt"
            | "tsopt"
            | "wsopt"
            | "rcvwin"
            | "rcvwinscale"
            | "sndwinscale"
            | "startime"
            | "endtime"
            | "seqnum"
            | "connid" => Kind::Whole,
            "Image Size" => Kind::Hexadecimal,
            "User Time" | "Kernel Time" => Kind::Seconds,
            "DeletePending" | "Directory" | "Exclusive" | "Fail Immediately"
            | "ReplaceIfExists" | "Delete" => Kind::Truth,
            "Data" => Kind::Data,
            _ => Kind::Text,
        }
    }
}

/// With more items, equal keys are looked up instead of compared.
const FEW: usize = 24;

/// Adds an object of the items of a Detail, in their order. A key that was there before gets a
/// number behind it: `Name (2)`.
///
/// Values of keys that Procmon writes as numbers or as `True` and `False` are such; `n/a` there is
/// null; anything else is the text of the value. Where the keys were guessed, only digits alone are
/// a number, because a point may be part of a text.
pub(crate) fn push_items(detail: &Detail<'_>, out: &mut Vec<u8>) {
    let mut seen: Option<HashMap<&str, u32>> =
        (detail.items().nth(FEW).is_some()).then(HashMap::new);
    let is_number = || {
        matches!(
            detail.get("Type"),
            Some("REG_DWORD" | "REG_DWORD_BIG_ENDIAN" | "REG_DWORD_LITTLE_ENDIAN" | "REG_QWORD")
        )
    };
    out.push(b'{');
    for (index, item) in detail.items().enumerate() {
        let before = match &mut seen {
            Some(seen) => {
                let times = seen.entry(item.key).or_default();
                *times += 1;
                *times - 1
            }
            None => detail.items().take(index).filter(|it| it.key == item.key).count() as u32,
        };
        push_comma(out);
        match before {
            0 => push_json_string(out, item.key),
            before => push_json_string(out, &format!("{} ({})", item.key, before + 1)),
        }
        out.push(b':');
        let kind = match Kind::of(item.key) {
            Kind::Data if is_number() => Kind::Whole,
            Kind::Data => Kind::Text,
            kind => kind,
        };
        push_value(item.value, kind, detail.is_guessed(), out);
    }
    out.push(b'}');
}

fn push_value(text: &str, kind: Kind, is_guessed: bool, out: &mut Vec<u8>) {
    let is_done = match kind {
        Kind::Text | Kind::Data => false,
        _ if text == "n/a" => {
            out.extend_from_slice(b"null");
            true
        }
        Kind::Whole if is_guessed => push_plain(text, out),
        Kind::Whole => push_grouped(text, out),
        Kind::Hexadecimal => push_hexadecimal(text, out),
        Kind::Seconds => push_seconds(text, out),
        Kind::Truth => push_truth(text, out),
    };
    if !is_done {
        push_json_string(out, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(operation: &str, text: &str) -> String {
        let mut out = Vec::new();
        push_items(&Detail::parse(operation, text), &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn numbers_are_numbers_and_texts_stay() {
        let cases = [
            (
                "ReadFile",
                "Offset: 4\u{a0}697, Length: 1.078, Priority: Normal",
                r#"{"Offset":4697,"Length":1078,"Priority":"Normal"}"#,
            ),
            (
                "CreateFile",
                "Desired Access: Generic Read, Disposition: Open, AllocationSize: n/a",
                r#"{"Desired Access":"Generic Read","Disposition":"Open","AllocationSize":null}"#,
            ),
            (
                "RegQueryValue",
                "Type: REG_DWORD, Length: 4, Data: 1,024",
                r#"{"Type":"REG_DWORD","Length":4,"Data":1024}"#,
            ),
            (
                "RegQueryValue",
                "Type: REG_SZ, Length: 4, Data: 1,024",
                r#"{"Type":"REG_SZ","Length":4,"Data":"1,024"}"#,
            ),
            (
                "Load Image",
                "Image Base: 0x7ffa3f420000, Image Size: 0x1d8000",
                r#"{"Image Base":"0x7ffa3f420000","Image Size":1933312}"#,
            ),
            (
                "Process Exit",
                "Exit Status: -1073741510, User Time: 0,0625000 seconds, Private Bytes: 8.192",
                r#"{"Exit Status":-1073741510,"User Time":0.0625000,"Private Bytes":8192}"#,
            ),
            (
                "QueryStandardInformationFile",
                "AllocationSize: 8,192, EndOfFile: 78, NumberOfLinks: 1, DeletePending: False",
                r#"{"AllocationSize":8192,"EndOfFile":78,"NumberOfLinks":1,"DeletePending":false}"#,
            ),
            // A value that is no number stays as it is; so does a point where the keys are guessed.
            ("ReadFile", "Offset: -, Length: 1x", r#"{"Offset":"-","Length":"1x"}"#),
            ("IRP_MJ_99", "Length: 1.5, Index: 3", r#"{"Length":"1.5","Index":3}"#),
            ("ReadFile", "", "{}"),
        ];
        for (operation, text, want) in cases {
            assert_eq!(items(operation, text), want, "{operation}: {text}");
        }
    }

    #[test]
    fn no_name_stands_twice_in_an_object() {
        assert_eq!(items("X", "Aa: 1, Aa: 2, Aa: 3"), r#"{"Aa":"1","Aa (2)":"2","Aa (3)":"3"}"#);
        let many: Vec<String> = (0..60).map(|at| format!("Aa: {at}")).collect();
        let found: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&items("X", &many.join(", "))).expect("an object");
        assert_eq!(found.len(), 60);
        assert_eq!(found["Aa (60)"], "59");
    }
}
