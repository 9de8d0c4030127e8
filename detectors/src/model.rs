//! Models as data: a manifest and a single `.onnx` file become a detector. Nothing of a model is code of ours, and nothing of it is
//! trusted: the manifest is checked word by word, the graph is inspected before the runtime sees a byte of it, first runs happen in a
//! throw-away process ([`trial`]), and what comes out is held against the range that the manifest promises.
//!
//! [`Model::read`] goes from bytes to a checked [`Model`]; [`Learned`](crate::Learned) makes a detector of it. How the numbers are
//! computed is the business of [`crate::onnx`].

pub mod graph;
mod manifest;
mod mask;
mod preprocess;
mod readout;
mod shipped;
mod steps;
pub mod trial;
mod wire;

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use vitrine_engine::DetectorId;

use crate::onnx::Io;

pub use graph::Graph;
pub use manifest::{Batch, Calibration, Color, Filter, Input, Layout, Manifest, Resize, SignalEntry, SignalType};
pub use preprocess::{Geometry, Preprocess};
pub use readout::Readout;
pub use shipped::shipped;
pub use steps::Step;

/// Largest manifest, bytes.
pub const MANIFEST_BYTES_MAX: u64 = 256 << 10;
/// Largest `.onnx` file, bytes.
pub const MODEL_BYTES_MAX: u64 = 128 << 20;

/// Why a model is not used: where the mistake is, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ModelError {
    /// The file, and within it the line or the field: `listing.yaml: signals[2].steps[0]`.
    pub place: String,
    /// What is wrong, and what to do where that is known.
    pub message: String,
}

impl ModelError {
    /// A mistake at a place.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }

    fn within(self, file: &str) -> Self {
        let place = if self.place.is_empty() { file.to_owned() } else { format!("{file}: {}", self.place) };
        Self { place, ..self }
    }
}

/// A model that was read, whose manifest and graph fit each other. It has not run yet.
#[derive(Debug, Clone)]
pub struct Model {
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 over the manifest's bytes and then the graph's, as 64 hexadecimal digits: its version.
    pub version: String,
    /// The graph's bytes.
    pub onnx: Arc<[u8]>,
    /// What the inspection found.
    pub graph: Graph,
    manifest_text: Arc<str>,
}

impl Model {
    /// Checks a manifest and the bytes that it names. `name` is how messages call the manifest.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn read(name: &str, manifest: &str, onnx: &[u8]) -> Result<Self, ModelError> {
        let text = manifest;
        let manifest = Manifest::parse(text).map_err(|error| error.within(name))?;
        let hash = hex(&Sha256::digest(onnx));
        if hash != manifest.model_sha256 {
            let message = format!("`{}` has the SHA-256 `{hash}`, which is not the one written here", manifest.model);
            return Err(ModelError::new("model_sha256", message).within(name));
        }
        let graph = Graph::inspect(onnx).map_err(|message| ModelError::new(&manifest.model, message))?;
        manifest.fits(&graph).map_err(|error| error.within(name))?;
        let version = hex(&Sha256::new().chain_update(text.as_bytes()).chain_update(onnx).finalize());
        Ok(Self { manifest, version, onnx: onnx.into(), graph, manifest_text: text.into() })
    }

    /// Reads a manifest's file and the `.onnx` beside it.
    ///
    /// # Errors
    /// When one cannot be read, is too large, or is not right.
    pub fn open(manifest: &Path) -> Result<Self, ModelError> {
        let name = manifest.display().to_string();
        let text = String::from_utf8(read(manifest, MANIFEST_BYTES_MAX)?).map_err(|_| ModelError::new(&name, "it is not UTF-8 text"))?;
        let parsed = Manifest::parse(&text).map_err(|error| error.within(&name))?;
        let onnx = read(&manifest.with_file_name(&parsed.model), MODEL_BYTES_MAX)?;
        Self::read(&name, &text, &onnx)
    }

    /// `listing@1a2b3c4d5e6f`: its name and the first twelve digits of its version.
    pub fn id(&self) -> DetectorId {
        DetectorId::new(format!("{}@{}", self.manifest.name, &self.version[..12]))
    }

    /// The manifest as it was written.
    pub fn manifest_text(&self) -> &str {
        &self.manifest_text
    }

    /// What goes into the graph and what comes out, by the graph's names.
    pub fn io(&self) -> Io {
        let input = &self.manifest.input;
        let (channels, height, width) = (input.color.channels(), input.height as usize, input.width as usize);
        let row = match input.layout {
            Layout::Nchw => vec![channels, height, width],
            Layout::Nhwc => vec![height, width, channels],
        };
        let batch_max = match input.batch {
            Batch::Dynamic => manifest::BATCH_MAX,
            Batch::One => 1,
        };
        Io { input: input.name.clone(), row, batch_max, outputs: self.manifest.outputs() }
    }
}

/// A file's bytes, if there are no more than so many.
fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, ModelError> {
    let failed = |error: std::io::Error| ModelError::new(path.display().to_string(), format!("it cannot be read: {error}"));
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > bytes_max {
        return Err(ModelError::new(path.display().to_string(), format!("it has {size} bytes; {bytes_max} are allowed")));
    }
    std::fs::read(path).map_err(failed)
}

fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::with_capacity(2 * digest.len()), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
