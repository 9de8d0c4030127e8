//! What waits for people, what they said of it, and what follows from that; small pictures and objections.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use vitrine_engine::{ContentHash, TenantId};

use super::{Store, StoreError, Transaction};

/// An item as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// Hash of what makes it one.
    pub id: String,
    /// `open` or `closed`.
    pub state: String,
    /// `rule` or `objection`.
    pub origin: String,
    /// Where the picture is sold; empty for the house.
    pub marketplace: String,
    /// The picture.
    pub content_hash: String,
    /// The rule that is asked about.
    pub rule: String,
    /// Of the product; may be empty.
    pub category: String,
    /// All else, as JSON.
    pub document: String,
    /// When it came, ms since 1970 UTC.
    pub opened_ms: i64,
}

/// An item and what is known of its judgements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueEntry {
    /// The item.
    pub row: QueueRow,
    /// People who judged it.
    pub judgements: i64,
    /// What the person who asks said of it.
    pub mine: Option<String>,
}

/// Which items.
#[derive(Debug, Clone, Copy, Default)]
pub struct QueueFilter<'a> {
    /// `open` (and not yet judged by the person), `closed`, `mine` (judged by the person); all where none is named.
    pub state: Option<&'a str>,
    /// Of one rule.
    pub rule: Option<&'a str>,
    /// Of one category.
    pub category: Option<&'a str>,
}

/// What one person said of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgementRow {
    /// The item.
    pub item: String,
    /// The item's rule.
    pub rule: String,
    /// Who.
    pub person: String,
    /// `approve`, `overturn` or `wrong_region`.
    pub verdict: String,
}

/// A rule that people overturned for a picture, or took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionRow {
    /// The picture.
    pub content_hash: String,
    /// The rule.
    pub rule: String,
    /// Whether it holds.
    pub held: bool,
    /// 1, 2, 3, … within the tenant: the last change.
    pub seq: i64,
}

/// A seller's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectionRow<'a> {
    /// Hash of decision, picture and rule.
    pub id: &'a str,
    /// The decision.
    pub decision: &'a str,
    /// The picture's id in it.
    pub image: &'a str,
    /// The rule.
    pub rule: &'a str,
    /// In the seller's words.
    pub text: &'a str,
}

/// All but `tenant`.
const ITEM: &str = "q.id, q.state, q.origin, q.marketplace, q.content_hash, q.rule, q.category, q.document, q.opened_ms";
/// Where a person's own word decides whether an item is shown: `$2` is the person, `$3` the state, `$4` the rule, `$5` the category.
const WANTED: &str = "FROM queue q LEFT JOIN judgements m ON m.tenant = q.tenant AND m.item = q.id AND m.person = $2 \
     WHERE q.tenant = $1 AND ($3 = '' OR ($3 = 'mine' AND m.person IS NOT NULL) OR ($3 = q.state AND ($3 <> 'open' OR m.person IS NULL))) \
     AND ($4 = '' OR q.rule = $4) AND ($5 = '' OR q.category = $5)";

impl Store {
    /// Items with what the person said of them, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue(&self, tenant: &TenantId, person: &str, filter: QueueFilter<'_>, limit: u32) -> Result<Vec<QueueEntry>, StoreError> {
        let sql = format!(
            "SELECT {ITEM}, m.verdict, (SELECT COUNT(*) FROM judgements j WHERE j.tenant = q.tenant AND j.item = q.id) {WANTED} \
             ORDER BY q.opened_ms, q.id LIMIT $6"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(person)
            .bind(filter.state.unwrap_or_default())
            .bind(filter.rule.unwrap_or_default())
            .bind(filter.category.unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(unread)?;
        rows.iter().map(entry).collect::<Result<_, _>>().map_err(unread)
    }

    /// How many items a filter lets through.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_count(&self, tenant: &TenantId, person: &str, filter: QueueFilter<'_>) -> Result<i64, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) {WANTED}")))
            .bind(tenant.as_str())
            .bind(person)
            .bind(filter.state.unwrap_or_default())
            .bind(filter.rule.unwrap_or_default())
            .bind(filter.category.unwrap_or_default())
            .fetch_one(&self.readers)
            .await;
        row.and_then(|row| row.try_get(0)).map_err(unread)
    }

    /// One item.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_item(&self, tenant: &TenantId, person: &str, id: &str) -> Result<Option<QueueEntry>, StoreError> {
        let sql = format!(
            "SELECT {ITEM}, m.verdict, (SELECT COUNT(*) FROM judgements j WHERE j.tenant = q.tenant AND j.item = q.id) \
             FROM queue q LEFT JOIN judgements m ON m.tenant = q.tenant AND m.item = q.id AND m.person = $2 WHERE q.tenant = $1 AND q.id = $3"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(person).bind(id);
        let row = query.fetch_optional(&self.readers).await.map_err(unread)?;
        row.as_ref().map(entry).transpose().map_err(unread)
    }

