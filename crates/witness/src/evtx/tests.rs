use std::io::Cursor;

use procmonkey_analysis::Witness;

use super::*;
use crate::made::evtx as made;

/// Reads a log, and gives the names of its services, its losses and its remarks.
fn told(bytes: &[u8]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let reading = read("x", Cursor::new(bytes)).unwrap();
    let name = |witness: &Witness| match witness {
        Witness::Service(event) => event.display_name.clone().unwrap_or_default(),
        other => panic!("{other:?}"),
    };
    let services = reading.witnesses.iter().map(name).collect();
    let losses = reading.losses.iter().map(ToString::to_string).collect();
    (services, losses, reading.remarks)
}

fn services(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(|number| format!("Service {number}")).collect()
}

/// Where a chunk begins in the file.
fn begin(chunk: usize) -> usize {
    made::FILE_HEADER + chunk * made::CHUNK
}

#[test]
fn a_closed_log_is_read_without_a_loss() {
    let reading = read("x", Cursor::new(made::log(&[5, 4, 3]))).unwrap();
    assert!(reading.losses.is_empty(), "{:?}", reading.losses);
    assert!(reading.remarks.is_empty(), "{:?}", reading.remarks);
    assert_eq!(reading.count("Service Control Manager", 7024), 12);
    let Some(Witness::Service(first)) = reading.witnesses.first() else { panic!() };
    assert_eq!(first.display_name.as_deref(), Some("Service 1"));
    assert_eq!(first.error.map(|error| error.value), Some(0x8009_0006));
    assert_eq!((first.record, first.computer.as_deref()), (Some(1), Some("WEB01")));
    let time = first.time.as_ref().map(|time| time.text.as_str());
    assert_eq!(time, Some("2026-03-05T17:59:14.0000000Z"));
    // A log in which nothing was written yet.
    let empty = made::file(made::closed(1, 0), &[made::chunk(1, 1, &[])]);
    assert_eq!(told(&empty), (vec![], vec![], vec![]));
}

#[test]
fn a_closed_log_that_is_cut_anywhere_has_a_loss_at_its_end() {
    let log = made::log(&[5, 4, 3]);
    for end in (begin(0)..log.len()).step_by(4099).chain([begin(1), begin(2), log.len() - 1]) {
        let (found, losses, _) = told(&log[..end]);
        assert!(found.len() <= 12 && found == services(1..=found.len() as u64), "{end}");
        let first = losses.first().unwrap_or_else(|| panic!("{end}: no loss"));
        assert!(
            first.starts_with("truncated: ") && first.contains(&format!("byte {end}")),
            "{first}"
        );
    }
    let (found, losses, _) = told(&log[..begin(1) + 30_000]);
    // All three records of the first two chunks stand in front of the cut.
    assert_eq!(found, services(1..=9));
    assert!(losses.iter().any(|loss| loss.contains("3 are missing")), "{losses:?}");
    assert!(losses.iter().any(|loss| loss.contains("counts 3 chunks")), "{losses:?}");
    for end in [0, 7, 100, 127, 128, 4095] {
        assert!(read("x", Cursor::new(&log[..end])).is_err(), "{end}");
    }
}

#[test]
fn a_record_that_is_cut_is_not_read_as_if_zeros_stood_there() {
    let log = made::log(&[3]);
    let second = made::FILE_HEADER + made::CHUNK_HEADER + record_len(&log);
    // Of one that lacks only the copy of its size, all that matters would still be read.
    for end in [second + 100, second + record_len(&log) - 40, second + record_len(&log) - 4] {
        let (found, losses, _) = told(&log[..end]);
        assert_eq!(found, services([1]), "{end}");
        assert!(losses.iter().any(|loss| loss.contains("should hold 3 records")), "{losses:?}");
    }
}

/// The length of the first record of a log.
fn record_len(log: &[u8]) -> usize {
    let at = made::FILE_HEADER + made::CHUNK_HEADER + 4;
    u32::from_le_bytes(log[at..at + 4].try_into().unwrap()) as usize
}

