//! CUPED for a ratio metric with a ratio as covariate: both linearised by the delta method.

use super::arm::clear_of_rounding;
use super::{Arm, Moments, Refusal, Which};

/// Both arms adjusted; variables 0 and 1 are numerator and denominator, 2 and 3 those from before the experiment. The covariate is
/// centred on its pooled value, so that means stay on the metric's own scale.
///
/// # Errors
/// As [`Arm::ratio`].
pub fn adjust(control: &Moments<4>, treatment: &Moments<4>) -> Result<(f64, Arm, Arm), Refusal> {
    for (which, arm) in [(Which::Control, control), (Which::Treatment, treatment)] {
        if arm.units() < 2 {
            return Err(Refusal::TooFewUnits { arm: which, units: arm.units(), needed: 2 });
        }
        if arm.mean(1) == 0.0 || arm.mean(3) == 0.0 {
            return Err(Refusal::ZeroDenominator { arm: which });
        }
    }
    let pooled = control.merge(treatment);
    let spread = variance(&pooled, 2, 3);
    let theta = if spread > 0.0 { covariance(&pooled) / spread } else { 0.0 };
    let before = pooled.mean(2) / pooled.mean(3);
    let arm = |which, moments: &Moments<4>| {
        let mean = moments.mean(0) / moments.mean(1) - theta * (moments.mean(2) / moments.mean(3) - before);
        let parts = [variance(moments, 0, 1), theta * theta * variance(moments, 2, 3), -2.0 * theta * covariance(moments)];
        Arm::new(which, moments.units(), mean, clear_of_rounding(&parts))
    };
    Ok((theta, arm(Which::Control, control)?, arm(Which::Treatment, treatment)?))
}

fn variance(m: &Moments<4>, top: usize, bottom: usize) -> f64 {
    let ratio = m.mean(top) / m.mean(bottom);
    let parts = [m.variance(top), -2.0 * ratio * m.covariance(top, bottom), ratio * ratio * m.variance(bottom)];
    clear_of_rounding(&parts) / m.mean(bottom).powi(2)
}

/// Covariance of the two linearised ratios.
fn covariance(m: &Moments<4>) -> f64 {
    let (now, before) = (m.mean(0) / m.mean(1), m.mean(2) / m.mean(3));
    (m.covariance(0, 2) - now * m.covariance(1, 2) - before * m.covariance(0, 3) + now * before * m.covariance(1, 3))
        / (m.mean(1) * m.mean(3))
}
