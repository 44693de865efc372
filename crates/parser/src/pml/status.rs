//! The texts of the column `Result`.

use super::text::push_hex_upper;
use crate::model::NtStatus;

/// Appends what Procmon shows for a status: a text if it has one, nothing while the
/// operation is pending, otherwise a number.
pub(crate) fn push(out: &mut String, status: u32) {
    match name(status) {
        Some(name) => out.push_str(name),
        None => {
            out.push_str("0x");
            push_hex_upper(out, status);
        }
    }
}

/// The text of a status; `None` if it is shown as a number.
///
/// The texts are those of Procmon up to 3.6: newer ones know a few more codes.
pub(crate) fn name(status: u32) -> Option<&'static str> {
    NtStatus(status).text_until_3_6()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_status_is_a_number_without_padding() {
        let mut out = String::new();
        push(&mut out, 0x368);
        out.push('|');
        push(&mut out, 0xC000_046F);
        out.push('|');
        push(&mut out, 0x103);
        assert_eq!(out, "0x368|0xC000046F|");
    }
}
