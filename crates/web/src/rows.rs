//! Rows by their number, and how they are spread over the time of the capture.

use std::borrow::Cow;

use procmonkey_parser::{Column, Event, Filter, Verdict};
use serde_json::{Value, json};

use crate::cursor::{Begin, Cursor};
use crate::job::World;
use crate::places::Place;
use crate::view::View;

/// The most rows of one answer.
const MOST: u64 = 1000;

/// So many rows further on, reading on is as quick as going to a place.
const NEAR: u64 = 2000;

/// The columns of the grid, by the names that the page knows.
const GRID: [(&str, Column); 7] = [
    ("process", Column::ProcessName),
    ("pid", Column::Pid),
    ("tid", Column::Tid),
    ("operation", Column::Operation),
    ("path", Column::Path),
    ("result", Column::Result),
    ("detail", Column::Detail),
];

/// The rows from one on.
///
/// # Errors
/// When the capture cannot be read.
pub(crate) fn rows(
    world: &mut World,
    number: u64,
    (from, count): (u64, u64),
    highlight: Option<&Filter>,
) -> Result<Value, String> {
    let known = world.view(number)?.rows();
    let count = count.min(MOST).min(known.saturating_sub(from));
    let mut numbers = Vec::new();
    let mut since = Vec::new();
    let mut marks = Vec::new();
    let mut times = Vec::new();
    let mut texts: [Vec<Option<String>>; GRID.len()] = Default::default();
    for_rows(world, number, (from, count), |cursor| {
        let event = cursor.event();
        numbers.push(cursor.number());
        since.push(cursor.since());
        times.push(time_of(event));
        if let Some(filter) = highlight {
            let is_marked = filter.matches(event, cursor.capture().clock()) == Verdict::Included;
            marks.push(u8::from(is_marked));
        }
        for (list, (_, column)) in texts.iter_mut().zip(GRID) {
            list.push(event.get(column).map(cut));
        }
    })?;
    let mut answer = json!({ "from": from, "event": numbers, "since": since, "time": times });
    for (list, (name, _)) in texts.into_iter().zip(GRID) {
        answer[name] = json!(list);
    }
    if highlight.is_some() {
        answer["highlight"] = json!(marks);
    }
    Ok(answer)
}

/// The most characters of a text in a row.
const LONGEST: usize = 2000;

/// A text that is not longer than a row shows; one that was cut ends in `…`.
fn cut(text: Cow<'_, str>) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// The time as the capture writes it.
pub(crate) fn time_of(event: &Event) -> Option<String> {
    let columns = [Column::TimeOfDay, Column::DateAndTime, Column::RelativeTime];
    columns.iter().find_map(|column| event.get(*column)).map(Into::into)
}

/// Hands so many rows to `each`, from one on.
///
/// # Errors
/// When the capture cannot be read.
pub(crate) fn for_rows(
    world: &mut World,
    number: u64,
    (from, count): (u64, u64),
    mut each: impl FnMut(&Cursor),
) -> Result<(), String> {
    if count == 0 {
        return Ok(());
    }
    let capture = world.view(number)?.capture;
    let (opened, file) = world.capture(capture)?;
    let (member, file) = (opened.member, file.clone());
    let view = world.view(number)?;
    let mut cursor = match view.cursor.take() {
        Some(cursor) if is_near(&cursor, view, from, &file) => cursor,
        other => begin_at(view, from, |view, begin| {
            if let Some(mut cursor) = other
                && cursor.go_to(begin)
            {
                return Ok(cursor);
            }
            Cursor::open(&file, member, &view.options, begin)
        })?,
    };
    while cursor.row < from + count {
        if !cursor.read(&view.wanted)? {
            return Err("the capture ends before a row that it had; was the file changed?".into());
        }
        if cursor.row > from {
            each(&cursor);
        }
    }
    view.cursor = Some(cursor);
    Ok(())
}

/// Whether reading on is the quickest way to a row.
fn is_near(cursor: &Cursor, view: &View, from: u64, file: &crate::file::File) -> bool {
    let place = view.places.before_row(from).map_or(0, |(row, _)| row);
    let is_ahead = cursor.row <= from;
    is_ahead && (place <= cursor.row || from - cursor.row <= NEAR || !cursor.has_direct_rows(file))
}

/// Where to begin for a row.
pub(crate) fn begin_at<T>(view: &View, row: u64, open: impl FnOnce(&View, Begin<'_>) -> T) -> T {
    let place = view.places.before_row(row);
    open(view, begin(view, place))
}

pub(crate) fn begin<'v>(view: &'v View, place: Option<(u64, &'v Place)>) -> Begin<'v> {
    Begin {
        row: place.map_or(0, |(row, _)| row),
        place: place.map(|(_, place)| place),
        since: place.and_then(|(_, place)| view.since(&place.time)),
        head: view.head,
    }
}

/// The first row whose event has this number or a higher one.
///
/// # Errors
/// When the capture cannot be read.
pub(crate) fn find(world: &mut World, number: u64, event: u64) -> Result<u64, String> {
    let view = world.view(number)?;
    let Some((row, place)) = view.places.before_event(event) else { return Ok(0) };
    if place.event == event {
        return Ok(row);
    }
    let (rows, stride) = (view.rows(), view.places.stride());
    if stride == 1 {
        return Ok(row + 1);
    }
    let count = stride.min(rows - row);
    let mut found = None;
    let mut at = row;
    for_rows(world, number, (row, count), |cursor| {
        if found.is_none() && cursor.number() >= event {
            found = Some(at);
        }
        at += 1;
    })?;
    Ok(found.unwrap_or(row + count))
}

/// How many rows each of so many equal parts of a time has.
///
/// # Errors
/// When there is no such view.
pub(crate) fn density(
    world: &mut World,
    number: u64,
    bins: usize,
    (from, to): (Option<f64>, Option<f64>),
) -> Result<Value, String> {
    let view = world.view(number)?;
    let bins = bins.clamp(1, 10_000);
    let from = from.unwrap_or(0.0);
    let to = to.unwrap_or(view.end).max(from);
    let width = (to - from) / bins as f64;
    let mut counts = vec![0u64; bins];
    let mut add = |time: f64, rows: u64| {
        let at = if width > 0.0 { (time - from) / width } else { 0.0 };
        if time >= from && time <= to {
            counts[(at as usize).min(bins - 1)] += rows;
        }
    };
    let places = view.places.list();
    let stride = view.places.stride();
    for (index, place) in places.iter().enumerate() {
        let Some(time) = view.since(&place.time) else { continue };
        let rows = stride.min(view.rows() - index as u64 * stride);
        let next = places.get(index + 1).and_then(|next| view.since(&next.time));
        let length = next.unwrap_or(view.end).max(time) - time;
        // Rows between two places are spread evenly.
        let parts = rows.min(16);
        for part in 0..parts {
            let own = rows * (part + 1) / parts - rows * part / parts;
            add(time + length * (part as f64) / (parts as f64), own);
        }
    }
    Ok(json!({ "from": from, "to": to, "bins": counts }))
}
