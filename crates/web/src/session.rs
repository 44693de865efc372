//! Questions in, messages out.

use procmonkey_html::write_unreadable;
use procmonkey_parser::{Capture, ReadAt, ReadOptions};
use serde_json::{Value, json};

use crate::analyze::Analyze;
use crate::compare::Compare;
use crate::file::{File, Role, whole};
use crate::job::{Chunk, ChunkPlace, InTime, Job, OpenedCapture, World};
use crate::question::{NewFile, NewSearch, NewView, Question, filter_of};
use crate::samples::SAMPLES;
use crate::save::Save;
use crate::search::{Direction, Search, Sought};
use crate::stored::Stored;
use crate::view_job::ViewJob;
use crate::wanted::Wanted;
use crate::{describe, filters, rows};

/// What goes to the page: a text of JSON, and bytes if it is a piece of a file.
#[derive(Debug)]
pub struct Message {
    /// `{id, answer}`, `{id, error}`, `{id, progress}` or `{id, chunk}`.
    pub text: String,
    /// The bytes of a chunk.
    pub bytes: Vec<u8>,
}

/// The files that the page has given, and the work that is under way.
#[derive(Default)]
pub struct Session {
    world: World,
    jobs: Vec<(u32, Box<dyn Job>)>,
    /// Whose turn it is.
    turn: usize,
    messages: Vec<Message>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("jobs", &self.jobs.len()).finish_non_exhaustive()
    }
}

impl Session {
    /// Answers a question, or begins the work on it. `id` is the number of the question,
    /// `question` is JSON; `files` are those that the question adds, in its order.
    pub fn ask(&mut self, id: u32, question: &str, files: Vec<Stored>) {
        let answer = match serde_json::from_str(question) {
            Ok(question) => self.take(id, question, files),
            Err(error) => Err(format!("this question is not understood: {error}")),
        };
        match answer {
            Ok(Some(answer)) => self.say(id, "answer", &answer),
            Ok(None) => {}
            Err(message) => self.say(id, "error", &json!({ "message": message })),
        }
    }

    /// Works on, until there is no work or the time is used up. False if there is no work.
    pub fn step(&mut self, in_time: InTime<'_>) -> bool {
        if self.jobs.is_empty() {
            return false;
        }
        self.turn %= self.jobs.len();
        let (id, job) = &mut self.jobs[self.turn];
        let id = *id;
        let done = job.step(&mut self.world, in_time);
        for Chunk { place, bytes } in std::mem::take(&mut self.world.chunks) {
            let name = match place {
                ChunkPlace::Front => "front",
                ChunkPlace::Next => "next",
            };
            self.messages
                .push(Message { text: json!({ "id": id, "chunk": name }).to_string(), bytes });
        }
        match done {
            Ok(None) => {
                let progress = self.jobs[self.turn].1.progress(&self.world);
                self.say(id, "progress", &progress);
                self.turn += 1;
            }
            Ok(Some(answer)) => {
                self.jobs.remove(self.turn);
                self.say(id, "answer", &answer);
            }
            Err(message) => {
                self.jobs.remove(self.turn);
                self.say(id, "error", &json!({ "message": message }));
            }
        }
        !self.jobs.is_empty()
    }

