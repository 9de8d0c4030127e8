//! A change made by a person: all its rows and the audit record that tells of it, or nothing.

use std::pin::pin;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value as Json;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Executor as _, Row as _};
use utoipa::ToSchema;
use vitrine_engine::TenantId;

use super::dialect::Turn;
use super::writer::now_ms;
use super::{Store, StoreError};

/// Who did what to what, and why. Kept for ever.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Record {
    /// The account, or `vitrine` where the program acted by itself.
    pub actor: String,
    /// What was done, `draft.submitted`.
    #[schema(value_type = String)]
    pub action: std::borrow::Cow<'static, str>,
    /// To what, `draft:12`, `release:5`, `account:ann`.
    pub subject: String,
    /// Why, in the person's words; may be empty where nobody is asked.
    pub reason: String,
    /// What else is worth keeping, such as old and new values.
    #[schema(value_type = Object)]
    pub detail: Json,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Kept {
    /// 1, 2, 3, … within the tenant.
    pub seq: i64,
    /// When, ms since 1970 UTC.
    pub at_ms: i64,
    /// What it says.
    #[serde(flatten)]
    pub record: Record,
}

/// Between two signs of life of a change that waits for something else: well below what the database lets pass in silence.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// An open change. Dropped without [`Transaction::commit`], it leaves nothing behind.
pub struct Transaction {
    inner: sqlx::Transaction<'static, Any>,
    tenant: TenantId,
    now_ms: i64,
}

impl Store {
    /// Begins a change; others wait until it has ended.
    ///
    /// # Errors
    /// When the database does not let anybody write.
    pub async fn begin(&self, tenant: &TenantId) -> Result<Transaction, StoreError> {
        let begun = self.dialect.begin(&self.people, Turn::People(tenant)).await;
        let inner = begun.map_err(|error| StoreError::new("a change cannot begin", error))?;
        Ok(Transaction { inner, tenant: tenant.clone(), now_ms: now_ms() })
    }

    /// The audit trail, newest first: of one subject or of all, before a number or from the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn records(
        &self,
        tenant: &TenantId,
        subject: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Kept>, StoreError> {
        let failed = |error| StoreError::new("the audit trail cannot be read", error);
        let rows = sqlx::query(
            "SELECT seq, at_ms, actor, action, subject, reason, detail FROM audit \
             WHERE tenant = $1 AND seq < $2 AND ($3 = '' OR subject = $3) ORDER BY seq DESC LIMIT $4",
        )
        .bind(tenant.as_str())
        .bind(before.unwrap_or(i64::MAX))
        .bind(subject.unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let kept = |row: &AnyRow| {
            let record = Record {
                actor: row.try_get(2)?,
                action: row.try_get::<String, _>(3)?.into(),
                subject: row.try_get(4)?,
                reason: row.try_get(5)?,
                detail: serde_json::from_str(row.try_get(6)?).unwrap_or_default(),
            };
            Ok(Kept { seq: row.try_get(0)?, at_ms: row.try_get(1)?, record })
        };
        rows.iter().map(kept).collect::<Result<_, _>>().map_err(failed)
    }
}

impl Transaction {
    /// For statements within the change.
    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Whose data it changes.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The time of the change, ms since 1970 UTC.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Waits within the change for what may take long, and says now and then that somebody is there: the database takes a change from whoever
    /// says nothing for a while.
    ///
    /// # Errors
    /// When the database has taken it.
    pub async fn waiting_for<T>(&mut self, work: impl Future<Output = T>) -> Result<T, StoreError> {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = tokio::time::timeout(SIGN_OF_LIFE, work.as_mut()).await {
                return Ok(done);
            }
            let said = self.inner.execute("SELECT 1").await;
            said.map_err(|error| StoreError::new("the change was taken away", error))?;
        }
    }

    /// Writes the records and makes everything so.
    ///
    /// # Errors
    /// When it could not be committed; nothing of it is stored then.
    pub async fn commit(mut self, records: &[Record]) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("the change was not written", error);
        for record in records {
            sqlx::query(
                "INSERT INTO audit (tenant, seq, at_ms, actor, action, subject, reason, detail) \
                 SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6, $7 FROM audit WHERE tenant = $1",
            )
            .bind(self.tenant.as_str())
            .bind(self.now_ms)
            .bind(record.actor.as_str())
            .bind(record.action.as_ref())
            .bind(record.subject.as_str())
            .bind(record.reason.as_str())
            .bind(record.detail.to_string())
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        }
        self.inner.commit().await.map_err(failed)
    }
}
