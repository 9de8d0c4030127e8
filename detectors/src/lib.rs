//! Detectors: files in, pictures opened, signals measured. Knows nothing of rules, of storage or of who asks.
//!
//! [`decode::open`] turns bytes into a [`Photo`](vitrine_engine::Photo); each detector measures photos; [`all`] is the one list of
//! them, and [`catalog`] the vocabulary that rules are checked against. A new detector is one file and one line in [`all`].

mod background;
pub mod batcher;
pub mod bench;
mod border;
pub mod breaker;
mod colour;
mod content;
pub mod decode;
mod detail;
#[cfg(test)]
mod drawn;
mod file_facts;
mod fingerprint;
mod ground;
mod heavy;
mod learned;
mod light;
mod measure;
pub mod model;
pub mod onnx;
mod placeholder;
mod planned;
mod registry;
pub mod resize;
mod seam;
mod subject;

use std::fmt::Write as _;

use vitrine_engine::{CatalogEntry, Detector, SignalCatalog, SignalKind, SignalSpec};

pub use decode::{Limits, Reason, Refusal, open};
pub use heavy::HeavyGate;
pub use learned::{Learned, LoadOptions, MeasureError, Pending, Request};
pub use measure::{Begun, Effort, Measured, NotMeasured, Work};
pub use registry::{Detectors, catalog_of, each_model_in, models_in, shipped_models};

/// Every detector there is, in the order of the vocabulary.
pub fn all() -> Vec<Box<dyn Detector>> {
    vec![
        Box::new(file_facts::FileFacts),
        Box::new(detail::Detail),
        Box::new(light::Light),
        Box::new(colour::Colour),
        Box::new(background::Background),
        Box::new(border::Border),
        Box::new(content::Content),
        Box::new(subject::Subject),
        Box::new(placeholder::Placeholder),
        Box::new(seam::Seam),
        Box::new(fingerprint::FingerprintDetector::default()),
    ]
}

/// The vocabulary: what [`all`] and the shipped models measure, then the signals that are known but *not measurable yet*.
pub fn catalog() -> SignalCatalog {
    // Shipped models are held against the vocabulary by a test: a mistake cannot happen in a build that passes.
    shipped_models().and_then(|models| catalog_of(&models)).unwrap_or_default()
}

/// The vocabulary as a markdown table, one line a signal.
pub fn table() -> String {
    let mut text = String::from("| signal | kind | values | measured by | meaning |\n|---|---|---|---|---|\n");
    for CatalogEntry { spec, detector, completed_by } in catalog().entries() {
        let detector = match (detector, completed_by) {
            (Some(detector), Some(other)) => format!("{detector}, else {other}"),
            (Some(detector), None) => detector.to_string(),
            (None, _) => "*not measurable yet*".to_owned(),
        };
        // Writing to a `String` cannot fail.
        let _ =
            writeln!(text, "| `{}` | {} | {} | {detector} | {} |", spec.name, kind(spec.kind), values(spec), spec.doc.replace('|', "\\|"));
    }
    text
}

fn kind(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Number => "number",
        SignalKind::Integer => "integer",
        SignalKind::Bool => "bool",
        SignalKind::Text => "text",
    }
}

fn values(spec: &SignalSpec) -> String {
    let range = match (spec.range, spec.values.is_empty()) {
        // Beyond a billion a bound only says that there is none in practice.
        (Some((low, high)), _) if high > 1e9 => format!("{low}.."),
        (Some((low, high)), _) => format!("{low}..{high}"),
        (None, false) => spec.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
        (None, true) => String::new(),
    };
    match &spec.unit {
        Some(unit) => format!("{range} {unit}"),
        None => range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_signal_is_claimed_twice_and_every_one_is_described() {
        let catalog = catalog();
        let written: Vec<_> = all().iter().flat_map(|detector| detector.spec().signals.clone()).map(|signal| signal.name).collect();
        assert!(written.iter().all(|name| written.iter().filter(|other| *other == name).count() == 1));
        let measured = catalog.entries().iter().filter(|entry| entry.detector.is_some());
        assert!(measured.count() >= written.len());
        for entry in catalog.entries() {
            assert!(!entry.spec.doc.is_empty(), "{}", entry.spec.name);
        }
    }

    #[test]
    fn detectors_have_names_with_versions_and_no_two_share_one() {
        let ids: Vec<String> = all().iter().map(|detector| detector.spec().id.to_string()).collect();
        for id in &ids {
            assert!(id.split_once('@').is_some_and(|(name, version)| !name.is_empty() && version.parse::<u32>().is_ok()), "{id}");
        }
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn the_table_has_a_line_for_every_signal() {
        assert_eq!(table().lines().count(), catalog().entries().len() + 2);
    }
}
