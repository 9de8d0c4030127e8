//! A picture's source -> its bytes: files, object stores, and, where the caller brings a way, the web.

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::StreamExt;
use object_store::{Error as StoreError, ObjectStoreExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use vitrine_detectors::{Limits, Reason, Refusal};

use crate::error::ShardError;
use crate::picture::Picture;
use crate::rows::RowError;
use crate::stores::{Stores, file_of};

/// Pictures that are fetched at once.
const AT_ONCE: usize = 32;
/// Bytes that may wait to be measured, KiB; one picture may always come in.
const WAITING_KIB: u32 = 128 << 10;
/// Buffers kept for the next files.
const BUFFERS: usize = 8;

/// A way to fetch pictures from the web, with its own rules of where it goes.
pub trait Web: Send + Sync {
    /// The bytes behind an address.
    ///
    /// # Errors
    /// A stable code and a sentence; it becomes the picture's row.
    fn fetch(&self, url: &str) -> Result<Vec<u8>, RowError>;
}

/// Where pictures come from.
#[derive(Clone)]
pub struct Sources {
    stores: Stores,
    web: Option<Arc<dyn Web>>,
    limits: Limits,
    buffers: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// A picture's bytes, held against the bound on waiting ones until they are dropped.
pub(crate) struct Fetched {
    body: Body,
    buffers: Arc<Mutex<Vec<Vec<u8>>>>,
    _room: OwnedSemaphorePermit,
}

enum Body {
    /// Read into a buffer, which goes back when it is dropped.
    Buffer(Vec<u8>),
    Bytes(Bytes),
}

impl Fetched {
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Buffer(buffer) => buffer,
            Body::Bytes(bytes) => bytes,
        }
    }
}

impl Drop for Fetched {
    fn drop(&mut self) {
        if let Body::Buffer(buffer) = &mut self.body {
            let mut buffer = std::mem::take(buffer);
            buffer.clear();
            let mut kept = self.buffers.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() < BUFFERS {
                kept.push(buffer);
            }
        }
    }
}

/// Why there are no bytes: the picture's own fault, or that of a store, which ends the shard.
pub(crate) enum NotFetched {
    Picture(RowError),
    Store(ShardError),
}

/// A picture by its place in the shard, with its bytes.
pub(crate) type Arrival = (usize, Result<Fetched, NotFetched>);

impl Sources {
    /// Files and object stores; and the web where a way is brought.
    pub fn new(stores: Stores, web: Option<Arc<dyn Web>>, limits: Limits) -> Self {
        Self { stores, web, limits, buffers: Arc::default() }
    }

    /// The stores.
    pub fn stores(&self) -> &Stores {
        &self.stores
    }

    /// Fetches pictures in the background; they arrive in any order, and no more wait than there is room for.
    pub(crate) fn fetch_all(&self, pictures: Vec<(usize, Picture)>, waiting: usize) -> mpsc::Receiver<Arrival> {
        let (sender, arrivals) = mpsc::channel(waiting.max(1));
        let (sources, room) = (self.clone(), Arc::new(Semaphore::new(WAITING_KIB as usize)));
        self.stores.spawn(async move {
            let fetch = |(index, picture): (usize, Picture)| {
                let (sources, room, sender) = (sources.clone(), Arc::clone(&room), sender.clone());
                async move {
                    let fetched = sources.fetch(&picture.source, room).await;
                    // Nobody takes it any more: the shard has failed.
                    let _ = sender.send((index, fetched)).await;
                }
            };
            futures_util::stream::iter(pictures).map(fetch).buffer_unordered(AT_ONCE).collect::<()>().await;
        });
        arrivals
    }

