//! The tags of the outer structure of an export.

/// An element of the outer structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Procmon,
    ProcessList,
    Process,
    ModuleList,
    Module,
    EventList,
    Event,
}

/// The longer of two names with the same beginning need not come first: what
/// follows the name must end it.
const NAMES: [(&[u8], Name); 7] = [
    (b"event", Name::Event),
    (b"module", Name::Module),
    (b"modulelist", Name::ModuleList),
    (b"process", Name::Process),
    (b"processlist", Name::ProcessList),
    (b"eventlist", Name::EventList),
    (b"procmon", Name::Procmon),
];

/// How many bytes from a `<` on are enough to know the tag: those of
/// `</processlist` and the one that ends the name.
pub(super) const LOOKAHEAD: usize = 16;

/// What a `<` begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `<name>`
    Open(Name),
    /// `</name>`
    Close(Name),
    /// `<name/>`
    Empty(Name),
    /// A declaration, processing instruction or comment.
    Note,
    /// An element that is not of the outer structure, or no tag at all.
    Other,
    /// The input ends inside what may be a tag of the outer structure.
    Cut,
}

impl Tag {
    /// The tag that begins with the first of these bytes. Fewer than
    /// [`LOOKAHEAD`] bytes are taken for the end of the input.
    pub(super) fn of(bytes: &[u8]) -> Tag {
        let (rest, close) = match bytes.get(1) {
            None => return Tag::Cut,
            Some(b'?' | b'!') => return Tag::Note,
            Some(b'/') => (&bytes[2..], true),
            Some(_) => (&bytes[1..], false),
        };
        if !matches!(rest.first(), Some(b'e' | b'm' | b'p') | None) {
            return Tag::Other;
        }
        for (text, name) in NAMES {
            if rest.len() <= text.len() && bytes.len() < LOOKAHEAD && text.starts_with(rest) {
                return Tag::Cut;
            }
            let Some(after) = rest.strip_prefix(text) else { continue };
            match after.first() {
                Some(b'/') if !close => return Tag::Empty(name),
                Some(b'>' | b' ' | b'\t' | b'\r' | b'\n') if close => return Tag::Close(name),
                Some(b'>' | b' ' | b'\t' | b'\r' | b'\n') => return Tag::Open(name),
                _ => {}
            }
        }
        Tag::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_the_structure_are_known() {
        assert_eq!(Tag::of(b"<event><ProcessIndex>"), Tag::Open(Name::Event));
        assert_eq!(Tag::of(b"<event\r\n >"), Tag::Open(Name::Event));
        assert_eq!(Tag::of(b"<eventlist><event>"), Tag::Open(Name::EventList));
        assert_eq!(Tag::of(b"</processlist><eventlist>"), Tag::Close(Name::ProcessList));
        assert_eq!(Tag::of(b"<modulelist/></process>"), Tag::Empty(Name::ModuleList));
        assert_eq!(Tag::of(b"<?xml version"), Tag::Note);
    }

    #[test]
    fn elements_with_a_similar_name_are_others() {
        for text in ["<events>0123456789", "<Event_Class>x</E", "<eventual", "</PID>", "<<event>"] {
            assert_eq!(Tag::of(text.as_bytes()), Tag::Other, "{text}");
        }
    }

    #[test]
    fn a_tag_that_the_input_cuts_is_not_taken_for_another() {
        for text in ["<", "</", "<e", "</event", "<event", "<processli", "</procmon"] {
            assert_eq!(Tag::of(text.as_bytes()), Tag::Cut, "{text}");
        }
    }
}
