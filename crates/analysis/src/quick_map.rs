//! A map for what is asked for with every event.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// A map that hashes its keys several times faster than the standard one. Its hashes begin
/// with a random number, too; `default` makes an empty one.
pub(crate) type QuickMap<K, V> = HashMap<K, V, RandomState>;
