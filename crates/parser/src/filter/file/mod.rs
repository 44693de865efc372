//! Procmon's own filter files.
//!
//! A PMC file holds all of Procmon's settings as named records, the filter's rules
//! among them; a PMF file holds the rules only, as the filter dialog saves them.

mod pmc;
mod pmf;
mod rules;
mod scan;
mod stored;
#[cfg(test)]
mod tests;

pub use stored::StoredRule;

use std::fmt;
use std::str::FromStr;

use super::Filter;
use crate::model::{Error, Losses};
use pmc::Record;
use rules::Block;

/// The kinds of file that hold a filter.
///
/// ```
/// use procmonkey_parser::FilterFormat;
///
/// assert_eq!("PMF".parse::<FilterFormat>().ok(), Some(FilterFormat::Pmf));
/// assert_eq!(FilterFormat::Pmc.name(), "pmc");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FilterFormat {
    /// Procmon's configuration: all of its settings, with the rules among them.
    Pmc,
    /// A filter and nothing else.
    Pmf,
}

impl FilterFormat {
    /// The short name, which is the extension of such a file too.
    pub fn name(self) -> &'static str {
        match self {
            FilterFormat::Pmc => "pmc",
            FilterFormat::Pmf => "pmf",
        }
    }
}

impl fmt::Display for FilterFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().to_ascii_uppercase())
    }
}

impl FromStr for FilterFormat {
    type Err = Error;

    /// Reads the short name, without regard to case.
    fn from_str(text: &str) -> Result<FilterFormat, Error> {
        [FilterFormat::Pmc, FilterFormat::Pmf]
            .into_iter()
            .find(|format| format.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| Error::invalid_value(format!("`{text}` is neither pmc nor pmf")))
    }
}

/// What a PMC or PMF file holds.
///
/// Nothing of a file that could be read is lost when it is written again in its
/// own format: without a change, and without losses other than
/// [`LossKind::NotApplied`](crate::LossKind::NotApplied), the bytes are the same.
/// Settings other than the filter, such as the rules that colour rows, are kept
/// and have no effect.
///
/// ```
/// use procmonkey_parser::{Action, Filter, FilterFile, FilterFormat, Rule};
///
/// let filter = Filter::new([
///     Rule::parse("Path contains MachineKeys", Action::Include)?,
///     Rule::parse("Process Name is System", Action::Exclude)?,
/// ]);
/// let bytes = FilterFile::from_filter(&filter)?.to_pmf();
///
/// let file = FilterFile::read(&bytes)?;
/// assert_eq!(file.format(), FilterFormat::Pmf);
/// assert_eq!(file.filter().rules(), filter.rules());
/// assert!(file.losses().is_empty());
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FilterFile {
    format: FilterFormat,
    /// The records of a PMC; none in a PMF.
    records: Vec<Record>,
    block: Block,
    losses: Losses,
}

impl FilterFile {
    /// Reads a file. PMC and PMF are told by their content.
    ///
    /// Rules that no filter can apply are kept, and counted in
    /// [`FilterFile::losses`]; see [`StoredRule::to_rule`].
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::NotACapture`](crate::ErrorKind::NotACapture) when it is
    ///   neither of the two.
    /// * [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for rules in a
    ///   form of another version.
    /// * [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) when it is cut off or
    ///   damaged before its first rule.
    ///
    /// ```
    /// use procmonkey_parser::{ErrorKind, FilterFile};
    ///
    /// let error = FilterFile::read(b"Path contains MachineKeys").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotACapture);
    /// ```
    pub fn read(bytes: &[u8]) -> Result<FilterFile, Error> {
        let mut losses = Losses::default();
        if pmc::looks_like(bytes) {
            let (records, block) = pmc::read(bytes, &mut losses)?;
            return Ok(FilterFile { format: FilterFormat::Pmc, records, block, losses });
        }
        if pmf::looks_like(bytes) {
            let block = pmf::read(bytes, &mut losses)?;
            return Ok(FilterFile {
                format: FilterFormat::Pmf,
                records: Vec::new(),
                block,
                losses,
            });
        }
        Err(Error::not_a_capture(match bytes {
            [] => "the file is empty, where a filter of Procmon's (PMC or PMF) was needed",
            _ => "no filter file of Procmon's, neither PMC nor PMF",
        }))
    }

    /// A file that holds the rules of a filter and no other setting.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`](crate::ErrorKind::InvalidValue) for a rule that
    /// Procmon does not have; the message names it. See [`StoredRule::from_rule`].
    ///
    /// ```
    /// use procmonkey_parser::{Action, Filter, FilterFile, Rule};
    ///
    /// let filter = Filter::new([Rule::parse("Path regex Keys$", Action::Include)?]);
    /// assert!(FilterFile::from_filter(&filter).is_err());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn from_filter(filter: &Filter) -> Result<FilterFile, Error> {
        let rules = filter.rules().iter().map(StoredRule::from_rule).collect::<Result<_, _>>()?;
        Ok(FilterFile {
            format: FilterFormat::Pmf,
            records: Vec::new(),
            block: Block::new(rules),
            losses: Losses::default(),
        })
    }

    /// The kind of file that it was.
    pub fn format(&self) -> FilterFormat {
        self.format
    }

    /// The rules, in the order of the file, including those that no filter can apply.
    pub fn rules(&self) -> &[StoredRule] {
        &self.block.rules
    }

    /// Adds a rule behind the others.
    ///
    /// ```
    /// use procmonkey_parser::{Filter, FilterFile, Rule, StoredRule};
    ///
    /// let mut file = FilterFile::from_filter(&Filter::default())?;
    /// file.push(StoredRule::from_rule(&Rule::process("lsass.exe"))?);
    /// assert_eq!(file.rules().len(), 1);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn push(&mut self, rule: StoredRule) {
        self.block.rules.push(rule);
    }

    /// The filter of the rules whose meaning is known. The others are among the
    /// [losses](FilterFile::losses).
    pub fn filter(&self) -> Filter {
        Filter::new(self.rules().iter().filter_map(|rule| rule.to_rule().ok()))
    }

    /// What could not be read, and the rules that no filter can apply. The record
    /// number of a position is that of the rule.
    pub fn losses(&self) -> &Losses {
        &self.losses
    }

    /// The rules as a PMF file.
    pub fn to_pmf(&self) -> Vec<u8> {
        pmf::to_bytes(&self.block)
    }

    /// The rules as a PMC file. All other settings are those of the PMC that was
    /// read, in their order.
    ///
    /// Made from a PMF or from a filter, the rules are the file's only setting.
    /// Whether every version of Procmon takes such a file is not known.
    ///
    /// ```
    /// use procmonkey_parser::{Filter, FilterFile, FilterFormat, Rule};
    ///
    /// let file = FilterFile::from_filter(&Filter::new([Rule::process("lsass.exe")]))?;
    /// let again = FilterFile::read(&file.to_pmc())?;
    /// assert_eq!(again.format(), FilterFormat::Pmc);
    /// assert_eq!(again.rules(), file.rules());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn to_pmc(&self) -> Vec<u8> {
        pmc::to_bytes(&self.records, &self.block)
    }
}
