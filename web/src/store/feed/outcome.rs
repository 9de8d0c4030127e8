//! What becomes of changes: one transaction holds how far the product is, its row in the catalogue, the decision, the records of the log
//! and what others are told. It is written by whoever comes first; a lower revision, or the same once more, writes nothing.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use sqlx::AnyConnection;
use vitrine_engine::TenantId;

use super::queue::key_of;
use super::{DeadLetter, ProductKey};
use crate::store::change::Change;
use crate::store::log::{self, FEED, Letter, Notice};
use crate::store::rows::{Value, insert};
use crate::store::writer::now_ms;
use crate::store::{Store, StoreError};

/// What becomes of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Of which product.
    pub key: ProductKey,
    /// Which of its changes.
    pub revision: i64,
    /// The sender's name for it.
    pub change_id: String,
    /// The decision; `None` where the product is removed.
    pub decision_id: Option<String>,
    /// All other rows that belong to it.
    pub changes: Vec<Change>,
    /// What others are told of it, as JSON.
    pub message: String,
}

impl Store {
    /// Writes outcomes, all or none; gives for each whether it is newer than what was known of its product. A change that waits and whose
    /// outcome this is has waited long enough, either way.
    ///
    /// # Errors
    /// When the database fails; nothing is written then.
    pub async fn settle_changes(&self, tenant: &TenantId, outcomes: &[Outcome]) -> Result<Vec<bool>, StoreError> {
        let failed = |error| StoreError::new("outcomes of changes were not written", error);
        // Products that go, and those that stay, apart: each transaction then takes its rows of the catalogue in the order of their keys.
        let mut newer = vec![false; outcomes.len()];
        for removes in [false, true] {
            let some = outcomes.iter().enumerate().filter(|(_, outcome)| outcome.decision_id.is_none() == removes);
            let some: Vec<(usize, &Outcome)> = some.collect();
            if some.is_empty() {
                continue;
            }
            let mut connection = self.feed.begin_with(self.dialect.begin_writing()).await.map_err(failed)?;
            let fresh = self.write_outcomes(&mut connection, tenant, some).await.map_err(failed)?;
            connection.commit().await.map_err(failed)?;
            for place in fresh {
                newer[place] = true;
            }
        }
        Ok(newer)
    }

    /// Puts changes that a worker has in hand with the dead letters; gives how many. Those that are no longer its own, or that a newer one
    /// has overtaken, are passed over: another word counts for them.
    ///
    /// # Errors
    /// When the database fails; nothing is written then.
    pub async fn bury_changes(&self, tenant: &TenantId, worker: &str, dead: &[(ProductKey, i64, DeadLetter)]) -> Result<usize, StoreError> {
        let failed = |error| StoreError::new("a change cannot be put with the dead letters", error);
        let mut dead: Vec<&(ProductKey, i64, DeadLetter)> = dead.iter().collect();
        dead.sort_by_key(|(key, revision, _)| (key, *revision));
        let mut connection = self.feed.begin_with(self.dialect.begin_writing()).await.map_err(failed)?;
        let mut letters = Vec::with_capacity(dead.len());
        for (key, revision, letter) in dead {
            let query = sqlx::query(
                "DELETE FROM feed_changes WHERE tenant = $1 AND marketplace = $2 AND region = $3 AND product_id = $4 AND revision = $5 \
                 AND worker = $6",
            );
            let query = query.bind(tenant.as_str()).bind(&key.marketplace).bind(&key.region).bind(&key.product_id).bind(*revision);
            if query.bind(worker).execute(&mut *connection).await.map_err(failed)?.rows_affected() > 0 {
                letters.push(letter.clone());
            }
        }
        super::dead::bury(&mut connection, tenant, &letters, &self.receivers).await.map_err(failed)?;
        connection.commit().await.map_err(failed)?;
        Ok(letters.len())
    }

