//! The detectors of a process: those written here, the shipped models, and the models that a user brings; and the vocabulary that
//! follows from them. Two detectors for one signal are an error, unless the later one is a model whose manifest says
//! `supersedes: true` or `completes: true`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vitrine_engine::{CatalogEntry, DetectError, Detector, DetectorId, DetectorSpec, Measurement, Photo, SignalCatalog, SignalName};

use crate::learned::{Learned, LoadOptions};
use crate::model::{Model, ModelError, shipped};
use crate::onnx::Runtime;
use crate::{all, planned};

/// Everything that measures, ready to run.
pub struct Detectors {
    /// All detectors, in the order of the vocabulary. No two measure the same signal.
    pub all: Vec<Box<dyn Detector>>,
    /// The vocabulary.
    pub catalog: Arc<SignalCatalog>,
    /// The models among them, for whoever wants to await, or to count.
    pub learned: Vec<Arc<Learned>>,
}

/// The models that are built in, read and checked.
///
/// # Errors
/// Never in a build that passes its tests.
pub fn shipped_models() -> Result<Vec<Model>, ModelError> {
    shipped().iter().map(|(name, manifest, onnx)| Model::read(name, manifest, onnx)).collect()
}

/// The models of a list of places: manifests, and folders of them (`*.yaml`, in the order of their names).
///
/// # Errors
/// The first that is not right.
pub fn models_in(places: &[PathBuf]) -> Result<Vec<Model>, ModelError> {
    each_model_in(places).into_iter().collect()
}

/// As [`models_in`], each by itself: the model, or what is not right with it.
pub fn each_model_in(places: &[PathBuf]) -> Vec<Result<Model, ModelError>> {
    let mut models = Vec::new();
    for place in places {
        match manifests_in(place) {
            Ok(manifests) => models.extend(manifests.iter().map(|manifest| Model::open(manifest))),
            Err(error) => models.push(Err(error)),
        }
    }
    models
}

fn manifests_in(place: &Path) -> Result<Vec<PathBuf>, ModelError> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let failed = |error: std::io::Error| ModelError::new(place.display().to_string(), format!("it cannot be read: {error}"));
    let files = std::fs::read_dir(place).map_err(failed)?.map(|entry| entry.map(|entry| entry.path()));
    let mut manifests = files.collect::<std::io::Result<Vec<_>>>().map_err(failed)?;
    manifests.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"));
    manifests.sort();
    Ok(manifests)
}

/// The vocabulary with these models: what is measured, then what is known but *not measurable yet*.
///
/// # Errors
/// When two detectors claim one signal, or a model gives a known signal another kind.
pub fn catalog_of(models: &[Model]) -> Result<SignalCatalog, ModelError> {
    let specs: Vec<DetectorSpec> = all().iter().map(|detector| detector.spec().clone()).collect();
    Claims::of(&specs, models)?.catalog()
}

impl Detectors {
    /// Those written here alone: no model, no runtime.
    ///
    /// # Errors
    /// Never in a build that passes its tests.
    pub fn without_models() -> Result<Self, ModelError> {
        Self::assemble(&[], Vec::new())
    }

    /// With models, each loaded and warmed up. They have to be shipped or tried ([`trial`](crate::model::trial)) before.
    ///
    /// # Errors
    /// When two detectors claim one signal, or a model cannot be loaded.
    pub fn load(runtime: &Runtime, models: &[Model], options: &LoadOptions) -> Result<Self, ModelError> {
        // Before the sessions, which take their time.
        catalog_of(models)?;
        let load = |model: &Model| Learned::load(runtime, model, options).map(Arc::new);
        let learned = models.iter().map(load).collect::<Result<Vec<_>, _>>()?;
        Self::assemble(models, learned)
    }

    fn assemble(models: &[Model], learned: Vec<Arc<Learned>>) -> Result<Self, ModelError> {
        let written = all();
        let specs: Vec<DetectorSpec> = written.iter().map(|detector| detector.spec().clone()).collect();
        let claims = Claims::of(&specs, models)?;
        let loaded = learned.iter().map(|detector| Box::new(Arc::clone(detector)) as Box<dyn Detector>);
        let all = written.into_iter().chain(loaded).filter_map(|detector| claims.held_by(detector)).collect();
        Ok(Self { all, catalog: Arc::new(claims.catalog()?), learned })
    }
}

