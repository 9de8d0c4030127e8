//! The log of what the store holds, and the messages that others are told: written in the transaction of the rows they tell of.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{AnyConnection, Row as _};

use super::change::{Change, Table};
use super::rows::{Value, insert};
use vitrine_engine::TenantId;

/// The topic of the outbox that new decisions are told under.
pub const DECISIONS: &str = "decisions";
/// The topic of what became of changes of the feed.
pub const FEED: &str = "feed";
/// The topic of changes that could not be judged.
pub const DEAD: &str = "dead";

/// Which of the changes are told, and whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Telling {
    /// Every new decision; otherwise nothing is written that nobody would take away.
    pub decisions: bool,
    /// By the names that the outbox has for them.
    pub receivers: Vec<String>,
}

/// A record to be: whose, in which stream, the write point, and what it tells of.
pub(super) struct Notice<'a> {
    pub tenant: &'a TenantId,
    pub stream: String,
    pub kind: &'static str,
    pub subject: String,
}

/// A message to be: whose, what about, the product, and what there is to tell.
pub(super) struct Letter<'a> {
    pub tenant: &'a TenantId,
    pub topic: &'static str,
    pub key: &'a str,
    pub payload: Cow<'a, str>,
}

/// Rows of one table by their keys: the place of the change, and the row.
type ByKey<'a> = BTreeMap<Vec<String>, (usize, Vec<Value<'a>>)>;

/// Writes all changes: the rows that are new, a record of each in its stream, and the messages.
///
/// # Errors
/// The write point that failed, and why.
pub(super) async fn write(
    connection: &mut AnyConnection,
    changes: &[&Change],
    now_ms: i64,
    telling: &Telling,
) -> Result<(), (&'static str, sqlx::Error)> {
    let new = put(connection, changes, now_ms).await?;
    let notices: Vec<Notice<'_>> = new.iter().filter_map(|change| notice(change)).collect();
    append(connection, &notices, now_ms).await.map_err(|error| ("events", error))?;
    let letters: Vec<Letter<'_>> = new.iter().filter(|_| telling.decisions).filter_map(|change| letter(change)).collect();
    post(connection, &letters, &telling.receivers, now_ms).await.map_err(|error| ("outbox", error))
}

/// Writes the rows of changes and nothing else; gives those that are new, in the order in which they came. The first of two changes of one
/// key counts; of a product the last.
///
/// # Errors
/// The write point that failed, and why.
pub(super) async fn put<'a>(
    connection: &mut AnyConnection,
    changes: &[&'a Change],
    now_ms: i64,
) -> Result<Vec<&'a Change>, (&'static str, sqlx::Error)> {
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
    Ok(new.into_iter().filter_map(|place| changes.get(place).copied()).collect())
}

/// The record of a change; `None` where none tells of it.
pub(super) fn notice(change: &Change) -> Option<Notice<'_>> {
    let (stream, subject) = change.record()?;
    Some(Notice { tenant: change.tenant(), stream, kind: change.table().point(), subject })
}

/// Writes records, each at the end of its stream.
pub(super) async fn append(connection: &mut AnyConnection, new: &[Notice<'_>], now_ms: i64) -> Result<(), sqlx::Error> {
    let mut streams: BTreeMap<(&str, &str), Vec<&Notice<'_>>> = BTreeMap::new();
    for notice in new {
        streams.entry((notice.tenant.as_str(), &notice.stream)).or_default().push(notice);
    }
    let grown: Vec<(&str, &str, usize)> = streams.iter().map(|((tenant, stream), notices)| (*tenant, *stream, notices.len())).collect();
    let last = grow(connection, &grown).await?;
    let mut records = Vec::with_capacity(new.len());
    for ((tenant, stream), notices) in &streams {
        let end = last.get(&((*tenant).to_owned(), (*stream).to_owned())).copied().unwrap_or_default();
        for (place, notice) in notices.iter().enumerate() {
            let revision = end - (notices.len() - 1 - place) as i64;
            let mut record: Vec<Value<'_>> = vec![(*tenant).into(), (*stream).into()];
            record.extend([revision.into(), notice.kind.into(), notice.subject.as_str().into(), now_ms.into()]);
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

/// What is told of a change; `None` where it is no decision.
fn letter(change: &Change) -> Option<Letter<'_>> {
    let Change::Decision { tenant, id, product_id, .. } = change else { return None };
    let payload = json!({ "id": id, "kind": Table::Decisions.point(), "product_id": product_id, "decision_id": id });
    Some(Letter { tenant, topic: DECISIONS, key: product_id, payload: payload.to_string().into() })
}

/// Writes messages into the outbox, a copy for each receiver.
pub(super) async fn post(
    connection: &mut AnyConnection,
    letters: &[Letter<'_>],
    receivers: &[String],
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let mut messages: Vec<Vec<Value<'_>>> = Vec::with_capacity(letters.len() * receivers.len());
    for Letter { tenant, topic, key, payload } in letters {
        for receiver in receivers {
            let texts: [&str; 5] = [tenant.as_str(), topic, key, payload, receiver];
            messages.push(texts.map(Value::from).into_iter().chain([now_ms.into()]).collect());
        }
    }
    insert(connection, "outbox (tenant, topic, key, payload, receiver, created_ms)", &messages, "").await.map(|_| ())
}
