//! Dead letters: changes that could not be judged, with the reason, to be listed, to be tried again, or to be thrown away.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};
use vitrine_engine::TenantId;

use super::WaitingChange;
use super::queue::accept;
use crate::cache::hash_of;
use crate::store::log::{DEAD, Letter, post};
use crate::store::rows::{Value, insert};
use crate::store::writer::now_ms;
use crate::store::{Store, StoreError, Transaction};

/// A change that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Hash of what was sent: the same letter twice is one.
    pub id: String,
    /// The product; empty where that cannot be read.
    pub product_id: String,
    /// Stable code, `change_invalid`.
    pub code: String,
    /// What is wrong with it.
    pub reason: String,
    /// What was sent.
    pub payload: String,
    /// How `payload` is written.
    pub encoding: Encoding,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was given up, ms since 1970 UTC.
    pub died_ms: i64,
}

/// How a letter's payload is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it was sent.
    Text,
    /// Bytes that are no text.
    Base64,
}

impl Encoding {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Base64 => "base64",
        }
    }
}

impl Store {
    /// Dead letters, the newest first; those before one of them, or from the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dead_letters(&self, tenant: &TenantId, before: Option<(i64, &str)>, limit: u32) -> Result<Vec<DeadLetter>, StoreError> {
        let (before_ms, before_id) = before.unwrap_or((i64::MAX, ""));
        let query = sqlx::query(
            "SELECT id, product_id, code, reason, payload, encoding, attempts, died_ms FROM feed_dead \
             WHERE tenant = $1 AND (died_ms < $2 OR (died_ms = $2 AND id < $3)) ORDER BY died_ms DESC, id DESC LIMIT $4",
        );
        let query = query.bind(tenant.as_str()).bind(before_ms).bind(before_id).bind(i64::from(limit));
        let rows = query.fetch_all(&self.readers).await.and_then(|rows| rows.iter().map(letter).collect());
        rows.map_err(|error| StoreError::new("dead letters cannot be read", error))
    }

    /// The letter of an id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dead_letter(&self, tenant: &TenantId, id: &str) -> Result<Option<DeadLetter>, StoreError> {
        let query = sqlx::query(
            "SELECT id, product_id, code, reason, payload, encoding, attempts, died_ms FROM feed_dead WHERE tenant = $1 AND id = $2",
        );
        let row = query.bind(tenant.as_str()).bind(id).fetch_optional(&self.readers).await;
        row.and_then(|row| row.as_ref().map(letter).transpose()).map_err(|error| StoreError::new("a dead letter cannot be read", error))
    }
}

impl Transaction {
    /// Lets the changes of dead letters, by their ids, wait to be judged once more; those that are no longer newer than what is known of
    /// their products are only taken out. Gives how many wait.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revive(&mut self, letters: &[(String, WaitingChange)]) -> Result<usize, StoreError> {
        let failed = |error| StoreError::new("dead letters cannot be replayed", error);
        let tenant = self.tenant().clone();
        let changes: Vec<WaitingChange> = letters.iter().map(|(_, change)| change.clone()).collect();
        let accepted = accept(self.connection(), &tenant, &changes).await.map_err(failed)?;
        take_out(self.connection(), &tenant, letters.iter().map(|(id, _)| id)).await.map_err(failed)?;
        Ok(accepted)
    }

    /// Throws dead letters away, by their ids; gives those that there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn discard(&mut self, letters: &[String]) -> Result<Vec<String>, StoreError> {
        let tenant = self.tenant().clone();
        let discarded = take_out(self.connection(), &tenant, letters).await;
        discarded.map_err(|error| StoreError::new("dead letters cannot be discarded", error))
    }
}

/// Takes letters out, in the order of their ids as [`bury`] writes them; gives those that there were.
async fn take_out<'a>(
    connection: &mut AnyConnection,
    tenant: &TenantId,
    letters: impl IntoIterator<Item = &'a String>,
) -> Result<Vec<String>, sqlx::Error> {
    let letters: BTreeSet<&String> = letters.into_iter().collect();
    let mut taken = Vec::with_capacity(letters.len());
    for id in letters {
        let query = sqlx::query("DELETE FROM feed_dead WHERE tenant = $1 AND id = $2").bind(tenant.as_str()).bind(id);
        if query.execute(&mut *connection).await?.rows_affected() > 0 {
            taken.push(id.clone());
        }
    }
    Ok(taken)
}

/// Keeps dead letters that are new, and tells of them.
pub(super) async fn bury(
    connection: &mut AnyConnection,
    tenant: &TenantId,
    letters: &[DeadLetter],
    receivers: &[String],
) -> Result<(), sqlx::Error> {
    let mut letters: Vec<&DeadLetter> = letters.iter().collect();
    letters.sort_by(|a, b| a.id.cmp(&b.id));
    letters.dedup_by(|a, b| a.id == b.id);
    let row = |letter: &&DeadLetter| {
        let DeadLetter { id, product_id, code, reason, payload, encoding, attempts, died_ms } = letter;
        let mut row: Vec<Value<'_>> = vec![Value::Text(tenant.as_str().to_owned().into())];
        row.extend([id, product_id, code, reason, payload].map(|text| Value::Text(text.clone().into())));
        row.extend([encoding.as_str().into(), (*attempts).into(), (*died_ms).into()]);
        row
    };
    let rows: Vec<Vec<Value<'_>>> = letters.iter().map(row).collect();
    let into = "feed_dead (tenant, id, product_id, code, reason, payload, encoding, attempts, died_ms)";
    let new = insert(connection, into, &rows, "ON CONFLICT (tenant, id) DO NOTHING RETURNING id").await?;
    let new: Vec<String> = new.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let told: Vec<Letter<'_>> = letters.iter().filter(|letter| new.contains(&letter.id)).map(|dead| told(tenant, dead)).collect();
    post(connection, &told, receivers, now_ms()).await
}

/// What others are told of a dead letter: all of it, so that whoever reads the stream needs nothing else. Letters that die twice are told
/// twice, each death under an id of its own.
fn told<'a>(tenant: &'a TenantId, letter: &'a DeadLetter) -> Letter<'a> {
    let DeadLetter { id, product_id, code, reason, payload, encoding, attempts, died_ms } = letter;
    let death = hash_of([tenant.as_str(), "change.dead", id, &died_ms.to_string()].map(str::as_bytes));
    let death: String = death.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let message = json!({
        "id": death, "kind": "change.dead", "letter_id": id, "product_id": product_id, "code": code, "reason": reason, "payload": payload,
        "encoding": encoding.as_str(), "attempts": attempts, "at_ms": died_ms,
    });
    Letter { tenant, topic: DEAD, key: product_id, payload: message.to_string().into() }
}

fn letter(row: &AnyRow) -> Result<DeadLetter, sqlx::Error> {
    let encoding: String = row.try_get(5)?;
    Ok(DeadLetter {
        id: row.try_get(0)?,
        product_id: row.try_get(1)?,
        code: row.try_get(2)?,
        reason: row.try_get(3)?,
        payload: row.try_get(4)?,
        encoding: if encoding == Encoding::Base64.as_str() { Encoding::Base64 } else { Encoding::Text },
        attempts: row.try_get(6)?,
        died_ms: row.try_get(7)?,
    })
}
