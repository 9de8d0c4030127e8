//! The changes there are. Each is one row that is written once, and the log record that tells of it.

use sqlx::AnyConnection;

use vitrine_engine::{ContentHash, DetectorId, RuleId, RuleSetVersion, TenantId};

use super::CatalogueRow;
use super::queue::INSERT_ITEM;

/// One change, whose it is, and all that it writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A picture was seen for the first time.
    Image {
        /// Whose.
        tenant: TenantId,
        /// Which.
        content_hash: ContentHash,
    },
    /// A detector looked at a picture.
    Readings {
        /// Whose.
        tenant: TenantId,
        /// The picture.
        content_hash: ContentHash,
        /// Who looked.
        detector: DetectorId,
        /// What it saw, as JSON.
        document: String,
    },
    /// A rule set came into use.
    RuleSet {
        /// Whose.
        tenant: TenantId,
        /// Its version.
        version: RuleSetVersion,
        /// The whole rule set, as JSON.
        document: String,
    },
    /// A selection was made.
    Decision {
        /// Whose.
        tenant: TenantId,
        /// Hash of everything that makes it what it is.
        id: String,
        /// The product.
        product_id: String,
        /// Question and answer, as JSON.
        document: String,
    },
    /// A product was judged: its pictures and where it stands. The one row that is written again.
    Product {
        /// Whose.
        tenant: TenantId,
        /// What is known of it.
        row: CatalogueRow,
    },
    /// A picture was made small.
    Thumbnail {
        /// Whose.
        tenant: TenantId,
        /// The picture.
        content_hash: ContentHash,
        /// A JPEG in base64.
        jpeg: String,
    },
    /// A rule sent a picture to review for the first time.
    QueueItem {
        /// Whose.
        tenant: TenantId,
        /// Hash of marketplace, picture and rule.
        id: String,
        /// Where the picture is sold; empty for the house.
        marketplace: String,
        /// The picture.
        content_hash: ContentHash,
        /// The rule.
        rule: RuleId,
        /// Of the product; may be empty.
        category: String,
        /// What the screens need, as JSON.
        document: String,
    },
}

impl Change {
    /// The write point's name: the kind of its log record.
    pub fn point(&self) -> &'static str {
        match self {
            Self::Image { .. } => "image.stored",
            Self::Readings { .. } => "readings.stored",
            Self::RuleSet { .. } => "rule_set.stored",
            Self::Decision { .. } => "decision.stored",
            Self::Product { .. } => "product.noted",
            Self::Thumbnail { .. } => "thumbnail.stored",
            Self::QueueItem { .. } => "queue.opened",
        }
    }

    fn tenant(&self) -> &TenantId {
        match self {
            Self::Image { tenant, .. }
            | Self::Readings { tenant, .. }
            | Self::RuleSet { tenant, .. }
            | Self::Decision { tenant, .. }
            | Self::Product { tenant, .. }
            | Self::Thumbnail { tenant, .. }
            | Self::QueueItem { tenant, .. } => tenant,
        }
    }

    /// The thing whose history the record belongs to.
    fn stream(&self) -> String {
        match self {
            Self::Image { content_hash, .. } | Self::Readings { content_hash, .. } | Self::Thumbnail { content_hash, .. } => {
                format!("image:{content_hash}")
            }
            Self::RuleSet { version, .. } => format!("rule_set:{version}"),
            Self::Decision { id, .. } => format!("decision:{id}"),
            Self::Product { row, .. } => format!("product:{}", row.product_id),
            Self::QueueItem { id, .. } => format!("queue:{id}"),
        }
    }

    /// What the record tells of: with the kind it names the change, so that one change has one record.
    fn subject(&self) -> String {
        match self {
            Self::Image { content_hash, .. } | Self::Thumbnail { content_hash, .. } => content_hash.to_string(),
            Self::Readings { content_hash, detector, .. } => format!("{content_hash} {detector}"),
            Self::RuleSet { version, .. } => version.to_string(),
            Self::Decision { id, .. } | Self::QueueItem { id, .. } => id.clone(),
            Self::Product { row, .. } => row.product_id.clone(),
        }
    }

    /// Writes the row, and its log record if the row is new.
    pub(super) async fn apply(&self, connection: &mut AnyConnection, now_ms: i64) -> Result<(), sqlx::Error> {
        // What the catalogue says of a product is told by the decision that is written with it.
        if self.insert(connection, now_ms).await? == 0 || matches!(self, Self::Product { .. }) {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO events (tenant, stream, revision, kind, subject, stored_ms) \
             SELECT $1, $2, COALESCE(MAX(revision), 0) + 1, $3, $4, $5 FROM events WHERE tenant = $1 AND stream = $2",
        )
        .bind(self.tenant().as_str())
        .bind(self.stream())
        .bind(self.point())
        .bind(self.subject())
        .bind(now_ms)
        .execute(connection)
        .await
        .map(|_| ())
    }

    async fn insert(&self, connection: &mut AnyConnection, now_ms: i64) -> Result<u64, sqlx::Error> {
        let tenant = self.tenant().as_str();
        let query = match self {
            Self::Image { content_hash, .. } => {
                sqlx::query("INSERT INTO images (tenant, content_hash, stored_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                    .bind(tenant)
                    .bind(content_hash.to_string())
            }
            Self::Readings { content_hash, detector, document, .. } => sqlx::query(
                "INSERT INTO readings (tenant, content_hash, detector, document, stored_ms) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(tenant)
            .bind(content_hash.to_string())
            .bind(detector.as_str())
            .bind(document.as_str()),
            Self::RuleSet { version, document, .. } => {
                sqlx::query("INSERT INTO rule_sets (tenant, version, document, stored_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                    .bind(tenant)
                    .bind(version.as_str())
                    .bind(document.as_str())
            }
            Self::Decision { id, product_id, document, .. } => sqlx::query(
                "INSERT INTO decisions (tenant, id, product_id, document, stored_ms) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind(tenant)
            .bind(id.as_str())
            .bind(product_id.as_str())
            .bind(document.as_str()),
            Self::Product { row, .. } => sqlx::query(
                "INSERT INTO catalogue (tenant, marketplace, region, product_id, category, seller, family, pictures, stored_ms) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant, marketplace, region, product_id) DO UPDATE SET \
                 category = excluded.category, seller = excluded.seller, family = excluded.family, pictures = excluded.pictures, stored_ms = excluded.stored_ms",
            )
            .bind(tenant)
            .bind(row.marketplace.as_str())
            .bind(row.region.as_str())
            .bind(row.product_id.as_str())
            .bind(row.category.as_str())
            .bind(row.seller.as_str())
            .bind(row.family.as_str())
            .bind(row.pictures.as_str()),
            Self::Thumbnail { content_hash, jpeg, .. } => {
                sqlx::query("INSERT INTO thumbnails (tenant, content_hash, jpeg, stored_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                    .bind(tenant)
                    .bind(content_hash.to_string())
                    .bind(jpeg.as_str())
            }
            Self::QueueItem { id, marketplace, content_hash, rule, category, document, .. } => sqlx::query(INSERT_ITEM)
                .bind(tenant)
                .bind(id.as_str())
                .bind("rule")
                .bind(marketplace.as_str())
                .bind(content_hash.to_string())
                .bind(rule.as_str())
                .bind(category.as_str())
                .bind(document.as_str()),
        };
        Ok(query.bind(now_ms).execute(connection).await?.rows_affected())
    }
}
