//! `<event>` and `<process>` elements of an XML export that stand in a text.

use crate::model::Position;

/// The elements, and how they end.
const ELEMENTS: [(&str, &str, Kind); 2] =
    [("<event>", "</event>", Kind::Event), ("<process>", "</process>", Kind::Process)];

/// An element that is longer is given up.
const LONGEST: usize = 1024 * 1024;

/// Which element it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Event,
    Process,
}

/// A whole element, without its end tag if it is an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) position: Position,
}

/// An element whose end has not come yet.
#[derive(Debug)]
struct Open {
    kind: Kind,
    end: &'static str,
    text: String,
    position: Position,
    /// The lines behind its first one, for who else may want them.
    lines: Vec<(String, Position)>,
}

/// Puts elements together line by line.
#[derive(Debug, Default)]
pub(super) struct XmlFragment {
    open: Option<Open>,
}

/// What came of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TakenXml {
    /// It is XML; these elements ended in it.
    Elements(Vec<Element>),
    /// It is none.
    No,
    /// What was begun at this place is no element: the lines behind its first one, and
    /// this one, are something else.
    GivenUp(Position, Vec<(String, Position)>),
}

/// Whether a line may begin an element.
pub(super) fn may_begin(line: &str) -> bool {
    memchr::memchr(b'<', line.as_bytes()).is_some()
        && ELEMENTS.iter().any(|element| line.contains(element.0))
}

impl XmlFragment {
    /// Whether the end of an element is awaited.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Takes a line.
    pub(super) fn take(&mut self, line: &str, position: Position) -> TakenXml {
        let mut done = Vec::new();
        let mut rest = line;
        let mut is_xml = false;
        if let Some(open) = &mut self.open {
            let goes_on = open.text.len() + line.len() <= LONGEST
                && (open.has_content()
                    || line.trim().is_empty()
                    || line.trim_start().starts_with('<'));
            if !goes_on {
                return self.give_up(line, position);
            }
            is_xml = true;
            match line.find(open.end) {
                Some(at) => {
                    open.text.push_str(&line[..at]);
                    rest = &line[at + open.end.len()..];
                    done.extend(self.open.take().map(Open::into_element));
                }
                None => {
                    open.text.push_str(line);
                    open.text.push('\n');
                    open.lines.push((line.to_string(), position));
                    return TakenXml::Elements(done);
                }
            }
        }
        while let Some((at, begin, end, kind)) = first_element(rest) {
            let content = &rest[at + begin.len()..];
            if !(content.trim().is_empty() || content.trim_start().starts_with('<')) {
                rest = content;
                continue;
            }
            is_xml = true;
            let mut open = Open { kind, end, text: begin.to_string(), position, lines: Vec::new() };
            match content.find(end) {
                Some(at) => {
                    open.text.push_str(&content[..at]);
                    done.push(open.into_element());
                    rest = &content[at + end.len()..];
                }
                None => {
                    open.text.push_str(content);
                    open.text.push('\n');
                    self.open = Some(open);
                    break;
                }
            }
        }
        if is_xml { TakenXml::Elements(done) } else { TakenXml::No }
    }

    fn give_up(&mut self, line: &str, position: Position) -> TakenXml {
        let Some(open) = self.open.take() else { return TakenXml::No };
        let mut lines = open.lines;
        lines.push((line.to_string(), position));
        TakenXml::GivenUp(open.position, lines)
    }

    /// Ends the text: where an element begins that has no end, and its lines.
    pub(super) fn finish(&mut self) -> Option<(Position, Vec<(String, Position)>)> {
        self.open.take().map(|open| (open.position, open.lines))
    }
}

impl Open {
    fn has_content(&self) -> bool {
        self.text[1..].contains('<')
    }

    fn into_element(mut self) -> Element {
        if self.kind == Kind::Process {
            self.text.push_str(self.end);
        }
        Element { kind: self.kind, text: self.text, position: self.position }
    }
}

/// The element that begins first in a text.
fn first_element(text: &str) -> Option<(usize, &'static str, &'static str, Kind)> {
    ELEMENTS
        .iter()
        .filter_map(|(begin, end, kind)| Some((text.find(begin)?, *begin, *end, *kind)))
        .min_by_key(|found| found.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Element>, Vec<String>) {
        let mut xml = XmlFragment::default();
        let (mut elements, mut others) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines()) {
            match xml.take(line, Position::at_byte(0).with_line(number)) {
                TakenXml::Elements(found) => elements.extend(found),
                TakenXml::No => others.push(line.to_string()),
                TakenXml::GivenUp(_, lines) => others.extend(lines.into_iter().map(|line| line.0)),
            }
        }
        others.extend(xml.finish().into_iter().flat_map(|(_, lines)| lines).map(|line| line.0));
        (elements, others)
    }

    #[test]
    fn elements_are_cut_out() {
        let text = "see <event>\n<PID>4</PID>\n</event> and <event><PID>8</PID></event>\nend";
        let (elements, others) = read(text);
        let texts: Vec<&str> = elements.iter().map(|element| element.text.as_str()).collect();
        assert_eq!(texts, ["<event>\n<PID>4</PID>\n", "<event><PID>8</PID>"]);
        assert_eq!(elements[1].position.line, Some(3));
        assert_eq!(others, ["end"]);
    }

    #[test]
    fn what_is_no_element_is_given_back() {
        let (elements, others) = read("the <event> element\n<event>\nprose\nmore");
        assert!(elements.is_empty());
        assert_eq!(others, ["the <event> element", "prose", "more"]);
        let (elements, others) = read("<event>\n<PID>4</PID>\nrow");
        assert!(elements.is_empty());
        assert_eq!(others, ["<PID>4</PID>", "row"]);
    }
}
