//! How the feed is doing, as the store tells it.

use sqlx::Row as _;
use vitrine_engine::TenantId;

use super::ProductKey;
use crate::store::writer::now_ms;
use crate::store::{Store, StoreError};

/// How the feed is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedState {
    /// Products with a change that nobody has in hand.
    pub waiting: i64,
    /// Products with a change in a worker's hand.
    pub in_hand: i64,
    /// When the oldest of all these was accepted, ms since 1970 UTC.
    pub oldest_ms: Option<i64>,
    /// Products settled during the last minute, by all workers.
    pub settled_last_minute: i64,
    /// Dead letters.
    pub dead: i64,
    /// What waits for each receiver: its name, how many messages, and when the oldest was written.
    pub results: Vec<(String, i64, i64)>,
}

/// How far a product is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FedProduct {
    /// The newest revision that is settled.
    pub revision: i64,
    /// The sender's name for that change.
    pub change_id: String,
    /// The decision; `None` where the product is removed.
    pub decision_id: Option<String>,
    /// When it was settled, ms since 1970 UTC.
    pub settled_ms: i64,
}

impl Store {
    /// How the feed is doing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn feed_state(&self, tenant: &TenantId) -> Result<FeedState, StoreError> {
        let failed = |error| StoreError::new("the feed's state cannot be read", error);
        let now = now_ms();
        let query = sqlx::query("SELECT COALESCE(MIN(accepted_ms), -1) FROM feed_changes WHERE tenant = $1").bind(tenant.as_str());
        let oldest: i64 = query.fetch_one(&self.readers).await.and_then(|row| row.try_get(0)).map_err(failed)?;
        let query = sqlx::query("SELECT COUNT(*) FROM feed_changes WHERE tenant = $1").bind(tenant.as_str());
        let all: i64 = query.fetch_one(&self.readers).await.and_then(|row| row.try_get(0)).map_err(failed)?;
        let query = sqlx::query("SELECT COUNT(*) FROM feed_changes WHERE tenant = $1 AND due_ms > $2 AND worker <> ''");
        let row = query.bind(tenant.as_str()).bind(now).fetch_one(&self.readers).await.map_err(failed)?;
        let in_hand: i64 = row.try_get(0).map_err(failed)?;
        let query = sqlx::query("SELECT COUNT(*) FROM feed_products WHERE tenant = $1 AND settled_ms > $2");
        let row = query.bind(tenant.as_str()).bind(now - 60_000).fetch_one(&self.readers).await.map_err(failed)?;
        let settled_last_minute = row.try_get(0).map_err(failed)?;
        let query = sqlx::query("SELECT COUNT(*) FROM feed_dead WHERE tenant = $1").bind(tenant.as_str());
        let dead = query.fetch_one(&self.readers).await.and_then(|row| row.try_get(0)).map_err(failed)?;
        let query =
            sqlx::query("SELECT receiver, COUNT(*), MIN(created_ms) FROM outbox WHERE tenant = $1 GROUP BY receiver ORDER BY receiver");
        let rows = query.bind(tenant.as_str()).fetch_all(&self.readers).await.map_err(failed)?;
        let results = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
        Ok(FeedState {
            // Changes may have come and gone between the two counts.
            waiting: (all - in_hand).max(0),
            in_hand,
            oldest_ms: (oldest >= 0).then_some(oldest),
            settled_last_minute,
            dead,
            results: results.collect::<Result<_, _>>().map_err(failed)?,
        })
    }

    /// How far a product is; `None` where the feed has settled nothing of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fed_product(&self, tenant: &TenantId, key: &ProductKey) -> Result<Option<FedProduct>, StoreError> {
        let failed = |error| StoreError::new("how far a product is cannot be read", error);
        let query = sqlx::query(
            "SELECT revision, change_id, decision_id, settled_ms FROM feed_products \
             WHERE tenant = $1 AND marketplace = $2 AND region = $3 AND product_id = $4",
        );
        let query = query.bind(tenant.as_str()).bind(&key.marketplace).bind(&key.region).bind(&key.product_id);
        let Some(row) = query.fetch_optional(&self.readers).await.map_err(failed)? else { return Ok(None) };
        let decision_id: String = row.try_get(2).map_err(failed)?;
        Ok(Some(FedProduct {
            revision: row.try_get(0).map_err(failed)?,
            change_id: row.try_get(1).map_err(failed)?,
            decision_id: (!decision_id.is_empty()).then_some(decision_id),
            settled_ms: row.try_get(3).map_err(failed)?,
        }))
    }
}
