//! Whether every day was seen, and whether events suddenly stopped coming.

use super::made;
use crate::analysis::settings::{DAY_MS, Settings};
use crate::analysis::{Context, words};
use crate::evidence::Evidence;
use crate::report::{HealthCheck, HealthState};

/// A day with less than this share of the median day's events is a drop.
const DROP: f64 = 0.5;
/// Fewer events than this on a median day swing too much by chance.
const EVENTS_FOR_DROP: u64 = 100;
/// With more than this share of days missing, the experiment has not seen what it was to measure.
const MISSING_BLOCKS: f64 = 1.0 / 3.0;

/// Missing days, sudden drops, and reading on after the planned end.
pub fn checks(context: &Context, evidence: &Evidence, settings: &Settings) -> Vec<HealthCheck> {
    let mut checks = vec![missing_days(context, evidence), sudden_drop(context, evidence)];
    checks.extend(past_plan(context, settings));
    checks
}

/// Days since 1970 of `2026-12-01`; `None` where it is no such text (algorithm after Howard Hinnant's `days_from_civil`).
pub fn day_number(day: &str) -> Option<i64> {
    let mut parts = day.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, date) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if !(0..10_000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&date) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + date - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn missing_days(context: &Context, evidence: &Evidence) -> HealthCheck {
    let (name, title) = ("missing_days", "Every day seen");
    let seen: std::collections::BTreeSet<i64> =
        evidence.days.iter().filter(|day| day.events > 0 || counts_units(day)).filter_map(|day| day_number(&day.day)).collect();
    let (Some(first), Some(last)) = (seen.first().copied(), seen.last().copied()) else {
        return made(name, title, HealthState::Unknown, "no day has been seen yet".into());
    };
    let of_ms = |ms: i64| ms.div_euclid(DAY_MS as i64);
    let from = context.started_ms.map_or(first, of_ms).min(first);
    // The day of the report itself, or of the stop, may have had nothing yet.
    let until = (of_ms(context.stopped_ms.unwrap_or(evidence.as_of_ms)) - 1).max(last);
    let whole = (until - from + 1).max(1);
    let missing = whole - seen.range(from..=until).count() as i64;
    if missing == 0 {
        return made(name, title, HealthState::Passes, format!("all {whole} days have events"));
    }
    let share = missing as f64 / whole as f64;
    let state = if share > MISSING_BLOCKS { HealthState::Blocks } else { HealthState::Warns };
    let sentence = format!(
        "{missing} of {whole} days have no events at all ({}): an outage, or a shop that stopped reporting. What those days would have shown is not in any figure",
        words::percent(share)
    );
    made(name, title, state, sentence)
}

fn counts_units(day: &crate::evidence::DayEvidence) -> bool {
    day.events == 0 && day.cells.iter().any(|cell| cell.units > 0)
}

fn sudden_drop(context: &Context, evidence: &Evidence) -> HealthCheck {
    let (name, title) = ("sudden_drop", "No sudden drop");
    let today = context.stopped_ms.unwrap_or(evidence.as_of_ms).div_euclid(DAY_MS as i64);
    // The first and the current day are parts of days.
    let whole: Vec<_> = evidence.days.iter().skip(1).filter(|day| day_number(&day.day).is_some_and(|number| number < today)).collect();
    let mut counts: Vec<u64> = whole.iter().map(|day| day.events).collect();
    counts.sort_unstable();
    let median = counts.get(counts.len() / 2).copied().unwrap_or(0);
    if counts.len() < 3 || median < EVENTS_FOR_DROP {
        return made(name, title, HealthState::Unknown, "too few whole days, or too few events a day, to tell a drop from chance".into());
    }
    let drops: Vec<String> = whole
        .iter()
        .filter(|day| (day.events as f64) < DROP * median as f64)
        .map(|day| format!("{} ({} events)", day.day, words::count(day.events)))
        .collect();
    if drops.is_empty() {
        let least = counts.first().copied().unwrap_or(0);
        return made(
            name,
            title,
            HealthState::Passes,
            format!("a median day has {} events, the weakest {}", words::count(median), words::count(least)),
        );
    }
    let sentence = format!("fewer than half of a median day's {} events on {}", words::count(median), words::list(&drops));
    made(name, title, HealthState::Warns, sentence)
}

/// With one planned look, every later one is a further look.
fn past_plan(context: &Context, settings: &Settings) -> Option<HealthCheck> {
    let planned = f64::from(context.design.planned_days);
    let one_look = context.design.decision.looks == crate::design::Looks::AtTheEnd;
    (one_look && settings.progress.days > planned + 1.0).then(|| {
        let sentence = format!(
            "it has run {:.0} days and was planned for {planned:.0}, with one look at the end: reading it again later is another look, and the first one stands",
            settings.progress.days
        );
        made("past_plan", "Read once, as planned", HealthState::Warns, sentence)
    })
}
