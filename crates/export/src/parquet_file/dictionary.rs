//! A column of few texts as a whole: its dictionary, and which of the texts each row has.
//!
//! The crate `parquet` looks each value up in the dictionary that it makes; here the number of each
//! text is known already. The form is that of "Data Pages" and "Encodings" in the description of the
//! format: <https://parquet.apache.org/docs/file-format/data-pages/encodings/>.

use std::num::NonZeroU32;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, PageType};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

/// The texts of a column in the rows of a group.
pub(super) struct Dictionary<'t> {
    /// Each of them is that of a row.
    pub(super) texts: Vec<&'t [u8]>,
    /// For each row the number of its text, from 1; `None` is null.
    pub(super) rows: &'t [Option<NonZeroU32>],
}

/// Whether something is written that helps to pass over a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Help {
    Written,
    LeftOut,
}

impl Help {
    pub(super) fn when(is_written: bool) -> Help {
        if is_written { Help::Written } else { Help::LeftOut }
    }
}

/// How many of the values that a group does not have may seem to be in it, by its Bloom filter: that of
/// the crate `parquet`.
const FALSE_POSITIVES: f64 = 0.05;

/// How many bytes of the lowest and the highest text are written: as many as the crate `parquet` writes.
const EXTREME: usize = 64;

/// The bytes of a column, and what the end of the file says of it. `extremes` are the lowest and the
/// highest text, `filter` is the Bloom filter.
pub(super) fn column_of(
    dictionary: &Dictionary<'_>,
    descriptor: &ColumnDescPtr,
    extremes: Help,
    filter: Help,
) -> Result<(Bytes, ColumnCloseResult)> {
    let Dictionary { texts, rows } = dictionary;
    let mut plain = Vec::new();
    for text in texts {
        plain.extend_from_slice(&length_of(text)?.to_le_bytes());
        plain.extend_from_slice(text);
    }
    let dictionary_length = plain.len();
    let of_texts = Page::DictionaryPage {
        buf: compressed(&plain)?,
        num_values: count_of(texts.len())?,
        encoding: Encoding::PLAIN,
        is_sorted: false,
    };
    let data = data_of(dictionary, descriptor.max_def_level() > 0)?;
    let of_rows = Page::DataPage {
        buf: compressed(&data)?,
        num_values: count_of(rows.len())?,
        encoding: Encoding::RLE_DICTIONARY,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    };
    let mut out = TrackedWrite::new(Vec::new());
    let mut writer = SerializedPageWriter::new(&mut out);
    let of_texts = writer.write_page(CompressedPage::new(of_texts, dictionary_length))?;
    let of_rows = writer.write_page(CompressedPage::new(of_rows, data.len()))?;
    let count = |page_type, encoding| PageEncodingStats { page_type, encoding, count: 1 };
    let compressed_size = (of_texts.compressed_size + of_rows.compressed_size) as i64;
    let uncompressed_size = (of_texts.uncompressed_size + of_rows.uncompressed_size) as i64;
    let mut metadata = ColumnChunkMetaData::builder(descriptor.clone())
        .set_compression(Compression::SNAPPY)
        .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
        .set_page_encoding_stats(vec![
            count(PageType::DICTIONARY_PAGE, Encoding::PLAIN),
            count(PageType::DATA_PAGE, Encoding::RLE_DICTIONARY),
        ])
        .set_total_compressed_size(compressed_size)
        .set_total_uncompressed_size(uncompressed_size)
        .set_num_values(rows.len() as i64)
        .set_dictionary_page_offset(Some(of_texts.offset as i64))
        .set_data_page_offset(of_rows.offset as i64);
    if extremes == Help::Written {
        metadata = metadata.set_statistics(statistics_of(dictionary));
    }
    let bloom_filter = match filter {
        Help::Written => {
            let mut filter = Sbbf::new_with_ndv_fpp(texts.len().max(1) as u64, FALSE_POSITIVES)?;
            texts.iter().for_each(|text| filter.insert(*text));
            Some(filter)
        }
        Help::LeftOut => None,
    };
    let mut offsets = OffsetIndexBuilder::new();
    offsets.append_row_count(rows.len() as i64);
    offsets.append_offset_and_size(of_rows.offset as i64, of_rows.compressed_size as i32);
    let bytes = Bytes::from(out.into_inner()?);
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: rows.len() as u64,
        metadata: metadata.build()?,
        bloom_filter,
        column_index: None,
        offset_index: Some(offsets.build()),
    };
    Ok((bytes, close))
}

