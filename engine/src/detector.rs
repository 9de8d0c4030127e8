//! The detector's contract: pictures in, measurements out; one bad picture is one `Err` among the results.

use std::sync::Arc;

use crate::ids::DetectorId;
use crate::photo::Photo;
use crate::signal::{Measurement, SignalSpec};

/// What a detector takes. Ordered: pixels include the file, and a model the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// The file's own words; no decode.
    File,
    /// Decoded pixels.
    Pixels,
    /// Decoded pixels and the run of a model, which costs more than all that comes before: worth it only where it can still change what
    /// becomes of the picture.
    Model,
}

/// A detector described.
#[derive(Debug, Clone, PartialEq)]
pub struct DetectorSpec {
    /// Name and version, `sharpness@1`; a new version whenever a reading could change.
    pub id: DetectorId,
    /// What it has to see.
    pub needs: Needs,
    /// The signals it measures.
    pub signals: Vec<SignalSpec>,
}

/// Why one picture could not be measured by one detector; its other signals are unaffected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DetectError {
    /// Stable code, `pixels_missing`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl DetectError {
    /// A fault with its stable code and a sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The detector needs pixels and the photo was opened without them: a mistake in planning, not in the picture.
    pub fn pixels_missing() -> Self {
        Self::new("pixels_missing", "the picture was opened without its pixels")
    }
}

/// Measures signals. Pure: same pictures, same measurements, whatever else is in the batch.
pub trait Detector: Send + Sync {
    /// Its description, constant over its life.
    fn spec(&self) -> &DetectorSpec;

    /// One result per photo, in order. A signal it cannot tell for a picture is left out of that picture's list.
    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>>;
}

/// A detector that others hold too.
impl<T: Detector + ?Sized> Detector for Arc<T> {
    fn spec(&self) -> &DetectorSpec {
        self.as_ref().spec()
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        self.as_ref().detect(photos)
    }
}
