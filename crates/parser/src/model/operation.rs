//! Different names of the same operation.

use super::detail::{Detail, UsualName, usual_name};

/// The usual name of an operation.
///
/// With *Enable Advanced Output*, Procmon shows file operations by their IRP or fast I/O
/// name, and writes the usual name of a query or set operation into the Detail column as
/// `Type`. Any other name is returned unchanged.
///
/// ```
/// use procmonkey_parser::{Detail, plain_operation};
///
/// let detail = Detail::parse("IRP_MJ_CREATE", "");
/// assert_eq!(plain_operation("IRP_MJ_CREATE", &detail), "CreateFile");
/// assert_eq!(plain_operation("RegQueryValue", &detail), "RegQueryValue");
/// ```
pub fn plain_operation<'a>(operation: &'a str, detail: &'a Detail<'_>) -> &'a str {
    match usual_name(operation, detail.text()) {
        UsualName::Known(name) => name,
        // Listings without a Type are known from older versions; a query of unknown kind has
        // no usual name.
        UsualName::AsType("QueryDirectory") => detail.get("Type").unwrap_or("QueryDirectory"),
        UsualName::AsType(_) => detail.get("Type").unwrap_or(operation),
        UsualName::Same => operation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_of_advanced_output_is_split_as_the_usual_one() {
        let text =
            "Type: SetRenameInformationFile, ReplaceIfExists: True, FileName: C:\\a, Flags: b";
        let detail = Detail::parse("FASTIO_SET_INFORMATION", text);
        let items: Vec<_> = detail.items().map(|item| (item.key, item.value)).collect();
        assert_eq!(
            items,
            [
                ("Type", "SetRenameInformationFile"),
                ("ReplaceIfExists", "True"),
                ("FileName", "C:\\a, Flags: b")
            ]
        );
        assert_eq!(plain_operation("FASTIO_SET_INFORMATION", &detail), "SetRenameInformationFile");
        let listing =
            Detail::parse("IRP_MJ_DIRECTORY_CONTROL", "Type: QueryDirectory, Filter: *, 2: .");
        assert_eq!((listing.get("Filter"), listing.get("2")), (Some("*"), Some(".")));
        let create = Detail::parse("IRP_MJ_CREATE", "Desired Access: Read, Disposition: Open");
        assert_eq!((create.get("Disposition"), create.is_guessed()), (Some("Open"), false));
        for (operation, text, name) in [
            ("FASTIO_NETWORK_QUERY_OPEN", "", "QueryOpen"),
            ("IRP_MJ_LOCK_CONTROL", "Exclusive: True, Offset: 0", "LockFile"),
            ("IRP_MJ_LOCK_CONTROL", "Offset: 0, Length: 1", "UnlockFileSingle"),
            ("IRP_MJ_QUERY_INFORMATION", "", "IRP_MJ_QUERY_INFORMATION"),
            ("IRP_MJ_CLOSE", "", "IRP_MJ_CLOSE"),
        ] {
            assert_eq!(plain_operation(operation, &Detail::parse(operation, text)), name);
        }
    }
}
