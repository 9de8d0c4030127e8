//! What the log needs now and then: room for the months to come, and letting go of what is older than it is kept. Ledgers, sums and
//! kept reports stay: what was summed remains summed. Decisions stay too, since the same answer may still be given today.

use std::time::Duration;

use sqlx::{Any, AssertSqlSafe, Executor as _, Transaction};

use super::dialect::{Dialect, Turn};
use super::fault::is_busy;
use super::{Store, StoreError, partitions};

/// Rows that go in one transaction, so that whoever writes meanwhile waits a moment only.
const BATCH: i64 = 1000;
/// The pause between two of them, in which others write.
const PAUSE: Duration = Duration::from_millis(20);

/// A table of which old rows are deleted, and its key.
struct Aged {
    table: &'static str,
    key: &'static str,
}

const LOGS: [Aged; 2] = [Aged { table: "events", key: "tenant, stream, revision" }, Aged { table: "unit_events", key: "revision, tenant" }];

impl Store {
    /// Makes room for the months to come, and drops records of the log that are older than they are kept: on Postgres by whole months.
    /// Safe to call at any time, from any number of processes.
    ///
    /// # Errors
    /// When the database fails; the next call goes on where this one stopped.
    pub async fn upkeep(&self, now_ms: i64) -> Result<(), StoreError> {
        self.make_room(now_ms).await?;
        match self.events_kept {
            Some(kept) => self.drop_before(now_ms.saturating_sub(kept.as_millis() as i64)).await,
            None => Ok(()),
        }
    }

    /// What has to be there before anybody is served.
    pub(super) async fn prepare(&self, now_ms: i64) -> Result<(), StoreError> {
        match self.dialect {
            // Only who drops old rows pays for finding them.
            Dialect::Sqlite if self.events_kept.is_some() => {
                let failed = |error| StoreError::new("old records cannot be found", error);
                for Aged { table, .. } in LOGS {
                    let index = format!("CREATE INDEX IF NOT EXISTS {table}_by_time ON {table} (stored_ms)");
                    sqlx::query(AssertSqlSafe(index)).execute(&self.people).await.map_err(failed)?;
                }
                Ok(())
            }
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => {
                let Err(error) = self.make_room(now_ms).await else { return Ok(()) };
                if !self.has_room(now_ms).await? {
                    return Err(error);
                }
                tracing::warn!(%error, "there is room for this month, and it is tried again");
                Ok(())
            }
        }
    }

    async fn make_room(&self, now_ms: i64) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("there is no room for the months to come", error);
        if self.dialect == Dialect::Postgres {
            for log in partitions::LOGS {
                let made = async {
                    let mut change = self.change_tables().await?;
                    partitions::make_room(&mut change, log, now_ms).await?;
                    change.commit().await
                };
                unless_busy(log, made.await).map_err(failed)?;
            }
        }
        Ok(())
    }

    async fn has_room(&self, now_ms: i64) -> Result<bool, StoreError> {
        let failed = |error| StoreError::new("the log's months cannot be looked up", error);
        let mut connection = self.people.acquire().await.map_err(failed)?;
        for log in partitions::LOGS {
            if !partitions::has_room(&mut connection, log, now_ms).await.map_err(failed)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn drop_before(&self, before_ms: i64) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("old records cannot be dropped", error);
        match self.dialect {
            Dialect::Sqlite => {
                for aged in LOGS {
                    self.delete_before(&aged, before_ms).await.map_err(failed)?;
                }
            }
            Dialect::Postgres => {
                for log in partitions::LOGS {
                    let dropped = async {
                        let mut change = self.change_tables().await?;
                        let dropped = partitions::drop_before(&mut change, log, before_ms).await?;
                        change.commit().await?;
                        if dropped > 0 {
                            tracing::info!(log, dropped, "months of the log are older than it is kept");
                        }
                        Ok(())
                    };
                    unless_busy(log, dropped.await).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// A change of the log's tables, which gives up soon: all who write the log wait behind one that waits for somebody who reads it.
    async fn change_tables(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        let mut change = self.dialect.begin(&self.people, Turn::Tables).await?;
        change.execute("SET LOCAL lock_timeout = '200ms'").await?;
        Ok(change)
    }

    async fn delete_before(&self, Aged { table, key }: &Aged, before_ms: i64) -> Result<(), sqlx::Error> {
        let delete = format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE stored_ms < $1 LIMIT {BATCH})");
        while sqlx::query(AssertSqlSafe(delete.clone())).bind(before_ms).execute(&self.people).await?.rows_affected() > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

/// A log that is in use is left as it is until the next time.
fn unless_busy(log: &'static str, done: Result<(), sqlx::Error>) -> Result<(), sqlx::Error> {
    match done {
        Err(error) if is_busy(&error) => {
            tracing::info!(log, %error, "the months of a log that is in use are seen to next time");
            Ok(())
        }
        done => done,
    }
}
