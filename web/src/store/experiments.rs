//! Experiments, what happened to their units, exact sums, and kept reports. Events and all that follows from them are one transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Row as _};
use vitrine_engine::TenantId;

use super::dialect::Turn;
use super::log::grow;
use super::rows::{Lines, Value, Wanted, insert, plain};
use super::writer::now_ms;
use super::{Store, StoreError, Transaction};

/// A kept document of an experiment, and what is asked about it most.
#[derive(Debug, Clone, PartialEq)]
pub struct Named<T> {
    /// Its id.
    pub id: String,
    /// Counts up with every change.
    pub revision: i64,
    /// When it was written last, ms since 1970 UTC.
    pub changed_ms: i64,
    /// The document.
    pub document: T,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitEventRow {
    /// The unit's pseudonym.
    pub unit: String,
    /// Unique within the unit.
    pub id: String,
    /// The experiment of an exposure; empty for outcomes.
    pub experiment: String,
    /// The outcome's name; empty for exposures.
    pub name: String,
    /// When, by the sender's clock, ms since 1970 UTC.
    pub at_ms: i64,
    /// The outcome's value.
    pub millionths: i64,
    /// What else is known of an exposure, as JSON.
    pub detail: String,
}

/// The stream of a tenant's events of units: one for all, since a batch tells of many units once each.
const UNIT_EVENTS: &str = "unit_events";

/// Changes with every change of any experiment.
const REVISION: &str = "SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM experiments WHERE tenant = $1";

/// An open transaction over events and what follows from them. Dropped without [`Ingest::commit`], it leaves nothing behind.
pub struct Ingest {
    pub(super) inner: sqlx::Transaction<'static, Any>,
    pub(super) tenant: TenantId,
}

impl Store {
    /// Experiments, the latest changed first; one, where its id is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn experiments<T: DeserializeOwned>(&self, tenant: &TenantId, id: Option<&str>) -> Result<Vec<Named<T>>, StoreError> {
        let query = sqlx::query(
            "SELECT id, revision, changed_ms, document FROM experiments WHERE tenant = $1 AND ($2 = '' OR id = $2) \
             ORDER BY changed_ms DESC, id",
        );
        let rows = query.bind(tenant.as_str()).bind(id.unwrap_or_default()).fetch_all(&self.readers).await;
        rows.and_then(|rows| rows.iter().map(named).collect()).map_err(unread)
    }

