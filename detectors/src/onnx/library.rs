//! Where the library is looked for, and loading it: once a process, for ever.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;

use super::{MEND, OnnxError, VERSION};

/// The loaded library. There is one a process; clones share it.
#[derive(Debug, Clone)]
pub struct Runtime {
    pub(super) environment: Environment,
    path: PathBuf,
}

/// Set by the first load that succeeds; a failed one may be tried again after mending.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

impl Runtime {
    /// The library named by `setting`, else the one that [`find_library`] finds. Takes about 0.1 s the first time; once loaded, the
    /// library stays, whatever a later `setting` says.
    ///
    /// # Errors
    /// When there is none, or it cannot be loaded, or is too old.
    pub fn load(setting: Option<&Path>) -> Result<Self, OnnxError> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &*loaded {
            return Ok(runtime.clone());
        }
        let path = find_library(setting)?;
        let refused = |reason: String| {
            OnnxError::Library(format!(
                "`{}` is not an ONNX Runtime library that fits ({VERSION} or newer): {reason}; {MEND}",
                path.display()
            ))
        };
        let builder = ort::init_from(&path).map_err(|error| refused(error.to_string()))?;
        let environment = builder.with_telemetry(false).build().map_err(|error| refused(error.to_string()))?;
        // What goes wrong comes back as an error; its warnings are for those who make models.
        environment.set_log_level(LogLevel::Fatal);
        let runtime = Self { environment, path };
        *loaded = Some(runtime.clone());
        Ok(runtime)
    }

    /// The library's file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The library's file: the one that `setting` names, else the one that `ORT_DYLIB_PATH` names, else the first there is of
/// `onnxruntime/` beside the program, one and two folders above it, `lib/` one above it, and `vitrine/onnxruntime/` in the user's data
/// folder (`XDG_DATA_HOME`, else `~/.local/share`). A file that is named and missing is an error, never a reason to look elsewhere.
///
/// # Errors
/// When there is none; the message says where it was looked for and what to do.
pub fn find_library(setting: Option<&Path>) -> Result<PathBuf, OnnxError> {
    let variable = std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()).map(PathBuf::from);
    let named = setting.map(|path| ("the setting `models.onnx_runtime`", path.to_owned()));
    if let Some((who, path)) = named.or(variable.map(|path| ("the variable `ORT_DYLIB_PATH`", path))) {
        return match path.is_file() {
            // Absolute, or the loader would look for it elsewhere.
            true => std::path::absolute(&path).map_err(|error| OnnxError::Library(format!("`{}`: {error}", path.display()))),
            false => Err(OnnxError::Library(format!("{who} names `{}`, which is no file; {MEND}", path.display()))),
        };
    }
    let folders = folders();
    let files = folders.iter().flat_map(|folder| file_names().map(|name| folder.join(name)));
    files.into_iter().find(|file| file.is_file()).ok_or_else(|| {
        let places: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        OnnxError::Library(format!(
            "the ONNX Runtime library, which learned detectors run on, is not there (looked in {}); {MEND}",
            places.join(", ")
        ))
    })
}

fn folders() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok().and_then(|program| std::fs::canonicalize(program).ok());
    let mut folders = Vec::new();
    for (above, folder) in program.iter().flat_map(|program| program.ancestors().skip(1)).take(3).enumerate() {
        folders.push(folder.join("onnxruntime"));
        if above == 1 {
            folders.push(folder.join("lib"));
        }
    }
    let home = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let data = home("XDG_DATA_HOME").or_else(|| Some(home("HOME")?.join(".local/share")));
    folders.extend(data.map(|data| data.join("vitrine/onnxruntime")));
    folders
}

fn file_names() -> [String; 2] {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    [format!("{prefix}onnxruntime{suffix}.{VERSION}"), format!("{prefix}onnxruntime{suffix}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_library_that_is_missing_or_none_is_refused_with_what_to_do() {
        let missing = find_library(Some(Path::new("/nowhere/libonnxruntime.so"))).unwrap_err().to_string();
        assert!(missing.contains("`models.onnx_runtime`") && missing.contains("/nowhere/") && missing.contains("make setup"), "{missing}");
    }

    #[test]
    fn the_library_that_set_up_brings_is_found() {
        let path = find_library(None).expect("run `make setup` first");
        assert!(path.is_absolute() && path.is_file());
    }
}
