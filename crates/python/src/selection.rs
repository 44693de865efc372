//! Which events are wanted, and how captures are read, as Python's keywords say it.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use procmonkey_analysis::{ProcessPattern, ProcessSelection};
use procmonkey_parser::pml::OperationNames;
use procmonkey_parser::{Action, Event, Filter, FilterFile, ReadOptions, Rule};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{Failure, Outcome};

/// The events that were asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(crate) filter: Filter,
    /// The processes that were asked for, unless rules of the filter say it. Empty for all.
    patterns: Vec<ProcessPattern>,
}

impl Selection {
    /// The rules of `filter`, `exclude` and `filter_file`.
    pub(crate) fn of_rules(keywords: &Keywords<'_>) -> Outcome<Selection> {
        let mut filter = Filter::default();
        for rule in keywords.texts("filter")? {
            filter.push(Rule::parse(&rule, Action::Include)?);
        }
        for rule in keywords.texts("exclude")? {
            filter.push(Rule::parse(&rule, Action::Exclude)?);
        }
        for path in keywords.paths("filter_file")? {
            filter_rules(&path)?.into_iter().for_each(|rule| filter.push(rule));
        }
        Ok(Selection { filter, patterns: Vec::new() })
    }

    /// The same, with the processes of `process`. Plain names become rules of the filter, which
    /// readers can apply before they decode an event.
    pub(crate) fn of(keywords: &Keywords<'_>) -> Outcome<Selection> {
        let mut selection = Selection::of_rules(keywords)?;
        let processes = keywords.texts("process")?;
        if let ProcessSelection::Named(patterns) = ProcessSelection::named(&processes) {
            match patterns.iter().map(ProcessPattern::names).collect::<Option<Vec<_>>>() {
                Some(names) => {
                    let rules = names.into_iter().flatten().map(Rule::process);
                    rules.for_each(|rule| selection.filter.push(rule));
                }
                None => selection.patterns = patterns,
            }
        }
        Ok(selection)
    }

    /// Whether all events were asked for.
    pub(crate) fn is_everything(&self) -> bool {
        self.filter.is_empty() && self.patterns.is_empty()
    }

    /// Whether an event that the filter lets through is of a process that was asked for.
    pub(crate) fn has_process_of(&self, event: &Event) -> bool {
        if self.patterns.is_empty() {
            return true;
        }
        let (name, pid) = (event.process_name(), event.pid());
        self.patterns.iter().any(|pattern| pattern.matches(name.as_deref(), pid))
    }
}

/// The longest filter file that is read, in bytes: hundreds of rules fit into a hundredth of it.
const LONGEST: u64 = 4 * 1024 * 1024;

fn filter_rules(path: &Path) -> Outcome<Vec<Rule>> {
    let failed = |why: String| Failure::File(format!("{}: {why}", path.display()));
    let length = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?.len();
    if length > LONGEST {
        return Err(failed("no filter file of Procmon's is longer than 4 MiB".into()));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let file = FilterFile::read(&bytes)?;
    if let Some(loss) = file.losses().iter().next() {
        let message = format!("{}: a rule cannot be applied: {loss}", path.display());
        return Err(Failure::Argument(message));
    }
    Ok(file.filter().rules().to_vec())
}

/// The keywords of a call. Python's signature has checked their names.
pub(crate) struct Keywords<'py>(pub(crate) Option<Bound<'py, PyDict>>);

impl<'py> Keywords<'py> {
    /// # Errors
    /// When there is a keyword that is not among these.
    pub(crate) fn check(&self, known: &[&str]) -> PyResult<()> {
        let Some(given) = &self.0 else { return Ok(()) };
        for name in given.keys() {
            let name: String = name.extract()?;
            if !known.contains(&name.as_str()) {
                let message =
                    format!("there is no keyword {name}; those are: {}", known.join(", "));
                return Err(pyo3::exceptions::PyTypeError::new_err(message));
            }
        }
        Ok(())
    }

    pub(crate) fn get(&self, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(given) = &self.0 else { return Ok(None) };
        Ok(given.get_item(name)?.filter(|value| !value.is_none()))
    }

    pub(crate) fn text(&self, name: &str) -> PyResult<Option<String>> {
        self.get(name)?.map(|value| value.str()?.extract()).transpose()
    }

    pub(crate) fn is_set(&self, name: &str) -> PyResult<bool> {
        self.get(name)?.map_or(Ok(false), |value| value.is_truthy())
    }

    /// One text or number, or several.
    pub(crate) fn texts(&self, name: &str) -> PyResult<Vec<String>> {
        let Some(value) = self.get(name)? else { return Ok(Vec::new()) };
        match is_one(&value)? {
            true => Ok(vec![value.str()?.extract()?]),
            false => value.try_iter()?.map(|item| item?.str()?.extract()).collect(),
        }
    }

    /// One path, or several.
    pub(crate) fn paths(&self, name: &str) -> PyResult<Vec<PathBuf>> {
        let Some(value) = self.get(name)? else { return Ok(Vec::new()) };
        match is_one(&value)? {
            true => Ok(vec![value.extract()?]),
            false => value.try_iter()?.map(|item| item?.extract()).collect(),
        }
    }

    /// A text that the library reads.
    pub(crate) fn parsed<T>(&self, name: &str) -> Outcome<Option<T>>
    where
        T: std::str::FromStr<Err = procmonkey_parser::Error>,
    {
        Ok(self.text(name)?.map(|text| text.parse()).transpose()?)
    }
}

/// Whether a value is one text, path or number, and not a list of them.
pub(crate) fn is_one(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let is_iterable =
        value.hasattr("__iter__")? && !value.is_instance_of::<pyo3::types::PyString>();
    Ok(!is_iterable || value.hasattr("__fspath__")?)
}

/// The keywords of [`read_options`].
pub(crate) const READ: [&str; 5] = ["tz", "date", "date_order", "encoding", "threads"];

/// On how many threads a capture is read: those of the computer, but four at most, unless the caller
/// says otherwise.
pub(crate) fn threads(keywords: &Keywords<'_>) -> PyResult<usize> {
    const MOST: usize = 4;
    let of_computer =
        || std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST);
    let given = keywords.get("threads")?.map(|it| it.extract::<usize>()).transpose()?;
    Ok(given.unwrap_or_else(of_computer))
}

/// What is known of captures beforehand. `processes` are those that the caller names: pasted
/// events do not name theirs, and if the caller names one only, that is it.
pub(crate) fn read_options(keywords: &Keywords<'_>, processes: &[String]) -> Outcome<ReadOptions> {
    let mut options = ReadOptions::new().threads(threads(keywords)?);
    if let Some(zone) = keywords.parsed("tz")? {
        options = options.zone(zone);
    }
    if let Some(date) = keywords.parsed("date")? {
        options = options.date(date);
    }
    if let Some(order) = keywords.parsed("date_order")? {
        options = options.date_order(order);
    }
    if let Some(encoding) = keywords.parsed("encoding")? {
        options = options.encoding(encoding);
    }
    if keywords.is_set("advanced_output")? {
        options = options.operation_names(OperationNames::Advanced);
    }
    if let Some(exporter) = keywords.parsed("as_procmon")? {
        options = options.exporter(exporter);
    }
    if let [process] = processes
        && ProcessPattern::new(process).names().is_some()
    {
        options = options.process(process);
    }
    Ok(options)
}
