//! How a CSV quotes its fields.

/// Appends one record in Procmon's form: every field quoted, inner quotes doubled, commas
/// between the fields, CRLF behind the last.
///
/// ```
/// let mut csv = Vec::new();
/// procmonkey_parser::push_csv_record(&mut csv, ["Path", "say \"hi\""]);
/// assert_eq!(csv, b"\"Path\",\"say \"\"hi\"\"\"\r\n");
/// ```
pub fn push_csv_record<T: AsRef<[u8]>>(line: &mut Vec<u8>, fields: impl IntoIterator<Item = T>) {
    for (index, field) in fields.into_iter().enumerate() {
        push_csv_field(line, index, field.as_ref());
    }
    line.extend_from_slice(b"\r\n");
}

/// Appends the field with this number, from 0, in its quotes; a comma stands before all but the
/// first. After the last one, CRLF ends the record.
///
/// ```
/// let mut csv = Vec::new();
/// procmonkey_parser::push_csv_field(&mut csv, 0, b"Path");
/// procmonkey_parser::push_csv_field(&mut csv, 1, b"say \"hi\"");
/// assert_eq!(csv, b"\"Path\",\"say \"\"hi\"\"\"");
/// ```
pub fn push_csv_field(line: &mut Vec<u8>, index: usize, field: &[u8]) {
    line.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
    push_doubled(line, field);
    line.push(b'"');
}

/// Appends what stands between the quotes of a field: its text with inner quotes doubled.
pub(crate) fn push_doubled(line: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        line.extend_from_slice(&rest[..=quote]);
        line.push(b'"');
        rest = &rest[quote + 1..];
    }
    line.extend_from_slice(rest);
}