    /// The messages since the last call.
    pub fn take_messages(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.messages)
    }

    fn say(&mut self, id: u32, what: &str, value: &Value) {
        let text = json!({ "id": id, what: value }).to_string();
        self.messages.push(Message { text, bytes: Vec::new() });
    }

    fn begin(&mut self, id: u32, job: impl Job + 'static) -> Result<Option<Value>, String> {
        if job.is_alone() && self.jobs.iter().any(|(_, other)| other.is_alone()) {
            return Err("a report is being made; stop it first".to_string());
        }
        let progress = job.progress(&self.world);
        self.jobs.push((id, Box::new(job)));
        self.say(id, "progress", &progress);
        Ok(None)
    }

    fn take(
        &mut self,
        id: u32,
        question: Question,
        files: Vec<Stored>,
    ) -> Result<Option<Value>, String> {
        let world = &mut self.world;
        let done = || Ok(Some(json!({})));
        match question {
            Question::Add { files: new } => self.add(new, files).map(Some),
            Question::Remove { file } => {
                world.file(file)?;
                world.files[file] = None;
                done()
            }
            Question::Role { file, r#as } => {
                world.file(file)?;
                if let Some(file) = world.files[file].as_mut() {
                    file.role = Some(r#as);
                }
                done()
            }
            Question::Analyze(choice) => {
                let job = Analyze::begin(world, &choice)?;
                self.begin(id, job)
            }
            Question::Compare { good, bad, choice } => {
                let job = Compare::begin(world, (good, bad), choice)?;
                self.begin(id, job)
            }
            Question::View(new) => {
                let job = begin_view(world, new)?;
                self.begin(id, job)
            }
            Question::Close { view } => {
                world.view(view)?;
                world.views[view as usize] = None;
                done()
            }
            Question::Rows { view, from, count, highlight } => {
                let marked = highlight.as_deref().map(filter_of).transpose();
                let marked = marked.map_err(|error| error.to_string())?;
                rows::rows(world, view, (from, count), marked.as_ref()).map(Some)
            }
            Question::Find { view, event } => {
                Ok(Some(json!({ "row": rows::find(world, view, event)? })))
            }
            Question::Search(NewSearch { view, text, rules, from, back }) => {
                world.view(view)?;
                let sought = match text {
                    Some(text) => Sought::Text(text.to_lowercase()),
                    None => Sought::Rules(filter_of(&rules).map_err(|error| error.to_string())?),
                };
                let direction = if back { Direction::Back } else { Direction::Forward };
                self.begin(id, Search::new(view, sought, from, direction))
            }
            Question::Density { view, bins, from, to } => {
                rows::density(world, view, bins, (from, to)).map(Some)
            }
            Question::Event { capture, event } => describe::event(world, capture, event).map(Some),
            Question::Processes { capture } => describe::processes(world, capture).map(Some),
            Question::Reading(choice) => {
                world.reading = choice.options().map_err(|error| error.to_string())?;
                done()
            }
            Question::Filter { file } => {
                let file = world.file(file)?;
                Ok(Some(filters::of_file(&file.name, &file.filter()?)))
            }
            Question::Rule(rule) => filters::typed(&rule).map(Some),
            Question::Flags { rules } => filters::flags(&rules).map(Some),
            Question::Words {} => Ok(Some(filters::words())),
            Question::Save { what, view } => {
                let job = Save::begin(world, what, view)?;
                self.begin(id, job)
            }
            Question::Samples {} => {
                let names = SAMPLES.iter().map(|sample| json!({ "name": sample.name }));
                Ok(Some(json!({ "samples": names.collect::<Vec<_>>() })))
            }
            Question::Sample { name } => {
                let sample = SAMPLES.iter().find(|sample| sample.name == name);
                let sample = sample.ok_or("there is no such sample")?;
                let new = NewFile { name, r#as: None };
                self.add(vec![new], vec![Stored::memory(sample.bytes.to_vec())]).map(Some)
            }
            Question::Stop { job } => {
                if let Some((_, job)) = self.jobs.iter_mut().find(|(id, _)| *id == job) {
                    job.stop();
                }
                done()
            }
        }
    }

    fn add(&mut self, new: Vec<NewFile>, stored: Vec<Stored>) -> Result<Value, String> {
        if new.len() != stored.len() {
            return Err("each file has a name".to_string());
        }
        let added: Vec<Value> =
            new.into_iter().zip(stored).map(|(new, stored)| self.add_one(new, stored)).collect();
        Ok(json!({ "files": added }))
    }

    fn add_one(&mut self, new: NewFile, stored: Stored) -> Value {
        let mut file = File { name: new.name, stored, role: new.r#as };
        let role = new.r#as.unwrap_or_else(|| file.guess());
        file.role = Some(role);
        let number = self.world.files.len();
        let mut answer =
            json!({ "file": number, "name": file.name, "bytes": file.stored.len(), "as": role });
        answer["captures"] = json!([]);
        match role {
            Role::Capture | Role::Baseline => {
                let (captures, errors) = open_all(&file, number, &mut self.world.captures);
                if captures.is_empty() {
                    file.role = None;
                    answer["as"] = Value::Null;
                    answer["unreadable"] = json!(unreadable(&file));
                }
                answer["format"] = captures.first().map_or(Value::Null, |it| it["format"].clone());
                answer["captures"] = json!(captures);
                if !errors.is_empty() {
                    answer["error"] = json!(errors.join("; "));
                }
            }
            Role::Filter => match file.filter() {
                Ok(filter) => answer["filter"] = filters::of_file(&file.name, &filter),
                Err(error) => answer["error"] = json!(error),
            },
            _ => {}
        }
        self.world.files.push(Some(file));
        answer
    }
}

fn begin_view(world: &mut World, new: NewView) -> Result<ViewJob, String> {
    let filter = filter_of(&new.rules).map_err(|error| error.to_string())?;
    let options = world.reading.clone();
    let wanted = Wanted::new(filter, new.keep).between(new.from, new.to);
    ViewJob::begin(world, new.capture, wanted, options)
}

/// The captures in a file, and what could not be read.
fn open_all(
    file: &File,
    number: usize,
    known: &mut Vec<OpenedCapture>,
) -> (Vec<Value>, Vec<String>) {
    let (mut captures, mut errors) = (Vec::new(), Vec::new());
    let mut input = match file.open(&ReadOptions::new()) {
        Ok(input) => input,
        Err(error) => return (captures, vec![whole(&error)]),
    };
    let mut member = 0;
    while let Some(capture) = input.next_capture() {
        match capture {
            Ok(capture) => {
                captures.push(opened(&capture, known.len()));
                let name = capture.name().to_string();
                known.push(OpenedCapture {
                    file: number,
                    name,
                    member,
                    by_name: None,
                    by_process: None,
                });
            }
            Err(error) => errors.push(whole(&error)),
        }
        member += 1;
    }
    if member == 0 {
        errors.push("the archive has no file in it".to_string());
    }
    (captures, errors)
}

fn opened(capture: &Capture<'_>, number: usize) -> Value {
    let packing = capture.source_encoding().compression().iter().map(|it| it.name());
    let events = capture.recording().map(|recording| recording.info.declared_events);
    json!({
        "capture": number,
        "name": capture.name(),
        "format": capture.format().name(),
        "packing": packing.collect::<Vec<_>>(),
        "columns": capture.columns().names().collect::<Vec<_>>(),
        "events": events.filter(|events| *events > 0),
        "processes": capture.processes().len(),
    })
}

/// The page about a file that is not a capture.
fn unreadable(file: &File) -> String {
    let head = file.stored.range(0, 64).unwrap_or_default();
    let mut page = Vec::new();
    // Memory can always be written.
    let _ = write_unreadable(&file.name, &head, &mut page);
    String::from_utf8(page).unwrap_or_default()
}
