//! All that the two databases differ in. Everything else is one SQL text.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::any::AnyConnectOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Executor as _, SqlSafeStr, SqlStr, Transaction};
use vitrine_engine::TenantId;

/// Pages of SQLite's write-ahead log (4 KiB each) before they go into the file: 1 GiB while events come in without a pause, whose batches
/// write the same pages again and again.
const CHECKPOINT_PAGES: u32 = 256 * 1024;
/// What is left of the log's file on the disk after that, bytes.
const LOG_BYTES_KEPT: u32 = 64 << 20;

/// How long a server may take to answer when a connection goes back to its pool.
const LET_GO_MAX: Duration = Duration::from_secs(2);

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// One file, one writer at a time.
    Sqlite,
    /// A server that many processes share.
    Postgres,
}

/// Changes that wait for one another.
#[derive(Clone, Copy)]
pub(super) enum Turn<'a> {
    /// Changes by people.
    People(&'a TenantId),
    /// Events of units and what follows from them.
    Ingest(&'a TenantId),
    /// Changes of the tables themselves.
    Tables,
}

impl Dialect {
    /// The database of an address; `None` where it is neither.
    pub(super) fn of(url: &str) -> Option<Self> {
        let starts = |scheme: &str| url.starts_with(scheme);
        match () {
            () if starts("sqlite:") => Some(Self::Sqlite),
            () if starts("postgres:") || starts("postgresql:") => Some(Self::Postgres),
            () => None,
        }
    }

    pub(super) fn options(self, url: &str) -> Result<AnyConnectOptions, sqlx::Error> {
        let makes_file = self == Self::Sqlite && !url.contains('?');
        AnyConnectOptions::from_str(&if makes_file { Cow::Owned(format!("{url}?mode=rwc")) } else { Cow::Borrowed(url) })
    }

    /// What every connection says first; it keeps so much of a SQLite file in memory, KiB, and loses a change in whose middle it says nothing
    /// for so many seconds.
    pub(super) fn session(self, cache_kib: u32, silence_max_s: u32) -> SqlStr {
        match self {
            // A write-ahead log lets readers go on while one writes; FULL syncs at each commit, which the batches make cheap. A batch of
            // events writes thousands of pages, most of them again in the next: they go into the file once in a while.
            Self::Sqlite => AssertSqlSafe(format!(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -{cache_kib}; \
                 PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; PRAGMA journal_size_limit = {LOG_BYTES_KEPT}"
            ))
            .into_sql_str(),
            // Nobody waits for ever: not for a lock, not for an answer, and not for a process that stopped in the middle of a change.
            Self::Postgres => AssertSqlSafe(format!(
                "SET lock_timeout = '10s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '{silence_max_s}s'; \
                 SET client_min_messages = warning"
            ))
            .into_sql_str(),
        }
    }

    /// Sees to it that a connection that goes back to its pool answers and is in no change; where it cannot, the connection is closed.
    ///
    /// The pool asks too, but waits without an end: a host that is gone without a word would keep the connection's place for ever. And of a
    /// `BEGIN` that nobody waited for, the pool knows nothing.
    pub(super) async fn let_go(self, connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
        if self == Self::Postgres {
            let late = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
            tokio::time::timeout(LET_GO_MAX, connection.execute("BEGIN; ROLLBACK")).await.map_err(late)??;
        }
        Ok(true)
    }

    /// What a connection says before it brings the tables up to date, which takes as long as it takes.
    pub(super) fn unhurried(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT 1",
            Self::Postgres => "SET lock_timeout = 0; SET statement_timeout = 0",
        }
    }

    /// Begins a change that others of its kind wait for, so that what it reads cannot be changed by them before it writes.
    pub(super) async fn begin(self, pool: &AnyPool, turn: Turn<'_>) -> Result<Transaction<'static, Any>, sqlx::Error> {
        let mut change = pool.begin_with(self.begin_writing()).await?;
        // Waited for within the change: if it is refused, or whoever waits goes away, the change is rolled back as any other.
        if self == Self::Postgres {
            change.execute(AssertSqlSafe(format!("SELECT pg_advisory_xact_lock({})", lock_of(turn)))).await?;
        }
        Ok(change)
    }

    /// Begins a change that waits for nobody but for those who write the same rows.
    pub(super) fn begin_writing(self) -> &'static str {
        match self {
            // Whoever writes has the file to himself, from the first moment on.
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// What follows a `SELECT` for the row that is to be changed, so that others pass over it instead of waiting for it.
    pub(super) fn for_me_alone(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// The migrations in this database's words.
    pub(super) fn migrator(self, migrations: &[(i64, &'static str, &'static str)]) -> Migrator {
        let migration = |&(version, name, text): &(i64, &'static str, &'static str)| {
            let sql = AssertSqlSafe(self.words(text)).into_sql_str();
            Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
        };
        Migrator::with_migrations(migrations.iter().map(migration).collect())
    }

    /// Comments that begin with the database's name are no comments; and text is ordered by its bytes, as SQLite and Rust do it,
    /// whatever order of letters the Postgres database was made with.
    fn words(self, text: &str) -> String {
        let (name, text) = match self {
            Self::Sqlite => ("/*sqlite ", text.to_owned()),
            Self::Postgres => ("/*postgres ", text.replace(" TEXT NOT NULL", " TEXT COLLATE \"C\" NOT NULL")),
        };
        let mut words = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(name) {
            let (inside, following) = after.split_once("*/").unwrap_or((after, ""));
            words.push_str(before);
            words.push_str(inside);
            rest = following;
        }
        words.push_str(rest);
        words
    }
}

/// The number that stands for it in a database that other programs may use too.
fn lock_of(turn: Turn<'_>) -> i64 {
    let name = match turn {
        Turn::People(tenant) => format!("vitrine people {}", tenant.as_str()),
        Turn::Ingest(tenant) => format!("vitrine ingest {}", tenant.as_str()),
        Turn::Tables => "vitrine tables".to_owned(),
    };
    let hash = Sha256::digest(name);
    hash.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_of_a_database_is_text_for_it_alone() {
        let text = "a TEXT NOT NULL /*postgres , b */ /*sqlite , c */ /* d */";
        assert_eq!(Dialect::Sqlite.words(text), "a TEXT NOT NULL /*postgres , b */ , c  /* d */");
        assert_eq!(Dialect::Postgres.words(text), "a TEXT COLLATE \"C\" NOT NULL , b  /*sqlite , c */ /* d */");
        assert_eq!(Dialect::Postgres.words("/*postgres b"), "b");
    }

    #[test]
    fn tenants_and_kinds_of_change_wait_for_their_own_only() {
        let (ours, theirs) = (TenantId::from("ours"), TenantId::from("theirs"));
        let locks = [Turn::People(&ours), Turn::Ingest(&ours), Turn::People(&theirs), Turn::Tables].map(lock_of);
        assert_eq!(locks.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
        assert_eq!(lock_of(Turn::People(&TenantId::from("ours"))), locks[0]);
    }

    #[test]
    fn addresses_name_their_database() {
        assert_eq!(Dialect::of("sqlite:a.db"), Some(Dialect::Sqlite));
        assert_eq!(Dialect::of("postgres://host/a"), Some(Dialect::Postgres));
        assert_eq!(Dialect::of("postgresql:///a?host=/run"), Some(Dialect::Postgres));
        assert_eq!(Dialect::of("mysql://host/a"), None);
    }
}
