//! Is there enough to believe the numbers? Asked before any is shown. A concern makes a result *unreliable*: the normal approximation that
//! every test here rests on does not hold yet, or the metric does not measure what it says.

use serde::Serialize;

use super::{Shape, Which};

/// What speaks against believing a result.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Concern {
    /// Too few units for so skewed a metric: 355 times the squared skewness are needed in each arm (Kohavi et al., KDD 2014).
    #[error("{arm} has {units} units; a metric this skewed (skewness {skewness:.1}) needs {needed}")]
    Skewed {
        /// The arm with fewer units.
        arm: Which,
        /// Its units.
        units: u64,
        /// Skewness over both arms.
        skewness: f64,
        /// Units needed in each arm.
        needed: u64,
    },
    /// Fewer than ten events, or than ten units without one.
    #[error("{arm} has only {events} of the rarer outcome; {} are needed", EVENTS_LEAST)]
    FewEvents {
        /// The arm.
        arm: Which,
        /// Units of the rarer outcome.
        events: u64,
    },
    /// Winsorising cut everything.
    #[error("the cap is {cap}, which is below the smallest amount that anybody spent ({smallest}): nothing is left of the metric")]
    CapTooLow {
        /// The cap.
        cap: f64,
        /// The smallest value above 0.
        smallest: f64,
    },
    /// Units that saw several variants.
    #[error("{share:.3} of the units saw more than one variant; up to {} can be left out without harm", EXPOSED_TWICE_MOST)]
    SeveralExposures {
        /// Share of all units, 0 to 1.
        share: f64,
    },
    /// The arms differed before the experiment began.
    #[error("the arms differed before the experiment began (p = {p_value:.4})")]
    PrePeriodImbalance {
        /// Of the test on the pre-period metric.
        p_value: f64,
    },
}

/// Least events of the rarer outcome in each arm.
pub const EVENTS_LEAST: u64 = 10;
/// Largest share of units with several variants.
pub const EXPOSED_TWICE_MOST: f64 = 0.01;
/// A pre-period difference this unlikely is a fault of the split, not luck.
pub const IMBALANCE_ALPHA: f64 = 0.001;
/// Kohavi et al. 2014: units per squared skewness.
const PER_SQUARED_SKEWNESS: f64 = 355.0;

/// Of a mean: units of the smaller arm against the skewness over both.
pub fn of_mean(control: &Shape, treatment: &Shape) -> Vec<Concern> {
    let skewness = control.merge(treatment).skewness();
    let needed = (PER_SQUARED_SKEWNESS * skewness * skewness).ceil() as u64;
    let (arm, units) =
        if control.units() <= treatment.units() { (Which::Control, control.units()) } else { (Which::Treatment, treatment.units()) };
    if units < needed { vec![Concern::Skewed { arm, units, skewness, needed }] } else { Vec::new() }
}

/// Of a proportion: events, and units without one, in each arm.
pub fn of_proportion(control: (u64, u64), treatment: (u64, u64)) -> Vec<Concern> {
    let rarer = |(units, successes): (u64, u64)| successes.min(units.saturating_sub(successes));
    [(Which::Control, rarer(control)), (Which::Treatment, rarer(treatment))]
        .into_iter()
        .filter(|(_, events)| *events < EVENTS_LEAST)
        .map(|(arm, events)| Concern::FewEvents { arm, events })
        .collect()
}

/// Of a ratio: units of the smaller arm against the skewness of what its error is made of, numerator minus ratio times denominator (see
/// [`Shape::of_ratio`]), and events of a numerator that counts any.
pub fn of_ratio(control: &Shape, treatment: &Shape, events: Option<[u64; 2]>) -> Vec<Concern> {
    let counted = events.into_iter().flat_map(|[a, b]| [(Which::Control, a), (Which::Treatment, b)]);
    let few = counted.filter(|(_, events)| *events < EVENTS_LEAST).map(|(arm, events)| Concern::FewEvents { arm, events });
    of_mean(control, treatment).into_iter().chain(few).collect()
}

/// Of a cap: it has to leave the smallest value above 0 as it is. `None` when no value is above 0.
pub fn of_cap(cap: f64, smallest_above_zero: Option<f64>) -> Option<Concern> {
    smallest_above_zero.filter(|smallest| cap < *smallest).map(|smallest| Concern::CapTooLow { cap, smallest })
}

/// Of exposures: units that saw several variants, among all.
pub fn of_exposures(several: u64, all: u64) -> Option<Concern> {
    let share = if all == 0 { 0.0 } else { several as f64 / all as f64 };
    (share > EXPOSED_TWICE_MOST).then_some(Concern::SeveralExposures { share })
}

/// Of the time before: the p-value of the same comparison on the pre-period metric.
pub fn of_pre_period(p_value: f64) -> Option<Concern> {
    (p_value < IMBALANCE_ALPHA).then_some(Concern::PrePeriodImbalance { p_value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revenue_of_few_visitors_is_unreliable_and_heights_of_many_are_not() {
        // One in twenty buys: skewness of a Bernoulli variable is (1 - 2p) / sqrt(p (1 - p)), 4.13 here, so 6,054 units are needed.
        let buyers = |units: u64| Shape::of_successes(units, units / 20);
        let concerns = of_mean(&buyers(5_000), &buyers(8_000));
        assert!(matches!(concerns.as_slice(), [Concern::Skewed { arm: Which::Control, units: 5_000, needed: 6_054, .. }]), "{concerns:?}");
        assert!(of_mean(&buyers(6_060), &buyers(8_000)).is_empty());
        let even = Shape::of_successes(40, 20);
        assert!(of_mean(&even, &even).is_empty());
    }

    #[test]
    fn both_outcomes_have_to_occur_ten_times() {
        assert!(of_proportion((1000, 10), (1000, 990)).is_empty());
        let few = of_proportion((1000, 9), (1000, 991));
        assert_eq!(few, [Concern::FewEvents { arm: Which::Control, events: 9 }, Concern::FewEvents { arm: Which::Treatment, events: 9 }]);
        assert!(few[0].to_string().contains("only 9"));
    }

    #[test]
    fn a_ratio_is_judged_by_its_residuals_and_its_events() {
        // Everybody has ten impressions and one in twenty clicks once: as skewed as the clicks themselves.
        let visitors: Vec<[f64; 2]> = (0..2_000).map(|i| [f64::from(u8::from(i % 20 == 0)), 10.0]).collect();
        let shape = Shape::of_ratio(&visitors);
        assert!((shape.skewness() - Shape::of_successes(2_000, 100).skewness()).abs() < 1e-9);
        assert!(matches!(of_ratio(&shape, &shape, Some([100, 100])).as_slice(), [Concern::Skewed { needed: 6_054, .. }]));
        let even = Shape::of_ratio(&(0..100).map(|i| [f64::from(i % 2), 1.0]).collect::<Vec<_>>());
        assert_eq!(of_ratio(&even, &even, Some([50, 9])), [Concern::FewEvents { arm: Which::Treatment, events: 9 }]);
        assert!(of_ratio(&even, &even, None).is_empty() && Shape::of_ratio(&[]).units() == 0);
    }

    #[test]
    fn caps_exposures_and_the_time_before_have_their_limits() {
        assert!(of_cap(0.0, Some(2.5)).is_some() && of_cap(2.5, Some(2.5)).is_none() && of_cap(0.0, None).is_none());
        assert!(of_exposures(10, 1000).is_none() && of_exposures(11, 1000).is_some() && of_exposures(0, 0).is_none());
        assert!(of_pre_period(0.0009).is_some() && of_pre_period(0.001).is_none());
    }
}
