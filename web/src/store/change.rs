//! The changes there are. Each is one row that is written once, and the log record that tells of it.

use vitrine_engine::{ContentHash, DetectorId, RuleId, RuleSetVersion, TenantId};

use super::CatalogueRow;
use super::rows::Value;

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
    /// Whose it is.
    pub(super) fn tenant(&self) -> &TenantId {
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

    /// The record that tells of it: the thing whose history it belongs to, and what it tells of, which with the kind names the change, so that
    /// one change has one record. None tells of a product's row: the decision that is written with it does.
    pub(super) fn record(&self) -> Option<(String, String)> {
        Some(match self {
            Self::Image { content_hash, .. } | Self::Thumbnail { content_hash, .. } => {
                (format!("image:{content_hash}"), content_hash.to_string())
            }
            Self::Readings { content_hash, detector, .. } => (format!("image:{content_hash}"), format!("{content_hash} {detector}")),
            Self::RuleSet { version, .. } => (format!("rule_set:{version}"), version.to_string()),
            Self::Decision { id, product_id, .. } => (format!("product:{product_id}"), id.clone()),
            Self::QueueItem { id, .. } => (format!("queue:{id}"), id.clone()),
            Self::Product { .. } => return None,
        })
    }

    /// The table that its row belongs to.
    pub(super) fn table(&self) -> Table {
        match self {
            Self::Image { .. } => Table::Images,
            Self::Readings { .. } => Table::Readings,
            Self::RuleSet { .. } => Table::RuleSets,
            Self::Decision { .. } => Table::Decisions,
            Self::Product { .. } => Table::Catalogue,
            Self::Thumbnail { .. } => Table::Thumbnails,
            Self::QueueItem { .. } => Table::Queue,
        }
    }

    /// What its row is found by, as [`Table::columns`] begin.
    pub(super) fn key(&self) -> Vec<String> {
        let mut key = vec![self.tenant().as_str().to_owned()];
        match self {
            Self::Image { content_hash, .. } | Self::Thumbnail { content_hash, .. } => key.push(content_hash.to_string()),
            Self::Readings { content_hash, detector, .. } => key.extend([content_hash.to_string(), detector.to_string()]),
            Self::RuleSet { version, .. } => key.push(version.to_string()),
            Self::Decision { id, .. } | Self::QueueItem { id, .. } => key.push(id.clone()),
            Self::Product { row, .. } => key.extend([&row.marketplace, &row.region, &row.product_id].map(String::clone)),
        }
        key
    }

    /// Its row, column by column as [`Table::columns`] names them.
    pub(super) fn row(&self, now_ms: i64) -> Vec<Value<'_>> {
        let mut row: Vec<Value<'_>> = vec![self.tenant().as_str().into()];
        match self {
            Self::Image { content_hash, .. } => row.push(content_hash.to_string().into()),
            Self::Readings { content_hash, detector, document, .. } => {
                row.extend([content_hash.to_string().into(), detector.as_str().into(), document.as_str().into()]);
            }
            Self::RuleSet { version, document, .. } => row.extend([version.as_str().into(), document.as_str().into()]),
            Self::Decision { id, product_id, document, .. } => {
                row.extend([id, product_id, document].map(|text| text.as_str().into()));
            }
            Self::Product { row: product, .. } => {
                let CatalogueRow { marketplace, region, product_id, category, seller, family, pictures } = product;
                row.extend([marketplace, region, product_id, category, seller, family, pictures].map(|text| text.as_str().into()));
            }
            Self::Thumbnail { content_hash, jpeg, .. } => row.extend([content_hash.to_string().into(), jpeg.as_str().into()]),
            Self::QueueItem { id, marketplace, content_hash, rule, category, document, .. } => {
                row.extend([id.as_str().into(), "open".into(), "rule".into(), marketplace.as_str().into()]);
                row.extend([content_hash.to_string().into(), rule.as_str().into(), category.as_str().into(), document.as_str().into()]);
            }
        }
        row.push(now_ms.into());
        row
    }
}

/// The tables that changes write, in the order in which every transaction writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Images,
    Readings,
    RuleSets,
    Decisions,
    Catalogue,
    Thumbnails,
    Queue,
}

impl Table {
    /// The write point's name: what a failure tells, and the kind of its rows' log records.
    pub(super) fn point(self) -> &'static str {
        match self {
            Self::Images => "image.stored",
            Self::Readings => "readings.stored",
            Self::RuleSets => "rule_set.stored",
            Self::Decisions => "decision.stored",
            Self::Catalogue => "product.noted",
            Self::Thumbnails => "thumbnail.stored",
            Self::Queue => "queue.opened",
        }
    }

    /// Its name and columns, the key first.
    pub(super) fn columns(self) -> &'static str {
        match self {
            Self::Images => "images (tenant, content_hash, stored_ms)",
            Self::Readings => "readings (tenant, content_hash, detector, document, stored_ms)",
            Self::RuleSets => "rule_sets (tenant, version, document, stored_ms)",
            Self::Decisions => "decisions (tenant, id, product_id, document, stored_ms)",
            Self::Catalogue => "catalogue (tenant, marketplace, region, product_id, category, seller, family, pictures, stored_ms)",
            Self::Thumbnails => "thumbnails (tenant, content_hash, jpeg, stored_ms)",
            Self::Queue => "queue (tenant, id, state, origin, marketplace, content_hash, rule, category, document, opened_ms)",
        }
    }

    /// What becomes of a row whose key is there already; the keys of new rows are returned.
    pub(super) fn on_conflict(self) -> &'static str {
        match self {
            Self::Images | Self::Thumbnails => "ON CONFLICT DO NOTHING RETURNING tenant, content_hash",
            Self::Readings => "ON CONFLICT DO NOTHING RETURNING tenant, content_hash, detector",
            Self::RuleSets => "ON CONFLICT DO NOTHING RETURNING tenant, version",
            Self::Decisions | Self::Queue => "ON CONFLICT DO NOTHING RETURNING tenant, id",
            // The one that is written again. What the catalogue says of a product is told by the decision that is written with it,
            // so that nothing is returned. A row that says the same already is left as it is.
            Self::Catalogue => {
                "ON CONFLICT (tenant, marketplace, region, product_id) DO UPDATE SET category = excluded.category, \
                 seller = excluded.seller, family = excluded.family, pictures = excluded.pictures, stored_ms = excluded.stored_ms \
                 WHERE catalogue.category <> excluded.category OR catalogue.seller <> excluded.seller \
                 OR catalogue.family <> excluded.family OR catalogue.pictures <> excluded.pictures"
            }
        }
    }
}
