//! Folders of pictures: walked in the order of names, names that begin with a dot left out. What is no picture is planned all the same and
//! becomes a row that says so: nothing is left out in silence.

use std::path::Path;

use crate::error::ShardError;
use crate::picture::Picture;

/// Every file below a folder; its id is its path from there. Links to folders are not followed.
pub fn each(folder: &Path, each: &mut dyn FnMut(Picture) -> Result<(), ShardError>) -> Result<(), ShardError> {
    walk(folder, "", each)
}

/// A path as a source: whoever runs the plan need not stand in the same folder.
pub fn absolute(path: &Path) -> Result<String, ShardError> {
    let absolute = crate::stores::absolute(path).map_err(|error| ShardError::storage("find", path.to_string_lossy(), error))?;
    Ok(absolute.to_string_lossy().into_owned())
}

fn walk(folder: &Path, below: &str, each: &mut dyn FnMut(Picture) -> Result<(), ShardError>) -> Result<(), ShardError> {
    let failed = |error: std::io::Error| ShardError::storage("list", folder.to_string_lossy(), error);
    let mut entries = std::fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>).map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        if name.as_encoded_bytes().first() == Some(&b'.') {
            continue;
        }
        let id = format!("{below}{}", name.to_string_lossy());
        if entry.file_type().map_err(failed)?.is_dir() {
            walk(&entry.path(), &format!("{id}/"), each)?;
        } else {
            each(Picture { image_id: id, source: absolute(&entry.path())?, ..Picture::default() })?;
        }
    }
    Ok(())
}