    /// Changes with every change of any experiment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn experiments_revision(&self, tenant: &TenantId) -> Result<i64, StoreError> {
        sqlx::query(REVISION).bind(tenant.as_str()).fetch_one(&self.readers).await.and_then(|row| row.try_get(0)).map_err(unread)
    }

    /// The exact sums of an experiment: cell and document.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn experiment_cells(&self, tenant: &TenantId, experiment: &str) -> Result<Vec<(String, String)>, StoreError> {
        let query = sqlx::query("SELECT cell, document FROM experiment_cells WHERE tenant = $1 AND experiment = $2 ORDER BY cell");
        let rows = query.bind(tenant.as_str()).bind(experiment).fetch_all(&self.readers).await.map_err(unread)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(unread)
    }

    /// The ledgers of an experiment's units in order of their pseudonyms, at most so many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn experiment_units<T: DeserializeOwned>(
        &self,
        tenant: &TenantId,
        experiment: &str,
        limit: u32,
    ) -> Result<Vec<T>, StoreError> {
        let query = sqlx::query("SELECT document FROM experiment_units WHERE tenant = $1 AND experiment = $2 ORDER BY unit LIMIT $3");
        let rows = query.bind(tenant.as_str()).bind(experiment).bind(i64::from(limit)).fetch_all(&self.readers).await.map_err(unread)?;
        rows.iter().map(|row| document(row, 0)).collect::<Result<_, _>>().map_err(unread)
    }

    /// Keeps a report of a day; the later one of the same day takes its place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_report(&self, tenant: &TenantId, experiment: &str, day: &str, report: &impl Serialize) -> Result<(), StoreError> {
        let failed = |cause: &dyn std::fmt::Display| StoreError::new("a report cannot be kept", cause);
        sqlx::query(
            "INSERT INTO experiment_reports (tenant, experiment, day, document, stored_ms) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (tenant, experiment, day) DO UPDATE SET document = excluded.document, stored_ms = excluded.stored_ms",
        )
        .bind(tenant.as_str())
        .bind(experiment)
        .bind(day)
        .bind(serde_json::to_string(report).map_err(|error| failed(&error))?)
        .bind(now_ms())
        .execute(&self.people)
        .await
        .map(|_| ())
        .map_err(|error| failed(&error))
    }

    /// Kept reports, oldest first: day, when it was kept, and the report; one day's, where it is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept_reports<T: DeserializeOwned>(
        &self,
        tenant: &TenantId,
        experiment: &str,
        day: Option<&str>,
    ) -> Result<Vec<(String, i64, T)>, StoreError> {
        let query = sqlx::query(
            "SELECT day, stored_ms, document FROM experiment_reports WHERE tenant = $1 AND experiment = $2 AND ($3 = '' OR day = $3) ORDER BY day",
        );
        let query = query.bind(tenant.as_str()).bind(experiment).bind(day.unwrap_or_default());
        let rows = query.fetch_all(&self.readers).await.map_err(unread)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, document(row, 2)?))).collect::<Result<_, _>>().map_err(unread)
    }

    /// Days with outcomes and the names seen since a time, and distinct units: what traffic there is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outcome_names(&self, tenant: &TenantId, since_ms: i64) -> Result<Vec<(String, i64, i64)>, StoreError> {
        let query = sqlx::query(
            "SELECT name, COUNT(*), COUNT(DISTINCT unit) FROM unit_events WHERE tenant = $1 AND at_ms >= $2 GROUP BY name ORDER BY name LIMIT 200",
        );
        let rows = query.bind(tenant.as_str()).bind(since_ms).fetch_all(&self.readers).await.map_err(unread)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect::<Result<_, _>>().map_err(unread)
    }

    /// What units did since a time, by an outcome's name: unit, how often, and how much in millionths.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outcomes_by_unit(&self, tenant: &TenantId, name: &str, since_ms: i64) -> Result<Vec<(String, i64, i64)>, StoreError> {
        let query = sqlx::query(
            "SELECT unit, COUNT(*), CAST(SUM(millionths) AS BIGINT) FROM unit_events WHERE tenant = $1 AND at_ms >= $2 AND name = $3 GROUP BY unit",
        );
        let rows = query.bind(tenant.as_str()).bind(since_ms).bind(name).fetch_all(&self.readers).await.map_err(unread)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect::<Result<_, _>>().map_err(unread)
    }

    /// A key by its name; made from `fresh` where there is none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key(&self, tenant: &TenantId, name: &str, fresh: &str) -> Result<String, StoreError> {
        let failed = |error| StoreError::new("a key cannot be kept", error);
        sqlx::query("INSERT INTO keys (tenant, name, secret, created_ms) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, name) DO NOTHING")
            .bind(tenant.as_str())
            .bind(name)
            .bind(fresh)
            .bind(now_ms())
            .execute(&self.people)
            .await
            .map_err(failed)?;
        let query = sqlx::query("SELECT secret FROM keys WHERE tenant = $1 AND name = $2").bind(tenant.as_str()).bind(name);
        query.fetch_one(&self.people).await.and_then(|row| row.try_get(0)).map_err(failed)
    }

    /// Begins to take in events; others wait until it has ended.
    ///
    /// # Errors
    /// When the database does not let anybody write.
    pub async fn begin_ingest(&self, tenant: &TenantId) -> Result<Ingest, StoreError> {
        let begun = self.dialect.begin(&self.ingest, Turn::Ingest(tenant)).await;
        let inner = begun.map_err(|error| StoreError::new("events cannot be taken in", error))?;
        Ok(Ingest { inner, tenant: tenant.clone() })
    }
}

