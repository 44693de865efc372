//! MachineGuid from a SOFTWARE hive, such as `Windows\System32\config\SOFTWARE`.

use procmonkey_analysis::{HostMachineGuid, MachineGuid, Witness};

use crate::Reading;
use crate::error::Error;
use crate::regf::{Hive, HiveState};
use crate::text::utf16;
use crate::time::of_ticks;

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
pub fn read(source: &str, bytes: &[u8], logs: &[&[u8]]) -> Result<Reading, Error> {
    find(source, bytes, logs).map_err(|error| error.in_source(source))
}

fn find(source: &str, bytes: &[u8], logs: &[&[u8]]) -> Result<Reading, Error> {
    let mut reading = Reading::default();
    let hive = Hive::open(bytes, logs, &mut reading.losses)?;
    let key = hive.key(&["Microsoft", "Cryptography"])?.ok_or_else(|| {
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
    reading.witnesses.push(Witness::MachineGuid(guid));
    Ok(reading)
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
    use crate::regf::writer::{hive, seal};

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
