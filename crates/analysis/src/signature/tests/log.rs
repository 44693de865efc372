//! Small captures made by hand: a row a line, a millisecond a row.

use std::fmt::Write;

use procmonkey_parser::{Capture, Error, Input, ReadOptions, TICKS_PER_SECOND};

use crate::{
    Case, CaseOptions, ProcessSelection, Report, ServiceEvent, Severity, Witness, WitnessClock,
    WitnessTime,
};

pub(super) const GUID: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
pub(super) const OTHER: &str = "b81e0a4d-52c7-4f39-a6d0-7c13e95f2b86";
pub(super) const IIS: &str = "c2319c42033a5ca7f44e731bfd3fa2b5";
pub(super) const RDP: &str = "f686aace6942fb7f7ceb231212eef4a4";
pub(super) const DCOM: &str = "7a436fe806e483969f48a894af2fe9a1";
pub(super) const VALUE: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
pub(super) const FOLDER: &str = r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys";
pub(super) const READ: &str = "Desired Access: Generic Read, Disposition: Open, Options: , \
    Attributes: n/a, ShareMode: Read, AllocationSize: n/a, OpenResult: Opened";
pub(super) const REFUSED: &str = "Desired Access: Generic Read, Disposition: Open, Options: , \
    Attributes: n/a, ShareMode: Read, AllocationSize: n/a";
pub(super) const CREATED: &str = "Desired Access: Generic Read/Write, Disposition: Create, Options: , \
    Attributes: n/a, ShareMode: None, AllocationSize: n/a, OpenResult: Created";

pub(super) const CREATE: &str = "Desired Access: Generic Read/Write, Disposition: Create, Options: , \
    Attributes: n/a, ShareMode: None, AllocationSize: 0";

/// A key file in the usual folder.
pub(super) fn key(stem: &str) -> String {
    format!("{FOLDER}\\{stem}_{GUID}")
}

/// The key file under a GUID.
pub(super) fn under(stem: &str, guid: &str) -> String {
    format!("{FOLDER}\\{stem}_{guid}")
}

/// A stem that no known name has.
pub(super) fn stem(number: usize) -> String {
    format!("{number:032x}")
}

/// A capture while it is written.
pub(super) struct Log {
    text: String,
    rows: u64,
    process: (&'static str, u32, &'static str),
    /// The date of its rows, if they have one.
    date: &'static str,
}

impl Log {
    pub(super) fn new() -> Log {
        let text = "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\",\
                    \"TID\",\"User\"\n";
        Log { text: text.into(), rows: 0, process: IISADMIN, date: "" }
    }

    /// One whose rows have this date, written as `2026-03-05`.
    pub(super) fn dated(date: &'static str) -> Log {
        let mut log = Log::new();
        log.text = log.text.replace("\"User\"\n", "\"User\",\"Date & Time\"\n");
        Log { date, ..log }
    }

    /// The start of the process, with an environment that names the computer.
    pub(super) fn start_on(&mut self, computer: &str) -> &mut Log {
        let detail = format!(
            "Parent PID: 4, Command line: x, Current directory: C:\\, Environment: ;\tCOMPUTERNAME={computer};\tOS=Windows_NT"
        );
        self.row("Process Start", "", "SUCCESS", &detail)
    }

    /// The process of the rows that follow.
    pub(super) fn by(&mut self, process: (&'static str, u32, &'static str)) -> &mut Log {
        self.process = process;
        self
    }

    pub(super) fn row(
        &mut self,
        operation: &str,
        path: &str,
        result: &str,
        detail: &str,
    ) -> &mut Log {
        self.rows += 1;
        let (name, pid, user) = self.process;
        let (seconds, milliseconds) = (self.rows / 1000, self.rows % 1000);
        let time = format!("6:59:{seconds:02}.{milliseconds:03}0000 PM");
        writeln!(
            self.text,
            "\"{time}\",\"{name}\",\"{pid}\",\"{operation}\",\"{path}\",\"{result}\",\"{detail}\",\"{}\",\"{user}\"{}",
            pid + 8,
            match self.date {
                "" => String::new(),
                date => format!(",\"{date} {time}\""),
            }
        )
        .unwrap();
        self
    }

    pub(super) fn open(&mut self, path: &str) -> &mut Log {
        self.row("CreateFile", path, "SUCCESS", READ)
    }

    pub(super) fn refuse(&mut self, path: &str, result: &str) -> &mut Log {
        self.row("CreateFile", path, result, REFUSED)
    }

    pub(super) fn create(&mut self, path: &str) -> &mut Log {
        self.row("CreateFile", path, "SUCCESS", CREATED)
    }

    pub(super) fn size(&mut self, path: &str, size: u64) -> &mut Log {
        let detail = format!(
            "AllocationSize: 4,096, EndOfFile: {size}, NumberOfLinks: 1, DeletePending: False, Directory: False"
        );
        self.row("QueryStandardInformationFile", path, "SUCCESS", &detail)
    }

    pub(super) fn read(&mut self, path: &str, length: u64) -> &mut Log {
        self.row("ReadFile", path, "SUCCESS", &format!("Offset: 0, Length: {length}"))
    }

    pub(super) fn write(&mut self, path: &str, length: u64) -> &mut Log {
        self.row("WriteFile", path, "SUCCESS", &format!("Offset: 0, Length: {length}"))
    }

    pub(super) fn close(&mut self, path: &str) -> &mut Log {
        self.row("CloseFile", path, "SUCCESS", "")
    }

