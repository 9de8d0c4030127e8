//! Models in force: the shipped ones and those that a user names. One nobody has tried on this machine is tried first, in a process of
//! its own (this program again, with `models trial`); then all are loaded.

use std::path::{Path, PathBuf};
use std::process::Command;

use vitrine_detectors::model::trial::{Receipt, Receipts, TrialLimits, try_out};
use vitrine_detectors::model::{Model, ModelError};
use vitrine_detectors::onnx::{Runtime, find_library};
use vitrine_detectors::{Detectors, LoadOptions, catalog_of, each_model_in, shipped_models};

/// Which models, and how they run.
#[derive(Debug, Clone)]
pub struct ModelsConfig {
    /// Whether any run at all.
    pub enabled: bool,
    /// ONNX Runtime's library; `None` = found by itself.
    pub library: Option<PathBuf>,
    /// Manifests, and folders of them, beside the shipped ones.
    pub places: Vec<PathBuf>,
    /// How they run.
    pub options: LoadOptions,
}

/// All detectors: those written here, the shipped models, and the named ones. Without any model no runtime is needed.
///
/// # Errors
/// The first model that is not right, or the library.
pub fn load(config: &ModelsConfig) -> Result<Detectors, ModelError> {
    let (detectors, refused) = load_what_is_right(config)?;
    refused.into_iter().next().map_or(Ok(detectors), Err)
}

/// As [`load`], but a named model that is not right costs nobody the others: it comes back as its refusal.
///
/// # Errors
/// When the library is missing, or a provider that was asked for cannot start.
pub fn load_what_is_right(config: &ModelsConfig) -> Result<(Detectors, Vec<ModelError>), ModelError> {
    if !config.enabled {
        return Ok((Detectors::without_models()?, Vec::new()));
    }
    let (mut models, named) = (shipped_models()?, each_model_in(&config.places));
    if models.is_empty() && named.is_empty() {
        return Ok((Detectors::without_models()?, Vec::new()));
    }
    let library = library(config)?;
    let mut refused = Vec::new();
    for model in named {
        let joined = model.and_then(|model| {
            let all: Vec<Model> = models.iter().chain([&model]).cloned().collect();
            catalog_of(&all)?;
            tried(&model, &library)?;
            Ok(all)
        });
        match joined {
            Ok(all) => models = all,
            Err(error) => refused.push(error),
        }
    }
    Ok((Detectors::load(&runtime(config)?, &models, &config.options)?, refused))
}

/// The library's file.
///
/// # Errors
/// When there is none.
pub fn library(config: &ModelsConfig) -> Result<PathBuf, ModelError> {
    find_library(config.library.as_deref()).map_err(|error| ModelError::new("models", error.to_string()))
}

/// The loaded library.
///
/// # Errors
/// When it is missing or does not fit.
pub fn runtime(config: &ModelsConfig) -> Result<Runtime, ModelError> {
    Runtime::load(config.library.as_deref()).map_err(|error| ModelError::new("models", error.to_string()))
}

/// The receipt of a model's trial, which is done now if there is none yet.
///
/// # Errors
/// What the trial says against the model.
pub fn tried(model: &Model, library: &Path) -> Result<Receipt, ModelError> {
    let receipts = receipts();
    match receipts.as_ref().and_then(|receipts| receipts.find(model)) {
        Some(receipt) => Ok(receipt),
        None => try_now(model, library),
    }
}

/// Tries a model, receipt or not, and keeps the new one.
///
/// # Errors
/// What the trial says against the model.
pub fn try_now(model: &Model, library: &Path) -> Result<Receipt, ModelError> {
    let program = std::env::current_exe()
        .map_err(|error| ModelError::new(&model.manifest.name, format!("its trial needs this program's file: {error}")))?;
    let mut command = Command::new(program);
    command.args(["models", "trial"]);
    let receipt = try_out(command, library, model, TrialLimits::default())?;
    if let Some(error) = receipts().and_then(|receipts| receipts.keep(model, &receipt).err()) {
        tracing::debug!(%error, model = model.id().as_str(), "the receipt of a model's trial could not be kept; it will be tried again");
    }
    Ok(receipt)
}

/// In the user's state folder.
fn receipts() -> Option<Receipts> {
    let folder = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(Receipts::new(state.join("vitrine/models")))
}
