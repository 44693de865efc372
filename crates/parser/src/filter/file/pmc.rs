//! PMC: Procmon's settings as named records, the rules among them.

use super::rules::Block;
use super::scan::{Scan, length, text, utf16_with_nul};
use crate::model::{Error, ErrorKind, LossKind, Losses, Position};

/// The bytes of a record before its name, as every record says itself.
const HEADER: u32 = 16;

/// The record of the rules that select events.
const FILTER_RULES: &str = "FilterRules";

/// The record of the rules that colour rows, which Procmon writes next.
const HIGHLIGHT_RULES: &str = "HighlightRules";

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// The place of the rules, with the bytes of its name.
    Rules(Vec<u8>),
    /// Any other, all of it as it is in the file.
    Other(Vec<u8>),
}

/// Where the name of a record begins and its data ends, and what lies between.
struct Parts<'b> {
    name: &'b [u8],
    data: &'b [u8],
    data_at: u64,
    all: &'b [u8],
    /// Whether the file ends before the data does.
    is_cut_off: bool,
}

/// Whether the bytes begin with a record.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    parts(&mut Scan::new(bytes, 0)).is_some()
}

/// Reads all records; the list of rules is empty when there is none.
///
/// # Errors
/// When the file is damaged before the rules, or in the first of them.
pub(super) fn read(bytes: &[u8], losses: &mut Losses) -> Result<(Vec<Record>, Block), Error> {
    let mut scan = Scan::new(bytes, 0);
    let mut records = Vec::new();
    let mut block: Option<Block> = None;
    while !scan.rest().is_empty() {
        let position = Position::at_byte(scan.at());
        let record = parts(&mut scan);
        let is_rules = record.as_ref().is_some_and(|record| text(record.name) == FILTER_RULES);
        match record {
            Some(record) if is_rules && block.is_none() => {
                block = Some(Block::read(record.data, record.data_at, losses)?);
                records.push(Record::Rules(record.name.to_vec()));
            }
            Some(record) if !record.is_cut_off => {
                if is_rules {
                    let message = "a second list of rules, which is not used";
                    losses.add(LossKind::NotApplied, position, message);
                }
                records.push(Record::Other(record.all.to_vec()));
            }
            // Without the rules, the file is of no use to anybody.
            _ if block.is_none() => {
                let message = "the settings are damaged before the list of rules";
                return Err(Error::new(ErrorKind::Damaged, message).at(position));
            }
            Some(_) => {
                losses.add(LossKind::Truncated, position, "the last setting is cut off");
                break;
            }
            None => {
                let message = "the settings from here on are damaged";
                losses.add(LossKind::DamagedRecord, position, message);
                break;
            }
        }
    }
    Ok((records, block.unwrap_or_default()))
}

/// The next record; nothing when its numbers do not fit each other.
fn parts<'b>(scan: &mut Scan<'b>) -> Option<Parts<'b>> {
    let all = scan.rest();
    let (total, header, data_from) = (scan.u32()?, scan.u32()?, scan.u32()?);
    let data_length = scan.u32()?;
    let name = scan.take(data_from.checked_sub(HEADER)?)?;
    if header != HEADER || data_from.checked_add(data_length) != Some(total) {
        return None;
    }
    let (data_at, there) = (scan.at(), length(scan.rest().len()));
    let data = scan.take(data_length.min(there))?;
    let all = all.get(..all.len() - scan.rest().len())?;
    Some(Parts { name, data, data_at, all, is_cut_off: data_length > there })
}

/// The file of these records, with the rules in their place. Rules without a place
/// come where Procmon puts them.
pub(super) fn to_bytes(records: &[Record], block: &Block) -> Vec<u8> {
    let has_place = records.iter().any(|record| matches!(record, Record::Rules(_)));
    let is_wanted = !has_place && (!block.rules.is_empty() || records.is_empty());
    let place = if is_wanted {
        let is_next = |record: &Record| name_of(record) == HIGHLIGHT_RULES;
        Some(records.iter().position(is_next).unwrap_or(records.len()))
    } else {
        None
    };
    let new = Record::Rules(utf16_with_nul(FILTER_RULES));
    let mut bytes = Vec::new();
    for (index, record) in records.iter().enumerate() {
        if place == Some(index) {
            write(&new, block, &mut bytes);
        }
        write(record, block, &mut bytes);
    }
    if place == Some(records.len()) {
        write(&new, block, &mut bytes);
    }
    bytes
}

fn name_of(record: &Record) -> String {
    match record {
        Record::Rules(name) => text(name),
        Record::Other(all) => {
            parts(&mut Scan::new(all, 0)).map(|parts| text(parts.name)).unwrap_or_default()
        }
    }
}

fn write(record: &Record, block: &Block, bytes: &mut Vec<u8>) {
    match record {
        Record::Other(all) => bytes.extend(all),
        Record::Rules(name) => {
            let data = block.to_bytes();
            let data_from = HEADER as usize + name.len();
            for number in
                [length(data_from + data.len()), HEADER, length(data_from), length(data.len())]
            {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(name);
            bytes.extend(data);
        }
    }
}
