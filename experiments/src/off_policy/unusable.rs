//! Why a log says nothing of a policy.

use serde::{Deserialize, Serialize};

use super::log::EFFECTIVE_LEAST;
use crate::statistics::Refusal;

/// A log that a policy cannot be judged by, and why. Places count from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unusable {
    /// No selections.
    #[error("there are no selections in the log")]
    Empty,
    /// A selection with a probability that cannot have been at work when it was made.
    #[error("selection {place} has a propensity of {propensity}: it has to be above 0 and at most 1, as it was when the picture was shown")]
    Propensity {
        /// The selection.
        place: usize,
        /// What was logged, as text.
        propensity: String,
    },
    /// A reward or a prediction that is not a number.
    #[error("selection {place} has no finite {what}")]
    NotANumber {
        /// The selection.
        place: usize,
        /// Reward or prediction.
        what: String,
    },
    /// What the policy would do is no distribution.
    #[error("the policy's probabilities at selection {place} add up to {sum}: they have to be 0 or more and add up to 1")]
    NotADistribution {
        /// The selection.
        place: usize,
        /// Their sum, as text.
        sum: String,
    },
    /// The policy selects what the log never shows.
    #[error(
        "the log shows what the policy would select in only {:.0} % of the cases it stands for: it has to give every candidate of the policy a chance",
        100.0 * .covered
    )]
    NoOverlap {
        /// Mean weight, which is 1 where every action of the policy could have been logged.
        covered: f64,
    },
    /// More than all of the policy's selections are in the log.
    #[error("the weights average {mean:.2} where 1 is due: the propensities in the log are too small to be those that were at work")]
    PropensitiesTooSmall {
        /// Mean weight.
        mean: f64,
    },
    /// Too little of the log speaks of the policy.
    #[error("the log is worth {effective:.1} selections of this policy and {} are needed: log longer, or explore more", EFFECTIVE_LEAST)]
    TooFewEffective {
        /// Effective number of selections or units.
        effective: f64,
    },
    /// Replay of a log whose chances were not even.
    #[error(
        "replay needs the same chance for every candidate everywhere, and propensities go from {least} to {most}: ask for the self-normalised estimate"
    )]
    Uneven {
        /// The smallest propensity.
        least: f64,
        /// The largest.
        most: f64,
    },
    /// The doubly robust estimate without predictions.
    #[error("there are no predictions of the reward: weigh the log with a model")]
    NoModel,
    /// A level that is none, or an error that vanished.
    #[error(transparent)]
    Refused(#[from] Refusal),
}
