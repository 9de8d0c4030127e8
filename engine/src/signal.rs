//! Signals: what can be measured of a picture, and the readings that were. The vocabulary itself lives with the detectors.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{DetectorId, SignalName};

/// The type of a signal's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignalKind {
    /// A finite f64.
    Number,
    /// A whole number, carried as f64 (exact up to 2^53).
    Integer,
    /// `true` or `false`.
    Bool,
    /// Text; `SignalSpec::values` lists the possible ones where they are known.
    Text,
}

/// One signal described: what the rule editor shows and what rules are checked against.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignalSpec {
    /// Its name in rules.
    pub name: SignalName,
    /// The type of its values.
    pub kind: SignalKind,
    /// `px`, `bytes`, `bits`, ...; `None` for plain ratios, scores, flags and text.
    pub unit: Option<Cow<'static, str>>,
    /// Closed range of a number; a reading outside it is a fault, a limit outside it a finding.
    pub range: Option<(f64, f64)>,
    /// All values a text signal can take, empty where the set is open.
    pub values: Vec<Cow<'static, str>>,
    /// One sentence: what it means, which way is better, when it is missing.
    pub doc: Cow<'static, str>,
}

impl SignalSpec {
    fn new(name: &str, kind: SignalKind, doc: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), kind, unit: None, range: None, values: Vec::new(), doc: doc.into() }
    }

    /// A number in `low..=high`.
    pub fn number(name: &str, low: f64, high: f64, doc: impl Into<Cow<'static, str>>) -> Self {
        Self { range: Some((low, high)), ..Self::new(name, SignalKind::Number, doc) }
    }

    /// A number in 0..=1.
    pub fn ratio(name: &str, doc: impl Into<Cow<'static, str>>) -> Self {
        Self::number(name, 0.0, 1.0, doc)
    }

    /// A whole number in `low..=high`.
    pub fn integer(name: &str, low: f64, high: f64, doc: impl Into<Cow<'static, str>>) -> Self {
        Self { range: Some((low, high)), ..Self::new(name, SignalKind::Integer, doc) }
    }

    /// A yes-or-no signal.
    pub fn flag(name: &str, doc: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, SignalKind::Bool, doc)
    }

    /// Text; `values` empty = any text.
    pub fn text(name: &str, values: &[&'static str], doc: impl Into<Cow<'static, str>>) -> Self {
        Self { values: values.iter().map(|value| Cow::Borrowed(*value)).collect(), ..Self::new(name, SignalKind::Text, doc) }
    }

    /// The same with a unit.
    #[must_use]
    pub fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(Cow::Borrowed(unit));
        self
    }

    /// Why `value` cannot be a value of this signal; `None` when it can.
    pub fn objection(&self, value: &Value) -> Option<String> {
        match (self.kind, value) {
            (SignalKind::Bool, Value::Bool(_)) => None,
            (SignalKind::Text, Value::Text(text)) => (!self.values.is_empty() && !self.values.iter().any(|known| **known == **text))
                .then(|| format!("`{text}` is none of its values")),
            (SignalKind::Number | SignalKind::Integer, Value::Number(number)) => self.objection_to_number(*number),
            (kind, value) => Some(format!("{value} is not of kind {kind:?}")),
        }
    }

    fn objection_to_number(&self, number: f64) -> Option<String> {
        if !number.is_finite() {
            return Some("not a finite number".into());
        }
        if self.kind == SignalKind::Integer && number.fract() != 0.0 {
            return Some(format!("{number} is not a whole number"));
        }
        let (low, high) = self.range?;
        (number < low || number > high).then(|| format!("{number} is outside {low}..{high}"))
    }
}

/// A signal's value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// Finite; whole for integer signals.
    Number(f64),
    /// Text.
    Text(Arc<str>),
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(flag) => flag.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// A box on the upright picture, as shares of its width and height, so that it fits every rendition.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Left edge, 0..1.
    pub x: f64,
    /// Top edge, 0..1.
    pub y: f64,
    /// Width, 0..1.
    pub width: f64,
    /// Height, 0..1.
    pub height: f64,
}

