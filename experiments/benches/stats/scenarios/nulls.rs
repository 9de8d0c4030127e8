//! Experiments without an effect, read once: how often is one claimed?

use super::pairs::{Metric, Pair};
use super::{Size, count, share};
use crate::table::{Row, Target};

const AT_MOST: Target = Target::AtMost { limit: 0.057, promise: 0.05 };
const EXACT: Target = Target::Between { low: 0.043, high: 0.057, promise: 0.05 };

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    // gbstats' figures: absolute | relative difference, whose p-value is the one that it decides on.
    let scenarios = [
        ("steady metric, 1,000 an arm", Metric::Steady(1000), "4.93 / 4.94", EXACT),
        ("steady metric, 20 an arm", Metric::Steady(20), "4.90 / 4.73", EXACT),
        ("lognormal amounts, 50 an arm", Metric::Amounts(50), "3.28 / 11.32", AT_MOST),
        ("lognormal amounts, 2,000 an arm", Metric::Amounts(2000), "4.27 / 5.30", AT_MOST),
        ("revenue, 5,000 an arm", Metric::Revenue(5000, 5000), "4.81 / 5.65", EXACT),
        ("revenue, 500 an arm", Metric::Revenue(500, 500), "3.94 / 9.60", AT_MOST),
        ("revenue, 4,500 in control, 500 in treatment", Metric::Revenue(4500, 500), "9.14 / 10.83", AT_MOST),
        ("revenue, 500 in control, 4,500 in treatment", Metric::Revenue(500, 4500), "9.77 / 6.24", AT_MOST),
        ("conversion of 5 %, 10,000 an arm", Metric::Conversions(0.05, 10_000), "4.85 / 4.99", EXACT),
        ("conversion of 0.5 %, 2,000 an arm", Metric::Conversions(0.005, 2000), "4.64 / 8.11", AT_MOST),
        ("conversion of 0.1 %, 2,000 an arm", Metric::Conversions(0.001, 2000), "0.29 / 4.64", AT_MOST),
        ("clicks per impression, 2,000 visitors an arm", Metric::Clicks(2000), "4.63 / 4.56", EXACT),
        ("clicks per impression, 30 visitors an arm", Metric::Clicks(30), "5.05 / 9.13", AT_MOST),
        ("adjusted by a covariate (0.7), 1,000 an arm", Metric::Repeated(0.7, 1000), "4.97 / 4.94", EXACT),
        ("adjusted by a covariate (0.7), 20 an arm", Metric::Repeated(0.7, 20), "5.11 / 5.00", EXACT),
        ("median of amounts, 2,000 an arm", Metric::Quantile(0.5, 2000), "5.35 / 5.45", EXACT),
        ("90th percentile of amounts, 2,000 an arm", Metric::Quantile(0.9, 2000), "4.48 / 4.55", EXACT),
    ];
    let row = |(world, metric, peer, target): (&'static str, Metric, &'static str, Target)| {
        let seen = size.worlds(&format!("null, {world}"), |random| {
            let pair = Pair::draw(metric, 0.0, random);
            (pair.p_value().is_some_and(|p| p <= 0.05), pair.is_flagged())
        });
        Row::share(section, world, "claimed", count(&seen, |(claimed, _)| *claimed), seen.len())
            .peer(peer)
            .target(target)
            .unreliable(share(&seen, |(_, flagged)| *flagged))
    };
    scenarios.into_iter().map(row).collect()
}
