//! Drafts, releases, roll-outs, what is live, and tallies. Questions on the store; changes within a [`Transaction`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AssertSqlSafe, Row};
use vitrine_engine::TenantId;

use super::writer::now_ms;
use super::{Store, StoreError, Transaction};

type Query<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

/// A kept document of a numbered thing, and what is asked about it most.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered<T> {
    /// Its number.
    pub number: i64,
    /// Its state; empty where it has none.
    pub state: String,
    /// Counts up with every change; 0 where it never changes.
    pub revision: i64,
    /// When it was written last, ms since 1970 UTC.
    pub changed_ms: i64,
    /// The document.
    pub document: T,
}

/// A table of documents with a number each.
struct Documents {
    table: &'static str,
    /// Number, state, revision, time of the last change; a table without one of them has a constant in its place.
    facts: &'static str,
    /// The number's column.
    number: &'static str,
}

const DRAFTS: Documents = Documents { table: "drafts", facts: "id, state, revision, changed_ms", number: "id" };
const RELEASES: Documents = Documents { table: "releases", facts: "number, '', 0, stored_ms", number: "number" };
const ROLLOUTS: Documents = Documents { table: "rollouts", facts: "number, state, 0, changed_ms", number: "number" };
const OPEN_ROLLOUTS: &str = "SELECT number, state, 0, changed_ms, document FROM rollouts WHERE tenant = $1 \
    AND state IN ('scheduled', 'canary') ORDER BY number";
const LIVE: &str = "SELECT 0, '', revision, changed_ms, document FROM live WHERE tenant = $1";

impl Documents {
    /// Those of a tenant (`$1`), newest first.
    fn all(&self) -> String {
        let Self { table, facts, number } = self;
        format!("SELECT {facts}, document FROM {table} WHERE tenant = $1 ORDER BY {number} DESC")
    }

    /// The one of a tenant with a number (`$2`).
    fn one(&self) -> String {
        let Self { table, facts, number } = self;
        format!("SELECT {facts}, document FROM {table} WHERE tenant = $1 AND {number} = $2")
    }
}

