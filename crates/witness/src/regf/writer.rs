//! Hives for tests: a root, keys in a row, one value.

use super::{BINS, checksum};

struct Cells(Vec<u8>);

impl Cells {
    fn put(&mut self, data: &[u8]) -> u32 {
        let place = self.0.len() as u32;
        let length = (data.len() + 4).next_multiple_of(8);
        self.0.extend((-(length as i32)).to_le_bytes());
        self.0.extend(data);
        self.0.resize(place as usize + length, 0);
        place
    }

    fn patch(&mut self, cell: u32, at: usize, value: u32) {
        let at = cell as usize + 4 + at;
        self.0[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    fn key(&mut self, name: &str) -> u32 {
        let mut key = vec![0; 76];
        key[..4].copy_from_slice(b"nk\x20\0");
        key[4..12].copy_from_slice(&133_000_000_000_000_000_i64.to_le_bytes());
        key[72..74].copy_from_slice(&(name.len() as u16).to_le_bytes());
        key.extend(name.bytes());
        self.put(&key)
    }
}

/// A hive in which `path` leads to a text value.
pub(crate) fn hive(path: &[&str], name: &str, text: &str) -> Vec<u8> {
    let mut cells = Cells(vec![0; 32]);
    cells.0[..4].copy_from_slice(b"hbin");
    // The root first: some readers take the first cell for it.
    let root = cells.key("ROOT");
    let mut key = root;
    for part in path {
        let child = cells.key(part);
        let list = cells.put(&[b"lh\x01\0", &child.to_le_bytes()[..], &[0; 4]].concat());
        cells.patch(key, 20, 1);
        cells.patch(key, 28, list);
        key = child;
    }
    let data: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let place = cells.put(&data);
    let mut value = b"vk".to_vec();
    value.extend((name.len() as u16).to_le_bytes());
    for word in [data.len() as u32, place, 1, 1] {
        value.extend(word.to_le_bytes());
    }
    value.extend(name.bytes());
    let value = cells.put(&value);
    let list = cells.put(&value.to_le_bytes());
    cells.patch(key, 36, 1);
    cells.patch(key, 40, list);
    cells.0.resize(cells.0.len().next_multiple_of(BINS), 0);
    let mut file = vec![0; BINS];
    file[..4].copy_from_slice(b"regf");
    file[0x24..0x28].copy_from_slice(&root.to_le_bytes());
    file[0x28..0x2c].copy_from_slice(&(cells.0.len() as u32).to_le_bytes());
    file.extend(&cells.0);
    seal(&mut file, 1, 1);
    file
}

/// Sets the sequence numbers and the checksum of a header.
pub(crate) fn seal(file: &mut [u8], first: u32, second: u32) {
    file[4..8].copy_from_slice(&first.to_le_bytes());
    file[8..12].copy_from_slice(&second.to_le_bytes());
    let sum = checksum(file);
    file[0x1fc..0x200].copy_from_slice(&sum.to_le_bytes());
}

/// A log of one entry that makes `old` into `new`, in the form of Windows 8.1.
pub(crate) fn new_log(new: &[u8], sequence: u32) -> Vec<u8> {
    let bins = &new[BINS..];
    let mut log = new[..512].to_vec();
    let length = (48 + bins.len()).next_multiple_of(512);
    log.extend(b"HvLE");
    for word in [length as u32, 0, sequence, bins.len() as u32, 1, 0, 0, 0, 0, 0, bins.len() as u32]
    {
        log.extend(word.to_le_bytes());
    }
    log.extend(bins);
    log.resize(512 + length, 0);
    log
}

/// A log of all sectors of `new`, in the form before Windows 8.1.
pub(crate) fn old_log(new: &[u8], sequence: u32) -> Vec<u8> {
    let bins = &new[BINS..];
    let mut log = new[..512].to_vec();
    seal(&mut log, sequence, sequence);
    log.extend(b"DIRT");
    log.extend(vec![0xff; bins.len() / 512 / 8]);
    log.resize(log.len().next_multiple_of(512), 0);
    log.extend(bins);
    log
}
