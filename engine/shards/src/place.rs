//! Where a job lives: its plan, its shards and its manifest under one prefix of a store. What is committed is only ever created: of two
//! who write the same shard one is first, and the other's copy is dropped. Nobody sees half a file.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use crate::error::ShardError;
use crate::plan::is_shard;
use crate::stores::{Location, Stores};

/// A copy set aside that is older is nobody's any more.
const ASIDE_MAX: Duration = Duration::from_secs(6 * 3600);

/// A job's place.
#[derive(Clone)]
pub struct Place {
    stores: Stores,
    location: Location,
    name: String,
    job_id: String,
}

/// What became of a write that only creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It is there now.
    Now,
    /// It was there before; nothing was written.
    Before,
}

impl Place {
    /// The place that a text names: `jobs/spring`, `s3://bucket/jobs/spring`. Its last part is the job's id.
    ///
    /// # Errors
    /// `Invalid` where the id has other than letters, digits, `-`, `_` and `.`, or the text is no place.
    pub fn open(text: &str, stores: &Stores) -> Result<Self, ShardError> {
        let name = text.trim_end_matches('/').to_owned();
        let job_id = name.rsplit('/').next().unwrap_or_default().to_owned();
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if job_id.is_empty() || job_id.len() > 100 || job_id.starts_with('.') || !job_id.chars().all(fits) {
            return Err(ShardError::invalid(
                format!("`{text}` does not end in the id of a job"),
                "name it like `jobs/spring-2027`: letters, digits, `-`, `_` and `.`, at most 100",
            ));
        }
        Ok(Self { location: stores.locate(&name)?, stores: stores.clone(), name, job_id })
    }

    /// The job.
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    /// The stores that it was opened with.
    pub fn stores(&self) -> &Stores {
        &self.stores
    }

    /// How a key of the job is written as the source of another job.
    pub fn address_of(&self, key: &str) -> String {
        match &self.location.file {
            Some(folder) => folder.join(key).display().to_string(),
            None => format!("{}/{key}", self.name),
        }
    }

    /// The bytes of a key; `None` where there are none.
    ///
    /// # Errors
    /// `Storage` when the store does not answer.
    pub fn get(&self, key: &str) -> Result<Option<Bytes>, ShardError> {
        let path = self.location.path.clone().join(key);
        let asked = async { self.location.store.get(&path).await?.bytes().await };
        match self.stores.wait(asked) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(ShardError::storage("read", self.shown(key), error)),
        }
    }

    /// Whether a key is there.
    ///
    /// # Errors
    /// `Storage` when the store does not answer.
    pub fn has(&self, key: &str) -> Result<bool, ShardError> {
        let path = self.location.path.clone().join(key);
        match self.stores.wait(self.location.store.head(&path)) {
            Ok(_) => Ok(true),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(ShardError::storage("read", self.shown(key), error)),
        }
    }

    /// Writes a key that is not there yet: a file is written aside, flushed to disk and linked to its name; a store is asked with
    /// `If-None-Match: *`.
    ///
    /// # Errors
    /// `Storage` when it cannot be written.
    pub fn create(&self, key: &str, bytes: Bytes) -> Result<Created, ShardError> {
        match self.put(key, bytes, PutMode::Create) {
            Ok(()) => Ok(Created::Now),
            Err(StoreError::AlreadyExists { .. } | StoreError::Precondition { .. }) => Ok(Created::Before),
            // Whoever was first may have swept our copy away as an orphan, or the store's answer may have been lost on its way.
            Err(_) if self.has(key)? => Ok(Created::Before),
            Err(error) => Err(ShardError::storage("write", self.shown(key), error)),
        }
    }

    /// Writes a key, in place of what is there, all at once.
    ///
    /// # Errors
    /// `Storage` when it cannot be written.
    pub fn replace(&self, key: &str, bytes: Bytes) -> Result<(), ShardError> {
        self.put(key, bytes, PutMode::Overwrite).map_err(|error| ShardError::storage("write", self.shown(key), error))
    }

    fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<(), StoreError> {
        let path = self.location.path.clone().join(key);
        let options = PutOptions { mode, ..PutOptions::default() };
        self.stores.wait(self.location.store.put_opts(&path, PutPayload::from_bytes(bytes), options)).map(|_| ())
    }

    /// The keys that are there, sorted.
    ///
    /// # Errors
    /// `Storage` when they cannot be listed.
    pub fn keys(&self) -> Result<Vec<String>, ShardError> {
        let listed = match self.stores.wait(self.location.store.list_with_delimiter(Some(&self.location.path))) {
            Ok(listed) => listed.objects,
            Err(StoreError::NotFound { .. }) => Vec::new(),
            Err(error) => return Err(ShardError::storage("list", self.name.clone(), error)),
        };
        let mut keys: Vec<String> = listed.iter().filter_map(|object| object.location.filename().map(str::to_owned)).collect();
        keys.sort();
        Ok(keys)
    }

    /// Removes what is left of writes to these keys that were broken off: copies set aside (`KEY#1`). Those of a shard are of use to nobody
    /// once the key is there; what takes the place of another file, as a manifest does, may be in somebody's hand until it is hours old.
    /// Only file systems have such; a store drops them itself. The number removed.
    ///
    /// # Errors
    /// `Storage` when the folder cannot be read.
    pub fn sweep(&self, is_committed: impl Fn(&str) -> bool) -> Result<usize, ShardError> {
        let Some(folder) = &self.location.file else { return Ok(0) };
        let failed = |error: std::io::Error| ShardError::storage("list", self.name.clone(), error);
        let mut swept = 0;
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let Some((key, number)) = name.to_str().and_then(|name| name.rsplit_once('#')) else { continue };
            let is_aside = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
            let is_old = || entry.metadata().and_then(|file| file.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ASIDE_MAX));
            let is_left = is_aside && is_committed(key) && (is_shard(key) || is_old());
            // Another runner may have swept it in the meantime.
            swept += usize::from(is_left && std::fs::remove_file(entry.path()).is_ok());
        }
        Ok(swept)
    }

    pub(crate) fn shown(&self, key: &str) -> String {
        format!("{}/{key}", self.name)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
