//! What to copy before anything is changed: the folders that hold the keys, and the configuration
//! of IIS where IIS is concerned.

use super::definition::BACK_UP_FIRST;
use crate::container::KnownContainer;
use crate::key_file::shell_folder;
use crate::report::{Finding, Report};

const BACK_UP_FIRST_WITH_IIS: &str = "First copy the MachineKeys folder, System32\\Microsoft\\Protect and the \
     IIS configuration, and export HKLM\\SOFTWARE\\Microsoft\\Cryptography.";

/// Programs of IIS.
const OF_IIS: [&str; 4] = ["inetinfo.exe", "w3wp.exe", "iissetup.exe", "wmsvc.exe"];

/// The folder that is meant where nothing shows another one.
const USUAL: &str = "the MachineKeys folder";

/// Names the folder that holds the keys of the finding, where it is another one than MachineKeys.
pub(super) fn fit_to_folder(report: &Report, finding: &mut Finding) {
    let cites = |capture: usize, event: u64| {
        finding.evidence.iter().any(|it| it.capture == capture && it.events.contains(&event))
    };
    let files = report.touches.files.iter();
    let cited = files.filter(|access| access.events().any(|it| cites(access.by.capture, it)));
    let mut folders: Vec<String> = cited.filter_map(|it| shell_folder(&it.path)).collect();
    folders.sort_by_key(|folder| folder.to_lowercase());
    folders.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    if folders.len() == 1
        && finding.remedy.starts_with("First copy the MachineKeys folder")
        && !folders[0].to_ascii_lowercase().ends_with("machinekeys")
    {
        finding.remedy = finding.remedy.replacen(USUAL, &format!("the folder {}", folders[0]), 1);
    }
}

/// Adds the configuration of IIS to what is to be copied, where the finding concerns IIS.
pub(super) fn fit_to_iis(report: &Report, finding: &mut Finding) {
    if finding.remedy.starts_with(BACK_UP_FIRST) && concerns_iis(report, finding) {
        finding.remedy.replace_range(..BACK_UP_FIRST.len(), BACK_UP_FIRST_WITH_IIS);
    }
}

/// Whether a process or a container of IIS is in the evidence.
pub(crate) fn concerns_iis(report: &Report, finding: &Finding) -> bool {
    let mut processes = finding.processes.iter().filter_map(|index| report.processes.get(*index));
    let is_program = processes.any(|process| {
        let name = process.name.as_deref().unwrap_or_default();
        OF_IIS.iter().any(|known| name.eq_ignore_ascii_case(known))
    });
    let cites = |capture: usize, event: u64| {
        finding.evidence.iter().any(|it| it.capture == capture && it.events.contains(&event))
    };
    let is_known = |container: Option<&str>| {
        container.and_then(KnownContainer::find_any).is_some_and(|known| known.is_of_iis())
    };
    // MachineGuid concerns every container.
    let cites_all = ["MK-01", "MK-02", "MK-23"].contains(&&*finding.signature);
    is_program
        || report.touches.files.iter().any(|access| {
            is_known(access.container.as_deref())
                && access.events().any(|event| cites(access.by.capture, event))
        })
        || report.key_files.iter().any(|file| {
            let mut shown = file.listed_by.iter().chain([&file.first_event]);
            is_known(file.container.as_deref())
                && (cites_all || shown.any(|event| cites(file.capture, *event)))
        })
}
