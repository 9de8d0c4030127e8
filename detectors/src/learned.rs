//! A loaded model as a detector: pictures are made to fit on the caller's thread, run in batches with everybody else's, and read out on
//! the caller's thread again. Whoever can wait without a thread uses [`Learned::begin`]; [`Detector::detect`] blocks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, SignalName};

use crate::batcher::{Answered, Batcher, Cause, Lane, Metrics, Refusal, Runner, Settings, Ticket};
use crate::model::{Geometry, Model, ModelError, Preprocess, Readout};
use crate::onnx::{OnnxError, Provider, Runtime, Session, SessionOptions, Tensor};

/// How models are run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadOptions {
    /// The sessions' provider and threads.
    pub session: SessionOptions,
    /// Sessions of each model, each with a thread of its own; on the processor, one per core gives the most pictures a second. A device
    /// has one.
    pub sessions: usize,
    /// How requests wait.
    pub queue: Settings,
    /// How long [`Detector::detect`] waits for one picture.
    pub patience: Duration,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { session: SessionOptions::default(), sessions: 1, queue: Settings::default(), patience: Duration::from_secs(30) }
    }
}

/// Who asks, and until when the answer is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Whether somebody waits for it.
    pub lane: Lane,
    /// Past this, nothing is run any more.
    pub deadline: Instant,
}

/// Why a picture was not measured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// The model has no time for it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The picture, or what the model made of it.
    #[error(transparent)]
    Failed(#[from] DetectError),
}

impl From<MeasureError> for DetectError {
    fn from(error: MeasureError) -> Self {
        match error {
            MeasureError::Failed(error) => error,
            MeasureError::Refused(refusal) => {
                let code = match refusal.cause {
                    Cause::Full => "model_full",
                    Cause::Busy => "model_busy",
                    Cause::Late => "model_late",
                    Cause::Cancelled => "model_cancelled",
                    Cause::Failed => "model_failed",
                    Cause::Paused => "model_paused",
                    Cause::Stopped => "model_stopped",
                };
                Self::new(code, refusal.message)
            }
        }
    }
}

/// A detector that runs a model.
pub struct Learned {
    spec: DetectorSpec,
    title: String,
    supersedes: Vec<SignalName>,
    preprocess: Preprocess,
    readout: Arc<Readout>,
    signals: Arc<[String]>,
    patience: Duration,
    provider: Provider,
    batcher: Batcher<Sessions>,
}

impl Learned {
    /// Makes sessions of a model that has been tried (or is shipped), and warms them up: ready when this returns.
    ///
    /// # Errors
    /// When the provider cannot start or the model cannot be run.
    pub fn load(runtime: &Runtime, model: &Model, options: &LoadOptions) -> Result<Self, ModelError> {
        let manifest = &model.manifest;
        let failed = |error: OnnxError| ModelError::new(&manifest.model, error.to_string());
        let session = || Session::new(runtime, &model.onnx, model.io(), options.session).map(Sessions).map_err(failed);
        let sessions = (0..options.sessions.max(1)).map(|_| session()).collect::<Result<Vec<_>, _>>()?;
        let batcher =
            Batcher::start(&manifest.name, sessions, options.queue).map_err(|refusal| ModelError::new(&manifest.model, refusal.message))?;
        Ok(Self {
            spec: Self::spec_of(model),
            title: manifest.title.clone(),
            supersedes: Self::superseded_by(model),
            preprocess: Preprocess::new(&manifest.input),
            readout: Arc::new(Readout::new(manifest)?),
            signals: manifest.signals.iter().map(|signal| signal.name.clone()).collect(),
            patience: options.patience,
            provider: options.session.provider,
            batcher,
        })
    }

    /// What runs it: the same model reads a little differently on each.
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// What a model's detector says of itself.
    pub fn spec_of(model: &Model) -> DetectorSpec {
        let signals = model.manifest.signals.iter().map(|signal| signal.spec()).collect();
        DetectorSpec { id: model.id(), needs: Needs::Model, signals }
    }

    /// The signals in which a model takes another detector's place.
    pub fn superseded_by(model: &Model) -> Vec<SignalName> {
        model.manifest.signals.iter().filter(|signal| signal.supersedes).map(|signal| signal.name.as_str().into()).collect()
    }

    /// The signals in which a model speaks where another detector says nothing.
    pub fn completed_by(model: &Model) -> Vec<SignalName> {
        model.manifest.signals.iter().filter(|signal| signal.completes).map(|signal| signal.name.as_str().into()).collect()
    }