impl Ingest {
    /// Stores events that are not stored yet; gives the places in `rows` of those that were new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append(&mut self, rows: &[UnitEventRow]) -> Result<BTreeSet<usize>, StoreError> {
        let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            // The first of two with one id is the one that counts.
            places.entry((&row.unit, &row.id)).or_insert(place);
        }
        // Asked for first, since rows that are there already are few. Whoever else takes events in waits meanwhile.
        let tenant = self.tenant.as_str();
        let keys = places.keys().map(|(unit, id)| vec![(*unit).into(), (*id).into()]).collect();
        let wanted = Wanted { table: "unit_events", tenant: &self.tenant, by: &["unit", "id"], keys };
        let known = wanted.lines(&mut self.inner, &["found.unit", "found.id"]).await.map_err(unwritten)?;
        let known: BTreeSet<(&str, &str)> = known.lines().filter_map(|line| line.split_once('\t')).collect();
        places.retain(|key, _| !known.contains(key));
        let (new, stored_ms): (BTreeSet<usize>, _) = (places.into_values().collect(), now_ms());
        let last = grow(&mut self.inner, &[(tenant, UNIT_EVENTS, new.len())]).await.map_err(unwritten)?;
        let before = last.values().next().copied().unwrap_or_default() - new.len() as i64;
        let event = |(revision, place): (i64, &usize)| {
            let UnitEventRow { unit, id, experiment, name, at_ms, millionths, detail } = &rows[*place];
            let mut event: Vec<Value<'_>> = vec![tenant.into(), revision.into()];
            event.extend([unit, id, experiment, name].map(|text| text.as_str().into()));
            event.extend([(*at_ms).into(), (*millionths).into(), detail.as_str().into(), stored_ms.into()]);
            event
        };
        let events: Vec<Vec<Value<'_>>> = (before + 1..).zip(&new).map(event).collect();
        let into = "unit_events (tenant, revision, unit, id, experiment, name, at_ms, millionths, detail, stored_ms)";
        insert(&mut self.inner, into, &events, "").await.map_err(unwritten)?;
        Ok(new)
    }

    /// As [`Store::experiments_revision`], when nobody else takes events in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn experiments_revision(&mut self) -> Result<i64, StoreError> {
        let query = sqlx::query(REVISION).bind(self.tenant.as_str());
        query.fetch_one(&mut *self.inner).await.and_then(|row| row.try_get(0)).map_err(unread)
    }

    /// All events of these units.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events_of(&mut self, units: &BTreeSet<&str>) -> Result<Vec<UnitEventRow>, StoreError> {
        // Ids were taken as they came by programs before this one.
        let id = plain("found.id");
        let columns = ["found.unit", &id, "found.experiment", "found.name", "found.at_ms", "found.millionths", "found.detail"];
        let found = self.of_units(&columns, "unit_events", units).await?;
        let event = |line: &str| {
            let mut fields = line.splitn(7, '\t');
            let mut text = || fields.next().map(str::to_owned);
            Some(UnitEventRow {
                unit: text()?,
                id: text()?,
                experiment: text()?,
                name: text()?,
                at_ms: text()?.parse().ok()?,
                millionths: text()?.parse().ok()?,
                detail: text()?,
            })
        };
        found.lines().map(|line| event(line).ok_or_else(|| unlike(line))).collect()
    }

    /// The ledgers of these units: unit, experiment, document.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ledgers_of(&mut self, units: &BTreeSet<&str>) -> Result<Vec<(String, String, String)>, StoreError> {
        let columns = ["found.unit", "found.experiment", "found.document"];
        let found = self.of_units(&columns, "experiment_units", units).await?;
        let ledger = |line: &str| {
            let (unit, rest) = line.split_once('\t')?;
            let (experiment, document) = rest.split_once('\t')?;
            Some((unit.to_owned(), experiment.to_owned(), document.to_owned()))
        };
        found.lines().map(|line| ledger(line).ok_or_else(|| unlike(line))).collect()
    }

    async fn of_units(&mut self, columns: &[&str], table: &'static str, units: &BTreeSet<&str>) -> Result<Lines, StoreError> {
        let keys = units.iter().map(|unit| vec![(*unit).into()]).collect();
        let wanted = Wanted { table, tenant: &self.tenant, by: &["unit"], keys };
        wanted.lines(&mut self.inner, columns).await.map_err(unwritten)
    }

    /// Keeps ledgers: unit, experiment, document; each at most once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_ledgers(&mut self, ledgers: &[(String, String, String)]) -> Result<(), StoreError> {
        let tenant = self.tenant.as_str();
        let rows: Vec<Vec<Value<'_>>> = ledgers
            .iter()
            .map(|(unit, experiment, document)| {
                vec![tenant.into(), unit.as_str().into(), experiment.as_str().into(), document.as_str().into()]
            })
            .collect();
        let then = "ON CONFLICT (tenant, unit, experiment) DO UPDATE SET document = excluded.document";
        let written = insert(&mut self.inner, "experiment_units (tenant, unit, experiment, document)", &rows, then).await;
        written.map(|_| ()).map_err(unwritten)
    }

    /// Documents of cells, those that are there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cells(&mut self, experiment: &str, cells: &[&str]) -> Result<BTreeMap<String, String>, StoreError> {
        let keys = cells.iter().map(|cell| vec![experiment.into(), (*cell).into()]).collect();
        let wanted = Wanted { table: "experiment_cells", tenant: &self.tenant, by: &["experiment", "cell"], keys };
        let rows = wanted.find(&mut self.inner, "found.cell, found.document").await.map_err(unwritten)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(unwritten)
    }

    /// Keeps cells.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_cells(&mut self, experiment: &str, cells: &BTreeMap<String, String>) -> Result<(), StoreError> {
        put_cells(&mut self.inner, &self.tenant, experiment, cells).await.map_err(unwritten)
    }

    /// Makes everything so.
    ///
    /// # Errors
    /// When it could not be committed; nothing of it is stored then.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await.map_err(unwritten)
    }
}

