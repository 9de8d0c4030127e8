//! Why there is no number: the typed answer of every method to input it cannot estimate from.

use serde::{Deserialize, Serialize};

/// Which of the two arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The arm compared against.
    Control,
    /// The arm under test.
    Treatment,
}

impl std::fmt::Display for Which {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Control => "control",
            Self::Treatment => "treatment",
        })
    }
}

/// A quantity that cannot be estimated, and why.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// An arm has too few units for a variance, or for the method.
    #[error("{arm} has {units} units and at least {needed} are needed: wait for more")]
    TooFewUnits {
        /// The arm.
        arm: Which,
        /// Its units.
        units: u64,
        /// The least number that the method works with.
        needed: u64,
    },
    /// All units of an arm are alike (up to rounding), so that nothing says how far its mean can be trusted.
    #[error("{arm} has no variance: all its units are alike, so that its uncertainty cannot be estimated")]
    NoVariance {
        /// The arm.
        arm: Which,
    },
    /// A change relative to zero.
    #[error("the control's mean is 0: a relative change has no meaning there, ask for the absolute difference")]
    ZeroBaseline,
    /// Means of different signs have no ratio on the logarithmic scale.
    #[error("the logarithm of a ratio needs two means above 0: ask for the absolute difference or a Fieller interval")]
    NoLogRatio,
    /// A ratio metric whose denominator adds up to zero.
    #[error("the denominator of {arm} adds up to 0: there is no ratio")]
    ZeroDenominator {
        /// The arm.
        arm: Which,
    },
    /// The quantile is too far out for so few units.
    #[error("{arm} has too few units for this quantile: its interval would reach beyond the smallest or largest value")]
    QuantileTooExtreme {
        /// The arm.
        arm: Which,
    },
    /// Fewer clusters than any method can defend.
    #[error("{arm} has {clusters} clusters and at least {needed} are needed: randomise more of them, or split visitors within each")]
    TooFewClusters {
        /// The arm.
        arm: Which,
        /// Its clusters.
        clusters: u64,
        /// The least number.
        needed: u64,
    },
    /// Nothing was given where something is needed.
    #[error("there are no values for `{what}`")]
    Empty {
        /// The quantity.
        what: String,
    },
    /// A number that is not a number, infinite, or outside its range.
    #[error("`{what}` is {value}: it has to be {range}")]
    OutOfRange {
        /// The quantity.
        what: String,
        /// What was given, as text.
        value: String,
        /// What is allowed.
        range: String,
    },
    /// No parameter in reach gives what was asked for.
    #[error("no `{what}` gives the wanted power: {why}")]
    Unreachable {
        /// The parameter looked for.
        what: String,
        /// Why none was found.
        why: String,
    },
}

impl Refusal {
    /// A number outside its range.
    pub fn out_of_range(what: &str, value: f64, range: &str) -> Self {
        Self::OutOfRange { what: what.to_owned(), value: value.to_string(), range: range.to_owned() }
    }

    /// Checks that a level such as alpha lies strictly between 0 and 1.
    ///
    /// # Errors
    /// When it does not.
    pub fn unless_level(what: &str, value: f64) -> Result<f64, Self> {
        if value > 0.0 && value < 1.0 { Ok(value) } else { Err(Self::out_of_range(what, value, "above 0 and below 1")) }
    }

    /// Checks that a number is one.
    ///
    /// # Errors
    /// When it is infinite or not a number.
    pub fn unless_finite(what: &str, value: f64) -> Result<f64, Self> {
        if value.is_finite() { Ok(value) } else { Err(Self::out_of_range(what, value, "a finite number")) }
    }
}
