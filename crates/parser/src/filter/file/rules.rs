//! The list of rules, which is the same in both kinds of file.

use super::scan::{Scan, length};
use super::stored::StoredRule;
use crate::model::{Error, ErrorKind, LossKind, Losses, Position};

/// The first byte of every list that has been seen.
const VERSION: u8 = 1;

/// A list of rules, and what stands behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) rules: Vec<StoredRule>,
    /// Bytes behind the last rule; a newer Procmon may know more about rules.
    rest: Vec<u8>,
}

impl Block {
    pub(super) fn new(rules: Vec<StoredRule>) -> Block {
        Block { rules, rest: Vec::new() }
    }

    /// Reads the list that stands at this offset of the file.
    ///
    /// # Errors
    /// When no list of rules is there, or not even its first rule is whole.
    pub(super) fn read(bytes: &[u8], at: u64, losses: &mut Losses) -> Result<Block, Error> {
        let mut scan = Scan::new(bytes, at);
        let cut_off = || {
            let message = "the list of rules is cut off at its beginning";
            Error::new(ErrorKind::Damaged, message).at(Position::at_byte(at))
        };
        let version = scan.u8().ok_or_else(cut_off)?;
        if version != VERSION {
            let message = format!("a list of rules of version {version}, where 1 is known");
            return Err(Error::new(ErrorKind::Unsupported, message).at(Position::at_byte(at)));
        }
        let count = scan.u32().ok_or_else(cut_off)?;
        let mut block = Block::default();
        for number in 1..=u64::from(count) {
            let position = Position::at_byte(scan.at()).with_record(number);
            let Some(rule) = rule(&mut scan) else {
                if block.rules.is_empty() {
                    return Err(cut_off());
                }
                let lost = u64::from(count) - number + 1;
                let message = format!("rule {number} is cut off; {lost} of {count} rules are lost");
                losses.add(LossKind::Truncated, position, message);
                return Ok(block);
            };
            tell(&rule, position, losses);
            block.rules.push(rule);
        }
        if !scan.rest().is_empty() {
            let message = format!("{} bytes behind the last rule", scan.rest().len());
            losses.add(LossKind::Unknown, Position::at_byte(scan.at()), message);
            block.rest = scan.rest().to_vec();
        }
        Ok(block)
    }

    /// The list as bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(length(self.rules.len()).to_le_bytes());
        for rule in &self.rules {
            bytes.extend(rule.column.to_le_bytes());
            bytes.extend(rule.relation.to_le_bytes());
            bytes.push(rule.action);
            bytes.extend(length(rule.value.len()).to_le_bytes());
            bytes.extend(&rule.value);
            bytes.extend(rule.number.to_le_bytes());
            bytes.extend(rule.flags.to_le_bytes());
        }
        bytes.extend(&self.rest);
        bytes
    }
}

/// One rule; nothing when not all of it is there.
fn rule(scan: &mut Scan<'_>) -> Option<StoredRule> {
    let (column, relation, action) = (scan.u32()?, scan.u32()?, scan.u8()?);
    let length = scan.u32()?;
    let value = scan.take(length)?.to_vec();
    Some(StoredRule { column, relation, action, value, number: scan.u32()?, flags: scan.u32()? })
}

/// Counts a rule that no filter can apply, or that is damaged.
fn tell(rule: &StoredRule, position: Position, losses: &mut Losses) {
    match rule.to_rule() {
        Err(reason) => {
            let message = format!("the rule `{rule}` is not applied: {reason}");
            losses.add(LossKind::NotApplied, position, message);
        }
        Ok(_) => {
            if let Some((kind, message)) = rule.flaw() {
                losses.add(kind, position, format!("the rule `{rule}`: {message}"));
            }
        }
    }
}
