//! A picture's source -> its bytes: files, object stores, and, where the caller brings a way, the web. Only what is a picture's own fault
//! becomes its row, for a row is there for ever; whatever another run may find otherwise ends the shard.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use object_store::{Error as StoreError, ObjectStoreExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use url::Url;
use vitrine_detectors::{Limits, Reason, Refusal};

use crate::error::ShardError;
use crate::picture::Picture;
use crate::rows::RowError;
use crate::stores::{Location, Stores, file_of};

/// Pictures that are fetched at once.
const AT_ONCE: usize = 32;
/// Bytes that may wait to be measured, KiB; one picture may always come in.
const WAITING_KIB: u32 = 128 << 10;
/// Buffers kept for the next files.
const BUFFERS: usize = 8;
/// Largest of them; what a larger file was read into is given back to the system.
const BUFFER_BYTES: usize = 1 << 20;

/// A way to fetch pictures from the web, with its own rules of where it goes.
pub trait Web: Send + Sync {
    /// Whether its rules let it ask an address's host at all. Asked for every picture before a shard begins.
    fn allows(&self, url: &str) -> bool;

    /// The bytes behind an address, however long that takes. It may block.
    ///
    /// # Errors
    /// `Picture` only where the address would give nothing another time either; all else, such as a host that does not answer, is `Store`.
    fn fetch(&self, url: &str) -> Result<Vec<u8>, NotFetched>;
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
            if kept.len() < BUFFERS && buffer.capacity() <= BUFFER_BYTES {
                kept.push(buffer);
            }
        }
    }
}

/// Why there are no bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFetched {
    /// The picture's own fault, which becomes its row: a stable code and a sentence.
    Picture(RowError),
    /// That of a store, a host, a disk, the settings: it ends the shard, and another run may find it otherwise.
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

    /// Refuses pictures on the web that may not be asked for: allowing their hosts was forgotten, and every one of them would be a row.
    pub(crate) fn refuse_forbidden(&self, pictures: &[Picture]) -> Result<(), ShardError> {
        let is_forbidden = |url: &&str| is_web(url) && self.web.as_ref().is_none_or(|web| !web.allows(url));
        let forbidden = pictures.iter().map(|picture| picture.source.as_str()).filter(is_forbidden);
        let hosts: BTreeSet<String> = forbidden.map(|url| host_of(url).unwrap_or_else(|| url.to_owned())).collect();
        if hosts.is_empty() {
            return Ok(());
        }
        let named: Vec<String> = hosts.iter().take(5).map(|host| format!("`{host}`")).collect();
        let more = if hosts.len() > named.len() { format!(" and {} more", hosts.len() - named.len()) } else { String::new() };
        let what = format!("it has pictures on hosts from which nothing may be fetched: {}{more}", named.join(", "));
        Err(ShardError::invalid(what, "allow each with `--allow-host`, or plan a job without them"))
    }

    /// Fetches pictures in the background; they arrive in any order, and no more wait than there is room for. It ends early when nobody
    /// takes them any more, and at the first fault that is no picture's own.
    pub(crate) fn fetch_all(&self, pictures: Vec<(usize, Picture)>, waiting: usize) -> mpsc::Receiver<Arrival> {
        let (sender, arrivals) = mpsc::channel(waiting.max(1));
        let (sources, room) = (self.clone(), Arc::new(Semaphore::new(WAITING_KIB as usize)));
        self.stores.spawn(async move {
            let fetch = |(index, picture): (usize, Picture)| {
                let (sources, room, sender) = (sources.clone(), Arc::clone(&room), sender.clone());
                async move {
                    let fetched = sources.fetch(&picture.source, room).await;
                    let is_last = matches!(fetched, Err(NotFetched::Store(_)));
                    let is_taken = sender.send((index, fetched)).await.is_ok();
                    if is_taken && !is_last { Ok(()) } else { Err(()) }
                }
            };
            // How it ended is known to whoever takes the pictures.
            let _: Result<(), ()> = futures_util::stream::iter(pictures).map(fetch).buffer_unordered(AT_ONCE).try_collect().await;
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
            let buffer = reading.await.map_err(|error| storage("read", source, error))??;
            return Ok(self.fetched(Body::Buffer(buffer), held));
        }
        if is_web(source) {
            return self.fetch_from_web(source, room).await;
        }
        let location = self.stores.locate(source).map_err(|error| match error {
            // No store that is known here, or no key.
            ShardError::Invalid { what, .. } => unreadable(&what),
            error => NotFetched::Store(error),
        })?;
        let answer = match location.store.get(&location.path).await {
            Ok(answer) => answer,
            Err(error) => return Err(of_store(source, &location, error).await),
        };
        let size = answer.meta.size;
        if size > self.limits.file_bytes {
            return Err(too_large(size, self.limits.file_bytes));
        }
        let held = hold(room, size).await?;
        let bytes = answer.bytes().await.map_err(|error| storage("read", source, error))?;
        Ok(self.fetched(Body::Bytes(bytes), held))
    }

    async fn fetch_from_web(&self, source: &str, room: Arc<Semaphore>) -> Result<Fetched, NotFetched> {
        let Some(web) = self.web.clone() else {
            return Err(storage("fetch", source, "there is no way to the web here"));
        };
        // Its size is not known before: it may be the largest.
        let mut held = hold(room, self.limits.file_bytes).await?;
        let url = source.to_owned();
        let fetching = tokio::task::spawn_blocking(move || web.fetch(&url));
        let bytes = fetching.await.map_err(|error| storage("fetch", source, error))??;
        let spare = held.num_permits().saturating_sub(kib(bytes.len() as u64) as usize);
        drop(held.split(spare));
        Ok(self.fetched(Body::Bytes(bytes.into()), held))
    }

    fn fetched(&self, body: Body, room: OwnedSemaphorePermit) -> Fetched {
        Fetched { body, buffers: Arc::clone(&self.buffers), _room: room }
    }
}

