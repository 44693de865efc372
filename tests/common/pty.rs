//! A terminal, as far as the system has any.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::thread::JoinHandle;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios;

/// Both ends of a terminal.
pub struct Pty {
    /// The end for the program.
    pub terminal: File,
    /// The end of the person in front of it.
    pub person: File,
}

impl Pty {
    /// A terminal that is 80 columns wide. `None`, and it is said, where none can be made.
    pub fn open() -> Option<Pty> {
        let skip =
            |why: rustix::io::Errno| println!("skipped: no terminal can be made here: {why}");
        let person: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(skip).ok()?;
        grantpt(&person).and_then(|()| unlockpt(&person)).map_err(skip).ok()?;
        let name = ptsname(&person, Vec::new()).map_err(skip).ok()?;
        let terminal = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
        // As it is written, without a CR in front of each LF.
        let mut modes = termios::tcgetattr(&terminal).unwrap();
        modes.output_modes.remove(termios::OutputModes::OPOST);
        termios::tcsetattr(&terminal, termios::OptionalActions::Now, &modes).unwrap();
        let size = termios::Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        termios::tcsetwinsize(&terminal, size).unwrap();
        Some(Pty { terminal, person: File::from(person) })
    }
}

/// Reads what the terminal gets, until nobody has its other end open.
pub fn all_of(mut person: File) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
        // Then, reading fails on Linux.
        while let Ok(count @ 1..) = person.read(&mut buffer) {
            bytes.extend_from_slice(&buffer[..count]);
        }
        bytes
    })
}