impl Store {
    /// Drafts, newest first; one, where its number is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drafts<T: DeserializeOwned>(&self, tenant: &TenantId, id: Option<i64>) -> Result<Vec<Numbered<T>>, StoreError> {
        self.documents(&DRAFTS, tenant, id).await
    }

    /// Releases, newest first; one, where its number is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn releases<T: DeserializeOwned>(&self, tenant: &TenantId, number: Option<i64>) -> Result<Vec<Numbered<T>>, StoreError> {
        self.documents(&RELEASES, tenant, number).await
    }

    /// Roll-outs, newest first; one, where its release is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rollouts<T: DeserializeOwned>(&self, tenant: &TenantId, number: Option<i64>) -> Result<Vec<Numbered<T>>, StoreError> {
        self.documents(&ROLLOUTS, tenant, number).await
    }

    /// Roll-outs that can still move by themselves: scheduled ones and canaries.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_rollouts<T: DeserializeOwned>(&self, tenant: &TenantId) -> Result<Vec<Numbered<T>>, StoreError> {
        self.rows(sqlx::query(OPEN_ROLLOUTS).bind(tenant.as_str())).await
    }

    /// What is live; `None` before the first release.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn live<T: DeserializeOwned>(&self, tenant: &TenantId) -> Result<Option<Numbered<T>>, StoreError> {
        Ok(self.rows(sqlx::query(LIVE).bind(tenant.as_str())).await?.pop())
    }

    /// Its revision alone; 0 before the first release.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn live_revision(&self, tenant: &TenantId) -> Result<i64, StoreError> {
        let query = sqlx::query("SELECT COALESCE(MAX(revision), 0) FROM live WHERE tenant = $1").bind(tenant.as_str());
        let row = query.fetch_one(&self.readers).await.and_then(|row| row.try_get(0));
        row.map_err(|error| StoreError::new("what is live cannot be looked up", error))
    }

    /// Decisions of a product before a time, newest first: id, time, document.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions_of(
        &self,
        tenant: &TenantId,
        product_id: &str,
        before_ms: i64,
        limit: u32,
    ) -> Result<Vec<(String, i64, String)>, StoreError> {
        let failed = |error| StoreError::new("decisions cannot be looked up", error);
        let rows = sqlx::query(
            "SELECT id, stored_ms, document FROM decisions WHERE tenant = $1 AND product_id = $2 AND stored_ms < $3 \
             ORDER BY stored_ms DESC LIMIT $4",
        )
        .bind(tenant.as_str())
        .bind(product_id)
        .bind(before_ms)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect::<Result<_, _>>().map_err(failed)
    }

    /// What people said since a time: the rule and their verdict.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judgements_since(&self, tenant: &TenantId, at_ms: i64) -> Result<Vec<(String, String)>, StoreError> {
        let failed = |error| StoreError::new("judgements cannot be read", error);
        let rows = sqlx::query(
            "SELECT q.rule, j.verdict FROM judgements j JOIN queue q ON q.tenant = j.tenant AND q.id = j.item \
             WHERE j.tenant = $1 AND j.at_ms >= $2",
        )
        .bind(tenant.as_str())
        .bind(at_ms)
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(failed)
    }

    /// Keeps what one server has counted of a subject, in place of what it had counted before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_tally(&self, tenant: &TenantId, subject: &str, server: &str, tally: &impl Serialize) -> Result<(), StoreError> {
        let failed = |cause: &dyn std::fmt::Display| StoreError::new("counts cannot be kept", cause);
        sqlx::query(
            "INSERT INTO tallies (tenant, subject, server, document, stored_ms) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (tenant, subject, server) DO UPDATE SET document = excluded.document, stored_ms = excluded.stored_ms",
        )
        .bind(tenant.as_str())
        .bind(subject)
        .bind(server)
        .bind(serde_json::to_string(tally).map_err(|error| failed(&error))?)
        .bind(now_ms())
        .execute(&self.people)
        .await
        .map(|_| ())
        .map_err(|error| failed(&error))
    }

    /// What all servers have counted of a subject.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallies<T: DeserializeOwned>(&self, tenant: &TenantId, subject: &str) -> Result<Vec<T>, StoreError> {
        let failed = |cause: &dyn std::fmt::Display| StoreError::new("counts cannot be read", cause);
        let query = sqlx::query("SELECT document FROM tallies WHERE tenant = $1 AND subject = $2 ORDER BY server");
        let rows = query.bind(tenant.as_str()).bind(subject).fetch_all(&self.readers).await.map_err(|error| failed(&error))?;
        rows.iter()
            .map(|row| {
                let document: String = row.try_get(0).map_err(|error| failed(&error))?;
                serde_json::from_str(&document).map_err(|error| failed(&error))
            })
            .collect()
    }

    async fn documents<T: DeserializeOwned>(
        &self,
        of: &Documents,
        tenant: &TenantId,
        number: Option<i64>,
    ) -> Result<Vec<Numbered<T>>, StoreError> {
        match number {
            Some(number) => self.rows(sqlx::query(AssertSqlSafe(of.one())).bind(tenant.as_str()).bind(number)).await,
            None => self.rows(sqlx::query(AssertSqlSafe(of.all())).bind(tenant.as_str())).await,
        }
    }

    async fn rows<T: DeserializeOwned>(&self, query: Query<'_>) -> Result<Vec<Numbered<T>>, StoreError> {
        read(&query.fetch_all(&self.readers).await.map_err(|error| unreadable(&error))?)
    }
}

