//! The store: all SQL, and nothing else. Rows are immutable and keyed by tenant first; one text runs on SQLite and Postgres, and
//! what they differ in is in [`dialect`].
//!
//! Reading goes through a pool, one function a question. Writing goes through one task ([`writer`]) that commits many callers'
//! changes together; a caller is answered after its change is on disk. Changes by people are transactions of their own
//! ([`transaction`]), each with its audit record.

mod catalogue;
mod change;
mod dialect;
mod experiments;
mod explorations;
mod fault;
mod feed;
mod guard;
mod log;
mod migrations;
mod outbox;
mod partitions;
mod people;
mod queue;
mod read;
mod rows;
mod studio;
mod transaction;
mod upkeep;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor};

pub use catalogue::{CatalogueFilter, CatalogueRow};
pub use change::Change;
pub use experiments::{Ingest, Named, UnitEventRow};
pub use explorations::{ExplorationRow, PictureTally};
pub use fault::StoreError;
pub use feed::{ClaimedChange, DeadLetter, Encoding, FedProduct, FeedState, Outcome, ProductKey, Return, WaitingChange};
pub use log::{DEAD, DECISIONS, FEED};
pub use outbox::Message;
pub use people::{Account, NewSession, SessionTimes};
pub use queue::{ExemptionRow, JudgementRow, ObjectionRow, QueueEntry, QueueFilter, QueueRow};
pub use read::Event;
pub use studio::Numbered;
pub use transaction::{Kept, Record, Transaction};
pub use writer::now_ms;

use crate::config::StoreConfig;
use dialect::Dialect;
use guard::Guard;
use log::Telling;
use writer::Writer;

/// How long to wait for a connection: a database that does not take one in this time is as good as gone.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// A handle on the database; clones share it.
#[derive(Clone)]
pub struct Store {
    dialect: Dialect,
    /// Questions of people and of what goes on by itself; some take long.
    readers: AnyPool,
    /// What selections look up, which waits for no report.
    lookups: AnyPool,
    guard: Guard,
    /// Changes by people: rare, and each waits for the one before it.
    people: AnyPool,
    /// Events of experiments, many to a change.
    ingest: AnyPool,
    /// Changes of the feed and what is told of them.
    feed: AnyPool,
    writer: Writer,
    /// Whom results are told, as the outbox names them.
    receivers: Arc<[String]>,
    /// How long records of the log are kept; `None` = for ever.
    events_kept: Option<Duration>,
}

impl Store {
    /// Opens the database (SQLite's file is made when absent), brings its tables up to date, and starts the writing task.
    ///
    /// # Errors
    /// When the database cannot be opened or holds tables of a newer program.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let unknown = || StoreError::new("the database cannot be opened", "its address names neither SQLite nor Postgres");
        let dialect = Dialect::of(&config.url).ok_or_else(unknown)?;
        migrations::run(config, dialect, migrations::ALL).await?;
        let writing = pool(config, dialect, 1, CACHE_KIB).await?;
        let readers = pool(config, dialect, config.readers_max, CACHE_KIB).await?;
        let lookups = pool(config, dialect, LOOKUP_CONNECTIONS, CACHE_KIB).await?;
        let people = pool(config, dialect, 1, CACHE_KIB).await?;
        let ingest = pool(config, dialect, 1, INGEST_CACHE_KIB).await?;
        let feed = pool_of(config, dialect, FEED_CONNECTIONS, CACHE_KIB, FEED_SILENCE_MAX_S).await?;
        // Without receivers a message is for whoever reads the outbox.
        let all = if config.outbox && config.receivers.is_empty() { vec![String::new()] } else { config.receivers.clone() };
        // A guard each: that writing waits for something says nothing of reading.
        let telling = Telling { decisions: config.outbox, receivers: all.clone() };
        let (guard, writer) = (Guard::default(), Writer::start(writing, Guard::default(), config.batch_max, telling));
        let (receivers, events_kept) = (all.into(), config.events_kept);
        let store = Self { dialect, readers, lookups, guard, people, ingest, feed, writer, receivers, events_kept };
        store.prepare(now_ms()).await?;
        Ok(store)
    }

    /// Commits changes: all of them or none. Those that are stored already are passed over.
    ///
    /// # Errors
    /// When they could not be committed; nothing of them is stored then.
    pub async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.writer.commit(changes).await
    }

    /// Whether the database answers what selections ask; reports may take as long as they take.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.lookups.execute("SELECT 1").await.map(|_| ()).map_err(|error| StoreError::new("the database does not answer", error))
    }

    /// Finishes what is queued for writing and closes all connections.
    pub async fn close(&self) {
        self.writer.close().await;
        self.people.close().await;
        self.ingest.close().await;
        self.feed.close().await;
        self.lookups.close().await;
        self.readers.close().await;
    }
}

/// Connections for what selections look up.
const LOOKUP_CONNECTIONS: u32 = 4;
/// Connections of the feed: one settles changes while the other takes new ones.
const FEED_CONNECTIONS: u32 = 2;
/// A process that stopped in the middle of a change loses it after so long: sooner than whoever waits for its locks gives up (10 s), so that
/// nobody fails because of a machine that hangs.
const SILENCE_MAX_S: u32 = 8;
/// The same for the feed, whose changes are short: sooner than whoever waits for their rows gives up.
const FEED_SILENCE_MAX_S: u32 = 4;
/// Pages of a SQLite file that a connection keeps in memory, KiB; Postgres has a memory of its own.
const CACHE_KIB: u32 = 8 * 1024;
/// The same for events, whose units come in no order: a batch touches pages all over the file.
const INGEST_CACHE_KIB: u32 = 128 * 1024;

async fn pool(config: &StoreConfig, dialect: Dialect, connections_max: u32, cache_kib: u32) -> Result<AnyPool, StoreError> {
    pool_of(config, dialect, connections_max, cache_kib, SILENCE_MAX_S).await
}

async fn pool_of(
    config: &StoreConfig,
    dialect: Dialect,
    connections_max: u32,
    cache_kib: u32,
    silence_max_s: u32,
) -> Result<AnyPool, StoreError> {
    let opening = |error| StoreError::new("the database cannot be opened", error);
    AnyPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(CONNECT_PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(dialect.session(cache_kib, silence_max_s)).await.map(|_| ()) })
        })
        .after_release(move |connection, _| Box::pin(dialect.let_go(connection)))
        .connect_with(dialect.options(&config.url).map_err(opening)?)
        .await
        .map_err(opening)
}
