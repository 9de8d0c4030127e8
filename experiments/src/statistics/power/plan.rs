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
    /// The same where a lift multiplies what every unit brings, as with revenue and other amounts: treatment then spreads wider than
    /// control, which at +20 % costs five points of power.
    Scaled {
        /// Mean, not 0.
        mean: f64,
        /// Variance of a control unit.
        variance: f64,
        /// As above.
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
            Self::Spread { mean, .. } | Self::Scaled { mean, .. } => *mean,
        }
    }

    /// A lift in standard deviations of a unit, such as a test of equal spreads sees it; `None` for proportions, which have a test of
    /// their own.
    fn standardised(&self, lift: f64, test: &TwoSample) -> Option<Result<f64, Refusal>> {
        let (mean, variance, correlation, growth) = match self {
            Self::Proportion(_) => return None,
            Self::Spread { mean, variance, correlation } => (mean, variance, correlation, 1.0),
            Self::Scaled { mean, variance, correlation } => (mean, variance, correlation, (1.0 + lift).powi(2)),
        };
        let left = variance * (1.0 - correlation * correlation);
        if left <= 0.0 || left.is_nan() {
            return Some(Err(Refusal::out_of_range("variance", left, "above 0")));
        }
        // Squared error of the difference against that of arms with one spread.
        let widened = (test.ratio + growth) / (test.ratio + 1.0);
        Some(Ok(lift * mean.abs() / (left * widened).sqrt()))
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
        let control = match baseline.standardised(lift, &test) {
            Some(effect) => test.control_units(effect?, power)?,
            None => proportion_units(baseline.mean(), lift * baseline.mean(), power, &test)?,
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
            Baseline::Spread { .. } | Baseline::Scaled { .. } => {
                let wanted = test.detectable(control_units, power)?;
                let sees = |lift: f64| baseline.standardised(lift, &test).map_or(Ok(f64::NAN), |effect| effect);
                sees(0.0)?;
                // Standard deviations grow with the lift, so that this rises; a fall beyond -100 % is none.
                let enough = solve::double_until(|lift| sees(lift.copysign(wanted)).is_ok_and(|d| d.abs() >= wanted.abs()), 1e-6)
                    .ok_or_else(|| unreachable("lift", "none is large enough: the spread grows with it"))?;
                solve::root(|lift| sees(lift).map_or(f64::NAN, |d| d - wanted), 0.0, enough.copysign(wanted))
                    .ok_or_else(|| unreachable("lift", "the search did not end"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_detectable_lift_of_a_plan_is_the_one_planned_for() {
        let (mean, variance) = (2.7, 400.0);
        for baseline in [
            Baseline::Proportion(0.05),
            Baseline::Spread { mean, variance, correlation: 0.5 },
            Baseline::Scaled { mean, variance, correlation: 0.0 },
            Baseline::Spread { mean: -mean, variance, correlation: 0.0 },
        ] {
            for test in [TwoSample::default(), TwoSample { ratio: 0.25, ..TwoSample::default() }] {
                let plan = Plan::for_lift(baseline, 0.1, 0.8, test, 1000.0).unwrap();
                let found = Plan::detectable_lift(baseline, plan.control_units, 0.8, test).unwrap();
                assert!((found / 0.1 - 1.0).abs() < 1e-3, "{baseline:?} {test:?}: {found}");
            }
        }
        let falling = TwoSample { tail: Tail::Smaller, ..TwoSample::default() };
        let fall = Plan::detectable_lift(Baseline::Scaled { mean, variance, correlation: 0.0 }, 20_000.0, 0.8, falling).unwrap();
        assert!(fall < 0.0 && fall > -1.0, "{fall}");
    }

    #[test]
    fn a_spread_that_grows_with_the_lift_asks_for_more_units() {
        let units = |baseline| Plan::for_lift(baseline, 0.2, 0.8, TwoSample::default(), 1000.0).unwrap().control_units;
        let (mean, variance, correlation) = (1.0, 9.0, 0.0);
        let ratio = units(Baseline::Scaled { mean, variance, correlation }) / units(Baseline::Spread { mean, variance, correlation });
        assert!((ratio - (1.0 + 1.44) / 2.0).abs() < 0.001, "{ratio}");
    }
}
