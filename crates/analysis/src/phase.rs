//! The phases of a service's start, and what marks each of them.

use std::borrow::Cow;

/// A phase in the life of a process, in the order in which inetinfo.exe goes
/// through them. Other processes show some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Phase {
    /// The process is made and its first images are loaded.
    Start,
    /// Its resources: `inetinfo.exe.mui`, or `inetinfo.exe.local` in IIS 6.
    Resources,
    /// Files of `System32\inetsrv`.
    Inetsrv,
    /// The metabase and its schema.
    Configuration,
    /// The crypto provider is loaded and reads MachineGuid.
    CryptoLoad,
    /// Key files are looked for, opened, made.
    KeyFiles,
    /// Sockets and log files: the service works.
    Services,
    /// Threads end, then the process.
    Exit,
}

impl Phase {
    /// A name for people.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Start => "start",
            Phase::Resources => "resources",
            Phase::Inetsrv => "inetsrv",
            Phase::Configuration => "configuration",
            Phase::CryptoLoad => "crypto load",
            Phase::KeyFiles => "key files",
            Phase::Services => "services",
            Phase::Exit => "exit",
        }
    }

    /// All phases, in the order in which inetinfo.exe goes through them.
    pub const ALL: [Phase; 8] = [
        Phase::Start,
        Phase::Resources,
        Phase::Inetsrv,
        Phase::Configuration,
        Phase::CryptoLoad,
        Phase::KeyFiles,
        Phase::Services,
        Phase::Exit,
    ];

    /// What happens in it, in a sentence for people.
    ///
    /// ```
    /// assert!(procmonkey_analysis::Phase::Exit.what().starts_with("The process ends"));
    /// ```
    pub fn what(self) -> &'static str {
        match self {
            Phase::Start => "Windows makes the process and loads its first images.",
            Phase::Resources => "Its texts are looked for in the language of the computer.",
            Phase::Inetsrv => "The modules of IIS are loaded from System32\\inetsrv.",
            Phase::Configuration => "The metabase and its schema are read.",
            Phase::CryptoLoad => "The crypto provider is loaded and reads MachineGuid.",
            Phase::KeyFiles => "Key files are looked for under MachineGuid: opened, or made.",
            Phase::Services => "The service works: it uses sockets and log files.",
            Phase::Exit => "The process ends and closes what it had open.",
        }
    }

    /// The phase that an event marks by itself. Key files are recognised by
    /// [`KeyFile`](crate::KeyFile), the exit by the end of the process.
    pub(crate) fn marked_by(operation: &str, path: PathMark) -> Option<Phase> {
        if operation == "Process Start" {
            return Some(Phase::Start);
        }
        if operation.starts_with("TCP ") || operation.starts_with("UDP ") {
            return Some(Phase::Services);
        }
        let is_load = operation == "Load Image";
        if path.is_first_image && is_load {
            return Some(Phase::Start);
        }
        if path.is_log && path.before_log.is_none() && !is_load {
            return Some(Phase::Services);
        }
        path.before_log.or(path.behind_log)
    }
}

/// What a path says about the phase of an event, whatever its operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PathMark {
    /// One of the first images that a process loads.
    is_first_image: bool,
    /// Below the log files.
    is_log: bool,
    /// The phase that it marks even below the log files.
    before_log: Option<Phase>,
    /// The phase that it marks elsewhere, and an image that is loaded everywhere.
    behind_log: Option<Phase>,
}

impl PathMark {
    pub(crate) fn of(path: &str) -> PathMark {
        let mut buffer = [0; 260];
        let Some(path) = lower(path, &mut buffer) else { return PathMark::default() };
        let Parts { name, in_inetsrv, of_provider, in_log_files, of_metabase } = Parts::of(path);
        let loads_provider =
            matches!(name, "cryptsp.dll" | "rsaenh.dll" | "dssenh.dll" | "bcryptprimitives.dll")
                || of_provider
                || path.ends_with("\\microsoft\\cryptography\\machineguid")
                || path.ends_with("\\microsoft\\cryptography\\offload");
        let names_configuration = matches!(name, "metabase.xml" | "mbschema.xml" | "metabase.bin")
            || path.ends_with("\\inetmgr\\parameters\\metadatafile")
            || (in_inetsrv && of_metabase);
        PathMark {
            is_first_image: matches!(name, "inetinfo.exe" | "ntdll.dll"),
            is_log: in_log_files,
            before_log: match name {
                "inetinfo.exe.mui" | "inetinfo.exe.local" => Some(Phase::Resources),
                _ => loads_provider.then_some(Phase::CryptoLoad),
            },
            behind_log: match () {
                () if names_configuration => Some(Phase::Configuration),
                () => in_inetsrv.then_some(Phase::Inetsrv),
            },
        }
    }
}

