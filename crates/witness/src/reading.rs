//! What was read from one source.

use std::collections::BTreeMap;

use procmonkey_analysis::parser::{LossKind, Losses, Position, decode_text};
use procmonkey_analysis::report::WitnessSource;
use procmonkey_analysis::{Case, Witness};

use crate::weight::bytes_of;
use crate::{Error, Limits};

/// The facts of one source, and what of it could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// The facts, in the order of the source.
    pub witnesses: Vec<Witness>,
    /// What could not be read.
    pub losses: Losses,
    /// How many events of each provider and id the source holds, also of
    /// those that are not a witness. Empty for sources that are not event logs.
    pub events: Vec<EventCount>,
    /// How many further events there are, of providers and ids that are not counted
    /// one by one because there are too many.
    pub other_events: u64,
    /// What a reader of the report should know of the source, such as that an event
    /// log was copied while it was in use. Nothing of this is lost.
    pub remarks: Vec<String>,
}

/// How many events of one id a log holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventCount {
    /// Name of the provider.
    pub provider: String,
    /// The event id.
    pub id: u32,
    /// How many.
    pub count: u64,
}

impl Reading {
    /// How many events of this provider and id the source holds.
    ///
    /// ```
    /// let xml = b"<Event><System><Provider Name='A'/><EventID>7</EventID></System></Event>";
    /// let reading = procmonkey_witness::event_xml::read("a.xml", xml);
    /// assert_eq!(reading.count("A", 7), 1);
    /// assert_eq!(reading.count("A", 8), 0);
    /// ```
    pub fn count(&self, provider: &str, id: u32) -> u64 {
        self.events
            .iter()
            .filter(|event| event.provider == provider && event.id == id)
            .map(|event| event.count)
            .sum()
    }

    /// How many events the source holds.
    ///
    /// ```
    /// let xml = b"<Event><System><Provider Name='A'/><EventID>7</EventID></System></Event>";
    /// assert_eq!(procmonkey_witness::event_xml::read("a.xml", xml).events_read(), 1);
    /// ```
    pub fn events_read(&self) -> u64 {
        self.events.iter().map(|event| event.count).sum::<u64>() + self.other_events
    }

    /// Whether the source gave nothing, and there is nothing to be said of it.
    pub fn is_empty(&self) -> bool {
        self.witnesses.is_empty() && self.losses.is_empty() && self.remarks.is_empty()
    }
}

/// Adds a source to a case: its facts, and what its report says of the source. `given_as` is what it
/// was given as, such as `event_log` (see [`WitnessSource::given_as`]).
///
/// ```
/// use procmonkey_analysis::{Case, CaseOptions};
///
/// let mut case = Case::new(CaseOptions::new());
/// let text = "The IIS Admin Service service terminated with service-specific error \
///             2148073478 (0x80090006).";
/// let reading = procmonkey_witness::read("ticket.txt", text.as_bytes());
/// procmonkey_witness::add_to_case(&mut case, "ticket.txt", "event_log", reading);
/// assert_eq!(case.finish().witness_sources[0].facts, 1);
/// ```
pub fn add_to_case(
    case: &mut Case,
    name: &str,
    given_as: &'static str,
    reading: Result<Reading, Error>,
) {
    let mut source = WitnessSource::new(name, given_as);
    match reading {
        Ok(reading) => {
            source.set_losses(&reading.losses);
            source.facts = reading.witnesses.len() as u64;
            source.events = reading.events_read();
            source.remarks = reading.remarks;
            reading.witnesses.into_iter().for_each(|witness| case.witness(witness));
        }
        Err(error) => source.error = Some(error.to_string()),
    }
    case.witness_source(source);
}

/// A reading while it is made, within the limits.
#[derive(Debug)]
pub(crate) struct Collector<'l> {
    pub(crate) limits: &'l Limits,
    pub(crate) losses: Losses,
    pub(crate) remarks: Vec<String>,
    witnesses: Vec<Witness>,
    /// What the witnesses take in memory.
    bytes: usize,
    left_out: u64,
    /// Where the first one that is left out stands.
    left_out_at: Position,
    counts: BTreeMap<String, BTreeMap<u32, u64>>,
    kinds: usize,
    other_events: u64,
    surroundings: Surroundings,
}

/// What stands around the facts of a source.
#[derive(Debug)]
enum Surroundings {
    /// Nothing, or what is known to be about them: the source was given for what it is.
    Own,
    /// What people wrote around the events of a capture. The lines of the text, and where each
    /// of them stands in theirs.
    Prose(Vec<Position>),
}

/// The longest name of a provider by which events are counted, in characters.
const LONGEST_PROVIDER: usize = 256;
/// The longest reason of a loss, in characters.
const LONGEST_REASON: usize = 400;

