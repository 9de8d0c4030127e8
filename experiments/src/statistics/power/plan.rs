//! The plan of an experiment: how many units and days a metric needs, fixed horizon and sequential side by side.

use serde::Serialize;

use super::{Family, TwoSample, two_proportions, unreachable};
use crate::statistics::distributions::normal;
use crate::statistics::sequential::Sequence;
use crate::statistics::{Arm, Refusal, Tail, solve};

/// What is known of a metric before the experiment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Baseline {
    /// A share of units, 0 to 1.
    Proportion(f64),
    /// Anything with a mean and a variance of a unit: a mean, a count, revenue, a ratio ([`Arm::ratio`]), a quantile
    /// ([`crate::statistics::quantile`]).
    Spread {
        /// Mean, not 0.
        mean: f64,
        /// Variance of a unit; for a ratio that of the delta method.
        variance: f64,
        /// Correlation with a pre-period covariate that CUPED will use; 0 without. Leaves `1 - correlation²` of the variance.
        correlation: f64,
    },
}

impl Baseline {
    /// From an arm measured before.
    pub fn of(arm: &Arm) -> Self {
        Self::Spread { mean: arm.mean, variance: arm.variance, correlation: 0.0 }
    }

    fn mean(&self) -> f64 {
        match self {
            Self::Proportion(p) => *p,
            Self::Spread { mean, .. } => *mean,
        }
    }
}

/// How many units and days it takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Plan {
    /// Control units, rounded up.
    pub control_units: f64,
    /// Treatment units, rounded up.
    pub treatment_units: f64,
    /// Power with these.
    pub power: f64,
    /// Days to get them, rounded up; at least 7, so that every weekday is in.
    pub days: f64,
    /// The same with looks at any time.
    pub sequential: SequentialPlan,
}

/// What looking at any time costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SequentialPlan {
    /// Units in both arms up to which the experiment has to be allowed to run for the same power.
    pub units_max: f64,
    /// That over the fixed plan's units: 1.9 for a level of 5 % and a power of 80 %.
    pub times_fixed: f64,
    /// Days to get them.
    pub days_max: f64,
    /// What to tune [`Sequence`] to: narrowest where the plan ends.
    pub tuning: f64,
}

/// The shortest plan: a week, because shoppers differ by weekday.
const DAYS_LEAST: f64 = 7.0;

impl Plan {
    /// Plans for a relative lift (0.1 = 10 %) of the baseline, with `units_per_day` entering both arms together.
    ///
    /// # Errors
    /// When a setting is out of range or no size will do.
    pub fn for_lift(baseline: Baseline, lift: f64, power: f64, test: TwoSample, units_per_day: f64) -> Result<Self, Refusal> {
        let test = test.checked()?;
        Refusal::unless_level("power", power)?;
        if !(units_per_day > 0.0 && units_per_day.is_finite()) {
            return Err(Refusal::out_of_range("units per day", units_per_day, "above 0"));
        }
        let effect = lift * baseline.mean().abs();
        let control = match baseline {
            Baseline::Proportion(p) => proportion_units(p, effect, power, &test)?,
            Baseline::Spread { variance, correlation, .. } => {
                let left = variance * (1.0 - correlation * correlation);
                if left <= 0.0 || left.is_nan() {
                    return Err(Refusal::out_of_range("variance", left, "above 0"));
                }
                test.control_units(effect / left.sqrt(), power)?
            }
        };
        let (control_units, treatment_units) = (control.ceil(), (control * test.ratio).ceil());
        let units = control_units + treatment_units;
        let days = |units: f64| (units / units_per_day).ceil().max(DAYS_LEAST);
        let sequential = sequential(units, power, &test)?;
        Ok(Self {
            control_units,
            treatment_units,
            power,
            days: days(units),
            sequential: SequentialPlan { days_max: days(sequential.units_max), ..sequential },
        })
    }

    /// The smallest relative lift that `control_units` find with `power`.
    ///
    /// # Errors
    /// As [`Plan::for_lift`].
    pub fn detectable_lift(baseline: Baseline, control_units: f64, power: f64, test: TwoSample) -> Result<f64, Refusal> {
        let test = test.checked()?;
        let mean = baseline.mean().abs();
        if mean == 0.0 {
            return Err(Refusal::ZeroBaseline);
        }
        match baseline {
            Baseline::Proportion(p) => {
                let sign = if test.tail == Tail::Smaller { -1.0 } else { 1.0 };
                let most = if sign > 0.0 { 1.0 - p } else { p };
                let short = |effect: f64| {
                    two_proportions(p, sign * effect, control_units * test.ratio, 1.0 / test.ratio, test.alpha, test.tail)
                        .map_or(-1.0, |got| got - power)
                };
                let effect = solve::root(short, 0.0, most * (1.0 - 1e-12));
                effect.map(|effect| sign * effect / p).ok_or_else(|| unreachable("lift", "not even the largest possible one is found"))
            }
            Baseline::Spread { variance, correlation, .. } => {
                Ok(test.detectable(control_units, power)? * (variance * (1.0 - correlation * correlation)).sqrt() / mean)
            }
        }
    }
}

fn proportion_units(p: f64, effect: f64, power: f64, test: &TwoSample) -> Result<f64, Refusal> {
    let got = |n: f64| two_proportions(p, effect, n * test.ratio, 1.0 / test.ratio, test.alpha, test.tail);
    got(1.0)?;
    if effect == 0.0 {
        return Err(unreachable("sample size", "there is no effect to find"));
    }
    let short = |n: f64| got(n).map_or(f64::NAN, |got| got - power);
    let enough =
        solve::double_until(|n| short(n) >= 0.0, 1.0).ok_or_else(|| unreachable("sample size", "the effect is on the wrong side"))?;
    if enough <= 1.0 {
        Ok(1.0)
    } else {
        solve::root(short, 0.5 * enough, enough).ok_or_else(|| unreachable("sample size", "the search did not end"))
    }
}

/// The maximal size at which the sequence, tuned to that very size, decides at its last look with the wanted power: on the safe side,
/// since looks before only add.
fn sequential(fixed_units: f64, power: f64, test: &TwoSample) -> Result<SequentialPlan, Refusal> {
    // At its tuning size the critical value does not depend on the size.
    let critical = Sequence::new(test.alpha, 1.0)?.critical(1.0);
    let fixed = normal::upper_quantile(if test.tail == Tail::Both { 0.5 * test.alpha } else { test.alpha });
    let beta = normal::quantile(power);
    let times_fixed = ((critical + beta) / (fixed + beta)).powi(2);
    let units_max = (fixed_units * times_fixed).ceil();
    Ok(SequentialPlan { units_max, times_fixed, days_max: 0.0, tuning: units_max })
}

impl Default for TwoSample {
    /// Two-sided at 5 %, arms of one size, Welch's test.
    fn default() -> Self {
        Self { alpha: 0.05, tail: Tail::Both, ratio: 1.0, family: Family::StudentWelch }
    }
}
