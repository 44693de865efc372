//! The values of one column, until they are handed over.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, DurationNanosecondArray, Int32Array, ListArray, StringArray,
    StructArray, TimestampNanosecondArray, UInt32Array, UInt64Array,
};
use arrow_buffer::{Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType};
use procmonkey_parser::Detail;

use crate::fields::{Kind, element, item_fields};

/// Texts one after the other.
#[derive(Debug)]
struct Texts {
    bytes: String,
    ends: Vec<i32>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { bytes: String::new(), ends: vec![0] }
    }
}

impl Texts {
    /// Marks what was added to `bytes` as one text.
    fn end(&mut self) {
        // A batch ends long before it has 2 GiB of text; see `Builder::is_full`.
        self.ends.push(i32::try_from(self.bytes.len()).unwrap_or(i32::MAX));
    }

    fn get(&self, number: usize) -> Option<&str> {
        let (begin, end) = (*self.ends.get(number)?, *self.ends.get(number + 1)?);
        self.bytes.get(usize::try_from(begin).ok()?..usize::try_from(end).ok()?)
    }

    fn finish(&mut self, nulls: Option<NullBuffer>) -> Result<StringArray, ArrowError> {
        let room = (self.bytes.len(), self.ends.len());
        let next = Texts { bytes: String::with_capacity(room.0), ends: Vec::with_capacity(room.1) };
        let Texts { bytes, ends } = std::mem::replace(self, next);
        self.ends.push(0);
        let bytes = Buffer::from(bytes.into_bytes());
        StringArray::try_new(OffsetBuffer::new(ScalarBuffer::from(ends)), bytes, nulls)
    }
}

/// How many texts a dictionary has at most before the next batch begins a new one.
const MOST_NAMES: usize = 1 << 16;

/// Texts that come again, each of them once.
#[derive(Debug)]
pub(crate) struct Dictionary {
    /// The numbers of texts that are constants of the library, by their addresses.
    constants: Box<[Constant; CONSTANTS]>,
    codes: HashMap<Box<str>, i32, foldhash::fast::RandomState>,
    /// The numbers of texts that were asked for last, by a few of their bytes.
    recent: Box<[usize; RECENT]>,
    texts: Texts,
    /// The array of all texts, until there is another text.
    array: Option<ArrayRef>,
}

/// A text that never goes away: its address, its length, and its number.
type Constant = (usize, usize, i32);

/// How many constants are remembered.
const CONSTANTS: usize = 256;

/// How many other texts are found without a hash of all their bytes.
const RECENT: usize = 256;

impl Default for Dictionary {
    fn default() -> Dictionary {
        Dictionary {
            constants: Box::new([(0, 0, 0); CONSTANTS]),
            codes: HashMap::default(),
            recent: Box::new([0; RECENT]),
            texts: Texts::default(),
            array: None,
        }
    }
}

impl Dictionary {
    /// As [`Dictionary::code`], for a text that is never freed, so that its address is enough to
    /// know it again.
    pub(crate) fn code_of_constant(&mut self, text: &'static str) -> i32 {
        let (address, length) = (text.as_ptr().addr(), text.len());
        let place = (address ^ (address >> 8)) % CONSTANTS;
        let (known, same_length, code) = self.constants[place];
        if known == address && same_length == length && length > 0 {
            return code;
        }
        let code = self.code(text);
        self.constants[place] = (address, length, code);
        code
    }

    pub(crate) fn code(&mut self, text: &str) -> i32 {
        let place = place_of(text.as_bytes());
        if self.texts.get(self.recent[place]) == Some(text) {
            return i32::try_from(self.recent[place]).unwrap_or(i32::MAX);
        }
        let code = match self.codes.get(text) {
            Some(code) => *code,
            None => self.add(text),
        };
        self.recent[place] = usize::try_from(code).unwrap_or(usize::MAX);
        code
    }

    fn add(&mut self, text: &str) -> i32 {
        let code = i32::try_from(self.codes.len()).unwrap_or(i32::MAX);
        self.codes.insert(text.into(), code);
        self.texts.bytes.push_str(text);
        self.texts.end();
        self.array = None;
        code
    }

    fn array(&mut self) -> Result<ArrayRef, ArrowError> {
        if let Some(array) = &self.array {
            return Ok(Arc::clone(array));
        }
        let Texts { bytes, ends } = &self.texts;
        let bytes = Buffer::from(bytes.clone().into_bytes());
        let ends = OffsetBuffer::new(ScalarBuffer::from(ends.clone()));
        let array: ArrayRef = Arc::new(StringArray::try_new(ends, bytes, None)?);
        Ok(Arc::clone(self.array.insert(array)))
    }

    fn is_full(&self) -> bool {
        self.codes.len() > MOST_NAMES || self.texts.bytes.len() > MOST_TEXT
    }
}

/// Where a text is remembered: by its length, and by its first and last bytes.
fn place_of(text: &[u8]) -> usize {
    let number = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let (first, last) = match text.len() {
        8.. => (number(text.first_chunk()), number(text.last_chunk())),
        _ => (text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 0),
    };
    let mixed =
        (first ^ last.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 56) as usize % RECENT
}

