//! Zip archives: every member is read, told apart, and never more than it holds.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use procmonkey_parser::{ErrorKind, Input, ReadOptions};

use common::*;

/// A capture with one event, whose path is given.
fn capture(path: &str) -> Vec<u8> {
    let header = COLUMNS.map(|column| format!("\"{column}\"")).join(",");
    let row = format!(
        "\"9:12:04.2261305 AM\",\"inetinfo.exe\",\"1\",\"ReadFile\",\"{path}\",\"SUCCESS\",\"\""
    );
    format!("{header}\r\n{row}\r\n").into_bytes()
}

/// An archive in which each byte sequence is replaced by another one of the same length.
fn patched(mut archive: Vec<u8>, pairs: &[(&[u8], &[u8])]) -> Vec<u8> {
    for (from, to) in pairs {
        assert_eq!(from.len(), to.len());
        let places: Vec<usize> = archive
            .windows(from.len())
            .enumerate()
            .filter(|(_, bytes)| bytes == from)
            .map(|(index, _)| index)
            .collect();
        assert!(!places.is_empty(), "{from:?} is not in the archive");
        for place in places {
            archive[place..place + to.len()].copy_from_slice(to);
        }
    }
    archive
}

/// What stands in an archive: the name and the paths of each capture, or the error.
fn members(archive: &[u8], threads: usize) -> Vec<Result<(String, Vec<String>), String>> {
    let folder = temp();
    let path = write(folder.path(), "a.zip", archive);
    let options = ReadOptions::new().threads(threads);
    let from_file = members_of(Input::open(&path, &options).unwrap(), path.to_str().unwrap());
    let seekable = Input::from_seekable("a.zip", Cursor::new(archive), &options).unwrap();
    assert_eq!(from_file, members_of(seekable, "a.zip"));
    let streamed = Input::from_reader("a.zip", archive, &options).unwrap();
    assert_eq!(from_file, members_of(streamed, "a.zip"));
    from_file
}

fn members_of(mut input: Input<'_>, own: &str) -> Vec<Result<(String, Vec<String>), String>> {
    let mut all = Vec::new();
    let listed = input.members();
    while let Some(capture) = input.next_capture() {
        all.push(match capture {
            Ok(mut capture) => {
                let paths = capture
                    .events()
                    .map(|event| event.unwrap().path().unwrap().into_owned())
                    .collect();
                assert!(capture.losses().is_empty(), "{:?}", capture.losses());
                Ok((capture.name().strip_prefix(own).unwrap()[1..].to_string(), paths))
            }
            Err(error) => Err(error.to_string().strip_prefix(own).unwrap().to_string()),
        });
    }
    let read: Vec<_> = all.iter().flatten().map(|(name, _)| name.clone()).collect();
    assert!(read.iter().all(|name| listed.contains(name)), "{read:?} of {listed:?}");
    all
}

#[test]
fn members_of_one_name_are_all_read_and_told_apart() {
    let archive = zip(&[
        ("a1.csv", &capture("C:\\\\1")[..]),
        ("b.csv", &capture("C:\\\\b")),
        ("a2.csv", &capture("C:\\\\2")),
        ("a3.csv", &capture("C:\\\\3")),
    ]);
    let archive =
        patched(archive, &[(b"a1.csv", b"aa.csv"), (b"a2.csv", b"aa.csv"), (b"a3.csv", b"aa.csv")]);
    let expected = [
        ("aa.csv (member 1)", "C:\\\\1"),
        ("b.csv", "C:\\\\b"),
        ("aa.csv (member 3)", "C:\\\\2"),
        ("aa.csv (member 4)", "C:\\\\3"),
    ];
    for threads in [1, 2] {
        let read = members(&archive, threads);
        let expected: Vec<Result<_, String>> = expected
            .iter()
            .map(|(name, path)| Ok((name.to_string(), vec![path.to_string()])))
            .collect();
        assert_eq!(read, expected, "{threads} threads");
    }
    let folder = temp();
    let path = write(folder.path(), "dup.zip", &archive);
    let run = run(&[
        "events".as_ref(),
        "-f".as_ref(),
        "jsonl".as_ref(),
        "--raw".as_ref(),
        path.as_os_str(),
    ]);
    assert_eq!((run.status, run.json_lines().len()), (0, 4));
}

