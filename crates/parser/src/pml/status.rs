//! The texts of the column `Result`.

use super::exporter::Exporter;
use super::text::push_hex_upper;
use crate::model::NtStatus;

/// Appends what Procmon shows for a status: a text if it has one, nothing while the
/// operation is pending, otherwise a number.
pub(crate) fn push(out: &mut String, status: u32, exporter: Exporter) {
    match name(status, exporter) {
        Some(name) => out.push_str(name),
        None => {
            out.push_str("0x");
            push_hex_upper(out, status);
        }
    }
}

/// The text of a status; `None` if it is shown as a number: each generation knows some more
/// than the one before.
pub(crate) fn name(status: u32, exporter: Exporter) -> Option<&'static str> {
    match exporter {
        Exporter::V3_61 => NtStatus(status).text(),
        Exporter::V3_4 | Exporter::V3_60 => NtStatus(status).text_until_3_6(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_status_is_a_number_without_padding() {
        let mut out = String::new();
        push(&mut out, 0x368, Exporter::V3_60);
        out.push('|');
        push(&mut out, 0x368, Exporter::V3_61);
        out.push('|');
        push(&mut out, 0xC000_046F, Exporter::V3_61);
        out.push('|');
        push(&mut out, 0x103, Exporter::V3_4);
        assert_eq!(out, "0x368|REPARSE GLOBAL|0xC000046F|");
    }
}
