//! Names of operations that mean the same.

use super::detail::Detail;

/// The plain name of an operation.
///
/// With *Enable Advanced Output* Procmon shows file operations by their IRP or
/// fast I/O name, and puts the plain name of a query or set operation into the
/// Detail column as `Type`. Every other name is given back as it is.
///
/// ```
/// use procmonkey_parser::{Detail, plain_operation};
///
/// let detail = Detail::parse("IRP_MJ_CREATE", "");
/// assert_eq!(plain_operation("IRP_MJ_CREATE", &detail), "CreateFile");
/// assert_eq!(plain_operation("RegQueryValue", &detail), "RegQueryValue");
/// ```
pub fn plain_operation<'a>(operation: &'a str, detail: &'a Detail<'_>) -> &'a str {
    match operation {
        "IRP_MJ_CREATE" => "CreateFile",
        "IRP_MJ_READ" | "FASTIO_READ" => "ReadFile",
        "IRP_MJ_WRITE" | "FASTIO_WRITE" => "WriteFile",
        "IRP_MJ_CLEANUP" => "CloseFile",
        "IRP_MJ_DIRECTORY_CONTROL" => detail.get("Type").unwrap_or("QueryDirectory"),
        "IRP_MJ_QUERY_SECURITY" => "QuerySecurityFile",
        "IRP_MJ_SET_SECURITY" => "SetSecurityFile",
        "IRP_MJ_QUERY_INFORMATION"
        | "IRP_MJ_SET_INFORMATION"
        | "IRP_MJ_QUERY_VOLUME_INFORMATION"
        | "FASTIO_QUERY_INFORMATION" => detail.get("Type").unwrap_or(operation),
        _ => operation,
    }
}
