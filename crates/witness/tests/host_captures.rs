//! Event logs and hives of real computers, which are not part of this repository.

#![allow(missing_docs, clippy::unwrap_used)]

use std::path::PathBuf;

use procmonkey_analysis::Witness;
use procmonkey_witness::{ErrorKind, Kind, hive, open, sniff};

/// A file of the captures' folder `host`, unpacked.
fn file(name: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path(name)?).unwrap();
    if !name.ends_with(".xz") {
        return Some(bytes);
    }
    let mut plain = Vec::new();
    lzma_rs::xz_decompress(&mut &bytes[..], &mut plain).unwrap();
    Some(plain)
}

fn path(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("PROCMONKEY_CAPTURES") else {
        println!("skipped: PROCMONKEY_CAPTURES is not set");
        return None;
    };
    Some(PathBuf::from(folder).join("host").join(name))
}

#[cfg(feature = "evtx")]
mod event_logs {
    use std::io::Cursor;
    use std::time::Instant;

    use procmonkey_witness::{Reading, evtx};

    use super::*;

    const MANAGER: &str = "Service Control Manager";

    fn services(reading: &Reading, id: u32) -> usize {
        let is_service =
            |witness: &&Witness| matches!(witness, Witness::Service(event) if event.id == Some(id));
        reading.witnesses.iter().filter(is_service).count()
    }

    #[test]
    fn every_event_of_the_service_control_manager_is_counted() {
        let Some(path) = path("System_Win10.evtx") else { return };
        let begin = Instant::now();
        let reading = open(&path).unwrap();
        println!("{:?} for {} providers and ids", begin.elapsed(), reading.events.len());
        for event in reading.events.iter().filter(|event| event.provider == MANAGER) {
            println!("{} {}: {}", event.provider, event.id, event.count);
        }
        for (id, count) in [(7000, 3), (7023, 12), (7026, 3), (7045, 57)] {
            assert_eq!(reading.count(MANAGER, id), count, "{id}");
        }
        assert_eq!(reading.events.iter().map(|event| event.count).sum::<u64>(), 1881);
        assert!(reading.losses.is_empty(), "{:?}", reading.losses);
        // It was copied while it was in use, which is no loss, and is said.
        assert!(
            reading.remarks[0].contains("counts 3 chunks, 15 hold events"),
            "{:?}",
            reading.remarks
        );
        assert!(
            reading.remarks[0].contains("2 chunks are kept for later"),
            "{:?}",
            reading.remarks
        );
        assert_eq!((services(&reading, 7000), services(&reading, 7023)), (3, 12));
        for witness in &reading.witnesses {
            let Witness::Service(event) = witness else { continue };
            assert!(event.time.as_ref().is_some_and(|time| time.ticks.is_some()));
            assert!(event.record.is_some() && event.display_name.is_some());
            if event.id == Some(7023) {
                assert!(event.service.is_some() && event.error.is_some(), "{event:?}");
            }
        }
    }

    #[test]
    fn a_damaged_event_log_loses_what_is_damaged() {
        let Some(bytes) = file("System_Win10.evtx") else { return };
        let whole = bytes.len();
        for end in [0, 7, 100, 4095, 4096, 5000, 69_632, 70_000, whole / 3, whole - 1] {
            if let Ok(reading) = evtx::read("x", Cursor::new(&bytes[..end])) {
                assert!(reading.count(MANAGER, 7045) <= 57);
            }
        }
        // Every byte of some records and of a chunk's header, one after the other. Two
        // chunks are enough, and keep it quick.
        let mut torn = bytes[..4096 + 2 * 65_536].to_vec();
        let mut lost = 0;
        for at in (4096..4096 + 1024).step_by(16).chain((4096..torn.len()).step_by(1499)) {
            let kept = torn[at];
            torn[at] ^= 0xff;
            if let Ok(reading) = evtx::read("x", Cursor::new(&torn)) {
                lost += reading.losses.count();
            }
            torn[at] = kept;
        }
        assert!(lost > 0);
    }

    #[test]
    fn an_event_log_that_is_cut_or_zeroed_always_has_a_loss() {
        const CHUNK: usize = 65_536;
        let Some(bytes) = file("System_Win10.evtx") else { return };
        let lost = |bytes: &[u8]| {
            let reading = evtx::read("x", Cursor::new(bytes)).unwrap();
            let count: u64 = reading.events.iter().map(|event| event.count).sum();
            (reading.losses.count(), count)
        };
        let begin = |chunk: usize| 4096 + chunk * CHUNK;
        // The 15 chunks that hold events; two more are kept for later ones.
        for chunk in 0..15 {
            for more in [0, 511, 25_000] {
                let (losses, count) = lost(&bytes[..begin(chunk) + more]);
                assert!(losses > 0 && count < 1881, "{chunk} {more}: {count}");
            }
            let mut zeroed = bytes.clone();
            zeroed[begin(chunk)..begin(chunk + 1)].fill(0);
            match chunk {
                // Only its own header knew of the events in the newest chunk.
                14 => {
                    let reading = evtx::read("x", Cursor::new(&zeroed)).unwrap();
                    assert!(reading.remarks[0].contains("is full"), "{:?}", reading.remarks);
                }
                _ => assert!(lost(&zeroed).0 > 0, "{chunk}"),
            }
        }
        for end in [begin(15), begin(15) + 1, begin(16) + 300, bytes.len() - 1] {
            assert_eq!(lost(&bytes[..end]), (1, 1881), "{end}");
        }
        // A chunk less of what is kept for later leaves no trace, and does no harm.
        assert_eq!(lost(&bytes[..begin(16)]), (0, 1881));
    }
}

#[test]
fn the_hive_of_our_own_making_holds_its_value() {
    let Some(path) = path("SOFTWARE_synthetic") else { return };
    let reading = open(&path).unwrap();
    let [Witness::MachineGuid(guid)] = reading.witnesses.as_slice() else {
        panic!("{:?}", reading.witnesses)
    };
    assert_eq!(guid.value.as_str(), "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f");
    println!("{guid:?} {:?}", reading.losses);
    let bytes = std::fs::read(&path).unwrap();
    for end in (0..bytes.len()).step_by(13) {
        let _ = hive::read("x", &bytes[..end], &[]);
    }
}

#[test]
fn hives_of_another_kind_say_what_they_lack() {
    for name in ["SYSTEM_Win10_1709.xz", "NTUSER.DAT.xz"] {
        let Some(bytes) = file(name) else { return };
        assert_eq!(sniff(&bytes), Some(Kind::Hive));
        let error = hive::read(name, &bytes, &[]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        println!("{error}");
        let mut torn = bytes;
        for at in (4096..torn.len()).step_by(torn.len() / 400) {
            torn[at] ^= 0xff;
            let _ = hive::read(name, &torn, &[]);
        }
    }
}