/// Room for so many bytes; whoever wants more than all of it gets all.
async fn hold(room: Arc<Semaphore>, bytes: u64) -> Result<OwnedSemaphorePermit, NotFetched> {
    room.acquire_many_owned(kib(bytes)).await.map_err(|error| storage("wait for", "room in memory", error))
}

fn kib(bytes: u64) -> u32 {
    u32::try_from(bytes / 1024 + 1).unwrap_or(WAITING_KIB).min(WAITING_KIB)
}

fn is_web(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// A file's bytes; of one that is too large one byte too many, which shows that there are more.
fn read(path: &Path, most: u64, mut buffer: Vec<u8>) -> Result<Vec<u8>, NotFetched> {
    // Looked at before it is opened: opening a pipe would wait for whoever writes into it.
    if !std::fs::metadata(path).map_err(|error| of_file(path, &error))?.is_file() {
        return Err(NotFetched::Picture(RowError { code: "not_a_file".into(), message: "this is no regular file".into() }));
    }
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        // The way to it was open: it is this file that is closed.
        ErrorKind::PermissionDenied => unreadable(&error.to_string()),
        _ => of_file(path, &error),
    })?;
    file.take(most.saturating_add(1)).read_to_end(&mut buffer).map_err(|error| of_file(path, &error))?;
    Ok(buffer)
}

/// A file that is not in its folder is its row's affair; a folder that is not there, a disk that fails, a system without handles left is
/// everybody's.
fn of_file(path: &Path, error: &std::io::Error) -> NotFetched {
    match error.kind() {
        // What no system call takes names no file.
        ErrorKind::InvalidInput | ErrorKind::InvalidFilename => unreadable(&error.to_string()),
        ErrorKind::NotFound if path.parent().is_some_and(holds_something) => unreadable(&error.to_string()),
        ErrorKind::NotFound => storage("read", path.to_string_lossy(), "its folder is not there, or is empty; is its disk mounted?"),
        _ => storage("read", path.to_string_lossy(), error),
    }
}

/// Whether a folder is there with something in it: what a disk is mounted on is empty without it.
fn holds_something(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn unreadable(why: &str) -> NotFetched {
    NotFetched::Picture(RowError { code: "unreadable_file".into(), message: format!("the file cannot be read: {why}") })
}

fn too_large(size: u64, most: u64) -> NotFetched {
    let refusal = Refusal::new(Reason::FileTooLarge, format!("the file has {size} bytes, more than the {most} allowed"));
    NotFetched::Picture(RowError { code: refusal.code().to_owned(), message: refusal.to_string() })
}

fn storage(doing: &'static str, place: impl Into<String>, cause: impl std::fmt::Display) -> NotFetched {
    NotFetched::Store(ShardError::storage(doing, place, cause))
}

/// An object that is not there, or that the store refuses to give while it answers for others, is its row's affair; a store that does not
/// answer, does not let us in or has no such bucket is everybody's.
async fn of_store(source: &str, location: &Location, error: StoreError) -> NotFetched {
    match &error {
        StoreError::NotFound { .. } if !error.to_string().contains("<Code>NoSuchBucket</Code>") => unreadable("there is no such object"),
        StoreError::Generic { .. } => match refused_with(&error) {
            // No more of its words: they name the request and the time, and a row says the same whenever it is made.
            Some(status) if answers_for_others(location).await => unreadable(&format!("the store answers with status {status}")),
            _ => storage("read", source, error),
        },
        _ => storage("read", source, error),
    }
}

/// The status 4xx by which a store refuses a request.
fn refused_with(error: &StoreError) -> Option<u16> {
    // What the store's client failed with has no name to ask for; it has these words.
    const ANSWERED: &str = "Server returned non-2xx status code: ";
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if let Some(status) = error.to_string().strip_prefix(ANSWERED).and_then(|rest| rest.get(..3)?.parse().ok()) {
            // Too long a wait and too many requests say nothing of the object.
            return Some(status).filter(|status| (400..500).contains(status) && ![408, 429].contains(status));
        }
        cause = error.source();
    }
    None
}

/// Whether the same settings get a plain "there is no such object" beside it: then it is the object that is refused, and not we.
async fn answers_for_others(location: &Location) -> bool {
    let nothing = location.path.parent().unwrap_or_default().join("vitrine-asks-whether-the-store-answers");
    matches!(location.store.get(&nothing).await, Ok(_) | Err(StoreError::NotFound { .. }))
}
