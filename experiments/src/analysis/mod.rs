//! From evidence to report: what can be said of an experiment at one moment. A pure function: the same design and evidence give the same
//! report, byte for byte, and it never reads anything but sums that add up over days and machines.
//!
//! In reading order: [`settings`] (what the plan says about deciding), [`measure`] (one metric, two arms), [`effect`] (with its
//! uncertainty), [`comparison`] (all metrics of a treatment), [`health`] (whether any of it may be read), [`verdict`] (what to make of it).

mod comparison;
mod concerns;
mod days;
mod effect;
mod family;
mod few;
mod guardrail;
mod health;
mod measure;
mod notes;
mod plan_lines;
mod portfolio;
mod rules;
mod segments;
mod settings;
mod verdict;
mod words;

use crate::design::{Design, Stage};
use crate::evidence::Evidence;
use crate::report::{ArmFigures, Decision, Report};
use settings::Settings;

pub use portfolio::{Head, Holdout, Portfolio, PortfolioLine, PortfolioMetric, portfolio};

/// What is known of an experiment beside its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// Its id.
    pub experiment: String,
    /// The plan, as fixed.
    pub design: Design,
    /// Where it stands.
    pub stage: Stage,
    /// When it started, ms since 1970 UTC.
    pub started_ms: Option<i64>,
    /// When it was stopped, ms since 1970 UTC.
    pub stopped_ms: Option<i64>,
    /// Simulated data, and what of.
    pub simulated: Option<String>,
    /// The decision, once taken.
    pub decision: Option<Decision>,
}

/// Everything that can be said now. Evidence that does not fit the design (too few cells, metrics that are not there) is read as "nothing
/// seen yet", so that every number that is there is one.
pub fn report(context: &Context, evidence: &Evidence) -> Report {
    let design = &context.design;
    let settings = Settings::of(context, evidence);
    let mut comparisons: Vec<_> = (1..design.variants.len()).map(|arm| comparison::compare(context, evidence, &settings, arm)).collect();
    family::correct(&mut comparisons, &settings);
    let health = health::checks(context, evidence, &settings, &comparisons);
    let verdict = verdict::of(context, &settings, &health, &comparisons);
    let rules = rules::attribute(design, evidence, &comparisons);
    Report {
        experiment: context.experiment.clone(),
        design: design.clone(),
        stage: context.stage,
        as_of_ms: evidence.as_of_ms,
        started_ms: context.started_ms,
        stopped_ms: context.stopped_ms,
        simulated: context.simulated.clone(),
        verdict,
        health,
        arms: arms(design, evidence),
        notes: notes::of(context, evidence, &settings, &comparisons),
        comparisons,
        plan: plan_lines::of(context, evidence, &settings),
        rules,
        decision: context.decision.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn arms(design: &Design, evidence: &Evidence) -> Vec<ArmFigures> {
    let weights: f64 = design.variants.iter().map(|variant| f64::from(variant.weight)).sum();
    let units = |arm: usize| evidence.total.get(arm).map_or(0, |cell| cell.units);
    design
        .variants
        .iter()
        .enumerate()
        .map(|(arm, variant)| ArmFigures {
            variant: variant.name.clone(),
            planned_share: if weights > 0.0 { f64::from(variant.weight) / weights } else { 0.0 },
            units: units(arm),
        })
        .collect()
}

#[cfg(test)]
mod tests;
