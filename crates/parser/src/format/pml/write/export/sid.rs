//! Security identifiers of accounts.

use crate::format::pml::write::put::Put;

/// The identifier of an account that is the same on every Windows, or that is
/// written as an identifier. Other names cannot be turned back into one.
pub(super) fn of_account(name: &str) -> Option<Vec<u8>> {
    let number: u32 = match name {
        "NT AUTHORITY\\ANONYMOUS LOGON" => 7,
        "NT AUTHORITY\\SYSTEM" => 18,
        "NT AUTHORITY\\LOCAL SERVICE" => 19,
        "NT AUTHORITY\\NETWORK SERVICE" => 20,
        _ => return written(name),
    };
    written(&format!("S-1-5-{number}"))
}

/// Reads `S-1-5-21-…`.
fn written(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.strip_prefix("S-")?.split('-');
    let revision: u8 = parts.next()?.parse().ok()?;
    let authority: u64 = parts.next()?.parse().ok()?;
    let numbers: Vec<u32> = parts.map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let mut sid = vec![revision, u8::try_from(numbers.len()).ok().filter(|&count| count <= 15)?];
    sid.extend_from_slice(authority.to_be_bytes().get(2..)?);
    for number in numbers {
        sid.put_u32(number);
    }
    Some(sid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accounts_of_every_windows_have_a_known_identifier() {
        let system = of_account("NT AUTHORITY\\SYSTEM").unwrap();
        assert_eq!(system, [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
        assert_eq!(of_account("S-1-5-21-1-2-3-1001").map(|sid| sid.len()), Some(28));
        assert_eq!(of_account("WEB01\\admin"), None);
        assert_eq!(of_account("S-1-5-x"), None);
    }
}
