use std::fs;

use procmonkey_analysis::Witness;

use super::*;
use crate::made;

const GUID: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";

/// A folder of the test's own, which goes with it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("procmonkey-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_ticket_may_hold_everything_at_once() {
    let text = "The IIS Admin Service service hung on starting.\n\
        HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n  MachineGuid    REG_SZ    4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n\
        c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n";
    let reading = read("x", text.as_bytes()).unwrap();
    assert!(matches!(
        reading.witnesses.as_slice(),
        [Witness::Service(_), Witness::MachineGuid(_), Witness::Folder(_)]
    ));
}

#[test]
fn captures_and_unknown_data_are_refused() {
    for bytes in
        [&b"\"Time of Day\",\"Process Name\",\"Operation\"\r\n"[..], b"<procmon>", b"a\0\0\0"]
    {
        assert_eq!(read("x", bytes).unwrap_err().kind(), ErrorKind::UnknownKind);
    }
}

#[cfg(not(feature = "evtx"))]
#[test]
fn without_evtx_an_event_log_is_refused_by_name() {
    let log = made::evtx::log(&[1]);
    let error = read("System.evtx", &log).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("feature `evtx`"), "{error}");
}

#[test]
fn a_stream_gives_what_the_file_gives() {
    let folder = Folder::new("stream");
    let hive = made::hive::hive(&["Microsoft", "Cryptography"], "MachineGuid", GUID);
    let sources = [
        #[cfg(feature = "evtx")]
        made::evtx::log(&[3, 2]),
        hive,
        format!("MachineGuid : {GUID}").into_bytes(),
    ];
    for bytes in sources {
        let path = folder.write("source", &bytes);
        let from_file = open(&path).unwrap();
        assert!(!from_file.witnesses.is_empty() && from_file.losses.is_empty());
        let source = path.display().to_string();
        // A byte at a time, as from a slow pipe.
        let slow = Slow(&bytes);
        assert_eq!(read_from(&source, slow, &Limits::default()).unwrap(), from_file);
    }
}

struct Slow<'b>(&'b [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(1000);
        self.0.read(&mut buffer[..most])
    }
}

#[test]
fn sources_without_an_end_are_bounded() {
    let limits = Limits::default().held_bytes(100_000);
    let error = read_from("x", io::repeat(0), &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownKind);
    let line = "MachineGuid : 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n";
    let mut endless = Counted(io::Cursor::new(line).chain(io::repeat(b'\n')), 0);
    let reading = read_from("x", &mut endless, &limits).unwrap();
    assert_eq!((reading.witnesses.len(), reading.losses.count()), (1, 1));
    // One more, which tells that there is more.
    assert_eq!(endless.1, 100_001);
    let loss = reading.losses.iter().next().unwrap();
    assert_eq!((loss.kind, loss.position.byte), (LossKind::Truncated, 100_000));
    // A hive from a pipe is held too.
    let hive = made::hive::hive(&["Microsoft", "Cryptography"], "MachineGuid", GUID);
    let endless = io::Cursor::new(&hive).chain(io::repeat(0));
    assert_eq!(read_from("x", endless, &limits).unwrap().witnesses.len(), 1);
}

/// Counts the bytes that are read.
struct Counted<R>(R, u64);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let number = self.0.read(buffer)?;
        self.1 += number as u64;
        Ok(number)
    }
}

#[test]
fn a_text_that_fails_is_read_as_far_as_it_goes() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let line = format!("MachineGuid : {GUID}\n");
    let reading = read_from("x", line.as_bytes().chain(Failing), &Limits::default()).unwrap();
    assert_eq!((reading.witnesses.len(), reading.losses.count()), (1, 1));
    assert!(reading.losses.iter().all(|loss| loss.message.contains("the disk is gone")));
    let error = read_from("x", Failing, &Limits::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[test]
fn logs_stand_beside_a_hive_in_either_case() {
    let path = ["Microsoft", "Cryptography"];
    let mut old = made::hive::hive(&path, "MachineGuid", &GUID.replace('4', "5"));
    made::hive::seal(&mut old, 6, 5);
    let new = made::hive::hive(&path, "MachineGuid", GUID);
    for name in ["SOFTWARE.LOG1", "SOFTWARE.log2", "SOFTWARE.LOG"] {
        let folder = Folder::new("logs");
        let hive = folder.write("SOFTWARE", &old);
        folder.write(name, &made::hive::new_log(&new, 5));
        let reading = open(&hive).unwrap();
        let [Witness::MachineGuid(found)] = reading.witnesses.as_slice() else { panic!() };
        assert_eq!(found.value.as_str(), GUID, "{name}");
        assert!(reading.losses.is_empty(), "{:?}", reading.losses);
    }
}

#[test]
fn what_is_no_plain_file_beside_a_hive_is_not_opened() {
    let path = ["Microsoft", "Cryptography"];
    let mut dirty = made::hive::hive(&path, "MachineGuid", GUID);
    made::hive::seal(&mut dirty, 6, 5);
    let folder = Folder::new("folder-log");
    let hive = folder.write("SOFTWARE", &dirty);
    fs::create_dir_all(folder.0.join("SOFTWARE.LOG1")).unwrap();
    let reading = open(&hive).unwrap();
    let losses: Vec<String> = reading.losses.iter().map(ToString::to_string).collect();
    assert_eq!(losses.len(), 1, "{losses:?}");
    assert!(losses[0].contains("SOFTWARE.LOG1: no plain file"), "{losses:?}");
    // Nobody needs the log of a hive that was closed.
    made::hive::seal(&mut dirty, 5, 5);
    let hive = folder.write("SOFTWARE", &dirty);
    assert!(open(&hive).unwrap().losses.is_empty());
}