/// What the parts of a path say. Each is looked at once, because this is asked for every
/// event of a followed process.
struct Parts<'p> {
    /// The last part.
    name: &'p str,
    in_inetsrv: bool,
    /// Below the registry keys of providers, or of the policies for them.
    of_provider: bool,
    in_log_files: bool,
    /// In a folder of earlier metabases.
    of_metabase: bool,
}

impl<'p> Parts<'p> {
    /// The parts of a path in lower case.
    fn of(path: &'p str) -> Parts<'p> {
        let mut parts = Parts {
            name: path,
            in_inetsrv: false,
            of_provider: false,
            in_log_files: false,
            of_metabase: false,
        };
        for at in memchr::memchr_iter(b'\\', path.as_bytes()) {
            let rest = &path[at + 1..];
            parts.name = rest;
            match rest.as_bytes().first() {
                Some(b's') => parts.in_inetsrv |= rest.starts_with("system32\\inetsrv"),
                Some(b'c') => {
                    parts.of_provider |= rest.starts_with("cryptography\\defaults\\provider");
                }
                Some(b'p') => {
                    parts.of_provider |= rest.starts_with("policies\\microsoft\\cryptography");
                }
                Some(b'l') => parts.in_log_files |= rest.starts_with("logfiles\\"),
                Some(b'h') => parts.of_metabase |= rest.starts_with("history"),
                Some(b'm') => parts.of_metabase |= rest.starts_with("metaback"),
                _ => {}
            }
        }
        parts
    }
}

/// The path in lower case; `None` for one that is too long to mark a phase.
fn lower<'b>(path: &str, buffer: &'b mut [u8; 260]) -> Option<&'b str> {
    let copy = buffer.get_mut(..path.len())?;
    copy.copy_from_slice(path.as_bytes());
    copy.make_ascii_lowercase();
    std::str::from_utf8(copy).ok()
}

/// A phase in words, for every page of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PhaseWords {
    /// The phase.
    pub id: Phase,
    /// Its name for people.
    pub name: Cow<'static, str>,
    /// What happens in it.
    pub what: Cow<'static, str>,
}

impl PhaseWords {
    /// The words of all phases.
    pub(crate) fn all() -> Vec<PhaseWords> {
        let words = |id: Phase| PhaseWords { id, name: id.name().into(), what: id.what().into() };
        Phase::ALL.map(words).into()
    }
}

/// One phase of one process, as the report shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PhaseSpan {
    /// Which phase.
    pub phase: Phase,
    /// Number of the first event that marks it.
    pub first_event: u64,
    /// Number of the last event that marks it.
    pub last_event: u64,
    /// How many events mark it.
    pub events: u64,
    /// When it began, as far as the capture shows it.
    pub time: Option<String>,
    /// When the last event that marks it was, as far as the capture shows it.
    pub last_time: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_recognised_by_operation_and_path() {
        for (operation, path, want) in [
            ("Process Start", "", Some(Phase::Start)),
            (
                "CreateFile",
                r"C:\Windows\System32\inetsrv\en-US\inetinfo.exe.mui",
                Some(Phase::Resources),
            ),
            (
                "CreateFile",
                r"C:\WINDOWS\system32\inetsrv\inetinfo.exe.local",
                Some(Phase::Resources),
            ),
            ("Load Image", r"C:\Windows\System32\inetsrv\iisadmin.dll", Some(Phase::Inetsrv)),
            ("ReadFile", r"C:\Windows\System32\inetsrv\MetaBase.xml", Some(Phase::Configuration)),
            (
                "RegQueryValue",
                r"HKLM\SOFTWARE\Microsoft\INetMgr\Parameters\MetadataFile",
                Some(Phase::Configuration),
            ),
            ("Load Image", r"C:\Windows\System32\rsaenh.dll", Some(Phase::CryptoLoad)),
            (
                "RegQueryValue",
                r"HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider\X\Image Path",
                Some(Phase::CryptoLoad),
            ),
            ("TCP Accept", "WEB01:80 -> CLIENT:50000", Some(Phase::Services)),
            (
                "CreateFile",
                r"C:\inetpub\logs\LogFiles\SMTPSVC1\ex260305.log",
                Some(Phase::Services),
            ),
            ("CreateFile", r"C:\Windows\System32\kernel32.dll", None),
        ] {
            assert_eq!(Phase::marked_by(operation, PathMark::of(path)), want, "{operation} {path}");
        }
    }
}
