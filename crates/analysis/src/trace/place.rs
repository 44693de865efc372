//! Tells cheaply whether a path has to do with keys.

use super::ends_with_ignore_case;

/// What a path may have to do with keys, told without taking it apart. It is asked
/// for every event of every process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Below `Microsoft\Crypto`, or that folder.
    Crypto,
    /// A master key of DPAPI, the computer's or a user's, or a folder of them.
    MasterKeys,
    /// A key of Windows Hello.
    Hello,
    /// The registry keys of crypto providers.
    Providers,
    /// The registry keys of the providers of CNG.
    CngProviders,
    /// The crypto provider's DLL.
    ProviderDll,
    /// None of these.
    Elsewhere,
}

impl Place {
    pub(super) fn of(path: &str) -> Place {
        let bytes = path.as_bytes();
        let begins = |at: usize, with: &[u8]| {
            bytes.get(at..at + with.len()).is_some_and(|part| part.eq_ignore_ascii_case(with))
        };
        for at in memchr::memchr_iter(b'\\', bytes) {
            match bytes.get(at + 1) {
                Some(b'c' | b'C') => {
                    if begins(at, b"\\crypto")
                        && matches!(bytes.get(at + 7), None | Some(b'\\' | b'/'))
                    {
                        return Place::Crypto;
                    }
                    if begins(at, b"\\control\\cryptography\\providers\\") {
                        return Place::CngProviders;
                    }
                    if begins(at, b"\\cryptography\\defaults\\provider") {
                        return Place::Providers;
                    }
                }
                Some(b'p' | b'P') if begins(at, b"\\protect\\s-1-") => {
                    return Place::MasterKeys;
                }
                Some(b'n' | b'N')
                    if begins(at, b"\\ngc") && matches!(bytes.get(at + 4), None | Some(b'\\')) =>
                {
                    return Place::Hello;
                }
                _ => {}
            }
        }
        match ends_with_ignore_case(path, "\\rsaenh.dll") {
            true => Place::ProviderDll,
            false => Place::Elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_whole_components() {
        for (path, want) in [
            (r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\x", Place::Crypto),
            (r"c:\programdata\microsoft\CRYPTO", Place::Crypto),
            (r"C:\Windows\System32\Microsoft\Protect\S-1-5-18\User", Place::MasterKeys),
            (r"C:\Users\eva\AppData\Roaming\Microsoft\Protect\S-1-5-21-1-2\x", Place::MasterKeys),
            (r"C:\Users\eva\AppData\Roaming\Microsoft\Protect\CREDHIST", Place::Elsewhere),
            (r"C:\Windows\x\AppData\Local\Microsoft\Ngc", Place::Hello),
            (r"C:\Windows\x\AppData\Local\Microsoft\Ngc\{1}\1.dat", Place::Hello),
            (r"C:\Windows\System32\ngcrecovery.dll", Place::Elsewhere),
            (
                r"HKLM\System\CurrentControlSet\Control\Cryptography\Providers\Acme",
                Place::CngProviders,
            ),
            (r"HKLM\System\CurrentControlSet\Control\Cryptography\Providers", Place::Elsewhere),
            (r"HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider Types", Place::Providers),
            (r"C:\Windows\System32\rsaenh.dll", Place::ProviderDll),
            (r"C:\Windows\System32\cryptsp.dll", Place::Elsewhere),
            (r"HKLM\SOFTWARE\Microsoft\Cryptography", Place::Elsewhere),
            (r"C:\Program Files\CryptoTool\x", Place::Elsewhere),
        ] {
            assert_eq!(Place::of(path), want, "{path}");
        }
    }
}
