//! Captures for tests, whose rows repeat much of the row before.

use procmonkey_parser::{Input, ReadOptions};

/// How many rows each of them has.
const ROWS: usize = 2_000;

/// A CSV as Procmon writes it.
pub(crate) struct Repetitive {
    /// What is said of it where a test fails.
    pub(crate) name: String,
    csv: String,
    options: ReadOptions,
    /// Whether times are known to fractions of a second.
    pub(crate) has_fractions: bool,
}

impl Repetitive {
    /// The input that holds it alone.
    pub(crate) fn input(&self) -> Input<'_> {
        Input::from_reader("x", self.csv.as_bytes(), &self.options).expect("it opens")
    }
}

/// Columns, and the texts of each.
const TEXTS: [(&str, &[&str]); 9] = [
    ("Image Path", &["C:\\a.exe", "C:\\\"b\".exe", "\",\"", ""]),
    ("PID", &["4", "68", "132", "4412"]),
    ("User", &["a", "b\",\"c", "\u{e4}"]),
    ("Session", &["0", "1", "n/a", "many"]),
    ("Path", &["C:\\x", "C:\\y\t"]),
    ("Command Line", &["a.exe /x", "\"a.exe\" /y"]),
    ("Virtualized", &["True", "False", "n/a", "perhaps"]),
    ("Operation", &["ReadFile", "RegSetValue", "Load Image", "\"ReadFile\""]),
    (
        "Detail",
        &[
            "Offset: 0, Length: 2,202",
            "Type: REG_DWORD, Length: 4, Data: 5",
            "Type: REG_SZ, Length: 6, Data: \"\"",
            "Length: 2,202",
            "",
        ],
    ),
];

/// How a time is written, by its second and 100 ns.
struct Times {
    columns: &'static [&'static str],
    texts: fn(usize, usize) -> Vec<String>,
    options: fn() -> ReadOptions,
    has_fractions: bool,
}

const TIMES: [Times; 6] = [
    Times {
        columns: &[],
        texts: |_, _| Vec::new(),
        options: ReadOptions::new,
        has_fractions: false,
    },
    Times {
        columns: &["Time of Day"],
        texts: |second, tick| vec![time_of_day(second, tick)],
        options: ReadOptions::new,
        has_fractions: true,
    },
    // From the day on which clocks are put forward.
    Times {
        columns: &["Time of Day"],
        texts: |second, tick| vec![time_of_day(second, tick)],
        options: || {
            let options = ReadOptions::new().zone("America/New_York".parse().expect("a zone"));
            options.date("2026-03-07".parse().expect("a date"))
        },
        has_fractions: true,
    },
    Times {
        columns: &["Time of Day"],
        texts: |second, _| vec![time_of_day(second, 0)[..8].to_string()],
        options: ReadOptions::new,
        has_fractions: false,
    },
    // Sometimes there is no date.
    Times {
        columns: &["Time of Day", "Date & Time"],
        texts: |second, tick| {
            let time = time_of_day(second, tick);
            let date = format!("3/25/2026 {}", &time[..8]);
            let is_there = !second.is_multiple_of(5);
            vec![time, if is_there { date } else { "yesterday".to_string() }]
        },
        options: ReadOptions::new,
        has_fractions: true,
    },
    // Day and month are not told apart.
    Times {
        columns: &["Time of Day", "Date & Time"],
        texts: |second, tick| {
            let time = time_of_day(second, tick);
            let date = format!("3/4/2026 {}", &time[..8]);
            vec![time, date]
        },
        options: ReadOptions::new,
        has_fractions: false,
    },
];

/// From shortly before midnight on.
fn time_of_day(second: usize, tick: usize) -> String {
    let second = (86_300 + second) % 86_400;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{hour:02}:{minute:02}:{second:02}.{tick:07}")
}

/// With columns in every order that begins elsewhere, and times of every kind.
pub(crate) fn repetitive_captures() -> impl Iterator<Item = Repetitive> {
    (0..TEXTS.len()).flat_map(|first| TIMES.iter().map(move |times| capture(first, times)))
}

fn capture(first: usize, times: &Times) -> Repetitive {
    let mut state = 7u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let quoted = |cells: &[String]| format!("\"{}\"\r\n", cells.join("\",\""));
    let order: Vec<usize> = (0..TEXTS.len()).map(|at| (at + first) % TEXTS.len()).collect();
    let mut names: Vec<String> = order.iter().map(|at| TEXTS[*at].0.to_string()).collect();
    names.extend(times.columns.iter().map(|name| (*name).to_string()));
    let mut csv = quoted(&names);
    let (mut current, mut second, mut tick) = ([0; TEXTS.len()], 0, 0);
    for _ in 0..ROWS {
        // Mostly as before, so that much is remembered.
        let changed = next(TEXTS.len());
        current[changed] = next(TEXTS[changed].1.len());
        tick += 1 + next(2_000_000);
        (second, tick) = (second + tick / 10_000_000, tick % 10_000_000);
        let cell = |at: &usize| TEXTS[*at].1[current[*at]].replace('"', "\"\"");
        let mut cells: Vec<String> = order.iter().map(cell).collect();
        cells.extend((times.texts)(second, tick));
        csv += &quoted(&cells);
    }
    let name = format!("columns {names:?}, dated {:?}", (times.texts)(0, 0));
    let options = (times.options)().capture_id("case-17".parse().expect("an id"));
    Repetitive { name, csv, options, has_fractions: times.has_fractions }
}