#[test]
fn a_chunk_that_is_zeroed_is_lost_with_its_place_and_its_records() {
    let mut log = made::log(&[5, 4, 3]);
    log[begin(1)..begin(2)].fill(0);
    let (found, losses, _) = told(&log);
    assert_eq!(found, services((1..=5).chain(10..=12)));
    assert_eq!(losses.len(), 2, "{losses:?}");
    assert!(losses[0].contains("chunk 1 of 3 is all zeros"), "{losses:?}");
    assert!(losses[0].contains(&format!("byte {}", begin(1))), "{losses:?}");
    assert!(
        losses[1].contains("4 records are missing between chunks 0 and 2: 6 to 9"),
        "{losses:?}"
    );
    // At the end, the header tells what is missing.
    let mut log = made::log(&[5, 4, 3]);
    log[begin(2)..].fill(0);
    let (_, losses, _) = told(&log);
    assert!(losses.iter().any(|loss| loss.contains("3 are missing")), "{losses:?}");
    let mut log = made::log(&[5, 4, 3]);
    log[begin(0)..].fill(0);
    let (_, losses, _) = told(&log);
    assert!(losses[0].contains("chunks 0 to 2 of 3 (3) are all zeros"), "{losses:?}");
}

#[test]
fn a_log_with_nothing_behind_its_header_is_truncated() {
    for chunks in [1, 3] {
        let log = made::file(made::closed(chunks, 9), &[]);
        let (found, losses, _) = told(&log);
        assert!(found.is_empty());
        assert!(losses[0].starts_with("truncated: the header counts"), "{losses:?}");
    }
}

/// A log that was copied while it was in use: its header is of an earlier moment.
fn in_use(records: &[usize], counted: usize, blank: usize) -> Vec<u8> {
    let mut chunks = made::chunks(records);
    chunks.extend(vec![vec![0; made::CHUNK]; blank]);
    let next_record = records[..counted].iter().sum::<usize>() as u64;
    let header = made::Header { flags: made::DIRTY, ..made::closed(counted, next_record) };
    made::file(header, &chunks)
}

#[test]
fn a_log_in_use_is_read_without_a_loss_and_said_to_be_one() {
    let (found, losses, remarks) = told(&in_use(&[5, 4, 3], 1, 14));
    assert_eq!((found, losses), (services(1..=12), vec![]));
    let expected = "the log was not closed, as a copy of one in use is not; its header counts 1 chunks, \
                    3 hold events and were read; 14 chunks are kept for later events and hold none";
    assert_eq!(remarks, [expected]);
}

#[test]
fn a_log_in_use_that_is_cut_has_a_loss() {
    // Chunks that are nearly full, as all but the newest are.
    let full = (made::CHUNK - made::CHUNK_HEADER) / (record_len(&made::log(&[1])) + 8);
    let log = in_use(&[full, full, full, 5], 1, 13);
    assert_eq!(told(&log).1, Vec::<String>::new());
    for end in [begin(1), begin(2), begin(3), begin(3) + 2000, begin(4) + 1, begin(5) + 99] {
        let (_, losses, _) = told(&log[..end]);
        assert!(!losses.is_empty(), "{end}");
        assert!(losses[0].starts_with("truncated"), "{losses:?}");
    }
    // The newest chunk is zeroed, and nothing but its own header knew of it.
    let mut torn = log.clone();
    torn[begin(3)..begin(4)].fill(0);
    let (_, _, remarks) = told(&torn);
    assert!(
        remarks[0].contains("chunk 2, the newest, is full and chunk 3 holds nothing"),
        "{remarks:?}"
    );
    // A chunk that is zeroed, though the header does not count it.
    let mut torn = log.clone();
    torn[begin(2)..begin(3)].fill(0);
    let (_, losses, _) = told(&torn);
    assert!(losses[0].contains("records are missing between chunks 1 and 3"), "{losses:?}");
    // Less than the header of that moment knew of.
    let mut torn = in_use(&[5, 4, 3], 3, 14);
    torn[begin(2)..begin(3)].fill(0);
    let (_, losses, _) = told(&torn);
    assert!(losses[0].contains("chunk 2 of 3 is all zeros"), "{losses:?}");
}

#[test]
fn records_that_a_header_does_not_name_yet_are_read() {
    let mut log = in_use(&[5, 4], 2, 15);
    // The header of the newest chunk is that of two records before.
    let chunk = &mut log[begin(1)..begin(2)];
    made::put_u64(chunk, 16, 7);
    made::put_u64(chunk, 32, 7);
    let end = made::CHUNK_HEADER + 2 * record_len(&made::log(&[1]));
    made::put_u32(chunk, 48, end as u32);
    let (found, losses, remarks) = told(&log);
    assert_eq!((found, losses), (services(1..=9), vec![]));
    assert!(remarks.iter().any(|remark| remark.starts_with("2 records")), "{remarks:?}");
    // In a log that was closed, they are left over from before.
    made::put_u32(&mut log, 120, made::CLOSED);
    let chunk = &mut log[begin(1)..begin(2)];
    made::seal_chunk(chunk);
    made::put_u64(&mut log, 24, 8);
    made::seal_header(&mut log);
    assert_eq!(told(&log).0, services(1..=7));
}