#[test]
fn members_that_share_bytes_are_refused_and_the_others_are_read() {
    let archive = zip(&[
        ("a.csv", &capture("C:\\\\a")[..]),
        ("b.csv", &capture("C:\\\\b")),
        ("c.csv", &capture("C:\\\\c")),
    ]);
    // The entry of the directory for b.csv points to a.csv, too. The offset stands four bytes
    // before the name.
    let name = archive.windows(5).rposition(|bytes| bytes == b"b.csv").unwrap();
    let mut overlapping = archive.clone();
    overlapping[name - 4..name].copy_from_slice(&0u32.to_le_bytes());
    for threads in [1, 2] {
        let read = members(&overlapping, threads);
        assert!(read[0].is_ok() && read[2].is_ok(), "{read:?}");
        let error = read[1].as_ref().unwrap_err();
        assert!(error.contains("member 2 shares bytes"), "{error}");
    }
}

#[test]
fn what_cannot_be_read_of_an_archive_is_told_by_its_number() {
    let archive = zip(&[("a.csv", &capture("C:\\\\a")[..]), ("b.csv", &capture("C:\\\\b"))]);
    let directory = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let of_first = |offset: usize, value: u16| {
        let mut changed = archive.clone();
        changed[directory + offset..directory + offset + 2].copy_from_slice(&value.to_le_bytes());
        members(&changed, 1)
    };
    // Bit 0 of the flags: encrypted. Method 98: PPMd.
    let encrypted = of_first(8, 1);
    assert!(encrypted[0].as_ref().unwrap_err().contains("member 1 is encrypted"));
    assert!(encrypted[1].is_ok());
    let unknown = of_first(10, 98);
    assert!(unknown[0].as_ref().unwrap_err().contains("method 98"));
    assert!(unknown[1].is_ok());

    let error =
        Input::from_seekable("cut.zip", Cursor::new(&archive[..directory]), &ReadOptions::new());
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert!(error.to_string().contains("directory"), "{error}");
}

#[test]
fn a_wrong_checksum_is_a_loss() {
    let bytes = capture("C:\\\\a");
    let archive = zip(&[("a.csv", &bytes[..])]);
    let directory = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let mut changed = archive.clone();
    changed[directory + 16] ^= 1;
    let folder = temp();
    let path = write(folder.path(), "a.zip", &changed);
    for threads in ["1", "2"] {
        let run =
            run(&["events", "-f", "jsonl", "--raw", "--threads", threads, path.to_str().unwrap()]);
        assert_eq!((run.status, run.json_lines().len()), (4, 1), "{}", run.stderr);
        assert!(run.stderr.contains("checksum"), "{}", run.stderr);
    }
}

#[test]
fn a_size_that_no_number_can_hold_with_the_header_before_it_is_damage() {
    let mut archive = zip(&[("a.csv", &capture("C:\\\\a")[..])]);
    let directory = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let end = archive.windows(4).position(|bytes| bytes == b"PK\x05\x06").unwrap();
    // The packed size is in a field of its own behind the name, as in large archives.
    archive[directory + 20..][..4].fill(0xff);
    archive[directory + 30] = 12;
    archive[end + 12] += 12;
    let field = [&[1, 0, 8, 0][..], &[0xff; 8]].concat();
    archive.splice(end..end, field);
    let folder = temp();
    let path = write(folder.path(), "a.zip", &archive);
    let run = run(&["events", "-f", "jsonl", "--raw", path.to_str().unwrap()]);
    assert!(matches!(run.status, 3 | 4), "{} {}", run.status, run.stderr);
}

/// Counts the bytes that are read.
struct Counting(Cursor<Vec<u8>>, Arc<AtomicU64>);

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn the_directory_of_an_archive_is_read_once_however_many_members_there_are() {
    let read = |members: usize| {
        let names: Vec<String> = (0..members).map(|index| format!("{index:06}.csv")).collect();
        let bytes = capture("C:\\\\a");
        let files: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), &bytes[..])).collect();
        let counted = Arc::new(AtomicU64::new(0));
        let source = Counting(Cursor::new(zip(&files)), counted.clone());
        let mut input = Input::from_seekable("n.zip", source, &ReadOptions::new()).unwrap();
        let mut captures = 0;
        while let Some(capture) = input.next_capture() {
            captures += capture.unwrap().events().count();
        }
        assert_eq!(captures, members);
        counted.load(Ordering::Relaxed)
    };
    let (few, many) = (read(250), read(1000));
    assert!(many < 5 * few, "{few} bytes for 250 members, {many} for 1000");
}

#[test]
fn ten_thousand_members_are_read() {
    let names: Vec<String> = (0..10_000).map(|index| format!("{index:05}.csv")).collect();
    let bytes = capture("C:\\\\a");
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &bytes[..])).collect();
    let folder = temp();
    let path = write(folder.path(), "many.zip", zip(&files));
    let run = run(&["events", "-q", "-f", "jsonl", "--raw", path.to_str().unwrap()]);
    assert_eq!((run.status, run.json_lines().len()), (0, 10_000));
}
