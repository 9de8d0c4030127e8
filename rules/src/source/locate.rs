//! Where things stand in a YAML text: lines and columns of keys, values, and of single characters inside a scalar.
//! What the values mean is read by `serde_yaml`; this only knows places.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde::{Deserialize, Serialize};

use crate::diagnostic::Position;

/// A piece of YAML and its place.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) at: Position,
    /// From its first to after its last byte. A text in a block (`|`, `>`) begins with its first line, not with its head; a mapping or
    /// list in lines ends with its last part. Blanks and comments after it are not in it.
    pub(crate) span: Range<usize>,
    pub(crate) style: Style,
    pub(crate) content: Content,
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    /// In brackets or braces.
    Flow,
    /// In lines.
    Block,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Content {
    Scalar(TextPlace),
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
}

/// One line of a mapping.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: Position,
    /// From the first to after the last byte of the key.
    pub(crate) span: Range<usize>,
    pub(crate) value: Node,
}

/// What is wrong with a text as YAML.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) at: Position,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Node {
    /// The value under a key; `None` for a missing key and for anything but a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.content {
            Content::Mapping(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// The entries of a mapping; empty for anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; empty for anything else.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.content {
            Content::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Where a scalar's characters stand; at its start for anything else.
    pub(crate) fn text_place(&self) -> TextPlace {
        match &self.content {
            Content::Scalar(place) => place.clone(),
            _ => TextPlace::starting(self.at),
        }
    }
}

/// Where the characters of a scalar stand in its file: runs of characters that follow each other on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPlace(Vec<Run>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// Line and column inside the text, from 1.
    text: Position,
    /// The same character's place in the file.
    file: Position,
}

impl TextPlace {
    /// A text whose first character stands at `file`, all on one line.
    pub fn starting(file: Position) -> Self {
        Self(vec![Run { text: Position { line: 1, column: 1 }, file }])
    }

    /// The place of a text's first character.
    pub fn start(&self) -> Position {
        self.0.first().map_or(Position { line: 1, column: 1 }, |run| run.file)
    }

    /// The place in the file of a line and column inside the text.
    pub fn at(&self, text: Position) -> Position {
        match self.0.iter().rev().find(|run| run.text <= text) {
            Some(run) if run.text.line == text.line => {
                Position { line: run.file.line, column: run.file.column + (text.column - run.text.column) }
            }
            Some(run) => run.file,
            None => self.start(),
        }
    }

    /// The line and column inside the text of a place in the file; `None` where none of the text stands on that line before it.
    pub fn inside(&self, file: Position) -> Option<Position> {
        let run = self.0.iter().rev().find(|run| run.file.line == file.line && run.file.column <= file.column)?;
        Some(Position { line: run.text.line, column: run.text.column + (file.column - run.file.column) })
    }
}

/// Reads the places of one YAML document.
///
/// # Errors
/// When it is not YAML, or uses what packs do without: anchors, tags, several documents, keys that are no text, a key twice.
pub(crate) fn locate(text: &str) -> Result<Node, Vec<Fault>> {
    let source: Vec<char> = text.chars().collect();
    let bytes: Vec<usize> = text.char_indices().map(|(index, _)| index).chain([text.len()]).collect();
    let mut reader = Reader { events: Parser::new_from_str(text), text, source: &source, bytes: &bytes, faults: Vec::new() };
    let node = reader.document();
    match node {
        Some(node) if reader.faults.is_empty() => Ok(node),
        _ => Err(reader.faults),
    }
}

struct Reader<'a> {
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    text: &'a str,
    source: &'a [char],
    /// Byte of each character, and of the end.
    bytes: &'a [usize],
    faults: Vec<Fault>,
}

