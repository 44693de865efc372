//! What kind of account a program runs as.

use crate::report::Actor;

/// What kind of account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccountKind {
    /// An application pool of IIS.
    Pool,
    /// A service's own account, a managed one, LocalService or NetworkService.
    Service,
    /// The user of a container.
    Container,
    /// LocalSystem.
    System,
    /// Anybody else, or not known.
    Other,
}

impl AccountKind {
    /// The kind of an actor's account, by its name, or by the SID in the path of a key
    /// folder, which is the same in every language.
    pub(super) fn of(by: &Actor, path: &str) -> AccountKind {
        let named = by.account.as_deref().map_or(AccountKind::Other, AccountKind::of_name);
        match named {
            AccountKind::Other => AccountKind::of_path(path),
            AccountKind::System if AccountKind::of_path(path) != AccountKind::Other => {
                AccountKind::of_path(path)
            }
            known => known,
        }
    }

    fn of_name(account: &str) -> AccountKind {
        let account = account.to_ascii_lowercase();
        let name = account.rsplit('\\').next().unwrap_or_default();
        if account.starts_with("iis apppool\\") {
            AccountKind::Pool
        } else if matches!(name, "containeruser" | "containeradministrator") {
            AccountKind::Container
        } else if account.starts_with("nt service\\")
            || matches!(name, "local service" | "network service")
            || name.ends_with('$')
        {
            AccountKind::Service
        } else if account == "nt authority\\system" {
            AccountKind::System
        } else {
            AccountKind::Other
        }
    }

    fn of_path(path: &str) -> AccountKind {
        let path = path.to_ascii_lowercase();
        let has = |part: &str| path.contains(part);
        if has("\\s-1-5-82-") {
            AccountKind::Pool
        } else if has("\\s-1-5-93-2-") || has("\\users\\containeruser\\") {
            AccountKind::Container
        } else if has("\\s-1-5-80-") || has("\\s-1-5-19\\") || has("\\s-1-5-20\\") {
            AccountKind::Service
        } else {
            AccountKind::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_by_name_and_by_sid() {
        use AccountKind::*;
        const PLAIN: &str =
            r"C:\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-1-2-3-1001";
        const POOL: &str = r"C:\x\Microsoft\Crypto\RSA\S-1-5-82-1-2-3-4-5";
        for (account, path, want) in [
            (Some(r"IIS APPPOOL\Shop"), PLAIN, Pool),
            (None, POOL, Pool),
            (Some(r"NT AUTHORITY\SYSTEM"), POOL, Pool),
            (Some(r"NT AUTHORITY\SYSTEM"), PLAIN, System),
            (Some(r"NT SERVICE\AcmeRelay"), PLAIN, Service),
            (Some(r"CONTOSO\gmsaWeb$"), PLAIN, Service),
            (Some(r"nt authority\network service"), PLAIN, Service),
            (Some(r"User Manager\ContainerUser"), PLAIN, Container),
            (None, r"C:\Users\ContainerUser\AppData\Roaming\Microsoft\Crypto\Keys", Container),
            (Some(r"CONTOSO\eva"), PLAIN, Other),
            (None, PLAIN, Other),
        ] {
            let by = Actor { account: account.map(str::to_string), ..Actor::default() };
            assert_eq!(AccountKind::of(&by, path), want, "{account:?} {path}");
        }
    }
}
