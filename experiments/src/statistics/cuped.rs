//! CUPED: less variance by what is known of each unit from before the experiment (Deng, Xu, Kohavi and Walker, WSDM 2013).

use super::arm::ROUNDING;
use super::difference::welch;
use super::distributions::student_t;
use super::fieller::{self, Lift};
use super::{Arm, Difference, Moments, Refusal, Which};

/// Both arms after adjustment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cuped {
    /// The slope of the outcome on the covariate, over both arms pooled; 0 when the covariate is constant.
    pub theta: f64,
    /// Control with its adjusted mean and variance.
    pub control: Arm,
    /// Treatment likewise.
    pub treatment: Arm,
    raw: [Moments<2>; 2],
}

impl Cuped {
    /// Adjusts; variable 0 is the outcome, variable 1 the covariate from before.
    ///
    /// # Errors
    /// As [`Arm::new`]; a variance that the covariate explains up to rounding counts as none.
    pub fn new(control: &Moments<2>, treatment: &Moments<2>) -> Result<Self, Refusal> {
        for (which, arm) in [(Which::Control, control), (Which::Treatment, treatment)] {
            if arm.units() < 2 {
                return Err(Refusal::TooFewUnits { arm: which, units: arm.units(), needed: 2 });
            }
        }
        let pooled = control.merge(treatment);
        let theta = if pooled.variance(1) > 0.0 { pooled.covariance(0, 1) / pooled.variance(1) } else { 0.0 };
        let adjust = |which, arm: &Moments<2>| {
            let variance = arm.variance(0) + theta * theta * arm.variance(1) - 2.0 * theta * arm.covariance(0, 1);
            let variance = if variance < ROUNDING * arm.variance(0) { 0.0 } else { variance };
            Arm::new(which, arm.units(), arm.mean(0) - theta * arm.mean(1), variance)
        };
        Ok(Self {
            theta,
            control: adjust(Which::Control, control)?,
            treatment: adjust(Which::Treatment, treatment)?,
            raw: [*control, *treatment],
        })
    }

    /// Adjusted treatment minus adjusted control.
    ///
    /// # Errors
    /// As [`Difference::absolute`].
    pub fn absolute(&self) -> Result<Difference, Refusal> {
        Difference::absolute(&self.control, &self.treatment)
    }

    /// The adjusted difference as a share of the control's unadjusted mean, by the delta method with the gradient taken where both arms
    /// have the same covariate mean.
    ///
    /// # Errors
    /// When the control's unadjusted mean is 0.
    pub fn relative(&self) -> Result<Difference, Refusal> {
        let [a, b] = &self.raw;
        let (base, other) = (a.mean(0), b.mean(0));
        if base == 0.0 {
            return Err(Refusal::ZeroBaseline);
        }
        let quotient = other / base;
        let of_control = a.variance(0) * quotient * quotient - 2.0 * self.theta * a.covariance(0, 1) * quotient
            + self.theta * self.theta * a.variance(1);
        let squared = (self.treatment.squared_error() + of_control / self.control.units) / (base * base);
        let plain = self.absolute()?;
        Difference::new(plain.effect / base.abs(), squared, plain.dof, plain.units)
    }

    /// The lift of the adjusted means by Fieller's theorem, with its `1 - alpha` set.
    ///
    /// # Errors
    /// When the control's adjusted mean is 0 or `alpha` is not a level.
    pub fn lift(&self, alpha: f64) -> Result<Lift, Refusal> {
        let dof = welch(&self.control, &self.treatment);
        self.lift_at(student_t::upper_quantile(0.5 * Refusal::unless_level("alpha", alpha)?, dof))
    }

    /// The same with a critical value of the caller's, as [`fieller::lift_at`].
    ///
    /// Both adjusted means lean on the pooled covariate mean, so that they vary together. Leaving that out is harmless near a lift of 0
    /// and costs two points of coverage at +50 %.
    ///
    /// # Errors
    /// When the control's adjusted mean is 0.
    pub fn lift_at(&self, critical: f64) -> Result<Lift, Refusal> {
        let (control, treatment) = self.centred();
        let [a, b] = &self.raw;
        let (n, m) = (self.control.units, self.treatment.units);
        let (share_a, share_b) = (n / (n + m), m / (n + m));
        let shared = self.theta * self.theta * (a.variance(1) / n + b.variance(1) / m);
        let (leaning_a, leaning_b) = (self.theta * a.covariance(0, 1) / n, self.theta * b.covariance(0, 1) / m);
        let spread = fieller::Spread {
            control: a.variance(0) / n - 2.0 * share_b * leaning_a + share_b * share_b * shared,
            treatment: b.variance(0) / m - 2.0 * share_a * leaning_b + share_a * share_a * shared,
            both: share_a * leaning_a + share_b * leaning_b - share_a * share_b * shared,
        };
        fieller::lift_of(control.mean, treatment.mean, spread, welch(&control, &treatment), critical)
    }

    /// Both arms shifted to the pooled covariate mean, so that their means are on the outcome's own scale: what a report shows.
    /// Differences are unchanged. For the lift ask [`Cuped::lift`].
    pub fn centred(&self) -> (Arm, Arm) {
        let pooled = self.raw[0].merge(&self.raw[1]);
        let shift = self.theta * pooled.mean(1);
        let moved = |arm: &Arm| Arm { mean: arm.mean + shift, ..*arm };
        (moved(&self.control), moved(&self.treatment))
    }
}
