//! The difference of two arms and its t-test with unequal variances (Welch 1947; degrees of freedom after Satterthwaite 1946).
//!
//! Decisions are made on the absolute difference. The relative one by the delta method is here because people compare with other tools;
//! its interval misses too often when the control's mean is noisy: show [`super::fieller`] instead.

use super::distributions::student_t;
use super::{Arm, Refusal};

/// An effect with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Treatment against control, in the metric's unit, or as a share of the control's mean (0.1 = 10 % more).
    pub effect: f64,
    /// Standard error of the effect, above 0.
    pub std_error: f64,
    /// Degrees of freedom of the t distribution that the standardised effect follows.
    pub dof: f64,
    /// Units in both arms.
    pub units: f64,
}

impl Difference {
    /// Treatment minus control.
    ///
    /// # Errors
    /// When the standard error underflows or overflows.
    pub fn absolute(control: &Arm, treatment: &Arm) -> Result<Self, Refusal> {
        let squared = control.squared_error() + treatment.squared_error();
        Self::new(treatment.mean - control.mean, squared, welch(control, treatment), control.units + treatment.units)
    }

    /// (treatment - control) / |control|, by the delta method; degrees of freedom of the absolute difference.
    ///
    /// # Errors
    /// When the control's mean is 0, or a result leaves the range of numbers.
    pub fn relative(control: &Arm, treatment: &Arm) -> Result<Self, Refusal> {
        if control.mean == 0.0 {
            return Err(Refusal::ZeroBaseline);
        }
        let base = control.mean.abs();
        let quotient = treatment.mean / base;
        let squared = treatment.squared_error() / (base * base) + control.squared_error() * quotient * quotient / (base * base);
        Self::new((treatment.mean - control.mean) / base, squared, welch(control, treatment), control.units + treatment.units)
    }

    /// From its numbers, the standard error squared.
    ///
    /// # Errors
    /// When they are not finite, or the error is not above 0.
    pub fn new(effect: f64, squared_error: f64, dof: f64, units: f64) -> Result<Self, Refusal> {
        Refusal::unless_finite("effect", effect)?;
        let std_error = Refusal::unless_finite("standard error", squared_error)?.sqrt();
        if std_error <= 0.0 {
            return Err(Refusal::out_of_range("standard error", std_error, "above 0"));
        }
        Refusal::unless_finite("degrees of freedom", dof)?;
        Ok(Self { effect, std_error, dof, units })
    }

    /// Tests against `null` (0 for "no effect"), with a confidence interval of level `1 - alpha`.
    ///
    /// # Errors
    /// When `alpha` is not between 0 and 1.
    pub fn test(&self, null: f64, tail: Tail, alpha: f64) -> Result<Test, Refusal> {
        Refusal::unless_level("alpha", alpha)?;
        let statistic = (self.effect - null) / self.std_error;
        let reach = |level: f64| student_t::upper_quantile(level, self.dof) * self.std_error;
        let (p_value, low, high) = match tail {
            Tail::Both => {
                let half = reach(0.5 * alpha);
                (student_t::two_sided(statistic, self.dof), self.effect - half, self.effect + half)
            }
            Tail::Larger => (student_t::survival(statistic, self.dof), self.effect - reach(alpha), f64::INFINITY),
            Tail::Smaller => (student_t::survival(-statistic, self.dof), f64::NEG_INFINITY, self.effect + reach(alpha)),
        };
        Ok(Test { statistic, p_value, low, high })
    }
}

/// What counts as evidence against the null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// A difference either way.
    Both,
    /// The treatment is larger.
    Larger,
    /// The treatment is smaller.
    Smaller,
}

/// A test's outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// Effect minus null, in standard errors.
    pub statistic: f64,
    /// 0 to 1, from the survival function: exact to the smallest numbers.
    pub p_value: f64,
    /// Lower end of the confidence interval; minus infinity for [`Tail::Smaller`].
    pub low: f64,
    /// Upper end; infinity for [`Tail::Larger`].
    pub high: f64,
}

/// Degrees of freedom for unequal variances.
pub fn welch(a: &Arm, b: &Arm) -> f64 {
    satterthwaite(a.squared_error(), a.units, b.squared_error(), b.units)
}

/// Degrees of freedom of the sum of two independent squared errors with `n - 1` and `m - 1` degrees each. Works on the share of each,
/// so that nothing under- or overflows.
pub fn satterthwaite(error_a: f64, n: f64, error_b: f64, m: f64) -> f64 {
    let share = error_a / (error_a + error_b);
    1.0 / (share * share / (n - 1.0) + (1.0 - share) * (1.0 - share) / (m - 1.0))
}
