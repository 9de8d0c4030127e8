//! Plan and observe: run only the detectors that somebody asks for, and keep what they say. A fault stays with its picture. Models come
//! last, and only where what is known by then leaves something open.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::detector::{DetectError, Detector, Needs};
use crate::evaluator::Evaluator;
use crate::ids::{DetectorId, SignalName};
use crate::photo::Photo;
use crate::signal::{Measurement, Reading, SignalCatalog, SignalSet};

/// The detectors to run, and how far pictures have to be opened for them.
pub struct Plan<'a> {
    detectors: Vec<&'a dyn Detector>,
}

impl<'a> Plan<'a> {
    /// Every registered detector: for backtests and full records.
    pub fn everything(detectors: &'a [Box<dyn Detector>]) -> Self {
        Self { detectors: detectors.iter().map(AsRef::as_ref).collect() }
    }

    /// Only the detectors that measure one of the `wanted` signals.
    pub fn for_signals<'s>(detectors: &'a [Box<dyn Detector>], wanted: impl IntoIterator<Item = &'s SignalName>) -> Self {
        let wanted: BTreeSet<&str> = wanted.into_iter().map(SignalName::as_str).collect();
        let asked = |detector: &&dyn Detector| detector.spec().signals.iter().any(|signal| wanted.contains(signal.name.as_str()));
        Self { detectors: detectors.iter().map(AsRef::as_ref).filter(asked).collect() }
    }

    /// Only these detectors.
    pub fn for_detectors(detectors: &'a [Box<dyn Detector>], wanted: &[DetectorId]) -> Self {
        Self { detectors: detectors.iter().map(AsRef::as_ref).filter(|detector| wanted.contains(&detector.spec().id)).collect() }
    }

    /// Those that run no model.
    pub fn without_models(&self) -> Self {
        self.only(|detector| detector.spec().needs < Needs::Model)
    }

    /// Those that run a model.
    pub fn models(&self) -> Self {
        self.only(|detector| detector.spec().needs == Needs::Model)
    }

    /// The models that can still change what becomes of a picture of which `signals` are known: none, once all evaluators are certain.
    pub fn models_still_needed(&self, signals: &SignalSet, evaluators: &[&dyn Evaluator]) -> Self {
        let models = self.models();
        let offered = models.detectors.iter().flat_map(|detector| &detector.spec().signals).map(|signal| &signal.name);
        let pending: BTreeSet<SignalName> = offered.filter(|name| signals.get(name.as_str()).is_none()).cloned().collect();
        if pending.is_empty() {
            return models;
        }
        let needed: BTreeSet<SignalName> = evaluators.iter().flat_map(|evaluator| evaluator.still_needed(signals, &pending)).collect();
        models.only(|detector| detector.spec().signals.iter().any(|signal| needed.contains(&signal.name)))
    }

    fn only(&self, keep: impl Fn(&dyn Detector) -> bool) -> Self {
        Self { detectors: self.detectors.iter().copied().filter(|detector| keep(*detector)).collect() }
    }

    /// Whether it has nobody to run.
    pub fn is_empty(&self) -> bool {
        self.detectors.is_empty()
    }

    /// How far a picture has to be opened; nothing planned needs no more than the file.
    pub fn needs(&self) -> Needs {
        self.detectors.iter().map(|detector| detector.spec().needs).max().unwrap_or(Needs::File)
    }

    /// The planned detectors.
    pub fn detectors(&self) -> impl Iterator<Item = &DetectorId> {
        self.detectors.iter().map(|detector| &detector.spec().id)
    }
}

/// Something that could not be measured; its signals are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Who failed.
    pub detector: DetectorId,
    /// Stable code.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// What was measured of one picture, and what was not.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The readings.
    pub signals: SignalSet,
    /// The faults.
    pub faults: Vec<Fault>,
}

/// Runs a plan over pictures: one observation per photo, in order.
pub fn observe(plan: &Plan<'_>, catalog: &Arc<SignalCatalog>, photos: &[Photo]) -> Vec<Observation> {
    let mut observations: Vec<_> =
        photos.iter().map(|_| Observation { signals: SignalSet::new(Arc::clone(catalog)), faults: Vec::new() }).collect();
    observe_further(plan, photos, &mut observations);
    observations
}

/// Runs a plan over pictures of which something is known already, and adds what it finds.
pub fn observe_further(plan: &Plan<'_>, photos: &[Photo], observations: &mut [Observation]) {
    for detector in &plan.detectors {
        for (observation, result) in observations.iter_mut().zip(detect(*detector, photos)) {
            observation.add(&detector.spec().id, result);
        }
    }
}

impl Observation {
    /// Keeps what a detector says; a value that its signal cannot have is a fault, and the signal stays missing.
    pub fn add(&mut self, detector: &DetectorId, result: Result<Vec<Measurement>, DetectError>) {
        match result {
            Ok(measurements) => keep(self, detector, measurements),
            Err(error) => self.faults.push(fault(detector, error)),
        }
    }
}

/// A detector that panics, or answers with too few results, costs only the pictures it happens on.
fn detect(detector: &dyn Detector, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
    match catch_unwind(AssertUnwindSafe(|| detector.detect(photos))) {
        Ok(results) if results.len() == photos.len() => results,
        _ if photos.len() == 1 => vec![Err(DetectError::new("detector_failed", "the detector broke off on this picture"))],
        _ => photos.iter().flat_map(|photo| detect(detector, std::slice::from_ref(photo))).collect(),
    }
}

fn keep(observation: &mut Observation, detector: &DetectorId, measurements: Vec<Measurement>) {
    for Measurement { signal, value, confidence, region } in measurements {
        let reading = Reading { value, detector: detector.clone(), confidence, region };
        if let Err(objection) = observation.signals.insert(&signal, reading) {
            observation.faults.push(fault(detector, DetectError::new("value_refused", objection)));
        }
    }
}

fn fault(detector: &DetectorId, error: DetectError) -> Fault {
    Fault { detector: detector.clone(), code: error.code.to_owned(), message: error.message }
}
