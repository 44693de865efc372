//! The Process tab of Procmon's Event Properties, which says whose the event is.

use super::labels::{Labelled, process_column};
use super::looks::{id_number, is_blank, is_path, is_program};
use super::properties::Taken;
use super::values::Values;
use crate::model::{Column, Position};

/// The lines of a Process tab.
#[derive(Debug, Default)]
pub(super) struct ProcessTab {
    values: Values<Column>,
    gap: bool,
    /// Whether a blank line stood behind its first label.
    has_gap: bool,
    /// Whether the list of modules has begun.
    in_modules: bool,
    pub(super) modules: u64,
    /// Whether it says when the process ended.
    has_end: bool,
    pub(super) position: Position,
}

/// Whether a label can begin a Process tab.
pub(super) fn begins(line: Labelled<'_>) -> bool {
    process_column(line.key).is_some_and(|column| column != Column::ImagePath)
}

/// Whether a text is a label of a Process tab.
pub(super) fn is_label(key: &str) -> bool {
    process_column(key).is_some()
        || ["Ended", "Modules"].iter().any(|own| own.eq_ignore_ascii_case(key))
}

impl ProcessTab {
    /// Whether the list of modules has begun.
    pub(super) fn is_in_modules(&self) -> bool {
        self.in_modules
    }

    pub(super) fn new(position: Position) -> ProcessTab {
        ProcessTab { position, ..ProcessTab::default() }
    }

    /// A tab of which only the path has been read so far.
    pub(super) fn with_path(path: &str, position: Position) -> ProcessTab {
        let mut tab = ProcessTab::new(position);
        tab.values.push(Column::ImagePath, path);
        tab
    }

    pub(super) fn blank_line(&mut self) {
        self.gap = true;
        self.has_gap = true;
    }

    /// How many of the last lines turned out to be prose since the last call.
    pub(super) fn take_dropped(&mut self) -> usize {
        self.values.take_dropped()
    }

    /// Nothing more follows: what is held is prose.
    pub(super) fn drop_held(&mut self) {
        self.values.drop_held();
    }

    /// Offers a line with a label.
    pub(super) fn take_labelled(&mut self, line: Labelled<'_>) -> Taken {
        let after_gap = std::mem::take(&mut self.gap);
        if after_gap {
            self.values.drop_held();
        }
        if line.key.eq_ignore_ascii_case("Modules") && !self.values.is_empty() {
            self.in_modules = true;
            return Taken::Yes;
        }
        // When the process ended is in no column of an event.
        if line.key.eq_ignore_ascii_case("Ended") && !self.values.is_empty() {
            self.values.drop_held();
            self.has_end |= line.value.starts_with(|c: char| c.is_ascii_digit());
            return Taken::Yes;
        }
        match process_column(line.key) {
            Some(column) if !self.in_modules && self.values.get(&column).is_none() => {
                self.values.push(column, line.value);
                Taken::Yes
            }
            _ => Taken::No,
        }
    }

    /// Offers another line: a module, or a part of the last value.
    pub(super) fn take_other(&mut self, line: &str) -> Taken {
        let after_gap = std::mem::take(&mut self.gap);
        if self.in_modules {
            let is_module = is_module(line);
            self.modules += u64::from(is_module);
            return if is_module { Taken::Yes } else { Taken::No };
        }
        match !after_gap && self.values.hold(line.trim_matches(is_blank)) {
            true => Taken::Yes,
            false => Taken::No,
        }
    }

    /// Its values, where they turn out to be the first ones of a list of an event's columns:
    /// not where a blank line follows, or where they are those of a tab.
    pub(super) fn columns_of_list(&self) -> Option<Vec<(Column, String)>> {
        let has_path = self.values.get(&Column::ImagePath).is_some();
        let columns = self.values.iter().map(|(column, value)| (*column, value.to_string()));
        (!self.has_gap && !has_path && !self.in_modules).then(|| columns.collect())
    }

    /// Ends the tab. `None` where the labels are not those of one: other lists have a
    /// name and a version too.
    pub(super) fn finish(self) -> Option<Process> {
        let get = |column| self.values.get(&column).filter(|text| !text.is_empty());
        let has_pid = get(Column::Pid).is_some_and(|pid| id_number(pid).is_some());
        let is_named = get(Column::ProcessName).is_some_and(is_program);
        let has_image = get(Column::ImagePath).is_some_and(is_path);
        let is_ours = (has_pid && (is_named || has_image || self.values.len() >= 3))
            || (is_named && has_image);
        is_ours.then(|| Process {
            columns: self.values.iter().map(|(column, text)| (*column, text.to_string())).collect(),
            modules: self.modules,
            has_end: self.has_end,
            position: self.position,
        })
    }
}

/// Whether a line is one of a list of modules: name, base, size, path.
fn is_module(line: &str) -> bool {
    let mut words = line.split(['\t', ' ']).filter(|word| !word.is_empty());
    let is_hex =
        |word: &str| word.starts_with("0x") && word[2..].bytes().all(|b| b.is_ascii_hexdigit());
    words.next().is_some() && words.filter(|word| is_hex(word)).count() >= 2
}

/// What a Process tab says.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) columns: Vec<(Column, String)>,
    /// Modules, which are only counted.
    pub(super) modules: u64,
    /// Whether it says when the process ended, which is in no column.
    pub(super) has_end: bool,
    pub(super) position: Position,
}

impl Process {
    /// A name for people.
    pub(super) fn name(&self) -> String {
        let get =
            |column| self.columns.iter().find(|row| row.0 == column).map(|row| row.1.as_str());
        match (get(Column::ProcessName).or(get(Column::ImagePath)), get(Column::Pid)) {
            (Some(name), Some(pid)) => format!("{name}, PID {pid}"),
            (Some(name), None) => name.to_string(),
            (None, pid) => format!("PID {}", pid.unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tab(text: &str) -> Option<Process> {
        let mut tab = ProcessTab::new(Position::at_byte(0));
        for line in text.lines() {
            if Labelled::of(line).is_none_or(|line| tab.take_labelled(line) == Taken::No) {
                let _ = tab.take_other(line);
            }
        }
        tab.finish()
    }

    #[test]
    fn a_process_tab_gives_the_columns_of_the_process() {
        let process = tab("Description:\tDemo\nName:\tdemo.exe\nPath:\tC:\\Demo\\demo.exe\n\
             Command Line:\tdemo.exe -a\n  -b\nPID:\t6640\nUser:\tNT AUTHORITY\\SYSTEM\n\
             Ended:\t(Running)\nModules:\ndemo.exe\t0x7ff6d4a90000\t0xb000\tC:\\Demo\\demo.exe\n")
        .unwrap();
        assert_eq!(process.name(), "demo.exe, PID 6640");
        assert_eq!(process.columns[2], (Column::ImagePath, "C:\\Demo\\demo.exe".into()));
        assert_eq!(process.columns[3], (Column::CommandLine, "demo.exe -a -b".into()));
        assert_eq!(process.modules, 1);
    }

    #[test]
    fn a_package_is_no_process() {
        assert!(
            tab("Name: demo\nVersion: 1.0\nDescription: A demo\nArchitecture: amd64\n").is_none()
        );
        assert!(tab("Name: Jo\nCompany: Demo\nUser: jo\n").is_none());
    }
}