/// Which detector measures which signal.
struct Claims {
    specs: Vec<DetectorSpec>,
    holders: BTreeMap<SignalName, DetectorId>,
    completers: BTreeMap<SignalName, DetectorId>,
}

impl Claims {
    fn of(written: &[DetectorSpec], models: &[Model]) -> Result<Self, ModelError> {
        let (mut holders, mut completers) = (BTreeMap::new(), BTreeMap::new());
        let mut kinds: BTreeMap<SignalName, _> = planned::signals().into_iter().map(|spec| (spec.name, spec.kind)).collect();
        for spec in written {
            for signal in &spec.signals {
                holders.insert(signal.name.clone(), spec.id.clone());
                kinds.insert(signal.name.clone(), signal.kind);
            }
        }
        let mut specs = written.to_vec();
        for model in models {
            let spec = Learned::spec_of(model);
            let (superseded, completed) = (Learned::superseded_by(model), Learned::completed_by(model));
            let mistake =
                |signal: &SignalName, message: String| Err(ModelError::new(format!("{}: the signal `{signal}`", spec.id), message));
            for signal in &spec.signals {
                if let Some(kind) = kinds.insert(signal.name.clone(), signal.kind).filter(|kind| *kind != signal.kind) {
                    return mistake(
                        &signal.name,
                        format!("rules know it as {kind:?}, and this is {:?}; give it another name", signal.kind),
                    );
                }
                let into =
                    if completed.contains(&signal.name) && holders.contains_key(&signal.name) { &mut completers } else { &mut holders };
                if let Some(holder) = into.insert(signal.name.clone(), spec.id.clone()).filter(|_| !superseded.contains(&signal.name)) {
                    let message = format!(
                        "`{holder}` measures it already; write `supersedes: true` beside it to take its place, or `completes: true` to \
                         speak where it says nothing"
                    );
                    return mistake(&signal.name, message);
                }
            }
            specs.push(spec);
        }
        Ok(Self { specs, holders, completers })
    }

    fn holds(&self, detector: &DetectorId, signal: &SignalName) -> bool {
        self.holders.get(signal) == Some(detector)
    }

    fn measures(&self, detector: &DetectorId, signal: &SignalName) -> bool {
        self.holds(detector, signal) || self.completers.get(signal) == Some(detector)
    }

    fn catalog(&self) -> Result<SignalCatalog, ModelError> {
        let mut entries = Vec::new();
        for spec in &self.specs {
            let held = spec.signals.iter().filter(|signal| self.holds(&spec.id, &signal.name));
            entries.extend(held.map(|signal| CatalogEntry {
                completed_by: self.completers.get(&signal.name).cloned(),
                ..CatalogEntry::measured(signal.clone(), spec.id.clone())
            }));
        }
        let unknown = planned::signals().into_iter().filter(|spec| !self.holders.contains_key(&spec.name));
        entries.extend(unknown.map(CatalogEntry::planned));
        SignalCatalog::new(entries).map_err(|error| ModelError::new("vocabulary", error.to_string()))
    }

    /// The detector, without the signals that others measure; `None` where nothing is left to it.
    fn held_by(&self, detector: Box<dyn Detector>) -> Option<Box<dyn Detector>> {
        let spec = detector.spec();
        let held: Vec<_> = spec.signals.iter().filter(|signal| self.measures(&spec.id, &signal.name)).cloned().collect();
        if held.len() == spec.signals.len() {
            return Some(detector);
        }
        let spec = DetectorSpec { signals: held, ..spec.clone() };
        (!spec.signals.is_empty()).then(|| Box::new(Rest { detector, spec }) as Box<dyn Detector>)
    }
}

/// A detector that lost some of its signals to another.
struct Rest {
    detector: Box<dyn Detector>,
    spec: DetectorSpec,
}

impl Detector for Rest {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        let mut results = self.detector.detect(photos);
        for measurements in results.iter_mut().flatten() {
            measurements.retain(|measurement| self.spec.signals.iter().any(|signal| signal.name.as_str() == measurement.signal));
        }
        results
    }
}
