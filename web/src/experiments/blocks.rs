//! Products and sellers that are known before an experiment starts: put into blocks, and counted where they stand side by side.

use std::collections::{BTreeMap, HashMap};

use vitrine_experiments::blocks::{Known, deal};
use vitrine_experiments::design::{Design, MetricKind, Scope, Unit};
use vitrine_experiments::ledger::DAY_MS;

use super::ExperimentDocument;
use super::running::bucket_of;
use crate::app::App;
use crate::error::ApiError;
use crate::store::CatalogueFilter;

/// Days before the start that tell what alike is, where the plan names none.
const DAYS_BEFORE: u32 = 28;
/// Products of one look at the catalogue.
const PAGE: u32 = 5_000;
/// The cell of an experiment's blocks.
pub const BLOCKS_CELL: &str = "blocks";

/// The variant of each unit that was known at the start, by its pseudonym.
pub type Dealt = BTreeMap<String, u8>;

/// Under whose name an experiment's blocks are kept: one of their own, since reports read all cells of the experiment.
pub fn kept_as(id: &str) -> String {
    format!("{id}#{BLOCKS_CELL}")
}

impl App {
    /// Deals out the units of an experiment that starts now; empty where it has no blocks.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn dealt(&self, id: &str, document: &ExperimentDocument, now_ms: i64) -> Result<Dealt, ApiError> {
        let design = &document.design;
        if !design.blocks {
            return Ok(Dealt::new());
        }
        let days = if design.pre_period_days > 0 { design.pre_period_days } else { DAYS_BEFORE };
        let figures = self.figures(design, now_ms - i64::from(days) * DAY_MS).await?;
        let mut units = HashMap::new();
        for (name, kind, stratum) in self.units_in_catalogue(design).await? {
            if document.takes(bucket_of(design, &name)) {
                let unit = self.unit_key.pseudonym(kind, &name);
                let figure = figures.get(&unit).copied().unwrap_or_default();
                units.insert(unit.clone(), Known { unit, stratum, figure });
            }
        }
        let weights: Vec<u32> = design.variants.iter().map(|variant| variant.weight).collect();
        Ok(deal(units.into_values().collect(), &weights, id))
    }

    /// What units did before, by the event above the primary metric's line.
    async fn figures(&self, design: &Design, since_ms: i64) -> Result<HashMap<String, f64>, ApiError> {
        let Some(primary) = design.metric(&design.primary) else { return Ok(HashMap::new()) };
        let Some(event) = primary.events().next() else { return Ok(HashMap::new()) };
        let sums = matches!(primary.kind, MetricKind::Total { .. } | MetricKind::Quantile { .. });
        let rows = self.store.outcomes_by_unit(&self.config.tenant, event, since_ms).await?;
        let figure = |(unit, count, millionths): (String, i64, i64)| (unit, if sums { millionths as f64 } else { count as f64 });
        Ok(rows.into_iter().map(figure).collect())
    }

    /// Units of the catalogue in a plan's scope: name, kind, and what they are foremost alike in.
    async fn units_in_catalogue(&self, design: &Design) -> Result<Vec<(String, &'static str, String)>, ApiError> {
        let mut units = Vec::new();
        let mut after: Option<(String, String, String)> = None;
        loop {
            let place = after.as_ref().map(|(marketplace, region, product)| (marketplace.as_str(), region.as_str(), product.as_str()));
            let rows = self.store.catalogue(&self.config.tenant, filter_of(design), place, PAGE).await?;
            let Some(last) = rows.last() else { return Ok(units) };
            after = Some((last.marketplace.clone(), last.region.clone(), last.product_id.clone()));
            for row in rows {
                match design.unit {
                    Unit::Seller if !row.seller.is_empty() => units.push((row.seller, "seller", String::new())),
                    Unit::Product => {
                        let name = if row.family.is_empty() { row.product_id } else { row.family };
                        units.push((name, "product", row.category.split('/').next().unwrap_or_default().to_owned()));
                    }
                    _ => {}
                }
            }
        }
    }

    /// What is likely to go wrong with a plan on this very catalogue: units that take shoppers from each other.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn interference(&self, design: &Design) -> Result<Vec<String>, ApiError> {
        if !matches!(design.unit, Unit::Product | Unit::Seller) {
            return Ok(Vec::new());
        }
        let [products, of_sellers, of_categories] = self.store.neighbours(&self.config.tenant, filter_of(design)).await?;
        let mut warnings = Vec::new();
        if design.unit == Unit::Product && of_sellers > 0 {
            warnings.push(format!(
                "{of_sellers} of the {products} products in its scope have a seller with others of them: what one gains, the seller's other \
                 products may lose; randomise sellers, or split visitors"
            ));
        }
        if of_categories > 0 {
            warnings.push(format!(
                "{of_categories} of the {products} products in its scope stand in a category with others of them, side by side on search \
                 pages: shoppers who choose one leave another, so that the difference between variants overstates what all would gain"
            ));
        }
        Ok(warnings)
    }
}

fn filter_of(design: &Design) -> CatalogueFilter<'_> {
    let Scope { marketplace, region, category } = &design.scope;
    CatalogueFilter {
        category: category.as_deref().unwrap_or_default(),
        marketplace: marketplace.as_deref().unwrap_or_default(),
        region: region.as_deref().unwrap_or_default(),
        ..CatalogueFilter::default()
    }
}
