//! How much memory the events take that are held because they may still be wanted.

use std::collections::VecDeque;

use crate::event::Event;

/// Events in their order, each with what is known of it, within a bound of memory.
pub(super) struct Room<T> {
    events: VecDeque<(Event, T)>,
    held: u64,
    most: u64,
}

impl<T> Room<T> {
    pub(super) fn new(most: u64) -> Room<T> {
        Room { events: VecDeque::new(), held: 0, most }
    }

    /// Takes an event in at the end. Gives those at the front that have to go for it.
    pub(super) fn push(&mut self, event: Event, known: T) -> Vec<(Event, T)> {
        self.held += size_of_held::<T>(&event);
        self.events.push_back((event, known));
        let mut gone = Vec::new();
        while self.held > self.most {
            let Some(first) = self.pop() else { break };
            gone.push(first);
        }
        gone
    }

    pub(super) fn front(&self) -> Option<&(Event, T)> {
        self.events.front()
    }

    pub(super) fn pop(&mut self) -> Option<(Event, T)> {
        let first = self.events.pop_front()?;
        self.held = self.held.saturating_sub(size_of_held::<T>(&first.0));
        Some(first)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(Event, T)> {
        self.events.iter()
    }

    pub(super) fn len(&self) -> u64 {
        self.events.len() as u64
    }
}

fn size_of_held<T>(event: &Event) -> u64 {
    (event.memory() + size_of::<T>()) as u64
}
