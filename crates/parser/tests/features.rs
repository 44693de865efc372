//! What a build without a feature says of what it cannot read, and that it reads everything
//! else as any other build.

#![allow(missing_docs, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use procmonkey_parser::{Capture, Event, Input, Progress, ReadOptions};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
}

fn events(mut capture: Capture<'_>) -> Vec<Event> {
    let events = capture.events().collect::<Result<Vec<Event>, _>>().unwrap();
    assert!(capture.losses().is_empty(), "{:?}", capture.losses());
    events
}

/// Mapped, read piece by piece, or streamed: a file gives what its bytes in memory give.
#[test]
fn a_file_gives_what_its_bytes_give() {
    for name in ["restart.pml", "restart.csv", "guid-changed.xml"] {
        let progress = Progress::default();
        let options = ReadOptions::new().threads(2).progress(progress.clone());
        let mut input = Input::open(sample(name), &options).unwrap();
        let of_file = events(input.next_capture().unwrap().unwrap());
        let bytes = std::fs::read(sample(name)).unwrap();
        // Of a native log, the icons and the like are not read.
        assert!(progress.bytes() > bytes.len() as u64 / 4, "{name}: {}", progress.bytes());
        let mut input = Input::from_reader("bytes", &bytes[..], &ReadOptions::new()).unwrap();
        let of_bytes = events(input.next_capture().unwrap().unwrap());
        assert!(of_file.len() > 10 && of_file.len() == of_bytes.len(), "{name}");
        for (one, other) in of_file.iter().zip(&of_bytes) {
            assert_eq!(format!("{one:?}"), format!("{other:?}"), "{name}");
        }
    }
}

/// A lack is reported with the name of the feature, and what can be done.
#[cfg(not(all(feature = "zip", feature = "zstd")))]
fn refusal(bytes: &'static [u8]) -> String {
    use procmonkey_parser::ErrorKind;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    std::fs::write(&path, bytes).unwrap();
    let options = ReadOptions::new().threads(2);
    let first = |input: Result<Input<'_>, _>| match input {
        Ok(mut input) => input.next_capture().unwrap().unwrap_err(),
        Err(error) => error,
    };
    let of_file = first(Input::open(&path, &options));
    let of_stream = first(Input::from_reader("mine", bytes, &options));
    for error in [&of_file, &of_stream] {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    of_stream.to_string()
}

#[cfg(not(feature = "zstd"))]
#[test]
fn without_zstd_a_compressed_capture_is_refused_by_name() {
    let message = refusal(b"\x28\xb5\x2f\xfd\x04\0\x09\0\0abc");
    assert!(message.starts_with("mine: compressed with zstd"), "{message}");
    assert!(message.contains("feature `zstd`"), "{message}");
}

#[cfg(not(feature = "zip"))]
#[test]
fn without_zip_an_archive_is_refused_by_name() {
    let message = refusal(b"PK\x03\x04rest of an archive");
    assert!(message.starts_with("mine: compressed with zip"), "{message}");
    assert!(message.contains("feature `zip`"), "{message}");
}

#[test]
fn a_zone_by_name_needs_the_table_of_zones() {
    let zone = "Europe/Madrid".parse::<procmonkey_parser::Zone>();
    #[cfg(feature = "tz")]
    assert_eq!(zone.unwrap().to_string(), "Europe/Madrid");
    #[cfg(not(feature = "tz"))]
    assert!(zone.unwrap_err().to_string().contains("feature `tz`"));
    assert!("+01:00".parse::<procmonkey_parser::Zone>().is_ok());
}

#[cfg(feature = "zip")]
#[test]
fn the_one_capture_of_an_archive_outlives_its_input() {
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    let folder = tempfile::tempdir().unwrap();
    let archive = |name: &str, members: &[&str]| {
        let path = folder.path().join(name);
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        zip.add_directory("captures/", SimpleFileOptions::default()).unwrap();
        for member in members {
            zip.start_file(*member, SimpleFileOptions::default()).unwrap();
            zip.write_all(&std::fs::read(sample("restart.csv")).unwrap()).unwrap();
        }
        zip.finish().unwrap();
        path
    };
    let one = archive("one.zip", &["captures/a.csv"]);
    let want = events(procmonkey_parser::open(sample("restart.csv")).unwrap()).len();
    for threads in [1, 2] {
        let input = Input::open(&one, &ReadOptions::new().threads(threads)).unwrap();
        let capture = input.into_capture().unwrap();
        assert!(capture.name().ends_with("one.zip/captures/a.csv"), "{}", capture.name());
        assert_eq!(events(capture).len(), want);
    }
    let refused = |path| procmonkey_parser::open(path).unwrap_err().to_string();
    let two = refused(archive("two.zip", &["a.csv", "b.csv"]));
    assert!(two.contains("an archive of 2 files, where one capture is wanted"), "{two}");
    assert!(refused(archive("none.zip", &[])).contains("an archive without a file"));
}

#[test]
fn a_capture_is_taken_from_its_input_once() {
    let mut input = Input::open(sample("restart.csv"), &ReadOptions::new()).unwrap();
    assert!(input.next_capture().unwrap().is_ok());
    let error = input.into_capture().unwrap_err();
    assert!(error.to_string().contains("its capture was taken already"), "{error}");
}
