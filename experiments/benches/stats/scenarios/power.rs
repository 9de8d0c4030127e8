//! Experiments with an effect: is it found as often as the planner promised?

use vitrine_experiments::simulate::worlds::{Clicks, Repeated, Revenue, Steady};
use vitrine_experiments::statistics::cuped::Cuped;
use vitrine_experiments::statistics::power::{Baseline, Plan, TwoSample};
use vitrine_experiments::statistics::sequential::Sequence;
use vitrine_experiments::statistics::{Arm, Difference, Moments, Tail, Which};

use super::looks::{Stream, even, watch};
use super::pairs::{Metric, Pair};
use super::{Size, count, mean};
use crate::table::{Row, Target};

/// Within two points of what was planned.
fn as_planned(power: f64) -> Target {
    Target::Between { low: power - 0.02, high: power + 0.02, promise: power }
}

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let mut rows = fixed(section, size);
    rows.extend(sequential(section, size));
    rows.extend(adjusted(section, size));
    rows
}

/// Plans of the fixed horizon for 80 %, for each kind of metric.
fn fixed(section: &'static str, size: &Size) -> Vec<Row> {
    let plan = |baseline, lift| Plan::for_lift(baseline, lift, 0.8, TwoSample::default(), 1000.0).unwrap().control_units as u64;
    let steady = Steady::default();
    let steadily = plan(Baseline::Spread { mean: steady.mean, variance: steady.sd.powi(2), correlation: 0.0 }, 0.03);
    let conversions = plan(Baseline::Proportion(0.05), 0.1);
    let history =
        size.worlds("power, history of clicks", |random| (0..200).map(|_| Clicks::default().visitor(0.0, random)).collect::<Moments<2>>());
    let history = history.iter().fold(Moments::default(), |all: Moments<2>, part| all.merge(part));
    let clicks = plan(Baseline::of(&Arm::ratio(Which::Control, &history).unwrap()), 0.1);
    let mut scenarios = vec![
        (format!("conversion of 5 %, +10 %, {conversions} an arm as planned"), Metric::Conversions(0.05, conversions), 0.1, "78.5"),
        (format!("steady metric, +3 %, {steadily} an arm as planned"), Metric::Steady(steadily), 0.03, ""),
        (format!("clicks per impression, +10 %, {clicks} visitors an arm as planned"), Metric::Clicks(clicks), 0.1, ""),
    ];
    if size.is_full() {
        let revenue = Revenue::default();
        let visitors = plan(Baseline::Scaled { mean: revenue.mean(), variance: revenue.variance(), correlation: 0.0 }, 0.2);
        scenarios.push((format!("revenue, +20 %, {visitors} an arm as planned"), Metric::Revenue(visitors, visitors), 0.2, ""));
    }
    let row = |(world, metric, lift, peer): (String, Metric, f64, &'static str)| {
        let seen = size.worlds(&format!("power, {world}"), |random| Pair::draw(metric, lift, random).p_value().is_some_and(|p| p <= 0.05));
        Row::share(section, world, "found", count(&seen, |found| *found), seen.len()).peer(peer).target(as_planned(0.8))
    };
    scenarios.into_iter().map(row).collect()
}

/// What looking at any time costs, and whether the planner's largest size has the power it says.
fn sequential(section: &'static str, size: &Size) -> Vec<Row> {
    let plan = Plan::for_lift(Baseline::Proportion(0.05), 0.1, 0.8, TwoSample::default(), 1000.0).unwrap();
    let fixed = plan.control_units as u64;
    let most = (plan.sequential.units_max / 2.0).ceil() as u64;
    let tuned = Sequence::new(0.05, plan.sequential.tuning).unwrap();
    let world = format!("conversion of 5 %, +10 %, 50 looks up to {most} an arm as planned");
    let seen = size
        .worlds(&format!("power, {world}"), |random| watch(Stream::Conversions(0.05), &even(most / 50, most), 0.1, &tuned, None, random));
    let found = count(&seen, |seen| seen.sequence.is_some());
    let by_fixed = count(&seen, |seen| seen.sequence.is_some_and(|units| units <= fixed));
    let units = mean(seen.iter().map(|seen| seen.sequence.unwrap_or(most) as f64)) / fixed as f64;
    vec![
        Row::share(section, &*world, "found at any look", found, seen.len())
            .peer("70 to 83")
            .target(Target::AtLeast { limit: 0.79, promise: 0.8 }),
        Row::share(section, &*world, format!("found by the fixed plan's {fixed}"), by_fixed, seen.len()).peer("25.4 to 43.8"),
        Row::number(section, &*world, "largest size, times the fixed plan", plan.sequential.times_fixed),
        Row::number(section, &*world, "average size at the end, times the fixed plan", units).peer("1.07 to 1.22"),
    ]
}

/// The covariate's gain, 770 units an arm and a tenth of a standard deviation.
fn adjusted(section: &'static str, size: &Size) -> Vec<Row> {
    let (repeated, n) = (Repeated::correlated(0.7), 770);
    let world = "metric with a covariate (0.7), 770 an arm, effect of 0.1 deviations";
    let seen = size.worlds(&format!("power, {world}"), |random| {
        let [a, b]: [Moments<2>; 2] = [0.0, 0.04].map(|lift| (0..n).map(|_| repeated.unit(lift, random)).collect());
        let arm = |which, arm: &Moments<2>| Arm::new(which, n, arm.mean(0), arm.variance(0)).unwrap();
        let plain = Difference::absolute(&arm(Which::Control, &a), &arm(Which::Treatment, &b)).unwrap();
        let adjusted = Cuped::new(&a, &b).unwrap().absolute().unwrap();
        [plain, adjusted].map(|difference| (difference.test(0.0, Tail::Both, 0.05).unwrap().p_value <= 0.05, difference.std_error))
    });
    let theory = (1.0_f64 - 0.49).sqrt();
    let test = TwoSample::default();
    let planned = [0.1, 0.1 / theory].map(|effect| test.power(effect, n as f64));
    let widths = [0, 1].map(|i| mean(seen.iter().map(|seen| seen[i].1)));
    vec![
        Row::share(section, world, "found without it", count(&seen, |seen| seen[0].0), seen.len())
            .peer("49.8")
            .target(as_planned(planned[0])),
        Row::share(section, world, "found with it", count(&seen, |seen| seen[1].0), seen.len()).peer("77.5").target(as_planned(planned[1])),
        Row::number(section, world, "width with it over without", widths[1] / widths[0])
            .peer("0.714")
            .target(Target::Number { low: 0.99 * theory, high: 1.01 * theory }),
    ]
}
