//! Reports: from the stored sums, kept at the end of each day so that a link shows what was known then.

use std::sync::Arc;

use vitrine_experiments::analysis;
use vitrine_experiments::design::Stage;
use vitrine_experiments::evidence::{Evidence, RuleFirings, UnitValues};
use vitrine_experiments::ledger::{CellKey, Cells, UnitLedger, evidence};
use vitrine_experiments::report::Report;
use vitrine_experiments::statistics::permutation::CLUSTERS_FEW;

use super::fold::COUNTS_CELL;
use super::lifecycle::unknown;
use super::{ExperimentDocument, of_variant};
use crate::apart::apart;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::selection::{day_of, today};
use crate::store::Named;

/// The cell that holds what a warehouse has summed.
pub const WAREHOUSE_CELL: &str = "warehouse";
/// Rules shown at most: those whose firings differ most.
const RULES_MAX: usize = 20;

impl App {
    /// An experiment as it is stored.
    ///
    /// # Errors
    /// `experiment_unknown`, or a failing store.
    pub async fn experiment(&self, id: &str) -> Result<Named<ExperimentDocument>, ApiError> {
        let found = self.store.experiments(&self.config.tenant, Some(id)).await?.pop();
        found.filter(|_| !id.is_empty()).ok_or_else(|| unknown(id))
    }

    /// Everything that an experiment has seen.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn evidence_of(&self, named: &Named<ExperimentDocument>) -> Result<Evidence, ApiError> {
        let (tenant, document) = (&self.config.tenant, &named.document);
        let (mut cells, mut warehouse) = (Cells::default(), None);
        let broken = |error: serde_json::Error| ApiError::new(Code::Internal, format!("stored sums cannot be read: {error}"));
        for (key, text) in self.store.experiment_cells(tenant, &named.id).await? {
            if key == COUNTS_CELL {
                cells.counts = serde_json::from_str(&text).map_err(broken)?;
            } else if key == WAREHOUSE_CELL {
                warehouse = Some(serde_json::from_str::<Evidence>(&text).map_err(broken)?);
            } else if let Some(key) = CellKey::from_text(&key) {
                cells.by_key.insert(key, serde_json::from_str(&text).map_err(broken)?);
            }
        }
        let now_ms = jiff::Timestamp::now().as_millisecond();
        let mut seen = match warehouse {
            Some(summed) => Evidence { as_of_ms: now_ms, ..summed },
            None => evidence(&cells, &document.design, now_ms, None),
        };
        let units: u64 = seen.total.iter().map(|cell| cell.units).sum();
        if units > 0 && units < (CLUSTERS_FEW * document.design.variants.len() / 2) as u64 && !document.from_warehouse {
            let ledgers: Vec<UnitLedger> = self.store.experiment_units(tenant, &named.id, 10 * CLUSTERS_FEW as u32).await?;
            let mut few: Vec<Vec<UnitValues>> = vec![Vec::new(); document.design.variants.len()];
            for ledger in &ledgers {
                if let Some(variant) = ledger.variant(&document.design) {
                    few[variant].push(ledger.values(&document.design));
                }
            }
            // In an order of their own: pseudonyms, which differ from store to store, must not change a digit.
            few.iter_mut().for_each(|units| units.sort_by(in_order));
            seen.few_units = Some(few);
        }
        seen.rules = self.firings(named).await?;
        Ok(seen)
    }

    /// How often each rule acts under the control's rules and under each treatment's, on the same products.
    async fn firings(&self, named: &Named<ExperimentDocument>) -> Result<Vec<RuleFirings>, ApiError> {
        let variants = &named.document.design.variants;
        let mut by_rule: std::collections::BTreeMap<String, RuleFirings> = std::collections::BTreeMap::new();
        for (place, variant) in variants.iter().enumerate().skip(1) {
            let tally = self.tally(&of_variant(&named.id, &variant.name)).await?;
            for (rule, (control, treatment)) in &tally.by_rule {
                if control == treatment {
                    continue;
                }
                let none = || RuleFirings { rule: rule.to_string(), selections: vec![0; variants.len()], of: vec![0; variants.len()] };
                let firings = by_rule.entry(rule.to_string()).or_insert_with(none);
                firings.selections[0] = firings.selections[0].max(*control);
                firings.selections[place] = *treatment;
                firings.of[0] = firings.of[0].max(tally.pictures);
                firings.of[place] = tally.pictures;
            }
        }
        let mut firings: Vec<RuleFirings> = by_rule.into_values().collect();
        let apart = |firings: &RuleFirings| firings.selections.iter().skip(1).map(|count| count.abs_diff(firings.selections[0])).max();
        firings.sort_by_key(|firings| std::cmp::Reverse(apart(firings)));
        firings.truncate(RULES_MAX);
        Ok(firings)
    }

    /// The report of this moment.
    ///
    /// # Errors
    /// `experiment_unknown`, or a failing store.
    pub async fn report_now(&self, id: &str) -> Result<Report, ApiError> {
        let named = self.experiment(id).await?;
        self.report_of(&named).await
    }

    /// The report that speaks for an experiment in a list: of a decided one the report by which it was decided, else that of this moment.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn latest_report(&self, named: &Named<ExperimentDocument>) -> Result<Report, ApiError> {
        if let Some(decision) = &named.document.decision {
            let day = day_of(decision.at_ms).to_string();
            if let Some((_, _, report)) = self.store.kept_reports(&self.config.tenant, &named.id, Some(&day)).await?.pop() {
                return Ok(report);
            }
        }
        self.report_of(named).await
    }

    /// The report of this moment, of an experiment at hand.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn report_of(&self, named: &Named<ExperimentDocument>) -> Result<Report, ApiError> {
        let seen = self.evidence_of(named).await?;
        let document = &named.document;
        let context = analysis::Context {
            experiment: named.id.clone(),
            design: document.design.clone(),
            stage: document.stage,
            started_ms: document.started_ms,
            stopped_ms: document.stopped_ms,
            simulated: document.simulated.clone(),
            decision: document.decision.clone(),
        };
        apart("the analysis", move || analysis::report(&context, &seen)).await
    }

    /// Keeps the report of this moment as today's.
    ///
    /// # Errors
    /// As [`App::report_now`].
    pub async fn keep_todays_report(&self, id: &str) -> Result<(), ApiError> {
        let report = self.report_now(id).await?;
        Ok(self.store.keep_report(&self.config.tenant, id, &today().to_string(), &report).await?)
    }

    /// Keeps today's report of all running experiments.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keep_reports(self: &Arc<Self>) -> Result<(), ApiError> {
        for running in self.experiments.now().iter().filter(|running| running.document.stage == Stage::Running) {
            self.keep_todays_report(&running.id).await?;
        }
        Ok(())
    }
}

fn in_order(a: &UnitValues, b: &UnitValues) -> std::cmp::Ordering {
    let pairs = a.0.iter().flatten().zip(b.0.iter().flatten());
    pairs.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
}
