//! The pieces of a drawing, with their places in units of the drawing.

use crate::sign::Guid;

/// A text at a place.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) x: i32,
    pub(crate) y: i32,
    /// Its classes.
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

impl Label {
    pub(crate) fn new(x: i32, y: i32, class: &'static str, text: impl Into<String>) -> Label {
        Label { x, y, class, text: text.into() }
    }
}

/// A path in the colour of a GUID, or in that of an axis.
#[derive(Clone, Debug)]
pub(crate) struct Stroke {
    pub(crate) class: String,
    pub(crate) path: String,
}

/// A rectangle behind a column.
#[derive(Clone, Debug)]
pub(crate) struct Tint {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// A rectangle with a text in it.
#[derive(Clone, Debug)]
pub(crate) struct Plate {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) class: &'static str,
    pub(crate) text: String,
    /// The classes of the text.
    pub(crate) text_class: &'static str,
}

/// The head of a phase, which leads to the row of the phase.
#[derive(Clone, Debug)]
pub(crate) struct PhaseHead {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) to: String,
    /// The events of the phase, as the filter of the rows takes them.
    pub(crate) events: String,
    /// What is said in place of it.
    pub(crate) said: String,
}

/// A step, with the words under it.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) x: i32,
    pub(crate) y: i32,
    /// `a` to `d`, or `x`.
    pub(crate) guid: char,
    /// Whether its outline is filled, or dashed because there is nothing.
    pub(crate) outline: char,
    /// The symbol in it; `None` for a value, which shows the letter.
    pub(crate) glyph: Option<&'static str>,
    pub(crate) text: String,
    pub(crate) more: Option<String>,
    /// The row that it leads to.
    pub(crate) to: Option<String>,
    /// What is said in place of it.
    pub(crate) said: String,
}

/// The small sign in front of the digits of a lane.
#[derive(Clone, Debug)]
pub(crate) struct LaneSign {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) guid: Guid,
}

/// How wide a text is about, in units of the drawing.
pub(crate) fn width_of(text: &str, class: &str) -> i32 {
    let each = match class {
        "b" => 76,
        "m" => 72,
        _ => 66,
    };
    let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 100);
    letters.saturating_mul(each) / 10
}

/// A text in at most two lines of so many letters; what does not fit is cut at its end.
pub(crate) fn two_lines(text: &str, letters: usize) -> (String, Option<String>) {
    let cut = |text: &str| match text.chars().count() {
        long if long > letters => {
            let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
            format!("{kept}…")
        }
        _ => text.to_string(),
    };
    if text.chars().count() <= letters {
        return (text.to_string(), None);
    }
    let end = text.char_indices().nth(letters).map_or(text.len(), |(place, _)| place);
    match text[..end].rfind([' ', '-', '_']) {
        Some(place) if place > 0 => {
            let (first, rest) = text.split_at(place);
            (first.to_string(), Some(cut(rest.trim_start())))
        }
        _ => {
            let (first, rest) = text.split_at(end);
            (first.to_string(), Some(cut(rest)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_has_two_lines() {
        let (first, second) = two_lines("Microsoft Internet Information Server", 24);
        assert_eq!(
            (&*first, second.as_deref()),
            ("Microsoft Internet", Some("Information Server"))
        );
        assert_eq!(two_lines("TSSecKeySet1", 24), ("TSSecKeySet1".to_string(), None));
        let (first, second) = two_lines(&"ä".repeat(60), 24);
        assert_eq!(first.chars().count(), 24);
        assert_eq!(second.map(|line| line.chars().count()), Some(24));
    }
}
