//! How results of `vitrine assess` are printed: a table, JSON lines, or comma-separated values.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use serde::ser::SerializeMap;
use vitrine_engine::{Decision, Enforcement, RuleId, SignalCatalog, SignalKind, SignalSet, Value, Verdict};
use vitrine_rules::Role;
use vitrine_web::wire::{FileError, Reason};

use super::super::output;
use super::{Assessed, Format};

/// Takes the results one by one, in order.
pub trait Printer {
    fn print(&mut self, assessed: &Assessed) -> io::Result<()>;
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// The printer of a format.
pub fn printer(format: Format, catalog: &Arc<SignalCatalog>, role: Role, count: usize) -> Box<dyn Printer> {
    let out = output::stdout();
    match format {
        Format::Jsonl => Box::new(Lines { out, role, catalog: Arc::clone(catalog) }),
        Format::Csv => Box::new(Values { out, catalog: Arc::clone(catalog), started: false }),
        Format::Table => Box::new(Table { out, rows: Vec::with_capacity(count + 1) }),
    }
}

struct Lines<W> {
    out: W,
    role: Role,
    catalog: Arc<SignalCatalog>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a FileError>,
    signals: AllSignals<'a>,
    decision: Option<Decision>,
    points: Option<f64>,
    quality: Option<f64>,
    reasons: Vec<Reason>,
    not_measurable: &'a [RuleId],
}

/// Every name of the vocabulary in its order, `null` where there is no reading.
struct AllSignals<'a> {
    catalog: &'a SignalCatalog,
    signals: Option<&'a SignalSet>,
}

impl Serialize for AllSignals<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.catalog.entries();
        let mut map = serializer.serialize_map(Some(entries.len()))?;
        for entry in entries {
            let name = entry.spec.name.as_str();
            match self.signals.and_then(|signals| signals.value(name)) {
                Some(Value::Number(number)) if entry.spec.kind == SignalKind::Integer => map.serialize_entry(name, &(*number as i64))?,
                value => map.serialize_entry(name, &value)?,
            }
        }
        map.end()
    }
}

impl<W: Write> Printer for Lines<W> {
    fn print(&mut self, assessed: &Assessed) -> io::Result<()> {
        let (signals, verdict) = split(assessed);
        let line = Line {
            file: &assessed.file,
            status: if verdict.is_some() { "ok" } else { "error" },
            error: assessed.result.as_ref().err(),
            signals: AllSignals { catalog: &self.catalog, signals },
            decision: verdict.map(|verdict| verdict.decision),
            points: verdict.map(|verdict| verdict.points),
            quality: verdict.and_then(|verdict| verdict.quality),
            reasons: verdict.iter().flat_map(|verdict| &verdict.firings).map(|firing| Reason::of(firing, vec![self.role])).collect(),
            not_measurable: verdict.map_or(&[], |verdict| &verdict.not_measurable),
        };
        serde_json::to_writer(&mut self.out, &line)?;
        self.out.write_all(b"\n")
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

struct Values<W> {
    out: W,
    catalog: Arc<SignalCatalog>,
    started: bool,
}

impl<W: Write> Values<W> {
    fn row(&mut self, cells: impl Iterator<Item = String>) -> io::Result<()> {
        let quoted: Vec<String> = cells.map(|cell| quoted(&cell)).collect();
        writeln!(self.out, "{}", quoted.join(","))
    }

    fn head(&mut self) -> io::Result<()> {
        if self.started {
            return Ok(());
        }
        self.started = true;
        let names: Vec<String> = self.catalog.entries().iter().map(|entry| entry.spec.name.to_string()).collect();
        let fixed = ["file", "status", "error", "decision", "points", "reasons"];
        self.row(fixed.into_iter().map(str::to_owned).chain(names))
    }
}

impl<W: Write> Printer for Values<W> {
    fn print(&mut self, assessed: &Assessed) -> io::Result<()> {
        self.head()?;
        let (signals, verdict) = split(assessed);
        let codes: Vec<&str> = verdict.iter().flat_map(|verdict| &verdict.firings).map(|firing| &*firing.reason_code).collect();
        let fixed = [
            assessed.file.clone(),
            if verdict.is_some() { "ok" } else { "error" }.to_owned(),
            assessed.result.as_ref().err().map(|error| error.code.clone()).unwrap_or_default(),
            verdict.map(|verdict| decision_in_words(verdict.decision).to_owned()).unwrap_or_default(),
            verdict.map(|verdict| verdict.points.to_string()).unwrap_or_default(),
            codes.join(" "),
        ];
        let catalog = Arc::clone(&self.catalog);
        let value = |name: &str| signals.and_then(|signals| signals.value(name)).map(ToString::to_string).unwrap_or_default();
        self.row(fixed.into_iter().chain(catalog.entries().iter().map(|entry| value(entry.spec.name.as_str()))))
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.head()?;
        self.out.flush()
    }
}

struct Table<W> {
    out: W,
    rows: Vec<Vec<String>>,
}

impl<W: Write> Printer for Table<W> {
    fn print(&mut self, assessed: &Assessed) -> io::Result<()> {
        if self.rows.is_empty() {
            self.rows.push(["file", "decision", "points", "why"].map(str::to_owned).to_vec());
        }
        self.rows.push(match &assessed.result {
            Err(error) => vec![shown(&assessed.file), "error".into(), String::new(), shown(&format!("{}: {}", error.code, error.message))],
            Ok((_, verdict)) => {
                let decision = decision_in_words(verdict.decision).to_owned();
                vec![shown(&assessed.file), decision, format!("{:.0}", verdict.points), shown(&why(verdict))]
            }
        });
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        output::table(&mut self.out, &self.rows)?;
        self.out.flush()
    }
}

fn split(assessed: &Assessed) -> (Option<&SignalSet>, Option<&Verdict>) {
    match &assessed.result {
        Ok((signals, verdict)) => (Some(signals), Some(verdict)),
        Err(_) => (None, None),
    }
}

/// The reasons in one line: what acts first, warnings behind.
fn why(verdict: &Verdict) -> String {
    let said = |firing: &vitrine_engine::Firing| match firing.enforcement {
        Enforcement::Enforce => firing.message.clone(),
        Enforcement::Warn => format!("(warning) {}", firing.message),
    };
    verdict.firings.iter().map(said).collect::<Vec<_>>().join(" ")
}

/// The decision as it is written everywhere.
pub fn decision_in_words(decision: Decision) -> &'static str {
    match decision {
        Decision::Accept => "accept",
        Decision::Demote => "demote",
        Decision::Review => "review",
        Decision::Suppress => "suppress",
    }
}

/// Text without control characters: a file's name must not be able to move the cursor.
pub fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A cell of comma-separated values (RFC 4180).
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_commas_and_quotes_are_quoted() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn names_cannot_move_the_cursor() {
        assert_eq!(shown("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
    }
}
