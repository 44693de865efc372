//! Which part of a capture is shown.

use clap::{ArgGroup, Args};

use procmonkey_parser::{EventNumbers, Excerpt, Most, TimePoint, TimeSpan};

use super::parse;

/// Events by number and time, their neighbours, and how many.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which part")]
#[command(group(ArgGroup::new("middle").args(["events", "at"]).multiple(true)))]
pub(crate) struct ExcerptArgs {
    /// Events by their numbers, as in 1673,1636-1639; repeatable
    #[arg(long = "event", value_name = "N,N-M", value_parser = parse::<EventNumbers>)]
    events: Vec<EventNumbers>,
    /// Also N events before and after each, whatever the filter says; a table and Markdown have
    /// their numbers in parentheses, JSON has "neighbour":true
    #[arg(long, value_name = "N", conflicts_with_all = ["before", "after"], default_value_t = 0, hide_default_value = true)]
    context: u64,
    /// Events that begin so long before those of --event or the time of --at: 2s, 500ms, 1min
    #[arg(long, value_name = "SPAN", value_parser = parse::<TimeSpan>, requires = "middle")]
    before: Option<TimeSpan>,
    /// As --before, after them
    #[arg(long, value_name = "SPAN", value_parser = parse::<TimeSpan>, requires = "middle")]
    after: Option<TimeSpan>,
    /// Time for --before and --after; alone, the events at that time
    #[arg(long, value_name = "TIME", value_parser = parse::<TimePoint>)]
    at: Option<TimePoint>,
    /// First time: a time of day as the capture shows it (18:59:13), a date and time
    /// (2026-03-05 18:59:13), or a time after the first event (+3.5s)
    #[arg(long, value_name = "TIME", value_parser = parse::<TimePoint>)]
    from: Option<TimePoint>,
    /// Last time, as --from; 18:59:13 is the whole second
    #[arg(long, value_name = "TIME", value_parser = parse::<TimePoint>)]
    to: Option<TimePoint>,
    /// Only the first of these events of each capture, or the first N
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    first: Option<u64>,
    /// Only the last of these events of each capture, or the last N
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "1", conflicts_with = "first")]
    last: Option<u64>,
}

impl ExcerptArgs {
    /// The part of each capture, where only so many more events are wanted, and so many bytes of
    /// events may be held.
    pub(crate) fn excerpt(&self, left: Option<u64>, memory: u64) -> Excerpt {
        let mut excerpt = Excerpt::new().context(self.context).memory(memory);
        if let Some(events) = EventNumbers::union(&self.events) {
            excerpt = excerpt.events(events);
        }
        for (point, set) in [
            (self.from, Excerpt::from as fn(Excerpt, TimePoint) -> Excerpt),
            (self.to, Excerpt::to),
            (self.at, Excerpt::at),
        ] {
            excerpt = point.map_or(excerpt.clone(), |point| set(excerpt, point));
        }
        if let Some(span) = self.before {
            excerpt = excerpt.before(span);
        }
        if let Some(span) = self.after {
            excerpt = excerpt.after(span);
        }
        excerpt.most(match (self.first, self.last, left) {
            (Some(first), _, left) => Most::First(left.map_or(first, |left| left.min(first))),
            (None, Some(last), _) => Most::Last(last),
            (None, None, Some(left)) => Most::First(left),
            (None, None, None) => Most::All,
        })
    }
}
