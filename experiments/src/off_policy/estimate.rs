//! What an estimator answers, and how every one of them comes by its interval: the estimate as a mean of what each selection adds to it
//! (its influence), summed by unit, since selections of one unit are not independent (Liang and Zeger 1986 for the sandwich).

use serde::Serialize;

use super::Unusable;
use super::log::{Log, Row};
use crate::statistics::distributions::student_t;
use crate::statistics::{Refusal, Shape};

/// What a policy would have earned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Reward a selection under the policy.
    pub value: Figure,
    /// The same minus what was logged: selections are compared with themselves, so that this is often the sharper of the two.
    pub effect: Figure,
    /// How many selections (or units, where they are given) of the policy the log is worth.
    pub effective: f64,
    /// Selections in the log.
    pub selections: usize,
    /// What speaks against believing it.
    pub doubts: Vec<Doubt>,
}

/// A number with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A reason for caution.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Doubt {
    /// Few selections with large weights or rewards carry the estimate, so that its interval may be too narrow.
    #[error("a few selections carry this estimate (skewness {skewness:.1}): {needed} units like these are needed and there are {units}")]
    Skewed {
        /// Of the units' contributions.
        skewness: f64,
        /// Units (selections, where no units are given).
        units: usize,
        /// How many the normal approximation asks for.
        needed: u64,
    },
}

/// Units per squared skewness from which an interval of 95 % covers 94 %: by the expansion of Hall (1992, The Bootstrap and Edgeworth
/// Expansion, section 2.6), a two-sided interval falls short by about a quarter of the squared skewness over the units.
const PER_SQUARED_SKEWNESS: f64 = 25.0;

impl Log {
    /// The estimate `value`, whose error is the mean over selections of `influence`.
    pub(super) fn estimate(&self, value: f64, influence: impl Fn(&Row) -> f64, alpha: f64) -> Result<Estimate, Unusable> {
        Refusal::unless_level("alpha", alpha)?;
        let effective = self.effective();
        let logged = self.mean_reward();
        let of_value = self.by_cluster(&influence);
        let of_effect = self.by_cluster(|row| influence(row) - (row.reward - logged));
        let critical = student_t::upper_quantile(0.5 * alpha, effective - 1.0);
        let figure = |value: f64, contributions: &[f64]| {
            let clusters = contributions.len() as f64;
            let squares: f64 = contributions.iter().map(|sum| sum * sum).sum();
            let std_error = (squares * clusters / (clusters - 1.0)).sqrt() / self.rows.len() as f64;
            Figure { value, std_error, low: value - critical * std_error, high: value + critical * std_error }
        };
        Ok(Estimate {
            value: figure(value, &of_value),
            effect: figure(value - logged, &of_effect),
            effective,
            selections: self.rows.len(),
            doubts: doubts(of_value),
        })
    }
}

fn doubts(contributions: Vec<f64>) -> Vec<Doubt> {
    let units = contributions.len();
    let skewness = contributions.into_iter().collect::<Shape>().skewness();
    let needed = (PER_SQUARED_SKEWNESS * skewness * skewness).ceil() as u64;
    if (units as u64) < needed { vec![Doubt::Skewed { skewness, units, needed }] } else { Vec::new() }
}
