//! How much of a source is read, and how much of it is kept.

/// What a reader may use at most.
///
/// A source from a real computer does not come near any of these. What lies beyond
/// one is counted in the losses of the [`Reading`](crate::Reading); nothing is left
/// out silently.
///
/// ```
/// use procmonkey_witness::Limits;
///
/// let small = Limits::default().event_bytes(100);
/// let xml = format!("<Event><System><EventID>1</EventID></System>{}</Event>", " ".repeat(100));
/// let reading = procmonkey_witness::read_from("a.xml", xml.as_bytes(), &small)?;
/// assert_eq!(reading.losses.count(), 1);
/// # Ok::<(), procmonkey_witness::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(crate) log_bytes: u64,
    pub(crate) hive_bytes: u64,
    pub(crate) hive_log_bytes: u64,
    pub(crate) held_bytes: u64,
    pub(crate) event_bytes: usize,
    pub(crate) facts: usize,
    pub(crate) fact_bytes: usize,
    pub(crate) event_kinds: usize,
    pub(crate) listed_files: usize,
}

impl Default for Limits {
    /// Event logs of 4 GiB and hives of 2 GiB, which are read piece by piece; 256 MiB
    /// of each transaction log of a hive; 128 MiB of what has to be held in memory;
    /// events of 1 MiB as XML; 262,144 facts of 128 MiB together; 65,536 kinds of
    /// events; folders of 1,048,576 files.
    fn default() -> Limits {
        Limits {
            log_bytes: 4 << 30,
            hive_bytes: 2 << 30,
            hive_log_bytes: 256 << 20,
            held_bytes: 128 << 20,
            event_bytes: 1 << 20,
            facts: 1 << 18,
            fact_bytes: 128 << 20,
            event_kinds: 1 << 16,
            listed_files: 1 << 20,
        }
    }
}

impl Limits {
    /// Bytes of an event log, which is read piece by piece.
    pub fn log_bytes(self, bytes: u64) -> Limits {
        Limits { log_bytes: bytes, ..self }
    }

    /// Bytes of a hive that is a file, which is read where it is looked up.
    pub fn hive_bytes(self, bytes: u64) -> Limits {
        Limits { hive_bytes: bytes, ..self }
    }

    /// Bytes of each transaction log beside a hive.
    pub fn hive_log_bytes(self, bytes: u64) -> Limits {
        Limits { hive_log_bytes: bytes, ..self }
    }

    /// Bytes of what has to be held in memory: a text, or a hive from a pipe.
    pub fn held_bytes(self, bytes: u64) -> Limits {
        Limits { held_bytes: bytes, ..self }
    }

    /// Bytes of one event as XML.
    pub fn event_bytes(self, bytes: usize) -> Limits {
        Limits { event_bytes: bytes, ..self }
    }

    /// Facts of one source.
    pub fn facts(self, facts: usize) -> Limits {
        Limits { facts, ..self }
    }

    /// Bytes that the facts of one source take in memory. A folder counts by its
    /// files, not here.
    pub fn fact_bytes(self, bytes: usize) -> Limits {
        Limits { fact_bytes: bytes, ..self }
    }

    /// Kinds of events of one source, by provider and id, that are counted one by one.
    pub fn event_kinds(self, kinds: usize) -> Limits {
        Limits { event_kinds: kinds, ..self }
    }

    /// Files of the folders of one source.
    pub fn listed_files(self, files: usize) -> Limits {
        Limits { listed_files: files, ..self }
    }
}
