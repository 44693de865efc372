//! Containers whose names are established, and who needs them.

use super::KeySystem;
use super::remedies;
use super::usage::{ContainerFeature, ContainerRemedy, ContainerUser, Product};

/// A container that is found on many computers under the same name.
///
/// ```
/// use procmonkey_analysis::{KnownContainer, KeySystem};
///
/// let known = KnownContainer::find("iisWasKey", KeySystem::Capi).unwrap();
/// assert_eq!(known.users[0].service, Some("WAS"));
/// assert!(known.is_of_iis() && known.remedy.is_some());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct KnownContainer {
    /// The name, in its usual case.
    pub name: &'static str,
    /// The key system that keeps it.
    pub provider: KeySystem,
    /// Who uses it, and for what, in one phrase.
    pub owner: &'static str,
    /// The programs and services that use it; empty where they are not known.
    pub users: &'static [ContainerUser],
    /// What it is part of.
    pub feature: ContainerFeature,
    /// What stops working without it for good; `None` where its owner makes a new one
    /// and nothing is lost, or where it is not known.
    pub loss: Option<&'static str>,
    /// What does not work until there is a new one, where nothing is lost for good.
    pub outage: Option<&'static str>,
    /// Who makes a new one without being asked to, and when. It never opens what the
    /// old one encrypted.
    pub renewal: Option<&'static str>,
    /// How Microsoft says that it is made anew; `None` where Microsoft does not.
    pub remedy: Option<ContainerRemedy>,
    /// Which accounts have to get at its file, and how they are given it, as a sentence;
    /// `None` where that is not documented.
    pub rights: Option<&'static str>,
}

const IIS_ADMIN: &[ContainerUser] =
    &[ContainerUser::service("inetinfo.exe", "IISADMIN", "IIS Admin Service")];

const WAS: &[ContainerUser] =
    &[ContainerUser::service("svchost.exe", "WAS", "Windows Process Activation Service")];

const WORKERS: &[ContainerUser] = &[ContainerUser::program("w3wp.exe")];