    /// What it answers, for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The signals in which it takes another detector's place.
    pub fn supersedes(&self) -> &[SignalName] {
        &self.supersedes
    }

    /// What its batcher did so far.
    pub fn metrics(&self) -> &Metrics {
        self.batcher.metrics()
    }

    /// Pictures that wait for a session or are being made to fit.
    pub fn waiting(&self) -> usize {
        self.batcher.waiting()
    }

    /// What the model is shown of a picture, before its numbers are normalised.
    ///
    /// # Errors
    /// When the picture has no pixels.
    pub fn input_picture(&self, photo: &Photo) -> Result<Pixels, DetectError> {
        let pixels = photo.pixels().ok_or_else(DetectError::pixels_missing)?;
        self.preprocess.picture(pixels).map_err(|message| DetectError::new("model_input", message))
    }

    /// Makes the picture fit, on this thread, and hands it in.
    ///
    /// # Errors
    /// At once when the model has no time for it, or when the picture has no pixels.
    pub fn begin(&self, photo: &Photo, request: Request) -> Result<Pending, MeasureError> {
        let pixels = photo.pixels().ok_or_else(DetectError::pixels_missing)?;
        let mut slot = self.batcher.claim(request.lane, request.deadline, || vec![0.0; self.preprocess.row_len()])?;
        let geometry = self.preprocess.write(pixels, &mut slot).map_err(|message| DetectError::new("model_input", message))?;
        Ok(Pending {
            ticket: slot.submit(),
            reading: Reading { readout: Arc::clone(&self.readout), signals: Arc::clone(&self.signals), geometry },
        })
    }
}

/// A picture under way; dropped before its turn, it is never run.
pub struct Pending {
    ticket: Ticket<Sessions>,
    reading: Reading,
}

struct Reading {
    readout: Arc<Readout>,
    signals: Arc<[String]>,
    geometry: Geometry,
}

impl Pending {
    /// The measurements, waited for by blocking, until the deadline.
    ///
    /// # Errors
    /// When there are none.
    pub fn wait(self) -> Result<Vec<Measurement>, MeasureError> {
        self.reading.of(self.ticket.wait()?)
    }

    /// The measurements, without a thread that waits. The time is the caller's to set; dropping it cancels.
    ///
    /// # Errors
    /// When there are none.
    pub async fn ready(self) -> Result<Vec<Measurement>, MeasureError> {
        self.reading.of(self.ticket.await?)
    }
}

impl Reading {
    fn of(&self, answered: Answered<Sessions>) -> Result<Vec<Measurement>, MeasureError> {
        let values = answered.finish(|row| self.readout.read(&row, &self.geometry));
        let values = values.map_err(|message| DetectError::new("model_output", message))?;
        let measured = self.signals.iter().zip(values).filter_map(|(signal, value)| {
            let value = value?;
            // What is no number, or out of range, is handed on as it is: whoever keeps it refuses it, with a fault.
            Some(Measurement::new(signal.clone(), value.number).at(value.region))
        });
        Ok(measured.collect())
    }
}

/// Pictures handed in together by [`Detector::detect`].
const AT_ONCE: usize = 32;

impl Detector for Learned {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        let mut results = Vec::with_capacity(photos.len());
        for some in photos.chunks(AT_ONCE) {
            let request = Request { lane: Lane::Online, deadline: Instant::now() + self.patience };
            let pending: Vec<_> = some.iter().map(|photo| self.begin(photo, request)).collect();
            results.extend(pending.into_iter().map(|pending| pending.and_then(Pending::wait).map_err(DetectError::from)));
        }
        results
    }
}

/// One session, as the batcher runs it.
pub struct Sessions(pub Session);

impl Runner for Sessions {
    type Row = Vec<f32>;
    type Answer = Vec<Tensor>;

    fn batch_max(&self) -> usize {
        self.0.io().batch_max
    }

    fn row(&self) -> Vec<f32> {
        vec![0.0; self.0.io().row_len()]
    }

    fn run(&mut self, rows: &[&Vec<f32>]) -> Result<(Vec<Vec<Tensor>>, Duration), String> {
        let rows: Vec<&[f32]> = rows.iter().map(|row| row.as_slice()).collect();
        self.0.run(&rows).map(|ran| (ran.rows, ran.infer)).map_err(|error| error.to_string())
    }
}
