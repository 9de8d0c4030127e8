//! Findings as an editor shows them: which field of which rule, and where in that field's own text, so that it can be underlined.

use serde::Serialize;
use vitrine_engine::SignalCatalog;

use crate::check::check;
use crate::diagnostic::{Diagnostic, Position};
use crate::pack::{PackSet, PackSource, parse};
use crate::source::locate::{Node, locate};

/// A finding and the field that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldFinding {
    /// The finding, with its place in the pack's text.
    #[serde(flatten)]
    pub finding: Diagnostic,
    /// The field as edits name it: `condition`, `params.min_px.value`, `message.de`; `None` for one about the rule or pack as a whole.
    pub field: Option<String>,
    /// Where in the field's own text, from line 1 and column 1 in characters; `None` for one about the whole field.
    pub at: Option<Position>,
    /// How many characters from there; `None` for one about the whole field.
    pub length: Option<usize>,
}

/// Reads and checks packs: what could be read, and all findings in the order of their places.
pub fn field_findings(sources: &[PackSource], catalog: &SignalCatalog) -> (PackSet, Vec<FieldFinding>) {
    let (packs, mut found) = parse(sources);
    found.extend(check(&packs, catalog));
    found.sort_by(Diagnostic::order);
    let mut located: Vec<(&PackSource, Option<Node>)> = Vec::new();
    let findings = found
        .into_iter()
        .map(|finding| {
            if !located.iter().any(|(source, _)| source.name == finding.file) {
                located.extend(sources.iter().find(|source| source.name == finding.file).map(|source| (source, locate(&source.text).ok())));
            }
            let source = located.iter().find(|(source, _)| source.name == finding.file);
            match source {
                Some((source, Some(node))) => in_field(finding, &source.text, node, &packs),
                _ => FieldFinding { finding, field: None, at: None, length: None },
            }
        })
        .collect();
    (packs, findings)
}

fn in_field(finding: Diagnostic, text: &str, node: &Node, packs: &PackSet) -> FieldFinding {
    let place = Position { line: finding.line, column: finding.column };
    let id = finding.rule.clone();
    let has_id = |rule: &&Node| {
        let own = rule.get("id").and_then(|id| text.get(id.span.clone())).map(|id| id.trim_matches(['"', '\'']));
        own.is_some() && own == id.as_ref().map(vitrine_engine::RuleId::as_str)
    };
    let rule = node.get("rules").and_then(|rules| rules.items().iter().find(has_id));
    let field = match finding.code {
        // Said of the rule, meant of what it demands.
        "contradicting-rules" => Some("condition".to_owned()),
        _ => rule.and_then(|rule| field_at(rule, place, "")),
    };
    let (at, length) = match field.as_deref() {
        Some("condition") => rule.and_then(|rule| in_expression(&finding, rule, place, packs)),
        Some(field) => field.strip_prefix("message.").and_then(|language| in_message(&finding, language, packs)),
        None => None,
    }
    .unzip();
    FieldFinding { finding, field, at, length }
}

/// The field that a place in the file belongs to: the last one that begins at or before it.
fn field_at(mapping: &Node, place: Position, path: &str) -> Option<String> {
    let entry = mapping.entries().iter().rev().find(|entry| entry.at <= place)?;
    let name = match entry.key.as_str() {
        "require" | "when" if path.is_empty() => "condition".to_owned(),
        key => format!("{path}{key}"),
    };
    // The id is no field: what is found there is about the whole rule.
    if name == "id" {
        return None;
    }
    let deeper = matches!(entry.key.as_str(), "params" | "message") || path == "params.";
    let inner =
        if deeper && entry.at != place && entry.value.at != place { field_at(&entry.value, place, &format!("{name}.")) } else { None };
    // A setting's place is that of its name, which is where the list of settings begins as well.
    let first = || {
        entry.value.entries().iter().find(|inner| inner.at == place && entry.key == "params").map(|inner| format!("{name}.{}", inner.key))
    };
    Some(inner.or_else(first).unwrap_or(name))
}