/// Deeper nesting than any pack has reason for.
const MAX_DEPTH: usize = 12;

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        match self.events.next_event()? {
            Ok(event) => Some(event),
            Err(error) => {
                let at = Position { line: error.marker().line(), column: error.marker().col() + 1 };
                self.fault(at, format!("this is not YAML: {}", error.info()), "check quotes, colons and indentation above this place");
                None
            }
        }
    }

    fn fault(&mut self, at: Position, message: impl Into<String>, help: &str) {
        self.faults.push(Fault { at, message: message.into(), help: help.into() });
    }

    fn document(&mut self) -> Option<Node> {
        let mut root = None;
        while let Some((event, span)) = self.next() {
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => break,
                event if root.is_none() => root = Some(self.node(event, span, 0)?),
                _ => {
                    self.fault(start(span), "a second document begins here", "put each pack in a file of its own");
                    return None;
                }
            }
        }
        if root.is_none() && self.faults.is_empty() {
            self.fault(Position { line: 1, column: 1 }, "the file is empty", "a pack starts with `pack:`, `title:` and `marketplace:`");
        }
        root
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Option<Node> {
        let at = start(span);
        if depth > MAX_DEPTH {
            self.fault(at, "this is nested too deeply", "a pack needs no more than six levels");
            return None;
        }
        let bytes = self.bytes_of(span);
        let (content, style, end) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(at, anchor, tag.is_some());
                let end = match style {
                    // What the parser takes for a block's end may lie behind blank lines.
                    ScalarStyle::Literal | ScalarStyle::Folded => bytes.start + self.slice(&bytes).trim_end().len(),
                    // What it takes for the end of a text in quotes may lie behind blanks and a comment.
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => bytes.start + quoted_length(self.slice(&bytes)),
                    _ => bytes.end,
                };
                (Content::Scalar(self.place(&text, style, span)), Style::of(style), end)
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(at, anchor, tag.is_some());
                let style = self.collection_style(&bytes);
                let (items, close) = self.sequence(depth)?;
                let end = if style == Style::Flow { close + 1 } else { items.last().map_or(bytes.end, |item| item.span.end) };
                (Content::Sequence(items), style, end)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(at, anchor, tag.is_some());
                let style = self.collection_style(&bytes);
                let (entries, close) = self.mapping(depth)?;
                let end = if style == Style::Flow { close + 1 } else { entries.last().map_or(bytes.end, |entry| entry.value.span.end) };
                (Content::Mapping(entries), style, end)
            }
            Event::Alias(_) => {
                self.fault(at, "aliases (`*name`) are not used in packs", "write the value out");
                (Content::Scalar(TextPlace::starting(at)), Style::Plain, bytes.end)
            }
            _ => return None,
        };
        Some(Node { at, span: bytes.start..end.max(bytes.start), style, content })
    }

    fn bytes_of(&self, span: Span) -> Range<usize> {
        let byte = |index: usize| self.bytes.get(index).copied().unwrap_or(self.text.len());
        byte(span.start.index())..byte(span.end.index())
    }

    fn slice(&self, bytes: &Range<usize>) -> &'a str {
        self.text.get(bytes.clone()).unwrap_or_default()
    }

    /// The event of a collection in brackets or braces spans the opening one; that of one in lines spans nothing.
    fn collection_style(&self, bytes: &Range<usize>) -> Style {
        if self.slice(bytes).starts_with(['[', '{']) { Style::Flow } else { Style::Block }
    }

    fn refuse_extras(&mut self, at: Position, anchor: usize, tagged: bool) {
        if anchor != 0 || tagged {
            self.fault(at, "anchors (`&name`) and tags (`!name`) are not used in packs", "write the plain value");
        }
    }

    /// The items, and the byte at which the list is closed.
    fn sequence(&mut self, depth: usize) -> Option<(Vec<Node>, usize)> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => return Some((items, self.bytes_of(span).start)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    /// The entries, and the byte at which the mapping is closed.
    fn mapping(&mut self, depth: usize) -> Option<(Vec<Entry>, usize)> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (key, at, bytes) = match self.next()? {
                (Event::MappingEnd, span) => return Some((entries, self.bytes_of(span).start)),
                (Event::Scalar(key, ..), span) => (key.into_owned(), start(span), self.bytes_of(span)),
                (_, span) => {
                    self.fault(start(span), "a key must be plain text", "write `name: value`");
                    return None;
                }
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            if let Some(first) = entries.iter().find(|entry| entry.key == key) {
                let message = format!("`{key}` stands here twice, first in line {}", first.at.line);
                self.fault(at, message, "keep one of the two");
            }
            entries.push(Entry { key, at, span: bytes, value });
        }
    }

    /// Aligns the scalar's text with the source it came from. Escapes that decode to another character end the alignment of
    /// their line, which then is known from its last aligned character on.
    fn place(&self, text: &str, style: ScalarStyle, span: Span) -> TextPlace {
        let mut cursor = Cursor { source: self.source, index: span.start.index(), at: start(span), end: span.end.index() };
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) && matches!(cursor.peek(), Some('|' | '>')) {
            while cursor.peek().is_some_and(|c| c != '\n') {
                cursor.step();
            }
        }
        let mut runs: Vec<Run> = Vec::new();
        let mut inside = Position { line: 1, column: 1 };
        for wanted in text.chars() {
            if !wanted.is_whitespace() {
                if !cursor.seek(wanted) {
                    break;
                }
                let follows = runs.last().is_some_and(|run| {
                    run.text.line == inside.line
                        && run.file.line == cursor.at.line
                        && inside.column - run.text.column == cursor.at.column.wrapping_sub(run.file.column)
                });
                if !follows {
                    runs.push(Run { text: inside, file: cursor.at });
                }
                cursor.step();
            }
            if wanted == '\n' {
                inside = Position { line: inside.line + 1, column: 1 };
            } else {
                inside.column += 1;
            }
        }
        if runs.is_empty() { TextPlace::starting(start(span)) } else { TextPlace(runs) }
    }
}

