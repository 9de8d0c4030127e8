//! What a metric is today, as people know it: a share, a mean with its spread, a percentile with its neighbours.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::design::{Metric, MetricKind};
use crate::evidence::{Histogram, MetricSummary};
use crate::statistics::power::Baseline;
use crate::statistics::{Arm, Refusal, Which};

/// The metric as it is today.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PlanMetric {
    /// Share of units with an event.
    Proportion {
        /// 0 to 1.
        rate: f64,
    },
    /// Events per unit.
    Count {
        /// Mean per unit.
        mean: f64,
        /// Standard deviation between units; absent = that of events that come independently, the square root of the mean.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sd: Option<f64>,
    },
    /// A sum of values per unit: revenue.
    Total {
        /// Mean per unit, those with nothing included.
        mean: f64,
        /// Standard deviation between units, likewise.
        sd: f64,
    },
    /// One count over another: clicks per impression.
    Ratio {
        /// The ratio of both sums.
        ratio: f64,
        /// Standard deviation between units of (numerator - ratio x denominator) / mean denominator.
        sd: f64,
    },
    /// A percentile over units.
    Quantile {
        /// Which one, 0 to 1.
        level: f64,
        /// Its value.
        value: f64,
        /// The value a little lower: at the level minus [`PlanMetric::reach`].
        below: f64,
        /// The value a little higher: at the level plus that.
        above: f64,
    },
}

impl PlanMetric {
    /// How far below and above a level the neighbours of a percentile are asked for: 5 percentage points, less near the ends.
    pub fn reach(level: f64) -> f64 {
        0.05_f64.min(0.5 * level).min(0.5 * (1.0 - level))
    }

    /// From what was measured of a metric: yesterday's traffic plans tomorrow's experiment.
    ///
    /// # Errors
    /// With too few units, or without spread.
    pub fn measured(metric: &Metric, summary: &MetricSummary) -> Result<Self, Refusal> {
        let moments = &summary.moments;
        let arm = |arm: Result<Arm, Refusal>| arm.map(|arm| (arm.mean, arm.variance.sqrt()));
        Ok(match metric.kind {
            MetricKind::Proportion { .. } => Self::Proportion { rate: arm(Arm::mean(Which::Control, &moments.pick([0])))?.0 },
            MetricKind::Count { .. } => {
                let (mean, sd) = arm(Arm::mean(Which::Control, &moments.pick([0])))?;
                Self::Count { mean, sd: Some(sd) }
            }
            MetricKind::Total { .. } => {
                let (mean, sd) = arm(Arm::mean(Which::Control, &moments.pick([0])))?;
                Self::Total { mean, sd }
            }
            MetricKind::Ratio { .. } => {
                let (ratio, sd) = arm(Arm::ratio(Which::Control, &moments.pick([0, 1])))?;
                Self::Ratio { ratio, sd }
            }
            MetricKind::Quantile { level, .. } => {
                let reach = Self::reach(level);
                let at = |level: f64| summary.histogram.quantile(level).ok_or_else(|| empty(&summary.histogram));
                Self::Quantile { level, value: at(level)?, below: at(level - reach)?, above: at(level + reach)? }
            }
        })
    }

    /// As the power calculation takes it.
    ///
    /// # Errors
    /// When a number is out of range.
    pub(super) fn baseline(&self, correlation: f64) -> Result<Baseline, Refusal> {
        let spread = |mean: f64, sd: f64| {
            Refusal::unless_finite("mean", mean)?;
            if !(sd > 0.0 && sd.is_finite()) {
                return Err(Refusal::out_of_range("standard deviation", sd, "above 0"));
            }
            if mean == 0.0 {
                return Err(Refusal::ZeroBaseline);
            }
            Ok(Baseline::Spread { mean, variance: sd * sd, correlation })
        };
        match *self {
            Self::Proportion { rate } => {
                Refusal::unless_level("rate", rate)?;
                // Adjusted, a share is a mean like any other.
                if correlation == 0.0 { Ok(Baseline::Proportion(rate)) } else { spread(rate, (rate * (1.0 - rate)).sqrt()) }
            }
            Self::Count { mean, sd } => spread(mean, sd.unwrap_or_else(|| mean.abs().sqrt())),
            Self::Total { mean, sd } | Self::Ratio { ratio: mean, sd } => spread(mean, sd),
            Self::Quantile { level, value, below, above } => {
                Refusal::unless_level("level", level)?;
                let width = above - below;
                if !(width > 0.0 && width.is_finite()) {
                    return Err(Refusal::out_of_range("value above minus value below", width, "above 0"));
                }
                // The error of a sample percentile: sqrt(q (1 - q) / n) over the density there (Cramér 1946, section 28.5). What CUPED
                // does to means does nothing here.
                let density = 2.0 * Self::reach(level) / width;
                spread(value, (level * (1.0 - level)).sqrt() / density).map(|made| match made {
                    Baseline::Spread { mean, variance, .. } => Baseline::Spread { mean, variance, correlation: 0.0 },
                    other @ (Baseline::Proportion(_) | Baseline::Scaled { .. }) => other,
                })
            }
        }
    }
}

fn empty(histogram: &Histogram) -> Refusal {
    Refusal::TooFewUnits { arm: Which::Control, units: histogram.count(), needed: 2 }
}