    pub(super) fn delete(&mut self, path: &str) -> &mut Log {
        self.row("SetDispositionInformationFile", path, "SUCCESS", "Delete: True")
    }

    /// Opens, asks for the size, reads all of it and closes.
    pub(super) fn use_key(&mut self, path: &str) -> &mut Log {
        self.open(path).size(path, 2202).read(path, 2202).close(path)
    }

    pub(super) fn list(&mut self, names: &[String]) -> &mut Log {
        let mut detail = "Filter: *".to_string();
        for (number, name) in names.iter().enumerate() {
            write!(detail, ", {}: {name}", number + 1).unwrap();
        }
        self.row("QueryDirectory", &format!("{FOLDER}\\*"), "SUCCESS", &detail)
    }

    /// The crypto provider's read of MachineGuid.
    pub(super) fn read_guid(&mut self) -> &mut Log {
        self.read_value(GUID)
    }

    /// A read of MachineGuid with this value.
    pub(super) fn read_value(&mut self, guid: &str) -> &mut Log {
        let data = format!("Type: REG_SZ, Length: 74, Data: {guid}");
        self.row("RegQueryValue", VALUE, "SUCCESS", &data)
    }

    /// MachineGuid is set to this value.
    pub(super) fn set_value(&mut self, guid: &str) -> &mut Log {
        let data = format!("Type: REG_SZ, Length: 74, Data: {guid}");
        self.row("RegSetValue", VALUE, "SUCCESS", &data)
    }

    /// The provider looks for a container in vain and makes it.
    pub(super) fn make_anew(&mut self, stem: &str, guid: &str, empty: u64) -> &mut Log {
        let path = under(stem, guid);
        self.refuse(&path, "NAME NOT FOUND").create(&path).write(&path, empty).close(&path)
    }

    pub(super) fn exit(&mut self) -> &mut Log {
        self.exit_with("0")
    }

    pub(super) fn exit_with(&mut self, status: &str) -> &mut Log {
        let detail = format!("Exit Status: {status}, User Time: 0.0156250 seconds");
        self.row("Thread Exit", "", "SUCCESS", "Thread ID: 1");
        self.row("Process Exit", "", "SUCCESS", &detail)
    }

    /// Whether it is the same capture as another one.
    pub(super) fn text_is(&self, other: &Log) -> bool {
        self.text == other.text
    }

    /// Hands the capture to a case.
    pub(super) fn read_into(
        &self,
        case: &mut Case,
        read: impl Fn(&mut Case, &mut Capture<'_>) -> Result<(), Error>,
    ) {
        let bytes = self.text.as_bytes();
        let mut input = Input::from_reader("hand.csv", bytes, &ReadOptions::new()).unwrap();
        while let Some(capture) = input.next_capture() {
            read(case, &mut capture.unwrap()).unwrap();
        }
    }

    /// The report when these processes are followed.
    pub(super) fn report(&self, follow: &[&str], witnesses: &[Witness]) -> Report {
        report(&[self], follow, witnesses)
    }

    /// The report on this capture and another one as one case.
    pub(super) fn report_with(&self, later: &Log, follow: &[&str]) -> Report {
        report(&[self, later], follow, &[])
    }
}

fn report(logs: &[&Log], follow: &[&str], witnesses: &[Witness]) -> Report {
    let options = CaseOptions::new().processes(ProcessSelection::named(follow.iter().copied()));
    let mut case = Case::new(options);
    witnesses.iter().for_each(|witness| case.witness(witness.clone()));
    for log in logs {
        log.read_into(&mut case, Case::read);
    }
    let report = case.finish();
    let read: u64 = report.captures.iter().map(|capture| capture.events_read).sum();
    assert_eq!(read, logs.iter().map(|log| log.rows).sum::<u64>());
    report
}

pub(super) const IISADMIN: (&str, u32, &str) = ("inetinfo.exe", 1200, "NT AUTHORITY\\SYSTEM");
pub(super) const WORKER: (&str, u32, &str) = ("w3wp.exe", 4400, "IIS APPPOOL\\Shop");
pub(super) const LSASS: (&str, u32, &str) = ("lsass.exe", 700, "NT AUTHORITY\\SYSTEM");
pub(super) const SERVICE_HOST: (&str, u32, &str) =
    ("svchost.exe", 900, "NT AUTHORITY\\NETWORK SERVICE");
pub(super) const TOOL: (&str, u32, &str) = ("tool.exe", 5000, "WEB01\\eva");

/// A service that ended with an error, by an event without a time.
pub(super) fn failed(service: &str, error: &str) -> Witness {
    failed_at(None, service, error)
}

/// The same, by an event so many seconds after the first row.
pub(super) fn failed_at(seconds: Option<i64>, service: &str, error: &str) -> Witness {
    let mut event = ServiceEvent {
        source: "System log".into(),
        id: Some(7024),
        service: Some(service.into()),
        time: seconds.map(|seconds| WitnessTime {
            text: format!("{seconds} seconds after 6:59 PM"),
            ticks: Some((68_340 + seconds) * TICKS_PER_SECOND),
            clock: WitnessClock::Local,
        }),
        ..ServiceEvent::default()
    };
    event.set_error(error);
    Witness::Service(event)
}

/// Signature and severity of each finding, in their order.
pub(super) fn signs(report: &Report) -> Vec<(&'static str, Severity)> {
    let id = |id: &str| {
        crate::signature::text_of(id, &Default::default()).expect("a known signature").id
    };
    report.findings.iter().map(|finding| (id(&finding.signature), finding.severity)).collect()
}
