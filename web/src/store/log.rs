//! The log of what the store holds, and the messages that others are told: written in the transaction of the rows they tell of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{AnyConnection, Row as _};

use super::change::{Change, Table};
use super::rows::{Value, insert};
use super::{Store, StoreError};
use vitrine_engine::TenantId;

/// The topic of the outbox that new decisions are told under.
pub const DECISIONS: &str = "decisions";

/// Something that others are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Counts up; of one key in the order in which its changes were committed.
    pub seq: i64,
    /// What about: [`DECISIONS`].
    pub topic: String,
    /// What must stay in order: the product.
    pub key: String,
    /// What there is to tell, as JSON: of a decision `kind`, `product_id` and `decision_id`.
    pub payload: String,
    /// When it was written, ms since 1970 UTC.
    pub created_ms: i64,
}

/// Which of the changes are told to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// Nobody listens: nothing is written that nobody would take away.
    Nothing,
    /// Every new decision.
    Decisions,
}

/// Rows of one table by their keys: the place of the change, and the row.
type ByKey<'a> = BTreeMap<Vec<String>, (usize, Vec<Value<'a>>)>;

impl Store {
    /// The oldest messages that have not been told yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox(&self, tenant: &TenantId, limit: u32) -> Result<Vec<Message>, StoreError> {
        let failed = |error| StoreError::new("the outbox cannot be read", error);
        let rows = sqlx::query("SELECT seq, topic, key, payload, created_ms FROM outbox WHERE tenant = $1 ORDER BY seq LIMIT $2")
            .bind(tenant.as_str())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        let message = |row: &sqlx::any::AnyRow| {
            Ok(Message {
                seq: row.try_get(0)?,
                topic: row.try_get(1)?,
                key: row.try_get(2)?,
                payload: row.try_get(3)?,
                created_ms: row.try_get(4)?,
            })
        };
        rows.iter().map(message).collect::<Result<_, _>>().map_err(failed)
    }

    /// Takes messages that have been told out of the outbox: of these numbers alone, since others may have been committed between them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told(&self, tenant: &TenantId, seqs: &[i64]) -> Result<(), StoreError> {
        let failed = |error| StoreError::new("the outbox cannot be emptied", error);
        let mut change = self.people.begin().await.map_err(failed)?;
        for seq in seqs {
            let query = sqlx::query("DELETE FROM outbox WHERE tenant = $1 AND seq = $2").bind(tenant.as_str()).bind(*seq);
            query.execute(&mut *change).await.map_err(failed)?;
        }
        change.commit().await.map_err(failed)
    }
}

/// Writes all changes: the rows that are new, a record of each in its stream, and the messages. The first of two changes of one key
/// counts; of a product the last.
///
/// # Errors
/// The write point that failed, and why.
pub(super) async fn write(
    connection: &mut AnyConnection,
    changes: &[&Change],
    now_ms: i64,
    telling: Telling,
) -> Result<(), (&'static str, sqlx::Error)> {
    // In one order in every transaction, table by table and key by key, so that no two processes wait for each other.
    let mut tables: BTreeMap<Table, ByKey<'_>> = BTreeMap::new();
    for (place, change) in changes.iter().enumerate() {
        let (table, key, row) = (change.table(), change.key(), change.row(now_ms));
        let rows = tables.entry(table).or_default();
        if table == Table::Catalogue || !rows.contains_key(&key) {
            rows.insert(key, (place, row));
        }
    }
    // A database may return rows in any order: what is new is told in the order in which it came.
    let mut new: BTreeSet<usize> = BTreeSet::new();
    for (table, mut rows) in tables {
        let failed = |error| (table.point(), error);
        let values: Vec<Vec<Value<'_>>> = rows.values_mut().map(|(_, row)| std::mem::take(row)).collect();
        let returned = insert(connection, table.columns(), &values, table.on_conflict()).await.map_err(failed)?;
        for row in &returned {
            let key = (0..row.len()).map(|column| row.try_get(column)).collect::<Result<Vec<String>, _>>().map_err(failed)?;
            new.extend(rows.get(&key).map(|(place, _)| *place));
        }
    }
    let new: Vec<&Change> = new.into_iter().filter_map(|place| changes.get(place).copied()).collect();
    append(connection, &new, now_ms).await.map_err(|error| ("events", error))?;
    if telling == Telling::Decisions {
        tell(connection, &new, now_ms).await.map_err(|error| ("outbox", error))?;
    }
    Ok(())
}

/// A record of each change, at the end of its stream.
async fn append(connection: &mut AnyConnection, new: &[&Change], now_ms: i64) -> Result<(), sqlx::Error> {
    let mut streams: BTreeMap<(&str, String), Vec<&Change>> = BTreeMap::new();
    for change in new {
        streams.entry((change.tenant().as_str(), change.stream())).or_default().push(change);
    }
    let grown: Vec<(&str, &str, usize)> =
        streams.iter().map(|((tenant, stream), changes)| (*tenant, stream.as_str(), changes.len())).collect();
    let last = grow(connection, &grown).await?;
    let mut records = Vec::with_capacity(new.len());
    for ((tenant, stream), changes) in &streams {
        let end = last.get(&((*tenant).to_owned(), stream.clone())).copied().unwrap_or_default();
        for (place, change) in changes.iter().enumerate() {
            let revision = end - (changes.len() - 1 - place) as i64;
            let texts: [Value<'_>; 2] = [(*tenant).into(), stream.as_str().into()];
            let mut record = Vec::from(texts);
            record.extend([revision.into(), change.table().point().into(), change.subject().into(), now_ms.into()]);
            records.push(record);
        }
    }
    insert(connection, "events (tenant, stream, revision, kind, subject, stored_ms)", &records, "").await.map(|_| ())
}

/// Counts streams (tenant, name, records to come) up, in order of their names; gives the last revision of each. Others who append to
/// them wait until this transaction has ended.
pub(super) async fn grow(
    connection: &mut AnyConnection,
    streams: &[(&str, &str, usize)],
) -> Result<BTreeMap<(String, String), i64>, sqlx::Error> {
    let rows: Vec<Vec<Value<'_>>> =
        streams.iter().map(|(tenant, stream, more)| vec![(*tenant).into(), (*stream).into(), (*more as i64).into()]).collect();
    let then =
        "ON CONFLICT (tenant, stream) DO UPDATE SET revision = streams.revision + excluded.revision RETURNING tenant, stream, revision";
    let returned = insert(connection, "streams (tenant, stream, revision)", &rows, then).await?;
    returned.iter().map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?))).collect()
}

async fn tell(connection: &mut AnyConnection, new: &[&Change], now_ms: i64) -> Result<(), sqlx::Error> {
    let mut messages: Vec<Vec<Value<'_>>> = Vec::new();
    for change in new {
        let Change::Decision { tenant, id, product_id, .. } = change else { continue };
        let payload = json!({ "kind": Table::Decisions.point(), "product_id": product_id, "decision_id": id }).to_string();
        let mut message: Vec<Value<'_>> = [tenant.as_str(), DECISIONS, product_id.as_str()].map(Value::from).into();
        message.extend([payload.into(), now_ms.into()]);
        messages.push(message);
    }
    insert(connection, "outbox (tenant, topic, key, payload, created_ms)", &messages, "").await.map(|_| ())
}
