//! Whether every weekday is in, and whether the effect is the same on all of them.

use super::made;
use super::time::day_number;
use crate::analysis::words;
use crate::evidence::Evidence;
use crate::report::{Comparison, HealthCheck, HealthState};
use crate::statistics::distributions::chi_squared;

const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Below this the effect differs by weekday; corrected for the number of treatments.
const ALPHA: f64 = 0.01;

/// Looks at the days seen and at the effect of each.
pub fn check(evidence: &Evidence, comparisons: &[Comparison]) -> HealthCheck {
    let (name, title) = ("weekday", "Every weekday alike");
    let mut seen = [0_u32; 7];
    evidence.days.iter().filter_map(|day| weekday(&day.day)).for_each(|day| seen[day] += 1);
    let missing: Vec<String> = NAMES.iter().zip(seen).filter(|(_, days)| *days == 0).map(|(name, _)| (*name).to_owned()).collect();
    if !missing.is_empty() {
        let state = if evidence.days.len() >= 7 || evidence.days.is_empty() { HealthState::Unknown } else { HealthState::Warns };
        let sentence =
            format!("not seen yet: {}. Shoppers differ by weekday; the effect is so far that of the others", words::list(&missing));
        return made(name, title, state, sentence);
    }
    let apart = comparisons.iter().filter_map(|comparison| heterogeneity(comparison).map(|p| (p, comparison)));
    let Some((p, comparison)) = apart.min_by(|a, b| a.0.total_cmp(&b.0)) else {
        return made(name, title, HealthState::Unknown, "the effect of single days cannot be estimated".into());
    };
    let p = (p * comparisons.len() as f64).min(1.0);
    let uneven = seen.iter().max() != seen.iter().min();
    let counted = if uneven { "; some weekdays are in more often than others" } else { "" };
    if p < ALPHA {
        let sentence = format!(
            "the effect of `{}` differs by weekday (p = {}): what the experiment says holds for the mix of days that it saw, so let it end on whole weeks{counted}",
            comparison.treatment,
            words::small(p)
        );
        return made(name, title, HealthState::Warns, sentence);
    }
    made(
        name,
        title,
        HealthState::Passes,
        format!("every weekday is in, and the effect differs no more between them than chance does (p = {}){counted}", words::small(p)),
    )
}

/// Cochran's test over the weekdays' mean effects.
fn heterogeneity(comparison: &Comparison) -> Option<f64> {
    let mut weights = [0.0_f64; 7];
    let mut sums = [0.0_f64; 7];
    for point in &comparison.by_day {
        let (Some(day), Some(effect)) = (weekday(&point.day), &point.effect) else { continue };
        let weight = effect.std_error.powi(-2);
        weights[day] += weight;
        sums[day] += weight * effect.value;
    }
    let days: Vec<(f64, f64)> =
        weights.into_iter().zip(sums).filter(|(weight, _)| *weight > 0.0).map(|(weight, sum)| (weight, sum / weight)).collect();
    let total: f64 = days.iter().map(|(weight, _)| weight).sum();
    let mean = days.iter().map(|(weight, effect)| weight * effect).sum::<f64>() / total;
    let spread: f64 = days.iter().map(|(weight, effect)| weight * (effect - mean).powi(2)).sum();
    (days.len() == 7 && spread.is_finite()).then(|| chi_squared::survival(spread, 6))
}

/// 0 for Monday.
fn weekday(day: &str) -> Option<usize> {
    // The first of January 1970 was a Thursday.
    day_number(day).map(|number| (number + 3).rem_euclid(7) as usize)
}