impl Transaction {
    /// An experiment, read within the change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn experiment<T: DeserializeOwned>(&mut self, id: &str) -> Result<Option<Named<T>>, StoreError> {
        let tenant = self.tenant().clone();
        let query = sqlx::query("SELECT id, revision, changed_ms, document FROM experiments WHERE tenant = $1 AND id = $2");
        let row = query.bind(tenant.as_str()).bind(id).fetch_optional(self.connection()).await.map_err(unread)?;
        row.as_ref().map(named).transpose().map_err(unread)
    }

    /// All experiments, read within the change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn experiments<T: DeserializeOwned>(&mut self) -> Result<Vec<Named<T>>, StoreError> {
        let tenant = self.tenant().clone();
        let query = sqlx::query("SELECT id, revision, changed_ms, document FROM experiments WHERE tenant = $1 ORDER BY id");
        let rows = query.bind(tenant.as_str()).fetch_all(self.connection()).await.map_err(unread)?;
        rows.iter().map(named).collect::<Result<_, _>>().map_err(unread)
    }

    /// Writes an experiment; its revision counts up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_experiment(&mut self, id: &str, stage: &str, document: &impl Serialize) -> Result<(), StoreError> {
        let failed = |cause: &dyn std::fmt::Display| StoreError::new("an experiment cannot be written", cause);
        let text = serde_json::to_string(document).map_err(|error| failed(&error))?;
        let (tenant, now) = (self.tenant().clone(), self.now_ms());
        sqlx::query(
            "INSERT INTO experiments (tenant, id, stage, revision, document, changed_ms) VALUES ($1, $2, $3, 1, $4, $5) \
             ON CONFLICT (tenant, id) DO UPDATE SET stage = excluded.stage, revision = experiments.revision + 1, \
             document = excluded.document, changed_ms = excluded.changed_ms",
        )
        .bind(tenant.as_str())
        .bind(id)
        .bind(stage)
        .bind(text)
        .bind(now)
        .execute(self.connection())
        .await
        .map(|_| ())
        .map_err(|error| failed(&error))
    }

    /// Keeps a cell that a warehouse has summed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_experiment_cell(&mut self, experiment: &str, cell: &str, document: &impl Serialize) -> Result<(), StoreError> {
        let document = serde_json::to_string(document).map_err(|error| StoreError::new("sums cannot be kept", error))?;
        let (tenant, cells) = (self.tenant().clone(), BTreeMap::from([(cell.to_owned(), document)]));
        put_cells(self.connection(), &tenant, experiment, &cells).await.map_err(unwritten)
    }
}

async fn put_cells(
    connection: &mut AnyConnection,
    tenant: &TenantId,
    experiment: &str,
    cells: &BTreeMap<String, String>,
) -> Result<(), sqlx::Error> {
    let mut rows: Vec<Vec<Value<'_>>> = Vec::with_capacity(cells.len());
    for (cell, document) in cells {
        rows.push([tenant.as_str(), experiment, cell, document].map(Value::from).into());
    }
    let then = "ON CONFLICT (tenant, experiment, cell) DO UPDATE SET document = excluded.document";
    insert(connection, "experiment_cells (tenant, experiment, cell, document)", &rows, then).await.map(|_| ())
}

fn named<T: DeserializeOwned>(row: &AnyRow) -> Result<Named<T>, sqlx::Error> {
    Ok(Named { id: row.try_get(0)?, revision: row.try_get(1)?, changed_ms: row.try_get(2)?, document: document(row, 3)? })
}

fn document<T: DeserializeOwned>(row: &AnyRow, column: usize) -> Result<T, sqlx::Error> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Of what cannot be read the unit's pseudonym is told, and nothing that it did.
fn unlike(line: &str) -> StoreError {
    let unit = line.split('\t').next().unwrap_or_default();
    StoreError::new("a unit's events cannot be read", format!("what is stored of unit `{unit}` is not as it is written"))
}

fn unread(error: sqlx::Error) -> StoreError {
    StoreError::new("experiments cannot be looked up", error)
}

fn unwritten(error: sqlx::Error) -> StoreError {
    StoreError::new("the events were not written", error)
}
