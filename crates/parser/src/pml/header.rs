//! The file header: where the parts of the file are, and which computer was recorded.

use super::bytes::{Bytes, PointerWidth};
use super::strings::push_wide_to_nul;
use crate::model::{Error, ErrorKind, LossKind, Losses, Position};

/// The size of the header in versions 7 and 9. The first event follows it.
pub(crate) const HEADER_SIZE: usize = 0x3A8;

/// What the header of a capture records about the computer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// Version of the file format: 7 or 9.
    pub version: u32,
    /// Pointer size of the recorded Windows.
    pub pointer_width: PointerWidth,
    /// NetBIOS name of the computer.
    pub computer_name: String,
    /// Folder of Windows, such as `C:\WINDOWS`.
    pub system_root: String,
    /// How many events there are according to the header; 0 in a file that was never
    /// closed.
    pub declared_events: u32,
    /// Addresses above this one belong to the kernel.
    pub max_user_address: u64,
    /// Version of Windows.
    pub os: OsVersion,
    /// Logical processors.
    pub processors: u32,
    /// Installed memory in bytes.
    pub ram_bytes: u64,
}

/// The `OSVERSIONINFOEX` of the recorded Windows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OsVersion {
    /// Major version, such as 10.
    pub major: u32,
    /// Minor version.
    pub minor: u32,
    /// Build number.
    pub build: u32,
    /// Service pack text; empty when there is none.
    pub service_pack: String,
    /// Service pack number, major and minor.
    pub service_pack_number: (u16, u16),
    /// Suite mask.
    pub suite: u16,
    /// 1 workstation, 2 domain controller, 3 server.
    pub product_type: u8,
}

impl Info {
    /// The description of a computer of which only the pointer size is known.
    ///
    /// ```
    /// use procmonkey_parser::pml::{Info, PointerWidth};
    ///
    /// let mut info = Info::unknown(PointerWidth::Bits64);
    /// info.computer_name = "WEB01".to_string();
    /// assert_eq!(info.max_user_address, 0x7FFF_FFFE_FFFF);
    /// ```
    pub fn unknown(pointer_width: PointerWidth) -> Info {
        Info {
            version: 9,
            pointer_width,
            computer_name: String::new(),
            system_root: String::new(),
            declared_events: 0,
            // The value of Windows 8.1 and later, and of every usual 32-bit Windows.
            max_user_address: match pointer_width {
                PointerWidth::Bits32 => 0x7FFE_FFFF,
                PointerWidth::Bits64 => 0x7FFF_FFFE_FFFF,
            },
            os: OsVersion::default(),
            processors: 0,
            ram_bytes: 0,
        }
    }
}

/// The header of a version 9 file with this many events.
pub(crate) fn bytes(info: &Info, events: u32, layout: &FileLayout) -> Vec<u8> {
    /// Writes as much of the text as fits, followed by a NUL.
    fn put_text(bytes: &mut [u8], at: usize, characters: usize, text: &str) {
        for (place, unit) in text.encode_utf16().take(characters - 1).enumerate() {
            put(bytes, at + 2 * place, &unit.to_le_bytes());
        }
    }
    const OS_SIZE: u32 = 284;
    const WINDOWS_NT: u32 = 2;
    let mut out = vec![0; HEADER_SIZE];
    put(&mut out, 0, b"PML_\x09");
    put(&mut out, 8, &[u8::from(info.pointer_width == PointerWidth::Bits64)]);
    put_text(&mut out, 0x0C, 16, &info.computer_name);
    put_text(&mut out, 0x2C, 260, &info.system_root);
    put_layout(&mut out, events, layout);
    put(&mut out, 0x268, &info.max_user_address.to_le_bytes());
    let os = &info.os;
    for (place, word) in [OS_SIZE, os.major, os.minor, os.build, WINDOWS_NT].iter().enumerate() {
        put(&mut out, 0x270 + 4 * place, &word.to_le_bytes());
    }
    put_text(&mut out, 0x284, 128, &os.service_pack);
    put(&mut out, 0x384, &os.service_pack_number.0.to_le_bytes());
    put(&mut out, 0x386, &os.service_pack_number.1.to_le_bytes());
    put(&mut out, 0x388, &os.suite.to_le_bytes());
    put(&mut out, 0x38A, &[os.product_type]);
    put(&mut out, 0x38C, &info.processors.to_le_bytes());
    put(&mut out, 0x390, &info.ram_bytes.to_le_bytes());
    put(&mut out, 0x398, &(HEADER_SIZE as u64).to_le_bytes());
    out
}

/// Writes into a header how many events the file has, and where its parts begin.
pub(crate) fn put_layout(header: &mut [u8], events: u32, layout: &FileLayout) {
    put(header, 0x234, &events.to_le_bytes());
    for (at, offset) in [
        (0x240, layout.first_event),
        (0x248, layout.event_offsets),
        (0x250, layout.processes),
        (0x258, layout.strings),
        (0x260, layout.icons),
        (0x3A0, layout.hosts),
    ] {
        put(header, at, &offset.to_le_bytes());
    }
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

/// Offsets of the parts of the file; 0 if the header does not have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileLayout {
    pub(crate) first_event: u64,
    pub(crate) event_offsets: u64,
    pub(crate) processes: u64,
    pub(crate) strings: u64,
    pub(crate) icons: u64,
    pub(crate) hosts: u64,
}