/// How many bytes of text one column of a batch has before the batch ends.
const MOST_TEXT: usize = 256 << 20;

/// The values of a column.
#[derive(Debug)]
pub(crate) struct Builder {
    kind: Kind,
    pub(crate) dictionary: Dictionary,
    codes: Vec<i32>,
    texts: Texts,
    second: Texts,
    numbers: Vec<u32>,
    longs: Vec<i64>,
    addresses: Vec<Option<u64>>,
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Builder {
    pub(crate) fn new(kind: Kind, rows: usize) -> Builder {
        Builder {
            kind,
            dictionary: Dictionary::default(),
            codes: Vec::new(),
            texts: Texts::default(),
            second: Texts::default(),
            numbers: Vec::new(),
            longs: Vec::new(),
            addresses: Vec::new(),
            ends: vec![0],
            nulls: NullBufferBuilder::new(rows),
        }
    }

    /// Adds a number: for `Kind::Names` that of a text in the dictionary.
    pub(crate) fn push(&mut self, value: Option<i64>) {
        let number = value.unwrap_or_default();
        match self.kind {
            Kind::Names => self.codes.push(number as i32),
            Kind::Number => self.numbers.push(number as u32),
            _ => self.longs.push(number),
        }
        self.nulls.append(value.is_some());
    }

    /// Adds a text, which `write` appends; null where `write` says that there is none.
    pub(crate) fn push_text(&mut self, write: impl FnOnce(&mut String) -> bool) {
        let is_there = write(&mut self.texts.bytes);
        self.texts.end();
        self.nulls.append(is_there);
    }

    /// Adds the items of Detail.
    pub(crate) fn push_items(&mut self, detail: Option<&Detail<'_>>) {
        for item in detail.iter().flat_map(|detail| detail.items()) {
            self.texts.bytes.push_str(item.key);
            self.texts.end();
            self.second.bytes.push_str(item.value);
            self.second.end();
        }
        self.ends.push(i32::try_from(self.texts.ends.len() - 1).unwrap_or(i32::MAX));
        self.nulls.append(detail.is_some());
    }

    /// Adds the addresses of a stack.
    pub(crate) fn push_stack(&mut self, write: impl FnOnce(&mut Vec<Option<u64>>)) {
        write(&mut self.addresses);
        self.ends.push(i32::try_from(self.addresses.len()).unwrap_or(i32::MAX));
        self.nulls.append_non_null();
    }

    /// Whether the batch has to end because of this column.
    pub(crate) fn is_full(&self) -> bool {
        self.texts.bytes.len() > MOST_TEXT
            || self.second.bytes.len() > MOST_TEXT
            || self.addresses.len() > MOST_TEXT
    }

    /// Whether the dictionary should not grow any more.
    pub(crate) fn has_full_dictionary(&self) -> bool {
        self.dictionary.is_full()
    }

    /// Gives up the numbers of the dictionary.
    pub(crate) fn begin_again(&mut self) {
        if self.kind == Kind::Names {
            self.dictionary = Dictionary::default();
        }
    }

    /// The array of what was added since the last one.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        fn taken<T>(values: &mut Vec<T>) -> ScalarBuffer<T>
        where
            T: arrow_buffer::ArrowNativeType,
        {
            let room = Vec::with_capacity(values.len());
            std::mem::replace(values, room).into()
        }
        let nulls = self.nulls.finish();
        Ok(match self.kind {
            Kind::Names => {
                let codes = Int32Array::try_new(taken(&mut self.codes), nulls)?;
                Arc::new(DictionaryArray::<Int32Type>::try_new(codes, self.dictionary.array()?)?)
            }
            Kind::Text => Arc::new(self.texts.finish(nulls)?),
            Kind::Number => Arc::new(UInt32Array::try_new(taken(&mut self.numbers), nulls)?),
            Kind::Length => {
                Arc::new(DurationNanosecondArray::try_new(taken(&mut self.longs), nulls)?)
            }
            Kind::Moment(zoned) | Kind::Start(zoned) => {
                let times = TimestampNanosecondArray::try_new(taken(&mut self.longs), nulls)?;
                Arc::new(times.with_timezone_opt(zoned.zone()))
            }
            Kind::Details => {
                let keys: ArrayRef = Arc::new(self.texts.finish(None)?);
                let values: ArrayRef = Arc::new(self.second.finish(None)?);
                let items = StructArray::try_new(item_fields(), vec![keys, values], None)?;
                self.list(Arc::new(items), DataType::Struct(item_fields()), nulls)?
            }
            Kind::Stack => {
                let addresses = UInt64Array::from(std::mem::take(&mut self.addresses));
                self.list(Arc::new(addresses), DataType::UInt64, nulls)?
            }
        })
    }

    fn list(
        &mut self,
        items: ArrayRef,
        of: DataType,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef, ArrowError> {
        let ends = std::mem::replace(&mut self.ends, vec![0]);
        let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
        Ok(Arc::new(ListArray::try_new(element(of), ends, items, nulls)?))
    }
}
