//! ONNX Runtime: the only module that knows `ort`. Finds and loads the library, makes sessions, runs batches of rows of numbers.
//! What the numbers mean is the business of [`crate::model`]; who may run when, that of [`crate::batcher`].

mod library;
mod pinned;
mod session;

pub use library::{Runtime, find_library};
pub use session::{Io, Provider, Ran, Session, SessionOptions, Tensor};

/// The library that this build speaks to; newer ones of the same major version answer it too.
pub const VERSION: &str = "1.31.1";

/// The command that brings the library.
const MEND: &str = "run `make setup`, or put the library somewhere and name it by the setting `models.onnx_runtime` or the variable \
                    `ORT_DYLIB_PATH`";

/// Why nothing can be run: a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OnnxError {
    /// The library is missing, or is not one that can be used.
    #[error("{0}")]
    Library(String),
    /// A provider was asked for and cannot start.
    #[error("the execution provider `{provider}` was asked for and cannot start: {reason}")]
    Provider {
        /// Its name in the settings.
        provider: &'static str,
        /// What the runtime says.
        reason: String,
    },
    /// The runtime refuses the model.
    #[error("ONNX Runtime refuses the model: {0}")]
    Model(String),
    /// A run failed.
    #[error("ONNX Runtime could not run the model: {0}")]
    Run(String),
}
