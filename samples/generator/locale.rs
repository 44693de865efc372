//! Texts that depend on the machine that exports a capture: times, dates and grouped numbers.

use procmonkey_parser::Date;

use crate::model::{Detail, Integrity, SECOND, Ticks, Value};

const DAY: Ticks = 86_400 * SECOND;

/// Days from 1601-01-01 to the given date.
const fn days_to(year: i32, month: u32, day: u32) -> Ticks {
    match Date::new(year, month, day) {
        Some(date) => date.days().unsigned_abs(),
        None => panic!("the calendar has no such day"),
    }
}

/// Midnight (UTC) of the day on which all samples play.
pub const MIDNIGHT: Ticks = days_to(2026, 3, 5) * DAY;

/// A time of that day.
pub const fn at(hour: u64, minute: u64, second: u64, fraction: u64) -> Ticks {
    MIDNIGHT + (hour * 3600 + minute * 60 + second) * SECOND + fraction
}

/// Midnight of another day.
pub const fn on(year: i32, month: u32, day: u32) -> Ticks {
    days_to(year, month, day) * DAY
}

/// The regional settings of an exporting machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// English (United States), clock set to UTC.
    English,
    /// German (Germany), one hour ahead of UTC in winter.
    German,
}

impl Locale {
    fn local(self, ticks: Ticks) -> Ticks {
        match self {
            Locale::English => ticks,
            Locale::German => ticks + 3600 * SECOND,
        }
    }

    /// The Time of Day column.
    pub fn time(self, ticks: Ticks) -> String {
        let (hour, minute, second) = self.clock(ticks);
        let fraction = ticks % SECOND;
        match self {
            Locale::English => {
                let (hour, half) = twelve(hour);
                format!("{hour}:{minute:02}:{second:02}.{fraction:07} {half}")
            }
            Locale::German => format!("{hour:02}:{minute:02}:{second:02},{fraction:07}"),
        }
    }

    /// The Date & Time column, which has whole seconds.
    pub fn date_time(self, ticks: Ticks) -> String {
        let (year, month, day) = self.date(ticks);
        let (hour, minute, second) = self.clock(ticks);
        match self {
            Locale::English => {
                let (hour, half) = twelve(hour);
                format!("{month}/{day}/{year} {hour}:{minute:02}:{second:02} {half}")
            }
            Locale::German => {
                format!("{day:02}.{month:02}.{year} {hour:02}:{minute:02}:{second:02}")
            }
        }
    }

    /// Date and time with the fraction, as in the event dialog of newer versions.
    pub fn precise_date_time(self, ticks: Ticks) -> String {
        let (year, month, day) = self.date(ticks);
        match self {
            Locale::English => format!("{month}/{day}/{year} {}", self.time(ticks)),
            Locale::German => format!("{day:02}.{month:02}.{year} {}", self.time(ticks)),
        }
    }

    /// Date and time in the output of `dir`: two digits each, and no seconds.
    pub fn listed_time(self, ticks: Ticks) -> String {
        let (year, month, day) = self.date(ticks);
        let (hour, minute, _) = self.clock(ticks);
        match self {
            Locale::English => {
                let (hour, half) = twelve(hour);
                format!("{month:02}/{day:02}/{year}  {hour:02}:{minute:02} {half}")
            }
            Locale::German => format!("{day:02}.{month:02}.{year}  {hour:02}:{minute:02}"),
        }
    }

    fn date(self, ticks: Ticks) -> (i32, u32, u32) {
        let days = i64::try_from(self.local(ticks) / DAY).unwrap_or(i64::MAX);
        let date = Date::from_days(days).expect("the samples play in this century");
        (date.year(), date.month(), date.day_of_month())
    }

    fn clock(self, ticks: Ticks) -> (u64, u64, u64) {
        let seconds = self.local(ticks) % DAY / SECOND;
        (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// A number with its thousands marked.
    pub fn grouped(self, number: u64) -> String {
        let mark = if self == Locale::English { ',' } else { '.' };
        let digits = number.to_string();
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    }

    /// One value of the Detail column. `line` separates the variables of an environment.
    pub fn value(self, value: &Value, line: &str) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => self.grouped(*number),
            Value::Date(ticks) => self.date_time(*ticks),
            Value::Environment(lines) => {
                lines.iter().map(|variable| format!("{line}\t{variable}")).collect()
            }
        }
    }

    /// The whole Detail column.
    pub fn detail(self, detail: &Detail, line: &str) -> String {
        let items: Vec<String> = detail
            .iter()
            .map(|item| format!("{}: {}", item.key, self.value(&item.value, line)))
            .collect();
        items.join(", ")
    }

    /// An account name. Those of Windows itself are translated.
    pub fn account(self, name: &'static str) -> &'static str {
        match (self, name) {
            (Locale::German, "NT AUTHORITY\\SYSTEM") => "NT-AUTORITÄT\\SYSTEM",
            (Locale::German, "NT AUTHORITY\\LOCAL SERVICE") => "NT-AUTORITÄT\\Lokaler Dienst",
            (Locale::German, "NT AUTHORITY\\NETWORK SERVICE") => "NT-AUTORITÄT\\Netzwerkdienst",
            (_, name) => name,
        }
    }

    /// The integrity level; the account names of Windows are translated, so this is too.
    pub fn integrity(self, level: Integrity) -> &'static str {
        match (self, level) {
            (_, Integrity::None) => "",
            (Locale::English, Integrity::High) => "High",
            (Locale::English, Integrity::System) => "System",
            (Locale::German, Integrity::High) => {
                "Verbindliche Beschriftung\\Hohe Verbindlichkeitsstufe"
            }
            (Locale::German, Integrity::System) => {
                "Verbindliche Beschriftung\\Systemverbindlichkeitsstufe"
            }
        }
    }
}

fn twelve(hour: u64) -> (u64, &'static str) {
    let half = if hour < 12 { "AM" } else { "PM" };
    (if hour.is_multiple_of(12) { 12 } else { hour % 12 }, half)
}
