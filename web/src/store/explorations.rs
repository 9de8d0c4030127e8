//! Selections that an experiment left to chance, and what came of showing each picture.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use vitrine_engine::TenantId;

use super::rows::{Value, Wanted, insert};
use super::{Ingest, Store, StoreError};

/// A selection in which chance had a part.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplorationRow {
    /// The experiment.
    pub experiment: String,
    /// The variant's place in its design.
    pub variant: i64,
    /// The selection, unique in the experiment.
    pub selection: String,
    /// The unit's pseudonym.
    pub unit: String,
    /// The product.
    pub product: String,
    /// The decision that was answered, which knows all candidates.
    pub decision: String,
    /// The picture that led.
    pub picture: String,
    /// The probability with which it did, above 0 to 1.
    pub propensity: f64,
    /// Whether it was shown, 0 or 1.
    pub shown: i64,
    /// How often the hoped-for outcome came.
    pub rewards: i64,
    /// When, by the sender's clock, ms since 1970 UTC.
    pub at_ms: i64,
}

/// What came of showing a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureTally {
    /// The picture.
    pub picture: String,
    /// Selections that were shown with it.
    pub shown: i64,
    /// Those of them that were rewarded.
    pub rewarded: i64,
}

const COLUMNS: &str = "experiment, variant, selection, unit, product, decision, picture, propensity, shown, rewards, at_ms";

/// Whose tally changes: experiment, variant, product, picture.
type TallyKey = (String, i64, String, String);

impl Store {
    /// What came of a product's pictures in a variant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn picture_tallies(
        &self,
        tenant: &TenantId,
        experiment: &str,
        variant: i64,
        product: &str,
    ) -> Result<Vec<PictureTally>, StoreError> {
        let query = sqlx::query(
            "SELECT picture, shown, rewarded FROM explored_pictures \
             WHERE tenant = $1 AND experiment = $2 AND variant = $3 AND product = $4",
        );
        let query = query.bind(tenant.as_str()).bind(experiment).bind(variant).bind(product);
        let tally = |row: &AnyRow| Ok(PictureTally { picture: row.try_get(0)?, shown: row.try_get(1)?, rewarded: row.try_get(2)? });
        let failed = |error| ("explored selections cannot be looked up", error);
        let found = async { query.fetch_all(&self.lookups).await.and_then(|rows| rows.iter().map(tally).collect()).map_err(failed) };
        self.guard.ask(found).await
    }

    /// The shown selections of an experiment in which chance had a part, the latest first, at most so many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn explorations(&self, tenant: &TenantId, experiment: &str, limit: u32) -> Result<Vec<ExplorationRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM explorations WHERE tenant = $1 AND experiment = $2 AND shown = 1 ORDER BY at_ms DESC, selection LIMIT $3"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(experiment).bind(i64::from(limit));
        let rows = query.fetch_all(&self.readers).await;
        rows.and_then(|rows| rows.iter().map(exploration).collect()).map_err(unread)
    }
}

