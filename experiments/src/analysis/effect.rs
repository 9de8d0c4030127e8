//! An effect with everything that says how far to trust it: the interval of one look, the one that holds at any look, the lift, and the
//! Bayesian reading.

use super::measure::Measured;
use super::settings::{Decides, Settings};
use super::words;
use crate::design::{Good, Metric};
use crate::report::{Bayes, Effect, Estimate, LiftEstimate};
use crate::statistics::bayes::{LIFT_SD, Posterior, Prior};
use crate::statistics::distributions::student_t;
use crate::statistics::fieller::LiftSet;
use crate::statistics::{Difference, Tail};

/// The effect of a measured metric; `significant` is by its own p, before any correction for several questions.
pub fn of(metric: &Metric, measured: &Measured, settings: &Settings) -> Option<Effect> {
    let absolute = one_look(measured, settings.alpha)?;
    let any_time = if measured.exact.is_some() { None } else { any_time(&measured.difference, settings) };
    let plain = |difference: &Difference| estimate(difference, settings.alpha);
    let mut effect = Effect {
        absolute,
        any_time,
        lift: lift(measured, settings),
        adjusted_p: None,
        significant: false,
        better: is_better(metric.good, absolute.value),
        bayes: bayes(metric, measured),
        variance_removed: measured.adjusted.as_ref().map(|adjusted| adjusted.removed),
        unadjusted: measured.adjusted.as_ref().and_then(|adjusted| plain(&adjusted.plain)),
        uncapped: measured.uncapped.as_ref().and_then(plain),
        method: measured.method.clone(),
    };
    effect.significant = deciding_p(&effect, settings) <= settings.alpha;
    Some(effect)
}

/// The p-value that the decision rule looks at.
pub fn deciding_p(effect: &Effect, settings: &Settings) -> f64 {
    match settings.decides {
        Decides::OneLook => effect.absolute.p,
        // Without a number that holds at any look there is none to decide on.
        Decides::AnyTime => effect.any_time.map_or(1.0, |any_time| any_time.p),
    }
}

/// Whether a difference is in the good direction.
pub fn is_better(good: Good, difference: f64) -> bool {
    match good {
        Good::Higher => difference > 0.0,
        Good::Lower => difference < 0.0,
    }
}

/// The interval and p of one look; `None` where the numbers leave their range.
pub fn estimate(difference: &Difference, alpha: f64) -> Option<Estimate> {
    let test = difference.test(0.0, Tail::Both, alpha).ok()?;
    let made =
        Estimate { value: difference.effect, low: Some(test.low), high: Some(test.high), std_error: difference.std_error, p: test.p_value };
    is_sound(&made).then_some(made)
}

/// The interval and p that hold at any number of looks.
pub fn any_time(difference: &Difference, settings: &Settings) -> Option<Estimate> {
    let look = settings.sequence(settings.alpha)?.look(difference);
    let made = Estimate {
        value: difference.effect,
        low: Some(difference.effect - look.half_width),
        high: Some(difference.effect + look.half_width),
        std_error: difference.std_error,
        p: look.p_value,
    };
    is_sound(&made).then_some(made)
}

fn one_look(measured: &Measured, alpha: f64) -> Option<Estimate> {
    let plain = estimate(&measured.difference, alpha)?;
    Some(match &measured.exact {
        Some(exact) => {
            let half = exact.critical * plain.std_error;
            let end = |end: f64| end.is_finite().then_some(end);
            Estimate { p: exact.p, low: end(plain.value - half), high: end(plain.value + half), ..plain }
        }
        None => plain,
    })
}

fn is_sound(estimate: &Estimate) -> bool {
    [Some(estimate.value), estimate.low, estimate.high, Some(estimate.std_error), Some(estimate.p)]
        .into_iter()
        .flatten()
        .all(f64::is_finite)
}

fn lift(measured: &Measured, settings: &Settings) -> Option<LiftEstimate> {
    let difference = &measured.difference;
    let critical = match (settings.decides, &measured.exact) {
        // Without an end of the interval there is none of the lift.
        (_, Some(exact)) if !exact.critical.is_finite() => return None,
        (_, Some(exact)) => exact.critical,
        (Decides::AnyTime, None) => settings.sequence(settings.alpha)?.critical(difference.units),
        (Decides::OneLook, None) => student_t::upper_quantile(0.5 * settings.alpha, difference.dof),
    };
    let lift = measured.lift(critical).ok().filter(|lift| lift.estimate.is_finite())?;
    let (low, high, outside) = match lift.set {
        LiftSet::Between(low, high) => (Some(low), Some(high), false),
        LiftSet::Outside(low, high) => (Some(low), Some(high), true),
        LiftSet::Any => (None, None, false),
    };
    let finite = |end: Option<f64>| end.filter(|end| end.is_finite());
    Some(LiftEstimate { value: lift.estimate, low: finite(low), high: finite(high), outside })
}

/// The prior is a proper one on the lift: with none at all, "95 % to win" comes up in half of all experiments without an effect when
/// people look every day.
fn bayes(metric: &Metric, measured: &Measured) -> Option<Bayes> {
    let posterior = Posterior::new(&measured.difference, Prior::of_lift(measured.control.mean).ok()?).ok()?;
    let (chance_better, expected_loss) = match metric.good {
        Good::Higher => (posterior.chance_above_zero(), posterior.expected_loss()),
        Good::Lower => (posterior.chance_below_zero(), posterior.expected_gain()),
    };
    (chance_better.is_finite() && expected_loss.is_finite()).then(|| Bayes {
        chance_better,
        expected_loss,
        prior: format!(
            "before the experiment, two thirds of all changes of this kind are taken to move {} by less than {}; small lifts are likelier than large ones",
            metric.title,
            words::percent(LIFT_SD)
        ),
    })
}
