//! A log of selections, weighed for one policy.

use super::Unusable;

/// One logged selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection<C, A> {
    /// What was known when it was made: the product and its candidates.
    pub context: C,
    /// The picture that was shown.
    pub action: A,
    /// The probability with which it was selected then, above 0 and at most 1.
    pub propensity: f64,
    /// What came of it: 1 for a click, an amount.
    pub reward: f64,
    /// Who saw it; selections of one unit are not independent. `None` = a unit of its own.
    pub unit: Option<u64>,
}

/// Selections with their weights under a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    pub(super) rows: Vec<Row>,
    /// Clusters of selections by one unit, numbered without gaps.
    pub(super) clusters: usize,
    /// Smallest and largest propensity.
    pub(super) propensities: (f64, f64),
}

/// One selection, as the estimators see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    /// Probability under the policy over that when it was logged.
    pub weight: f64,
    pub reward: f64,
    pub cluster: usize,
    pub predicted: Option<Predicted>,
}

/// A model's word on a selection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Predicted {
    /// Reward of the picture shown.
    pub shown: f64,
    /// Mean reward of what the policy would show.
    pub policy: f64,
}

/// Least effective number of selections (or units) for an interval: below it a few rewards decide.
pub const EFFECTIVE_LEAST: f64 = 50.0;
/// How far, in standard errors, the mean weight may be from the 1 that it has to be.
const WEIGHT_ERRORS_MOST: f64 = 4.0;

impl Log {
    /// Weighs a log for a policy that answers a context with its actions and their probabilities.
    ///
    /// # Errors
    /// When a selection or an answer of the policy is out of range, the log does not overlap with the policy, or is worth too few of its
    /// selections.
    pub fn weigh<C, A: PartialEq>(selections: &[Selection<C, A>], policy: impl Fn(&C) -> Vec<(A, f64)>) -> Result<Self, Unusable> {
        Self::new(selections, policy, |_, _| None)
    }

    /// The same with a model of the reward, for [`Log::doubly_robust`]. It must not have learned from this log: fit it on other days, or
    /// each half on the other.
    ///
    /// # Errors
    /// As [`Log::weigh`], and when a prediction is not finite.
    pub fn weigh_with_model<C, A: PartialEq>(
        selections: &[Selection<C, A>],
        policy: impl Fn(&C) -> Vec<(A, f64)>,
        model: impl Fn(&C, &A) -> f64,
    ) -> Result<Self, Unusable> {
        Self::new(selections, policy, |context, action| Some(model(context, action)))
    }

    /// How many selections of the policy the log is worth: Kish's effective size of the weights, added up by unit.
    pub fn effective(&self) -> f64 {
        let weights = self.by_cluster(|row| row.weight);
        let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), weight| (sum + weight, squares + weight * weight));
        if squares > 0.0 { sum * sum / squares } else { 0.0 }
    }

    /// Mean weight: 1, up to chance, where the log's propensities are right and give every action of the policy a chance.
    pub fn mean_weight(&self) -> f64 {
        self.rows.iter().map(|row| row.weight).sum::<f64>() / self.rows.len() as f64
    }

    pub(super) fn mean_reward(&self) -> f64 {
        self.rows.iter().map(|row| row.reward).sum::<f64>() / self.rows.len() as f64
    }

    /// Sums over each unit's selections.
    pub(super) fn by_cluster(&self, value: impl Fn(&Row) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.clusters];
        self.rows.iter().for_each(|row| sums[row.cluster] += value(row));
        sums
    }

    fn new<C, A: PartialEq>(
        selections: &[Selection<C, A>],
        policy: impl Fn(&C) -> Vec<(A, f64)>,
        model: impl Fn(&C, &A) -> Option<f64>,
    ) -> Result<Self, Unusable> {
        let mut clusters = Clusters::default();
        let mut rows = Vec::with_capacity(selections.len());
        for (place, selection) in selections.iter().enumerate() {
            let Selection { context, action, propensity, reward, unit } = selection;
            if !(*propensity > 0.0 && *propensity <= 1.0) {
                return Err(Unusable::Propensity { place, propensity: propensity.to_string() });
            }
            let finite = |what: &str, value: f64| {
                if value.is_finite() { Ok(value) } else { Err(Unusable::NotANumber { place, what: what.to_owned() }) }
            };
            finite("reward", *reward)?;
            let distribution = policy(context);
            let sum: f64 = distribution.iter().map(|(_, probability)| probability).sum();
            if (sum - 1.0).abs() > 1e-9 || sum.is_nan() || distribution.iter().any(|(_, probability)| *probability < 0.0) {
                return Err(Unusable::NotADistribution { place, sum: sum.to_string() });
            }
            // An empty sum of floats is -0, which would be told as "-0 %".
            let same = distribution.iter().filter(|(other, _)| other == action).fold(0.0, |sum, (_, probability)| sum + probability);
            let predicted = match model(context, action) {
                None => None,
                Some(shown) => {
                    let policy: f64 =
                        distribution.iter().map(|(action, probability)| probability * model(context, action).unwrap_or(0.0)).sum();
                    Some(Predicted { shown: finite("prediction", shown)?, policy: finite("prediction", policy)? })
                }
            };
            rows.push(Row { weight: same / propensity, reward: *reward, cluster: clusters.of(*unit), predicted });
        }
        let ends = |(least, most): (f64, f64), s: &Selection<C, A>| (least.min(s.propensity), most.max(s.propensity));
        let propensities = selections.iter().fold((f64::INFINITY, 0.0), ends);
        let log = Self { rows, clusters: clusters.count, propensities };
        log.check()?;
        Ok(log)
    }

    fn check(&self) -> Result<(), Unusable> {
        if self.rows.is_empty() {
            return Err(Unusable::Empty);
        }
        let mean = self.mean_weight();
        let away = self.by_cluster(|row| row.weight - mean);
        let error = away.iter().map(|sum| sum * sum).sum::<f64>().sqrt() / self.rows.len() as f64;
        if mean == 0.0 || mean + WEIGHT_ERRORS_MOST * error < 1.0 - 1e-9 {
            return Err(Unusable::NoOverlap { covered: mean });
        }
        if mean - WEIGHT_ERRORS_MOST * error > 1.0 + 1e-9 {
            return Err(Unusable::PropensitiesTooSmall { mean });
        }
        let effective = self.effective();
        if effective < EFFECTIVE_LEAST { Err(Unusable::TooFewEffective { effective }) } else { Ok(()) }
    }
}

/// Numbers units as they come.
#[derive(Default)]
struct Clusters {
    known: std::collections::HashMap<u64, usize>,
    count: usize,
}

impl Clusters {
    fn of(&mut self, unit: Option<u64>) -> usize {
        let next = self.count;
        let number = unit.map_or(next, |unit| *self.known.entry(unit).or_insert(next));
        self.count += usize::from(number == next);
        number
    }
}
