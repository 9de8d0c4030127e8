//! What the tests of this crate share: a catalogue of the vocabulary, built from `vocabulary.yaml`.

use std::sync::Arc;

use serde::Deserialize;
use vitrine_engine::{CatalogEntry, SignalCatalog, SignalKind, SignalSpec};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    kind: SignalKind,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    range: Option<(f64, f64)>,
    #[serde(default)]
    values: Vec<String>,
    measured: bool,
}

/// The vocabulary as a catalogue.
pub fn catalog() -> Arc<SignalCatalog> {
    let lines: Vec<Line> = serde_yaml::from_str(include_str!("../vocabulary.yaml")).expect("the vocabulary is YAML");
    let entries = lines.into_iter().map(entry).collect();
    Arc::new(SignalCatalog::new(entries).expect("each signal is there once"))
}

fn entry(line: Line) -> CatalogEntry {
    let spec = SignalSpec {
        name: line.name.into(),
        kind: line.kind,
        unit: line.unit.map(Into::into),
        range: line.range,
        values: line.values.into_iter().map(Into::into).collect(),
        doc: "As in the vocabulary.".into(),
    };
    if line.measured { CatalogEntry::measured(spec, "test@1") } else { CatalogEntry::planned(spec) }
}