/// The first characters of a text.
fn start_of(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

impl<'l> Collector<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Collector<'l> {
        Collector {
            limits,
            losses: Losses::default(),
            remarks: Vec::new(),
            witnesses: Vec::new(),
            bytes: 0,
            left_out: 0,
            left_out_at: Position::default(),
            counts: BTreeMap::new(),
            kinds: 0,
            other_events: 0,
            surroundings: Surroundings::Own,
        }
    }

    /// For a text that people wrote around the events of a capture; `lines` says where each of
    /// its lines stands in theirs.
    pub(crate) fn among_prose(limits: &'l Limits, lines: Vec<Position>) -> Collector<'l> {
        Collector { surroundings: Surroundings::Prose(lines), ..Collector::new(limits) }
    }

    /// Whether prose may speak of what a listing or an output would show.
    pub(crate) fn is_among_prose(&self) -> bool {
        matches!(self.surroundings, Surroundings::Prose(_))
    }

    /// Where a place of the text stands in the one that people wrote.
    fn original(&self, position: Position) -> Position {
        let Surroundings::Prose(lines) = &self.surroundings else { return position };
        let index = position.line.and_then(|line| usize::try_from(line).ok()?.checked_sub(1));
        index.and_then(|index| lines.get(index)).copied().unwrap_or(position)
    }

    /// Takes note of something that stands at a place and is not used.
    pub(crate) fn remark(&mut self, position: Position, what: impl AsRef<str>) {
        let line = self.original(position).line.unwrap_or(0);
        self.remarks.push(format!("not used: line {line}: {}", what.as_ref()));
    }

    /// What `read_text` finds in a text, within the usual limits.
    pub(crate) fn of_text(
        source: &str,
        bytes: &[u8],
        read_text: impl FnOnce(&str, &str, &mut Collector<'_>),
    ) -> Reading {
        let limits = Limits::default();
        let mut out = Collector::new(&limits);
        let text = decode_text(bytes, &mut out.losses);
        read_text(source, &text, &mut out);
        out.finish()
    }

    /// Keeps a fact that stands at a place of the source.
    pub(crate) fn add(&mut self, mut witness: Witness, position: Position) {
        if self.is_among_prose()
            && let Some(line) = self.original(position).line
            && let Some(source) = source_of(&mut witness)
        {
            source.push_str(&format!(", line {line}"));
        }
        let bytes = self.bytes.saturating_add(bytes_of(&witness));
        if self.witnesses.len() >= self.limits.facts || bytes > self.limits.fact_bytes {
            if self.left_out == 0 {
                self.left_out_at = position;
            }
            self.left_out += 1;
            return;
        }
        self.bytes = bytes;
        self.witnesses.push(witness);
    }

    /// Counts an event, whether it is a fact or not.
    pub(crate) fn count_event(&mut self, provider: &str, id: u32) {
        let provider = start_of(provider, LONGEST_PROVIDER);
        if let Some(count) = self.counts.get_mut(provider).and_then(|ids| ids.get_mut(&id)) {
            *count += 1;
        } else if self.kinds < self.limits.event_kinds {
            self.kinds += 1;
            self.counts.entry(provider.to_string()).or_default().insert(id, 1);
        } else {
            self.other_events += 1;
        }
    }

    /// Counts a loss. What is said may quote the source, which may be of any length.
    pub(crate) fn lose(&mut self, kind: LossKind, position: Position, why: impl AsRef<str>) {
        let position = self.original(position);
        self.losses.add(kind, position, start_of(why.as_ref(), LONGEST_REASON));
    }

    /// The facts that were kept so far.
    pub(crate) fn witnesses(&mut self) -> &mut Vec<Witness> {
        &mut self.witnesses
    }

    pub(crate) fn finish(mut self) -> Reading {
        if self.left_out > 0 {
            let message = format!(
                "{} more facts are left out: no more than {} facts of {} bytes are kept of one source",
                self.left_out, self.limits.facts, self.limits.fact_bytes
            );
            let position = self.original(self.left_out_at);
            self.losses.add(LossKind::Truncated, position, message);
        }
        let events = self.counts.into_iter().flat_map(|(provider, ids)| {
            ids.into_iter().map(move |(id, count)| EventCount {
                provider: provider.clone(),
                id,
                count,
            })
        });
        Reading {
            witnesses: self.witnesses,
            losses: self.losses,
            events: events.collect(),
            other_events: self.other_events,
            remarks: self.remarks,
        }
    }
}

/// Where a fact was found.
fn source_of(witness: &mut Witness) -> Option<&mut String> {
    Some(match witness {
        Witness::MachineGuid(seen) => &mut seen.source,
        Witness::Folder(listing) => &mut listing.source,
        Witness::Service(event) => &mut event.source,
        Witness::KeyOperation(event) => &mut event.source,
        Witness::Schannel(event) => &mut event.source,
        Witness::Debug(line) => &mut line.source,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use procmonkey_analysis::{DebugLine, WitnessTime};

    use super::*;

    fn line(text: &str) -> Witness {
        let mut line = DebugLine::default();
        line.text = text.to_string();
        line.time = Some(WitnessTime::unknown("1.5"));
        Witness::Debug(line)
    }

    #[test]
    fn facts_beyond_the_limits_are_one_loss_with_their_number_and_place() {
        let by_number = Limits::default().facts(2);
        let by_size = Limits::default().fact_bytes(2 * bytes_of(&line("abc")));
        for limits in [by_number, by_size] {
            let mut collector = Collector::new(&limits);
            for at in 0..5 {
                collector.add(line("abc"), Position::at_byte(at * 10));
            }
            let reading = collector.finish();
            assert_eq!((reading.witnesses.len(), reading.losses.count()), (2, 1), "{limits:?}");
            let loss = reading.losses.iter().next().unwrap();
            assert_eq!(loss.position.byte, 20);
            assert!(loss.message.starts_with("3 more facts"), "{loss}");
        }
    }

    #[test]
    fn a_fact_weighs_what_its_texts_do() {
        let (short, long) = (bytes_of(&line("")), bytes_of(&line(&"x".repeat(1000))));
        assert_eq!(long - short, 1000);
    }

    #[test]
    fn events_of_too_many_kinds_are_counted_together() {
        let limits = Limits::default().event_kinds(2);
        let mut collector = Collector::new(&limits);
        for (provider, id) in [("A", 1), ("A", 2), ("B", 1), ("A", 1), ("B", 1)] {
            collector.count_event(provider, id);
        }
        let reading = collector.finish();
        assert_eq!((reading.count("A", 1), reading.count("A", 2)), (2, 1));
        assert_eq!((reading.count("B", 1), reading.other_events, reading.events_read()), (0, 2, 5));
    }
}
