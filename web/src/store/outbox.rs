//! The outbox: what receivers are to be told, each its own copy, until it was told. Several processes may tell; each message is taken by
//! one of them for a while.

use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use vitrine_engine::TenantId;

use super::writer::{after, now_ms};
use super::{Store, StoreError};

/// Something that a receiver is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Counts up; of one key in the order in which its changes were committed.
    pub seq: i64,
    /// What about: [`super::DECISIONS`], [`super::FEED`], [`super::DEAD`].
    pub topic: String,
    /// What it is about: the product.
    pub key: String,
    /// What there is to tell, as JSON with at least `id`, `kind` and `product_id`.
    pub payload: String,
    /// When it was written, ms since 1970 UTC.
    pub created_ms: i64,
    /// How often it was tried to be told.
    pub attempts: i64,
}

const COLUMNS: &str = "seq, topic, key, payload, created_ms, attempts";

impl Store {
    /// The oldest messages of the stream that have not been told yet, taken or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox(&self, tenant: &TenantId, limit: u32) -> Result<Vec<Message>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM outbox WHERE tenant = $1 AND receiver = '' ORDER BY seq LIMIT $2");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(i64::from(limit));
        let rows = query.fetch_all(&self.readers).await.and_then(|rows| rows.iter().map(message).collect());
        rows.map_err(|error| StoreError::new("the outbox cannot be read", error))
    }

    /// Takes a receiver's oldest messages for as long as `lease`, in the order in which they were written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_messages(
        &self,
        tenant: &TenantId,
        receiver: &str,
        worker: &str,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        let failed = |error| StoreError::new("messages cannot be taken", error);
        let now = now_ms();
        let query = sqlx::query("SELECT 1 FROM outbox WHERE tenant = $1 AND receiver = $2 AND due_ms <= $3 LIMIT 1");
        let found = query.bind(tenant.as_str()).bind(receiver).bind(now).fetch_optional(&self.readers).await.map_err(failed)?;
        if found.is_none() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "UPDATE outbox SET worker = $3, due_ms = $4, attempts = attempts + 1 WHERE seq IN (SELECT seq FROM outbox \
             WHERE tenant = $1 AND receiver = $2 AND due_ms <= $5 ORDER BY due_ms, seq LIMIT $6 {}) RETURNING {COLUMNS}",
            self.dialect.for_me_alone()
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(receiver).bind(worker).bind(after(now, lease));
        let rows = query.bind(now).bind(i64::from(limit)).fetch_all(&self.feed).await.map_err(failed)?;
        let mut messages: Vec<Message> = rows.iter().map(message).collect::<Result<_, _>>().map_err(failed)?;
        messages.sort_by_key(|message| message.seq);
        Ok(messages)
    }

    /// Takes messages that have been told out of the outbox: of these numbers alone, since others may have been committed between them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told(&self, tenant: &TenantId, seqs: &[i64]) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("the outbox cannot be emptied", error);
        let mut change = self.feed.begin().await.map_err(failed)?;
        for seq in seqs {
            let query = sqlx::query("DELETE FROM outbox WHERE tenant = $1 AND seq = $2").bind(tenant.as_str()).bind(*seq);
            query.execute(&mut *change).await.map_err(failed)?;
        }
        change.commit().await.map_err(failed)
    }

    /// Gives messages back that could not be told, to be tried again after a pause each.
    ///
    /// # Errors
    /// When the database fails; they come back by themselves when their time is over.
    pub async fn untold(&self, tenant: &TenantId, worker: &str, pauses: &[(i64, Duration)]) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("messages cannot be given back", error);
        let mut change = self.feed.begin().await.map_err(failed)?;
        for (seq, pause) in pauses {
            let query = sqlx::query("UPDATE outbox SET worker = '', due_ms = $4 WHERE tenant = $1 AND seq = $2 AND worker = $3");
            let query = query.bind(tenant.as_str()).bind(*seq).bind(worker).bind(after(now_ms(), *pause));
            query.execute(&mut *change).await.map_err(failed)?;
        }
        change.commit().await.map_err(failed)
    }

    /// Gives up messages that were written before a time, of whatever receiver; gives how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_up_messages(&self, tenant: &TenantId, before_ms: i64) -> Result<u64, StoreError> {
        let query = sqlx::query("DELETE FROM outbox WHERE tenant = $1 AND created_ms < $2").bind(tenant.as_str()).bind(before_ms);
        let done = query.execute(&self.feed).await.map_err(|error| StoreError::new("old messages cannot be given up", error))?;
        Ok(done.rows_affected())
    }
}

fn message(row: &AnyRow) -> Result<Message, sqlx::Error> {
    Ok(Message {
        seq: row.try_get(0)?,
        topic: row.try_get(1)?,
        key: row.try_get(2)?,
        payload: row.try_get(3)?,
        created_ms: row.try_get(4)?,
        attempts: row.try_get(5)?,
    })
}
