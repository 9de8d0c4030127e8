//! Whether units came to the variants as planned. Looked at twice: by the chi-square test, which is sharpest for one look, and by a
//! process that may be looked at every day without ever alarming more often than promised.

use super::made;
use crate::analysis::words;
use crate::design::Design;
use crate::evidence::Evidence;
use crate::report::{HealthCheck, HealthState};
use crate::statistics::sample_ratio::{CONCENTRATION, Watch, check};

/// Chi-square below this blocks. Looked at daily for four weeks, it alarms on 1 % of healthy experiments; at 5 % it would on 28 %.
const ALPHA_ONE_LOOK: f64 = 0.001;
/// The process below this blocks: at most one healthy experiment in a hundred is ever stopped by it, however long it runs.
const ALPHA_ANY_TIME: f64 = 0.01;
/// The process below this warns.
const ALPHA_WARNING: f64 = 0.05;

/// Both checks.
pub fn checks(design: &Design, evidence: &Evidence) -> Vec<HealthCheck> {
    let weights: Vec<f64> = design.variants.iter().map(|variant| f64::from(variant.weight)).collect();
    let counts = |cells: &[crate::evidence::Cell]| -> Vec<u64> {
        (0..weights.len()).map(|arm| cells.get(arm).map_or(0, |cell| cell.units)).collect()
    };
    let seen = counts(&evidence.total);
    let days: Vec<Vec<u64>> = evidence.days.iter().map(|day| counts(&day.cells)).collect();
    vec![one_look(design, &weights, &seen), any_time(&weights, &seen, &days)]
}

fn one_look(design: &Design, weights: &[f64], seen: &[u64]) -> HealthCheck {
    let (name, title) = ("sample_ratio", "Split as planned");
    let total: u64 = seen.iter().sum();
    let found = match check(seen, weights) {
        Ok(found) if total > 0 => found,
        Ok(_) => return made(name, title, HealthState::Unknown, "no unit has been seen yet".into()),
        Err(refusal) => return made(name, title, HealthState::Unknown, refusal.to_string()),
    };
    let p = match found.exact_p_value {
        // The approximation is poor where few are expected; the exact value is at hand for as many.
        Some(exact) if found.least_expected < 5.0 => exact,
        _ => found.p_value,
    };
    let sum: f64 = weights.iter().sum();
    let shares: Vec<String> = design
        .variants
        .iter()
        .zip(seen.iter().zip(weights))
        .map(|(variant, (units, weight))| {
            format!(
                "`{}` {} ({}, planned {})",
                variant.name,
                words::count(*units),
                words::percent(*units as f64 / total as f64),
                words::percent(weight / sum)
            )
        })
        .collect();
    let shares = words::list(&shares);
    if p < ALPHA_ONE_LOOK {
        let sentence = format!(
            "units were lost or doubled on the way: {shares}. A correct split would look like this in {}. Find the cause (redirects, bots, \
             late exposure events, a variant that fails to load) before reading any effect",
            words::chance(p)
        );
        return made(name, title, HealthState::Blocks, sentence);
    }
    made(name, title, HealthState::Passes, format!("{shares}: no further from the plan than chance goes (p = {p:.3})"))
}

fn any_time(weights: &[f64], seen: &[u64], days: &[Vec<u64>]) -> HealthCheck {
    let (name, title) = ("sample_ratio_any_time", "Split as planned, watched every day");
    let mut watch = match Watch::new(weights, CONCENTRATION) {
        Ok(watch) => watch,
        Err(refusal) => return made(name, title, HealthState::Unknown, refusal.to_string()),
    };
    if seen.iter().sum::<u64>() == 0 {
        return made(name, title, HealthState::Unknown, "no unit has been seen yet".into());
    }
    let mut before = vec![0; weights.len()];
    // Days are cumulated; a unit that turned out to be in several variants leaves its day again, so that a count may shrink.
    for counts in days.iter().map(Vec::as_slice).chain([seen]) {
        let added: Vec<u64> = counts.iter().zip(&before).map(|(now, then)| now.saturating_sub(*then)).collect();
        before = counts.to_vec();
        if let Err(refusal) = watch.look(&added) {
            return made(name, title, HealthState::Unknown, refusal.to_string());
        }
    }
    let p = watch.p_value();
    let looks = days.len() + 1;
    let said = |what: &str| format!("{what} (p = {}, valid for {looks} looks and any number more)", super::super::words::small(p));
    if p < ALPHA_ANY_TIME {
        made(name, title, HealthState::Blocks, said("on some day the split was further from the plan than chance goes"))
    } else if p < ALPHA_WARNING {
        made(
            name,
            title,
            HealthState::Warns,
            said("on some day the split was about as far from the plan as chance goes: keep an eye on it"),
        )
    } else {
        made(name, title, HealthState::Passes, said("on no day was the split further from the plan than chance goes"))
    }
}
