use super::*;
use crate::capture::{Input, ReadOptions, open};
use crate::filter::{Action, Rule};
use crate::model::Column;

const FORMATS: [&str; 3] = ["csv", "xml", "pml"];

fn sample(extension: &str) -> Capture<'static> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
    open(format!("{folder}/guid-changed.{extension}")).unwrap()
}

fn numbers(text: &str) -> EventNumbers {
    text.parse().unwrap()
}

fn point(text: &str) -> TimePoint {
    text.parse().unwrap()
}

fn span(text: &str) -> TimeSpan {
    text.parse().unwrap()
}

fn taken(
    excerpt: &Excerpt,
    capture: &mut Capture<'_>,
    filter: &Filter,
) -> (Vec<String>, ExcerptCounts) {
    let mut seen = Vec::new();
    let counts = excerpt.for_each(capture, filter, |event, row| {
        let mark = if row.why == Why::Wanted { "" } else { "~" };
        seen.push(format!("{mark}{}", event.number()));
        Ok::<(), Error>(())
    });
    (seen, counts.unwrap())
}

/// Rows of one second each; the process alternates.
fn rows(times: &[&str]) -> Capture<'static> {
    let mut text = "\"Time of Day\",\"Process Name\"\r\n".to_string();
    for (index, time) in times.iter().enumerate() {
        let name = if index % 2 == 0 { "even.exe" } else { "odd.exe" };
        text.push_str(&format!("\"{time}\",\"{name}\"\r\n"));
    }
    let input = Input::from_reader("made", std::io::Cursor::new(text), &ReadOptions::new());
    input.unwrap().into_capture().unwrap()
}

const TIMES: [&str; 6] = [
    "23:59:57.0000000",
    "23:59:58.0000000",
    "23:59:59.0000000",
    "0:00:00.5000000",
    "0:00:01.0000000",
    "0:00:02.0000000",
];

fn odd() -> Filter {
    Filter::new([Rule::parse("Process Name is odd.exe", Action::Include).unwrap()])
}

#[test]
fn an_event_by_number_is_the_one_that_reading_gives() {
    for extension in FORMATS {
        let all: Vec<_> = sample(extension).events().map(Result::unwrap).collect();
        for number in [1, 2, 500, 1636, 1673, 4055] {
            let excerpt = Excerpt::new().events(numbers(&number.to_string()));
            let mut found = 0;
            let counts = excerpt
                .for_each(&mut sample(extension), &Filter::default(), |event, _| {
                    let read = &all[number as usize - 1];
                    for column in [Column::Path, Column::Operation, Column::TimeOfDay] {
                        assert_eq!(event.get(column), read.get(column), "{extension} {number}");
                    }
                    assert_eq!(event.position(), read.position());
                    found += 1;
                    Ok::<(), Error>(())
                })
                .unwrap();
            assert_eq!((found, counts.wanted), (1, 1), "{extension} {number}");
        }
    }
}

#[test]
fn what_a_native_log_has_lost_does_not_shift_the_numbers() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
    let mut bytes = std::fs::read(format!("{folder}/guid-changed.pml")).unwrap();
    // The list of events is where the header says.
    let list = u64::from_le_bytes(bytes[0x234..0x23c].try_into().unwrap()) as usize;
    bytes[list + 5 * 100..list + 5 * 101].fill(0xFF);
    let of_bytes = || {
        let input =
            Input::from_reader("made", std::io::Cursor::new(bytes.clone()), &ReadOptions::new());
        input.unwrap().into_capture().unwrap()
    };
    let all: Vec<_> = of_bytes().events().map(Result::unwrap).collect();
    for number in [99, 100, 101, 102, 1673] {
        let mut capture = of_bytes();
        assert!(capture.pass_over_to(number).unwrap());
        let mut event = Event::default();
        assert!(capture.read_event(&mut event).unwrap());
        assert_eq!(event.number(), number);
        assert_eq!(event.position(), all[number as usize - 1].position(), "{number}");
    }
}

#[test]
fn neighbours_are_those_that_the_filter_did_not_let_through() {
    for extension in FORMATS {
        let excerpt = Excerpt::new().events(numbers("3,5")).context(1);
        let (seen, counts) = taken(&excerpt, &mut sample(extension), &Filter::default());
        assert_eq!(seen, ["~2", "3", "~4", "5", "~6"], "{extension}");
        assert_eq!((counts.wanted, counts.neighbours, counts.stopped), (2, 3, true));
        let apart = Excerpt::new().events(numbers("2,4000")).context(1);
        let (seen, _) = taken(&apart, &mut sample(extension), &Filter::default());
        assert_eq!(seen, ["~1", "2", "~3", "~3999", "4000", "~4001"], "{extension}");
    }
    let (seen, _) = taken(&Excerpt::new().context(1), &mut rows(&TIMES), &odd());
    assert_eq!(seen, ["~1", "2", "~3", "4", "~5", "6"]);
}

