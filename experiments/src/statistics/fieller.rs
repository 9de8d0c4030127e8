//! The relative lift by Fieller's theorem (1954): the set of ratios that the data do not contradict. It keeps its level where the delta
//! method does not: skewed revenue, rare events, a noisy control mean. The price is honesty: with a control mean that could be 0 the
//! set has no end.

use super::difference::welch;
use super::distributions::student_t;
use super::{Arm, Refusal};

/// Lift of treatment over control: `treatment / control - 1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lift {
    /// The point estimate: 0.1 = 10 % more.
    pub estimate: f64,
    /// How noisy the control's mean is: its squared relative half-width. From 1 on the set is unbounded.
    pub g: f64,
    /// Degrees of freedom of the absolute difference.
    pub dof: f64,
    /// The lifts that the data do not contradict.
    pub set: LiftSet,
}

/// A confidence set of lifts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LiftSet {
    /// From low to high.
    Between(f64, f64),
    /// Up to the first and from the second on: the control's mean may be 0, yet the arms differ.
    Outside(f64, f64),
    /// Any lift at all: the data say nothing of the ratio.
    Any,
}

/// The lift with its `1 - alpha` set: roots of `(mb - r ma)² = t² (s²b / nb + r² s²a / na)`.
///
/// # Errors
/// When the control's mean is 0 or `alpha` is not a level.
pub fn lift(control: &Arm, treatment: &Arm, alpha: f64) -> Result<Lift, Refusal> {
    let dof = welch(control, treatment);
    lift_at(control, treatment, dof, student_t::upper_quantile(0.5 * Refusal::unless_level("alpha", alpha)?, dof))
}

/// The same with a critical value of the caller's: that of a confidence sequence gives a set that holds at every look.
///
/// # Errors
/// When the control's mean is 0.
pub fn lift_at(control: &Arm, treatment: &Arm, dof: f64, critical: f64) -> Result<Lift, Refusal> {
    let spread = Spread { control: control.squared_error(), treatment: treatment.squared_error(), both: 0.0 };
    lift_of(control.mean, treatment.mean, spread, dof, critical)
}

/// How two means vary: squared standard errors, and their covariance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Of the control's mean.
    pub control: f64,
    /// Of the treatment's mean.
    pub treatment: f64,
    /// Covariance of both; 0 for independent arms.
    pub both: f64,
}

/// The lift of two means that may vary together, with a critical value of the caller's.
///
/// # Errors
/// When the control's mean is 0.
pub fn lift_of(control: f64, treatment: f64, spread: Spread, dof: f64, critical: f64) -> Result<Lift, Refusal> {
    if control == 0.0 {
        return Err(Refusal::ZeroBaseline);
    }
    let square = critical * critical / (control * control);
    let g = square * spread.control;
    let ratio = treatment / control;
    // (1 - g) r² - 2 q r + c = 0, everything divided by the control's mean squared.
    let q = ratio - square * spread.both;
    let c = ratio * ratio - square * spread.treatment;
    let discriminant = q * q - (1.0 - g) * c;
    let set = if discriminant < 0.0 {
        LiftSet::Any
    } else {
        let root = discriminant.sqrt();
        // The root without cancellation first, the other from the product of both.
        let far = q + if q < 0.0 { -root } else { root };
        let (r1, r2) = if far == 0.0 { (0.0, 0.0) } else { (far / (1.0 - g), c / far) };
        let (low, high) = (r1.min(r2) - 1.0, r1.max(r2) - 1.0);
        if g < 1.0 { LiftSet::Between(low, high) } else { LiftSet::Outside(low, high) }
    };
    Ok(Lift { estimate: ratio - 1.0, g, dof, set })
}

impl LiftSet {
    /// Whether a lift lies in it.
    pub fn contains(&self, lift: f64) -> bool {
        match self {
            Self::Between(low, high) => *low <= lift && lift <= *high,
            Self::Outside(low, high) => lift <= *low || *high <= lift,
            Self::Any => true,
        }
    }
}