#[test]
fn a_log_that_went_round_is_read_from_its_oldest_record() {
    let chunks = made::chunks(&[5, 4, 3, 2]);
    let round = [2, 3, 0, 1].map(|place: usize| chunks[place].clone());
    let header = made::Header { first_chunk: 2, last_chunk: 1, ..made::closed(4, 14) };
    let (found, losses, _) = told(&made::file(header, &round));
    assert_eq!((found, losses), (services(1..=14), vec![]));
    // One chunk less at the end of the file is a gap.
    let (_, losses, _) = told(&made::file(header, &round[..3]));
    assert!(losses.iter().any(|loss| loss.contains("4 records are missing")), "{losses:?}");
}

#[test]
fn damage_in_a_chunk_is_told_by_its_checksums() {
    let sound = made::log(&[5, 4, 3]);
    let len = record_len(&sound);
    // A letter of a name; the records' own lengths stay right.
    let mut log = sound.clone();
    log[begin(1) + made::CHUNK_HEADER + len - 60] ^= 1;
    let (_, losses, _) = told(&log);
    assert_eq!(losses.len(), 1, "{losses:?}");
    assert!(losses[0].contains("the checksum of the records of chunk 1"), "{losses:?}");
    // A number of the header: it is not believed, and no gap is made of it.
    let mut log = sound.clone();
    log[begin(1) + 8] ^= 0x40;
    let (found, losses, _) = told(&log);
    assert_eq!((found, losses.len()), (services(1..=12), 1), "{losses:?}");
    assert!(losses[0].contains("the checksum of the header of chunk 1"), "{losses:?}");
    // The beginning of a chunk: its records are still there.
    let mut log = sound.clone();
    log[begin(1)] = b'e';
    let (found, losses, _) = told(&log);
    assert_eq!((found, losses.len()), (services(1..=12), 1), "{losses:?}");
    assert!(losses[0].contains("chunk 1 does not begin as one"), "{losses:?}");
    // The header of the file.
    let mut log = sound.clone();
    log[42] ^= 0xff;
    let (found, losses, _) = told(&log);
    assert_eq!((found, losses.len()), (services(1..=12), 1), "{losses:?}");
    assert!(losses[0].contains("the checksum of the log's header"), "{losses:?}");
}

#[test]
fn a_record_without_its_size_at_the_end_is_not_believed() {
    let mut log = made::log(&[3]);
    let end = begin(0) + made::CHUNK_HEADER + 2 * record_len(&log);
    log[end - 4..end].fill(0);
    made::seal_chunk(&mut log[begin(0)..]);
    let (found, losses, _) = told(&log);
    assert_eq!(found, services([1, 3]));
    assert_eq!(losses.len(), 1, "{losses:?}");
    assert!(losses[0].contains("record 2, byte"), "{losses:?}");
}

#[test]
fn records_that_are_missing_inside_a_chunk_are_counted() {
    let mut log = made::log(&[5]);
    let len = record_len(&log);
    let second = begin(0) + made::CHUNK_HEADER + len;
    log[second..second + 2 * len].fill(0);
    made::seal_chunk(&mut log[begin(0)..]);
    let (found, losses, _) = told(&log);
    assert_eq!(found, services([1, 4, 5]));
    assert!(losses[0].contains(&format!("byte {second}")), "{losses:?}");
    assert!(losses[1].contains("should hold 5 records (1 to 5), and 4 were found"), "{losses:?}");
}

#[test]
fn chunks_of_the_same_numbers_are_a_loss() {
    let chunks = made::chunks(&[5, 4]);
    let both = [chunks[0].clone(), chunks[0].clone()];
    let (_, losses, _) = told(&made::file(made::closed(2, 5), &both));
    assert!(losses[0].contains("chunks 0 and 1 both have record 1"), "{losses:?}");
}

