//! What the plan, and how far it has come, mean for the numbers: which of them decides, at which level, tuned to what.

use super::Context;
use crate::design::{Looks, Stage};
use crate::evidence::{Cell, Evidence, MetricSummary};
use crate::statistics::permutation::CLUSTERS_FEW;
use crate::statistics::sequential::Sequence;

/// The settings of one report.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Error level, two-sided for the primary metric and one-sided for guardrails.
    pub alpha: f64,
    /// Units of two arms at which the any-time interval is narrowest.
    pub tuning: f64,
    /// Whether that is the plan's own size.
    pub tuned_by_plan: bool,
    /// Which p-value decides.
    pub decides: Decides,
    /// How far the plan has come.
    pub progress: Progress,
    /// Whether time before the start adjusts the metrics.
    pub cuped: bool,
    /// Whether the units are so few that they are dealt out again one by one.
    pub few: bool,
}

/// Which p-value and interval decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decides {
    /// Those of one look at the planned end.
    OneLook,
    /// Those that hold at any number of looks.
    AnyTime,
}

/// How far the plan has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Units of all variants.
    pub units: u64,
    /// Days since the start, or days with evidence where the start is not known.
    pub days: f64,
    /// The planned units or days are reached, or it takes no more units.
    pub ended: bool,
    /// It was stopped before either was reached.
    pub stopped_early: bool,
}

/// What the any-time interval is tuned to where the plan has no size.
pub const TUNING_WITHOUT_PLAN: f64 = 10_000.0;

/// A day, ms.
pub const DAY_MS: f64 = 86_400_000.0;

impl Settings {
    /// Reads them off the plan and the evidence.
    pub fn of(context: &Context, evidence: &Evidence) -> Self {
        let design = &context.design;
        let progress = Progress::of(context, evidence);
        let few = is_few(context, evidence);
        let any_time = (design.decision.looks == Looks::AnyTime || progress.stopped_early) && !few;
        let weights: f64 = design.variants.iter().map(|variant| f64::from(variant.weight)).sum();
        let heaviest = design.variants.iter().skip(1).map(|variant| f64::from(variant.weight)).fold(0.0, f64::max);
        let two_arms = design.variants.first().map_or(1.0, |control| (f64::from(control.weight) + heaviest) / weights);
        let tuned_by_plan = design.planned_units > 0;
        Self {
            alpha: design.decision.alpha.clamp(1e-12, 0.5),
            tuning: if tuned_by_plan { (design.planned_units as f64 * two_arms).max(2.0) } else { TUNING_WITHOUT_PLAN },
            tuned_by_plan,
            decides: if any_time { Decides::AnyTime } else { Decides::OneLook },
            progress,
            cuped: design.pre_period_days > 0 && !few,
            few,
        }
    }

    /// The confidence sequence of level `1 - alpha`.
    pub fn sequence(&self, alpha: f64) -> Option<Sequence> {
        Sequence::new(alpha, self.tuning).ok()
    }
}

impl Progress {
    fn of(context: &Context, evidence: &Evidence) -> Self {
        let design = &context.design;
        let units = evidence.total.iter().map(|cell| cell.units).sum();
        let until = context.stopped_ms.unwrap_or(evidence.as_of_ms).min(evidence.as_of_ms.max(context.started_ms.unwrap_or(0)));
        let days = match context.started_ms {
            Some(start) => ((until - start).max(0)) as f64 / DAY_MS,
            None => evidence.days.len() as f64,
        };
        let enough = (design.planned_units > 0 && units >= design.planned_units) || days >= f64::from(design.planned_days);
        let over = matches!(context.stage, Stage::Stopped | Stage::Decided);
        Self { units, days, ended: enough || over, stopped_early: over && !enough }
    }
}

/// The cell of an arm; an empty one where there is none.
pub fn cell(cells: &[Cell], arm: usize) -> &Cell {
    static EMPTY: Cell = Cell { units: 0, metrics: std::collections::BTreeMap::new() };
    cells.get(arm).unwrap_or(&EMPTY)
}

/// The summary of a metric in two arms; empty ones where there are none.
pub fn summaries(cells: &[Cell], arm: usize, metric: &str) -> [MetricSummary; 2] {
    [0, arm].map(|arm| cell(cells, arm).metrics.get(metric).cloned().unwrap_or_default())
}

fn is_few(context: &Context, evidence: &Evidence) -> bool {
    let variants = context.design.variants.len();
    evidence.few_units.as_ref().is_some_and(|arms| {
        arms.len() == variants
            && arms.iter().map(Vec::len).sum::<usize>() < CLUSTERS_FEW.saturating_mul(variants) / 2
            && arms.iter().zip(&evidence.total).all(|(units, cell)| units.len() as u64 == cell.units)
    })
}
