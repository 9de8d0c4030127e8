//! Capping of extreme values. It buys power on heavy tails and biases effects towards 0: show capped and uncapped side by side.

use super::quantile::of_sorted;
use super::{Moments, Refusal};

/// Where to cap.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Caps {
    /// No value below this.
    pub low: Option<f64>,
    /// No value above this.
    pub high: Option<f64>,
}

impl Caps {
    /// Caps at quantiles of both arms pooled, linear interpolation; with `ignore_zeros` those of the other values, without which a metric
    /// that is 0 for most units would be capped to 0.
    ///
    /// # Errors
    /// When there are no values to take a quantile of, or a level is outside 0 to 1.
    pub fn pooled(arms: [&[f64]; 2], low: Option<f64>, high: Option<f64>, ignore_zeros: bool) -> Result<Self, Refusal> {
        let mut sorted: Vec<f64> = arms.into_iter().flatten().copied().filter(|x| !(ignore_zeros && *x == 0.0)).collect();
        if let Some(value) = sorted.iter().find(|x| !x.is_finite()) {
            return Err(Refusal::out_of_range("value", *value, "a finite number"));
        }
        sorted.sort_by(f64::total_cmp);
        let cap = |level: Option<f64>| match level {
            None => Ok(None),
            Some(level) if !(0.0..=1.0).contains(&level) => Err(Refusal::out_of_range("percentile", level, "0 to 1")),
            Some(level) => of_sorted(&sorted, level).map(Some).ok_or(Refusal::Empty { what: "percentile cap".to_owned() }),
        };
        Ok(Self { low: cap(low)?, high: cap(high)? })
    }

    /// One value, capped.
    pub fn apply(&self, value: f64) -> f64 {
        let raised = self.low.map_or(value, |low| value.max(low));
        self.high.map_or(raised, |high| raised.min(high))
    }

    /// The share of values that a cap changes, 0 to 1.
    pub fn hit_rate(&self, values: &[f64]) -> f64 {
        values.iter().filter(|x| self.apply(**x) != **x).count() as f64 / values.len().max(1) as f64
    }

    /// Whether the upper cap lies below the smallest value above 0: then nothing is left of the metric.
    pub fn erases(&self, values: &[f64]) -> bool {
        let least = values.iter().copied().filter(|x| *x > 0.0).fold(f64::INFINITY, f64::min);
        least.is_finite() && self.high.is_some_and(|high| high < least)
    }

    /// The summary of capped values.
    pub fn moments(&self, values: &[f64]) -> Moments<1> {
        values.iter().map(|x| [self.apply(*x)]).collect()
    }
}

/// Replaces the `floor(fraction * n)` smallest and largest values by the nearest that remains (Tukey and McLaughlin 1963).
///
/// # Errors
/// When a fraction is outside 0 to 1, or both together leave nothing.
pub fn by_order(values: &[f64], low_fraction: f64, high_fraction: f64) -> Result<Vec<f64>, Refusal> {
    for (what, fraction) in [("lower_fraction", low_fraction), ("upper_fraction", high_fraction)] {
        if !(0.0..1.0).contains(&fraction) {
            return Err(Refusal::out_of_range(what, fraction, "0 or more and below 1"));
        }
    }
    let n = values.len();
    let (low, high) = ((low_fraction * n as f64) as usize, (high_fraction * n as f64) as usize);
    if low + high >= n {
        return Err(Refusal::Empty { what: "values between both fractions".to_owned() });
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let (least, most) = (values[order[low]], values[order[n - 1 - high]]);
    let mut capped = values.to_vec();
    order[..low].iter().for_each(|place| capped[*place] = least);
    order[n - high..].iter().for_each(|place| capped[*place] = most);
    Ok(capped)
}
