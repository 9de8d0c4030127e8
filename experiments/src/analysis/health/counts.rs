//! What was left out of the numbers, and whether it was too much.

use super::made;
use crate::analysis::{Context, words};
use crate::evidence::Evidence;
use crate::report::{HealthCheck, HealthState};
use crate::statistics::adequacy::EXPOSED_TWICE_MOST;

/// From this share on, the units that are left are no longer those that were randomised: units that come often are the likeliest to be
/// seen in two variants, so that leaving them out takes away the best customers.
const SEVERAL_VARIANTS_BLOCK: f64 = 0.1;
/// More units than this behaving like bots: the traffic is not what it seems.
const BOTS_MOST: f64 = 0.05;
/// More outcomes than this before their unit's first exposure: exposures are reported late.
const BEFORE_EXPOSURE_MOST: f64 = 0.05;
/// More events than this with an impossible time: a clock or a time zone is wrong.
const OUT_OF_TIME_MOST: f64 = 0.01;

/// One check for each kind of thing left out.
pub fn checks(context: &Context, evidence: &Evidence) -> Vec<HealthCheck> {
    let counts = &evidence.counts;
    let units: u64 = evidence.total.iter().map(|cell| cell.units).sum();
    let events = counts.exposures + counts.outcomes;
    let names = words::units(context.design.unit);
    let checks = [
        several_variants(counts.several_variants, units, names),
        bots(counts.suspected_bots, units, counts.not_customers, names),
        before_exposure(counts.before_exposure, counts.outcomes),
    ];
    checks.into_iter().chain(counts.out_of_time.map(|out| out_of_time(out, events))).collect()
}

fn several_variants(several: u64, units: u64, names: &str) -> HealthCheck {
    let (name, title) = ("several_variants", "Every unit in one variant");
    let share = part(several, units);
    let seen =
        format!("{} of {} {names} saw more than one variant and were left out", words::count(several), words::count(several + units));
    if share > SEVERAL_VARIANTS_BLOCK {
        let sentence = format!(
            "{seen}: {}. Those left are no longer a fair sample; find out why the assignment does not stick",
            words::percent(share)
        );
        made(name, title, HealthState::Blocks, sentence)
    } else if share > EXPOSED_TWICE_MOST {
        made(
            name,
            title,
            HealthState::Warns,
            format!("{seen}: {}; up to {} does no harm", words::percent(share), words::percent(EXPOSED_TWICE_MOST)),
        )
    } else {
        made(name, title, HealthState::Passes, seen)
    }
}

fn bots(suspected: u64, units: u64, not_customers: u64, names: &str) -> HealthCheck {
    let share = part(suspected, units);
    let seen = format!(
        "{} {names} were left out because nobody sees so much in a day, and {} events said themselves to be from bots, the shop itself or tests",
        words::count(suspected),
        words::count(not_customers)
    );
    let (state, sentence) = if share > BOTS_MOST {
        (
            HealthState::Warns,
            format!(
                "{seen}: {} of all is much, and others may have gone unnoticed; they draw every effect towards none",
                words::percent(share)
            ),
        )
    } else {
        (HealthState::Passes, seen)
    };
    made("bots", "Bots left out", state, sentence)
}

fn before_exposure(before: u64, outcomes: u64) -> HealthCheck {
    let share = part(before, outcomes);
    let seen = format!("{} outcomes since the start came before their unit's first exposure and count for nothing", words::count(before));
    let (state, sentence) = if share > BEFORE_EXPOSURE_MOST {
        (
            HealthState::Warns,
            format!(
                "{seen}: {} of all. Exposures may be reported late, or too wide a set of outcomes is counted; what is lost may differ by variant",
                words::percent(share)
            ),
        )
    } else {
        (HealthState::Passes, seen)
    };
    made("outcome_before_exposure", "Outcomes after exposure", state, sentence)
}

fn out_of_time(out: u64, events: u64) -> HealthCheck {
    let share = part(out, events);
    let seen = format!("{} events had a time that cannot be right and were refused", words::count(out));
    let (state, sentence) = if share > OUT_OF_TIME_MOST {
        (
            HealthState::Warns,
            format!(
                "{seen}: {} of all. A clock or a time zone is wrong, or a batch came more than its grace too late",
                words::percent(share)
            ),
        )
    } else {
        (HealthState::Passes, seen)
    };
    made("out_of_time", "Times of events", state, sentence)
}

/// The share of `some` among `some` and `rest`.
fn part(some: u64, rest: u64) -> f64 {
    if some == 0 { 0.0 } else { some as f64 / (some + rest) as f64 }
}
