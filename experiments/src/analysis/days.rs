//! The primary metric's effect up to each day, and of each day alone.
//!
//! Sums are kept up to the end of each day; what a day alone brought is the difference of two of them. Where units come back, outcomes
//! of one unit on several days vary together, which such sums do not show: the spread of a day is then taken too large, never too small.

use super::measure::{self, Measured};
use super::settings::{Settings, cell, summaries};
use super::{comparison, effect};
use crate::design::{Metric, MetricKind, Unit};
use crate::evidence::{DayEvidence, Evidence};
use crate::report::DayPoint;
use crate::statistics::{Arm, Moments, Refusal, Which};

/// The effect up to the end of each day.
pub fn over_time(metric: &Metric, evidence: &Evidence, settings: &Settings, arm: usize) -> Vec<DayPoint> {
    let few = comparison::few_units(evidence, settings, arm).is_some();
    evidence
        .days
        .iter()
        .map(|day| {
            let [control, treatment] = summaries(&day.cells, arm, &metric.name);
            let measured = measure::measure(metric, [&control, &treatment], settings.cuped).ok();
            DayPoint {
                day: day.day.clone(),
                units: [cell(&day.cells, 0).units, cell(&day.cells, arm).units],
                effect: measured.as_ref().and_then(|measured| effect::estimate(&measured.difference, settings.alpha)),
                any_time: measured.filter(|_| !few).and_then(|measured| effect::any_time(&measured.difference, settings)),
            }
        })
        .collect()
}

/// The effect of each day alone.
pub fn by_day(metric: &Metric, unit: Unit, evidence: &Evidence, settings: &Settings, arm: usize) -> Vec<DayPoint> {
    evidence
        .days
        .iter()
        .enumerate()
        .map(|(index, day)| {
            let before = index.checked_sub(1).and_then(|before| evidence.days.get(before));
            let of = |arm: usize| {
                let now = cell(&day.cells, arm).units;
                let new = now.saturating_sub(before.map_or(0, |before| cell(&before.cells, arm).units));
                if keeps_its_units(unit) { now } else { new }
            };
            let measured = between(metric, unit, before, day, arm).ok();
            DayPoint {
                day: day.day.clone(),
                units: [of(0), of(arm)],
                effect: measured.and_then(|measured| effect::estimate(&measured.difference, settings.alpha)),
                any_time: None,
            }
        })
        .collect()
}

/// What came after the end of `before` up to the end of `day`: for visitors and time slots per unit that was new then, for products and
/// sellers, which stay the same, per unit.
///
/// # Errors
/// For quantiles, which do not come apart by days, and as [`Arm::new`].
pub fn between(metric: &Metric, unit: Unit, before: Option<&DayEvidence>, day: &DayEvidence, arm: usize) -> Result<Measured, Refusal> {
    if matches!(metric.kind, MetricKind::Quantile { .. }) {
        return Err(Refusal::Empty { what: "quantile of a day".into() });
    }
    let now = summaries(&day.cells, arm, &metric.name);
    let then = before.map(|before| summaries(&before.cells, arm, &metric.name)).unwrap_or_default();
    let one = |which, index: usize| added(metric, unit, which, &then[index].moments, &now[index].moments);
    Measured::plain([one(Which::Control, 0)?, one(Which::Treatment, 1)?], "difference of two days' sums")
}

/// Whether the same units take part on every day.
fn keeps_its_units(unit: Unit) -> bool {
    matches!(unit, Unit::Product | Unit::Seller)
}

fn added(metric: &Metric, unit: Unit, which: Which, then: &Moments<4>, now: &Moments<4>) -> Result<Arm, Refusal> {
    let units = if keeps_its_units(unit) { now.units() } else { now.units().saturating_sub(then.units()) };
    if units < 2 {
        return Err(Refusal::TooFewUnits { arm: which, units, needed: 2 });
    }
    let n = units as f64;
    // Sums of products around 0 are enough here: counts and amounts are not large against their own spread.
    let raw = |moments: &Moments<4>, i: usize, j: usize| {
        let count = moments.units() as f64;
        moments.covariance(i, j) * (count - 1.0).max(0.0) + count * moments.mean(i) * moments.mean(j)
    };
    let sum = |i: usize| now.sum(i) - then.sum(i);
    let product = |i: usize, j: usize| raw(now, i, j) - raw(then, i, j);
    if let MetricKind::Ratio { .. } = metric.kind {
        if sum(1) <= 0.0 {
            return Err(Refusal::ZeroDenominator { arm: which });
        }
        let ratio = sum(0) / sum(1);
        let residuals = product(0, 0) - 2.0 * ratio * product(0, 1) + ratio * ratio * product(1, 1);
        return Arm::new(which, units, ratio, residuals / (n - 1.0) / (sum(1) / n).powi(2));
    }
    let mean = sum(0) / n;
    Arm::new(which, units, mean, (product(0, 0) - n * mean * mean) / (n - 1.0))
}
