//! What is written in two places says the same in both: vocabulary and registry, packs and detectors, documents and program.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod documents;
mod vocabulary;

use std::path::{Path, PathBuf};

/// A file or folder of the workspace.
fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A text of the workspace.
fn text(path: &str) -> String {
    std::fs::read_to_string(workspace(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
