//! Whether a path has to do with keys, decided at little cost.

use super::ends_with_ignore_case;

/// What a path may have to do with keys, decided without taking it apart. It is asked
/// for every event of every process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathKind {
    /// Below `Microsoft\Crypto`, or that folder.
    Crypto,
    /// A master key of DPAPI, the computer's or a user's, or a folder of them, or of those
    /// folders.
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

impl PathKind {
    pub(super) fn of(path: &str) -> PathKind {
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
                        return PathKind::Crypto;
                    }
                    if begins(at, b"\\control\\cryptography\\providers\\") {
                        return PathKind::CngProviders;
                    }
                    if begins(at, b"\\cryptography\\defaults\\provider") {
                        return PathKind::Providers;
                    }
                }
                Some(b'p' | b'P') if begins(at, b"\\protect\\s-1-") => {
                    return PathKind::MasterKeys;
                }
                Some(b'n' | b'N')
                    if begins(at, b"\\ngc") && matches!(bytes.get(at + 4), None | Some(b'\\')) =>
                {
                    return PathKind::Hello;
                }
                _ => {}
            }
        }
        match () {
            () if ends_with_ignore_case(path, "\\rsaenh.dll") => PathKind::ProviderDll,
            () if ends_with_ignore_case(path, "\\Microsoft\\Protect") => PathKind::MasterKeys,
            () => PathKind::Elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_recognised_by_whole_components() {
        for (path, want) in [
            (r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\x", PathKind::Crypto),
            (r"c:\programdata\microsoft\CRYPTO", PathKind::Crypto),
            (r"C:\Windows\System32\Microsoft\Protect\S-1-5-18\User", PathKind::MasterKeys),
            (
                r"C:\Users\eva\AppData\Roaming\Microsoft\Protect\S-1-5-21-1-2\x",
                PathKind::MasterKeys,
            ),
            (r"C:\Users\eva\AppData\Roaming\Microsoft\Protect\CREDHIST", PathKind::Elsewhere),
            (r"C:\Windows\System32\Microsoft\Protect", PathKind::MasterKeys),
            (r"C:\Tools\Protect", PathKind::Elsewhere),
            (r"C:\Windows\x\AppData\Local\Microsoft\Ngc", PathKind::Hello),
            (r"C:\Windows\x\AppData\Local\Microsoft\Ngc\{1}\1.dat", PathKind::Hello),
            (r"C:\Windows\System32\ngcrecovery.dll", PathKind::Elsewhere),
            (
                r"HKLM\System\CurrentControlSet\Control\Cryptography\Providers\Acme",
                PathKind::CngProviders,
            ),
            (r"HKLM\System\CurrentControlSet\Control\Cryptography\Providers", PathKind::Elsewhere),
            (r"HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider Types", PathKind::Providers),
            (r"C:\Windows\System32\rsaenh.dll", PathKind::ProviderDll),
            (r"C:\Windows\System32\cryptsp.dll", PathKind::Elsewhere),
            (r"HKLM\SOFTWARE\Microsoft\Cryptography", PathKind::Elsewhere),
            (r"C:\Program Files\CryptoTool\x", PathKind::Elsewhere),
        ] {
            assert_eq!(PathKind::of(path), want, "{path}");
        }
    }
}
