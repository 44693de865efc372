//! What events say about the computer that they are of.

use procmonkey_parser::Event;

use crate::report::{ComputerMarks, ComputerName, Volume};

/// The most marks of a kind that are kept of a capture.
const MOST: usize = 16;

/// What a SID of a computer or a domain begins with.
const AUTHORITY: &str = "S-1-5-21-";

impl ComputerMarks {
    /// Takes in the environment of a process, which names the computer; `event` is the
    /// number of its start.
    pub(super) fn see_environment(&mut self, environment: &str, event: u64) {
        let name = variables(environment).find(|(key, _)| key.eq_ignore_ascii_case("COMPUTERNAME"));
        if let Some((_, name)) = name.filter(|(_, name)| !name.is_empty()) {
            self.add_name(name, &format!("COMPUTERNAME in event {event}"));
        }
    }

    /// Takes in a path in which a SID may stand.
    pub(super) fn see_path(&mut self, path: &str) {
        if self.authorities.len() >= MOST {
            return;
        }
        let Some(at) = find_ignore_case(path, AUTHORITY) else { return };
        let mut numbers = path[at + AUTHORITY.len()..].split(|c: char| !c.is_ascii_digit());
        let parts: Vec<&str> = numbers.by_ref().take(3).filter(|part| !part.is_empty()).collect();
        if let [a, b, c] = parts[..] {
            let authority = format!("{AUTHORITY}{a}-{b}-{c}");
            if !self.authorities.contains(&authority) {
                self.authorities.push(authority);
            }
        }
    }

    /// Takes in a question about a volume.
    pub(super) fn see_volume(&mut self, event: &Event, path: &str) {
        let Some(detail) = event.detail() else { return };
        let serial = detail.get("VolumeSerialNumber").map(str::trim);
        let drive = path.get(..2).filter(|drive| drive.ends_with(':'));
        if let (Some(serial), Some(drive)) = (serial.filter(|it| !it.is_empty()), drive) {
            self.add_volume(&drive.to_ascii_uppercase(), serial);
        }
    }

    pub(crate) fn add_name(&mut self, name: &str, source: &str) {
        let known = self.names.iter().any(|known| known.name.eq_ignore_ascii_case(name));
        if !name.is_empty() && !known && self.names.len() < MOST {
            self.names.push(ComputerName { name: name.to_string(), source: source.to_string() });
        }
    }

    fn add_volume(&mut self, drive: &str, serial: &str) {
        let known = self.volumes.iter().any(|known| known.drive == drive);
        if !known && self.volumes.len() < MOST {
            self.volumes
                .push(Volume { drive: drive.to_string(), serial: serial.to_ascii_uppercase() });
        }
    }
}

/// The name of the computer in one of its own accounts, where it is one that Windows made up: no
/// domain is called so, while another name may be that of a domain.
pub(crate) fn made_up_name(account: &str) -> Option<&str> {
    const FORMS: [(&str, usize); 4] =
        [("DESKTOP-", 7), ("LAPTOP-", 8), ("WIN-", 11), ("EC2AMAZ-", 7)];
    let (authority, _) = account.split_once('\\')?;
    let has_form = |(begin, len): &(&str, usize)| {
        let (head, rest) = authority.split_at_checked(begin.len())?;
        let is_rest = rest.len() == *len && rest.bytes().all(|it| it.is_ascii_alphanumeric());
        (head.eq_ignore_ascii_case(begin) && is_rest).then_some(authority)
    };
    FORMS.iter().find_map(has_form)
}

/// Names and values in the environment of a process.
pub(super) fn variables(environment: &str) -> impl Iterator<Item = (&str, &str)> {
    let variables = environment.split([';', '\n']);
    variables.filter_map(|it| it.trim().split_once('=').map(|(key, value)| (key, value.trim())))
}

fn find_ignore_case(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    memchr::memchr2_iter(b's', b'S', text)
        .find(|at| text.get(*at..*at + part.len()).is_some_and(|it| it.eq_ignore_ascii_case(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_that_windows_made_up_is_surely_that_of_the_computer() {
        for (account, name) in [
            (r"DESKTOP-7K2M9QX\eva", Some("DESKTOP-7K2M9QX")),
            (r"win-3fq8z0c1v9b\Administrator", Some("win-3fq8z0c1v9b")),
            (r"LAPTOP-A1B2C3D4\eva", Some("LAPTOP-A1B2C3D4")),
            (r"EC2AMAZ-0A1B2C3\Administrator", Some("EC2AMAZ-0A1B2C3")),
            // These may be domains.
            (r"CONTOSO\eva", None),
            (r"WEB01\eva", None),
            (r"WIN-CONTOSO\eva", None),
            (r"DESKTOP-7K2M9Q\eva", None),
            (r"DESKTOP-7K2M9Q_\eva", None),
            (r"NT AUTHORITY\SYSTEM", None),
            ("DESKTOP-7K2M9QX", None),
            (r"DESKTOPé7K2M9QX\eva", None),
        ] {
            assert_eq!(made_up_name(account), name, "{account}");
        }
    }
}
