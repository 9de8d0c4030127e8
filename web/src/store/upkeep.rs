//! What the log needs now and then: room for the months to come, and letting go of what is older than it is kept. Ledgers, sums and
//! kept reports stay: what was summed remains summed. Decisions stay too, since the same answer may still be given today.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::dialect::{Dialect, Turn};
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

    pub(super) async fn make_room(&self, now_ms: i64) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("there is no room for the months to come", error);
        if self.dialect == Dialect::Postgres {
            let mut change = self.people.begin_with(self.dialect.begin(Turn::Tables)).await.map_err(failed)?;
            partitions::make_room(&mut change, now_ms).await.map_err(failed)?;
            change.commit().await.map_err(failed)?;
        }
        Ok(())
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
                let mut change = self.people.begin_with(self.dialect.begin(Turn::Tables)).await.map_err(failed)?;
                let dropped = partitions::drop_before(&mut change, before_ms).await.map_err(failed)?;
                change.commit().await.map_err(failed)?;
                if dropped > 0 {
                    tracing::info!(dropped, "months of the log are older than it is kept");
                }
            }
        }
        Ok(())
    }

    async fn delete_before(&self, Aged { table, key }: &Aged, before_ms: i64) -> Result<(), sqlx::Error> {
        // Only who drops old rows pays for finding them.
        let index = format!("CREATE INDEX IF NOT EXISTS {table}_by_time ON {table} (stored_ms)");
        sqlx::query(AssertSqlSafe(index)).execute(&self.people).await?;
        let delete = format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE stored_ms < $1 LIMIT {BATCH})");
        while sqlx::query(AssertSqlSafe(delete.clone())).bind(before_ms).execute(&self.people).await?.rows_affected() > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}
