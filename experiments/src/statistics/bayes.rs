//! The Bayesian reading of an effect: a normal prior, a normal likelihood, and what follows in closed form.
//!
//! Calibrated only under its prior, and no licence to peek: with a flat prior, "95 % chance to win" at any of 50 looks is reached by half
//! of all experiments without an effect.

use super::distributions::normal;
use super::{Difference, Refusal};

/// What is believed of the effect before data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// Nothing: every effect equally likely.
    Flat,
    /// Normal, on the scale of the effect.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its variance, above 0.
        variance: f64,
    },
}

/// Standard deviation of true relative lifts under the default prior: two thirds of all changes to pictures move a metric by less than
/// 5 %. Shops that have measured many experiments put their own in its place (the spread that [`super::segments::shrink`] finds).
pub const LIFT_SD: f64 = 0.05;

impl Prior {
    /// The default for a difference on the absolute scale: lifts around 0 with [`LIFT_SD`], times the control's mean.
    ///
    /// # Errors
    /// When the control's mean is 0 or not finite: a lift then means nothing.
    pub fn of_lift(control_mean: f64) -> Result<Self, Refusal> {
        if Refusal::unless_finite("control mean", control_mean)? == 0.0 {
            return Err(Refusal::ZeroBaseline);
        }
        Ok(Self::Normal { mean: 0.0, variance: (LIFT_SD * control_mean).powi(2) })
    }
}

/// What is believed after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posterior {
    /// Mean of the effect.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
}

impl Posterior {
    /// Combines prior and data.
    ///
    /// # Errors
    /// When the prior's variance is not above 0.
    pub fn new(difference: &Difference, prior: Prior) -> Result<Self, Refusal> {
        let precision = difference.std_error.powi(-2);
        match prior {
            Prior::Flat => Ok(Self { mean: difference.effect, sd: difference.std_error }),
            Prior::Normal { mean, variance } => {
                Refusal::unless_finite("prior mean", mean)?;
                if !(variance > 0.0 && variance.is_finite()) {
                    return Err(Refusal::out_of_range("prior variance", variance, "above 0"));
                }
                let total = precision + 1.0 / variance;
                Ok(Self { mean: (difference.effect * precision + mean / variance) / total, sd: total.powf(-0.5) })
            }
        }
    }

    /// `P(effect > 0)`.
    pub fn chance_above_zero(&self) -> f64 {
        normal::survival(-self.mean / self.sd)
    }

    /// `P(effect < 0)`.
    pub fn chance_below_zero(&self) -> f64 {
        normal::survival(self.mean / self.sd)
    }

    /// `E[max(effect, 0)]`: what is lost on average by keeping control, where more is better.
    pub fn expected_gain(&self) -> f64 {
        partial_expectation(self.mean, self.sd)
    }

    /// `E[max(-effect, 0)]`: what is lost on average by taking the treatment.
    pub fn expected_loss(&self) -> f64 {
        partial_expectation(-self.mean, self.sd)
    }

    /// Equal-tailed interval that holds `1 - alpha`.
    ///
    /// # Errors
    /// Unless `alpha` is a level.
    pub fn interval(&self, alpha: f64) -> Result<(f64, f64), Refusal> {
        let half = normal::upper_quantile(0.5 * Refusal::unless_level("alpha", alpha)?) * self.sd;
        Ok((self.mean - half, self.mean + half))
    }
}

/// `E[max(X, 0)]` of a normal X.
fn partial_expectation(mean: f64, sd: f64) -> f64 {
    let z = mean / sd;
    (sd * (normal::density(z) + z * normal::cumulative(z))).max(0.0)
}
