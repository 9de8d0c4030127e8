//! The store: all SQL, and nothing else. Rows are immutable and keyed by tenant first; one text runs on SQLite and Postgres.
//!
//! Reading goes through a pool, one function a question. Writing goes through one task ([`writer`]) that commits many callers'
//! changes together; a caller is answered after its change is on disk. Changes by people are transactions of their own
//! ([`transaction`]), each with its audit record.

mod catalogue;
mod change;
mod experiments;
mod explorations;
mod people;
mod queue;
mod read;
mod studio;
mod transaction;
mod writer;

use std::borrow::Cow;
use std::str::FromStr;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor};
use sqlx::{AssertSqlSafe, SqlStr};

pub use catalogue::{CatalogueFilter, CatalogueRow};
pub use change::Change;
pub use experiments::{Ingest, Named, UnitEventRow};
pub use explorations::{ExplorationRow, PictureTally};
pub use people::{Account, NewSession, SessionTimes};
pub use queue::{ExemptionRow, JudgementRow, ObjectionRow, QueueEntry, QueueFilter, QueueRow};
pub use read::Event;
pub use studio::Numbered;
pub use transaction::{Kept, Record, Transaction};
pub use writer::now_ms;

use crate::config::StoreConfig;
use writer::Writer;

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "pictures rules decisions", include_str!("../../migrations/0001_pictures_rules_decisions.sql")),
    (2, "rule studio", include_str!("../../migrations/0002_rule_studio.sql")),
    (3, "people", include_str!("../../migrations/0003_people.sql")),
    (4, "experiments", include_str!("../../migrations/0004_experiments.sql")),
    (6, "explorations", include_str!("../../migrations/0006_explorations.sql")),
];

/// A handle on the database; clones share it.
#[derive(Clone)]
pub struct Store {
    readers: AnyPool,
    /// Changes by people: rare, and each waits for the one before it.
    people: AnyPool,
    /// Events of experiments, many to a change.
    ingest: AnyPool,
    writer: Writer,
}

/// The database failed, or it is shutting down.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{action}: {cause}")]
pub struct StoreError {
    action: &'static str,
    cause: String,
}

impl StoreError {
    pub(crate) fn new(action: &'static str, cause: impl std::fmt::Display) -> Self {
        Self { action, cause: cause.to_string() }
    }
}

impl Store {
    /// Opens the database, makes its file when absent, brings its tables up to date, and starts the writing task.
    ///
    /// # Errors
    /// When the file cannot be opened or holds tables of a newer program.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let writing = pool(config, 1, CACHE_KIB).await?;
        migrations().run(&writing).await.map_err(|error| StoreError::new("the database cannot be brought up to date", error))?;
        let readers = pool(config, config.readers_max, CACHE_KIB).await?;
        let people = pool(config, 1, CACHE_KIB).await?;
        let ingest = pool(config, 1, INGEST_CACHE_KIB).await?;
        Ok(Self { readers, people, ingest, writer: Writer::start(writing, config.batch_max) })
    }

    /// Commits changes: all of them or none. Those that are stored already are passed over.
    ///
    /// # Errors
    /// When they could not be committed; nothing of them is stored then.
    pub async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.writer.commit(changes).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.readers.execute("SELECT 1").await.map(|_| ()).map_err(|error| StoreError::new("the database does not answer", error))
    }

    /// Finishes what is queued for writing and closes all connections.
    pub async fn close(&self) {
        self.writer.close().await;
        self.people.close().await;
        self.ingest.close().await;
        self.readers.close().await;
    }
}

/// Pages that a connection keeps in memory, KiB.
const CACHE_KIB: u32 = 8 * 1024;
/// The same for events, whose units come in no order: a batch touches pages all over the file.
const INGEST_CACHE_KIB: u32 = 128 * 1024;
/// Pages of the write-ahead log (4 KiB each) before they go into the file: a batch of events writes some thousand, most of them again in the
/// next.
const CHECKPOINT_PAGES: u32 = 32 * 1024;

async fn pool(config: &StoreConfig, connections_max: u32, cache_kib: u32) -> Result<AnyPool, StoreError> {
    let opening = |error| StoreError::new("the database cannot be opened", error);
    let url = if config.url.contains('?') { config.url.clone() } else { format!("{}?mode=rwc", config.url) };
    let options = AnyConnectOptions::from_str(&url).map_err(opening)?;
    AnyPoolOptions::new()
        .max_connections(connections_max)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                // A write-ahead log lets readers go on while one writes; FULL syncs at each commit, which the batches make cheap.
                connection.execute("PRAGMA journal_mode = WAL").await?;
                connection.execute("PRAGMA synchronous = FULL").await?;
                connection.execute("PRAGMA busy_timeout = 5000").await?;
                connection.execute(AssertSqlSafe(format!("PRAGMA cache_size = -{cache_kib}"))).await?;
                connection.execute(AssertSqlSafe(format!("PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}"))).await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .map_err(opening)
}

fn migrations() -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, SqlStr::from_static(sql), false)
    };
    Migrator::with_migrations(MIGRATIONS.iter().map(migration).collect())
}
