//! Files that turn up beside captures: what they are, and what can be done with them.

/// How much of a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Beginning,
}

/// What a file is by its first bytes, and what to do with it.
pub(super) fn by_bytes(head: &[u8], part: Part) -> Option<&'static str> {
    let has_nul = head.contains(&0);
    if let Some((_, _, what)) = BINARY
        .iter()
        .find(|(magic, nul, _)| head.starts_with(magic) && (has_nul || *nul == Nul::NotNeeded))
    {
        return Some(what);
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        let utf16: Vec<u8> = "__substg1.0_".bytes().flat_map(|byte| [byte, 0]).collect();
        return Some(match memchr::memmem::find(head, &utf16).is_some() {
            true => OUTLOOK,
            false => {
                "an old document of Microsoft Office, or an Outlook message; save it as text, or copy the rows out of it"
            }
        });
    }
    if head.get(4..8) == Some(b"ftyp") {
        return Some(PICTURE);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Some(PICTURE);
    }
    is_filter(head, part).then_some(FILTER)
}

/// Whether zeros have to be there, too: other text may begin with the same letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nul {
    Needed,
    NotNeeded,
}

const PICTURE: &str = "a picture, whose rows cannot be read; select the rows in Procmon and copy \
                       them as text (Ctrl+C), or save them with File > Save, format CSV";
const OUTLOOK: &str = "an Outlook message (.msg); save it as text, or copy the rows out of it";
const FILTER: &str = "a configuration or filter of Procmon (PMC, PMF), which holds no events; \
                      `procmonkey filter` shows its rules, and --filter-file applies them";

/// First bytes, whether zeros are needed, and what it is.
const BINARY: [(&[u8], Nul, &str); 27] = [
    (
        b"ElfFile\0",
        Nul::NotNeeded,
        "a Windows event log (EVTX); give it to `analyze` beside a capture, with --event-log",
    ),
    (
        b"0\0\0\0LfLe",
        Nul::NotNeeded,
        "an event log of Windows XP (EVT); export it as text, and give that to `analyze` beside a capture, with --event-log",
    ),
    (
        b"regf",
        Nul::NotNeeded,
        "a registry hive; give it to `analyze` beside a capture, with --hive",
    ),
    (b"\xa0\0\0\0\x10\0\0\0", Nul::NotNeeded, FILTER),
    (b"\x89PNG", Nul::NotNeeded, PICTURE),
    (b"\xff\xd8\xff", Nul::NotNeeded, PICTURE),
    (b"GIF8", Nul::Needed, PICTURE),
    (b"BM", Nul::Needed, PICTURE),
    (b"II*\0", Nul::NotNeeded, PICTURE),
    (b"MM\0*", Nul::NotNeeded, PICTURE),
    (b"%PDF-", Nul::NotNeeded, "a PDF; copy the rows out of it as text"),
    (b"{\\rtf", Nul::NotNeeded, "an RTF document; save it as plain text"),
    (b"ITSF", Nul::Needed, "a help file (CHM), such as Procmon's own; it holds no events"),
    (b"MZ", Nul::Needed, "a Windows program; run it on Windows and save a capture with it"),
    (b"MDMP", Nul::Needed, "a memory dump; it holds no events of Procmon's"),
    (b"PAGEDU64", Nul::NotNeeded, "a memory dump; it holds no events of Procmon's"),
    (b"PAGEDUMP", Nul::NotNeeded, "a memory dump; it holds no events of Procmon's"),
    (b"7z\xbc\xaf\x27\x1c", Nul::NotNeeded, "a 7-Zip archive; unpack it first"),
    (b"\xfd7zXZ\0", Nul::NotNeeded, "an xz stream; unpack it first"),
    (b"BZh", Nul::Needed, "a bzip2 stream; unpack it first"),
    (b"Rar!\x1a\x07", Nul::NotNeeded, "a RAR archive; unpack it first"),
    (b"MSCF\0\0\0\0", Nul::NotNeeded, "a cabinet archive (CAB); unpack it first"),
    (b"SQLite format 3\0", Nul::NotNeeded, "a SQLite database; it holds no events of Procmon's"),
    (b"\xd4\xc3\xb2\xa1", Nul::NotNeeded, "a network capture (pcap); save a capture with Procmon"),
    (
        b"\x0a\x0d\x0d\x0a",
        Nul::NotNeeded,
        "a network capture (pcapng); save a capture with Procmon",
    ),
    (
        b"L\0\0\0\x01\x14\x02\0",
        Nul::NotNeeded,
        "a shortcut (.lnk); give the file that it points to",
    ),
    (b"\x7fELF", Nul::NotNeeded, "a Linux program; it holds no events of Procmon's"),
];