    async fn fetch(&self, source: &str, room: Arc<Semaphore>) -> Result<Fetched, NotFetched> {
        if let Some(path) = file_of(source) {
            let size = std::fs::metadata(&path).map_or(0, |file| file.len());
            let held = hold(room, size).await?;
            let (limits, buffers) = (self.limits.clone(), Arc::clone(&self.buffers));
            let reading = tokio::task::spawn_blocking(move || {
                let buffer = buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
                read(&path, limits.file_bytes, buffer)
            });
            let buffer = reading.await.map_err(|_| unreadable("reading it broke off"))??;
            return Ok(self.fetched(Body::Buffer(buffer), held));
        }
        if source.starts_with("http://") || source.starts_with("https://") {
            return self.fetch_from_web(source, room).await;
        }
        let location = self.stores.locate(source).map_err(|error| unreadable(&error.to_string()))?;
        let answer = location.store.get(&location.path).await.map_err(|error| of_store(source, error))?;
        let size = answer.meta.size;
        if size > self.limits.file_bytes {
            return Err(too_large(size, self.limits.file_bytes));
        }
        let held = hold(room, size).await?;
        let bytes = answer.bytes().await.map_err(|error| of_store(source, error))?;
        Ok(self.fetched(Body::Bytes(bytes), held))
    }

    async fn fetch_from_web(&self, source: &str, room: Arc<Semaphore>) -> Result<Fetched, NotFetched> {
        let Some(web) = self.web.clone() else {
            let message = "pictures are not fetched from the web here; allow its host, or name a file or an object store".into();
            return Err(NotFetched::Picture(RowError { code: "host_not_allowed".into(), message }));
        };
        // Its size is not known before: it may be the largest.
        let held = hold(room, self.limits.file_bytes).await?;
        let url = source.to_owned();
        let fetching = tokio::task::spawn_blocking(move || web.fetch(&url));
        let bytes = fetching.await.map_err(|_| unreadable("fetching it broke off"))?.map_err(NotFetched::Picture)?;
        Ok(self.fetched(Body::Bytes(bytes.into()), held))
    }

    fn fetched(&self, body: Body, room: OwnedSemaphorePermit) -> Fetched {
        Fetched { body, buffers: Arc::clone(&self.buffers), _room: room }
    }
}

/// Room for so many bytes; whoever wants more than all of it gets all.
async fn hold(room: Arc<Semaphore>, bytes: u64) -> Result<OwnedSemaphorePermit, NotFetched> {
    let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(WAITING_KIB).min(WAITING_KIB);
    room.acquire_many_owned(kib).await.map_err(|_| unreadable("the shard has ended"))
}

/// A file's bytes; of one that is too large one byte too many, which shows that there are more.
fn read(path: &Path, most: u64, mut buffer: Vec<u8>) -> Result<Vec<u8>, NotFetched> {
    // Looked at before it is opened: opening a pipe would wait for whoever writes into it.
    if !std::fs::metadata(path).map_err(|error| unreadable(&error.to_string()))?.is_file() {
        return Err(NotFetched::Picture(RowError { code: "not_a_file".into(), message: "this is no regular file".into() }));
    }
    let file = std::fs::File::open(path).map_err(|error| unreadable(&error.to_string()))?;
    file.take(most.saturating_add(1)).read_to_end(&mut buffer).map_err(|error| unreadable(&error.to_string()))?;
    Ok(buffer)
}

fn unreadable(why: &str) -> NotFetched {
    NotFetched::Picture(RowError { code: "unreadable_file".into(), message: format!("the file cannot be read: {why}") })
}

fn too_large(size: u64, most: u64) -> NotFetched {
    let refusal = Refusal::new(Reason::FileTooLarge, format!("the file has {size} bytes, more than the {most} allowed"));
    NotFetched::Picture(RowError { code: refusal.code().to_owned(), message: refusal.to_string() })
}

/// An object that is not there, or not for us, is its row's affair; a store that does not answer is everybody's.
fn of_store(source: &str, error: StoreError) -> NotFetched {
    match error {
        StoreError::NotFound { .. } => unreadable("there is no such object"),
        StoreError::PermissionDenied { .. } => unreadable("the store does not permit it"),
        error => NotFetched::Store(ShardError::storage("read", source, error)),
    }
}
