//! How Microsoft says that lost containers are made anew.
//!
//! Where something is lost with the file, the file from a backup stands first.

use super::usage::{ContainerRemedy, RemedyStep};

const RESTORE: RemedyStep = RemedyStep::by_hand(
    "Look for the key file in a backup of this installation of Windows: only that file opens what was encrypted with it. The file of another computer does not",
);

/// Of the container that the metabase is encrypted with.
pub(super) const METABASE: ContainerRemedy = ContainerRemedy {
    steps: &[
        RESTORE,
        RemedyStep::by_hand(
            "Without a backup, copy the MachineKeys folder and C:\\Windows\\System32\\inetsrv aside",
        ),
        RemedyStep::by_hand(
            "Move a key file that the IIS Admin Service has made since out of the MachineKeys folder",
        ),
        RemedyStep::by_hand(
            "Remove the feature IIS 6 Metabase Compatibility (on Windows Server 2003: IIS) and restart the computer. What depends on it goes too, such as SMTP Server with its settings",
        ),
        RemedyStep::by_hand("Add the feature again, and what depended on it"),
    ],
    afterwards: "the settings and secrets of the metabase have to be entered again",
    source: "https://techcommunity.microsoft.com/blog/iis-support-blog/error-2146893818-event-7024-invalid-signature/1074715",
};

/// Of iisWasKey.
pub(super) const WAS: ContainerRemedy = ContainerRemedy {
    steps: &[
        RESTORE,
        RemedyStep::by_command(
            "Or import the container, where it was exported from this computer or from one that shares its configuration, here to C:\\iisWasKey.xml",
            "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\aspnet_regiis.exe -pi iisWasKey C:\\iisWasKey.xml",
        ),
        COPY_CONFIGURATION,
        EMPTY_PROVIDERS,
        SHARED_LIBRARIES,
    ],
    afterwards: IIS_AFTERWARDS,
    source: IIS_SOURCE,
};

/// Of iisConfigurationKey.
pub(super) const CONFIGURATION: ContainerRemedy = ContainerRemedy {
    steps: &[
        RESTORE,
        RemedyStep::by_command(
            "Or import the container, where it was exported from this computer or from one that shares its configuration, here to C:\\iisConfigurationKey.xml",
            "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\aspnet_regiis.exe -pi iisConfigurationKey C:\\iisConfigurationKey.xml",
        ),
        COPY_CONFIGURATION,
        EMPTY_PROVIDERS,
        SHARED_LIBRARIES,
    ],
    afterwards: IIS_AFTERWARDS,
    source: IIS_SOURCE,
};

const COPY_CONFIGURATION: RemedyStep = RemedyStep::by_hand(
    "Without either, copy applicationHost.config aside, and move the key files of iisWasKey and iisConfigurationKey that are left out of the MachineKeys folder",
);

const EMPTY_PROVIDERS: RemedyStep = RemedyStep::by_hand(
    "Empty the element providers of the section configProtectedData in applicationHost.config: it holds session keys that only the old containers open",
);

const SHARED_LIBRARIES: RemedyStep = RemedyStep::by_command(
    "Let IIS make both containers and the providers anew",
    "C:\\Windows\\System32\\inetsrv\\iissetup.exe /install SharedLibraries",
);

const IIS_AFTERWARDS: &str = "every encrypted setting of applicationHost.config has to be entered again, such as the passwords of application pools and virtual directories";

const IIS_SOURCE: &str = "https://techcommunity.microsoft.com/t5/iis-support-blog/keyset-does-not-exist-exception-from-hresult-0x8009000d-or-or/ba-p/342955";

/// Of the container of encrypted sections of web.config.
pub(super) const ENCRYPTED_SECTIONS: ContainerRemedy = ContainerRemedy {
    steps: &[
        RESTORE,
        RemedyStep::by_command(
            "Or import the container, where it was exported from this computer or from another of its web farm, here to C:\\keys.xml",
            "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\aspnet_regiis.exe -pi NetFrameworkConfigurationKey C:\\keys.xml",
        ),
        RemedyStep::by_command(
            "Without either, make a new container",
            "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\aspnet_regiis.exe -pc NetFrameworkConfigurationKey -exp",
        ),
        RemedyStep::by_command(
            "Let the account of each application read it; the name stands for its pool",
            "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\aspnet_regiis.exe -pa NetFrameworkConfigurationKey \"IIS APPPOOL\\DefaultAppPool\"",
        ),
    ],
    afterwards: "a new container does not open sections that the lost one encrypted: write them in plain text, then encrypt them again",
    source: "https://learn.microsoft.com/previous-versions/aspnet/yxw286t2(v=vs.100)",
};

/// Of the self-signed certificate of Remote Desktop.
pub(super) const REMOTE_DESKTOP: ContainerRemedy = ContainerRemedy {
    steps: &[
        RemedyStep::by_command(
            "See whether a certificate of your own is set: then this container is not what Remote Desktop uses",
            "reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v SSLCertificateSHA1Hash",
        ),
        RemedyStep::by_hand(
            "Delete the self-signed certificate of this computer in certlm.msc, Remote Desktop, Certificates",
        ),
        RemedyStep::by_command("Stop the service that makes a new one", "net stop SessionEnv"),
        RemedyStep::by_command("Start it again", "net start SessionEnv"),
    ],
    afterwards: "clients are warned of a certificate that they do not know",
    source: "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/event-id-troubleshoot-vm-rdp-connecton",
};
