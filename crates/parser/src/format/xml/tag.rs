//! The tags of the structure around the events.

/// An element of that structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagName {
    Procmon,
    ProcessList,
    Process,
    ModuleList,
    Module,
    EventList,
    Event,
}

/// If one name is the beginning of another, their order does not matter: the character
/// after the name has to end it.
const NAMES: [(&[u8], TagName); 7] = [
    (b"event", TagName::Event),
    (b"module", TagName::Module),
    (b"modulelist", TagName::ModuleList),
    (b"process", TagName::Process),
    (b"processlist", TagName::ProcessList),
    (b"eventlist", TagName::EventList),
    (b"procmon", TagName::Procmon),
];

/// How many bytes after `<` are enough to recognise a tag: `</processlist` and the
/// character after it.
pub(super) const LOOKAHEAD: usize = 16;

/// What a `<` begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `<name>`
    Open(TagName),
    /// `</name>`
    Close(TagName),
    /// `<name/>`
    Empty(TagName),
    /// A declaration, processing instruction or comment.
    Note,
    /// An element that is not part of the structure, or not a tag at all.
    Other,
    /// The input ends before the tag can be recognised.
    Cut,
}

impl Tag {
    /// Recognises the tag at the beginning of these bytes. Fewer than [`LOOKAHEAD`] bytes
    /// mean that the input ends after them.
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
        assert_eq!(Tag::of(b"<event><ProcessIndex>"), Tag::Open(TagName::Event));
        assert_eq!(Tag::of(b"<event\r\n >"), Tag::Open(TagName::Event));
        assert_eq!(Tag::of(b"<eventlist><event>"), Tag::Open(TagName::EventList));
        assert_eq!(Tag::of(b"</processlist><eventlist>"), Tag::Close(TagName::ProcessList));
        assert_eq!(Tag::of(b"<modulelist/></process>"), Tag::Empty(TagName::ModuleList));
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
