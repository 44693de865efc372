//! The header of a key file: which container it holds, and whether there is a key
//! in it.

use std::io::{self, Read};

use procmonkey_analysis::{KeyFileContent, KeyFileHeader, KeySystem};

use crate::text::utf16;

/// How long a CAPI header is before the name.
const CAPI: usize = 0x28;
/// How long a CNG header is before the name.
const CNG: usize = 0x2c;
/// The longest name that is taken for one, in bytes.
const MAX_NAME: usize = 1024;

/// Reads the header of a key file of this length in bytes. Not a byte behind the
/// container's name is read. `None` when it is not a key file of a known form.
///
/// # Errors
/// When the input cannot be read.
///
/// ```
/// use procmonkey_analysis::KeyFileContent;
///
/// let mut file = vec![0; 40];
/// file[8] = 4;
/// file.extend(b"SMS\0");
/// let header = procmonkey_witness::keys_dir::read_header(&mut &file[..], 44)?.unwrap();
/// assert_eq!(header.container, "SMS");
/// assert_eq!(header.content, KeyFileContent::Empty);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read_header(input: &mut impl Read, length: u64) -> io::Result<Option<KeyFileHeader>> {
    let mut fixed = Vec::with_capacity(CAPI);
    input.by_ref().take(CAPI as u64).read_to_end(&mut fixed)?;
    let Some(words) = fixed.first_chunk::<CAPI>().map(|fixed| fixed.as_chunks::<4>().0) else {
        return Ok(None);
    };
    let word = |number: usize| words.get(number).map_or(0, |word| u32::from_le_bytes(*word));
    let name_len = word(2) as usize;
    if name_len == 0 || name_len > MAX_NAME {
        return Ok(None);
    }
    // The lengths fit both forms when one name is four bytes longer than the other. The two
    // differ in where the name begins, and in the NUL at the end of a CAPI name.
    let mut name = Vec::with_capacity(name_len);
    input.by_ref().take(name_len as u64).read_to_end(&mut name)?;
    if let Some(container) = capi_name(&name, name_len) {
        let stored: u64 = (3..10).map(|number| u64::from(word(number))).sum();
        let whole = (CAPI + name_len) as u64 + stored;
        let content = if length < whole {
            KeyFileContent::Cut
        } else if length > whole {
            KeyFileContent::Unknown
        // The private halves of the signature and the exchange pair.
        } else if word(4) == 0 && word(6) == 0 {
            KeyFileContent::Empty
        } else {
            KeyFileContent::Filled
        };
        return Ok(Some(KeyFileHeader::new(KeySystem::Capi, container, content)));
    }
    input.by_ref().take((CNG - CAPI) as u64).read_to_end(&mut name)?;
    if word(0) != 1 || name_len % 2 == 1 {
        return Ok(None);
    }
    let container = name.get(CNG - CAPI..).filter(|name| !name.is_empty()).map(utf16);
    let Some(container) = container.filter(|name| is_plausible(name)) else { return Ok(None) };
    let content = match length < (CNG + name_len) as u64 {
        true => KeyFileContent::Cut,
        // How the sections behind the name add up is not established.
        false => KeyFileContent::Unknown,
    };
    Ok(Some(KeyFileHeader::new(KeySystem::Cng, container, content)))
}

/// A name in ANSI with its NUL. Its code page is not known: what is not ASCII is shown as
/// U+FFFD.
fn capi_name(bytes: &[u8], name_len: usize) -> Option<String> {
    let text = match bytes.strip_suffix(&[0]) {
        Some(text) if bytes.len() == name_len => text,
        // The file ends inside the name.
        None if bytes.len() < name_len => bytes,
        _ => return None,
    };
    let text: String = text
        .iter()
        .map(|byte| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER })
        .collect();
    is_plausible(&text).then_some(text)
}

fn is_plausible(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(char::is_control)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A CAPI file whose parts have these lengths.
    pub(crate) fn capi(name: &str, lengths: [u32; 7]) -> Vec<u8> {
        let mut file = vec![2, 0, 0, 0, 0, 0, 0, 0];
        file.extend((name.len() as u32 + 1).to_le_bytes());
        lengths.iter().for_each(|length| file.extend(length.to_le_bytes()));
        file.extend(name.bytes().chain([0]));
        file.resize(file.len() + lengths.iter().sum::<u32>() as usize, 0xee);
        file
    }

    fn cng(name: &str) -> Vec<u8> {
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut file = vec![1, 0, 0, 0, 0, 0, 0, 0];
        file.extend((units.len() as u32).to_le_bytes());
        file.resize(CNG, 0);
        file.extend(units);
        file.resize(file.len() + 300, 0xee);
        file
    }

    fn header(file: &[u8]) -> Option<KeyFileHeader> {
        let mut input = file;
        let header = read_header(&mut input, file.len() as u64).unwrap();
        // The key is 0xee: it must not have been read.
        assert!(file[..file.len() - input.len()].iter().all(|byte| *byte != 0xee));
        header
    }

    #[test]
    fn both_key_systems_name_their_container() {
        let name = "Microsoft Internet Information Server";
        let empty = capi(name, [0; 7]);
        assert_eq!(empty.len(), 78);
        let filled = capi(name, [0, 0, 140, 600, 20, 0, 100]);
        for (file, provider, content) in [
            (empty.clone(), KeySystem::Capi, KeyFileContent::Empty),
            (filled.clone(), KeySystem::Capi, KeyFileContent::Filled),
            (filled[..100].to_vec(), KeySystem::Capi, KeyFileContent::Cut),
            (cng(name), KeySystem::Cng, KeyFileContent::Unknown),
        ] {
            let header = header(&file).unwrap();
            assert_eq!((header.container.as_str(), header.provider), (name, provider));
            assert_eq!(header.content, content);
        }
    }

    #[test]
    fn other_files_have_no_header() {
        assert_eq!(header(b""), None);
        assert_eq!(header(&[0; 300]), None);
        assert_eq!(header(&[0xff; 39]), None);
        assert_eq!(read_header(&mut &[0xff; 300][..], 300).unwrap(), None);
        for file in [capi("iisWasKey", [9; 7]), cng("iisCngWasKey")] {
            for end in 0..file.len() {
                header(&file[..end]);
            }
        }
    }
}
