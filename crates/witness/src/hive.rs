//! MachineGuid from a SOFTWARE hive, such as `Windows\System32\config\SOFTWARE`.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};

use procmonkey_analysis::parser::{LossKind, Losses, Position};
use procmonkey_analysis::{HostMachineGuid, MachineGuid, Witness};

use crate::error::Error;
use crate::reading::Collector;
use crate::regf::{Bytes, Hive, HiveState};
use crate::text::utf16;
use crate::time::of_ticks;
use crate::{Limits, Reading};

/// Reads MachineGuid from a hive. `logs` are its transaction logs, `SOFTWARE.LOG1`
/// and so on; their entries are applied when the hive was not closed.
///
/// # Errors
/// When it is not a hive, is too damaged to find the value, or has no such value. The
/// message says which.
///
/// ```
/// let error = procmonkey_witness::hive::read("SOFTWARE", b"regf", &[]).unwrap_err();
/// assert_eq!(error.kind(), procmonkey_witness::ErrorKind::Damaged);
/// ```
pub fn read<'b>(source: &str, bytes: &'b [u8], logs: &[&'b [u8]]) -> Result<Reading, Error> {
    let limits = Limits::default();
    let logs = |_: &mut Losses| {
        let log = |(log, number): (&&'b [u8], usize)| {
            let name = format!("transaction log {number}");
            Bytes::new(name, Cursor::new(*log), limits.hive_log_bytes).ok()
        };
        logs.iter().zip(1..).filter_map(log).collect()
    };
    read_bytes(source, bytes, logs, Collector::new(&limits))
}

/// Reads a hive from memory, as [`read`] does, into a reading that was begun.
pub(crate) fn read_bytes<'b>(
    source: &str,
    bytes: &'b [u8],
    logs: impl FnOnce(&mut Losses) -> Vec<Bytes<'b>>,
    out: Collector<'_>,
) -> Result<Reading, Error> {
    let file = Bytes::new(source, Cursor::new(bytes), out.limits.hive_bytes)
        .map_err(|error| Error::io(source, error))?;
    find(source, file, logs, out).map_err(|error| error.in_source(source))
}

/// Reads a hive that is a file, and the logs beside it where it was not closed.
pub(crate) fn read_file(
    source: &str,
    path: &Path,
    file: File,
    limits: &Limits,
) -> Result<Reading, Error> {
    let file =
        Bytes::new(source, file, limits.hive_bytes).map_err(|error| Error::io(source, error))?;
    let logs = |losses: &mut Losses| logs_beside(path, limits, losses);
    find(source, file, logs, Collector::new(limits)).map_err(|error| error.in_source(source))
}

/// The transaction logs that stand beside a hive. Nobody named them, so nothing but
/// a plain file is opened.
fn logs_beside(path: &Path, limits: &Limits, losses: &mut Losses) -> Vec<Bytes<'static>> {
    let mut logs = Vec::new();
    // A copy may have lost their capitals.
    for endings in [[".LOG1", ".log1"], [".LOG2", ".log2"], [".LOG", ".log"]] {
        let found = endings
            .iter()
            .map(|ending| beside(path, ending))
            .find_map(|path| fs::metadata(&path).ok().map(|metadata| (path, metadata)));
        let Some((path, metadata)) = found else { continue };
        let mut lose = |why: String| {
            let message = format!("{}: {why}", path.display());
            losses.add(LossKind::DamagedRecord, Position::default(), message);
        };
        if !metadata.is_file() {
            lose("no plain file, and not opened as a transaction log".into());
            continue;
        }
        let name = path.display().to_string();
        let opened = File::open(&path);
        let opened = opened.and_then(|file| Bytes::new(name, file, limits.hive_log_bytes));
        match opened {
            Ok(log) => logs.push(log),
            Err(error) => lose(format!("cannot be read as a transaction log: {error}")),
        }
    }
    logs
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(ending);
    PathBuf::from(name)
}

