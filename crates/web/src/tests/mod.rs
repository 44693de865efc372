//! Questions and answers on the samples.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod filters;
mod report;
mod rows;
mod saved;

use serde_json::{Value, json};

use crate::{Session, Stored};

/// The bytes of a sample.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

/// A session, with the number of the last question.
#[derive(Default)]
pub(crate) struct Asked {
    session: Session,
    pub(crate) next: u32,
    answers: std::collections::HashMap<u32, Result<Value, String>>,
    /// The bytes that were saved: what stands in front, and the rest.
    pub(crate) saved: (Vec<u8>, Vec<u8>),
}

impl Asked {
    /// Adds files, and gives what the session says of them.
    pub(crate) fn add(&mut self, files: &[(&str, Option<&str>, Vec<u8>)]) -> Vec<Value> {
        let names: Vec<Value> =
            files.iter().map(|(name, role, _)| json!({ "name": name, "as": role })).collect();
        let stored = files.iter().map(|(_, _, bytes)| Stored::memory(bytes.clone())).collect();
        let question = json!({ "ask": "add", "files": names });
        self.begin(&question, stored);
        self.end().unwrap()["files"].as_array().unwrap().clone()
    }

    pub(crate) fn begin(&mut self, question: &Value, files: Vec<Stored>) -> u32 {
        self.next += 1;
        self.session.ask(self.next, &question.to_string(), files);
        self.next
    }

    /// Does one step; the shortest that there is.
    pub(crate) fn step(&mut self) -> bool {
        self.session.step(&|| false)
    }

    /// Works until the last question is answered.
    pub(crate) fn end(&mut self) -> Result<Value, String> {
        loop {
            if let Some(answer) = self.answers.remove(&self.next) {
                return answer;
            }
            let goes_on = self.session.step(&|| true);
            let mut news = false;
            for message in self.session.take_messages() {
                let text: Value = serde_json::from_str(&message.text).unwrap();
                match text["chunk"].as_str() {
                    Some("front") => self.saved.0.extend(message.bytes),
                    Some(_) => self.saved.1.extend(message.bytes),
                    None => {}
                }
                let id = text["id"].as_u64().unwrap() as u32;
                news = true;
                if let Some(answer) = text.get("answer") {
                    self.answers.insert(id, Ok(answer.clone()));
                }
                if let Some(error) = text.get("error") {
                    self.answers.insert(id, Err(error["message"].as_str().unwrap().to_string()));
                }
            }
            assert!(goes_on || news, "a question without an answer");
        }
    }

    pub(crate) fn ask(&mut self, question: &Value) -> Result<Value, String> {
        self.begin(question, Vec::new());
        self.end()
    }
}
