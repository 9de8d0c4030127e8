//! Changes that wait: accepted, taken by one worker at a time for a while, given back.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};
use vitrine_engine::TenantId;

use super::{DeadLetter, ProductKey, WaitingChange};
use crate::store::rows::{Value, Wanted, insert};
use crate::store::writer::{after, now_ms};
use crate::store::{Store, StoreError};

/// A change in a worker's hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedChange {
    /// What there is to do.
    pub change: WaitingChange,
    /// Times that it was tried, this one included.
    pub attempts: i64,
    /// Workers that took it before and did not come to an end with it.
    pub lost: i64,
}

/// A change that goes back because it could not be judged now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Of which product.
    pub key: ProductKey,
    /// Which of its changes.
    pub revision: i64,
    /// What went wrong.
    pub error: String,
    /// How long it waits.
    pub pause: Duration,
    /// Whether it was the change's own fault, so that the attempt counts.
    pub counts: bool,
}

impl Store {
    /// Keeps changes to be judged, and dead letters, in one transaction; gives how many changes are newer than what is known of their
    /// products. Of several changes of one product the newest counts.
    ///
    /// # Errors
    /// When the database fails; nothing is kept then.
    pub async fn accept_changes(&self, tenant: &TenantId, changes: &[WaitingChange], dead: &[DeadLetter]) -> Result<usize, StoreError> {
        let failed = |error| StoreError::new("changes cannot be accepted", error);
        let mut connection = self.feed.begin_with(self.dialect.begin_writing()).await.map_err(failed)?;
        let accepted = accept(&mut connection, tenant, changes).await.map_err(failed)?;
        super::dead::bury(&mut connection, tenant, dead, &self.receivers).await.map_err(failed)?;
        connection.commit().await.map_err(failed)?;
        Ok(accepted)
    }

    /// Whether a change waits that may be taken now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_due_changes(&self, tenant: &TenantId) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT 1 FROM feed_changes WHERE tenant = $1 AND due_ms <= $2 LIMIT 1");
        let found = query.bind(tenant.as_str()).bind(now_ms()).fetch_optional(&self.readers).await;
        found.map(|row| row.is_some()).map_err(|error| StoreError::new("waiting changes cannot be looked for", error))
    }

    /// Whether a worker took a change and did not settle it in its time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_lost_changes(&self, tenant: &TenantId) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT 1 FROM feed_changes WHERE tenant = $1 AND due_ms <= $2 AND worker <> '' LIMIT 1");
        let found = query.bind(tenant.as_str()).bind(now_ms()).fetch_optional(&self.readers).await;
        found.map(|row| row.is_some()).map_err(|error| StoreError::new("lost changes cannot be looked for", error))
    }

    /// Takes those that have waited longest, for as long as `lease`; what another worker lost is not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_changes(
        &self,
        tenant: &TenantId,
        worker: &str,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ClaimedChange>, StoreError> {
        self.claim(tenant, worker, lease, limit, "worker = ''", "attempts = attempts + 1").await
    }

    /// Takes one change that another worker took and did not settle in its time: one, because it may be what ended that worker. The attempt
    /// is the one that was begun there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_lost_change(&self, tenant: &TenantId, worker: &str, lease: Duration) -> Result<Option<ClaimedChange>, StoreError> {
        Ok(self.claim(tenant, worker, lease, 1, "worker <> ''", "lost = lost + 1").await?.pop())
    }

    async fn claim(
        &self,
        tenant: &TenantId,
        worker: &str,
        lease: Duration,
        limit: u32,
        which: &'static str,
        counted: &'static str,
    ) -> Result<Vec<ClaimedChange>, StoreError> {
        let failed = |error| StoreError::new("changes cannot be taken", error);
        // Chosen once and for all: as a part of the condition they may be chosen again for each row, and more than `limit` be taken.
        let sql = format!(
            "WITH chosen AS MATERIALIZED (SELECT marketplace, region, product_id FROM feed_changes \
             WHERE tenant = $1 AND due_ms <= $4 AND {which} ORDER BY due_ms LIMIT $5 {}) \
             UPDATE feed_changes SET worker = $2, due_ms = $3, {counted} \
             WHERE tenant = $1 AND (marketplace, region, product_id) IN (SELECT marketplace, region, product_id FROM chosen) \
             RETURNING marketplace, region, product_id, revision, document, attempts, lost",
            self.dialect.for_me_alone()
        );
        let now = now_ms();
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(worker).bind(after(now, lease));
        let rows = query.bind(now).bind(i64::from(limit)).fetch_all(&self.feed).await.map_err(failed)?;
        let claimed = |row: &AnyRow| {
            let change = WaitingChange { key: key_of(row)?, revision: row.try_get(3)?, document: row.try_get(4)? };
            Ok(ClaimedChange { change, attempts: row.try_get(5)?, lost: row.try_get(6)? })
        };
        rows.iter().map(claimed).collect::<Result<_, _>>().map_err(failed)
    }

    /// Keeps what a worker has in hand, products with their revisions, for another `lease`; what is no longer its own is passed over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_changes(
        &self,
        tenant: &TenantId,
        worker: &str,
        in_hand: &[(ProductKey, i64)],
        lease: Duration,
    ) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("changes cannot be kept", error);
        // In the order of their keys, as whoever accepts changes locks them too.
        let mut in_hand: Vec<&(ProductKey, i64)> = in_hand.iter().collect();
        in_hand.sort();
        let mut connection = self.feed.begin_with(self.dialect.begin_writing()).await.map_err(failed)?;
        for (key, revision) in in_hand {
            let query = sqlx::query(
                "UPDATE feed_changes SET due_ms = $7 WHERE tenant = $1 AND marketplace = $2 AND region = $3 AND product_id = $4 \
                 AND revision = $5 AND worker = $6",
            );
            let query = query.bind(tenant.as_str()).bind(&key.marketplace).bind(&key.region).bind(&key.product_id).bind(*revision);
            query.bind(worker).bind(after(now_ms(), lease)).execute(&mut *connection).await.map_err(failed)?;
        }
        connection.commit().await.map_err(failed)
    }

    /// Gives all back that a worker has in hand and did not come to: no attempt is counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_changes(&self, tenant: &TenantId, worker: &str) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("changes cannot be given back", error);
        let query =
            sqlx::query("SELECT marketplace, region, product_id FROM feed_changes WHERE tenant = $1 AND worker = $2 AND worker <> ''");
        let rows = query.bind(tenant.as_str()).bind(worker).fetch_all(&self.readers).await.map_err(failed)?;
        let mut keys: Vec<ProductKey> = rows.iter().map(key_of).collect::<Result<_, _>>().map_err(failed)?;
        keys.sort();
        let mut connection = self.feed.begin_with(self.dialect.begin_writing()).await.map_err(failed)?;
        for key in keys {
            let query = sqlx::query(
                "UPDATE feed_changes SET worker = '', due_ms = $6, attempts = attempts - 1 WHERE tenant = $1 AND marketplace = $2 \
                 AND region = $3 AND product_id = $4 AND worker = $5",
            );
            let query = query.bind(tenant.as_str()).bind(&key.marketplace).bind(&key.region).bind(&key.product_id).bind(worker);
            query.bind(now_ms()).execute(&mut *connection).await.map_err(failed)?;
        }
        connection.commit().await.map_err(failed)
    }

    /// Gives changes back; those that are no longer this worker's are passed over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn return_changes(&self, tenant: &TenantId, worker: &str, returned: &[Return]) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("changes cannot be given back", error);
        for Return { key, revision, error, pause, counts } in returned {
            let query = sqlx::query(
                "UPDATE feed_changes SET worker = '', error = $7, due_ms = $8, attempts = attempts - $9, lost = 0 WHERE tenant = $1 \
                 AND marketplace = $2 AND region = $3 AND product_id = $4 AND revision = $5 AND worker = $6",
            );
            let query = query.bind(tenant.as_str()).bind(&key.marketplace).bind(&key.region).bind(&key.product_id).bind(*revision);
            let query = query.bind(worker).bind(error).bind(after(now_ms(), *pause)).bind(i64::from(!counts));
            query.execute(&self.feed).await.map_err(failed)?;
        }
        Ok(())
    }
}