/// The lowest and the highest text, or as much of them as is written, and how many rows have none.
fn statistics_of(dictionary: &Dictionary<'_>) -> Statistics {
    let Dictionary { texts, rows } = dictionary;
    let lowest = texts.iter().min().copied().unwrap_or_default();
    let highest = texts.iter().max().copied().unwrap_or_default();
    let below = beginning(lowest);
    let above = if highest.len() > EXTREME { above(highest) } else { Some(highest.to_vec()) };
    let (is_lowest, is_highest) = (below == lowest, above.as_deref() == Some(highest));
    let nulls = rows.iter().filter(|row| row.is_none()).count() as u64;
    let below = Some(ByteArray::from(below.to_vec()));
    let above = above.map(ByteArray::from);
    let values = ValueStatistics::new(below, above, None, Some(nulls), false);
    Statistics::from(values.with_min_is_exact(is_lowest).with_max_is_exact(is_highest))
}

/// As much of a text as is written: whole characters.
fn beginning(text: &[u8]) -> &[u8] {
    let is_character = |at: &usize| text.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80);
    let end = (0..=text.len().min(EXTREME)).rev().find(is_character);
    &text[..end.unwrap_or_default()]
}

/// A short text that is higher than all that begin like this one: one character is the next one, and
/// nothing follows it. `None` where there is none.
fn above(text: &[u8]) -> Option<Vec<u8>> {
    let text = beginning(text);
    // The next one of another character may take more bytes, or be none.
    let place = text.iter().rposition(|byte| *byte < 0x7f)?;
    let mut above = text[..=place].to_vec();
    above[place] += 1;
    Some(above)
}

/// What a data page has, before it is compressed: whether each row has a value, where it may have none,
/// then the number of the text of each value.
fn data_of(dictionary: &Dictionary<'_>, may_be_null: bool) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut numbers = Vec::with_capacity(dictionary.rows.len());
    if may_be_null {
        numbers.extend(dictionary.rows.iter().map(|row| u32::from(row.is_some())));
        out.extend_from_slice(&[0; 4]);
        push_numbers(&numbers, 1, &mut out);
        let length = length_of(&out[4..])?;
        out[..4].copy_from_slice(&length.to_le_bytes());
        numbers.clear();
    }
    numbers.extend(dictionary.rows.iter().flatten().map(|number| number.get() - 1));
    let last = count_of(dictionary.texts.len())?.saturating_sub(1);
    let width = (u32::BITS - last.leading_zeros()).max(1);
    out.push(width as u8);
    push_numbers(&numbers, width, &mut out);
    Ok(out)
}

/// How many equal numbers are worth a run of their own.
const RUN: usize = 8;

/// How many numbers are packed together.
const PACKED: usize = 8;

/// Adds numbers of so many bits in the encoding RLE: where one comes [`RUN`] times or more, it stands there
/// once, with how often it comes; others are packed, [`PACKED`] at a time. The last ones are filled up with
/// zeros.
fn push_numbers(numbers: &[u32], width: u32, out: &mut Vec<u8>) {
    let run_at = |at: usize| {
        let rest = &numbers[at..];
        rest.iter().take_while(|number| **number == rest[0]).count()
    };
    let mut at = 0;
    while at < numbers.len() {
        let run = run_at(at);
        if run >= RUN {
            push_varint((run as u64) << 1, out);
            out.extend_from_slice(&numbers[at].to_le_bytes()[..width.div_ceil(8) as usize]);
            at += run;
            continue;
        }
        let start = at;
        while at < numbers.len() {
            at = numbers.len().min(at + PACKED);
            // A run that is long enough ends the packed ones.
            if numbers[at..].len() >= RUN
                && numbers[at..at + RUN].iter().all(|it| *it == numbers[at])
            {
                break;
            }
        }
        push_varint(((at - start).div_ceil(PACKED) as u64) << 1 | 1, out);
        for group in numbers[start..at].chunks(PACKED) {
            let (mut bits, mut held) = (0u64, 0);
            let end = out.len() + width as usize;
            for number in group {
                bits |= u64::from(*number) << held;
                held += width;
                while held >= 8 {
                    out.push(bits as u8);
                    bits >>= 8;
                    held -= 8;
                }
            }
            if out.len() < end {
                out.push(bits as u8);
                out.resize(end, 0);
            }
        }
    }
}

/// Adds a number in pieces of seven bits, the lowest first.
fn push_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn compressed(bytes: &[u8]) -> Result<Bytes> {
    let compressed = snap::raw::Encoder::new().compress_vec(bytes);
    compressed.map(Bytes::from).map_err(|error| ParquetError::External(Box::new(error)))
}

fn length_of(bytes: &[u8]) -> Result<u32> {
    count_of(bytes.len())
}

