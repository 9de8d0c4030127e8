//! The analyst's calculator: one question of the reference format in, one answer out. It parses and dispatches; every number comes from
//! [`crate::statistics`]. Also the way any outside reference can be held against us.

mod answer;
mod compare;
mod input;
mod plan;
mod samples;

use serde::Deserialize;

pub use answer::{Answer, Figure};

use crate::statistics::Refusal;

/// The categories that are answered, in the reference's order.
pub const CATEGORIES: &[&str] = &[
    "mean",
    "proportion",
    "ratio",
    "cuped",
    "quantile",
    "sequential",
    "bayesian",
    "srm",
    "multiple_testing",
    "power",
    "winsorize",
    "cluster",
    "noninferiority",
    "merge",
    "ratio_cuped",
    "relative_log_ratio",
    "fieller",
    "proportion_interval",
    "normal_mixture_bound",
    "bernoulli_cs",
    "group_sequential",
    "srm_sequential",
    "hash_bucket",
];

/// Answers one question. Input that lacks a field or has one of the wrong kind is an error of the format; input from which nothing can
/// be estimated is an [`Answer::NotEstimable`]; a category or setting not offered is [`Answer::Unsupported`].
///
/// ```
/// use vitrine_experiments::calculator::{Answer, calculate};
///
/// let input = serde_json::json!({ "users": [510_000, 480_000], "weights": [0.5, 0.5] });
/// let Answer::Ok(figures) = calculate("srm", input)? else { panic!("it can be estimated") };
/// assert_eq!(figures[1].0, "dof");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Of the deserializer, when the input does not have the form of its category.
pub fn calculate<'de, D: serde::Deserializer<'de>>(category: &str, input: D) -> Result<Answer, D::Error> {
    let answer = match category {
        "mean" | "proportion" | "ratio" | "cuped" | "quantile" | "ratio_cuped" => compare::frequentist(read(input)?),
        "relative_log_ratio" => compare::log_ratio(read(input)?),
        "fieller" => compare::fieller(read(input)?),
        "sequential" => compare::sequential(read(input)?),
        "bayesian" => compare::bayesian(read(input)?),
        "noninferiority" => compare::noninferiority(read(input)?),
        "srm" => samples::sample_ratio(read(input)?),
        "srm_sequential" => samples::sample_ratio_watch(read(input)?),
        "merge" => samples::merge(read(input)?),
        "winsorize" => samples::winsorise(read(input)?),
        "cluster" => samples::cluster(read(input)?),
        "proportion_interval" => samples::proportion_interval(read(input)?),
        "hash_bucket" => samples::hash_bucket(read(input)?),
        "multiple_testing" => plan::multiple_testing(read(input)?),
        "power" => plan::power(read(input)?),
        "normal_mixture_bound" => plan::normal_mixture_bound(read(input)?),
        "bernoulli_cs" => plan::share_interval(read(input)?),
        "group_sequential" => plan::group_sequential(read(input)?),
        other => Ok(Answer::Unsupported(format!("category `{other}` is not offered; there are {}", CATEGORIES.join(", ")))),
    };
    Ok(answer.unwrap_or_else(Answer::NotEstimable).checked())
}

fn read<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(input: D) -> Result<T, D::Error> {
    T::deserialize(input)
}

type Outcome = Result<Answer, Refusal>;