    /// Writes outcomes with their places; gives the places of those that are newer than what was known.
    async fn write_outcomes(
        &self,
        connection: &mut AnyConnection,
        tenant: &TenantId,
        mut outcomes: Vec<(usize, &Outcome)>,
    ) -> Result<Vec<usize>, sqlx::Error> {
        let now = now_ms();
        // Of several revisions of one product the newest comes first, and it alone is written: the others are overtaken.
        outcomes.sort_by_key(|(_, outcome)| (&outcome.key, Reverse(outcome.revision)));
        let mut newest = outcomes.clone();
        newest.dedup_by_key(|(_, outcome)| &outcome.key);
        let rows: Vec<Vec<Value<'_>>> = newest.iter().map(|(_, outcome)| product_row(tenant, outcome, now)).collect();
        let into = "feed_products (tenant, marketplace, region, product_id, revision, change_id, decision_id, settled_ms)";
        let then = "ON CONFLICT (tenant, marketplace, region, product_id) DO UPDATE SET revision = excluded.revision, \
                    change_id = excluded.change_id, decision_id = excluded.decision_id, settled_ms = excluded.settled_ms \
                    WHERE feed_products.revision < excluded.revision RETURNING marketplace, region, product_id";
        let returned = insert(connection, into, &rows, then).await?;
        let newer: BTreeSet<ProductKey> = returned.iter().map(key_of).collect::<Result<_, _>>()?;
        let (places, fresh): (Vec<usize>, Vec<&Outcome>) = newest.into_iter().filter(|(_, outcome)| newer.contains(&outcome.key)).unzip();
        let changes: Vec<&Change> = fresh.iter().flat_map(|outcome| &outcome.changes).collect();
        let new = log::put(connection, &changes, now).await.map_err(|(_, error)| error)?;
        for outcome in fresh.iter().filter(|outcome| outcome.decision_id.is_none()) {
            let ProductKey { marketplace, region, product_id } = &outcome.key;
            let query = sqlx::query("DELETE FROM catalogue WHERE tenant = $1 AND marketplace = $2 AND region = $3 AND product_id = $4");
            query.bind(tenant.as_str()).bind(marketplace).bind(region).bind(product_id).execute(&mut *connection).await?;
        }
        // All records at once: streams that grow in two goes are locked in two orders, and two transactions may then wait for each other.
        let notices = new.into_iter().filter_map(log::notice).chain(fresh.iter().map(|outcome| notice(tenant, outcome)));
        log::append(connection, &notices.collect::<Vec<_>>(), now).await?;
        // The message of the feed tells of the decision too.
        let letters: Vec<Letter<'_>> = fresh
            .iter()
            .map(|outcome| Letter { tenant, topic: FEED, key: &outcome.key.product_id, payload: outcome.message.as_str().into() })
            .collect();
        log::post(connection, &letters, &self.receivers, now).await?;
        let mut waiting: Vec<(&ProductKey, i64)> = outcomes.iter().map(|(_, outcome)| (&outcome.key, outcome.revision)).collect();
        wait_no_more(connection, tenant, &mut waiting).await?;
        Ok(places)
    }
}

fn product_row<'a>(tenant: &'a TenantId, outcome: &'a Outcome, now_ms: i64) -> Vec<Value<'a>> {
    let mut row = outcome.key.columns(tenant);
    let decision = outcome.decision_id.as_deref().unwrap_or_default();
    row.extend([outcome.revision.into(), outcome.change_id.as_str().into(), decision.into(), now_ms.into()]);
    row
}

/// The record of a settled change, in its product's stream.
fn notice<'a>(tenant: &'a TenantId, outcome: &'a Outcome) -> Notice<'a> {
    let kind = if outcome.decision_id.is_some() { "feed.judged" } else { "feed.removed" };
    Notice { tenant, stream: format!("product:{}", outcome.key.product_id), kind, subject: outcome.change_id.clone() }
}

/// Takes changes out of what waits, in the order of their keys; a newer revision that came meanwhile stays, and its product waits since
/// that one was accepted.
async fn wait_no_more(connection: &mut AnyConnection, tenant: &TenantId, settled: &mut [(&ProductKey, i64)]) -> Result<(), sqlx::Error> {
    settled.sort();
    for (key, revision) in settled {
        let of_this = |sql: &'static str| {
            let query = sqlx::query::<sqlx::Any>(sql).bind(tenant.as_str());
            query.bind(&key.marketplace).bind(&key.region).bind(&key.product_id).bind(*revision)
        };
        let waits_no_more = of_this(
            "DELETE FROM feed_changes WHERE tenant = $1 AND marketplace = $2 AND region = $3 AND product_id = $4 AND revision = $5",
        );
        if waits_no_more.execute(&mut *connection).await?.rows_affected() > 0 {
            continue;
        }
        let waits_anew = of_this(
            "UPDATE feed_changes SET accepted_ms = revised_ms WHERE tenant = $1 AND marketplace = $2 AND region = $3 AND product_id = $4 \
             AND revision > $5 AND revised_ms > accepted_ms",
        );
        waits_anew.execute(&mut *connection).await?;
    }
    Ok(())
}
