//! Changes of single places in a YAML text: each gives the whole new text, with every other byte as it was.

use std::ops::Range;

use serde_json::Value as Json;

use super::field::{KEYS, PARAM_KEYS};
use super::write::{Site, folded, inline, key, literal};
use crate::source::locate::{Entry, Node, Style};

/// A text that is to be changed.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    /// Write every text on one line, in double quotes: the layout that always holds.
    pub(super) plainly: bool,
}

impl Text<'_> {
    /// The text with the value of an entry replaced.
    pub(super) fn set(self, mapping: &Node, entry: &Entry, value: &Json) -> String {
        let place = self.value_of(entry);
        let flow = mapping.style == Style::Flow;
        let comment_before = self.slice(place.lead.clone()).contains('#');
        if !flow
            && !comment_before
            && let Json::String(text) = value
            && let Some((head, lines)) = self.block(entry, &place, text)
        {
            let line_end = self.line_end(place.value.end);
            let after = self.slice(place.value.end..line_end).trim();
            if after.is_empty() || after.starts_with('#') {
                let comment = [place.comment.as_deref().unwrap_or_default(), after].join(" ");
                let head = format!(" {head} {}", comment.trim());
                let indent = " ".repeat(self.column(entry.span.start) + 2);
                let newline = self.newline();
                let lines: String = lines
                    .iter()
                    .map(|line| format!("{newline}{}", if line.is_empty() { String::new() } else { format!("{indent}{line}") }))
                    .collect();
                return self.replaced(place.lead.start..line_end, &format!("{}{lines}", head.trim_end()));
            }
        }
        let style = match (&entry.value.style, self.plainly) {
            (_, true) => Style::DoubleQuoted,
            (Style::Literal | Style::Folded | Style::Flow | Style::Block, false) => Style::Plain,
            (style, false) => *style,
        };
        let as_list =
            entry.value.style != Style::Plain && entry.value.style != Style::DoubleQuoted && entry.value.style != Style::SingleQuoted;
        let mut written = self.written(value, Site { style, flow }, as_list || entry.key == "roles");
        if let Some(comment) = &place.comment {
            written = format!("{written} {comment}");
        }
        if comment_before {
            self.replaced(place.value, &written)
        } else {
            self.replaced(place.lead.start..place.value.end, &format!(" {written}"))
        }
    }

    /// The text with an entry more in a mapping, at its place in the order of `keys`.
    pub(super) fn insert(self, mapping: &Node, name: &str, value: &Json, keys: &[&str]) -> Option<String> {
        let style = match name {
            _ if self.plainly => Style::DoubleQuoted,
            "title" if keys == PARAM_KEYS => Style::DoubleQuoted,
            "source" | "en" => Style::DoubleQuoted,
            _ => Style::Plain,
        };
        let flow = mapping.style == Style::Flow;
        let order = |key: &str| keys.iter().position(|known| *known == key).unwrap_or(keys.len());
        let before = mapping.entries().iter().rev().find(|entry| order(&entry.key) <= order(name)).or(mapping.entries().first());
        let Some(before) = before else {
            // `{}`
            let entry = format!("{{ {}: {} }}", key(name), self.written(value, Site { style, flow: true }, true));
            return flow.then(|| self.replaced(mapping.span.clone(), &entry));
        };
        let end = self.value_of(before).value.end;
        if flow {
            return Some(self.replaced(end..end, &format!(", {}: {}", key(name), self.written(value, Site { style, flow }, true))));
        }
        let list = name != "category" && name != "except";
        let indent = " ".repeat(self.column(before.span.start));
        let lines = self.entry_lines(name, value, &indent, Site { style, flow }, list);
        Some(self.with_lines_after(end, &lines))
    }

    /// The text without an entry of a mapping that has others.
    pub(super) fn remove(self, mapping: &Node, entry: &Entry) -> String {
        let entries = mapping.entries();
        let index = entries.iter().position(|other| other.span == entry.span).unwrap_or_default();
        let end = self.value_of(entry).value.end;
        let line = self.line_start(entry.span.start);
        let alone = self.slice(line..entry.span.start).trim().is_empty();
        if mapping.style != Style::Flow && alone {
            return self.replaced(line..self.next_line(end), "");
        }
        match (index.checked_sub(1).and_then(|before| entries.get(before)), entries.get(index + 1)) {
            (Some(before), _) => self.replaced(self.value_of(before).value.end..end, ""),
            (None, Some(after)) => self.replaced(entry.span.start..after.span.start, ""),
            (None, None) => self.replaced(entry.span.start..end, ""),
        }
    }

    /// The text with a rule more at the end of its list; `None` where the list is written in brackets.
    pub(super) fn add_rule(self, pack: &Node, parts: &[(&'static str, Json)]) -> Option<String> {
        let entry = pack.entries().iter().find(|entry| entry.key == "rules")?;
        let newline = self.newline();
        match entry.value.items().last() {
            Some(last) if entry.value.style == Style::Block => {
                let column = entry.value.items().first().map_or(2, |first| self.column(self.dash(entry, first)));
                let lines = self.rule_lines(parts, column);
                Some(self.with_lines_after(self.end_of(last), &format!("{newline}{lines}")))
            }
            Some(_) => None,
            None => {
                let place = self.value_of(entry);
                let cut = self.replaced(place.lead.start..place.value.end, "");
                let text = Text { text: &cut, ..self };
                Some(text.with_lines_after(place.lead.start, &self.rule_lines(parts, 2)))
            }
        }
    }

    /// The text without a rule and the comments that belong to it: those right above it and those inside.
    pub(super) fn remove_rule(self, pack: &Node, index: usize) -> Option<String> {
        let entry = pack.entries().iter().find(|entry| entry.key == "rules")?;
        let items = entry.value.items();
        let rule = items.get(index)?;
        if entry.value.style != Style::Block {
            return None;
        }
        let dash = self.dash(entry, rule);
        let column = self.column(dash);
        let mut start = self.line_start(dash);
        while start > 0 {
            let above = self.line_start(start - 1);
            if !self.slice(above..start).trim_start().starts_with('#') {
                break;
            }
            start = above;
        }
        let mut end = self.next_line(self.end_of(rule));
        loop {
            let next = self.next_line(end);
            let line = self.slice(end..next);
            let inside = line.trim_start().starts_with('#') && line.len() - line.trim_start().len() > column;
            if !inside {
                break;
            }
            end = next;
        }
        if items.len() == 1 {
            let lead = self.value_of(entry).lead.start;
            return Some(self.replaced(lead..end, &format!(" []{}", self.newline())));
        }
        // One blank line between what is left, not two; none at the end.
        let blank_above = self.text.get(..start).is_some_and(|above| above.ends_with("\n\n") || above.ends_with("\n\r\n"));
        if blank_above {
            let next = self.next_line(end);
            if next > end && self.slice(end..next).trim().is_empty() {
                end = next;
            } else if index + 1 == items.len() {
                start = self.text.get(..start).map_or(start, |above| above.trim_end().len() + self.newline().len());
            }
        }
        Some(self.replaced(start..end.max(start), ""))
    }

    /// The bytes of a rule, its dash and all its parts, without comments around it.
    pub(super) fn end_of(self, node: &Node) -> usize {
        match (node.style, node.entries().last(), node.items().last()) {
            (Style::Block, Some(entry), _) => self.value_end(entry),
            (Style::Block, None, Some(item)) => self.end_of(item),
            _ => node.span.end,
        }
    }

    fn rule_lines(self, parts: &[(&'static str, Json)], column: usize) -> String {
        let indent = " ".repeat(column + 2);
        let mut lines = String::new();
        for (name, value) in parts {
            let style = match (*name, self.plainly) {
                (_, true) | ("source", _) => Style::DoubleQuoted,
                _ => Style::Plain,
            };
            lines += &self.entry_lines(name, value, &indent, Site { style, flow: false }, *name != "category" && *name != "except");
        }
        // The first line begins with the dash.
        format!("{}- {}", " ".repeat(column), lines.get(column + 2..).unwrap_or_default())
    }

    /// The lines of one entry of a mapping in lines.
    fn entry_lines(self, name: &str, value: &Json, indent: &str, site: Site, list: bool) -> String {
        let newline = self.newline();
        let name_text = key(name);
        match value {
            Json::Object(fields) if name == "params" || name == "message" => {
                let inner = Site { style: if name == "message" { Style::DoubleQuoted } else { site.style }, flow: false };
                // English first, as packs have it.
                let mut names: Vec<&String> = fields.keys().collect();
                names.sort_by_key(|key| (name == "message" && *key != "en", (*key).clone()));
                let lines: String = names
                    .into_iter()
                    .filter_map(|part| Some(format!("{indent}  {}: {}{newline}", key(part), self.written(fields.get(part)?, inner, true))))
                    .collect();
                format!("{indent}{name_text}:{newline}{lines}")
            }
            Json::String(text) if !self.plainly && text.contains('\n') && literal(text).is_some() => {
                let (head, lines) = literal(text).unwrap_or_default();
                let lines: String = lines
                    .iter()
                    .map(|line| if line.is_empty() { newline.to_owned() } else { format!("{indent}  {line}{newline}") })
                    .collect();
                format!("{indent}{name_text}: {head}{newline}{lines}")
            }
            _ => format!("{indent}{name_text}: {}{newline}", self.written(value, site, list)),
        }
    }

    /// A value on one line; a list of one only as its one item, where that is as people write it.
    fn written(self, value: &Json, site: Site, list: bool) -> String {
        match value.as_array().map(Vec::as_slice) {
            Some([only @ Json::String(_)]) if !list && !site.flow => inline(only, site, &[]),
            _ => inline(value, site, if value.get("value").is_some() { &PARAM_KEYS } else { &KEYS }),
        }
    }

    /// The block that a text is best written as; `None` for one line.
    fn block(self, entry: &Entry, place: &Place, text: &str) -> Option<(&'static str, Vec<String>)> {
        if self.plainly {
            return None;
        }
        if entry.value.style == Style::Folded && !text.trim_end_matches('\n').contains('\n') {
            let old: Vec<&str> = self.slice(entry.value.span.start..place.value.end).lines().map(str::trim).collect();
            return folded(text, &old);
        }
        literal(text)
    }

    fn value_end(self, entry: &Entry) -> usize {
        if matches!(entry.value.style, Style::Literal | Style::Folded) { self.value_of(entry).value.end } else { self.end_of(&entry.value) }
    }

    /// Where the value of an entry stands, with what leads to it from the colon on.
    fn value_of(self, entry: &Entry) -> Place {
        let colon = entry.span.end + self.text.get(entry.span.end..).and_then(|rest| rest.find(':')).map_or(0, |at| at + 1);
        let span = &entry.value.span;
        if !matches!(entry.value.style, Style::Literal | Style::Folded) {
            return Place {
                lead: colon..span.start.max(colon),
                value: span.start.max(colon)..self.end_of(&entry.value).max(colon),
                comment: None,
            };
        }
        let head_end = self.line_end(colon);
        let head = self.slice(colon..head_end);
        let start = colon + (head.len() - head.trim_start().len());
        let comment = head.find('#').map(|at| head.get(at..).unwrap_or_default().trim().to_owned());
        let end = if span.is_empty() { head_end } else { span.end };
        Place { lead: colon..start, value: start..end.max(start), comment }
    }

    /// The dash of an item.
    fn dash(self, list: &Entry, item: &Node) -> usize {
        let before = list.value.items().iter().take_while(|other| other.span.start < item.span.start).last();
        let from = before.map_or(list.span.end, |other| self.end_of(other));
        let mut at = from;
        let mut dash = item.span.start;
        for line in self.slice(from..item.span.start).split_inclusive('\n') {
            let trimmed = line.trim_start();
            if trimmed.starts_with('-') {
                dash = at + (line.len() - trimmed.len());
            }
            at += line.len();
        }
        dash
    }

    fn with_lines_after(self, at: usize, lines: &str) -> String {
        let next = self.next_line(at);
        let ended = self.text.get(..next).is_some_and(|before| before.ends_with('\n'));
        let text = if ended { lines.to_owned() } else { format!("{}{lines}", self.newline()) };
        self.replaced(next..next, &text)
    }

    fn replaced(self, range: Range<usize>, with: &str) -> String {
        let (before, after) = (self.text.get(..range.start), self.text.get(range.end..));
        [before.unwrap_or_default(), with, after.unwrap_or_default()].concat()
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn line_start(self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |index| index + 1)
    }

    /// The end of a line, before its line end.
    fn line_end(self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let end = rest.find('\n').unwrap_or(rest.len());
        at + rest.get(..end).map_or(end, |line| line.trim_end_matches('\r').len())
    }

    fn next_line(self, at: usize) -> usize {
        self.text.get(at..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |index| at + index + 1)
    }

    fn column(self, at: usize) -> usize {
        self.text.get(self.line_start(at)..at).map_or(0, |before| before.chars().count())
    }

    fn newline(self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }
}

/// Where a value stands.
struct Place {
    /// From behind the colon to the value.
    lead: Range<usize>,
    /// The value, the head of a block included.
    value: Range<usize>,
    /// The comment in the head of a block.
    comment: Option<String>,
}
