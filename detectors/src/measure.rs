//! Measuring one picture: bytes in, readings out. What runs no model is done on the caller's thread; the models' queues work on while the
//! caller opens the next picture.

use std::sync::Arc;

use vitrine_engine::{
    ContentHash, DetectError, Detector, DetectorId, Evaluator, Fault, Measurement, Observation, Photo, Plan, SignalCatalog, SignalName,
    SignalSet, observe,
};

use crate::batcher::Refusal as ModelRefusal;
use crate::decode::{Limits, Refusal};
use crate::learned::{MeasureError, Pending, Request};
use crate::registry::Detectors;

/// What is known of one picture's bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// SHA-256 of the bytes.
    pub content_hash: ContentHash,
    /// The readings.
    pub signals: SignalSet,
    /// What could not be measured.
    pub faults: Vec<Fault>,
    /// The detectors that looked, whether or not they found a reading.
    pub detectors: Vec<DetectorId>,
    /// Runs of models that were planned, and not made because they could not change what becomes of the picture.
    pub runs_spared: usize,
}

/// How much of a plan is carried out.
#[derive(Clone, Copy)]
pub enum Effort<'a> {
    /// All of it.
    Full,
    /// Models only where they can still change what these rule sets make of the picture.
    AsNeeded(&'a [&'a dyn Evaluator]),
}

/// What is to be done with a picture.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// The detectors to run.
    pub plan: &'a Plan<'a>,
    /// How far.
    pub effort: Effort<'a>,
    /// Who asks the models.
    pub request: Request,
}

/// Why a picture was not measured.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NotMeasured {
    /// Its file cannot or may not be read.
    #[error(transparent)]
    File(#[from] Refusal),
    /// A model had no time for it, or failed to run: no fault of the picture's, which may come again.
    #[error(transparent)]
    Model(#[from] ModelRefusal),
}

/// A picture measured as far as this thread could; models may still be at work on it.
pub struct Begun {
    content_hash: ContentHash,
    observation: Observation,
    detectors: Vec<DetectorId>,
    pending: Vec<(DetectorId, Result<Pending, MeasureError>)>,
    runs_spared: usize,
}

impl Detectors {
    /// The detectors that measure any of the `wanted` signals.
    pub fn plan<'a>(&'a self, wanted: impl IntoIterator<Item = &'a SignalName>) -> Plan<'a> {
        Plan::for_signals(&self.all, wanted)
    }

    /// Just these detectors.
    pub fn plan_of(&self, detectors: &[DetectorId]) -> Plan<'_> {
        Plan::for_detectors(&self.all, detectors)
    }

    /// All detectors.
    pub fn full_plan(&self) -> Plan<'_> {
        Plan::everything(&self.all)
    }

    /// Opens a file as far as the plan needs, runs the planned detectors that need no model, hands the picture to the models that are
    /// (still) needed, and has a look at the decoded picture while they are at work.
    ///
    /// # Errors
    /// A refusal with its stable code when the file cannot or may not be read.
    pub fn begin<T>(
        &self,
        bytes: &[u8],
        name: Option<&str>,
        limits: &Limits,
        work: Work<'_>,
        look: impl FnOnce(&Photo) -> T,
    ) -> Result<(Begun, T), Refusal> {
        let Work { plan, effort, request } = work;
        let photo = crate::open(bytes, name, plan.needs(), limits)?;
        let first = plan.without_models();
        let observation = observe(&first, &self.catalog, std::slice::from_ref(&photo)).pop();
        let observation =
            observation.unwrap_or_else(|| Observation { signals: SignalSet::new(Arc::clone(&self.catalog)), faults: Vec::new() });
        let planned = plan.models().detectors().count();
        let models = match effort {
            Effort::Full => plan.models(),
            Effort::AsNeeded(evaluators) => plan.models_still_needed(&observation.signals, evaluators),
        };
        let learned = |id: &DetectorId| self.learned.iter().find(|model| model.spec().id == *id);
        let begin = |id: &DetectorId| Some((id.clone(), learned(id)?.begin(&photo, request)));
        let pending: Vec<_> = models.detectors().filter_map(begin).collect();
        let detectors = first.detectors().cloned().collect();
        let runs_spared = planned - pending.len();
        let seen = look(&photo);
        Ok((Begun { content_hash: photo.file.content_hash, observation, detectors, pending, runs_spared }, seen))
    }
}

impl Begun {
    /// Waits for the models, blocking.
    ///
    /// # Errors
    /// When a model refuses.
    pub fn wait(mut self) -> Result<Measured, ModelRefusal> {
        for (model, pending) in std::mem::take(&mut self.pending) {
            self.add(model, pending.and_then(Pending::wait))?;
        }
        Ok(self.measured())
    }

    /// Waits for the models without a thread; dropped, it takes the picture back from those that have not begun.
    ///
    /// # Errors
    /// When a model refuses.
    pub async fn ready(mut self) -> Result<Measured, ModelRefusal> {
        for (model, pending) in std::mem::take(&mut self.pending) {
            let result = match pending {
                Ok(pending) => pending.ready().await,
                Err(error) => Err(error),
            };
            self.add(model, result)?;
        }
        Ok(self.measured())
    }

    fn add(&mut self, model: DetectorId, result: Result<Vec<Measurement>, MeasureError>) -> Result<(), ModelRefusal> {
        let result: Result<_, DetectError> = match result {
            Ok(mut measurements) => {
                // Another detector may have taken over some of its signals.
                let catalog: Arc<SignalCatalog> = Arc::clone(self.observation.signals.catalog());
                let holds = |signal: &str| catalog.find(signal).is_some_and(|entry| entry.is_measured_by(&model));
                measurements.retain(|measurement| holds(&measurement.signal));
                Ok(measurements)
            }
            Err(MeasureError::Failed(error)) => Err(error),
            Err(MeasureError::Refused(refusal)) => return Err(refusal),
        };
        self.observation.add(&model, result);
        self.detectors.push(model);
        Ok(())
    }

    fn measured(self) -> Measured {
        let Observation { signals, faults } = self.observation;
        Measured { content_hash: self.content_hash, signals, faults, detectors: self.detectors, runs_spared: self.runs_spared }
    }
}
