//! Values as YAML text: numbers as people write them, texts plain where that is safe and quoted where it is not. What is written
//! here reads back as the same value, whatever the text.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::source::locate::Style;

/// Where a value is to stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    /// How texts are best written here.
    pub(super) style: Style,
    /// Whether the place is inside brackets or braces.
    pub(super) flow: bool,
}

/// A value on one line. Mappings keep the order of `keys`, then their own.
pub(super) fn inline(value: &Json, site: Site, keys: &[&str]) -> String {
    match value {
        Json::Null => "null".into(),
        Json::Bool(flag) => flag.to_string(),
        Json::Number(number) => number_text(number),
        Json::String(text) => text_inline(text, site),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item, Site { style: Style::Plain, flow: true }, keys)).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(fields) => {
            let place = |name: &str| keys.iter().position(|key| *key == name).unwrap_or(keys.len());
            let mut fields: Vec<(&String, &Json)> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| place(name));
            let parts: Vec<String> = fields
                .into_iter()
                .map(|(name, value)| {
                    let style = if name == "title" { Style::DoubleQuoted } else { Style::Plain };
                    format!("{}: {}", key(name), inline(value, Site { style, flow: true }, keys))
                })
                .collect();
            if parts.is_empty() { "{}".into() } else { format!("{{ {} }}", parts.join(", ")) }
        }
    }
}

/// A key of a mapping.
pub(super) fn key(name: &str) -> String {
    text_inline(name, Site { style: Style::Plain, flow: true })
}

/// A text of several lines as a block: its head (`|-`) and its lines; `None` where a block cannot hold it exactly.
pub(super) fn literal(text: &str) -> Option<(&'static str, Vec<String>)> {
    let (body, head) = match text.strip_suffix('\n') {
        Some(body) => (body, "|"),
        None => (text, "|-"),
    };
    let lines: Vec<String> = body.split('\n').map(str::to_owned).collect();
    let first = lines.first()?;
    let last = lines.last()?;
    let holds = lines.len() > 1
        && !first.is_empty()
        && !first.starts_with(' ')
        && !last.is_empty()
        && lines.iter().all(|line| !line.ends_with(' ') && line.chars().all(is_printable));
    holds.then_some((head, lines))
}

/// A text of one line as a folded block, head and lines, keeping the lines of the old text that need no change; `None` where a folded
/// block cannot hold it exactly.
pub(super) fn folded(text: &str, old: &[&str]) -> Option<(&'static str, Vec<String>)> {
    let (body, head) = match text.strip_suffix('\n') {
        Some(body) => (body, ">"),
        None => (text, ">-"),
    };
    let words: Vec<&str> = body.split(' ').collect();
    let holds = words.iter().all(|word| !word.is_empty() && word.chars().all(|c| is_printable(c) && !c.is_whitespace()));
    holds.then(|| (head, refold(&words, old)))
}

/// Widest line of a text that is laid out anew, characters.
const WIDTH: usize = 110;

fn refold(words: &[&str], old: &[&str]) -> Vec<String> {
    let old: Vec<Vec<&str>> = old.iter().map(|line| line.split(' ').collect()).collect();
    let (mut from, mut to, mut head, mut tail) = (0, words.len(), 0, old.len());
    while let Some(line) = old.get(head).filter(|line| words.get(from..).is_some_and(|rest| rest.starts_with(line))) {
        from += line.len();
        head += 1;
    }
    while tail > head
        && let Some(line) = old.get(tail - 1).filter(|line| words.get(from..to).is_some_and(|rest| rest.ends_with(line)))
    {
        to -= line.len();
        tail -= 1;
    }
    let kept = |lines: &[Vec<&str>]| lines.iter().map(|line| line.join(" ")).collect::<Vec<String>>();
    let mut lines = kept(old.get(..head).unwrap_or_default());
    let mut open = String::new();
    for word in words.get(from..to).unwrap_or_default() {
        if !open.is_empty() && open.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::take(&mut open));
        }
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(word);
    }
    lines.extend(Some(open).filter(|open| !open.is_empty()));
    lines.extend(kept(old.get(tail..).unwrap_or_default()));
    lines
}

fn number_text(number: &serde_json::Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => whole.to_string(),
        (None, Some(float)) if (1e-6..1e15).contains(&float.abs()) => float.to_string(),
        // `1e300` is no number in every YAML; `1.0e+300` is.
        (None, Some(float)) => {
            let shown = format!("{float:e}");
            let (digits, power) = shown.split_once('e').unwrap_or((&shown, "0"));
            let point = if digits.contains('.') { "" } else { ".0" };
            let sign = if power.starts_with('-') { "" } else { "+" };
            format!("{digits}{point}e{sign}{power}")
        }
        (None, None) => number.to_string(),
    }
}

