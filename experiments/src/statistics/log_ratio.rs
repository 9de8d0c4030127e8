//! The relative lift with an interval on the logarithmic scale (delta method on `ln(treatment / control)`): never below -100 %, better
//! than the plain delta method, worse than Fieller's where the control's mean is noisy.

use super::difference::satterthwaite;
use super::distributions::student_t;
use super::{Arm, Refusal};

/// Estimate and ends of the `1 - alpha` interval of `treatment / control - 1`.
///
/// # Errors
/// Unless both means are above 0 and `alpha` is a level.
pub fn lift(control: &Arm, treatment: &Arm, alpha: f64) -> Result<(f64, f64, f64), Refusal> {
    Refusal::unless_level("alpha", alpha)?;
    if control.mean == 0.0 {
        return Err(Refusal::ZeroBaseline);
    }
    if control.mean < 0.0 || treatment.mean <= 0.0 {
        return Err(Refusal::NoLogRatio);
    }
    let of = |arm: &Arm| arm.squared_error() / (arm.mean * arm.mean);
    let dof = satterthwaite(of(control), control.units, of(treatment), treatment.units);
    let half = student_t::upper_quantile(0.5 * alpha, dof) * (of(control) + of(treatment)).sqrt();
    let ratio = treatment.mean / control.mean;
    Ok((ratio - 1.0, ratio * (-half).exp() - 1.0, ratio * half.exp() - 1.0))
}
