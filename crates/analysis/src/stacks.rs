//! The call stacks of a capture, counted.

use std::collections::HashMap;

use procmonkey_parser::{Address, Event, Frame};

/// Counts how often each call stack occurs.
#[derive(Clone, Debug, Default)]
pub struct StackSummary {
    stacks: HashMap<Vec<Address>, usize>,
    counts: Vec<StackCount>,
    without: u64,
}

/// One call stack, and the events that have it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StackCount {
    /// How many events have it.
    pub events: u64,
    /// The first of them.
    pub first_event: u64,
    /// Operation of the first of them.
    pub operation: String,
    /// Process of the first of them.
    pub process: Option<String>,
    /// The file, where stacks of several files are shown together.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub file: Option<String>,
    /// The frames, the innermost first.
    pub frames: Vec<StackFrame>,
}

/// One frame.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StackFrame {
    /// Return address as the capture has it.
    pub address: String,
    /// Module and offset, or symbol and offset where the export has symbols.
    pub location: String,
    /// Path of the module; empty when it is not known.
    pub path: String,
}

impl StackSummary {
    /// Takes in the next event.
    pub fn observe(&mut self, event: &Event) {
        let frames = event.stack();
        if frames.is_empty() {
            self.without += 1;
            return;
        }
        let key: Vec<Address> = frames.iter().map(|frame| frame.address.clone()).collect();
        let counts = &mut self.counts;
        let index = *self.stacks.entry(key).or_insert_with(|| {
            counts.push(StackCount {
                events: 0,
                first_event: event.number(),
                operation: event.operation().unwrap_or_default().into_owned(),
                process: event.process_name().map(|name| name.into_owned()),
                file: None,
                frames: frames.iter().map(to_frame).collect(),
            });
            counts.len() - 1
        });
        self.counts[index].events += 1;
    }

    /// How many events have no call stack.
    pub fn events_without_stack(&self) -> u64 {
        self.without
    }

    /// The stacks, the most frequent first.
    pub fn finish(mut self) -> Vec<StackCount> {
        self.counts.sort_by_key(|count| (std::cmp::Reverse(count.events), count.first_event));
        self.counts
    }
}

fn to_frame(frame: &Frame) -> StackFrame {
    StackFrame {
        address: frame.address.to_string(),
        location: frame.location.clone(),
        path: frame.path.clone(),
    }
}