#[test]
fn numbers_out_of_all_bounds_are_no_accident() {
    let sound = made::log(&[3, 2]);
    for place in [8, 16, 24, 32, 40, 42, 120] {
        for value in [0, 1, u64::MAX, u64::MAX - 1, 1 << 63] {
            let mut log = sound.clone();
            made::put_u64(&mut log, place, value);
            made::seal_header(&mut log);
            let _ = read("x", Cursor::new(&log));
            for chunk in 0..2 {
                for flags in [made::CLOSED, made::DIRTY] {
                    let mut log = sound.clone();
                    made::put_u32(&mut log, 120, flags);
                    let chunk = &mut log[begin(chunk)..begin(chunk + 1)];
                    made::put_u64(chunk, place, value);
                    made::seal_chunk(chunk);
                    let _ = read("x", Cursor::new(&log));
                }
            }
        }
    }
    for at in made::CHUNK_HEADER..made::CHUNK_HEADER + record_len(&sound) {
        for value in [0, 1, 0x7fff_ffff, u32::MAX] {
            let mut log = sound.clone();
            let chunk = &mut log[begin(0)..begin(1)];
            made::put_u32(chunk, at, value);
            made::seal_chunk(chunk);
            let _ = read("x", Cursor::new(&log));
        }
    }
}

#[test]
fn bombs_are_losses() {
    let one = |make: made::Make<'_>| made::file(made::closed(1, 1), &[made::chunk(1, 1, &[make])]);
    let makes: [(&str, made::Make<'_>); 5] = [
        ("nested 100", &|at| made::nested(at, 100)),
        ("nested 4900", &|at| made::nested(at, 4900)),
        ("a template of itself", &made::self_template),
        ("values in values", &|at| made::nested_values(at, 60_000)),
        ("swollen", &|at| made::swollen(at, 5000, 15_000)),
    ];
    for (name, make) in makes {
        let (found, losses, _) = told(&one(make));
        assert!(found.is_empty() && !losses.is_empty(), "{name}: {losses:?}");
    }
    // One that stays just within what the parser of records allows.
    let (_, losses, _) = told(&one(&|at| made::swollen(at, 1000, 15_000)));
    assert!(losses[0].contains("no more than"), "{losses:?}");
    assert!(losses[1].contains("unpack to more than"), "{losses:?}");
}

#[test]
fn a_log_of_swollen_chunks_is_given_up_after_some() {
    let chunk = |number: u64| made::chunk(number, number, &[&|at| made::swollen(at, 300, 15_000)]);
    let count = u64::from(SWOLLEN_CHUNKS) + 20;
    let chunks: Vec<Vec<u8>> = (1..=count).map(chunk).collect();
    let log = made::file(made::closed(chunks.len(), count), &chunks);
    let mut input = Counted { bytes: &log, read: 0 };
    let reading = read("x", &mut input).unwrap();
    assert_eq!(input.read, begin(SWOLLEN_CHUNKS as usize));
    // Of each chunk its record and that its others are not read.
    assert_eq!(reading.losses.count(), 2 * u64::from(SWOLLEN_CHUNKS) + 1);
    let last = reading.losses.iter().next_back().unwrap();
    assert!(last.message.contains("not read further"), "{last}");
    assert_eq!(last.position.byte, begin(SWOLLEN_CHUNKS as usize) as u64);
}

/// Counts the bytes that are read.
struct Counted<'b> {
    bytes: &'b [u8],
    read: usize,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let number = (&self.bytes[self.read..]).read(buffer)?;
        self.read += number;
        Ok(number)
    }
}

#[test]
fn each_byte_of_a_log_is_read_once() {
    for chunks in [4, 16] {
        let log = made::log(&vec![3; chunks]);
        let mut input = Counted { bytes: &log, read: 0 };
        read("x", &mut input).unwrap();
        assert_eq!(input.read, log.len());
    }
}

#[test]
fn no_more_of_a_log_is_read_than_the_limit() {
    let log = made::log(&[5, 4, 3]);
    let limits = Limits::default().log_bytes(begin(2) as u64);
    let reading = read_within("x", Cursor::new(&log), &limits).unwrap();
    assert_eq!((reading.witnesses.len(), reading.losses.count()), (9, 1), "{:?}", reading.losses);
    let loss = reading.losses.iter().next().unwrap();
    assert_eq!(loss.position.byte, begin(2) as u64);
    // A log that ends right there is not longer.
    let limits = Limits::default().log_bytes(log.len() as u64);
    assert!(read_within("x", Cursor::new(&log), &limits).unwrap().losses.is_empty());
}

#[test]
fn an_input_that_fails_is_read_as_far_as_it_goes() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let log = made::log(&[5, 4]);
    let reading = read("x", log[..begin(1) + 5000].chain(Failing)).unwrap();
    assert_eq!(reading.witnesses.len(), 9);
    assert!(reading.losses.iter().any(|loss| loss.message.contains("the disk is gone")));
    assert_eq!(read("x", Failing).unwrap_err().kind(), crate::ErrorKind::Io);
}