/// Codes of findings about an expression as a whole.
const WHOLE: [&str; 7] =
    ["never-fires", "always-fires", "script-fails", "contradicting-rules", "expression-too-long", "two-conditions", "empty-expression"];

fn in_expression(finding: &Diagnostic, rule: &Node, place: Position, packs: &PackSet) -> Option<(Position, usize)> {
    if WHOLE.contains(&finding.code) {
        return None;
    }
    let node = rule.get("require").or(rule.get("when"))?;
    let at = node.text_place().inside(place)?;
    let located = packs.rule(finding.rule.as_ref()?.as_str())?.1;
    let line = located.rule.condition.text().lines().nth(at.line - 1)?;
    let (start, end) = token(line, at.column - 1);
    Some((Position { line: at.line, column: start + 1 }, end - start))
}

/// The characters of the word, number, text or operator at a place in a line; an operator with what stands on both sides of it.
fn token(line: &str, at: usize) -> (usize, usize) {
    let chars: Vec<char> = line.chars().collect();
    let end = word_end(&chars, at);
    if !chars.get(at).is_some_and(|c| OPERATORS.contains(*c)) {
        return (at.min(chars.len()), end.max(at + 1).min(chars.len().max(at + 1)));
    }
    let blank = |c: &char| c.is_whitespace();
    let before = chars.get(..at).unwrap_or_default();
    let gap = before.iter().rev().take_while(|c| blank(c)).count();
    let word = before.iter().rev().skip(gap).take_while(|c| is_word(**c)).count();
    let start = if word > 0 { at - gap - word } else { at };
    let after = end + chars.get(end..).unwrap_or_default().iter().take_while(|c| blank(c)).count();
    let right = if chars.get(after).is_some_and(|c| is_word(*c) || matches!(c, '"' | '\'')) { word_end(&chars, after) } else { end };
    (start, right)
}

const OPERATORS: &str = "<>=!&|+-*/%";

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// Where what begins at `at` ends.
fn word_end(chars: &[char], at: usize) -> usize {
    let rest = chars.get(at..).unwrap_or_default();
    let length = match rest.first() {
        Some(quote @ ('"' | '\'')) => rest.iter().skip(1).position(|c| c == quote).map_or(rest.len(), |index| index + 2),
        Some(c) if is_word(*c) => rest.iter().take_while(|c| is_word(**c)).count(),
        Some(c) if OPERATORS.contains(*c) => rest.iter().take_while(|c| OPERATORS.contains(**c)).count(),
        Some(_) => 1,
        None => 0,
    };
    at + length
}

/// The placeholder that a finding names, in the message's own text.
fn in_message(finding: &Diagnostic, language: &str, packs: &PackSet) -> Option<(Position, usize)> {
    let named = finding.message.split('`').nth(1)?;
    let text = packs.rule(finding.rule.as_ref()?.as_str())?.1.rule.message.get(language)?;
    let forms = [named.to_owned(), format!("{{param.{named}}}"), format!("{{signal.{named}}}")];
    let (index, form) = forms.iter().filter(|form| form.starts_with('{')).find_map(|form| Some((text.find(form.as_str())?, form)))?;
    let before = text.get(..index)?;
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    Some((Position { line, column }, form.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_underlined_is_what_is_meant() {
        for (line, at, expected) in [
            ("sharpnes >= 0.5", 0, "sharpnes"),
            ("noise >= 0 && x", 6, "noise >= 0"),
            ("format == \"jpg\" || y", 7, "format == \"jpg\""),
            ("abs(x) < 3", 7, "< 3"),
            ("format in [1]", 7, "in"),
            ("", 0, ""),
        ] {
            let (start, end) = token(line, at);
            let shown: String = line.chars().skip(start).take(end - start).collect();
            assert_eq!(shown, expected, "{line}");
        }
    }
}
