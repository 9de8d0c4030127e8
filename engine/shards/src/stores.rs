//! Folders and object stores behind one trait, and the runtime that their requests run on. Everything here blocks its caller: it is not
//! for use from asynchronous code.

use std::collections::BTreeMap;
use std::path::{Component, Path as FilePath, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use tokio::runtime::Runtime;
use url::Url;

use crate::error::ShardError;

/// Threads that requests to stores are looked after by.
const IO_THREADS: usize = 2;
/// Longest request, tries included.
const RETRIES: Duration = Duration::from_secs(60);

/// The stores in use, opened once each. S3-compatible ones take their settings from the environment: `AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, `AWS_ALLOW_HTTP` and whatever else `object_store` reads.
#[derive(Clone)]
pub struct Stores(Arc<Inner>);

struct Inner {
    runtime: Runtime,
    open: Mutex<BTreeMap<String, Arc<dyn ObjectStore>>>,
}

/// A place in a store.
#[derive(Clone)]
pub struct Location {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) path: Path,
    /// The folder or file, where the store is this file system.
    pub(crate) file: Option<PathBuf>,
}

impl Stores {
    /// No store open yet.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new() -> Result<Self, ShardError> {
        // Another part of the program may have chosen one before: then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(IO_THREADS).enable_all().build();
        let runtime = runtime.map_err(|error| ShardError::storage("start", "the threads for reading and writing", error))?;
        Ok(Self(Arc::new(Inner { runtime, open: Mutex::default() })))
    }

    /// Where a text points to: a path of this file system, `file://` or `s3://bucket/...`.
    ///
    /// # Errors
    /// `Invalid` for other schemes and for what is no address; `Storage` where the settings in the environment do not fit.
    pub fn locate(&self, text: &str) -> Result<Location, ShardError> {
        if let Some(file) = file_of(text) {
            let absolute = absolute(&file).map_err(|error| ShardError::storage("find", text, error))?;
            let path = Path::from_absolute_path(&absolute).map_err(|error| ShardError::storage("find", text, error))?;
            let store = self.opened("file://", || Ok(Arc::new(LocalFileSystem::new().with_fsync(true))))?;
            return Ok(Location { store, path, file: Some(absolute) });
        }
        let not_usable = |what: &str| ShardError::invalid(format!("`{text}` {what}"), "write a path, or `s3://bucket/key`");
        let url = Url::parse(text).map_err(|_| not_usable("is no address"))?;
        let (true, Some(bucket)) = (url.scheme() == "s3", url.host_str()) else {
            return Err(not_usable("is of no store that is known here"));
        };
        let path = Path::from_url_path(url.path()).map_err(|error| not_usable(&format!("is no key: {error}")))?;
        let store = self.opened(&format!("s3://{bucket}"), || {
            let retries = RetryConfig { retry_timeout: RETRIES, ..RetryConfig::default() };
            let options = ClientOptions::new().with_timeout(RETRIES);
            // Their place in the environment is read after, and stands above, these.
            let mut builder = AmazonS3Builder::new().with_client_options(options);
            for (name, value) in std::env::vars_os() {
                // Others may hold what is no text.
                let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) else { continue };
                if let Some(key) = name.starts_with("AWS_").then(|| name.to_ascii_lowercase().parse().ok()).flatten() {
                    builder = builder.with_config(key, value);
                }
            }
            let store = builder.with_retry(retries).with_bucket_name(bucket).build();
            store.map(|store| Arc::new(store) as Arc<dyn ObjectStore>).map_err(|error| ShardError::storage("open", text, error))
        })?;
        Ok(Location { store, path, file: None })
    }

    fn opened(
        &self,
        key: &str,
        open: impl FnOnce() -> Result<Arc<dyn ObjectStore>, ShardError>,
    ) -> Result<Arc<dyn ObjectStore>, ShardError> {
        let mut known = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = known.get(key) {
            return Ok(Arc::clone(store));
        }
        let store = open()?;
        known.insert(key.to_owned(), Arc::clone(&store));
        Ok(store)
    }

    /// Waits for what a store was asked.
    pub(crate) fn wait<F: Future>(&self, asked: F) -> F::Output {
        self.0.runtime.block_on(asked)
    }

    /// Lets something go on beside the caller.
    pub(crate) fn spawn<F>(&self, work: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.runtime.spawn(work);
    }
}

/// The path that a text names in this file system; `None` where it is an address of something else.
pub(crate) fn file_of(text: &str) -> Option<PathBuf> {
    if text.starts_with("file://") {
        return Url::parse(text).ok()?.to_file_path().ok();
    }
    (!text.contains("://")).then(|| FilePath::new(text).to_owned())
}

/// The address of a key below that of a prefix. What would mean something in an address is written so that it is only a letter.
pub(crate) fn address_below(prefix: &str, key: &str) -> String {
    let prefix = prefix.trim_end_matches('/');
    let key = key.replace('%', "%25").replace('#', "%23").replace('?', "%3F").replace(' ', "%20");
    format!("{prefix}/{key}")
}

/// A path from the root, without `..`: what is there already is followed through its links first.
pub(crate) fn absolute(path: &FilePath) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    if !absolute.components().any(|part| part == Component::ParentDir) {
        return Ok(absolute);
    }
    match (absolute.canonicalize(), absolute.parent(), absolute.file_name()) {
        (Ok(found), _, _) => Ok(found),
        (Err(_), Some(parent), Some(name)) => Ok(self::absolute(parent)?.join(name)),
        (Err(error), _, _) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_have_any_letters() {
        let stores = Stores::new().unwrap();
        for key in ["a b.jpg", "50%.jpg", "a%41.jpg", "x#1?y=2.jpg", "ends in a space ", "süß/+&=~.jpg", "a\\b:c.jpg"] {
            let location = stores.locate(&address_below("s3://stock/photos/", key)).unwrap();
            assert_eq!(location.path.as_ref(), format!("photos/{key}"));
        }
    }

    #[test]
    fn paths_may_have_any_letters_and_lead_upwards() {
        let stores = Stores::new().unwrap();
        let root = tempfile::tempdir().unwrap();
        let odd = root.path().join("a b").join("50 % #1, süß");
        std::fs::create_dir_all(&odd).unwrap();
        std::fs::write(odd.join("x=1.txt"), "there").unwrap();
        let upwards = odd.join("not-there").join("..").join("..");
        for (text, read) in [(odd.display().to_string(), "x=1.txt"), (odd.join("..").display().to_string(), "50 % #1, süß/x=1.txt")] {
            let location = stores.locate(&format!("{text}/{read}")).unwrap();
            let asked = async { object_store::ObjectStoreExt::get(location.store.as_ref(), &location.path).await?.bytes().await };
            assert_eq!(stores.wait(asked).unwrap(), "there", "{text}");
        }
        assert!(stores.locate(&upwards.display().to_string()).is_err(), "what is not there has nothing above it");
    }
}
