//! An image that a process had loaded.

/// One image that a process had loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Module {
    /// Where it was mapped.
    pub base: u64,
    /// Size of the mapping in bytes.
    pub size: u32,
    /// Path of the file.
    pub path: String,
    /// Version from the version resource.
    pub version: String,
    /// Company from the version resource.
    pub company: String,
    /// Description from the version resource.
    pub description: String,
    /// Link time stamp of the image: seconds since 1970, or a hash.
    pub time_stamp: u32,
    /// When it was loaded, FILETIME. Procmon spreads it over two fields; the
    /// sum equals the time of the `Load Image` event.
    pub loaded: i64,
}

impl Module {
    /// Whether an address lies in the module.
    pub fn contains(&self, address: u64) -> bool {
        address.checked_sub(self.base).is_some_and(|offset| offset < u64::from(self.size))
    }
}