#[test]
fn times_are_bounds_across_midnight() {
    let cases: [(Excerpt, &[&str]); 7] = [
        (Excerpt::new().from(point("23:59:59")), &["3", "4", "5", "6"]),
        (Excerpt::new().to(point("23:59:58")), &["1", "2"]),
        (Excerpt::new().from(point("0:00:01")), &["5", "6"]),
        (Excerpt::new().from(point("+2s")).to(point("+3.5s")), &["3", "4"]),
        (Excerpt::new().to(point("0:00")), &["1", "2", "3", "4", "5", "6"]),
        (Excerpt::new().at(point("23:59:59")).before(span("1s")), &["2", "3"]),
        (
            Excerpt::new().at(point("23:59:59.0")).before(span("1s")).after(span("2s")),
            &["2", "3", "4", "5"],
        ),
    ];
    for (excerpt, want) in cases {
        let (seen, _) = taken(&excerpt, &mut rows(&TIMES), &Filter::default());
        assert_eq!(seen, want, "{excerpt:?}");
    }
}

#[test]
fn around_an_event_the_filter_decides_on_all_but_that_event() {
    let around = Excerpt::new().events(numbers("3")).before(span("1s")).after(span("2s"));
    let (seen, counts) = taken(&around, &mut rows(&TIMES), &Filter::default());
    assert_eq!(seen, ["2", "3", "4", "5"]);
    assert_eq!(counts.neighbours, 0);
    let (seen, counts) = taken(&around, &mut rows(&TIMES), &odd());
    assert_eq!(seen, ["2", "~3", "4"]);
    assert_eq!((counts.wanted, counts.neighbours), (2, 1));
}

#[test]
fn the_first_and_the_last_keep_their_neighbours() {
    let everything = Filter::default();
    let first = Excerpt::new().most(Most::First(2));
    assert_eq!(taken(&first, &mut rows(&TIMES), &everything).0, ["1", "2"]);
    assert!(taken(&first, &mut rows(&TIMES), &everything).1.stopped);
    let last = Excerpt::new().most(Most::Last(2));
    assert_eq!(taken(&last, &mut rows(&TIMES), &everything).0, ["5", "6"]);
    let first = Excerpt::new().most(Most::First(1)).context(2);
    assert_eq!(taken(&first, &mut rows(&TIMES), &odd()).0, ["~1", "2", "~3", "~4"]);
    let last = Excerpt::new().most(Most::Last(1)).context(1);
    assert_eq!(taken(&last, &mut rows(&TIMES), &odd()).0, ["~5", "6"]);
    let none = Excerpt::new().most(Most::First(0));
    assert_eq!(taken(&none, &mut rows(&TIMES), &everything).0, [""; 0]);
}

#[test]
fn an_event_without_a_time_is_counted_where_a_time_is_asked_for() {
    let from = Excerpt::new().from(point("2026-03-05 10:00:00"));
    let (seen, counts) = taken(&from, &mut rows(&TIMES), &Filter::default());
    assert_eq!((seen.len(), counts.undecided), (0, 6));
    let (seen, counts) = taken(
        &Excerpt::new().from(point("23:59:58")),
        &mut rows(&["23:59:57.0000000", "n/a", "23:59:59.0000000"]),
        &Filter::default(),
    );
    assert_eq!((&seen[..], counts.undecided), (&["3".to_string()][..], 1));
}

/// Room for three of the made rows, and not for four.
fn room() -> u64 {
    let mut capture = rows(&TIMES);
    let events: Vec<Event> = capture.events().map(Result::unwrap).collect();
    let memory = events.iter().map(Event::memory).max().unwrap();
    (3 * (memory + 40)) as u64
}

#[test]
fn the_earliest_neighbours_go_first() {
    let excerpt = Excerpt::new().memory(room()).context(9);
    let last =
        Filter::new([Rule::parse("Time of Day is 0:00:02.0000000", Action::Include).unwrap()]);
    let (seen, counts) = taken(&excerpt, &mut rows(&TIMES), &last);
    assert_eq!(seen, ["~3", "~4", "~5", "6"]);
    assert_eq!((counts.neighbours, counts.left_out), (3, 2));
    // With room for all, none goes.
    let (seen, counts) = taken(&Excerpt::new().context(9), &mut rows(&TIMES), &last);
    assert_eq!((seen.len(), counts.left_out), (6, 0));
}

#[test]
fn of_what_is_shortly_before_the_latest_stay() {
    let excerpt = Excerpt::new().events(numbers("6")).before(span("1min"));
    let (seen, counts) =
        taken(&excerpt.clone().memory(room()), &mut rows(&TIMES), &Filter::default());
    assert_eq!(seen, ["3", "4", "5", "6"]);
    assert_eq!(counts.left_out, 2);
    let (seen, counts) = taken(&excerpt, &mut rows(&TIMES), &Filter::default());
    assert_eq!((seen.len(), counts.left_out), (6, 0));
    // What went is too early to be asked for.
    let near = Excerpt::new().events(numbers("6")).before(span("2s")).memory(room());
    let (seen, counts) = taken(&near, &mut rows(&TIMES), &Filter::default());
    assert_eq!(seen, ["4", "5", "6"]);
    assert_eq!(counts.left_out, 0);
}

#[test]
fn of_the_last_events_those_with_room_are_handed_over() {
    let excerpt = Excerpt::new().most(Most::Last(5)).memory(room());
    let (seen, counts) = taken(&excerpt, &mut rows(&TIMES), &Filter::default());
    assert_eq!(seen, ["4", "5", "6"]);
    assert_eq!((counts.wanted, counts.left_out), (3, 2));
    let (_, counts) = taken(&excerpt.most(Most::Last(2)), &mut rows(&TIMES), &Filter::default());
    assert_eq!((counts.wanted, counts.left_out), (2, 0));
}
