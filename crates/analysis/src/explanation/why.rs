//! Why Windows, or a program, does what a capture shows: general knowledge that is documented or
//! well established. Nothing here says anything about a capture.

use crate::phase::Phase;
use crate::report::TimelineEntry;
use crate::step::Step;

/// Why a phase is there.
pub(super) fn of_phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Start => {
            "Before any code of a program runs, Windows makes the process and maps its image and \
             ntdll.dll. A service is started by services.exe."
        }
        Phase::Resources => {
            "Windows keeps the texts of a program apart from its code, in one file for each \
             language (.mui), so that one program serves all of them."
        }
        Phase::Inetsrv => {
            "The programs and modules of IIS are in System32\\inetsrv. inetinfo.exe is a host: the \
             IIS Admin Service itself is a DLL that it loads."
        }
        Phase::Configuration => {
            "The metabase, MetaBase.xml, is the configuration of IIS 6 and of IIS 6 compatibility; \
             MBSchema.xml says which properties there are. Some properties, such as passwords, are \
             encrypted in it, and the keys for them are needed next."
        }
        Phase::CryptoLoad => {
            "Programs use keys through a crypto provider. The registry says which DLL that is; \
             rsaenh.dll is the one of Microsoft's RSA providers. It reads MachineGuid because the \
             name of each key file of the computer ends with this value."
        }
        Phase::KeyFiles => {
            "A key container of the computer is one file. Its name is a hash of the container's \
             name, an underscore, and MachineGuid. If MachineGuid is another one, the provider asks \
             for another file, and the old file stays where it is."
        }
        Phase::Services => {
            "A service opens sockets and log files for its work. That it does is taken as the sign \
             that it got so far."
        }
        Phase::Exit => {
            "Threads end, then the process, and Windows closes what it had open. Process Monitor \
             shows that a process ends and with which status, not why: for a service, the reason is \
             in the System event log, as event 7023 or 7024."
        }
    }
}

/// What to know of a step that is easily misread; `None` where it says all by itself.
pub(super) fn of_step(entry: &TimelineEntry) -> Option<&'static str> {
    match entry.step {
        Step::GuidRead if entry.events.len() > 1 => Some(
            "A program that does not know how long a value is asks with a small buffer first. \
             BUFFER OVERFLOW is then the answer that says how long it is, and not a failure. So \
             one read can be several events, of which some show the value.",
        ),
        Step::Created => Some(
            "A program first asks for its container. Where there is none, the answer is \
             NTE_BAD_KEYSET, and a program that wants one in any case asks for a new one: first \
             NAME NOT FOUND, then the file is made.",
        ),
        Step::Opened => Some(
            "CreateFile opens files, too. OpenResult in its Detail says whether the file was \
             there (Opened) or is new (Created).",
        ),
        Step::Written if entry.is_empty_container() => Some(
            "A container without keys is a header of 40 bytes, its name, and a zero byte. A first \
             write of this length makes a container in which no key is yet.",
        ),
        Step::Denied => Some(
            "Each key file has rights of its own. A program that asks for its container gets the \
             answer NTE_BAD_KEYSET both where the file is not there and where it may not be opened: \
             the capture shows which of the two it is.",
        ),
        Step::SharingViolation => Some(
            "A file can be opened in a way that keeps others out for as long as it is open. A scan \
             or a backup does that, and it can be over before somebody looks.",
        ),
        Step::Collision => Some(
            "After a refused open, a program may try to make its container. That fails because the \
             file exists: NTE_EXISTS after NTE_BAD_KEYSET means that access was denied.",
        ),
        Step::GuidMissing => Some(
            "Windows makes MachineGuid when it is installed. In the 32-bit view of the registry \
             (WOW6432Node) it is usually not there, and nothing is wrong with that.",
        ),
        Step::GuidSet | Step::GuidRemoved => Some(
            "MachineGuid is part of the names of the key files. Whoever changes it takes the keys \
             away from the programs that have them, without touching a file.",
        ),
        _ => None,
    }
}
