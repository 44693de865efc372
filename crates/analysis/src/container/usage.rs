//! Who uses a container, what it is part of, and how a new one is made.

/// A program that uses a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ContainerUser {
    /// The file name of the program, such as `inetinfo.exe`. The files of CNG keys are
    /// opened by lsass.exe on its behalf.
    pub program: &'static str,
    /// The service that it runs, by the name that commands take; `None` for a program
    /// that is not a service.
    pub service: Option<&'static str>,
    /// The name of the service in the list of services.
    pub display_name: Option<&'static str>,
}

/// Whose product a feature belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Product {
    /// Internet Information Services, of whichever version.
    Iis,
    /// The .NET Framework, with ASP.NET.
    DotNet,
    /// Windows itself.
    Windows,
    /// Something that is installed on Windows.
    Other,
}

/// The part of a product that a container belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ContainerFeature {
    /// What administrators call it.
    pub name: &'static str,
    /// The product that it is part of.
    pub product: Product,
    /// Its name among the features of Windows Server, as `Get-WindowsFeature` lists it.
    pub windows_feature: Option<&'static str>,
}

/// The way to a new container that Microsoft describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ContainerRemedy {
    /// What to do, in order. The first step that is possible is the one that loses
    /// least.
    pub steps: &'static [RemedyStep],
    /// What is not as before afterwards, where the file could not be restored.
    pub afterwards: &'static str,
    /// The page on which Microsoft describes it.
    pub source: &'static str,
}

/// A step of a remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RemedyStep {
    /// What to do, without the full stop.
    pub text: &'static str,
    /// The command that does it, to be pasted in one line; `None` where there is no
    /// command, or where a person has to look what is concerned.
    pub command: Option<&'static str>,
}

impl ContainerFeature {
    pub(super) const IIS_6: ContainerFeature = ContainerFeature {
        name: "IIS 6, or IIS 6 Metabase Compatibility of later versions",
        product: Product::Iis,
        windows_feature: Some("Web-Metabase"),
    };
    pub(super) const IIS_CONFIGURATION: ContainerFeature = ContainerFeature {
        name: "encrypted settings of IIS 7 and later (applicationHost.config)",
        product: Product::Iis,
        windows_feature: Some("Web-Server"),
    };
    pub(super) const PROTECTED_CONFIGURATION: ContainerFeature = ContainerFeature {
        name: "Protected Configuration of the .NET Framework",
        product: Product::DotNet,
        windows_feature: None,
    };
    pub(super) const REMOTE_DESKTOP: ContainerFeature = ContainerFeature {
        name: "Remote Desktop Services",
        product: Product::Windows,
        windows_feature: None,
    };
    pub(super) const IIS_MANAGEMENT: ContainerFeature = ContainerFeature {
        name: "IIS Management Service",
        product: Product::Iis,
        windows_feature: Some("Web-Mgmt-Service"),
    };
    pub(super) const CONFIGURATION_MANAGER: ContainerFeature = ContainerFeature {
        name: "client of Microsoft Configuration Manager",
        product: Product::Other,
        windows_feature: None,
    };
    pub(super) const CONNECTED_DEVICES: ContainerFeature = ContainerFeature {
        name: "Connected Devices Platform",
        product: Product::Windows,
        windows_feature: None,
    };
    pub(super) const CHROME: ContainerFeature =
        ContainerFeature { name: "Google Chrome", product: Product::Other, windows_feature: None };
    pub(super) const UNKNOWN: ContainerFeature = ContainerFeature {
        name: "programs that copied the name from an article",
        product: Product::Other,
        windows_feature: None,
    };
}

impl ContainerUser {
    pub(super) const fn program(program: &'static str) -> ContainerUser {
        ContainerUser { program, service: None, display_name: None }
    }

    pub(super) const fn service(
        program: &'static str,
        service: &'static str,
        display_name: &'static str,
    ) -> ContainerUser {
        ContainerUser { program, service: Some(service), display_name: Some(display_name) }
    }
}

impl RemedyStep {
    pub(super) const fn by_hand(text: &'static str) -> RemedyStep {
        RemedyStep { text, command: None }
    }

    pub(super) const fn by_command(text: &'static str, command: &'static str) -> RemedyStep {
        RemedyStep { text, command: Some(command) }
    }
}
