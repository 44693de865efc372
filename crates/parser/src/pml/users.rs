//! Names of the accounts that threads impersonate.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::bytes::{Bytes, PointerWidth};
use super::offsets::EventOffsets;
use super::process_block::{ProcessCreate, code as process_code};
use super::processes::ProcessTable;
use super::record::{Class, EventHeader, Parts};
use super::text::push_number;

/// Names by security identifier. The file stores only the identifier of an
/// impersonated account; the names come from `Process Create` events, which
/// have the identifier, and from the processes that they created, which have
/// the name.
pub(crate) type UserNames = HashMap<Vec<u8>, String>;

/// Finds the name of an account, looking through the file at the first use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Users<'a> {
    pub(crate) names: &'a OnceLock<UserNames>,
    pub(crate) file: Bytes<'a>,
    pub(crate) offsets: &'a EventOffsets<'a>,
    pub(crate) width: PointerWidth,
    pub(crate) processes: &'a ProcessTable,
}

impl Users<'_> {
    /// Appends the account's name, or its identifier where no name is known.
    pub(crate) fn push(&self, out: &mut String, sid: &[u8]) {
        if let Some(name) = well_known(sid) {
            return out.push_str(name);
        }
        match self.names.get_or_init(|| self.collect()).get(sid) {
            Some(name) => out.push_str(name),
            None => push_sid(out, sid),
        }
    }

    fn collect(&self) -> UserNames {
        const CREATED: [u16; 2] = [process_code::DEFINED, process_code::CREATE];
        let mut names = UserNames::new();
        for index in 0..self.offsets.len() {
            let Some(at) = self.offsets.get(index).and_then(|at| usize::try_from(at).ok()) else {
                continue;
            };
            let Some(header) = EventHeader::read(self.file.0, at) else { continue };
            if header.class != Class::Process || !CREATED.contains(&header.operation) {
                continue;
            }
            let parts = Parts::read(self.file, at, &header, self.width);
            let Some(create) = ProcessCreate::read(parts.detail) else { continue };
            let process = self.processes.get(create.child_index);
            if let Some(user) = process.and_then(|process| process.user.as_deref())
                && !create.user_sid.is_empty()
                && !user.is_empty()
            {
                names.entry(create.user_sid.to_vec()).or_insert_with(|| user.to_string());
            }
        }
        names
    }
}

/// Accounts that are the same on every Windows.
fn well_known(sid: &[u8]) -> Option<&'static str> {
    const NT_AUTHORITY: [u8; 8] = [1, 1, 0, 0, 0, 0, 0, 5];
    let (head, number) = sid.split_first_chunk::<8>()?;
    if *head != NT_AUTHORITY || number.len() != 4 {
        return None;
    }
    Some(match number[0] {
        7 => "NT AUTHORITY\\ANONYMOUS LOGON",
        18 => "NT AUTHORITY\\SYSTEM",
        19 => "NT AUTHORITY\\LOCAL SERVICE",
        20 => "NT AUTHORITY\\NETWORK SERVICE",
        _ => return None,
    })
}

/// Appends an identifier in its usual form, such as `S-1-5-21-1-2-3-1001`.
fn push_sid(out: &mut String, sid: &[u8]) {
    let Some((head, numbers)) = sid.split_first_chunk::<8>() else { return };
    out.push_str("S-");
    push_number(out, u64::from(head[0]));
    out.push('-');
    let authority = head[2..].iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
    push_number(out, authority);
    for number in numbers.chunks_exact(4).take(usize::from(head[1])) {
        out.push('-');
        let number = u32::from_le_bytes([number[0], number[1], number[2], number[3]]);
        push_number(out, u64::from(number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_without_a_name_is_written_out() {
        let mut sid = vec![1, 2, 0, 0, 0, 0, 0, 5];
        sid.extend_from_slice(&21u32.to_le_bytes());
        sid.extend_from_slice(&1001u32.to_le_bytes());
        let mut out = String::new();
        push_sid(&mut out, &sid);
        assert_eq!(out, "S-1-5-21-1001");
        assert_eq!(
            well_known(&[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]),
            Some("NT AUTHORITY\\SYSTEM")
        );
    }
}