fn text_inline(text: &str, site: Site) -> String {
    match site.style {
        Style::SingleQuoted if single_holds(text) => single(text),
        Style::SingleQuoted | Style::DoubleQuoted => double(text),
        _ if plain_holds(text, site.flow) => text.to_owned(),
        // A condition with texts in it reads best in single quotes.
        _ if text.contains('"') && !text.contains('\'') && single_holds(text) => single(text),
        _ => double(text),
    }
}

fn single_holds(text: &str) -> bool {
    text.chars().all(is_printable)
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                let _ = match code {
                    0..=0xFF => write!(out, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(out, "\\u{code:04X}"),
                    _ => write!(out, "\\U{code:08X}"),
                };
            }
        }
    }
    out.push('"');
    out
}

/// Whether a text needs no quotes. Narrower than YAML: what a careful person would quote is quoted.
fn plain_holds(text: &str, flow: bool) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphanumeric() || c == '(' || c == '/');
    let ends = text.chars().last().is_some_and(|c| !c.is_whitespace() && c != ':');
    let marks = text.contains(": ") || text.contains(" #") || (flow && text.contains([',', '[', ']', '{', '}', ':']));
    begins && ends && !marks && text.chars().all(is_printable) && !reads_as_other(text)
}

/// Whether some YAML takes the bare word for a number, a switch, or nothing.
fn reads_as_other(text: &str) -> bool {
    const WORDS: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"];
    let lower = text.to_ascii_lowercase();
    let number_like = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(' ') && !is_day(text);
    WORDS.contains(&lower.as_str())
        || number_like
        || !matches!(serde_yaml::from_str(text), Ok(serde_yaml::Value::String(read)) if read == text)
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// What may stand in a text as it is: neither a control character nor one that some reader takes for the end of a line or of the text.
fn is_printable(c: char) -> bool {
    let line_end = matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
    let no_character = c == '\u{FEFF}' || u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{FDD0}'..='\u{FDEF}');
    !c.is_control() && !line_end && !no_character
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in any_text(), style in 0..3usize, flow: bool) {
            let style = [Style::Plain, Style::SingleQuoted, Style::DoubleQuoted][style];
            let written = inline(&Json::from(text.as_str()), Site { style, flow }, &[]);
            let whole = if flow { format!("{{ a: {written}, b: [{written}, x] }}") } else { format!("a: {written} # c\nb: 1\n") };
            let read: serde_yaml::Value = serde_yaml::from_str(&whole).unwrap();
            prop_assert_eq!(read.get("a").and_then(|value| value.as_str()), Some(text.as_str()), "{}", whole);
            prop_assert!(crate::source::locate::locate(&whole).is_ok(), "{}", whole);
        }

        #[test]
        fn numbers_read_back(number in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO) {
            let json = super::super::field::plain_numbers(Json::from(number));
            let written = inline(&json, Site { style: Style::Plain, flow: true }, &[]);
            let read: f64 = serde_yaml::from_str(&written).unwrap();
            prop_assert_eq!(read, number, "{}", written);
        }

        #[test]
        fn lines_that_need_no_change_stay(words in prop::collection::vec("[a-z]{1,9}", 1..60), at in 0..60usize) {
            let old: Vec<String> = words.chunks(7).map(|line| line.join(" ")).collect();
            let mut new = words.clone();
            let at = at % new.len();
            new[at] = "CHANGED".into();
            let lines: Vec<&str> = old.iter().map(String::as_str).collect();
            let (_, written) = folded(&new.join(" "), &lines).unwrap();
            prop_assert_eq!(written.join(" "), new.join(" "));
            prop_assert_eq!(written.len(), old.len());
            let differ = written.iter().zip(&old).filter(|(new, old)| new != old).count();
            prop_assert_eq!(differ, 1);
        }
    }

    fn any_text() -> impl Strategy<Value = String> {
        let tricky = prop::sample::select(vec![
            ": ",
            " #",
            "#",
            "- ",
            "\n",
            "\r",
            "\t",
            "'",
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            "&a",
            "*a",
            "!!x",
            "%",
            "@",
            "`",
            "|",
            ">",
            "?",
            "...",
            "---",
            "null",
            "no",
            "1",
            "0x1F",
            "1e5",
            ".inf",
            "2026-11-21",
            "~",
            "<<",
            "=",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\u{0}",
            "\u{fffe}",
            "é",
            "😀",
            " ",
            "a",
            "\u{a0}",
        ]);
        prop_oneof![prop::collection::vec(tricky, 0..8).prop_map(|parts| parts.concat()), any::<String>()]
    }

    #[test]
    fn numbers_are_written_as_people_would() {
        for (value, shown) in
            [(500.0, "500"), (0.95, "0.95"), (-0.0, "0"), (1e300, "1.0e+300"), (2.5e-9, "2.5e-9"), (123_456.75, "123456.75")]
        {
            assert_eq!(
                inline(&super::super::field::plain_numbers(Json::from(value)), Site { style: Style::Plain, flow: false }, &[]),
                shown
            );
        }
    }
}
