//! Containers whose names are established, and who needs them.

use super::KeySystem;

/// A container that is found on many computers under the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownContainer {
    /// The name, in its usual case.
    pub name: &'static str,
    /// The key system that keeps it.
    pub provider: KeySystem,
    /// Who uses it, and for what.
    pub owner: &'static str,
    /// What stops working without it; `None` where its owner makes a new one and
    /// nothing is lost.
    pub loss: Option<&'static str>,
}

const fn capi(
    name: &'static str,
    owner: &'static str,
    loss: Option<&'static str>,
) -> KnownContainer {
    KnownContainer { name, provider: KeySystem::Capi, owner, loss }
}

const fn cng(
    name: &'static str,
    owner: &'static str,
    loss: Option<&'static str>,
) -> KnownContainer {
    KnownContainer { name, provider: KeySystem::Cng, owner, loss }
}

/// The containers whose file names were confirmed by computing them.
pub const KNOWN_CONTAINERS: [KnownContainer; 13] = [
    capi(
        "Microsoft Internet Information Server",
        "IIS Admin Service (inetinfo.exe): secrets of the metabase",
        Some(
            "the IIS Admin Service stops, because what the metabase holds can no longer be decrypted",
        ),
    ),
    capi(
        "MS IIS DCOM Server",
        "IIS Admin Service (inetinfo.exe): remote administration of the metabase",
        Some("remote administration of the metabase"),
    ),
    capi(
        "iisConfigurationKey",
        "IIS 7 and later: secrets under system.webServer (AesProvider)",
        Some("encrypted settings of system.webServer in applicationHost.config"),
    ),
    capi(
        "iisWasKey",
        "IIS 7 and later: secrets under system.applicationHost",
        Some("passwords of application pool identities in applicationHost.config"),
    ),
    capi(
        "NetFrameworkConfigurationKey",
        "ASP.NET: default of RsaProtectedConfigurationProvider",
        Some("web.config sections encrypted by aspnet_regiis"),
    ),
    capi("TSSecKeySet1", "Remote Desktop Services: its self-signed certificate", None),
    capi("WMSvc Certificate Key Container", "IIS Web Management Service: its certificate", None),
    capi("SMS", "Configuration Manager client (CcmExec)", None),
    capi("Container", "the sample name of KB 238187, copied into real programs", None),
    cng(
        "iisCngConfigurationKey",
        "IIS 7 and later: secrets under system.webServer (IISCngProvider)",
        Some("encrypted settings of system.webServer in applicationHost.config"),
    ),
    cng(
        "iisCngWasKey",
        "IIS 7 and later: secrets under system.applicationHost (IISWASOnlyCngProvider)",
        Some("passwords of application pool identities in applicationHost.config"),
    ),
    cng("Google Chromekey1", "Google Chrome: app-bound encryption", None),
    cng(
        "Microsoft Connected Devices Platform device certificate",
        "Connected Devices Platform; found in almost every profile of Windows 10 and 11",
        None,
    ),
];

impl KnownContainer {
    /// The known container of this name, compared without case.
    pub fn find(name: &str, provider: KeySystem) -> Option<&'static KnownContainer> {
        KNOWN_CONTAINERS
            .iter()
            .find(|known| known.provider == provider && known.name.eq_ignore_ascii_case(name))
    }

    /// The known container of this name, of either key system. CNG programs look for
    /// CAPI containers of IIS, too, so the CAPI one comes first.
    pub(crate) fn find_any(name: &str) -> Option<&'static KnownContainer> {
        let capi = KnownContainer::find(name, KeySystem::Capi);
        capi.or_else(|| KnownContainer::find(name, KeySystem::Cng))
    }
}