    /// All judgements, by item and then in the order of time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judgements(&self, tenant: &TenantId) -> Result<Vec<JudgementRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT j.item, q.rule, j.person, j.verdict FROM judgements j JOIN queue q ON q.tenant = j.tenant AND q.id = j.item \
             WHERE j.tenant = $1 ORDER BY j.item, j.at_ms, j.person",
        )
        .bind(tenant.as_str())
        .fetch_all(&self.readers)
        .await
        .map_err(unread)?;
        rows.iter().map(judgement).collect::<Result<_, _>>().map_err(unread)
    }

    /// Exemptions that changed after a number, in that order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn exemptions_after(&self, tenant: &TenantId, seq: i64) -> Result<Vec<ExemptionRow>, StoreError> {
        let query = sqlx::query("SELECT content_hash, rule, held, seq FROM exemptions WHERE tenant = $1 AND seq > $2 ORDER BY seq");
        let rows = query.bind(tenant.as_str()).bind(seq).fetch_all(&self.readers).await.map_err(unread)?;
        let exemption = |row: &AnyRow| {
            let held: i64 = row.try_get(2)?;
            Ok(ExemptionRow { content_hash: row.try_get(0)?, rule: row.try_get(1)?, held: held != 0, seq: row.try_get(3)? })
        };
        rows.iter().map(exemption).collect::<Result<_, _>>().map_err(unread)
    }

    /// A picture's small version, JPEG in base64.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn thumbnail(&self, tenant: &TenantId, content_hash: ContentHash) -> Result<Option<String>, StoreError> {
        let query = sqlx::query("SELECT jpeg FROM thumbnails WHERE tenant = $1 AND content_hash = $2");
        let row = query.bind(tenant.as_str()).bind(content_hash.to_string()).fetch_optional(&self.readers).await.map_err(unread)?;
        row.map(|row| row.try_get(0)).transpose().map_err(unread)
    }
}

