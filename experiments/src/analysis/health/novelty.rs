//! Whether the effect of the first days is that of the later ones: people look at what is new, and get used to it.

use super::made;
use crate::analysis::days::between;
use crate::analysis::measure::Measured;
use crate::analysis::{Context, words};
use crate::evidence::Evidence;
use crate::report::{HealthCheck, HealthState};
use crate::statistics::Difference;
use crate::statistics::distributions::normal;

/// Fewer days do not come apart.
const DAYS_LEAST: usize = 6;
/// Fewer units in one part of the time say nothing of its lift.
const UNITS_LEAST: f64 = 200.0;
/// Below this it warns; corrected for the number of treatments.
const ALPHA: f64 = 0.01;

/// Compares the lift of the first third of the days with that of the others.
pub fn check(context: &Context, evidence: &Evidence) -> HealthCheck {
    let (name, title) = ("novelty", "The effect lasts");
    let unknown = |why: &str| made(name, title, HealthState::Unknown, why.to_owned());
    let days = evidence.days.len();
    if days < DAYS_LEAST {
        return unknown(&format!("after {days} days the first ones cannot be compared with later ones; {DAYS_LEAST} are needed"));
    }
    let first = (days / 3).max(2);
    let found: Vec<(String, f64, f64, f64)> = (1..context.design.variants.len())
        .filter_map(|arm| {
            let (early, late) = parts(context, evidence, first, arm)?;
            let error = (early.std_error.powi(2) + late.std_error.powi(2)).sqrt();
            let p = (2.0 * normal::survival(((early.effect - late.effect) / error).abs())).min(1.0);
            Some((context.design.variants[arm].name.clone(), early.effect, late.effect, p))
        })
        .collect();
    let Some((variant, early, late, p)) = found.iter().min_by(|a, b| a.3.total_cmp(&b.3)) else {
        return unknown("the primary metric does not come apart by days, or there are too few units");
    };
    let corrected = (p * found.len() as f64).min(1.0);
    let seen = format!(
        "`{variant}`: {} in the first {first} days, {} in the {} after (p = {})",
        words::change(*early),
        words::change(*late),
        days - first,
        words::small(corrected)
    );
    if corrected >= ALPHA {
        return made(name, title, HealthState::Passes, format!("{seen}: no further apart than chance goes"));
    }
    let reading = if late.abs() < early.abs() {
        "it fades: people may look because it is new. Expect the later figure, and run on until it stays"
    } else {
        "it grows: people may need time to learn. The figure over all days is too small a guide to what will be"
    };
    made(name, title, HealthState::Warns, format!("{seen}: {reading}"))
}

/// The lifts of the first days and of those after.
fn parts(context: &Context, evidence: &Evidence, first: usize, arm: usize) -> Option<(Difference, Difference)> {
    let design = &context.design;
    let metric = design.metric(&design.primary)?;
    let split = evidence.days.get(first - 1)?;
    let lift = |measured: Measured| {
        let enough = measured.control.units.min(measured.treatment.units) >= UNITS_LEAST;
        Difference::relative(&measured.control, &measured.treatment).ok().filter(|_| enough)
    };
    let early = lift(between(metric, design.unit, None, split, arm).ok()?)?;
    let late = lift(between(metric, design.unit, Some(split), evidence.days.last()?, arm).ok()?)?;
    Some((early, late))
}