impl Region {
    /// From pixels of a picture `of` = (width, height); shares are rounded to 1e-4 and kept inside the picture.
    pub fn from_px(x: u32, y: u32, width: u32, height: u32, of: (u32, u32)) -> Self {
        let share = |part: u32, whole: u32| (f64::from(part.min(whole)) / f64::from(whole.max(1)) * 1e4).round() / 1e4;
        let (left, top) = (share(x, of.0), share(y, of.1));
        let clip = |start: f64, length: f64| ((start + length).min(1.0) - start).mul_add(1e4, 0.0).round() / 1e4;
        Self { x: left, y: top, width: clip(left, share(width, of.0)), height: clip(top, share(height, of.1)) }
    }
}

/// What a detector says of one signal of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// The signal, one of the detector's spec.
    pub signal: Cow<'static, str>,
    /// Its value.
    pub value: Value,
    /// 0..1 where the method knows its own doubt.
    pub confidence: Option<f64>,
    /// Where in the picture the value comes from, if it comes from a place.
    pub region: Option<Region>,
}

impl Measurement {
    /// A value of the whole picture.
    pub fn new(signal: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        Self { signal: signal.into(), value: value.into(), confidence: None, region: None }
    }

    /// The same with the place it speaks of.
    #[must_use]
    pub fn at(mut self, region: Option<Region>) -> Self {
        self.region = region;
        self
    }

    /// The same with the method's own confidence, 0..1.
    #[must_use]
    pub fn sure(mut self, confidence: f64) -> Self {
        self.confidence = Some(confidence);
        self
    }
}

/// A measured value with its evidence, as kept and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The value.
    pub value: Value,
    /// Who measured it, with version.
    pub detector: DetectorId,
    /// 0..1 where the method knows its own doubt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Where in the picture the value comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

/// A signal's place in its catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignalId(u16);

impl SignalId {
    /// The index in `SignalCatalog::entries`.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One line of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CatalogEntry {
    /// What the signal is.
    #[serde(flatten)]
    pub spec: SignalSpec,
    /// Who measures it; `None` = known to the vocabulary, *not measurable yet*.
    pub detector: Option<DetectorId>,
    /// Who else measures it, where that one says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_by: Option<DetectorId>,
}

impl CatalogEntry {
    /// A signal that one detector measures.
    pub fn measured(spec: SignalSpec, detector: impl Into<DetectorId>) -> Self {
        Self { spec, detector: Some(detector.into()), completed_by: None }
    }

    /// A signal that nothing measures yet.
    pub fn planned(spec: SignalSpec) -> Self {
        Self { spec, detector: None, completed_by: None }
    }

    /// Whether a detector's word on it counts.
    pub fn is_measured_by(&self, detector: &DetectorId) -> bool {
        [&self.detector, &self.completed_by].into_iter().flatten().any(|known| known == detector)
    }
}

/// All signals there are: built once at start from the registered detectors, then shared.
#[derive(Debug, Default, PartialEq)]
pub struct SignalCatalog {
    entries: Vec<CatalogEntry>,
    by_name: HashMap<SignalName, SignalId>,
}

/// Two detectors claim one signal, or there are more than 65,535 signals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("signal `{name}` cannot be added to the catalogue: {reason}")]
pub struct CatalogError {
    name: SignalName,
    reason: &'static str,
}

impl SignalCatalog {
    /// Builds a catalogue, in the order given.
    ///
    /// # Errors
    /// When a name appears twice or there are too many.
    pub fn new(entries: Vec<CatalogEntry>) -> Result<Self, CatalogError> {
        let mut by_name = HashMap::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let name = entry.spec.name.clone();
            let Ok(index) = u16::try_from(index) else {
                return Err(CatalogError { name, reason: "there are too many signals" });
            };
            if by_name.insert(name.clone(), SignalId(index)).is_some() {
                return Err(CatalogError { name, reason: "it is there already" });
            }
        }
        Ok(Self { entries, by_name })
    }

    /// All entries; `SignalId::index` points into them.
    pub fn entries(&self) -> &[CatalogEntry] {
        &self.entries
    }

    /// The id of a name.
    pub fn id(&self, name: &str) -> Option<SignalId> {
        self.by_name.get(name).copied()
    }

    /// The entry of an id of this catalogue.
    pub fn entry(&self, id: SignalId) -> &CatalogEntry {
        &self.entries[id.index()]
    }

    /// The entry of a name.
    pub fn find(&self, name: &str) -> Option<&CatalogEntry> {
        self.id(name).map(|id| self.entry(id))
    }
}

