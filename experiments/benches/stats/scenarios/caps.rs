//! Revenue capped at a percentile of both arms: what the cap does to the lift, and whether one is warned.

use vitrine_experiments::simulate::worlds::Revenue;
use vitrine_experiments::statistics::winsorise::Caps;
use vitrine_experiments::statistics::{Arm, Difference, Tail, Which, adequacy};

use super::{Size, count, mean};
use crate::table::{Row, Target};

const VISITORS: u64 = 5000;

/// What a report shows with one cap.
struct Capped {
    lift: Option<f64>,
    claimed: bool,
    warned: bool,
}

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let mut rows = Vec::new();
    for (cap, level, lift, power) in [
        ("no cap", None, "0.105", "6.7"),
        ("99.9th percentile", Some(0.999), "0.096", "6.8"),
        ("99th percentile", Some(0.99), "0.064", "5.6"),
        ("95th percentile", Some(0.95), "0.005", "2.7"),
    ] {
        let seen = size.worlds("caps", |random| {
            let arms = [0.0, 0.1].map(|lift| {
                let mut values = Revenue::default().amounts(VISITORS, lift, random);
                values.resize(VISITORS as usize, 0.0);
                values
            });
            report(&arms, level)
        });
        let estimable = seen.iter().filter_map(|seen| seen.lift);
        rows.push(Row::number(section, cap, "average of estimated lifts, true one 0.1", mean(estimable)).peer(lift));
        rows.push(Row::share(section, cap, "found", count(&seen, |seen| seen.claimed), seen.len()).peer(power));
        let erased = seen.iter().filter(|seen| seen.lift.is_none()).collect::<Vec<_>>();
        if !erased.is_empty() {
            rows.push(Row::share(section, cap, "nothing left of the metric", erased.len(), seen.len()).peer("51"));
            rows.push(
                Row::share(section, cap, "warned where nothing is left", count(&erased, |seen| seen.warned), erased.len())
                    .target(Target::AtLeast { limit: 1.0, promise: 1.0 }),
            );
        }
    }
    rows
}

fn report([a, b]: &[Vec<f64>; 2], level: Option<f64>) -> Capped {
    let caps = Caps::pooled([a, b], None, level, false).unwrap();
    let arm = |which, values: &[f64]| Arm::mean(which, &caps.moments(values));
    let smallest = a.iter().chain(b).copied().filter(|value| *value > 0.0).reduce(f64::min);
    let warned = caps.high.is_some_and(|cap| adequacy::of_cap(cap, smallest).is_some());
    let (Ok(control), Ok(treatment)) = (arm(Which::Control, a), arm(Which::Treatment, b)) else {
        return Capped { lift: None, claimed: false, warned };
    };
    let difference = Difference::absolute(&control, &treatment).unwrap();
    let claimed = difference.test(0.0, Tail::Both, 0.05).unwrap().p_value <= 0.05;
    Capped { lift: Some(difference.effect / control.mean), claimed, warned }
}