impl Ingest {
    /// Adds to selections what new events tell of them, and to their pictures' tallies. Of rows with one selection, `shown` and `rewards`
    /// add up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_explorations(&mut self, rows: &[ExplorationRow]) -> Result<(), StoreError> {
        let key = |row: &ExplorationRow| (row.experiment.clone(), row.selection.clone());
        let stored = self.explorations_of(rows).await?;
        let mut changed: BTreeMap<(String, String), ExplorationRow> = stored.into_iter().map(|row| (key(&row), row)).collect();
        let mut tallies: BTreeMap<TallyKey, (i64, i64)> = BTreeMap::new();
        let mut count = |row: &ExplorationRow, sign: i64| {
            let key = (row.experiment.clone(), row.variant, row.product.clone(), row.picture.clone());
            let tally = tallies.entry(key).or_default();
            tally.0 += sign * row.shown;
            tally.1 += sign * i64::from(row.shown > 0 && row.rewards > 0);
        };
        for row in rows {
            let blank = || ExplorationRow { shown: 0, rewards: 0, ..row.clone() };
            let held = changed.entry(key(row)).or_insert_with(blank);
            count(held, -1);
            held.shown = (held.shown + row.shown).min(1);
            held.rewards += row.rewards;
            if row.shown > 0 {
                held.at_ms = row.at_ms;
            }
            count(held, 1);
        }
        self.put_explorations(changed.values()).await?;
        self.add_tallies(tallies.into_iter().filter(|(_, change)| *change != (0, 0)).collect()).await
    }

    async fn explorations_of(&mut self, rows: &[ExplorationRow]) -> Result<Vec<ExplorationRow>, StoreError> {
        let keys: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.experiment.as_str(), row.selection.as_str())).collect();
        let keys = keys.into_iter().map(|(experiment, selection)| vec![experiment.into(), selection.into()]).collect();
        let wanted = Wanted { table: "explorations", tenant: &self.tenant, by: &["experiment", "selection"], keys };
        let columns: Vec<String> = COLUMNS.split(", ").map(|column| format!("found.{column}")).collect();
        let found = wanted.find(&mut self.inner, &columns.join(", ")).await.map_err(unwritten)?;
        found.iter().map(exploration).collect::<Result<_, _>>().map_err(unwritten)
    }

    async fn put_explorations(&mut self, explorations: impl Iterator<Item = &ExplorationRow>) -> Result<(), StoreError> {
        let mut rows: Vec<Vec<Value<'_>>> = Vec::new();
        for exploration in explorations {
            let ExplorationRow { experiment, variant, selection, unit, product, decision, picture, propensity, shown, rewards, at_ms } =
                exploration;
            let mut row: Vec<Value<'_>> = vec![self.tenant.as_str().into(), experiment.as_str().into(), (*variant).into()];
            row.extend([selection, unit, product, decision, picture].map(|text| text.as_str().into()));
            row.extend([(*propensity).into(), (*shown).into(), (*rewards).into(), (*at_ms).into()]);
            rows.push(row);
        }
        let then = "ON CONFLICT (tenant, experiment, selection) DO UPDATE SET shown = excluded.shown, rewards = excluded.rewards, \
             at_ms = excluded.at_ms";
        let written = insert(&mut self.inner, &format!("explorations (tenant, {COLUMNS})"), &rows, then).await;
        written.map(|_| ()).map_err(unwritten)
    }

    async fn add_tallies(&mut self, tallies: Vec<(TallyKey, (i64, i64))>) -> Result<(), StoreError> {
        let mut rows: Vec<Vec<Value<'_>>> = Vec::with_capacity(tallies.len());
        for ((experiment, variant, product, picture), (shown, rewarded)) in &tallies {
            let mut row: Vec<Value<'_>> = vec![self.tenant.as_str().into(), experiment.as_str().into(), (*variant).into()];
            row.extend([product.as_str().into(), picture.as_str().into(), (*shown).into(), (*rewarded).into()]);
            rows.push(row);
        }
        let into = "explored_pictures (tenant, experiment, variant, product, picture, shown, rewarded)";
        let then = "ON CONFLICT (tenant, experiment, variant, product, picture) DO UPDATE SET \
             shown = explored_pictures.shown + excluded.shown, rewarded = explored_pictures.rewarded + excluded.rewarded";
        insert(&mut self.inner, into, &rows, then).await.map(|_| ()).map_err(unwritten)
    }
}

fn exploration(row: &AnyRow) -> Result<ExplorationRow, sqlx::Error> {
    Ok(ExplorationRow {
        experiment: row.try_get(0)?,
        variant: row.try_get(1)?,
        selection: row.try_get(2)?,
        unit: row.try_get(3)?,
        product: row.try_get(4)?,
        decision: row.try_get(5)?,
        picture: row.try_get(6)?,
        propensity: row.try_get(7)?,
        shown: row.try_get(8)?,
        rewards: row.try_get(9)?,
        at_ms: row.try_get(10)?,
    })
}

fn unread(error: sqlx::Error) -> StoreError {
    StoreError::new("explored selections cannot be looked up", error)
}

fn unwritten(error: sqlx::Error) -> StoreError {
    StoreError::new("explored selections cannot be written", error)
}
