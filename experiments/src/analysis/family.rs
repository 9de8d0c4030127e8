//! Several questions at once. The primary metric of several treatments is one family, the explaining metrics of all treatments another
//! (both after Holm: no false claim among them); guardrails are not corrected, since every one has to hold.

use super::effect::deciding_p;
use super::settings::Settings;
use crate::report::{Comparison, Effect, Role};
use crate::statistics::multiplicity::holm;

/// Corrects the p-values within each family, and with them what counts as a difference.
pub fn correct(comparisons: &mut [Comparison], settings: &Settings) {
    for family in [Role::Primary, Role::Secondary] {
        let mut effects: Vec<&mut Effect> = comparisons
            .iter_mut()
            .flat_map(|comparison| &mut comparison.metrics)
            .filter(|result| result.role == family)
            .filter_map(|result| result.effect.as_mut())
            .collect();
        if effects.len() < 2 {
            continue;
        }
        let p_values: Vec<f64> = effects.iter().map(|effect| deciding_p(effect, settings)).collect();
        for (effect, adjusted) in effects.iter_mut().zip(holm(&p_values).unwrap_or(p_values)) {
            effect.adjusted_p = Some(adjusted);
            effect.significant = adjusted <= settings.alpha;
        }
    }
}
