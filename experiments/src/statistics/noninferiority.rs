//! Guardrails: is the treatment at most a margin worse? One-sided against the margin; a difference that is not significant is no proof of
//! harmlessness (Schuirmann 1987 for the two one-sided tests it is half of).

use super::{Difference, Refusal, Tail, Test};

/// Tests that harm stays below `margin` (above or equal to 0, on the effect's scale), where `good` says which way is better.
///
/// # Errors
/// When the margin is negative or `alpha` is not a level.
pub fn test(difference: &Difference, margin: f64, good: Tail, alpha: f64) -> Result<Test, Refusal> {
    if !(margin >= 0.0 && margin.is_finite()) {
        return Err(Refusal::out_of_range("margin", margin, "0 or more"));
    }
    match good {
        Tail::Smaller => difference.test(margin, Tail::Smaller, alpha),
        Tail::Larger | Tail::Both => difference.test(-margin, Tail::Larger, alpha),
    }
}
