//! Quantiles: the variance of a sample quantile from an interval of order statistics (Deng, Knoblich and Lu 2018, arXiv 1803.06336), and
//! its inflation where units are clusters of events (Yao, Li and Lu 2024, arXiv 2401.14549).

use super::arm::clear_of_rounding;
use super::distributions::normal;
use super::{Arm, Moments, Refusal, Which};

/// What one arm tells of a quantile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuantileSummary {
    /// Values: units, or events where these are clustered in units.
    pub values: u64,
    /// Size of the sample that `lower` and `upper` were taken for; see [`interval_sample`].
    pub sample: u64,
    /// Which quantile, 0 to 1.
    pub level: f64,
    /// Its estimate.
    pub estimate: f64,
    /// Sample quantile at the level minus 1.96 of its standard errors.
    pub lower: f64,
    /// The same above.
    pub upper: f64,
}

/// Below this many values a quantile without spread is refused; above it the floor of 1e-5 stands in, as GrowthBook does.
const FLOOR_FROM: u64 = 1000;
const FLOOR: f64 = 1e-5;

impl QuantileSummary {
    /// From the values themselves; `None` without any.
    pub fn of(values: &[f64], level: f64) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let sample = interval_sample(sorted.len() as u64);
        let half = z() * (level * (1.0 - level) / sample as f64).sqrt();
        Some(Self {
            values: sorted.len() as u64,
            sample,
            level,
            estimate: of_sorted(&sorted, level)?,
            lower: of_sorted(&sorted, (level - half).max(0.0))?,
            upper: of_sorted(&sorted, (level + half).min(1.0))?,
        })
    }

    /// The arm, where each unit gives one value.
    ///
    /// # Errors
    /// When the level is too far out for so few values, or there is no spread.
    pub fn arm(&self, which: Which) -> Result<Arm, Refusal> {
        self.finish(which, self.variance())
    }

    /// The arm, where units give several values each: per unit, variable 0 is the count of values at or below the estimate and variable
    /// 1 the count of all its values.
    ///
    /// # Errors
    /// As [`QuantileSummary::arm`], and below two clusters or without values in them.
    pub fn clustered_arm(&self, which: Which, clusters: &Moments<2>) -> Result<Arm, Refusal> {
        if clusters.units() < 2 {
            return Err(Refusal::TooFewClusters { arm: which, clusters: clusters.units(), needed: 2 });
        }
        let size = clusters.mean(1);
        if size <= 0.0 {
            return Err(Refusal::ZeroDenominator { arm: which });
        }
        let share = clusters.mean(0) / size;
        let spread =
            clear_of_rounding(&[clusters.variance(0), -2.0 * share * clusters.covariance(0, 1), share * share * clusters.variance(1)]);
        let of_share = spread / (clusters.units() as f64 * size * size);
        let independent = self.level * (1.0 - self.level) / self.values as f64;
        self.finish(which, self.variance() * of_share / independent)
    }

    fn finish(&self, which: Which, variance: f64) -> Result<Arm, Refusal> {
        Refusal::unless_level("quantile", self.level)?;
        let n = self.values as f64;
        let odds = self.level / (1.0 - self.level);
        if n <= z() * z() * odds.max(1.0 / odds) {
            return Err(Refusal::QuantileTooExtreme { arm: which });
        }
        if variance <= 0.0 && self.values < FLOOR_FROM {
            return Err(Refusal::NoVariance { arm: which });
        }
        let floored = if self.values < 100 { variance } else { variance.max(FLOOR) };
        Arm::new(which, self.values, self.estimate, floored)
    }

    fn variance(&self) -> f64 {
        let n = self.values as f64;
        let width = (self.upper - self.lower) / (2.0 * z());
        self.sample as f64 / n * (n - 1.0) * width * width
    }
}

/// The largest `100 * 2^k <= values` (k up to 19), or all below 100: order statistics are then asked at few, stable positions, which a
/// warehouse can share between metrics.
pub fn interval_sample(values: u64) -> u64 {
    if values < 100 { values } else { (0..20).map(|k| 100 << k).filter(|n| *n <= values).max().unwrap_or(100) }
}

/// The quantile of sorted values by linear interpolation (Hyndman and Fan's type 7); `None` without values.
pub fn of_sorted(sorted: &[f64], level: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = level.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let part = place - below as f64;
    let (a, b) = (sorted[below], sorted[above]);
    Some(if part < 0.5 { a + (b - a) * part } else { b - (b - a) * (1.0 - part) })
}

fn z() -> f64 {
    normal::upper_quantile(0.025)
}
