//! What a test sees of one arm: how many units, their mean, and the variance of one unit around it. Every kind of metric comes down to
//! this: a mean, a proportion, a ratio by the delta method; quantiles and adjusted means have files of their own.

use super::{Moments, Refusal, Which};

/// One arm of a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arm {
    /// Units, above 1.
    pub units: f64,
    /// The metric of this arm, in its own unit.
    pub mean: f64,
    /// Variance of one unit, above 0: the mean's squared standard error is `variance / units`.
    pub variance: f64,
}

/// An s² this small against the parts it was made from is rounding, not spread.
pub const ROUNDING: f64 = 1e-12;

impl Arm {
    /// An arm from its numbers.
    ///
    /// # Errors
    /// Below two units, without variance, or when a number is not finite.
    pub fn new(which: Which, units: u64, mean: f64, variance: f64) -> Result<Self, Refusal> {
        Refusal::unless_finite("mean", mean)?;
        Refusal::unless_finite("variance", variance)?;
        if units < 2 {
            return Err(Refusal::TooFewUnits { arm: which, units, needed: 2 });
        }
        if variance <= 0.0 {
            return Err(Refusal::NoVariance { arm: which });
        }
        Ok(Self { units: units as f64, mean, variance })
    }

    /// The mean of a number per unit; sample variance with divisor n - 1.
    ///
    /// # Errors
    /// As [`Arm::new`].
    pub fn mean(which: Which, moments: &Moments<1>) -> Result<Self, Refusal> {
        Self::new(which, moments.units(), moments.mean(0), moments.variance(0))
    }

    /// The share of units with an event; variance p (1 - p).
    ///
    /// # Errors
    /// As [`Arm::new`], and when there are more events than units. Without events, or with an event on every unit, there is no variance.
    pub fn proportion(which: Which, units: u64, successes: u64) -> Result<Self, Refusal> {
        if successes > units {
            return Err(Refusal::out_of_range("successes", successes as f64, &format!("at most the {units} units")));
        }
        if units == 0 {
            return Err(Refusal::TooFewUnits { arm: which, units, needed: 2 });
        }
        let p = successes as f64 / units as f64;
        Self::new(which, units, p, p * (1.0 - p))
    }

    /// A ratio of two sums over the randomised units, such as clicks (variable 0) over impressions (variable 1): the delta method of
    /// Deng, Knoblich and Lu (2018), arXiv 1803.06336.
    ///
    /// # Errors
    /// As [`Arm::new`], and when the denominator adds up to 0.
    pub fn ratio(which: Which, moments: &Moments<2>) -> Result<Self, Refusal> {
        if moments.units() < 2 {
            return Err(Refusal::TooFewUnits { arm: which, units: moments.units(), needed: 2 });
        }
        if moments.mean(1) == 0.0 {
            return Err(Refusal::ZeroDenominator { arm: which });
        }
        let ratio = moments.mean(0) / moments.mean(1);
        let parts = [moments.variance(0), -2.0 * ratio * moments.covariance(0, 1), ratio * ratio * moments.variance(1)];
        let linearised = clear_of_rounding(&parts);
        Self::new(which, moments.units(), ratio, linearised / moments.mean(1).powi(2))
    }

    /// Squared standard error of the mean.
    pub fn squared_error(&self) -> f64 {
        self.variance / self.units
    }
}

/// The sum of `parts`, or 0 where they cancel to nothing but rounding.
pub fn clear_of_rounding(parts: &[f64]) -> f64 {
    let sum: f64 = parts.iter().sum();
    let scale: f64 = parts.iter().map(|part| part.abs()).sum();
    if sum <= ROUNDING * scale { 0.0 } else { sum }
}
