//! Inference that stays valid however often people look: asymptotic confidence sequences (Waudby-Smith, Arbour, Sinha, Kennedy and
//! Ramdas, arXiv 2103.06476, eq. 9, 155 and 161).
//!
//! Run it on the absolute difference and carry its critical value into [`super::fieller`] for the lift: sequences on delta-method
//! lifts break their promise on skewed metrics.

use super::{Difference, Refusal};

/// A confidence sequence, tuned to be narrowest at one total size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sequence {
    alpha: f64,
    rho_squared: f64,
}

/// What it says at one look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Half the width of the interval around the effect.
    pub half_width: f64,
    /// Logarithm of the e-value against no effect.
    pub log_e_value: f64,
    /// `min(1, 1 / e-value)`: valid at any look; 0 where it underflows.
    pub p_value: f64,
}

impl Sequence {
    /// A sequence of level `1 - alpha`, narrowest when both arms together have `tuning` units: take that from the planned size.
    ///
    /// # Errors
    /// Unless `alpha` is a level and `tuning` is above 0.
    pub fn new(alpha: f64, tuning: f64) -> Result<Self, Refusal> {
        Refusal::unless_level("alpha", alpha)?;
        if !(tuning > 0.0 && tuning.is_finite()) {
            return Err(Refusal::out_of_range("tuning size", tuning, "above 0"));
        }
        let spent = -2.0 * alpha.ln();
        Ok(Self { alpha, rho_squared: (spent + spent.ln_1p()) / tuning })
    }

    /// The parameter of the mixture, `rho`.
    pub fn rho(&self) -> f64 {
        self.rho_squared.sqrt()
    }

    /// Half-width in standard errors of the effect once both arms together have `units`.
    pub fn critical(&self, units: f64) -> f64 {
        let scaled = units * self.rho_squared;
        (2.0 * (scaled + 1.0) / scaled * (0.5 * scaled.ln_1p() - self.alpha.ln())).sqrt()
    }

    /// Looks at the data so far.
    pub fn look(&self, difference: &Difference) -> Look {
        let scaled = difference.units * self.rho_squared;
        let z = difference.effect / difference.std_error;
        let log_e_value = scaled / (scaled + 1.0) * 0.5 * z * z - 0.5 * scaled.ln_1p();
        Look { half_width: difference.std_error * self.critical(difference.units), log_e_value, p_value: (-log_e_value).exp().min(1.0) }
    }
}
