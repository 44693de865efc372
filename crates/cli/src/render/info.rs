//! What captures hold.

use procmonkey_analysis::capture_stats::{CaptureInfo, Count};
use procmonkey_parser::TimeQuality;

use super::Look;
use super::grid::{Cell, Grid, Page, Tone};
use super::report::not_known;
use crate::text::seconds;

/// How many rows of a count are shown unless more is asked for.
const SHOWN: usize = 8;

pub(super) fn page(infos: &[CaptureInfo], look: Look) -> Page {
    let mut page = Page::default();
    for info in infos {
        page.heading(info.path.clone());
        page.grid(summary(info));
        for (title, counts) in [
            ("Event class", &info.classes),
            ("Process", &info.processes),
            ("Operation", &info.operations),
            ("Result", &info.results),
        ] {
            page.grid(count_grid(title, counts, look));
        }
        page.grid(questions(info));
    }
    page
}

fn summary(info: &CaptureInfo) -> Grid {
    let mut grid = Grid { headers: vec!["Capture", ""], ..Grid::default() };
    let mut row = |name: &'static str, text: String| {
        if !text.is_empty() {
            grid.rows.push(vec![Cell::from(name), Cell::from(text)]);
        }
    };
    let mut format = info.format.name().to_string();
    if let Some(encoding) = info.encoding {
        format.push_str(&format!(", {}", encoding.name()));
    }
    if !info.compression.is_empty() {
        let names: Vec<&str> = info.compression.iter().map(|one| one.name()).collect();
        format.push_str(&format!(", packed with {}", names.join(" and ")));
    }
    row("Format", format);
    row("Columns", info.columns.join(", "));
    row("Unknown columns", info.unknown_columns.join(", "));
    row(
        "Events",
        match info.events_counted == info.events_read {
            true => info.events_read.to_string(),
            false => {
                let undecided = match info.events_undecided {
                    0 => String::new(),
                    number => format!(", which could not decide on {number}"),
                };
                let (counted, read) = (info.events_counted, info.events_read);
                format!("{counted} of {read} by the filter{undecided}")
            }
        },
    );
    row("Call stacks", not_zero(info.events_with_stack));
    row("Process list", not_zero(info.process_list as u64));
    row("Lost", not_zero(info.losses.count));
    let kinds: Vec<String> = info.losses.unknown_kinds.iter().map(not_known).collect();
    row("Not known", kinds.join("; "));
    if let Some(computer) = &info.computer {
        row("Computer", computer.name.clone());
        row(
            "Windows",
            format!("{}, {}-bit, {}", computer.windows, computer.bits, computer.system_root),
        );
        let gigabytes = computer.ram_bytes as f64 / f64::from(1u32 << 30);
        row("Processors, memory", format!("{}, {gigabytes:.1} GiB", computer.processors));
        row(
            "Recorded by",
            format!("Procmon {} (PML version {})", computer.procmon, computer.pml_version),
        );
        row("Files", if computer.parts > 1 { computer.parts.to_string() } else { String::new() });
    }
    let time = &info.time;
    row("First event", time.first.clone().unwrap_or_else(|| "time unknown".into()));
    row("Last event", time.last.clone().unwrap_or_else(|| "time unknown".into()));
    row("Span", time.span_seconds.map(seconds).unwrap_or_default());
    row("Time quality", quality(info));
    grid
}

fn not_zero(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

fn quality(info: &CaptureInfo) -> String {
    let time = &info.time;
    let mut text = match time.quality {
        TimeQuality::Full => "date and time are written".to_string(),
        TimeQuality::DateInferred => {
            "the time is written, the date is taken from --date".to_string()
        }
        TimeQuality::DateAmbiguous => {
            let orders: Vec<&str> =
                time.possible_date_orders.iter().map(|order| order.name()).collect();
            format!("the dates can be read as {}; --date-order settles it", orders.join(" or "))
        }
        TimeQuality::TimeOnly => {
            "the time is written, the date is not; --date supplies it".to_string()
        }
        _ => "only the order of the events is known".to_string(),
    };
    if let Some(order) = time.date_order {
        text.push_str(&format!("; dates are {order}"));
    }
    text.push_str(match &time.zone {
        None if info.computer.is_none() => "; the zone is not written, --tz supplies it",
        _ => "",
    });
    for (number, what) in [
        (u64::from(time.midnights), "midnights crossed"),
        (time.steps_back, "steps back"),
        (time.order_only, "events without a usable time"),
    ] {
        if number > 0 {
            text.push_str(&format!("; {number} {what}"));
        }
    }
    text
}

fn count_grid(title: &'static str, counts: &[Count], look: Look) -> Grid {
    let shown = if look.whole { counts.len() } else { SHOWN };
    let mut rows: Vec<Vec<Cell>> = counts
        .iter()
        .take(shown)
        .map(|count| {
            let name = if count.name.is_empty() { "(empty)" } else { &count.name };
            vec![Cell::from(name), Cell::from(count.events.to_string())]
        })
        .collect();
    if counts.len() > shown {
        let rest: u64 = counts[shown..].iter().map(|count| count.events).sum();
        let more = format!("{} more", counts.len() - shown);
        rows.push(vec![Cell::toned(more, Tone::Plain), Cell::toned(rest.to_string(), Tone::Plain)]);
    }
    Grid { headers: vec![title, "Events"], rows, numbers: vec![1], ..Grid::default() }
}

fn questions(info: &CaptureInfo) -> Grid {
    let rows = info.questions.iter().map(|question| {
        let answer = match question.answerable {
            true => Cell::toned("yes", Tone::Plain),
            false => Cell::toned("no", Tone::Warning),
        };
        vec![Cell::from(&*question.question), answer, Cell::from(question.add_columns.join(", "))]
    });
    Grid {
        headers: vec!["Question", "Can be answered", "Column to add in Procmon"],
        rows: rows.collect(),
        ..Grid::default()
    }
}

/// Every count of every capture, for a spreadsheet.
pub(super) fn counts_grid(infos: &[CaptureInfo]) -> Grid {
    let mut rows = Vec::new();
    for info in infos {
        for (kind, counts) in [
            ("event class", &info.classes),
            ("process", &info.processes),
            ("operation", &info.operations),
            ("result", &info.results),
        ] {
            for count in counts {
                rows.push(vec![
                    Cell::from(info.path.clone()),
                    Cell::from(kind),
                    Cell::from(count.name.clone()),
                    Cell::from(count.events.to_string()),
                ]);
            }
        }
    }
    Grid { headers: vec!["capture", "kind", "name", "events"], rows, ..Grid::default() }
}
