//! The catalogue: each product as it was last judged.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use vitrine_engine::TenantId;

use super::{Store, StoreError};

/// A product of the catalogue as it was last judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRow {
    /// Whose rules it was judged by; empty = the house's.
    pub marketplace: String,
    /// Where; empty = not named.
    pub region: String,
    /// The product.
    pub product_id: String,
    /// Its category path; empty = not named.
    pub category: String,
    /// Its seller; empty = not named.
    pub seller: String,
    /// The product that it is a variant of; empty = none.
    pub family: String,
    /// Its pictures, as JSON: a list of `[image id, content hash]`.
    pub pictures: String,
}

/// Which products; an empty part lets all through.
#[derive(Debug, Clone, Copy, Default)]
pub struct CatalogueFilter<'a> {
    /// Part of the product's id; capitals do not count.
    pub product: &'a str,
    /// This category and all below it.
    pub category: &'a str,
    /// Part of the seller's name; capitals do not count.
    pub seller: &'a str,
    /// Exactly this marketplace.
    pub marketplace: &'a str,
    /// Exactly this region.
    pub region: &'a str,
}

/// What a product is found by: marketplace, region, id.
pub type CatalogueKey<'a> = (&'a str, &'a str, &'a str);

impl Store {
    /// Products in order of their keys, after one of them: a page of the catalogue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn catalogue(
        &self,
        tenant: &TenantId,
        filter: CatalogueFilter<'_>,
        after: Option<CatalogueKey<'_>>,
        limit: u32,
    ) -> Result<Vec<CatalogueRow>, StoreError> {
        let failed = |error| StoreError::new("the catalogue cannot be read", error);
        let (marketplace, region, product_id) = after.unwrap_or_default();
        let within = |text: &str| if text.is_empty() { String::new() } else { format!("%{}%", literal(&text.to_lowercase())) };
        let below = format!("{}/", filter.category);
        let rows = sqlx::query(
            "SELECT marketplace, region, product_id, category, seller, pictures, family FROM catalogue WHERE tenant = $1 AND \
             (marketplace > $2 OR (marketplace = $2 AND (region > $3 OR (region = $3 AND product_id > $4)))) \
             AND ($5 = '' OR LOWER(product_id) LIKE $5 ESCAPE '!') AND ($6 = '' OR category = $6 OR SUBSTR(category, 1, LENGTH($7)) = $7) \
             AND ($8 = '' OR LOWER(seller) LIKE $8 ESCAPE '!') AND ($9 = '' OR marketplace = $9) AND ($10 = '' OR region = $10) \
             ORDER BY marketplace, region, product_id LIMIT $11",
        )
        .bind(tenant.as_str())
        .bind(marketplace)
        .bind(region)
        .bind(product_id)
        .bind(within(filter.product))
        .bind(filter.category)
        .bind(below)
        .bind(within(filter.seller))
        .bind(filter.marketplace)
        .bind(filter.region)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let row = |row: &AnyRow| {
            Ok(CatalogueRow {
                marketplace: row.try_get(0)?,
                region: row.try_get(1)?,
                product_id: row.try_get(2)?,
                category: row.try_get(3)?,
                seller: row.try_get(4)?,
                pictures: row.try_get(5)?,
                family: row.try_get(6)?,
            })
        };
        rows.iter().map(row).collect::<Result<_, _>>().map_err(failed)
    }

    /// How many products of a scope (marketplace, region, category) there are, how many of them have a seller with others of the scope, and
    /// how many stand in a category with others of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn neighbours(&self, tenant: &TenantId, scope: CatalogueFilter<'_>) -> Result<[i64; 3], StoreError> {
        let failed = |error| StoreError::new("the catalogue cannot be counted", error);
        let below = format!("{}/", scope.category);
        let together = |column: &'static str| {
            format!(
                "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN n > 1 AND name <> '' THEN n ELSE 0 END), 0) AS BIGINT) \
                 FROM (SELECT {column} AS name, COUNT(*) AS n FROM catalogue WHERE tenant = $1 AND ($2 = '' OR marketplace = $2) \
                 AND ($3 = '' OR region = $3) AND ($4 = '' OR category = $4 OR SUBSTR(category, 1, LENGTH($5)) = $5) GROUP BY {column}) AS groups"
            )
        };
        let mut counts = [0; 3];
        for (place, column) in ["seller", "category"].into_iter().enumerate() {
            let row = sqlx::query(AssertSqlSafe(together(column)))
                .bind(tenant.as_str())
                .bind(scope.marketplace)
                .bind(scope.region)
                .bind(scope.category)
                .bind(&below)
                .fetch_one(&self.readers)
                .await
                .map_err(failed)?;
            counts[0] = row.try_get(0).map_err(failed)?;
            counts[place + 1] = row.try_get(1).map_err(failed)?;
        }
        Ok(counts)
    }

    /// How many products the catalogue has, and when it last changed, ms since 1970 UTC.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn catalogue_size(&self, tenant: &TenantId) -> Result<(i64, i64), StoreError> {
        let query = sqlx::query("SELECT COUNT(*), COALESCE(MAX(stored_ms), 0) FROM catalogue WHERE tenant = $1").bind(tenant.as_str());
        let row = query.fetch_one(&self.readers).await.and_then(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        row.map_err(|error| StoreError::new("the catalogue cannot be counted", error))
    }
}

impl CatalogueRow {
    /// What it is found by.
    pub fn key(&self) -> CatalogueKey<'_> {
        (&self.marketplace, &self.region, &self.product_id)
    }
}

/// A text that stands for itself in a pattern.
fn literal(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