/// Whether a file is a saved filter (PMF): it begins with its own length, and a rule block.
fn is_filter(head: &[u8], part: Part) -> bool {
    let Some((length, rest)) = head.split_first_chunk::<4>() else { return false };
    let length = u64::from(u32::from_le_bytes(*length));
    let fits = match part {
        Part::Whole => rest.len() as u64 == length,
        Part::Beginning => rest.len() as u64 <= length,
    };
    fits && rest.len() >= 5 && rest[0] == 1 && rest[4] == 0
}

/// What a text is that is no capture, and what to do with it.
pub(super) fn by_text(text: &str) -> Option<&'static str> {
    let start = text.trim_start_matches(['\u{feff}', '\r', '\n', ' ']);
    let begins = |words: &[&str]| words.iter().any(|word| start.starts_with(word));
    let lines = || text.lines().take(400);
    let has = |word: &str| lines().any(|line| line.contains(word));
    let begins_line = |words: &[&str]| {
        lines().any(|line| words.iter().any(|word| line.trim_start().starts_with(word)))
    };
    const SWITCHES: [&str; 9] = [
        "/OpenLog",
        "/BackingFile",
        "/PagingFile",
        "/NoConnect",
        "/NoFilter",
        "/AcceptEula",
        "/LoadConfig",
        "/Minimized",
        "/Terminate",
    ];
    if SWITCHES.iter().filter(|switch| has(switch)).count() >= 3 {
        return Some(
            "the help text of Procmon's command line; to make a capture, run `Procmon.exe \
             /AcceptEula /Quiet /BackingFile capture.pml`, and give the file that it writes",
        );
    }
    if begins(&["Windows Registry Editor Version", "REGEDIT4"])
        || begins_line(&["HKEY_LOCAL_MACHINE\\"])
    {
        return Some(
            "text of the registry (.reg or `reg query`); give it to `analyze` beside a capture, \
             with --reg-export",
        );
    }
    if begins_line(&["Log Name:", "Event ID:", "EventID:"]) {
        return Some(
            "text of an event log; give it to `analyze` beside a capture, with --event-log",
        );
    }
    if begins_line(&["Directory of ", "Mode                 LastWriteTime", "Directory: "]) {
        return Some(
            "a listing of a folder; give it to `analyze` beside a capture, with --keys-dir",
        );
    }
    if lines().any(|line| line.trim().eq_ignore_ascii_case("content-transfer-encoding: base64")) {
        return Some(
            "a mail whose text is encoded (base64); save its text, or copy the rows out of it",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (head, word) in [
            (&b"ElfFile\0"[..], "--event-log"),
            (b"regf\0\0", "--hive"),
            (b"\xa0\0\0\0\x10\0\0\0\x20", "procmonkey filter"),
            (b"\x09\0\0\0\x01\0\0\0\0\0\0\0\0", "procmonkey filter"),
            (b"\x89PNG\r\n", "picture"),
            (b"\xff\xd8\xff\xe0", "picture"),
            (b"\0\0\0\x18ftypheic", "picture"),
            (b"%PDF-1.7", "PDF"),
            (b"MZ\x90\0", "program"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1_\0_\0s\0u\0b\0s\0t\0g\x001\0.\x000\0_\0",
                "Outlook message (.msg)",
            ),
        ] {
            assert!(by_bytes(head, Part::Whole).is_some_and(|what| what.contains(word)), "{word}");
        }
        for text in ["MZ is a mark", "BM said so", "GIF89a is a format", "BZh", "plain"] {
            assert_eq!(by_bytes(text.as_bytes(), Part::Whole), None, "{text}");
        }
    }

    #[test]
    fn texts_are_known_by_their_words() {
        let help = "Process Monitor usage:\n/OpenLog <file>\n/BackingFile <file>\n/NoFilter\n";
        assert!(by_text(help).unwrap().contains("help text"));
        assert!(by_text("REGEDIT4\n").unwrap().contains("--reg-export"));
        assert!(by_text("Log Name: System\nEvent ID: 7024\n").unwrap().contains("--event-log"));
        assert!(by_text(" Directory of C:\\a\n").unwrap().contains("--keys-dir"));
        assert_eq!(by_text("It does not start.\n"), None);
    }
}
