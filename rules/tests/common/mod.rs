//! What the tests and benchmarks of this crate share: a catalogue of the vocabulary, built from `vocabulary.yaml`, and pictures drawn
//! at random, the same ones every time.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;

use serde::Deserialize;
use vitrine_engine::{CatalogEntry, Reading, SignalCatalog, SignalKind, SignalSet, SignalSpec, Value};

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

/// Pictures with a reading for each measured signal, known with a probability: values at the ends of their ranges, and small ones, where
/// limits lie, as well as any.
pub fn pictures(catalog: &Arc<SignalCatalog>, count: usize, known: f64, seed: u64) -> Vec<SignalSet> {
    let mut dice = Dice(seed);
    (0..count).map(|_| picture(catalog, known, &mut dice)).collect()
}

/// One such picture.
pub fn picture(catalog: &Arc<SignalCatalog>, known: f64, dice: &mut Dice) -> SignalSet {
    let mut set = SignalSet::new(Arc::clone(catalog));
    for entry in catalog.entries() {
        let Some(detector) = entry.detector.clone().filter(|_| dice.share() < known) else { continue };
        let reading = Reading { value: value(&entry.spec, dice), detector, confidence: None, region: None };
        set.insert(entry.spec.name.as_str(), reading).expect("a value of its range");
    }
    set
}

/// A picture such as catalogues have: mostly sound, so that rules find fault with some and not with all.
pub fn catalogue_picture(catalog: &Arc<SignalCatalog>, known: f64, dice: &mut Dice) -> SignalSet {
    let mut set = SignalSet::new(Arc::clone(catalog));
    for entry in catalog.entries() {
        let Some(detector) = entry.detector.clone().filter(|_| dice.share() < known) else { continue };
        let spec = &entry.spec;
        let usual = match spec.name.as_str() {
            "long_side_px" | "width_px" | "height_px" | "short_side_px" => Some((300.0 + 2_000.0 * dice.share()).round().into()),
            "megapixels" => Some((0.1 + 5.0 * dice.share()).into()),
            "aspect_ratio" => Some((0.8 + 0.5 * dice.share()).into()),
            "frame_count" | "subject_count" | "product_count" | "view_count" => Some(1.0.into()),
            "format" => Some("jpeg".into()),
            "color_space" => Some("srgb".into()),
            "background_white_ratio" => Some((0.98 + 0.02 * dice.share()).into()),
            "subject_fill_side" => Some((0.8 + 0.2 * dice.share()).into()),
            "sharpness" | "brightness" => Some((0.3 + 0.7 * dice.share()).into()),
            _ => None,
        };
        // A soundness of most, a surprise now and then.
        let value = match (usual, spec.kind) {
            (Some(usual), _) if dice.share() < 0.97 => usual,
            (None, SignalKind::Bool) => (dice.share() < 0.02).into(),
            (None, SignalKind::Number) if dice.share() < 0.97 && spec.range == Some((0.0, 1.0)) => (0.1 * dice.share()).into(),
            _ => value(spec, dice),
        };
        let reading = Reading { value, detector, confidence: None, region: None };
        set.insert(entry.spec.name.as_str(), reading).expect("a value of its range");
    }
    set
}

fn value(spec: &SignalSpec, dice: &mut Dice) -> Value {
    match spec.kind {
        SignalKind::Bool => (dice.share() < 0.5).into(),
        SignalKind::Text if spec.values.is_empty() => ["", "#ffffff", "other"][dice.below(3)].into(),
        SignalKind::Text => (&*spec.values[dice.below(spec.values.len())]).into(),
        SignalKind::Number | SignalKind::Integer => {
            let (low, high) = spec.range.unwrap_or((-1e6, 1e6));
            let drawn = match dice.below(12) {
                0 => low,
                1 => high,
                2 => -0.0,
                _ => low + (high - low).min(2_500.0) * dice.share(),
            };
            let drawn = if spec.kind == SignalKind::Integer { drawn.round() } else { drawn };
            drawn.clamp(low, high).into()
        }
    }
}

/// Random numbers, the same ones from a seed everywhere (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    /// Any.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Below a count.
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }
}
