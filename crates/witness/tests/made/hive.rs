//! Hives: a root, keys in a row, one value; and their transaction logs.

/// Where the hive bins begin.
const BINS: usize = 4096;

/// The cells of a hive. Each is told by its place, as in the hive itself.
pub struct Cells(Vec<u8>);

impl Default for Cells {
    fn default() -> Cells {
        let mut cells = Cells(vec![0; 32]);
        cells.0[..4].copy_from_slice(b"hbin");
        cells
    }
}

impl Cells {
    /// The place of the next cell.
    pub fn next(&self) -> u32 {
        self.0.len() as u32
    }

    pub fn put(&mut self, data: &[u8]) -> u32 {
        let place = self.next();
        let length = (data.len() + 4).next_multiple_of(8);
        self.0.extend((-(length as i32)).to_le_bytes());
        self.0.extend(data);
        self.0.resize(place as usize + length, 0);
        place
    }

    pub fn patch(&mut self, cell: u32, at: usize, value: u32) {
        let at = cell as usize + 4 + at;
        self.0[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// A key of this name, in one byte a character.
    pub fn key(&mut self, name: &str) -> u32 {
        self.key_of(name.as_bytes(), 0x20)
    }

    /// A key whose name is written in two bytes a character.
    pub fn wide_key(&mut self, name: &str) -> u32 {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.key_of(&name, 0)
    }

    fn key_of(&mut self, name: &[u8], flags: u16) -> u32 {
        let mut key = vec![0; 76];
        key[..2].copy_from_slice(b"nk");
        key[2..4].copy_from_slice(&flags.to_le_bytes());
        key[4..12].copy_from_slice(&133_000_000_000_000_000_i64.to_le_bytes());
        key[72..74].copy_from_slice(&(name.len() as u16).to_le_bytes());
        key.extend(name);
        self.put(&key)
    }

    /// A list of subkeys of this kind: `lf`, `lh`, `li` or `ri`.
    pub fn list(&mut self, kind: &[u8; 2], cells: &[u32]) -> u32 {
        let mut list = kind.to_vec();
        list.extend((cells.len() as u16).to_le_bytes());
        for cell in cells {
            list.extend(cell.to_le_bytes());
            if matches!(kind, b"lf" | b"lh") {
                list.extend([0; 4]);
            }
        }
        self.put(&list)
    }

    /// Gives a key its list of subkeys.
    pub fn set_children(&mut self, key: u32, list: u32, count: u32) {
        self.patch(key, 20, count);
        self.patch(key, 28, list);
    }

    /// Gives a key one value.
    pub fn set_value(&mut self, key: u32, name: &str, text: &str) {
        let data: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let place = self.put(&data);
        let mut value = b"vk".to_vec();
        value.extend((name.len() as u16).to_le_bytes());
        for word in [data.len() as u32, place, 1, 1] {
            value.extend(word.to_le_bytes());
        }
        value.extend(name.bytes());
        let value = self.put(&value);
        let list = self.put(&value.to_le_bytes());
        self.patch(key, 36, 1);
        self.patch(key, 40, list);
    }

    /// The file of a hive with this root.
    pub fn file(mut self, root: u32) -> Vec<u8> {
        self.0.resize(self.0.len().next_multiple_of(BINS), 0);
        let mut file = vec![0; BINS];
        file[..4].copy_from_slice(b"regf");
        file[0x24..0x28].copy_from_slice(&root.to_le_bytes());
        file[0x28..0x2c].copy_from_slice(&(self.0.len() as u32).to_le_bytes());
        file.extend(&self.0);
        seal(&mut file, 1, 1);
        file
    }
}

/// A hive in which `path` leads to a text value.
pub fn hive(path: &[&str], name: &str, text: &str) -> Vec<u8> {
    hive_among(path, name, text, 0)
}

/// The same, with so many other keys beside each key of the path, in front of it.
pub fn hive_among(path: &[&str], name: &str, text: &str, others: usize) -> Vec<u8> {
    let mut cells = Cells::default();
    // The root first: some readers take the first cell for it.
    let root = cells.key("ROOT");
    let mut key = root;
    for part in path {
        let mut children: Vec<u32> =
            (0..others).map(|number| cells.key(&format!("Other {number}"))).collect();
        let child = cells.key(part);
        children.push(child);
        let list = cells.list(b"lh", &children);
        cells.set_children(key, list, children.len() as u32);
        key = child;
    }
    cells.set_value(key, name, text);
    cells.file(root)
}

/// A hive whose root has one list of lists, which names one list so often; that one
/// names one key so often, which is not the one that is looked for.
pub fn wide(lists: usize, keys: usize, name: &str) -> Vec<u8> {
    let mut cells = Cells::default();
    let key = cells.wide_key(name);
    let list = cells.list(b"li", &vec![key; keys]);
    let of_lists = cells.list(b"ri", &vec![list; lists]);
    let root = cells.key("ROOT");
    cells.set_children(root, of_lists, 1);
    cells.file(root)
}

/// A hive whose root has a list of lists that names itself.
pub fn list_of_itself() -> Vec<u8> {
    let mut cells = Cells::default();
    let itself = cells.next();
    let list = cells.list(b"ri", &[itself]);
    let root = cells.key("ROOT");
    cells.set_children(root, list, 1);
    cells.file(root)
}

/// A hive in which the key `Microsoft` is its own child.
pub fn child_of_itself() -> Vec<u8> {
    let mut cells = Cells::default();
    let root = cells.key("ROOT");
    let key = cells.key("Microsoft");
    let list = cells.list(b"li", &[key]);
    cells.set_children(root, list, 1);
    cells.set_children(key, list, 1);
    cells.file(root)
}

/// Sets the sequence numbers and the checksum of a header.
pub fn seal(file: &mut [u8], first: u32, second: u32) {
    file[4..8].copy_from_slice(&first.to_le_bytes());
    file[8..12].copy_from_slice(&second.to_le_bytes());
    let words = file[..0x1fc].as_chunks::<4>().0;
    let sum = match words.iter().fold(0, |sum, word| sum ^ u32::from_le_bytes(*word)) {
        0 => 1,
        u32::MAX => u32::MAX - 1,
        sum => sum,
    };
    file[0x1fc..0x200].copy_from_slice(&sum.to_le_bytes());
}

/// A log of one entry that makes any hive into `new`, in the form of Windows 8.1.
pub fn new_log(new: &[u8], sequence: u32) -> Vec<u8> {
    let mut log = new[..512].to_vec();
    log.extend(entry(new, sequence));
    log
}

/// The entry of such a log.
pub fn entry(new: &[u8], sequence: u32) -> Vec<u8> {
    let bins = &new[BINS..];
    let length = (48 + bins.len()).next_multiple_of(512);
    let mut entry = b"HvLE".to_vec();
    for word in [length as u32, 0, sequence, bins.len() as u32, 1, 0, 0, 0, 0, 0, bins.len() as u32]
    {
        entry.extend(word.to_le_bytes());
    }
    entry.extend(bins);
    entry.resize(length, 0);
    entry
}

/// A log of all sectors of `new`, in the form before Windows 8.1.
pub fn old_log(new: &[u8], sequence: u32) -> Vec<u8> {
    let bins = &new[BINS..];
    let mut log = new[..512].to_vec();
    seal(&mut log, sequence, sequence);
    log.extend(b"DIRT");
    log.extend(vec![0xff; bins.len() / 512 / 8]);
    log.resize(log.len().next_multiple_of(512), 0);
    log.extend(bins);
    log
}
