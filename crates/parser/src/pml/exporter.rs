//! Which generation of Procmon makes the texts.

use std::str::FromStr;

use crate::model::{Error, Module};

/// A generation of Procmon, which decides the form of texts. Newer ones write directory
/// listings differently and know more information classes.
///
/// A listing begins with the filter, if there is one. Each entry is numbered by its place
/// in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Exporter {
    /// Up to 3.4: a listing has the filter and the entries.
    V3_4,
    /// 3.5 to 3.60: the same, but the third item of the list is overwritten by the
    /// information class, so one entry is lost.
    V3_60,
    /// From 3.61 on: a listing has the information class, the filter and the entries.
    V3_61,
}

impl Exporter {
    /// The versions of Procmon in this generation.
    pub fn name(self) -> &'static str {
        match self {
            Exporter::V3_4 => "up to 3.4",
            Exporter::V3_60 => "3.5 to 3.60",
            Exporter::V3_61 => "3.61 or later",
        }
    }

    /// The generation of a version: 352 is 3.52.
    fn of_version(number: u32) -> Exporter {
        match number {
            ..350 => Exporter::V3_4,
            350..=360 => Exporter::V3_60,
            _ => Exporter::V3_61,
        }
    }
}

/// Reads a version of Procmon, such as `3.52`, `3.4` or `4.01`.
///
/// ```
/// use procmonkey_parser::pml::Exporter;
///
/// assert_eq!("3.52".parse::<Exporter>()?, Exporter::V3_60);
/// assert_eq!("4".parse::<Exporter>()?, Exporter::V3_61);
/// assert!("newest".parse::<Exporter>().is_err());
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
impl FromStr for Exporter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Exporter, Error> {
        let version = text.trim().trim_start_matches(['v', 'V']);
        number(version).map(Exporter::of_version).ok_or_else(|| {
            Error::invalid_value(format!(
                "`{text}` is not a version of Procmon; write it as 3.52 or 4.01"
            ))
        })
    }
}

/// Finds out the generation of Procmon from the modules in the capture.
///
/// A PML file does not record which Procmon wrote it. But the program or its driver is
/// usually among the loaded modules, with its version:
///
/// * the version of a program called "Process Monitor" decides;
/// * without the program, its driver decides: drivers before `PROCMON24.SYS` belong to
///   versions before 3.5, and driver version 3.51 belongs to versions 3.5x and 3.60;
/// * without either, a newer version is assumed, except for format version 7, which only
///   old versions write.
///
/// The program that exports can be newer than the one that recorded; then the caller has
/// to set the generation.
pub(crate) fn detect(version: u32, modules: impl Iterator<Item = Module>) -> Exporter {
    if version < 9 {
        return Exporter::V3_4;
    }
    let mut driver = None;
    for module in modules {
        if let Some(layout) = by_program(&module) {
            return layout;
        }
        driver = driver.or_else(|| by_driver(&module));
    }
    driver.unwrap_or(Exporter::V3_61)
}

/// Whether a module is Procmon or its driver, whose version decides the form of texts.
pub(crate) fn is_of_procmon(module: &Module) -> bool {
    by_program(module).or_else(|| by_driver(module)).is_some()
}

fn by_program(module: &Module) -> Option<Exporter> {
    if module.description != "Process Monitor" {
        return None;
    }
    number(&module.version).map(Exporter::of_version)
}

fn by_driver(module: &Module) -> Option<Exporter> {
    let file = module.path.rsplit('\\').next()?.to_ascii_lowercase();
    let generation: u32 = file.strip_prefix("procmon")?.strip_suffix(".sys")?.parse().ok()?;
    if generation < 24 {
        return Some(Exporter::V3_4);
    }
    Some(match number(&module.version)? {
        ..=360 => Exporter::V3_60,
        _ => Exporter::V3_61,
    })
}

/// The version as a number: 3.51 as 351, 3.4 as 340, 3.61.0.0 as 361.
fn number(version: &str) -> Option<u32> {
    let mut parts = version.split('.');
    let major: u32 = parts.next()?.trim().parse().ok()?;
    let minor = parts.next().unwrap_or("0").trim();
    let digits: u32 = minor.parse().ok()?;
    let minor = if minor.len() == 1 { digits * 10 } else { digits };
    major.checked_mul(100)?.checked_add(minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str, version: &str, description: &str) -> Module {
        Module {
            base: 0,
            size: 0,
            path: path.to_string(),
            version: version.to_string(),
            company: String::new(),
            description: description.to_string(),
            time_stamp: 0,
            loaded: 0,
        }
    }

    #[test]
    fn a_version_is_of_a_generation() {
        for (version, exporter) in [
            ("2.8", Exporter::V3_4),
            ("3.4", Exporter::V3_4),
            ("3.5", Exporter::V3_60),
            ("v3.60", Exporter::V3_60),
            ("3.61", Exporter::V3_61),
            ("3.8", Exporter::V3_61),
            ("4.01", Exporter::V3_61),
        ] {
            assert_eq!(version.parse::<Exporter>().unwrap(), exporter, "{version}");
        }
        for text in ["", "x", "3.x", "-1"] {
            assert!(text.parse::<Exporter>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_program_decides_before_its_driver() {
        let driver = module(r"C:\Windows\system32\Drivers\PROCMON24.SYS", "3.51", "");
        let detect = |modules: &[&Module]| detect(9, modules.iter().map(|&module| module.clone()));
        assert_eq!(detect(&[&driver]), Exporter::V3_60);
        let program = module(r"C:\t\Procmon64.exe", "3.83", "Process Monitor");
        assert_eq!(detect(&[&driver, &program]), Exporter::V3_61);
        let old = module(r"C:\Windows\system32\Drivers\PROCMON23.SYS", "", "");
        assert_eq!(detect(&[&old]), Exporter::V3_4);
        let old = module(r"C:\t\Procmon.exe", "3.4", "Process Monitor");
        assert_eq!(detect(&[&old]), Exporter::V3_4);
        assert_eq!(detect(&[]), Exporter::V3_61);
    }
}
