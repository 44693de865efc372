//! Events, processes, and what else a capture has.

use std::sync::Arc;

use procmonkey_parser::pml::{Info, Module};
use procmonkey_parser::{Column, Columns, Event, Frame, Process};

use crate::redactor::{Mode, Redactor};
use crate::words::is_public_account;

impl Redactor {
    /// The columns of a capture. Names that are none of Procmon's are replaced.
    pub fn columns(&mut self, columns: &Columns) -> Columns {
        if let Some((_, made)) = self.columns.as_ref().filter(|(known, _)| known == columns) {
            return made.clone();
        }
        let names: Vec<String> = columns
            .known()
            .iter()
            .zip(columns.names())
            .map(|(known, name)| match known {
                Some(_) => name.to_string(),
                None => self.text(name),
            })
            .collect();
        let made = Columns::from_headers(names.iter().map(String::as_str));
        self.columns = Some((columns.clone(), made.clone()));
        made
    }

    /// The event without names. It keeps its number, its position and its time, and no byte of a
    /// native capture.
    ///
    /// ```
    /// use procmonkey_parser::{Column, EventBuilder};
    /// use procmonkey_redact::{Key, Redactor};
    ///
    /// let event = EventBuilder::new()
    ///     .text(Column::Operation, "ReadFile")
    ///     .text(Column::Path, r"D:\Contoso\web.config")
    ///     .build();
    /// let event = Redactor::new(Key::new([7; 32])).event(&event);
    /// assert_eq!(event.operation().as_deref(), Some("ReadFile"));
    /// assert!(!event.path().unwrap().contains("Contoso"));
    /// ```
    pub fn event(&mut self, event: &Event) -> Event {
        let operation = event.operation().unwrap_or_default().into_owned();
        let process = event.process().map(|process| self.shared_process(process));
        let stack = event.stack().iter().map(|frame| self.frame(frame)).collect();
        let (columns, texts) = match event.columns().filter(|_| !event.is_native()) {
            Some(columns) => {
                let mut texts = Vec::with_capacity(columns.known().len());
                while let Some(field) = event.field(texts.len()) {
                    let column = columns.known().get(texts.len()).copied().flatten();
                    texts.push(self.cell(column, &operation, &String::from_utf8_lossy(&field)));
                }
                (self.columns(columns), texts)
            }
            None => {
                let shown = |column| Some((column, native_text(event, column)?));
                let (columns, texts): (Vec<Column>, Vec<String>) =
                    Column::all().filter_map(shown).unzip();
                let cells = columns.iter().zip(&texts);
                let cells = cells.map(|(column, text)| self.cell(Some(*column), &operation, text));
                let texts = cells.collect();
                (Columns::from_known(&columns), texts)
            }
        };
        event.with_texts(&columns, &texts, process, stack)
    }

    /// The process without names.
    pub fn process(&mut self, process: &Process) -> Process {
        let mut made = process.clone();
        for text in [
            &mut made.user,
            &mut made.name,
            &mut made.image_path,
            &mut made.command_line,
            &mut made.company,
            &mut made.description,
            &mut made.integrity,
        ] {
            *text = text.as_deref().map(|text| self.text(text));
        }
        for text in [&mut made.version, &mut made.authentication_id] {
            *text = text.as_deref().map(|text| self.in_mode(text, Mode::Value));
        }
        made
    }

    /// The module without names.
    pub fn module(&mut self, module: &Module) -> Module {
        let mut made = module.clone();
        for text in [&mut made.path, &mut made.company, &mut made.description] {
            *text = self.text(text);
        }
        made.version = self.in_mode(&made.version, Mode::Value);
        made
    }

    /// What a native capture says of the computer, without names.
    pub fn info(&mut self, info: &Info) -> Info {
        let mut made = info.clone();
        made.computer_name = self.text(&info.computer_name);
        if made.computer_name == info.computer_name && !info.computer_name.is_empty() {
            made.computer_name = self.pseudonym(&info.computer_name);
        }
        made.system_root = self.text(&info.system_root);
        made.os.service_pack = self.text(&info.os.service_pack);
        made
    }

    /// Learns the names of accounts and computers of an event: see [`Redactor::learn`].
    pub fn learn_event(&mut self, event: &Event) {
        if let Some(user) = event.get(Column::User) {
            self.learn_account(&user);
        }
        for column in [Column::Path, Column::ImagePath] {
            if let Some(path) = event.get(column) {
                self.learn_path(&path);
            }
        }
        if event.operation().as_deref() == Some("Process Start")
            && let Some(detail) = event.get(Column::Detail)
        {
            self.learn_environment(&detail);
        }
    }

    /// Learns the name of a computer, and of an account such as `WEB01\alice`.
    pub fn learn_account(&mut self, account: &str) {
        let (domain, name) = account.split_once('\\').unwrap_or(("", account));
        if is_public_account(domain) {
            return;
        }
        for part in [domain, name] {
            if !is_public_account(part) {
                self.learn(part);
            }
        }
    }

    /// Learns whose profile a path lies in, and the computer of a share.
    fn learn_path(&mut self, path: &str) {
        if let Some(rest) = path.strip_prefix("\\\\")
            && let Some(host) = rest.split('\\').next()
            && !matches!(host, "?" | ".")
        {
            self.learn_account(host);
        }
        let mut parts = path.split('\\');
        while let Some(part) = parts.next() {
            if part.eq_ignore_ascii_case("Users")
                || part.eq_ignore_ascii_case("Documents and Settings")
            {
                self.learn_account(parts.next().unwrap_or_default());
            }
        }
    }

    fn learn_environment(&mut self, detail: &str) {
        const NAMES: [&str; 5] =
            ["COMPUTERNAME", "USERNAME", "USERDOMAIN", "LOGONSERVER", "USERDNSDOMAIN"];
        for line in detail.split(['\t', '\n', '\r', ';']) {
            if let Some((name, value)) = line.split_once('=')
                && NAMES.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
            {
                self.learn_account(value.trim_start_matches('\\'));
            }
        }
    }

    fn frame(&mut self, frame: &Frame) -> Frame {
        let mut made = frame.clone();
        made.path = self.text(&frame.path);
        made.location = self.text(&frame.location);
        // An address that is no number is kept as the capture has it.
        if frame.address.value().is_none() {
            made.address = Default::default();
        }
        made
    }

    fn shared_process(&mut self, process: &Arc<Process>) -> Arc<Process> {
        if let Some((known, made)) = self.processes.get(&process.index)
            && Arc::ptr_eq(known, process)
        {
            return Arc::clone(made);
        }
        let made = Arc::new(self.process(process));
        self.processes.insert(process.index, (Arc::clone(process), Arc::clone(&made)));
        made
    }
}

/// The text of a column. A listing is shown in full, where Procmon cuts it. Of data after which
/// Procmon prints bytes of the next event, only what the capture holds is shown.
fn native_text(event: &Event, column: Column) -> Option<String> {
    const READ_ON: [&str; 2] = ["Type: REG_BINARY, ", "Type: REG_MULTI_SZ, "];
    let shown = event.get(column)?;
    let is_held = column == Column::Detail
        && (event.operation().as_deref() == Some("QueryDirectory")
            || READ_ON.iter().any(|kind| shown.contains(kind)));
    match is_held {
        // Procmon writes a semicolon for the end of a line.
        true => event.detail().map(|detail| detail.text().replace('\n', ";")),
        false => Some(shown.into_owned()),
    }
}