/// The containers whose file names were confirmed by computing them.
pub const KNOWN_CONTAINERS: [KnownContainer; 13] = [
    KnownContainer {
        name: "Microsoft Internet Information Server",
        provider: KeySystem::Capi,
        owner: "IIS Admin Service (inetinfo.exe): secrets of the metabase",
        users: IIS_ADMIN,
        feature: ContainerFeature::IIS_6,
        loss: Some(
            "the IIS Admin Service stops, because what the metabase holds can no longer be decrypted",
        ),
        outage: None,
        renewal: Some(
            "the IIS Admin Service when it starts; the new one does not open the metabase, and the service ends with 0x80090006",
        ),
        remedy: Some(remedies::METABASE),
        rights: Some(
            "The IIS Admin Service runs as SYSTEM, so SYSTEM has to have full control of this file",
        ),
    },
    KnownContainer {
        name: "MS IIS DCOM Server",
        provider: KeySystem::Capi,
        owner: "IIS Admin Service (inetinfo.exe): remote administration of the metabase",
        users: IIS_ADMIN,
        feature: ContainerFeature::IIS_6,
        loss: Some("remote administration of the metabase"),
        outage: None,
        renewal: None,
        remedy: None,
        rights: Some(
            "The IIS Admin Service runs as SYSTEM, so SYSTEM has to have full control of this file",
        ),
    },
    KnownContainer {
        name: "iisConfigurationKey",
        provider: KeySystem::Capi,
        owner: "IIS 7 and later: secrets under system.webServer (AesProvider)",
        users: WORKERS,
        feature: ContainerFeature::IIS_CONFIGURATION,
        loss: Some("encrypted settings of system.webServer in applicationHost.config"),
        outage: None,
        renewal: None,
        remedy: Some(remedies::CONFIGURATION),
        rights: None,
    },
    KnownContainer {
        name: "iisWasKey",
        provider: KeySystem::Capi,
        owner: "IIS 7 and later: secrets under system.applicationHost",
        users: WAS,
        feature: ContainerFeature::IIS_CONFIGURATION,
        loss: Some("passwords of application pool identities in applicationHost.config"),
        outage: None,
        renewal: None,
        remedy: Some(remedies::WAS),
        rights: Some(
            "The Windows Process Activation Service runs as SYSTEM, so SYSTEM has to have full control of this file; worker processes have no need of it",
        ),
    },
    KnownContainer {
        name: "NetFrameworkConfigurationKey",
        provider: KeySystem::Capi,
        owner: "ASP.NET: default of RsaProtectedConfigurationProvider",
        users: &[ContainerUser::program("w3wp.exe"), ContainerUser::program("aspnet_regiis.exe")],
        feature: ContainerFeature::PROTECTED_CONFIGURATION,
        loss: Some("web.config sections encrypted by aspnet_regiis"),
        outage: None,
        renewal: Some("aspnet_regiis.exe when it encrypts a section"),
        remedy: Some(remedies::ENCRYPTED_SECTIONS),
        rights: Some(
            "An application reads it as the account of its pool; this gives it to a pool, whose name takes the place of DefaultAppPool: `C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\aspnet_regiis.exe -pa NetFrameworkConfigurationKey \"IIS APPPOOL\\DefaultAppPool\"`",
        ),
    },
    KnownContainer {
        name: "TSSecKeySet1",
        provider: KeySystem::Capi,
        owner: "Remote Desktop Services: its self-signed certificate",
        users: &[
            ContainerUser::service("svchost.exe", "TermService", "Remote Desktop Services"),
            ContainerUser::service("svchost.exe", "SessionEnv", "Remote Desktop Configuration"),
        ],
        feature: ContainerFeature::REMOTE_DESKTOP,
        loss: None,
        outage: Some("connections by Remote Desktop fail (events 1057 and 1058, Schannel 36870)"),
        renewal: Some(
            "Remote Desktop Configuration with the next self-signed certificate, once the one that needs the lost key is gone",
        ),
        remedy: Some(remedies::REMOTE_DESKTOP),
        rights: Some(
            "SYSTEM has to have full control of this file, and NETWORK SERVICE, as which Remote Desktop Services runs, has to be able to read it",
        ),
    },
    KnownContainer {
        name: "WMSvc Certificate Key Container",
        provider: KeySystem::Capi,
        owner: "IIS Web Management Service: its certificate",
        users: &[ContainerUser::service("wmsvc.exe", "WMSVC", "Web Management Service")],
        feature: ContainerFeature::IIS_MANAGEMENT,
        loss: None,
        outage: Some("IIS Manager of another computer cannot connect"),
        renewal: None,
        remedy: None,
        rights: None,
    },
    KnownContainer {
        name: "SMS",
        provider: KeySystem::Capi,
        owner: "Configuration Manager client (CcmExec)",
        users: &[ContainerUser::service("CcmExec.exe", "CcmExec", "SMS Agent Host")],
        feature: ContainerFeature::CONFIGURATION_MANAGER,
        loss: None,
        outage: None,
        renewal: None,
        remedy: None,
        rights: None,
    },
    KnownContainer {
        name: "Container",
        provider: KeySystem::Capi,
        owner: "the sample name of KB 238187, copied into real programs",
        users: &[],
        feature: ContainerFeature::UNKNOWN,
        loss: None,
        outage: None,
        renewal: None,
        remedy: None,
        rights: None,
    },
    KnownContainer {
        name: "iisCngConfigurationKey",
        provider: KeySystem::Cng,
        owner: "IIS 7 and later: secrets under system.webServer (IISCngProvider)",
        users: WORKERS,
        feature: ContainerFeature::IIS_CONFIGURATION,
        loss: Some("encrypted settings of system.webServer in applicationHost.config"),
        outage: None,
        renewal: None,
        remedy: None,
        rights: None,
    },
    KnownContainer {
        name: "iisCngWasKey",
        provider: KeySystem::Cng,
        owner: "IIS 7 and later: secrets under system.applicationHost (IISWASOnlyCngProvider)",
        users: WAS,
        feature: ContainerFeature::IIS_CONFIGURATION,
        loss: Some("passwords of application pool identities in applicationHost.config"),
        outage: None,
        renewal: None,
        remedy: None,
        rights: None,
    },
    KnownContainer {
        name: "Google Chromekey1",
        provider: KeySystem::Cng,
        owner: "Google Chrome: app-bound encryption",
        users: &[ContainerUser::service(
            "elevation_service.exe",
            "GoogleChromeElevationService",
            "Google Chrome Elevation Service",
        )],
        feature: ContainerFeature::CHROME,
        loss: None,
        outage: None,
        renewal: None,
        remedy: None,
        rights: None,
    },
    KnownContainer {
        name: "Microsoft Connected Devices Platform device certificate",
        provider: KeySystem::Cng,
        owner: "Connected Devices Platform; found in almost every profile of Windows 10 and 11",
        users: &[ContainerUser::service(
            "svchost.exe",
            "CDPSvc",
            "Connected Devices Platform Service",
        )],
        feature: ContainerFeature::CONNECTED_DEVICES,
        loss: None,
        outage: None,
        renewal: None,
        remedy: None,
        rights: None,
    },
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

    /// Whether it is part of IIS, so that the configuration of IIS is concerned. ASP.NET
    /// is not: its sections stand in web.config files.
    pub fn is_of_iis(&self) -> bool {
        self.feature.product == Product::Iis
    }

    /// The services that use it, by the names that commands take.
    ///
    /// ```
    /// use procmonkey_analysis::{KnownContainer, KeySystem};
    ///
    /// let known = KnownContainer::find("TSSecKeySet1", KeySystem::Capi).unwrap();
    /// assert!(known.services().eq(["TermService", "SessionEnv"]));
    /// ```
    pub fn services(&self) -> impl Iterator<Item = &'static str> {
        self.users.iter().filter_map(|user| user.service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_part_of_iis_is_told_from_what_is_not() {
        let of_iis = KNOWN_CONTAINERS.iter().filter(|known| known.is_of_iis());
        let names: Vec<&str> = of_iis.map(|known| known.name).collect();
        let expected = [
            "Microsoft Internet Information Server",
            "MS IIS DCOM Server",
            "iisConfigurationKey",
            "iisWasKey",
            "WMSvc Certificate Key Container",
            "iisCngConfigurationKey",
            "iisCngWasKey",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn each_container_of_iis_names_the_feature_that_it_is() {
        for (name, feature) in [
            ("Microsoft Internet Information Server", "Web-Metabase"),
            // It belongs to WAS of IIS 7 and later, not to the compatibility with IIS 6.
            ("iisWasKey", "Web-Server"),
            ("iisConfigurationKey", "Web-Server"),
            ("WMSvc Certificate Key Container", "Web-Mgmt-Service"),
        ] {
            let known = KnownContainer::find(name, KeySystem::Capi).unwrap();
            assert_eq!(known.feature.windows_feature, Some(feature), "{name}");
        }
    }

    #[test]
    fn services_are_named_as_commands_take_them() {
        for (name, provider, services) in [
            ("Microsoft Internet Information Server", KeySystem::Capi, &["IISADMIN"][..]),
            ("MS IIS DCOM Server", KeySystem::Capi, &["IISADMIN"]),
            ("iisWasKey", KeySystem::Capi, &["WAS"]),
            ("iisCngWasKey", KeySystem::Cng, &["WAS"]),
            ("TSSecKeySet1", KeySystem::Capi, &["TermService", "SessionEnv"]),
            ("WMSvc Certificate Key Container", KeySystem::Capi, &["WMSVC"]),
            ("SMS", KeySystem::Capi, &["CcmExec"]),
            ("Container", KeySystem::Capi, &[]),
        ] {
            let known = KnownContainer::find(name, provider).unwrap();
            assert!(known.services().eq(services.iter().copied()), "{name}");
        }
    }

    #[test]
    fn nothing_is_both_lost_for_good_and_renewed() {
        for known in &KNOWN_CONTAINERS {
            assert!(known.loss.is_none() || known.outage.is_none(), "{}", known.name);
        }
    }

    #[test]
    fn no_two_rows_are_of_one_container() {
        for (place, known) in KNOWN_CONTAINERS.iter().enumerate() {
            let found = KnownContainer::find(&known.name.to_uppercase(), known.provider);
            assert_eq!(found, Some(&KNOWN_CONTAINERS[place]));
        }
    }

    #[test]
    fn a_remedy_begins_with_the_backup_where_something_is_lost() {
        for known in &KNOWN_CONTAINERS {
            let Some(remedy) = known.remedy else { continue };
            let first = remedy.steps[0];
            let read_only = first.command.is_some_and(|command| command.starts_with("reg query "));
            let safe = first.text.contains("backup") || (known.loss.is_none() && read_only);
            assert!(safe, "{}", known.name);
        }
    }

    #[test]
    fn a_remedy_cites_a_page_of_microsoft() {
        for remedy in KNOWN_CONTAINERS.iter().filter_map(|known| known.remedy) {
            let address = remedy.source.strip_prefix("https://").unwrap();
            let host = address.split('/').next().unwrap();
            assert!(host.ends_with(".microsoft.com"), "{host}");
        }
    }

    #[test]
    fn commands_can_be_pasted_and_delete_nothing() {
        let remedies = KNOWN_CONTAINERS.iter().filter_map(|known| known.remedy);
        let steps: Vec<_> = remedies.flat_map(|remedy| remedy.steps).collect();
        for step in &steps {
            assert!(!step.text.ends_with('.') && step.text.starts_with(char::is_uppercase));
        }
        let commands: Vec<&str> = steps.iter().filter_map(|step| step.command).collect();
        assert!(!commands.is_empty());
        for command in commands {
            let lower = command.to_lowercase();
            // cmd.exe and PowerShell have to understand it alike.
            assert!(!command.contains(['\n', '%', '$', '<', '>']), "{command}");
            assert!(!lower.contains("\\device\\"), "{command}");
            for word in ["del ", "rd ", "rmdir", "remove-", "takeown", "icacls", "reg add", "-pz"] {
                assert!(!lower.contains(word), "{command}");
            }
        }
    }
}
