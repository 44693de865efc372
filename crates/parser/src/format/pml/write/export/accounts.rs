//! Identifiers for accounts of which only the name is known.

use std::collections::BTreeMap;

use super::sid;

/// Identifiers that were invented, by the name of the account.
///
/// An impersonated account is stored as an identifier, which readers turn into a name where a
/// `Process Create` has both. So the process table has to be known beforehand.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    invented: BTreeMap<String, String>,
    is_open: bool,
}

impl Accounts {
    /// From now on, identifiers are invented.
    pub(super) fn open(&mut self) {
        self.is_open = true;
    }

    /// Takes note of an account that an event needs.
    pub(super) fn note(&mut self, name: &str) {
        const FIRST: usize = 1000;
        let is_new = self.is_open && !name.is_empty() && !self.invented.contains_key(name);
        if is_new && sid::of_account(name).is_none() {
            let number = FIRST + self.invented.len();
            // No domain has numbers of zero.
            self.invented.insert(name.to_string(), format!("S-1-5-21-0-0-0-{number}"));
        }
    }

    /// The identifier of an account, if it has one.
    pub(super) fn sid(&self, name: &str) -> Option<Vec<u8>> {
        let invented = || sid::of_account(self.invented.get(name)?);
        sid::of_account(name).or_else(invented)
    }

    /// A text with names in place of the identifiers that were invented for them.
    pub(super) fn with_names(&self, mut text: String) -> String {
        if text.contains("S-1-5-21-0-0-0-") {
            // Of two identifiers, one may begin like the other.
            for (name, sid) in &self.invented {
                text = text.replace(&format!("{sid}, "), &format!("{name}, "));
                if let Some(rest) = text.strip_suffix(sid.as_str()) {
                    text = format!("{rest}{name}");
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_get_identifiers_only_where_that_is_asked_for() {
        let mut accounts = Accounts::default();
        accounts.note(r"WEB01\alice");
        assert_eq!(accounts.sid(r"WEB01\alice"), None);
        accounts.open();
        accounts.note(r"WEB01\alice");
        accounts.note(r"WEB01\bob");
        accounts.note(r"NT AUTHORITY\SYSTEM");
        let [alice, bob] = [r"WEB01\alice", r"WEB01\bob"].map(|name| accounts.sid(name).unwrap());
        assert!(alice != bob && alice.len() == 28);
        assert_eq!(accounts.sid(r"NT AUTHORITY\SYSTEM").unwrap().len(), 12);
        let text = "Impersonating: S-1-5-21-0-0-0-1001, OpenResult: Opened".to_string();
        let named = accounts.with_names(text);
        assert_eq!(named, r"Impersonating: WEB01\bob, OpenResult: Opened");
        let last = accounts.with_names("Impersonating: S-1-5-21-0-0-0-1000".to_string());
        assert_eq!(last, r"Impersonating: WEB01\alice");
    }
}
