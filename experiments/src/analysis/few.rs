//! So few units that the normal approximation cannot be trusted: they are dealt out to the arms again and again, and the share of deals
//! that differ as much is the p-value.

use super::measure::Measured;
use crate::design::{Metric, MetricKind};
use crate::evidence::UnitValues;
use crate::statistics::permutation::{self, Cluster};
use crate::statistics::{Arm, Moments, Refusal, Which};

/// What dealing out again says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exact {
    /// Two-sided p of no difference.
    pub p: f64,
    /// Half the interval, in standard errors: it says what p says.
    pub critical: f64,
}

/// Units that are dealt out in all: p is right to about half a percentage point at 5 % with few units, to one with a thousand, where the
/// normal approximation is near as well.
const DEALT: u64 = 500_000;
/// Any number: the same for every report, so that it can be repeated.
const SEED: u64 = 20_261_121;

/// The metric at `index` of the design in two arms of units.
///
/// # Errors
/// Below five units an arm, without spread, and for quantiles.
pub fn measure(metric: &Metric, index: usize, arms: [&[UnitValues]; 2], alpha: f64) -> Result<Measured, Refusal> {
    if let MetricKind::Quantile { .. } = metric.kind {
        return Err(Refusal::out_of_range(
            "units",
            (arms[0].len() + arms[1].len()) as f64,
            "more for a quantile: its interval needs hundreds",
        ));
    }
    let [control, treatment] = arms.map(|units| clusters(units, index));
    let found = permutation::test(&control, &treatment, draws(arms), SEED)?;
    let critical = permutation::critical(&control, &treatment, draws(arms), SEED, alpha)?;
    let arm = |which, units: &[Cluster]| Arm::ratio(which, &units.iter().copied().collect::<Moments<2>>());
    let method = format!("permutation of {} units ({} deals)", control.len() + treatment.len(), found.draws);
    let plain = Measured::plain([arm(Which::Control, &control)?, arm(Which::Treatment, &treatment)?], &method)?;
    Ok(Measured { exact: Some(Exact { p: found.p_value, critical }), ..plain })
}

/// One-sided p of "the treatment is not above `factor` times the control", by the same deals.
///
/// # Errors
/// As [`measure`].
pub fn above(index: usize, arms: [&[UnitValues]; 2], factor: f64) -> Result<f64, Refusal> {
    let [control, treatment] = arms.map(|units| clusters(units, index));
    let scaled: Vec<Cluster> = control.iter().map(|[top, bottom]| [top * factor, *bottom]).collect();
    let found = permutation::test(&scaled, &treatment, draws(arms), SEED)?;
    Ok(if found.difference.effect > 0.0 { 0.5 * found.p_value } else { 1.0 - 0.5 * found.p_value })
}

fn draws(arms: [&[UnitValues]; 2]) -> u64 {
    (DEALT / (arms[0].len() + arms[1].len()).max(1) as u64).clamp(499, 1999)
}

fn clusters(units: &[UnitValues], index: usize) -> Vec<Cluster> {
    units.iter().filter_map(|unit| unit.0.get(index)).map(|values| [values[0], values[1]]).collect()
}
