//! The relative lift of two proportions by the score method (Koopman 1984; Miettinen and Nurminen 1985): the set of ratios under which the
//! counts seen are not unlikely, variances being those under each ratio itself.
//!
//! Near no lift it says what [`super::fieller`] says. With ten events an arm and a doubling, Fieller's set misses 1.5 % on one side and
//! 3.7 % on the other, this one 2.8 % and 1.6 %. Show it for proportions; the decision stays that on the absolute difference.

use super::distributions::normal;
use super::fieller::{Lift, LiftSet};
use super::proportion_interval::Count;
use super::{Refusal, solve};

/// The lift of treatment over control with its `1 - alpha` set.
///
/// # Errors
/// Without events in control, or when `alpha` is not a level.
pub fn lift(control: Count, treatment: Count, alpha: f64) -> Result<Lift, Refusal> {
    lift_at(control, treatment, normal::upper_quantile(0.5 * Refusal::unless_level("alpha", alpha)?))
}

/// The same with a critical value of the caller's: that of a confidence sequence gives a set that holds at every look.
///
/// # Errors
/// Without events in control.
pub fn lift_at(control: Count, treatment: Count, critical: f64) -> Result<Lift, Refusal> {
    if control.successes == 0 {
        return Err(Refusal::ZeroBaseline);
    }
    let (x, n) = (control.successes as f64, control.units as f64);
    let ratio = treatment.successes as f64 / treatment.units as f64 / (x / n);
    // Falls from infinity (0 without events) to minus infinity as the ratio asked about rises.
    let statistic = |ratio: f64| statistic(control, treatment, ratio);
    let low = if ratio == 0.0 { Some(0.0) } else { halve_until(|r| statistic(r) >= critical, ratio, |r| statistic(r) - critical) };
    let high = solve::double_until(|r| statistic(r) <= -critical, ratio.max(1e-9))
        .and_then(|enough| solve::root(|r| statistic(r) + critical, ratio, enough));
    let set = match (low, high) {
        (Some(low), Some(high)) => LiftSet::Between(low - 1.0, high - 1.0),
        _ => LiftSet::Any,
    };
    let g = critical * critical * (1.0 - x / n) / x;
    Ok(Lift { estimate: ratio - 1.0, g, dof: f64::INFINITY, set })
}

/// The difference `p - ratio q` in its standard errors under that ratio.
fn statistic(control: Count, treatment: Count, ratio: f64) -> f64 {
    let (x, n) = (treatment.successes as f64, treatment.units as f64);
    let (y, m) = (control.successes as f64, control.units as f64);
    // The likeliest share in control under the ratio: the smaller root of a q² - b q + c.
    let (a, b, c) = ((n + m) * ratio, n * ratio + x + m + y * ratio, x + y);
    let q = 2.0 * c / (b + (b * b - 4.0 * a * c).max(0.0).sqrt());
    let p = (ratio * q).min(1.0);
    let variance = (p * (1.0 - p) / n + ratio * ratio * q * (1.0 - q) / m) * ((n + m) / (n + m - 1.0));
    let difference = x / n - ratio * y / m;
    if difference == 0.0 { 0.0 } else { difference / variance.sqrt() }
}

/// A root of `f` between the first halving of `start` that is `enough` and `start`.
fn halve_until(enough: impl Fn(f64) -> bool, start: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
    let low = (1..200).map(|k| start * f64::powi(0.5, k)).find(|r| enough(*r))?;
    solve::root(f, low, start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(successes: u64, units: u64) -> Count {
        Count::new(successes, units).unwrap()
    }

    fn ends(control: Count, treatment: Count) -> (f64, f64) {
        match lift(control, treatment, 0.05).unwrap().set {
            LiftSet::Between(low, high) => (low, high),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn its_ends_lie_just_where_the_test_turns() {
        let z = normal::upper_quantile(0.025);
        for (control, treatment) in [(count(10, 2000), count(20, 2000)), (count(3, 40), count(0, 35)), (count(500, 10_000), count(9, 90))] {
            let (low, high) = ends(control, treatment);
            assert!((statistic(control, treatment, high + 1.0) + z).abs() < 1e-9);
            assert!(treatment.successes == 0 && low == -1.0 || (statistic(control, treatment, low + 1.0) - z).abs() < 1e-9);
        }
        assert_eq!(lift(count(0, 10), count(3, 10), 0.05), Err(Refusal::ZeroBaseline));
    }

    /// Koopman's own example: 36 of 40 against 16 of 80 gives 2.94 to 7.15 as the ratio.
    #[test]
    fn a_published_example_holds() {
        let (low, high) = ends(count(16, 80), count(36, 40));
        assert!((low + 1.0 - 2.94).abs() < 0.02 && (high + 1.0 - 7.15).abs() < 0.03, "{} to {}", low + 1.0, high + 1.0);
    }

    #[test]
    fn with_many_events_it_is_fiellers() {
        use crate::statistics::{Arm, Which, fieller};
        let arm = |which, count: Count| Arm::proportion(which, count.units, count.successes).unwrap();
        let (control, treatment) = (count(50_000, 1_000_000), count(50_500, 1_000_000));
        let theirs = fieller::lift(&arm(Which::Control, control), &arm(Which::Treatment, treatment), 0.05).unwrap();
        let (low, high) = ends(control, treatment);
        let LiftSet::Between(below, above) = theirs.set else { panic!("{theirs:?}") };
        assert!((low - below).abs() < 1e-4 && (high - above).abs() < 1e-4);
    }
}
