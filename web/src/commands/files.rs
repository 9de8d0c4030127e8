//! The files that a person names: folders walked in a fixed order, nothing left out in silence but names that begin with a dot.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use vitrine_web::wire::FileError;

/// A file to look at, or why there is none at this place.
pub struct Found {
    /// The path as it follows from what was named.
    pub path: PathBuf,
    /// Why it cannot be read as a file.
    pub refused: Option<FileError>,
}

/// Everything below the named paths: paths in the order given, folders sorted by name, hidden names (`.git`) skipped unless named
/// themselves. Links to folders are not followed: they are told, so that nothing is counted twice or for ever.
pub fn find(paths: &[PathBuf]) -> Vec<Found> {
    let mut found = Vec::new();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(kind) if kind.is_dir() => walk(path, &mut found),
            Ok(kind) => found.push(Found { path: path.clone(), refused: refusal_of_kind(kind.file_type()) }),
            Err(error) => found.push(unreadable(path, &error)),
        }
    }
    found
}

/// A file's bytes; more than `most` are not read, one byte too many shows that there are more.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, FileError> {
    use io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| error_of(&error))?;
    Ok(bytes)
}

fn walk(folder: &Path, found: &mut Vec<Found>) {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return found.push(unreadable(folder, &error)),
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries.iter().filter(|entry| !is_hidden(&entry.file_name())) {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&path, found),
            Ok(kind) if kind.is_symlink() => found.push(linked(path)),
            Ok(kind) => found.push(Found { path, refused: refusal_of_kind(kind) }),
            Err(error) => found.push(unreadable(&path, &error)),
        }
    }
}

fn linked(path: PathBuf) -> Found {
    let refused = match std::fs::metadata(&path) {
        Ok(kind) if kind.is_dir() => {
            Some(FileError { code: "linked_folder".into(), message: "a link to a folder is not followed; name the folder itself".into() })
        }
        Ok(kind) => refusal_of_kind(kind.file_type()),
        Err(error) => Some(error_of(&error)),
    };
    Found { path, refused }
}

fn refusal_of_kind(kind: std::fs::FileType) -> Option<FileError> {
    (!kind.is_file()).then(|| FileError { code: "not_a_file".into(), message: "this is no regular file (a pipe, socket or device)".into() })
}

fn unreadable(path: &Path, error: &io::Error) -> Found {
    Found { path: path.to_owned(), refused: Some(error_of(error)) }
}

fn error_of(error: &io::Error) -> FileError {
    FileError { code: "unreadable_file".into(), message: format!("the file cannot be read: {error}") }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}
