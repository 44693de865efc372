//! Whether a report says by which command line it was made, and when.

use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct MadeArgs {
    /// Keep in the report by which command line it was made, and when; a page always has it
    /// [the environment variable SOURCE_DATE_EPOCH, in seconds since 1970, sets the time]
    #[arg(long)]
    pub(crate) made: bool,
    /// The same with this time, so that the same input gives the same page
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) made_at: Option<String>,
}

/// A time in UTC as RFC 3339 has it.
fn time(text: &str) -> Result<String, String> {
    let form = "dddd-dd-ddTdd:dd:ddZ";
    let fits = text.len() == form.len()
        && text.chars().zip(form.chars()).all(|(c, wanted)| match wanted {
            'd' => c.is_ascii_digit(),
            wanted => c == wanted,
        });
    let number = |from: usize| text.get(from..from + 2).and_then(|it| it.parse().ok());
    let within = |from: usize, range: std::ops::RangeInclusive<u32>| {
        number(from).is_some_and(|number: u32| range.contains(&number))
    };
    let is_time = fits
        && within(5, 1..=12)
        && within(8, 1..=31)
        && within(11, 0..=23)
        && within(14, 0..=59)
        && within(17, 0..=60);
    match is_time {
        true => Ok(text.to_string()),
        false => Err("a time looks like 2026-03-05T18:59:13Z".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_checked_for_its_form() {
        assert!(time("2026-03-05T18:59:13Z").is_ok());
        for wrong in
            ["", "now", "2026-13-05T18:59:13Z", "2026-03-05 18:59:13", "2026-03-05T18:59:1é"]
        {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
