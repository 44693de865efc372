//! Key containers: how the provider is loaded, and how it looks for, makes and reads key files.

use crate::actor::Actor;
use crate::files::{Open, READ, SYSTEM32};

const CRYPTO: &str = "HKLM\\SOFTWARE\\Microsoft\\Cryptography";
/// Opening a key shows the name as the program wrote it, not as the registry spells it.
const CRYPTO_AS_ASKED: &str = "HKLM\\Software\\Microsoft\\Cryptography";
const PROVIDER: &str = "Microsoft Strong Cryptographic Provider";

/// The folder of the machine's RSA keys.
pub const MACHINE_KEYS: &str = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys";

/// A container with a fixed name.
#[derive(Clone, Copy, Debug)]
pub struct Container {
    /// The first half of the file name, a digest of the container name.
    pub stem: &'static str,
    pub name: &'static str,
    /// How many key pairs it holds once it is complete (invented for the DCOM one).
    pub pairs: u64,
}

/// Protects the secrets of the metabase; the signature and the exchange pair are both there.
pub const IIS: Container = Container {
    stem: "c2319c42033a5ca7f44e731bfd3fa2b5",
    name: "Microsoft Internet Information Server",
    pairs: 2,
};
/// Serves remote administration of the metabase.
pub const DCOM: Container =
    Container { stem: "7a436fe806e483969f48a894af2fe9a1", name: "MS IIS DCOM Server", pairs: 1 };
/// The stem of Remote Desktop's own key, which is only seen in a listing.
pub const TERMINAL: &str = "f686aace6942fb7f7ceb231212eef4a4";

impl Container {
    /// The file name under a MachineGuid.
    pub fn file(&self, guid: &str) -> String {
        format!("{}_{guid}", self.stem)
    }

    /// The path under a MachineGuid.
    pub fn path(&self, guid: &str) -> String {
        format!("{MACHINE_KEYS}\\{}", self.file(guid))
    }

    /// The size with a number of key pairs: a header of 40 bytes, the name with its NUL, and then
    /// the keys. The first two are known; the size of a pair is invented but plausible.
    pub fn size(&self, pairs: u64) -> u64 {
        let empty = 40 + self.name.len() as u64 + 1;
        let hash = if pairs > 0 { 20 } else { 0 };
        empty + hash + pairs * 1052
    }
}

/// How the provider opens a key file to read it.
pub const KEY_READ: Open = Open {
    access: "Generic Read",
    disposition: "Open",
    options: "Sequential Access, Synchronous IO Non-Alert, Non-Directory File",
    attributes: "n/a",
    share: "Read",
};
/// How it makes a new one. No public capture shows this row, so it is a guess.
pub const KEY_CREATE: Open = Open {
    access: "Generic Write, Read Attributes",
    disposition: "Create",
    attributes: "S",
    share: "None",
    ..KEY_READ
};
/// How it replaces the content of one that exists. A guess as well.
const KEY_REPLACE: Open = Open { disposition: "OverwriteIf", ..KEY_CREATE };

impl Actor {
    /// One read of MachineGuid by the provider: an open, four queries and a close.
    pub fn read_machine_guid(&mut self, guid: &str) {
        let value = format!("{CRYPTO}\\MachineGuid");
        self.open_key(CRYPTO_AS_ASKED, "Read, WOW64_64Key");
        self.short_buffer(&value, 12);
        self.note("room for the header only: BUFFER OVERFLOW is an answer, not a failure");
        self.read_text(&value, "REG_SZ", guid);
        self.note("MachineGuid is read");
        self.short_buffer(&value, 12 + guid.len() as u64 + 1);
        self.read_text(&value, "REG_SZ", guid);
        self.close_key(CRYPTO);
    }

    /// Loads the provider, in the order that a real capture showed.
    pub fn load_provider(&mut self, guid: &str) {
        self.load_dll(&format!("{SYSTEM32}cryptsp.dll"));
        let kind = format!("{CRYPTO}\\Defaults\\Provider Types\\Type 001");
        self.open_key(&kind, "Read");
        self.read_text_ansi(&format!("{kind}\\Name"), "REG_SZ", PROVIDER);
        self.close_key(&kind);
        let provider = format!("{CRYPTO}\\Defaults\\Provider\\{PROVIDER}");
        self.open_key(&provider, "Read");
        self.read_dword(&format!("{provider}\\Type"), 1);
        let image = "%SystemRoot%\\system32\\rsaenh.dll";
        self.read_text_ansi(&format!("{provider}\\Image Path"), "REG_SZ", image);
        self.load_dll(&format!("{SYSTEM32}rsaenh.dll"));
        self.note_on("Load Image", "the crypto provider is mapped");
        let policies = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography";
        self.open_key("HKLM\\Software\\Policies\\Microsoft\\Cryptography", "Read");
        let settings = [
            "PrivKeyCacheMaxItems",
            "PrivKeyCachePurgeIntervalSeconds",
            "PrivateKeyLifetimeSeconds",
        ];
        for setting in settings {
            self.missing_value(&format!("{policies}\\{setting}"), 16);
        }
        self.close_key(policies);
        self.read_machine_guid(guid);
        self.open_missing_key(&format!("{CRYPTO_AS_ASKED}\\Offload"), "Read");
        self.load_dll(&format!("{SYSTEM32}cryptbase.dll"));
        self.load_dll(&format!("{SYSTEM32}bcryptprimitives.dll"));
        self.close_key(&provider);
    }

    /// Looks for a container that is not there, and makes it empty.
    pub fn create_container(&mut self, container: &Container, guid: &str) {
        let path = container.path(guid);
        self.open_missing(&path, KEY_READ);
        self.note("the container is looked for and is not there");
        self.wait(1);
        self.create_file(&path, KEY_CREATE, "SUCCESS", Some("Created"));
        self.note("OpenResult: Created - this row, not the word CreateFile, means a new file");
        self.write(&path, 0, container.size(0));
        self.note("the first write is exactly the size of an empty container");
        self.close(&path);
    }

    /// Generates the key pairs of a new container. The CPU needs its time for each.
    pub fn generate_keys(&mut self, container: &Container, guid: &str) {
        let path = container.path(guid);
        for pairs in 1..=container.pairs {
            let milliseconds = self.rng.between(60, 240);
            self.wait(milliseconds);
            self.create_file(&path, KEY_REPLACE, "SUCCESS", Some("Overwritten"));
            self.write(&path, 0, container.size(pairs));
            self.note("a longer write: a key pair was generated");
            self.close(&path);
        }
    }

    /// Opens a complete container and reads all of it.
    pub fn read_container(&mut self, container: &Container, guid: &str) {
        let path = container.path(guid);
        let size = container.size(container.pairs);
        self.open(&path, KEY_READ);
        self.note("OpenResult: Opened - the container was already there");
        self.standard_info(&path, size);
        self.read(&path, 0, size);
        self.note("the whole container is read");
        self.close(&path);
    }

    /// What lsass.exe does to unlock a key that is protected with the machine's own secret.
    pub fn unlock_machine_secret(&mut self) {
        let folder = "C:\\Windows\\System32\\Microsoft\\Protect\\S-1-5-18";
        let preferred = format!("{folder}\\Preferred");
        let secret = format!("{folder}\\2a7d90c4-6b1e-4f83-a5d7-90e1c3b8f264");
        for (path, size) in [(preferred, 24), (secret, 468)] {
            self.open(&path, Open { share: "Read", ..READ });
            self.standard_info(&path, size);
            self.read(&path, 0, size);
            self.close(&path);
        }
    }
}
