//! What a thread does with files, images, threads and processes.

use crate::actor::Actor;
use crate::locale::on;
use crate::model::{Class, Detail, SECOND, Ticks, date, number, text};
use crate::rng::of_name;

/// How a file is opened.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub access: &'static str,
    pub disposition: &'static str,
    pub options: &'static str,
    pub attributes: &'static str,
    pub share: &'static str,
}

/// Asks for attributes only.
pub const LOOK: Open = Open {
    access: "Read Attributes",
    disposition: "Open",
    options: "Open Reparse Point",
    attributes: "n/a",
    share: "Read, Write, Delete",
};
/// Opens a file to read it.
pub const READ: Open = Open {
    access: "Generic Read",
    disposition: "Open",
    options: "Synchronous IO Non-Alert, Non-Directory File",
    attributes: "N",
    share: "Read, Write, Delete",
};
/// Opens a file to add to it.
pub const APPEND: Open =
    Open { access: "Generic Write, Read Attributes", disposition: "OpenIf", ..READ };
/// Opens a program file to map it.
pub const IMAGE: Open = Open {
    access: "Read Data/List Directory, Execute/Traverse, Synchronize",
    disposition: "Open",
    options: "Synchronous IO Non-Alert, Non-Directory File",
    attributes: "n/a",
    share: "Read, Delete",
};
/// Opens a folder to list it.
pub const FOLDER: Open = Open {
    access: "Read Data/List Directory, Synchronize",
    disposition: "Open",
    options: "Directory, Synchronous IO Non-Alert",
    attributes: "n/a",
    share: "Read, Write, Delete",
};

/// The folder of most Windows programs.
pub const SYSTEM32: &str = "C:\\Windows\\System32\\";

impl Actor {
    /// Adds a file event.
    pub fn file(
        &mut self,
        operation: &'static str,
        path: &str,
        result: &'static str,
        detail: Detail,
    ) {
        let (low, high) = match operation {
            "CreateFile" => (160, 720),
            "WriteFile" => (900, 3_400),
            "ReadFile" => (110, 900),
            _ => (100, 240),
        };
        let duration = self.rng.between(low, high);
        self.event(Class::FileSystem, operation, path, result, detail, duration);
    }

    /// Opens or creates a file. `opened` is the open result, or nothing when it failed.
    pub fn create_file(
        &mut self,
        path: &str,
        how: Open,
        result: &'static str,
        opened: Option<&str>,
    ) {
        // Procmon shows no allocation size for the two dispositions that cannot create.
        let creates = !matches!(how.disposition, "Open" | "Overwrite");
        let mut detail = vec![
            text("Desired Access", how.access),
            text("Disposition", how.disposition),
            text("Options", how.options),
            text("Attributes", how.attributes),
            text("ShareMode", how.share),
            if creates { number("AllocationSize", 0) } else { text("AllocationSize", "n/a") },
        ];
        detail.extend(opened.map(|result| text("OpenResult", result)));
        self.file("CreateFile", path, result, detail);
    }

    /// Opens a file that exists.
    pub fn open(&mut self, path: &str, how: Open) {
        self.create_file(path, how, "SUCCESS", Some("Opened"));
    }

    /// Tries to open a file that does not exist.
    pub fn open_missing(&mut self, path: &str, how: Open) {
        self.create_file(path, how, "NAME NOT FOUND", None);
    }

    /// Closes a file.
    pub fn close(&mut self, path: &str) {
        self.file("CloseFile", path, "SUCCESS", Vec::new());
    }

    /// Reads a part of a file.
    pub fn read(&mut self, path: &str, offset: u64, length: u64) {
        self.file("ReadFile", path, "SUCCESS", transfer(offset, length));
    }

    /// Writes a part of a file.
    pub fn write(&mut self, path: &str, offset: u64, length: u64) {
        self.file("WriteFile", path, "SUCCESS", transfer(offset, length));
    }

    /// Asks for the size of a file.
    pub fn standard_info(&mut self, path: &str, size: u64) {
        let detail = vec![
            number("AllocationSize", size.div_ceil(4096) * 4096),
            number("EndOfFile", size),
            number("NumberOfLinks", 1),
            text("DeletePending", "False"),
            text("Directory", "False"),
        ];
        self.file("QueryStandardInformationFile", path, "SUCCESS", detail);
    }