impl Style {
    fn of(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::Plain => Self::Plain,
            ScalarStyle::SingleQuoted => Self::SingleQuoted,
            ScalarStyle::DoubleQuoted => Self::DoubleQuoted,
            ScalarStyle::Literal => Self::Literal,
            ScalarStyle::Folded => Self::Folded,
        }
    }
}

struct Cursor<'a> {
    source: &'a [char],
    index: usize,
    at: Position,
    end: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        (self.index < self.end).then(|| self.source.get(self.index).copied()).flatten()
    }

    fn step(&mut self) {
        match self.peek() {
            Some('\n') => self.at = Position { line: self.at.line + 1, column: 1 },
            _ => self.at.column += 1,
        }
        self.index += 1;
    }

    /// Moves on to `wanted`; false, without moving, where it does not come any more.
    fn seek(&mut self, wanted: char) -> bool {
        let rest = self.source.get(self.index..self.end.min(self.source.len())).unwrap_or_default();
        if !rest.contains(&wanted) {
            return false;
        }
        while self.peek() != Some(wanted) {
            self.step();
        }
        true
    }
}

/// How many bytes of a text that begins with a quote lie within its quotes, both included.
fn quoted_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let Some((_, quote)) = chars.next() else { return 0 };
    while let Some((index, c)) = chars.next() {
        let doubled = c == '\'' && quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'');
        if doubled || (c == '\\' && quote == '"') {
            chars.next();
        } else if c == quote {
            return index + c.len_utf8();
        }
    }
    text.len()
}

fn start(span: Span) -> Position {
    Position { line: span.start.line(), column: span.start.col() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place_of(text: &str, key: &str, line: usize, column: usize) -> (usize, usize) {
        let node = locate(text).unwrap();
        let at = node.get(key).unwrap().text_place().at(Position { line, column });
        (at.line, at.column)
    }

    #[test]
    fn characters_are_found_in_every_style() {
        assert_eq!(place_of("a: 1\nwhen: x < 3", "when", 1, 5), (2, 11));
        assert_eq!(place_of("when: \"x < 3\"", "when", 1, 5), (1, 12));
        assert_eq!(place_of("when: 'it''s < 3'", "when", 1, 6), (1, 14));
        assert_eq!(place_of("when: |\n  x < 3\n  && y > 4\n", "when", 2, 4), (3, 6));
        assert_eq!(place_of("when: >-\n  x < 3\n  && y > 4\n", "when", 1, 10), (3, 6));
        assert_eq!(place_of("when: x < 3\n  && y > 4\n", "when", 1, 10), (2, 6));
        assert_eq!(place_of("{ when: x < 3, b: 2 }", "when", 1, 5), (1, 13));
    }

    #[test]
    fn every_node_knows_where_it_ends() {
        let text = "a: é y # c\nb:\n  - p # q\n  - 'x'\n\nc: {k: 1, l: [a, b ] } # d\ne: >- # hh\n  foo\n  bar\n\n# comment\nf: |+\n  x\n\n\ng:\n  h: \"q\"   \ni:\n";
        let node = locate(text).unwrap();
        let of = |key: &str| &text[node.get(key).unwrap().span.clone()];
        let expected = [
            ("a", "é y"),
            ("b", "- p # q\n  - 'x'"),
            ("c", "{k: 1, l: [a, b ] }"),
            ("e", "foo\n  bar"),
            ("f", "x"),
            ("g", "h: \"q\""),
            ("i", ""),
        ];
        for (key, slice) in expected {
            assert_eq!(of(key), slice, "{key}");
        }
        assert_eq!(&text[node.get("c").unwrap().get("l").unwrap().span.clone()], "[a, b ]");
        let text = "{ a: \"x\\\"\"  , b: 'it''s' # \"c'\n }";
        let node = locate(text).unwrap();
        assert_eq!(&text[node.get("a").unwrap().span.clone()], "\"x\\\"\"");
        assert_eq!(&text[node.get("b").unwrap().span.clone()], "'it''s'");
        let node = locate("e: >-\n  x\nc: {}").unwrap();
        assert_eq!((node.get("e").unwrap().style, node.get("c").unwrap().style), (Style::Folded, Style::Flow));
    }

    #[test]
    fn what_packs_do_without_is_refused() {
        for text in ["a: &x 1", "a: *x", "a: !t 1", "a: 1\na: 2", "a: 1\n---\nb: 2", "[1", "", "? [a]\n: b", &"[".repeat(100)] {
            assert!(locate(text).is_err(), "{text}");
        }
    }
}