/// All readings of one picture; a signal without a reading is *missing*, never a made-up value.
#[derive(Debug, Clone)]
pub struct SignalSet {
    catalog: Arc<SignalCatalog>,
    readings: Vec<Option<Reading>>,
}

impl SignalSet {
    /// An empty set: everything missing.
    pub fn new(catalog: Arc<SignalCatalog>) -> Self {
        let readings = vec![None; catalog.entries.len()];
        Self { catalog, readings }
    }

    /// The catalogue whose ids this set understands.
    pub fn catalog(&self) -> &Arc<SignalCatalog> {
        &self.catalog
    }

    /// Keeps a reading; an unknown name, or a value that the signal's spec objects to, is refused with the reason.
    ///
    /// # Errors
    /// The objection as a sentence; the signal stays missing.
    pub fn insert(&mut self, name: &str, reading: Reading) -> Result<(), String> {
        let Some(id) = self.catalog.id(name) else {
            return Err(format!("`{name}` is not in the signal catalogue"));
        };
        if let Some(objection) = self.catalog.entry(id).spec.objection(&reading.value) {
            return Err(format!("`{name}`: {objection}"));
        }
        let entry = self.catalog.entry(id);
        let first = |reading: &Reading| entry.detector.as_ref() == Some(&reading.detector);
        let kept = &mut self.readings[id.index()];
        // In whichever order they come, the word of the signal's own detector stands before that of one that completes it.
        if !kept.as_ref().is_some_and(first) || first(&reading) {
            *kept = Some(reading);
        }
        Ok(())
    }

    /// The reading of a name.
    pub fn get(&self, name: &str) -> Option<&Reading> {
        self.at(self.catalog.id(name)?)
    }

    /// The reading of an id of *this set's* catalogue.
    pub fn at(&self, id: SignalId) -> Option<&Reading> {
        self.readings.get(id.index())?.as_ref()
    }

    /// The value of a name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.get(name).map(|reading| &reading.value)
    }

    /// The number of a name; `None` if missing or not a number.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.value(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// What was read, in catalogue order.
    pub fn iter(&self) -> impl Iterator<Item = (&SignalName, &Reading)> {
        self.catalog.entries.iter().zip(&self.readings).filter_map(|(entry, reading)| Some((&entry.spec.name, reading.as_ref()?)))
    }

    /// The same readings for another catalogue; those that it does not know, or objects to, are left out.
    #[must_use]
    pub fn for_catalog(&self, catalog: &Arc<SignalCatalog>) -> Self {
        let mut set = Self::new(Arc::clone(catalog));
        for (name, reading) in self.iter() {
            // An objection leaves the signal missing, which is what a reader of the other catalogue must see.
            let _ = set.insert(name.as_str(), reading.clone());
        }
        set
    }
}

impl PartialEq for SignalSet {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Arc<SignalCatalog> {
        let spec = SignalSpec::ratio("sharpness", "Higher is sharper.");
        Arc::new(SignalCatalog::new(vec![CatalogEntry::measured(spec, "sharpness@1")]).unwrap())
    }

    fn reading(value: f64) -> Reading {
        Reading { value: value.into(), detector: "sharpness@1".into(), confidence: None, region: None }
    }

    #[test]
    fn a_reading_outside_its_range_stays_missing() {
        let mut set = SignalSet::new(catalog());
        for bad in [f64::NAN, f64::INFINITY, -0.1, 1.1] {
            assert!(set.insert("sharpness", reading(bad)).is_err(), "{bad}");
            assert_eq!(set.number("sharpness"), None);
        }
        assert_eq!(set.insert("sharpness", reading(1.0)), Ok(()));
        assert_eq!(set.number("sharpness"), Some(1.0));
    }

    #[test]
    fn a_name_is_claimed_once() {
        let entry = CatalogEntry::planned(SignalSpec::flag("has_alpha", ""));
        assert!(SignalCatalog::new(vec![entry.clone(), entry]).is_err());
    }

    #[test]
    fn regions_stay_inside_the_picture() {
        let region = Region::from_px(90, 0, 50, 200, (100, 100));
        assert_eq!((region.x, region.width, region.height), (0.9, 0.1, 1.0));
    }
}
