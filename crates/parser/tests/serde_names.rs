//! The enums that reports show have one name, in their own words and in JSON.

#![cfg(feature = "serde")]

use std::fmt::Debug;

use procmonkey_parser::{Compression, DateOrder, Format, LossKind, TextEncoding, TimeQuality};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{from_value, json, to_value};

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(values: &[T], name: fn(&T) -> &str) {
    for value in values {
        assert_eq!(to_value(value).expect("it is a text"), json!(name(value)));
        assert_eq!(&from_value::<T>(json!(name(value))).expect("it is a name"), value);
    }
    assert!(from_value::<T>(json!("nothing of the sort")).is_err());
}

#[test]
fn a_kind_is_serialised_by_its_own_name() {
    use LossKind::*;
    check(&[Format::Csv, Format::Xml, Format::Pml, Format::Pasted], |it| it.name());
    check(
        &[
            Truncated,
            DamagedRecord,
            DamagedField,
            InvalidText,
            Decompression,
            Unknown,
            NotWritten,
            NotApplied,
        ],
        |it| it.name(),
    );
    check(
        &[
            TimeQuality::Full,
            TimeQuality::DateInferred,
            TimeQuality::DateAmbiguous,
            TimeQuality::TimeOnly,
            TimeQuality::OrderOnly,
        ],
        |it| it.name(),
    );
    check(&[DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::YearMonthDay], |it| {
        it.name()
    });
    check(&[Compression::Gzip, Compression::Zstd, Compression::Zip], |it| it.name());
    check(
        &[
            TextEncoding::Utf8,
            TextEncoding::Utf8Bom,
            TextEncoding::Utf16Le,
            TextEncoding::Utf16Be,
            "windows-1252".parse().unwrap(),
            "shift_jis".parse().unwrap(),
        ],
        |it| it.name(),
    );
}
