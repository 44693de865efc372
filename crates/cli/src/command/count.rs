//! `procmonkey count` and `procmonkey summary`: events in groups.

use procmonkey_analysis::{Measure, Quantity, Statistic, Tally, TallyKey};
use procmonkey_parser::{Column, Event, Excerpt};

use crate::args::{CaptureArgs, CountArgs, OrderArgs, OutputArgs, SummaryArgs, SummaryKind};
use crate::command::filtered::for_each_filtered;
use crate::command::unmatched::{self, Search};
use crate::command::{exit_of, stacks};
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::count as number_of;
use crate::output::Output;
use crate::render::{self, CountTable, Look};

/// What is counted, of which events.
struct Question<'q> {
    captures: &'q CaptureArgs,
    options: procmonkey_parser::ReadOptions,
    keys: Vec<TallyKey>,
    measures: Vec<Measure>,
    is_wanted: fn(&Event) -> bool,
    /// Which events these are, in words behind "event"; nothing for all.
    meant: &'static str,
    order: &'q OrderArgs,
    out: &'q OutputArgs,
}

pub(crate) fn run(args: &CountArgs) -> anyhow::Result<Exit> {
    answer(Question {
        captures: &args.captures,
        options: args.native.apply(args.captures.read_options()),
        keys: args.by.clone(),
        measures: args.measures(),
        is_wanted: |_| true,
        meant: "",
        order: &args.order,
        out: &args.out,
    })
}

/// The summaries of Procmon.
pub(crate) fn summary(args: &SummaryArgs) -> anyhow::Result<Exit> {
    let (keys, is_wanted): (&[Column], fn(&Event) -> bool) = match args.of {
        SummaryKind::Stack => {
            return stacks::summary(args);
        }
        SummaryKind::Process => (&[Column::ProcessName, Column::Pid], |_| true),
        SummaryKind::File => (&[Column::Path], |event| class(event) == Class::File),
        SummaryKind::Registry => (&[Column::Path], |event| class(event) == Class::Registry),
        SummaryKind::Network => (&[Column::Path], |event| class(event) == Class::Network),
        SummaryKind::Operation => (&[Column::Operation], |_| true),
        SummaryKind::Result => (&[Column::Result], |_| true),
    };
    let sum = |quantity| Measure { statistic: Statistic::Sum, quantity };
    let bytes = !matches!(args.of, SummaryKind::Registry | SummaryKind::Result);
    let mut measures = vec![sum(Quantity::Duration)];
    if bytes {
        measures.extend([sum(Quantity::Read), sum(Quantity::Written)]);
    }
    answer(Question {
        captures: &args.captures,
        options: args.captures.read_options(),
        keys: keys.iter().map(|column| TallyKey::Column(*column)).collect(),
        measures,
        is_wanted,
        meant: match args.of {
            SummaryKind::File => " on files",
            SummaryKind::Registry => " on the registry",
            SummaryKind::Network => " on the network",
            _ => "",
        },
        order: &args.order,
        out: &args.out,
    })
}

/// What an event is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Process,
    Registry,
    Network,
    File,
}

/// By its operation: not every capture has the column Event Class.
fn class(event: &Event) -> Class {
    let operation = event.bytes(Column::Operation).unwrap_or_default();
    match &*operation {
        [b'R', b'e', b'g', ..] => Class::Registry,
        [b'T' | b'U', b'C' | b'D', b'P', b' ', ..] => Class::Network,
        b"Load Image" | b"System Statistics" | b"Debug Output Profiling" => Class::Process,
        name if [&b"Process "[..], b"Thread "].iter().any(|it| name.starts_with(it)) => {
            Class::Process
        }
        _ => Class::File,
    }
}

fn answer(question: Question<'_>) -> anyhow::Result<Exit> {
    let Question { captures, options, keys, measures, is_wanted, meant, order, out } = question;
    let messages = out.messages();
    let selection = captures.select.selection_with_processes(messages)?;
    let table = CountTable::new(&keys, &measures);
    let sorted = order.sort.as_deref().map(|name| table.order(name)).transpose()?;
    let mut output = Output::open(out)?;
    let ranked: Vec<Quantity> = (measures.iter())
        .filter(|measure| measure.statistic == Statistic::P95)
        .map(|measure| measure.quantity)
        .collect();
    let mut counts = Tally::new(keys, measures).memory(captures.read.most_gathered());
    let mut wanted = 0u64;
    let mut read = for_each(&captures.inputs, &options, messages, |capture| {
        for_each_filtered(capture, &selection, messages, |event, clock| {
            if is_wanted(event) {
                wanted += 1;
                counts.observe(event, clock);
            }
            Ok(())
        })
        .map(|_| ())
    })?;
    read.losses += selection.losses;
    if read.captures == 0 {
        return Ok(Exit::NoInput);
    }
    let left_out = counts.left_out();
    for quantity in counts.unmeasured().filter(|_| wanted > 0) {
        let why = match quantity {
            Quantity::Duration => {
                "no event has a Duration: Procmon exports that column only where \
                                   it is shown"
            }
            Quantity::Read => "no event shows how many bytes it read",
            _ => "no event shows how many bytes it wrote",
        };
        messages.note(why);
    }
    let unranked: Vec<_> = (ranked.into_iter())
        .map(|quantity| (quantity, counts.unranked(quantity)))
        .filter(|(_, unranked)| unranked.groups > 0)
        .collect();
    let mut groups = counts.finish();
    if let Some(sorted) = sorted {
        table.sort(&mut groups, sorted);
    }
    let all = groups.len();
    if let Some(top) = order.top.filter(|top| *top < all) {
        groups.truncate(top);
        messages.note(format_args!("{top} of {}", number_of(all as u64, "group")));
    }
    let look = Look::new(out, &output);
    render::counts(&table, &groups, out.format(), look, &mut output)?;
    output.finish()?;
    if wanted == 0 {
        let search = Search {
            captures,
            options: &options,
            selection: &selection,
            excerpt: Excerpt::new(),
            is_meant: is_wanted,
            meant,
            events_read: read.events,
        };
        unmatched::explain(&search, messages)?;
    }
    if left_out > 0 {
        messages.note(format_args!(
            "there are too many groups to hold: {} of further groups not counted; a filter or fewer \
             columns make fewer groups, --limit gathered=N more room",
            number_of(left_out, "event")
        ));
    }
    for (quantity, unranked) in &unranked {
        let measure = Measure { statistic: Statistic::P95, quantity: *quantity };
        messages.note(format_args!(
            "there are too many numbers to hold: {} of {}, with {}, is left empty; a filter makes fewer, \
             --limit gathered=N more room",
            measure.name(),
            number_of(unranked.groups, "group"),
            number_of(unranked.values, "value")
        ));
    }
    if left_out > 0 || !unranked.is_empty() {
        return Ok(Exit::Losses);
    }
    Ok(exit_of(read))
}
