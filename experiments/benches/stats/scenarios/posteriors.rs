//! The Bayesian reading: what a chance to win is worth under the default prior, and how it bears looking at every day.

use vitrine_experiments::simulate::worlds::{Conversions, standard};
use vitrine_experiments::statistics::bayes::{LIFT_SD, Posterior, Prior};
use vitrine_experiments::statistics::{Arm, Difference, Which};

use super::looks::even;
use super::{Random, Size, count, mean};
use crate::table::{Row, Target};

const RATE: f64 = 0.05;

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let world = "conversion of 5 %, no effect, 50 looks up to 10,000 an arm";
    let mut rows = Vec::new();
    for (prior, peer_last, peer_any, limit) in [("flat prior", "9.2", "49.4", None), ("default prior", "", "", Some(0.057))] {
        let flat = limit.is_none();
        let seen = size.worlds("posteriors, null", |random| {
            let chances = chances(0.0, flat, &even(200, 10_000), random);
            let decided = |chance: f64| !(0.05..=0.95).contains(&chance);
            (chances.last().is_some_and(|last| decided(*last)), chances.into_iter().any(decided))
        });
        let row = |what: &str, hits| Row::share(section, world, format!("chance to win beyond 95 % {what}, {prior}"), hits, seen.len());
        let target = limit.map_or(Target::None, |limit| Target::AtMost { limit, promise: 0.05 });
        rows.push(row("at the last look", count(&seen, |(last, _)| *last)).peer(peer_last).target(target));
        rows.push(row("at any look", count(&seen, |(_, any)| *any)).peer(peer_any));
    }
    rows.extend(calibration(section, size));
    rows
}

/// Effects drawn from the prior itself: of those with a stated chance of 70 to 80 %, about three quarters are there.
fn calibration(section: &'static str, size: &Size) -> Vec<Row> {
    let seen = size.worlds("posteriors, calibration", |random| {
        let lift = LIFT_SD * standard(random);
        (chances(lift, false, &[10_000], random)[0], lift > 0.0)
    });
    let tenth = |chance: f64| ((chance * 10.0) as usize).min(9);
    (0..10)
        .filter_map(|place| {
            let those: Vec<_> = seen.iter().filter(|(chance, _)| tenth(*chance) == place).collect();
            let stated = mean(those.iter().map(|(chance, _)| *chance));
            let error = (stated * (1.0 - stated) / those.len() as f64).sqrt();
            (those.len() >= 20).then(|| {
                Row::number(
                    section,
                    "lifts from the default prior, 10,000 an arm",
                    format!("share that wins where {stated:.2} is stated"),
                    mean(those.iter().map(|(_, wins)| f64::from(u8::from(*wins)))),
                )
                .target(Target::Number { low: stated - 3.5 * error, high: stated + 3.5 * error })
            })
        })
        .collect()
}

/// The chance to win at each look.
fn chances(lift: f64, flat: bool, looks: &[u64], random: &mut Random) -> Vec<f64> {
    let (mut events, mut before) = ([0, 0], 0);
    let mut look = |units: &u64| {
        for (events, lift) in events.iter_mut().zip([0.0, lift]) {
            *events += Conversions { rate: RATE }.among(units - before, lift, random);
        }
        before = *units;
        let control = Arm::proportion(Which::Control, *units, events[0]).ok()?;
        let difference = Difference::absolute(&control, &Arm::proportion(Which::Treatment, *units, events[1]).ok()?).ok()?;
        let prior = if flat { Prior::Flat } else { Prior::of_lift(control.mean).ok()? };
        Some(Posterior::new(&difference, prior).ok()?.chance_above_zero())
    };
    looks.iter().map(|units| look(units).unwrap_or(0.5)).collect()
}
