//! Procmon's settings for the kit.

use procmonkey_parser::{Action, Column, Error, FilterFile, Rule, StoredRule};

/// How many places Procmon has for columns.
const PLACES: usize = 64;

/// What the view hides: Procmon itself, and what the system does for its own files. Whatever
/// touches MachineGuid or a key stays, the process `System` too.
const HIDDEN: [&str; 20] = [
    "Process Name is Procmon.exe",
    "Process Name is Procmon64.exe",
    "Process Name is Procmon64a.exe",
    "Operation begins with IRP_MJ_",
    "Operation begins with FASTIO_",
    "Result begins with \"FAST IO\"",
    "Path ends with pagefile.sys",
    "Path ends with $Mft",
    "Path ends with $MftMirr",
    "Path ends with $LogFile",
    "Path ends with $Volume",
    "Path ends with $AttrDef",
    "Path ends with $Root",
    "Path ends with $Bitmap",
    "Path ends with $Boot",
    "Path ends with $BadClus",
    "Path ends with $Secure",
    "Path ends with $UpCase",
    "Path contains $Extend",
    "Event Class is Profiling",
];

/// The settings as a PMC file.
///
/// # Errors
/// When a rule cannot be stored for Procmon.
pub(super) fn bytes() -> Result<Vec<u8>, Error> {
    // Procmon's own order, in which the rules of the filter stand before those of the colours.
    let records = [
        record("Columns", &widths()),
        record("ColumnCount", &number(Column::COUNT)),
        record("ColumnMap", &columns()),
        record("DbgHelpPath", &[]),
        record("Logfile", &[]),
        record("HighlightFG", &number(0)),
        record("HighlightBG", &number(0x00ff_ff80)),
        record("LogFont", &font(400)),
        // Procmon's own spelling.
        record("BoookmarkFont", &font(700)),
        record("AdvancedMode", &number(0)),
        record("Autoscroll", &number(0)),
        record("HistoryDepth", &number(200)),
        record("Profiling", &number(0)),
        // Nothing is dropped from the capture: what is hidden can still be asked for.
        record("DestructiveFilter", &number(0)),
        record("AlwaysOnTop", &number(0)),
        record("ResolveAddresses", &number(0)),
        record("SourcePath", &[]),
        record("SymbolPath", &[]),
        record("FilterRules", &NO_RULES),
        record("HighlightRules", &NO_RULES),
    ];
    let mut file = FilterFile::read(&records.concat())?;
    for rule in HIDDEN {
        file.push(StoredRule::from_rule(&Rule::parse(rule, Action::Exclude)?)?);
    }
    Ok(file.to_pmc())
}

/// A list of rules without a rule: its version, and their number.
const NO_RULES: [u8; 5] = [1, 0, 0, 0, 0];

/// One setting: four lengths, its name, and its value.
fn record(name: &str, value: &[u8]) -> Vec<u8> {
    const HEADER: usize = 16;
    let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let value_at = HEADER + name.len();
    let lengths = [value_at + value.len(), HEADER, value_at, value.len()];
    [lengths.map(number).concat(), name, value.to_vec()].concat()
}

fn number(value: usize) -> [u8; 4] {
    // Every number here is written above.
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

/// Windows' LOGFONTW: the usual font of dialogs, in this weight.
fn font(weight: usize) -> Vec<u8> {
    const FACE_AT: usize = 28;
    const LENGTH: usize = FACE_AT + 2 * 32;
    // Height, width, two angles and weight; then eight bytes of style, and the name.
    let mut font = [8, 0, 0, 0, weight].map(number).concat();
    font.resize(FACE_AT, 0);
    font.extend("MS Shell Dlg".encode_utf16().flat_map(u16::to_le_bytes));
    font.resize(LENGTH, 0);
    font
}

/// The columns in their order; Procmon's own seven come first.
fn columns() -> Vec<u8> {
    let ids = Column::all().map(Column::id).chain(std::iter::repeat(0));
    ids.take(PLACES).flat_map(u32::to_le_bytes).collect()
}

/// How wide each column is, in pixels.
fn widths() -> Vec<u8> {
    let width = |column: Column| match column {
        Column::Path | Column::Detail | Column::CommandLine => 400_u16,
        Column::Pid | Column::Tid | Column::Session | Column::ParentPid => 60,
        _ => 120,
    };
    let widths = Column::all().map(width).chain(std::iter::repeat(0));
    widths.take(PLACES).flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings by name, by the lengths alone: another reading than that of the library.
    fn settings(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut rest = bytes;
        let mut all = Vec::new();
        while !rest.is_empty() {
            let word =
                |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap()) as usize;
            let (total, value_at) = (word(0), word(8));
            assert_eq!((word(4), value_at + word(12)), (16, total));
            let units: Vec<u16> = rest[16..value_at]
                .chunks(2)
                .map(|pair| u16::from_le_bytes(pair.try_into().unwrap()))
                .collect();
            let name = String::from_utf16(&units).unwrap();
            all.push((name.trim_end_matches('\0').to_string(), rest[value_at..total].to_vec()));
            rest = &rest[total..];
        }
        all
    }

    #[test]
    fn every_column_is_shown_and_nothing_is_dropped() {
        let all = settings(&bytes().unwrap());
        let value = |name: &str| &all.iter().find(|(own, _)| own == name).unwrap().1;
        assert_eq!(value("ColumnCount"), &[28, 0, 0, 0]);
        assert_eq!((value("Columns").len(), value("ColumnMap").len()), (128, 256));
        let ids: Vec<u32> = value("ColumnMap")
            .chunks(4)
            .map(|id| u32::from_le_bytes(id.try_into().unwrap()))
            .collect();
        // Time of Day, Process Name, PID, Operation, Path, Result, Detail.
        assert_eq!(ids[..7], [40078, 40053, 40054, 40055, 40071, 40056, 40057]);
        assert!(ids[..28].iter().all(|id| Column::from_id(*id).is_some()));
        assert!(ids[28..].iter().all(|id| *id == 0));
        assert_eq!((value("LogFont").len(), value("BoookmarkFont").len()), (92, 92));
        for off in ["DestructiveFilter", "AdvancedMode", "Profiling"] {
            assert_eq!(value(off), &[0; 4], "{off}");
        }
        // A path of the computer on which the kit was made would go along.
        for path in ["DbgHelpPath", "Logfile", "SourcePath", "SymbolPath"] {
            assert!(value(path).is_empty(), "{path}");
        }
        let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.last(), Some(&"HighlightRules"));
        assert_eq!(names.iter().filter(|name| **name == "FilterRules").count(), 1);
    }
}