impl FileLayout {
    /// Where the events end at the latest. Even a damaged list of events shows this,
    /// unless it lies before the events.
    pub(crate) fn events_end(&self, file_len: u64) -> u64 {
        self.after(self.first_event).unwrap_or(file_len).min(file_len)
    }

    /// The first part of the file after an offset.
    pub(crate) fn after(&self, offset: u64) -> Option<u64> {
        self.tables().chain([self.event_offsets]).filter(|&other| other > offset).min()
    }

    /// The offsets of the tables after the list of events, as far as they are known.
    pub(crate) fn tables(&self) -> impl Iterator<Item = u64> + use<> {
        let tables = [self.processes, self.strings, self.icons, self.hosts];
        tables.into_iter().filter(|&offset| offset != 0)
    }
}

/// Whether the bytes begin like a PML file.
pub fn is_pml(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PML_")
}

/// Reads the header. What is missing in a cut header is a loss.
pub(crate) fn read(bytes: Bytes<'_>, losses: &mut Losses) -> Result<(Info, FileLayout), Error> {
    if !is_pml(bytes.0) {
        return Err(Error::not_a_capture(
            "a PML file begins with the four bytes `PML_`, but this one does not",
        ));
    }
    let damaged = |message: String| {
        Error::new(ErrorKind::Damaged, message).at(Position::at_byte(bytes.len() as u64))
    };
    let (Some(version), Some(bitness)) = (bytes.u32(4), bytes.u32(8)) else {
        return Err(damaged(format!(
            "the file ends inside its header: {HEADER_SIZE} bytes are needed, but there are {}",
            bytes.len()
        )));
    };
    if version != 9 && version != 7 {
        return Err(Error::new(
            ErrorKind::Unsupported,
            format!("this is PML version {version}; versions 7 and 9 can be read"),
        )
        .at(Position::at_byte(4)));
    }
    if bytes.len() < HEADER_SIZE {
        losses.add(
            LossKind::Truncated,
            Position::at_byte(bytes.len() as u64),
            format!("the header needs {HEADER_SIZE} bytes, but the file has {}", bytes.len()),
        );
    }
    let wide = |at: usize, characters: usize| {
        let block = bytes.from(at).0;
        let mut text = String::new();
        push_wide_to_nul(&mut text, block.get(..2 * characters).unwrap_or(block));
        text
    };
    let u32_at = |at| bytes.u32(at).unwrap_or(0);
    let u16_at = |at| bytes.u16(at).unwrap_or(0);
    let u64_at = |at| bytes.u64(at).unwrap_or(0);
    let info = Info {
        version,
        pointer_width: if bitness == 0 { PointerWidth::Bits32 } else { PointerWidth::Bits64 },
        computer_name: wide(0x0C, 16),
        system_root: wide(0x2C, 260),
        declared_events: u32_at(0x234),
        max_user_address: u64_at(0x268),
        os: OsVersion {
            major: u32_at(0x274),
            minor: u32_at(0x278),
            build: u32_at(0x27C),
            service_pack: wide(0x284, 128),
            service_pack_number: (u16_at(0x384), u16_at(0x386)),
            suite: u16_at(0x388),
            product_type: bytes.u8(0x38A).unwrap_or(0),
        },
        processors: u32_at(0x38C),
        ram_bytes: u64_at(0x390),
    };
    let first_event = match u64_at(0x240) {
        // Zero in a file that was never closed; its events follow the header, too.
        0 => HEADER_SIZE as u64,
        offset if offset < HEADER_SIZE as u64 || offset > bytes.len() as u64 => {
            losses.add(
                LossKind::DamagedField,
                Position::at_byte(0x240),
                format!(
                    "the first event cannot be at {offset:#x}; {HEADER_SIZE:#x} is used instead"
                ),
            );
            HEADER_SIZE as u64
        }
        offset => offset,
    };
    let sections = FileLayout {
        first_event,
        event_offsets: u64_at(0x248),
        processes: u64_at(0x250),
        strings: u64_at(0x258),
        icons: u64_at(0x260),
        hosts: u64_at(0x3A0),
    };
    Ok((info, sections))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_version_is_named() {
        let mut bytes = vec![0; HEADER_SIZE];
        bytes[..5].copy_from_slice(b"PML_\x0b");
        let error = read(Bytes(&bytes), &mut Losses::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("version 11"));
    }

    #[test]
    fn other_bytes_are_no_capture() {
        let error = read(Bytes(b"version https://"), &mut Losses::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotACapture);
    }

    #[test]
    fn a_cut_header_gives_what_is_there() {
        let mut bytes = vec![0; 0x40];
        bytes[..5].copy_from_slice(b"PML_\x09");
        bytes[8] = 1;
        bytes[0x0C] = b'P';
        let mut losses = Losses::default();
        let (info, sections) = read(Bytes(&bytes), &mut losses).unwrap();
        assert_eq!((info.computer_name.as_str(), info.declared_events), ("P", 0));
        assert_eq!(sections.first_event, HEADER_SIZE as u64);
        assert_eq!(losses.count(), 1);
    }
}
