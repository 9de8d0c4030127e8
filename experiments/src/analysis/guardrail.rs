//! Whether a guardrail holds: not worse than its margin, tested one-sided. The margin is relative to the control's mean, which is itself
//! uncertain, so that the treatment is compared with the control times a factor, not with a number that is taken for certain.

use super::few;
use super::measure::Measured;
use super::settings::{Decides, Settings};
use crate::design::{Good, Metric};
use crate::evidence::UnitValues;
use crate::report::{GuardrailResult, GuardrailState};
use crate::statistics::{Arm, Difference, Tail};

/// Judges a measured guardrail; `few` gives the metric's place in the units and the units, where they are dealt out one by one.
pub fn judge(
    metric: &Metric,
    margin: f64,
    measured: &Measured,
    few: Option<(usize, [&[UnitValues]; 2])>,
    settings: &Settings,
) -> GuardrailResult {
    // The control's figure at which the margin is used up.
    let sign = if measured.control.mean < 0.0 { -1.0 } else { 1.0 };
    let factor = match metric.good {
        Good::Higher => 1.0 - sign * margin,
        Good::Lower => 1.0 + sign * margin,
    };
    let sides = match few {
        Some((index, units)) => few::above(index, units, factor).ok().map(|above| Sides { above, below: 1.0 - above }),
        None => Sides::of(measured, factor, settings),
    };
    let Some(sides) = sides.filter(|sides| sides.above.is_finite() && sides.below.is_finite()) else { return open(margin) };
    let (holds, broken) = match metric.good {
        Good::Higher => (sides.above, sides.below),
        Good::Lower => (sides.below, sides.above),
    };
    let state = if holds <= settings.alpha {
        GuardrailState::Holds
    } else if broken <= settings.alpha {
        GuardrailState::Broken
    } else {
        GuardrailState::Open
    };
    GuardrailResult { margin, p: holds, state }
}

/// A guardrail of which nothing is known.
pub fn open(margin: f64) -> GuardrailResult {
    GuardrailResult { margin, p: 1.0, state: GuardrailState::Open }
}

/// How well the data go with the treatment being on the other side of the limit: a small `above` shows that it is above.
struct Sides {
    above: f64,
    below: f64,
}

impl Sides {
    fn of(measured: &Measured, factor: f64, settings: &Settings) -> Option<Self> {
        let control = &measured.control;
        let limit = Arm { mean: control.mean * factor, variance: control.variance * factor * factor, ..*control };
        let difference = Difference::absolute(&limit, &measured.treatment).ok()?;
        if settings.decides == Decides::OneLook {
            let p = |tail| difference.test(0.0, tail, settings.alpha).map(|test| test.p_value).ok();
            return Some(Self { above: p(Tail::Larger)?, below: p(Tail::Smaller)? });
        }
        // A two-sided sequence of twice the level errs on one side with the level.
        let p = (0.5 * settings.sequence((2.0 * settings.alpha).min(0.999))?.look(&difference).p_value).min(0.5);
        Some(if difference.effect > 0.0 { Self { above: p, below: 1.0 } } else { Self { above: 1.0, below: p } })
    }
}
