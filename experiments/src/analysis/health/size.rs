//! Whether there are enough units to say anything.

use super::made;
use crate::analysis::settings::{Settings, cell};
use crate::analysis::{Context, words};
use crate::design::Unit;
use crate::evidence::Evidence;
use crate::report::{HealthCheck, HealthState};
use crate::statistics::permutation::CLUSTERS_LEAST;

/// Fewer units an arm than this, and single ones carry the result.
const UNITS_FEW: u64 = 100;

/// The smallest arm against what methods need.
pub fn check(context: &Context, evidence: &Evidence, settings: &Settings) -> HealthCheck {
    let (name, title) = ("units", "Enough units");
    let names = words::units(context.design.unit);
    let smallest = (0..context.design.variants.len()).map(|arm| cell(&evidence.total, arm).units).min().unwrap_or(0);
    if smallest < CLUSTERS_LEAST as u64 {
        let hint = if matches!(context.design.unit, Unit::Product | Unit::Seller) {
            "; splitting the visitors of every product needs far fewer"
        } else {
            ""
        };
        let sentence = format!("the smallest variant has {smallest} {names}; nothing can be said below {CLUSTERS_LEAST}{hint}");
        return made(name, title, HealthState::Warns, sentence);
    }
    if smallest < UNITS_FEW {
        let how = if settings.few { "they are compared one by one (permutation)" } else { "single ones can carry the result" };
        return made(name, title, HealthState::Warns, format!("the smallest variant has only {smallest} {names}: {how}"));
    }
    made(name, title, HealthState::Passes, format!("the smallest variant has {} {names}", words::count(smallest)))
}
