//! Before the start: sample size, power, smallest detectable effect and days, for every kind of metric, and what peeking and clusters
//! cost. Computed from the distributions themselves, so that planned and realised power agree.

mod design;
mod plan;

use super::distributions::{noncentral_t, normal, student_t};
use super::{Refusal, Tail, solve};

pub use design::{ProductDesigns, ProductTraffic};
pub use plan::{Baseline, Plan, SequentialPlan};

/// A two-sample test to be planned: level, sides, and how many treatment units come on one of control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoSample {
    /// Level of the test, between 0 and 1.
    pub alpha: f64,
    /// Which differences count.
    pub tail: Tail,
    /// Treatment units per control unit, above 0.
    pub ratio: f64,
    /// How the statistic is distributed.
    pub family: Family,
}

/// The distribution that critical values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Noncentral t with `n + m - 2` degrees of freedom: equal variances in both arms.
    StudentPooled,
    /// Noncentral t with Welch's degrees of freedom, equal variance of a unit in both arms.
    StudentWelch,
    /// The normal approximation.
    Normal,
}

impl TwoSample {
    /// Checks the settings.
    ///
    /// # Errors
    /// Unless `alpha` is a level and `ratio` is above 0.
    pub fn checked(self) -> Result<Self, Refusal> {
        Refusal::unless_level("alpha", self.alpha)?;
        if !(self.ratio > 0.0 && self.ratio.is_finite()) {
            return Err(Refusal::out_of_range("ratio", self.ratio, "above 0"));
        }
        Ok(self)
    }

    /// Power (0 to 1) with `control_units` in control, for an effect of `d` standard deviations of a unit.
    pub fn power(&self, d: f64, control_units: f64) -> f64 {
        let treatment_units = control_units * self.ratio;
        let shift = d / (1.0 / control_units + 1.0 / treatment_units).sqrt();
        let tail_alpha = if self.tail == Tail::Both { 0.5 * self.alpha } else { self.alpha };
        let dof = match self.family {
            Family::StudentPooled => control_units + treatment_units - 2.0,
            Family::StudentWelch => {
                super::difference::satterthwaite(1.0 / control_units, control_units, 1.0 / treatment_units, treatment_units)
            }
            Family::Normal => f64::INFINITY,
        };
        let (critical, above): (f64, Box<dyn Fn(f64) -> f64>) = if dof.is_finite() {
            let critical = student_t::upper_quantile(tail_alpha, dof);
            (critical, Box::new(move |shift| noncentral_t::survival(critical, dof, shift)))
        } else {
            let critical = normal::upper_quantile(tail_alpha);
            (critical, Box::new(move |shift| normal::survival(critical - shift)))
        };
        if critical.is_nan() {
            return f64::NAN;
        }
        match self.tail {
            Tail::Larger => above(shift),
            Tail::Smaller => above(-shift),
            Tail::Both => above(shift) + above(-shift),
        }
    }

    /// Units of control (not rounded) at which an effect of `d` is found with `power`.
    ///
    /// # Errors
    /// When no size will do: no effect, one on the wrong side, or a power below the level.
    pub fn control_units(&self, d: f64, power: f64) -> Result<f64, Refusal> {
        let d = Refusal::unless_finite("effect", d)?;
        Refusal::unless_level("power", power)?;
        let wrong_side = (self.tail == Tail::Larger && d < 0.0) || (self.tail == Tail::Smaller && d > 0.0);
        if d == 0.0 || wrong_side {
            return Err(unreachable("sample size", "the effect is none, or on the side that is not tested"));
        }
        let least = 2.0_f64.max(2.0 / self.ratio) + f64::from(u8::from(self.family != Family::Normal)) * 1e-6;
        let least = if self.family == Family::Normal { 1e-9 } else { least };
        let short = |n: f64| self.power(d, n) - power;
        if short(least) >= 0.0 {
            return Ok(least);
        }
        let enough =
            solve::double_until(|n| short(n) >= 0.0, least).ok_or_else(|| unreachable("sample size", "more units than can be counted"))?;
        solve::root(short, 0.5 * enough.max(2.0 * least), enough).ok_or_else(|| unreachable("sample size", "the search did not end"))
    }

    /// The effect in standard deviations of a unit that `control_units` find with `power`; negative for [`Tail::Smaller`].
    ///
    /// # Errors
    /// When the power is not above the level, or there are too few units for a test.
    pub fn detectable(&self, control_units: f64, power: f64) -> Result<f64, Refusal> {
        Refusal::unless_level("power", power)?;
        let smallest = control_units.min(control_units * self.ratio);
        if !(control_units.is_finite() && (smallest > 1.0 || self.family == Family::Normal && smallest > 0.0)) {
            return Err(Refusal::out_of_range("units per arm", smallest, "above 1"));
        }
        if power <= self.alpha {
            return Err(unreachable("effect", "a power at or below the level needs no effect at all"));
        }
        let sign = if self.tail == Tail::Smaller { -1.0 } else { 1.0 };
        let short = |d: f64| self.power(sign * d, control_units) - power;
        let unit = (1.0 / control_units + 1.0 / (control_units * self.ratio)).sqrt();
        let enough = solve::double_until(|d| short(d) >= 0.0, unit).ok_or_else(|| unreachable("effect", "none is large enough"))?;
        solve::root(short, 0.0, enough).map(|d| sign * d).ok_or_else(|| unreachable("effect", "the search did not end"))
    }
}

/// Power of the test of two proportions: variance pooled under no effect, unpooled under the effect. `control_ratio` is control units on
/// one of treatment.
///
/// # Errors
/// When a proportion leaves 0 to 1, or a setting is out of range.
pub fn two_proportions(
    baseline: f64,
    effect: f64,
    treatment_units: f64,
    control_ratio: f64,
    alpha: f64,
    tail: Tail,
) -> Result<f64, Refusal> {
    let (p, q) = (baseline + effect, baseline);
    for (what, value) in [("baseline", q), ("baseline + effect", p)] {
        if !(0.0..=1.0).contains(&value) {
            return Err(Refusal::out_of_range(what, value, "0 to 1"));
        }
    }
    TwoSample { alpha, tail, ratio: control_ratio, family: Family::Normal }.checked()?;
    if !(treatment_units > 0.0 && treatment_units.is_finite()) {
        return Err(Refusal::out_of_range("treatment units", treatment_units, "above 0"));
    }
    let pooled = (p + q * control_ratio) / (1.0 + control_ratio);
    let null = (pooled * (1.0 - pooled) * (1.0 + 1.0 / control_ratio)).sqrt();
    let alternative = (p * (1.0 - p) + q * (1.0 - q) / control_ratio).sqrt();
    if alternative <= 0.0 {
        return Err(Refusal::out_of_range("variance", alternative, "above 0"));
    }
    let critical = normal::upper_quantile(if tail == Tail::Both { 0.5 * alpha } else { alpha }) * null / alternative;
    let shift = effect * treatment_units.sqrt() / alternative;
    Ok(match tail {
        Tail::Larger => normal::survival(critical - shift),
        Tail::Smaller => normal::survival(critical + shift),
        Tail::Both => normal::survival(critical - shift) + normal::survival(critical + shift),
    })
}

fn unreachable(what: &str, why: &str) -> Refusal {
    Refusal::Unreachable { what: what.to_owned(), why: why.to_owned() }
}