fn count_of(count: usize) -> Result<u32> {
    u32::try_from(count).map_err(|error| ParquetError::External(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader makes of numbers, by the description of the format.
    fn read(bytes: &[u8], width: u32, count: usize) -> Vec<u32> {
        let (mut at, mut numbers) = (0, Vec::new());
        while numbers.len() < count {
            let (mut header, mut shift) = (0u64, 0);
            loop {
                let byte = bytes[at];
                at += 1;
                header |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            let times = (header >> 1) as usize;
            assert!(times > 0, "a run of nothing");
            if header & 1 == 0 {
                let mut number = [0; 4];
                let length = width.div_ceil(8) as usize;
                number[..length].copy_from_slice(&bytes[at..at + length]);
                at += length;
                numbers.extend(std::iter::repeat_n(u32::from_le_bytes(number), times));
            } else {
                let bit = |place: usize| u32::from(bytes[at + place / 8] >> (place % 8) & 1);
                let width = width as usize;
                for number in 0..times * 8 {
                    let bits = (0..width).map(|place| bit(number * width + place) << place);
                    numbers.push(bits.sum());
                }
                at += times * width;
            }
        }
        assert_eq!(at, bytes.len(), "nothing stands behind the numbers");
        assert!(numbers.len() < count + 8, "less than a group is filled up");
        assert!(numbers[count..].iter().all(|number| *number == 0));
        numbers.truncate(count);
        numbers
    }

    #[test]
    fn numbers_are_read_as_they_were_written_whatever_runs_they_have() {
        let mut random = 7u64;
        let mut below = |end: u32| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (random >> 33) as u32 % end
        };
        for width in [1, 2, 3, 7, 8, 9, 12, 16, 17, 31, 32] {
            let most = u32::MAX >> (32 - width);
            for round in 0..400 {
                let mut numbers = Vec::new();
                let length = [0, 1, 7, 8, 9, 64, 300][round % 7];
                while numbers.len() < length {
                    let number = if below(2) == 0 { below(most) } else { most };
                    let times = match below(3) {
                        0 => 1,
                        1 => below(10) + 1,
                        _ => below(40) + 1,
                    };
                    numbers.extend(std::iter::repeat_n(number, times as usize));
                }
                numbers.truncate(length);
                let mut out = Vec::new();
                push_numbers(&numbers, width, &mut out);
                assert_eq!(read(&out, width, numbers.len()), numbers, "width {width}");
            }
        }
    }

    #[test]
    fn what_is_written_of_long_texts_is_below_and_above_them() {
        let long = |first: &str, last: &str| format!("{first}{}{last}", "\u{e4}".repeat(40));
        let texts = [
            String::new(),
            "C:\\a".to_string(),
            "x".repeat(64),
            "x".repeat(65),
            long("", ""),
            long("C:", ""),
            long("C:\\", "z"),
            format!("{}\u{7f}z", "\u{7f}".repeat(70)),
            format!("a{}", "\u{7f}".repeat(70)),
        ];
        for lowest in &texts {
            for highest in &texts {
                let given = [lowest.as_bytes(), highest.as_bytes()];
                let rows = [NonZeroU32::new(1), NonZeroU32::new(2), None];
                let dictionary = Dictionary { texts: given.to_vec(), rows: &rows };
                let statistics = statistics_of(&dictionary);
                assert_eq!(statistics.null_count_opt(), Some(1));
                let first = given.iter().min().expect("two texts");
                let last = given.iter().max().expect("two texts");
                let below = statistics.min_bytes_opt().expect("the lowest");
                assert!(below <= *first && below.len() <= EXTREME);
                assert_eq!(statistics.min_is_exact(), below == *first);
                assert!(std::str::from_utf8(below).is_ok());
                let above = statistics.max_bytes_opt();
                // Characters with two bytes alone, or DEL alone, have no short text above them.
                assert!(above.is_some() || last.iter().all(|byte| *byte >= 0x7f || *byte == b'z'));
                assert!(above.is_none_or(|above| above >= *last && above.len() <= EXTREME));
                assert!(above.is_none_or(|above| std::str::from_utf8(above).is_ok()));
                assert_eq!(statistics.max_is_exact(), above == Some(*last));
            }
        }
    }

    #[test]
    fn a_number_that_comes_again_and_again_takes_a_few_bytes() {
        let mut out = Vec::new();
        push_numbers(&[300; 65_536], 9, &mut out);
        // 65,536 times two, in pieces of seven bits, and the number in two bytes.
        assert_eq!(out, [0x80, 0x80, 0x08, 0x2c, 0x01]);
        out.clear();
        push_numbers(&[0, 1, 2, 3, 4, 5, 6, 7], 3, &mut out);
        // The example of the description.
        assert_eq!(out, [0x03, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
    }
}