impl Transaction {
    /// A draft as it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draft<T: DeserializeOwned>(&mut self, id: i64) -> Result<Option<Numbered<T>>, StoreError> {
        self.document(&DRAFTS, id).await
    }

    /// A roll-out as it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rollout<T: DeserializeOwned>(&mut self, number: i64) -> Result<Option<Numbered<T>>, StoreError> {
        self.document(&ROLLOUTS, number).await
    }

    /// What is live now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn live<T: DeserializeOwned>(&mut self) -> Result<Option<Numbered<T>>, StoreError> {
        let query = sqlx::query(LIVE).bind(self.tenant().as_str().to_owned());
        self.row(query).await
    }

    /// The number that a new draft gets.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_draft(&mut self) -> Result<i64, StoreError> {
        self.next("SELECT COALESCE(MAX(id), 0) + 1 FROM drafts WHERE tenant = $1").await
    }

    /// The number that a new release gets.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_release(&mut self) -> Result<i64, StoreError> {
        self.next("SELECT COALESCE(MAX(number), 0) + 1 FROM releases WHERE tenant = $1").await
    }

    /// Writes a draft, new or changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_draft(&mut self, id: i64, state: &str, revision: i64, document: &impl Serialize) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO drafts (tenant, id, state, revision, document, changed_ms) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (tenant, id) DO UPDATE SET state = excluded.state, revision = excluded.revision, \
             document = excluded.document, changed_ms = excluded.changed_ms",
        );
        let (tenant, now_ms) = (self.tenant().as_str().to_owned(), self.now_ms());
        let query = query.bind(tenant).bind(id).bind(state.to_owned()).bind(revision).bind(json(document)?).bind(now_ms);
        query.execute(self.connection()).await.map(|_| ()).map_err(|error| unwritten(&error))
    }

    /// Writes a release, once.
    ///
    /// # Errors
    /// When the database fails, or the number is taken.
    pub async fn put_release(&mut self, number: i64, document: &impl Serialize) -> Result<(), StoreError> {
        let query = sqlx::query("INSERT INTO releases (tenant, number, document, stored_ms) VALUES ($1, $2, $3, $4)");
        let (tenant, now_ms) = (self.tenant().as_str().to_owned(), self.now_ms());
        let query = query.bind(tenant).bind(number).bind(json(document)?).bind(now_ms);
        query.execute(self.connection()).await.map(|_| ()).map_err(|error| unwritten(&error))
    }

    /// Writes a roll-out, new or changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_rollout(&mut self, number: i64, state: &str, document: &impl Serialize) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO rollouts (tenant, number, state, document, changed_ms) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (tenant, number) DO UPDATE SET state = excluded.state, document = excluded.document, \
             changed_ms = excluded.changed_ms",
        );
        let (tenant, now_ms) = (self.tenant().as_str().to_owned(), self.now_ms());
        let query = query.bind(tenant).bind(number).bind(state.to_owned()).bind(json(document)?).bind(now_ms);
        query.execute(self.connection()).await.map(|_| ()).map_err(|error| unwritten(&error))
    }

    /// Says what is live from now on; the revision counts up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_live(&mut self, document: &impl Serialize) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO live (tenant, revision, document, changed_ms) VALUES ($1, 1, $2, $3) \
             ON CONFLICT (tenant) DO UPDATE SET revision = live.revision + 1, document = excluded.document, \
             changed_ms = excluded.changed_ms",
        );
        let (tenant, now_ms) = (self.tenant().as_str().to_owned(), self.now_ms());
        let query = query.bind(tenant).bind(json(document)?).bind(now_ms);
        query.execute(self.connection()).await.map(|_| ()).map_err(|error| unwritten(&error))
    }

    /// Takes open items that a rule sent to review since a time out of the queue; gives how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_items(&mut self, rule: &str, since_ms: i64) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "UPDATE queue SET state = 'withdrawn' WHERE tenant = $1 AND state = 'open' AND origin = 'rule' AND rule = $2 AND opened_ms >= $3",
        );
        let query = query.bind(self.tenant().as_str().to_owned()).bind(rule.to_owned()).bind(since_ms);
        query.execute(self.connection()).await.map(|done| done.rows_affected()).map_err(|error| unwritten(&error))
    }

    async fn document<T: DeserializeOwned>(&mut self, of: &Documents, number: i64) -> Result<Option<Numbered<T>>, StoreError> {
        let query = sqlx::query(AssertSqlSafe(of.one())).bind(self.tenant().as_str().to_owned()).bind(number);
        self.row(query).await
    }

    async fn row<T: DeserializeOwned>(&mut self, query: Query<'_>) -> Result<Option<Numbered<T>>, StoreError> {
        Ok(read(&query.fetch_all(self.connection()).await.map_err(|error| unreadable(&error))?)?.pop())
    }

    async fn next(&mut self, query: &'static str) -> Result<i64, StoreError> {
        let query = sqlx::query(query).bind(self.tenant().as_str().to_owned());
        let row = query.fetch_one(self.connection()).await.and_then(|row| row.try_get(0));
        row.map_err(|error| unreadable(&error))
    }
}

fn read<T: DeserializeOwned>(rows: &[AnyRow]) -> Result<Vec<Numbered<T>>, StoreError> {
    rows.iter()
        .map(|row| {
            let document: String = row.try_get(4).map_err(|error| unreadable(&error))?;
            Ok(Numbered {
                number: row.try_get(0).map_err(|error| unreadable(&error))?,
                state: row.try_get(1).map_err(|error| unreadable(&error))?,
                revision: row.try_get(2).map_err(|error| unreadable(&error))?,
                changed_ms: row.try_get(3).map_err(|error| unreadable(&error))?,
                document: serde_json::from_str(&document).map_err(|error| unreadable(&error))?,
            })
        })
        .collect()
}

fn json(document: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(document).map_err(|error| unwritten(&error))
}

fn unreadable(cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::new("rules and their changes cannot be read", cause)
}

fn unwritten(cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::new("the change was not written", cause)
}
