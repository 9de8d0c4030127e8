//! Questions to the store.

use sqlx::Row;
use sqlx::any::AnyRow;
use vitrine_engine::{ContentHash, DetectorId, RuleSetVersion, TenantId};

use super::{Store, StoreError};

/// One record of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// 1, 2, 3, ... within its stream.
    pub revision: i64,
    /// The write point.
    pub kind: String,
    /// What it tells of.
    pub subject: String,
}

impl Store {
    /// Whether a picture is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn image_is_known(&self, tenant: &TenantId, content_hash: ContentHash) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT 1 FROM images WHERE tenant = $1 AND content_hash = $2");
        let query = query.bind(tenant.as_str()).bind(content_hash.to_string());
        let failed = |error| ("a picture cannot be looked up", error);
        self.guard.ask(async { query.fetch_optional(&self.lookups).await.map(|row| row.is_some()).map_err(failed) }).await
    }

    /// Everything that was read of a picture: detector and document, in order of the detectors' names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn readings(&self, tenant: &TenantId, content_hash: ContentHash) -> Result<Vec<(DetectorId, String)>, StoreError> {
        let failed = |error| ("readings cannot be looked up", error);
        let query = sqlx::query("SELECT detector, document FROM readings WHERE tenant = $1 AND content_hash = $2 ORDER BY detector");
        let query = query.bind(tenant.as_str()).bind(content_hash.to_string());
        let reading = |row: &AnyRow| Ok((DetectorId::from(text(row, 0)?), text(row, 1)?));
        let found = async { query.fetch_all(&self.lookups).await.and_then(|rows| rows.iter().map(reading).collect()).map_err(failed) };
        self.guard.ask(found).await
    }

    /// A stored rule set's document.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_set(&self, tenant: &TenantId, version: &RuleSetVersion) -> Result<Option<String>, StoreError> {
        let failed = |error| StoreError::new("a rule set cannot be looked up", error);
        let query = sqlx::query("SELECT document FROM rule_sets WHERE tenant = $1 AND version = $2");
        let row = query.bind(tenant.as_str()).bind(version.as_str()).fetch_optional(&self.readers).await.map_err(failed)?;
        row.map(|row| text(&row, 0)).transpose().map_err(failed)
    }

    /// A stored decision's document.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decision(&self, tenant: &TenantId, id: &str) -> Result<Option<String>, StoreError> {
        let failed = |error| StoreError::new("a decision cannot be looked up", error);
        let query = sqlx::query("SELECT document FROM decisions WHERE tenant = $1 AND id = $2");
        let row = query.bind(tenant.as_str()).bind(id).fetch_optional(&self.readers).await.map_err(failed)?;
        row.map(|row| text(&row, 0)).transpose().map_err(failed)
    }

    /// A stored decision's document, and when it was stored, ms since 1970 UTC.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decision_and_time(&self, tenant: &TenantId, id: &str) -> Result<Option<(String, i64)>, StoreError> {
        let failed = |error| StoreError::new("a decision cannot be looked up", error);
        let query = sqlx::query("SELECT document, stored_ms FROM decisions WHERE tenant = $1 AND id = $2");
        let row = query.bind(tenant.as_str()).bind(id).fetch_optional(&self.readers).await.map_err(failed)?;
        row.map(|row| Ok((text(&row, 0)?, row.try_get(1)?))).transpose().map_err(failed)
    }

    /// The log of one stream (`product:ID`, `image:HASH`, `rule_set:VERSION`, `queue:ID`), oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events(&self, tenant: &TenantId, stream: &str) -> Result<Vec<Event>, StoreError> {
        let failed = |error| StoreError::new("the log cannot be read", error);
        let query = sqlx::query("SELECT revision, kind, subject FROM events WHERE tenant = $1 AND stream = $2 ORDER BY revision");
        let rows = query.bind(tenant.as_str()).bind(stream).fetch_all(&self.readers).await.map_err(failed)?;
        let event = |row: &AnyRow| Ok(Event { revision: row.try_get(0)?, kind: text(row, 1)?, subject: text(row, 2)? });
        rows.iter().map(event).collect::<Result<_, _>>().map_err(failed)
    }

    /// How many decisions a tenant has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decision_count(&self, tenant: &TenantId) -> Result<i64, StoreError> {
        let query = sqlx::query("SELECT COUNT(*) FROM decisions WHERE tenant = $1").bind(tenant.as_str());
        let row = query.fetch_one(&self.readers).await.and_then(|row| row.try_get(0));
        row.map_err(|error| StoreError::new("decisions cannot be counted", error))
    }
}

fn text(row: &AnyRow, column: usize) -> Result<String, sqlx::Error> {
    row.try_get(column)
}
