//! Experiments looked at fifty times and stopped at the first look that decides.

use vitrine_experiments::simulate::worlds::{Conversions, Revenue, Steady};
use vitrine_experiments::statistics::sequential::Sequence;
use vitrine_experiments::statistics::{Arm, Difference, Moments, Refusal, Tail, Which, fieller, group_sequential};

use super::pairs::spending;
use super::{Random, Size, count};
use crate::table::{Row, Target};

/// The promise is 5 %, with three standard errors at 10,000 worlds.
const KEPT: Target = Target::AtMost { limit: 0.0565, promise: 0.05 };
const LOOKS: u64 = 50;

/// A metric whose units arrive over time.
#[derive(Clone, Copy)]
pub enum Stream {
    Conversions(f64),
    Steady,
    Revenue,
}

/// Units an arm at each look.
pub type Looks = Vec<u64>;

/// What happened under each rule: units of an arm at the first look that decided.
pub struct Watched {
    /// A t-test at every look.
    pub naive: Option<u64>,
    pub sequence: Option<u64>,
    /// Bounds for looks planned beforehand.
    pub planned: Option<u64>,
    /// Whether the lift's set missed the true one at any look.
    pub lift_missed: bool,
}

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let scenarios = [
        ("conversion of 5 %, 200 to 10,000 an arm", Stream::Conversions(0.05), even(200, 10_000), 0.0, "32.3", "1.3 to 2.1"),
        ("steady metric, 100 to 5,000 an arm", Stream::Steady, even(100, 5_000), 0.0, "32.1", "0.7 to 2.0"),
        ("revenue, 200 to 10,000 an arm", Stream::Revenue, even(200, 10_000), 0.0, "30.1", "1.0 to 1.3"),
        ("conversion of 0.5 %, 200 to 10,000 an arm", Stream::Conversions(0.005), even(200, 10_000), 0.0, "25.7", "0.8 to 1.3"),
        ("revenue, 10 to 10,000 an arm, looks log-spaced", Stream::Revenue, log_spaced(10, 10_000), 0.0, "34.9", "0.7 to 1.1"),
        ("conversion of 5 %, +10 %, 200 to 10,000 an arm", Stream::Conversions(0.05), even(200, 10_000), 0.1, "", ""),
        ("revenue, +10 %, 200 to 10,000 an arm", Stream::Revenue, even(200, 10_000), 0.1, "", ""),
    ];
    let mut rows = Vec::new();
    for (world, stream, looks, lift, naive, sequence) in scenarios {
        // Tuned as the planner does: narrowest at the planned end.
        let tuned = Sequence::new(0.05, 2.0 * looks[looks.len() - 1] as f64).unwrap();
        let end = looks[looks.len() - 1] as f64;
        let fractions: Vec<f64> = looks.iter().map(|units| *units as f64 / end).collect();
        let bounds = if size.is_full() && lift == 0.0 { group_sequential::bounds(&fractions, 0.05, 2.0, true).ok() } else { None };
        let seen = size.worlds(&format!("looks, {world}"), |random| watch(stream, &looks, lift, &tuned, bounds.as_deref(), random));
        let row = |what: &str, hits| Row::share(section, world, what, hits, seen.len());
        if lift == 0.0 {
            rows.push(row("ever claimed by a t-test at every look", count(&seen, |seen| seen.naive.is_some())).peer(naive));
            rows.push(row("ever claimed by the sequence", count(&seen, |seen| seen.sequence.is_some())).peer(sequence).target(KEPT));
        }
        if bounds.is_some() {
            rows.push(row("ever claimed with looks planned beforehand", count(&seen, |seen| seen.planned.is_some())).target(KEPT));
        }
        let relative = match (stream, lift == 0.0, looks[0]) {
            (Stream::Conversions(0.05), true, _) => "2.1 to 5.9",
            (Stream::Revenue, true, 200) => "6.6 to 13.8",
            _ => "",
        };
        rows.push(row("true relative lift ever missed", count(&seen, |seen| seen.lift_missed)).peer(relative).target(KEPT));
    }
    rows
}

/// One experiment over its looks.
pub fn watch(stream: Stream, looks: &Looks, lift: f64, sequence: &Sequence, bounds: Option<&[f64]>, random: &mut Random) -> Watched {
    let mut arms = [Moments::<1>::default(); 2];
    let mut watched = Watched { naive: None, sequence: None, planned: None, lift_missed: false };
    let mut before = 0;
    for (look, units) in looks.iter().enumerate() {
        let more = units - before;
        before = *units;
        for (arm, lift) in arms.iter_mut().zip([0.0, lift]) {
            *arm = arm.merge(&stream.draw(more, lift, random));
        }
        let Ok((control, treatment)) = summaries(stream, &arms) else { continue };
        let Ok(difference) = Difference::absolute(&control, &treatment) else { continue };
        let reached = |decides: bool, first: &mut Option<u64>| {
            if decides && first.is_none() {
                *first = Some(*units);
            }
        };
        reached(difference.test(0.0, Tail::Both, 0.05).is_ok_and(|test| test.p_value <= 0.05), &mut watched.naive);
        reached(sequence.look(&difference).p_value <= 0.05, &mut watched.sequence);
        let z = (difference.effect / difference.std_error).abs();
        reached(bounds.is_some_and(|bounds| z >= bounds[look]), &mut watched.planned);
        let shown = fieller::lift_at(&control, &treatment, difference.dof, sequence.critical(difference.units));
        watched.lift_missed |= shown.is_ok_and(|shown| !shown.set.contains(lift));
    }
    watched
}

/// Evenly spaced looks, the first and the last given.
pub fn even(first: u64, last: u64) -> Looks {
    (0..LOOKS).map(|look| first + (last - first) * look / (LOOKS - 1)).collect()
}

fn log_spaced(first: u64, last: u64) -> Looks {
    let ratio = last as f64 / first as f64;
    let mut looks: Looks = (0..LOOKS).map(|look| (first as f64 * ratio.powf(look as f64 / (LOOKS - 1) as f64)).round() as u64).collect();
    looks.dedup();
    looks
}

fn summaries(stream: Stream, [a, b]: &[Moments<1>; 2]) -> Result<(Arm, Arm), Refusal> {
    let arm = |which, arm: &Moments<1>| match stream {
        Stream::Conversions(_) => Arm::proportion(which, arm.units(), arm.sum(0).round() as u64),
        Stream::Steady | Stream::Revenue => Arm::mean(which, arm),
    };
    Ok((arm(Which::Control, a)?, arm(Which::Treatment, b)?))
}

impl Stream {
    fn draw(self, units: u64, lift: f64, random: &mut Random) -> Moments<1> {
        match self {
            Self::Conversions(rate) => {
                let events = Conversions { rate }.among(units, lift, random) as f64;
                Moments::from_sums(units, [events], [[events]])
            }
            Self::Steady => (0..units).map(|_| [Steady::default().value(lift, random)]).collect(),
            Self::Revenue => spending(&Revenue::default().amounts(units, lift, random), units).0,
        }
    }
}