fn find<'b>(
    source: &str,
    file: Bytes<'b>,
    logs: impl FnOnce(&mut Losses) -> Vec<Bytes<'b>>,
    mut out: Collector<'_>,
) -> Result<Reading, Error> {
    let mut hive = Hive::open(file, out.limits, logs, &mut out.losses)?;
    let key = hive.key(&["Microsoft", "Cryptography"])?;
    // What could not be read may be the very key.
    if let Some((count, position)) = hive.damaged_entries() {
        let message = format!("{count} entries of the hive's lists of subkeys are no keys");
        if key.is_none() {
            return Err(Error::damaged(format!(
                "Microsoft\\Cryptography is not found, and {message}; the first stands at byte {}",
                position.byte
            )));
        }
        out.lose(LossKind::DamagedRecord, position, message);
    }
    let key = key.ok_or_else(|| {
        Error::not_found(
            "the hive has no key Microsoft\\Cryptography; MachineGuid stands in the SOFTWARE hive of a computer",
        )
    })?;
    let value = hive
        .value(key, "MachineGuid")?
        .ok_or_else(|| Error::not_found("Microsoft\\Cryptography has no value MachineGuid"))?;
    let text = utf16(&value.data);
    if text.trim().is_empty() {
        return Err(Error::not_found("MachineGuid is there, but is empty"));
    }
    let mut guid = HostMachineGuid::new(MachineGuid::new(text), format!("hive {source}"));
    guid.written = (key.written > 0).then(|| of_ticks(key.written));
    guid.remarks = remarks(&guid.value);
    // REG_SZ and REG_EXPAND_SZ.
    if !matches!(value.kind, 1 | 2) {
        guid.remarks.push(format!("it is not a text value, but of type {}", value.kind));
    }
    match hive.state {
        HiveState::Closed => {}
        HiveState::Recovered(entries) => guid.remarks.push(format!(
            "the hive was not closed; {entries} entries of its transaction logs were applied"
        )),
        HiveState::Dirty => guid.remarks.push(
            "the hive was not closed and no transaction log completes it: the value may be an earlier one"
                .to_string(),
        ),
    }
    out.add(Witness::MachineGuid(guid), Position::default());
    Ok(out.finish())
}

/// What is wrong with the form of a value.
pub(crate) fn remarks(value: &MachineGuid) -> Vec<String> {
    if !value.is_well_formed() {
        vec!["it does not have the form of a GUID".to_string()]
    } else if value.has_braces() {
        vec!["it has braces, which Windows itself does not write: edited by hand".to_string()]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::made::hive::{hive, seal};

    const GUID: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";

    fn guid(reading: &Reading) -> &HostMachineGuid {
        match reading.witnesses.as_slice() {
            [Witness::MachineGuid(guid)] => guid,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_value_comes_with_its_source_and_time() {
        let file = hive(&["Microsoft", "Cryptography"], "MachineGuid", GUID);
        let reading = read("SOFTWARE", &file, &[]).unwrap();
        assert_eq!(guid(&reading).value.as_str(), GUID);
        assert_eq!(guid(&reading).source, "hive SOFTWARE");
        assert!(guid(&reading).written.is_some() && guid(&reading).remarks.is_empty());
    }

    #[test]
    fn oddities_are_remarked() {
        let mut file = hive(&["Microsoft", "Cryptography"], "MachineGuid", &format!("{{{GUID}}}"));
        seal(&mut file, 2, 1);
        let reading = read("SOFTWARE", &file, &[]).unwrap();
        assert_eq!(guid(&reading).remarks.len(), 2);
    }

    #[test]
    fn what_is_missing_is_named() {
        for (path, value) in [
            (vec!["ControlSet001", "Control"], "MachineGuid"),
            (vec!["Microsoft"], "MachineGuid"),
            (vec!["Microsoft", "Cryptography"], "Other"),
        ] {
            let error = read("x", &hive(&path, value, GUID), &[]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
    }
}