    /// Asks for the dates of a file.
    pub fn basic_info(&mut self, path: &str) {
        let made = made_on(path);
        let detail = vec![
            date("CreationTime", made),
            date("LastAccessTime", made),
            date("LastWriteTime", made),
            date("ChangeTime", made + 40 * 86_400 * SECOND),
            text("FileAttributes", "A"),
        ];
        self.file("QueryBasicInformationFile", path, "SUCCESS", detail);
    }

    /// Looks at a file without reading it.
    pub fn look_at(&mut self, path: &str) {
        self.open(path, LOOK);
        self.basic_info(path);
        self.close(path);
    }

    /// Reads a whole file in blocks of 4 KB.
    pub fn read_whole(&mut self, path: &str, size: u64) {
        self.open(path, READ);
        self.standard_info(path, size);
        let mut offset = 0;
        while offset < size {
            let length = (size - offset).min(4096);
            self.read(path, offset, length);
            offset += length;
        }
        self.close(path);
    }

    /// Adds lines to a log file that is `size` bytes long.
    pub fn append(&mut self, path: &str, size: u64, length: u64) {
        self.open(path, APPEND);
        self.write(path, size, length);
        self.close(path);
    }

    /// Lists names in a folder. A filter becomes a part of the path, as in real captures.
    pub fn list(&mut self, folder: &str, filter: Option<&str>, names: &[&str]) {
        let mut detail = vec![text("FileInformationClass", "FileBothDirectoryInformation")];
        detail.extend(filter.map(|filter| text("Filter", filter)));
        let path = match filter {
            Some(filter) => format!("{folder}\\{filter}"),
            None => folder.to_owned(),
        };
        // The number is the place in the whole list, in which the class counts as entry 0.
        let first = detail.len();
        for (index, name) in names.iter().enumerate() {
            detail.push(text(&(first + index).to_string(), *name));
        }
        self.file("QueryDirectory", &path, "SUCCESS", detail);
    }

    /// Asks for more names after the last one.
    pub fn list_end(&mut self, folder: &str) {
        let detail = vec![text("FileInformationClass", "FileBothDirectoryInformation")];
        self.file("QueryDirectory", folder, "NO MORE FILES", detail);
    }

    /// Maps a DLL that is already known to Windows: only the image event shows.
    pub fn image(&mut self, path: &str) {
        let detail = vec![
            text("Image Base", format!("0x{:x}", image_base(path))),
            text("Image Size", format!("0x{:x}", image_size(path))),
        ];
        self.instant("Load Image", path, detail);
    }

    /// Finds and maps a DLL, with all the rows that Windows needs for it.
    pub fn load_dll(&mut self, path: &str) {
        self.look_at(path);
        self.open(path, IMAGE);
        let section = vec![
            text("SyncType", "SyncTypeCreateSection"),
            text("PageProtection", "PAGE_EXECUTE|PAGE_NOCACHE"),
        ];
        self.file("CreateFileMapping", path, "FILE LOCKED WITH ONLY READERS", section);
        let other = vec![text("SyncType", "SyncTypeOther")];
        self.file("CreateFileMapping", path, "SUCCESS", other);
        self.image(path);
        self.close(path);
    }

    /// Reports a new thread of the same process.
    pub fn thread_created(&mut self, tid: u32) {
        self.instant("Thread Create", "", vec![text("Thread ID", tid.to_string())]);
    }
}

fn transfer(offset: u64, length: u64) -> Detail {
    let mut detail = vec![number("Offset", offset), number("Length", length)];
    // Only the first access to a file names a priority; later ones are served by the cache.
    if offset == 0 {
        detail.push(text("Priority", "Normal"));
    }
    detail
}

fn made_on(path: &str) -> Ticks {
    let seconds = of_name(path) % (20 * 3600);
    on(2018, 9, 15) + seconds * SECOND
}

/// Where an image lies; equal in all processes, as it is between two starts of Windows.
pub fn image_base(path: &str) -> u64 {
    let high = if path.ends_with(".exe") { 0x7ff6_0000_0000 } else { 0x7ffa_0000_0000 };
    high + (of_name(path) % 0xFFFF) * 0x1_0000
}

/// How long an image is.
pub fn image_size(path: &str) -> u64 {
    (of_name(path) / 7 % 0x170 + 8) * 0x1000
}
