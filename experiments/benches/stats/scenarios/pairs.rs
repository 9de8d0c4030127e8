//! Two arms of one metric, drawn and summarised as a report would.

use vitrine_experiments::simulate::worlds::{Amounts, Clicks, Conversions, Repeated, Revenue, Steady};
use vitrine_experiments::statistics::cuped::Cuped;
use vitrine_experiments::statistics::fieller::{self, Lift};
use vitrine_experiments::statistics::proportion_interval::Count;
use vitrine_experiments::statistics::quantile::QuantileSummary;
use vitrine_experiments::statistics::{Arm, Difference, Moments, Refusal, Shape, Tail, Which, adequacy, proportion_lift};

use super::Random;

/// A metric with its units an arm.
#[derive(Debug, Clone, Copy)]
pub enum Metric {
    Steady(u64),
    Amounts(u64),
    /// Units of control and of treatment.
    Revenue(u64, u64),
    /// Rate, units.
    Conversions(f64, u64),
    Clicks(u64),
    /// Correlation with the covariate, units; adjusted by it.
    Repeated(f64, u64),
    /// Level, units; of amounts.
    Quantile(f64, u64),
}

/// What a report works with.
pub struct Pair {
    arms: Result<(Arm, Arm), Refusal>,
    cuped: Option<Cuped>,
    counts: Option<(Count, Count)>,
    pub unreliable: bool,
}

impl Pair {
    /// One experiment with this true lift.
    pub fn draw(metric: Metric, lift: f64, random: &mut Random) -> Self {
        match metric {
            Metric::Steady(n) => {
                let steady = Steady::default();
                Self::of_values(each(|lift| values(n, || steady.value(lift, random)), lift))
            }
            Metric::Amounts(n) => {
                let amounts = Amounts::default();
                Self::of_values(each(|lift| values(n, || amounts.value(lift, random)), lift))
            }
            Metric::Revenue(n, m) => {
                let revenue = Revenue::default();
                let arms = [revenue.amounts(n, 0.0, random), revenue.amounts(m, lift, random)];
                let [(a, shape_a), (b, shape_b)] = [0, 1].map(|i| spending(&arms[i], [n, m][i]));
                Self::new(means(&a, &b), !adequacy::of_mean(&shape_a, &shape_b).is_empty())
            }
            Metric::Conversions(rate, n) => {
                let [a, b] = each(|lift| Conversions { rate }.among(n, lift, random), lift);
                let arms = Arm::proportion(Which::Control, n, a).and_then(|one| Ok((one, Arm::proportion(Which::Treatment, n, b)?)));
                let counts = Count::new(a, n).and_then(|one| Ok((one, Count::new(b, n)?))).ok();
                Self { counts, ..Self::new(arms, !adequacy::of_proportion((n, a), (n, b)).is_empty()) }
            }
            Metric::Clicks(n) => {
                let clicks = Clicks::default();
                let [a, b] = each(|lift| (0..n).map(|_| clicks.visitor(lift, random)).collect::<Vec<_>>(), lift);
                let moments = [&a, &b].map(|arm| arm.iter().copied().collect::<Moments<2>>());
                let arms = Arm::ratio(Which::Control, &moments[0]).and_then(|one| Ok((one, Arm::ratio(Which::Treatment, &moments[1])?)));
                let events = [&moments[0], &moments[1]].map(|arm| arm.sum(0).round() as u64);
                Self::new(arms, !adequacy::of_ratio(&Shape::of_ratio(&a), &Shape::of_ratio(&b), Some(events)).is_empty())
            }
            Metric::Repeated(correlation, n) => {
                let repeated = Repeated::correlated(correlation);
                let [a, b]: [Moments<2>; 2] = each(|lift| (0..n).map(|_| repeated.unit(lift, random)).collect(), lift);
                let cuped = Cuped::new(&a, &b);
                let arms = cuped.clone().map(|cuped| (cuped.control, cuped.treatment));
                Self { cuped: cuped.ok(), ..Self::new(arms, false) }
            }
            Metric::Quantile(level, n) => {
                let amounts = Amounts::default();
                let [a, b] = each(|lift| QuantileSummary::of(&values(n, || amounts.value(lift, random)), level), lift);
                let arm =
                    |which, summary: Option<QuantileSummary>| summary.ok_or_else(|| Refusal::Empty { what: "values".into() })?.arm(which);
                let arms = arm(Which::Control, a).and_then(|one| Ok((one, arm(Which::Treatment, b)?)));
                Self::new(arms, false)
            }
        }
    }

    /// The p-value to decide on: of the absolute difference.
    pub fn p_value(&self) -> Option<f64> {
        let (control, treatment) = self.arms.as_ref().ok()?;
        Some(Difference::absolute(control, treatment).ok()?.test(0.0, Tail::Both, 0.05).ok()?.p_value)
    }

    /// The lift to show.
    pub fn lift(&self) -> Option<Lift> {
        let (control, treatment) = self.arms.as_ref().ok()?;
        match (&self.cuped, &self.counts) {
            (Some(cuped), _) => cuped.lift(0.05).ok(),
            (None, Some((control, treatment))) => proportion_lift::lift(*control, *treatment, 0.05).ok(),
            (None, None) => fieller::lift(control, treatment, 0.05).ok(),
        }
    }

    /// Whether the report says that it cannot be relied on, or gives no number.
    pub fn is_flagged(&self) -> bool {
        self.unreliable || self.arms.is_err()
    }

    fn new(arms: Result<(Arm, Arm), Refusal>, unreliable: bool) -> Self {
        Self { arms, cuped: None, counts: None, unreliable }
    }

    fn of_values([a, b]: [Vec<f64>; 2]) -> Self {
        let moments = |values: &[f64]| -> Moments<1> { values.iter().map(|value| [*value]).collect() };
        let shape = |values: &[f64]| -> Shape { values.iter().copied().collect() };
        Self::new(means(&moments(&a), &moments(&b)), !adequacy::of_mean(&shape(&a), &shape(&b)).is_empty())
    }
}

/// Summaries of what buyers among so many visitors spent; the others spent nothing.
pub fn spending(amounts: &[f64], visitors: u64) -> (Moments<1>, Shape) {
    let others = visitors - amounts.len() as u64;
    let moments: Moments<1> = amounts.iter().map(|amount| [*amount]).collect();
    let shape: Shape = amounts.iter().copied().collect();
    (moments.merge(&Moments::from_sums(others, [0.0], [[0.0]])), shape.merge(&Shape::of_successes(others, 0)))
}

fn means(a: &Moments<1>, b: &Moments<1>) -> Result<(Arm, Arm), Refusal> {
    Ok((Arm::mean(Which::Control, a)?, Arm::mean(Which::Treatment, b)?))
}

fn values(n: u64, mut one: impl FnMut() -> f64) -> Vec<f64> {
    (0..n).map(|_| one()).collect()
}

/// Control, then treatment.
fn each<T>(mut arm: impl FnMut(f64) -> T, lift: f64) -> [T; 2] {
    let control = arm(0.0);
    [control, arm(lift)]
}