impl Transaction {
    /// One item, as it is within the change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_item(&mut self, id: &str) -> Result<Option<QueueRow>, StoreError> {
        let tenant = self.tenant().clone();
        let query = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {ITEM} FROM queue q WHERE q.tenant = $1 AND q.id = $2")));
        let row = query.bind(tenant.as_str()).bind(id).fetch_optional(self.connection()).await.map_err(unread)?;
        row.as_ref().map(item).transpose().map_err(unread)
    }

    /// Opens an item that is not there yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_item(&mut self, row: &QueueRow) -> Result<(), StoreError> {
        let (tenant, now_ms) = (self.tenant().clone(), self.now_ms());
        sqlx::query(INSERT_ITEM)
            .bind(tenant.as_str())
            .bind(row.id.as_str())
            .bind(row.origin.as_str())
            .bind(row.marketplace.as_str())
            .bind(row.content_hash.as_str())
            .bind(row.rule.as_str())
            .bind(row.category.as_str())
            .bind(row.document.as_str())
            .bind(now_ms)
            .execute(self.connection())
            .await
            .map(|_| ())
            .map_err(unwritten)
    }

    /// Opens or closes an item.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_queue_state(&mut self, id: &str, state: &str) -> Result<(), StoreError> {
        let tenant = self.tenant().clone();
        let query = sqlx::query("UPDATE queue SET state = $3 WHERE tenant = $1 AND id = $2").bind(tenant.as_str()).bind(id).bind(state);
        query.execute(self.connection()).await.map(|_| ()).map_err(unwritten)
    }

    /// Writes what a person says of an item, in place of what they said before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judge(&mut self, id: &str, person: &str, verdict: &str, note: &str, region: &str) -> Result<(), StoreError> {
        let (tenant, now_ms) = (self.tenant().clone(), self.now_ms());
        sqlx::query(
            "INSERT INTO judgements (tenant, item, person, verdict, note, region, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (tenant, item, person) DO UPDATE SET verdict = excluded.verdict, note = excluded.note, region = excluded.region, \
             at_ms = excluded.at_ms",
        )
        .bind(tenant.as_str())
        .bind(id)
        .bind(person)
        .bind(verdict)
        .bind(note)
        .bind(region)
        .bind(now_ms)
        .execute(self.connection())
        .await
        .map(|_| ())
        .map_err(unwritten)
    }

    /// Takes back what a person said of an item; whether there was anything.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_back(&mut self, id: &str, person: &str) -> Result<bool, StoreError> {
        let tenant = self.tenant().clone();
        let query = sqlx::query("DELETE FROM judgements WHERE tenant = $1 AND item = $2 AND person = $3");
        let done = query.bind(tenant.as_str()).bind(id).bind(person).execute(self.connection()).await.map_err(unwritten)?;
        Ok(done.rows_affected() > 0)
    }

    /// All judgements of a rule's word on a picture, whatever item they were given for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judgements_of(&mut self, content_hash: &str, rule: &str) -> Result<Vec<JudgementRow>, StoreError> {
        let tenant = self.tenant().clone();
        let rows = sqlx::query(
            "SELECT j.item, q.rule, j.person, j.verdict FROM judgements j JOIN queue q ON q.tenant = j.tenant AND q.id = j.item \
             WHERE q.tenant = $1 AND q.content_hash = $2 AND q.rule = $3 ORDER BY j.item, j.at_ms, j.person",
        )
        .bind(tenant.as_str())
        .bind(content_hash)
        .bind(rule)
        .fetch_all(self.connection())
        .await
        .map_err(unread)?;
        rows.iter().map(judgement).collect::<Result<_, _>>().map_err(unread)
    }

    /// Writes whether a rule is ignored for a picture, where that changes something; whether it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_exemption(&mut self, content_hash: &str, rule: &str, held: bool) -> Result<bool, StoreError> {
        let (tenant, now_ms) = (self.tenant().clone(), self.now_ms());
        let known = sqlx::query("SELECT held FROM exemptions WHERE tenant = $1 AND content_hash = $2 AND rule = $3")
            .bind(tenant.as_str())
            .bind(content_hash)
            .bind(rule)
            .fetch_optional(self.connection())
            .await
            .and_then(|row| row.map(|row| row.try_get::<i64, _>(0)).transpose())
            .map_err(unread)?;
        if known.unwrap_or(0) == i64::from(held) {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO exemptions (tenant, content_hash, rule, held, seq, at_ms) \
             SELECT $1, $2, $3, $4, COALESCE(MAX(seq), 0) + 1, $5 FROM exemptions WHERE tenant = $1 \
             ON CONFLICT (tenant, content_hash, rule) DO UPDATE SET held = excluded.held, seq = excluded.seq, at_ms = excluded.at_ms",
        )
        .bind(tenant.as_str())
        .bind(content_hash)
        .bind(rule)
        .bind(i64::from(held))
        .bind(now_ms)
        .execute(self.connection())
        .await
        .map_err(unwritten)?;
        Ok(true)
    }

    /// Adds a seller's answer; `false` when there is one already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_objection(&mut self, objection: &ObjectionRow<'_>) -> Result<bool, StoreError> {
        let (tenant, now_ms) = (self.tenant().clone(), self.now_ms());
        let done = sqlx::query(
            "INSERT INTO objections (tenant, id, decision, image, rule, text, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT DO NOTHING",
        )
        .bind(tenant.as_str())
        .bind(objection.id)
        .bind(objection.decision)
        .bind(objection.image)
        .bind(objection.rule)
        .bind(objection.text)
        .bind(now_ms)
        .execute(self.connection())
        .await
        .map_err(unwritten)?;
        Ok(done.rows_affected() > 0)
    }
}

/// `$1` tenant, `$2` id, `$3` origin, `$4` marketplace, `$5` picture, `$6` rule, `$7` category, `$8` document, `$9` time.
pub(super) const INSERT_ITEM: &str = "INSERT INTO queue (tenant, id, state, origin, marketplace, content_hash, rule, category, document, opened_ms) \
     VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";

fn item(row: &AnyRow) -> Result<QueueRow, sqlx::Error> {
    Ok(QueueRow {
        id: row.try_get(0)?,
        state: row.try_get(1)?,
        origin: row.try_get(2)?,
        marketplace: row.try_get(3)?,
        content_hash: row.try_get(4)?,
        rule: row.try_get(5)?,
        category: row.try_get(6)?,
        document: row.try_get(7)?,
        opened_ms: row.try_get(8)?,
    })
}

fn entry(row: &AnyRow) -> Result<QueueEntry, sqlx::Error> {
    Ok(QueueEntry { row: item(row)?, mine: row.try_get(9)?, judgements: row.try_get(10)? })
}

fn judgement(row: &AnyRow) -> Result<JudgementRow, sqlx::Error> {
    Ok(JudgementRow { item: row.try_get(0)?, rule: row.try_get(1)?, person: row.try_get(2)?, verdict: row.try_get(3)? })
}

fn unread(error: sqlx::Error) -> StoreError {
    StoreError::new("the queue cannot be looked up", error)
}

fn unwritten(error: sqlx::Error) -> StoreError {
    StoreError::new("the queue was not written", error)
}
