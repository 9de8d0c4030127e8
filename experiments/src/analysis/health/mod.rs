//! Whether the numbers may be read at all: asked before any effect, said before any effect. One kind of check a file; those that fail
//! come first.
//!
//! A check blocks where what it saw makes any effect suspect (units lost or doubled by variant, arms that differed before the start).
//! It warns where the effect stands but has to be read with it in mind.

mod before;
mod counts;
mod novelty;
mod size;
mod split;
mod time;
mod weekday;

use super::Context;
use super::settings::Settings;
use crate::evidence::Evidence;
use crate::report::{Comparison, HealthCheck, HealthState};

/// All checks, those that failed first.
pub fn checks(context: &Context, evidence: &Evidence, settings: &Settings, comparisons: &[Comparison]) -> Vec<HealthCheck> {
    let mut checks = split::checks(&context.design, evidence);
    checks.extend(counts::checks(context, evidence));
    checks.push(size::check(context, evidence, settings));
    checks.extend(before::check(context, evidence));
    checks.extend(time::checks(context, evidence, settings));
    checks.push(novelty::check(context, evidence));
    checks.push(weekday::check(evidence, comparisons));
    // The order within a state stays that of above.
    checks.sort_by_key(|check| check.state);
    checks
}

/// Whether any of them forbids to read an effect.
pub fn blocking(checks: &[HealthCheck]) -> impl Iterator<Item = &HealthCheck> {
    checks.iter().filter(|check| check.state == HealthState::Blocks)
}

fn made(name: &str, title: &str, state: HealthState, sentence: String) -> HealthCheck {
    HealthCheck { name: name.into(), title: title.into(), state, sentence }
}
