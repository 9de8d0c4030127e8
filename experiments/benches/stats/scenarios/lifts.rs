//! Intervals of the relative lift: how often do they miss the true one, and on which side?

use vitrine_experiments::statistics::fieller::{Lift, LiftSet};

use super::pairs::{Metric, Pair};
use super::{Size, count, mean, share};
use crate::table::{Row, Target};

const COVERED: Target = Target::Between { low: 0.043, high: 0.057, promise: 0.05 };
const EACH_TAIL: Target = Target::Between { low: 0.015, high: 0.035, promise: 0.025 };

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Held,
    TrueAbove,
    TrueBelow,
}

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let scenarios = [
        ("revenue, 500 an arm", Metric::Revenue(500, 500), 0.0, "9.66"),
        ("revenue, 5,000 an arm", Metric::Revenue(5000, 5000), 0.0, "5.53"),
        ("conversion of 0.5 %, 2,000 an arm", Metric::Conversions(0.005, 2000), 0.0, "8.39"),
        ("conversion of 0.5 %, 2,000 an arm, +100 %", Metric::Conversions(0.005, 2000), 1.0, "6.71"),
        ("conversion of 5 %, 10,000 an arm, +10 %", Metric::Conversions(0.05, 10_000), 0.1, "4.88"),
        ("clicks per impression, 30 visitors an arm", Metric::Clicks(30), 0.0, "9.16"),
        ("revenue, 4,500 in control, 500 in treatment", Metric::Revenue(4500, 500), 0.0, "11.22"),
        ("steady metric, 1,000 an arm, +5 %", Metric::Steady(1000), 0.05, "5.3"),
        ("revenue, 5,000 an arm, +10 %", Metric::Revenue(5000, 5000), 0.1, "5.8"),
        ("revenue, 500 an arm, +50 %", Metric::Revenue(500, 500), 0.5, "9.5"),
        ("clicks per impression, 2,000 visitors an arm, +10 %", Metric::Clicks(2000), 0.1, "5.3"),
        ("adjusted by a covariate (0.7), 1,000 an arm, +5 %", Metric::Repeated(0.7, 1000), 0.05, "4.9"),
        ("adjusted by a covariate (0.9), 1,000 an arm, +50 %", Metric::Repeated(0.9, 1000), 0.5, "9.0 (main 5.5)"),
        ("90th percentile of amounts, 2,000 an arm, +10 %", Metric::Quantile(0.9, 2000), 0.1, "5.2"),
    ];
    scenarios.into_iter().flat_map(|scenario| of_scenario(section, size, scenario)).collect()
}

fn of_scenario(section: &'static str, size: &Size, (world, metric, truth, peer): (&'static str, Metric, f64, &'static str)) -> Vec<Row> {
    let seen = size.worlds(&format!("lift, {world}"), |random| {
        let pair = Pair::draw(metric, truth, random);
        // A refusal claims nothing and so misses nothing.
        let lift = pair.lift();
        let side = lift.as_ref().map_or(Side::Held, |lift| side(lift, truth));
        (side, lift.map(|lift| (lift.estimate, !matches!(lift.set, LiftSet::Between(..)))), pair.is_flagged())
    });
    let flagged = share(&seen, |(.., flagged)| *flagged);
    let missed = |wanted: fn(Side) -> bool, what: &str, target| {
        Row::share(section, world, what, count(&seen, |(side, ..)| wanted(*side)), seen.len()).target(target).unreliable(flagged)
    };
    let unbounded = count(&seen, |(_, lift, _)| lift.is_some_and(|(_, unbounded)| unbounded));
    let mut rows = vec![
        missed(|side| side != Side::Held, "true lift missed", COVERED).peer(peer),
        missed(|side| side == Side::TrueAbove, "true lift above", EACH_TAIL),
        missed(|side| side == Side::TrueBelow, "true lift below", EACH_TAIL),
    ];
    if unbounded > 0 {
        rows.push(Row::share(section, world, "unbounded, and said so", unbounded, seen.len()));
    }
    if truth == 0.5 && matches!(metric, Metric::Revenue(..)) {
        let average = mean(seen.iter().filter_map(|(_, lift, _)| lift.map(|(estimate, _)| estimate)));
        rows.push(
            Row::number(section, world, "average of estimated lifts: too high, the baseline is noisy", average)
                .peer("0.68")
                .unreliable(flagged),
        );
    }
    rows
}

fn side(lift: &Lift, truth: f64) -> Side {
    if lift.set.contains(truth) {
        return Side::Held;
    }
    let above = match lift.set {
        LiftSet::Between(_, high) => truth > high,
        LiftSet::Outside(..) | LiftSet::Any => truth > lift.estimate,
    };
    if above { Side::TrueAbove } else { Side::TrueBelow }
}