/// Keeps those changes that are newer than what is known; gives how many.
pub(in crate::store) async fn accept(
    connection: &mut AnyConnection,
    tenant: &TenantId,
    changes: &[WaitingChange],
) -> Result<usize, sqlx::Error> {
    let mut newest: BTreeMap<&ProductKey, &WaitingChange> = BTreeMap::new();
    for change in changes {
        let known = newest.entry(&change.key).or_insert(change);
        if known.revision < change.revision {
            *known = change;
        }
    }
    let settled = settled_revisions(connection, tenant, newest.keys().copied()).await?;
    newest.retain(|key, change| settled.get(key).is_none_or(|known| *known < change.revision));
    let now = now_ms();
    let rows: Vec<Vec<Value<'_>>> = newest.values().map(|change| row(tenant, change, now)).collect();
    let into = "feed_changes (tenant, marketplace, region, product_id, revision, document, attempts, due_ms, worker, error, accepted_ms, \
                revised_ms)";
    // What somebody has in hand, or what waits after a failure, gives way at once; since when the product waits stays, until what is in
    // hand is settled.
    let then = "ON CONFLICT (tenant, marketplace, region, product_id) DO UPDATE SET revision = excluded.revision, \
                document = excluded.document, attempts = 0, lost = 0, worker = '', error = '', \
                revised_ms = CASE WHEN feed_changes.worker <> '' THEN excluded.revised_ms ELSE feed_changes.revised_ms END, \
                due_ms = CASE WHEN feed_changes.due_ms < excluded.due_ms THEN feed_changes.due_ms ELSE excluded.due_ms END \
                WHERE feed_changes.revision < excluded.revision RETURNING product_id";
    Ok(insert(connection, into, &rows, then).await?.len())
}

fn row<'a>(tenant: &'a TenantId, change: &'a WaitingChange, now_ms: i64) -> Vec<Value<'a>> {
    let mut row = change.key.columns(tenant);
    row.extend([change.revision.into(), change.document.as_str().into(), 0.into(), now_ms.into(), "".into(), "".into()]);
    row.extend([now_ms.into(), now_ms.into()]);
    row
}

async fn settled_revisions<'a>(
    connection: &mut AnyConnection,
    tenant: &'a TenantId,
    keys: impl Iterator<Item = &'a ProductKey>,
) -> Result<BTreeMap<ProductKey, i64>, sqlx::Error> {
    let keys = keys.map(|key| key.columns(tenant).split_off(1)).collect();
    let wanted = Wanted { table: "feed_products", tenant, by: &["marketplace", "region", "product_id"], keys };
    let rows = wanted.find(connection, "found.marketplace, found.region, found.product_id, found.revision").await?;
    rows.iter().map(|row| Ok((key_of(row)?, row.try_get(3)?))).collect()
}

/// A product's key in the first three columns.
pub(super) fn key_of(row: &AnyRow) -> Result<ProductKey, sqlx::Error> {
    Ok(ProductKey { marketplace: row.try_get(0)?, region: row.try_get(1)?, product_id: row.try_get(2)? })
}
