//! Where programs come from: the path of the image, and who started them.

use procmonkey_parser::{Column, Event};

use crate::quick_map::QuickMap;

/// Where one process comes from, as far as the capture shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Path of the image.
    pub(crate) image: Option<String>,
    /// Process Name of the one that started it.
    pub(crate) started_by: Option<String>,
}

/// The processes that the capture has seen start, by their PIDs.
#[derive(Debug, Default)]
pub(super) struct Origins {
    by_pid: QuickMap<u32, (Option<String>, Origin)>,
}

impl Origins {
    /// Takes in a Process Start.
    pub(super) fn start(&mut self, event: &Event) {
        let Some(pid) = event.pid() else { return };
        let detail = event.detail();
        let get = |key| detail.as_ref().and_then(|detail| detail.get(key));
        let name = event.process_name().map(|name| name.into_owned());
        let image = get("Command line").and_then(|line| image_in(line, name.as_deref()?));
        let parent = get("Parent PID").and_then(|pid| pid.trim().parse().ok());
        let origin = Origin {
            image: image_column(event).or_else(|| image.map(str::to_string)),
            started_by: parent.and_then(|pid| self.name_of(pid)),
        };
        self.by_pid.insert(pid, (name, origin));
    }

    /// Where the process of an event comes from.
    pub(super) fn of(&self, event: &Event) -> Origin {
        let name = event.process_name();
        // Of a PID that has another name, the start is not in the capture.
        let seen = event.pid().and_then(|pid| self.by_pid.get(&pid));
        let seen = seen.filter(|(seen, _)| seen.as_deref() == name.as_deref());
        let mut origin = seen.map(|(_, origin)| origin.clone()).unwrap_or_default();
        if let Some(image) = image_column(event) {
            origin.image = Some(image);
        }
        if origin.started_by.is_none()
            && let Some(parent) = event.get(Column::ParentPid)
        {
            origin.started_by = parent.trim().parse().ok().and_then(|pid| self.name_of(pid));
        }
        origin
    }

    fn name_of(&self, pid: u32) -> Option<String> {
        self.by_pid.get(&pid)?.0.clone()
    }
}

fn image_column(event: &Event) -> Option<String> {
    let image = event.get(Column::ImagePath).filter(|image| image.contains('\\'));
    image.map(|image| image.into_owned())
}

/// The path of the image at the beginning of a command line, where it is whole and is that of the
/// program with this name.
fn image_in<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let line = line.trim();
    let image = match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        // Blanks may be part of the path or come behind it.
        None => {
            let end = line.to_ascii_lowercase().find(&name.to_ascii_lowercase())? + name.len();
            line.get(..end)?
        }
    };
    let (folder, last) = image.rsplit_once('\\')?;
    let is_absolute = folder.starts_with(['\\', '%']) || folder.as_bytes().get(1) == Some(&b':');
    (is_absolute && last.eq_ignore_ascii_case(name)).then_some(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_begins_with_the_image_or_does_not_show_it() {
        for (line, image) in [
            (
                r#""C:\Program Files\Acme\setup.exe" /quiet"#,
                Some(r"C:\Program Files\Acme\setup.exe"),
            ),
            (r"C:\Temp\setup.exe", Some(r"C:\Temp\setup.exe")),
            (r"C:\My Files\SETUP.EXE /log C:\x", Some(r"C:\My Files\SETUP.EXE")),
            (r"setup.exe /quiet", None),
            (r"cmd /c C:\Temp\setup.exe.bak", None),
            (r#""C:\Temp\other.exe" C:\Temp\setup.exe"#, None),
            ("", None),
        ] {
            assert_eq!(image_in(line, "setup.exe"), image, "{line}");
        }
    }
}
