//! Questions on samples and counts: sample ratio, merging, capping, clusters, small shares, bucketing.

use serde::Deserialize;

use super::answer::{Answer, Figure};
use super::input::{Real, needed, whole};
use super::{Outcome, Refusal};
use crate::bucket::{self, HashVersion};
use crate::statistics::proportion_interval::{self, Count};
use crate::statistics::sample_ratio::{self, CONCENTRATION, Watch};
use crate::statistics::winsorise::{self, Caps};
use crate::statistics::{Difference, Moments, Tail, cluster};

#[derive(Deserialize)]
pub struct SampleRatioInput {
    users: Vec<Real>,
    weights: Vec<Real>,
}

pub fn sample_ratio(input: SampleRatioInput) -> Outcome {
    let check = sample_ratio::check(&counts("users", &input.users)?, &reals(&input.weights))?;
    Ok(Answer::Ok(vec![
        ("chi2", check.chi_squared.into()),
        ("dof", check.dof.into()),
        ("p_value", check.p_value.into()),
        ("exact_p_value", check.exact_p_value.into()),
        ("least_expected", check.least_expected.into()),
        ("in_closed_arms", check.in_closed_arms.into()),
    ]))
}

#[derive(Deserialize)]
pub struct WatchInput {
    weights: Vec<Real>,
    #[serde(default)]
    concentration_k: Option<Real>,
    increments: Vec<Vec<Real>>,
}

pub fn sample_ratio_watch(input: WatchInput) -> Outcome {
    let mut watch = Watch::new(&reals(&input.weights), input.concentration_k.map_or(CONCENTRATION, |k| k.0))?;
    let (mut log_odds, mut p_values) = (Vec::new(), Vec::new());
    for increment in &input.increments {
        watch.look(&counts("increments", increment)?)?;
        log_odds.push(watch.log_odds());
        p_values.push(watch.p_value());
    }
    Ok(Answer::Ok(vec![("log_odds", log_odds.into()), ("p_value", p_values.into())]))
}

#[derive(Deserialize)]
pub struct MergeInput {
    parts: Vec<Vec<Real>>,
}

pub fn merge(input: MergeInput) -> Outcome {
    let parts = input.parts.iter().map(|part| part.iter().map(|x| [x.0]).collect::<Moments<1>>());
    let whole = parts.reduce(|a, b| a.merge(&b)).unwrap_or_default();
    if !whole.is_finite() {
        return Err(Refusal::out_of_range("value", f64::NAN, "a finite number"));
    }
    if whole.units() == 0 {
        return Err(Refusal::Empty { what: "parts".to_owned() });
    }
    // A single value has a mean; its variance does not apply.
    let variance = if whole.units() < 2 { Figure::Absent } else { whole.variance(0).into() };
    Ok(Answer::Ok(vec![("n", whole.units().into()), ("mean", whole.mean(0).into()), ("variance", variance)]))
}

#[derive(Deserialize)]
pub struct WinsoriseInput {
    kind: String,
    #[serde(default)]
    lower: Option<Real>,
    #[serde(default)]
    upper: Option<Real>,
    #[serde(default)]
    ignore_zeros: bool,
    #[serde(default)]
    control: Vec<Real>,
    #[serde(default)]
    treatment: Vec<Real>,
    #[serde(default)]
    lower_fraction: Option<Real>,
    #[serde(default)]
    upper_fraction: Option<Real>,
    #[serde(default)]
    values: Vec<Real>,
}

pub fn winsorise(input: WinsoriseInput) -> Outcome {
    match input.kind.as_str() {
        "percentile_cap_pooled" => {
            let (control, treatment) = (reals(&input.control), reals(&input.treatment));
            let caps = Caps::pooled([&control, &treatment], input.lower.map(|x| x.0), input.upper.map(|x| x.0), input.ignore_zeros)?;
            let (a, b) = (caps.moments(&control), caps.moments(&treatment));
            for (which, arm) in [("control", &a), ("treatment", &b)] {
                if arm.units() == 0 {
                    return Err(Refusal::Empty { what: which.to_owned() });
                }
            }
            let both: Vec<f64> = control.iter().chain(&treatment).copied().collect();
            Ok(Answer::Ok(vec![
                ("cap_low", caps.low.into()),
                ("cap_high", caps.high.into()),
                ("control_mean", a.mean(0).into()),
                ("treatment_mean", b.mean(0).into()),
                ("control_variance", a.variance(0).into()),
                ("treatment_variance", b.variance(0).into()),
                ("hit_rate", caps.hit_rate(&both).into()),
                ("cap_erases_metric", caps.erases(&both).into()),
            ]))
        }
        "order_statistic" => {
            let fraction = |x: Option<Real>| x.map_or(0.0, |x| x.0);
            let values = winsorise::by_order(&reals(&input.values), fraction(input.lower_fraction), fraction(input.upper_fraction))?;
            let moments: Moments<1> = values.iter().map(|x| [*x]).collect();
            Ok(Answer::Ok(vec![
                ("mean", moments.mean(0).into()),
                ("variance", moments.variance(0).into()),
                ("min", values.iter().copied().fold(f64::INFINITY, f64::min).into()),
                ("max", values.iter().copied().fold(f64::NEG_INFINITY, f64::max).into()),
            ]))
        }
        other => Ok(Answer::Unsupported(format!("kind `{other}` is not offered; there are percentile_cap_pooled and order_statistic"))),
    }
}

#[derive(Deserialize)]
pub struct ClusterInput {
    #[serde(default)]
    alpha: Option<Real>,
    #[serde(default)]
    difference: Option<String>,
    control: Vec<Vec<Real>>,
    treatment: Vec<Vec<Real>>,
}

pub fn cluster(input: ClusterInput) -> Outcome {
    let arm = |clusters: &[Vec<Real>]| -> Result<Vec<Vec<f64>>, Refusal> {
        let finite = |x: &Real| Refusal::unless_finite("value", x.0);
        clusters.iter().map(|cluster| cluster.iter().map(finite).collect()).collect()
    };
    let compared = cluster::compare(&arm(&input.control)?, &arm(&input.treatment)?)?;
    let relative = input.difference.as_deref().is_some_and(|d| d.starts_with("relative"));
    let difference = if relative { Difference::relative(&compared.control, &compared.treatment)? } else { compared.difference };
    let test = difference.test(0.0, Tail::Both, input.alpha.map_or(0.05, |a| a.0))?;
    Ok(Answer::Ok(vec![
        ("control_mean", compared.control.mean.into()),
        ("treatment_mean", compared.treatment.mean.into()),
        ("point_estimate", difference.effect.into()),
        ("se_delta", difference.std_error.into()),
        ("dof_delta", difference.dof.into()),
        ("p_delta", test.p_value.into()),
        ("ci_low", test.low.into()),
        ("ci_high", test.high.into()),
        ("se_cr0", compared.se_cr0.into()),
        ("se_cr1", compared.se_cr1.into()),
        ("p_cr1_t", compared.p_cr1.into()),
        ("n_clusters", (compared.clusters as u64).into()),
        ("se_naive", compared.se_naive.into()),
    ]))
}

#[derive(Deserialize)]
pub struct SharesInput {
    #[serde(default)]
    alpha: Option<Real>,
    control: ShareInput,
    treatment: ShareInput,
}

#[derive(Deserialize)]
struct ShareInput {
    n: Real,
    successes: Real,
}

pub fn proportion_interval(input: SharesInput) -> Outcome {
    let alpha = Refusal::unless_level("alpha", input.alpha.map_or(0.05, |a| a.0))?;
    let count = |arm: &ShareInput| Count::new(whole("successes", arm.successes.0)?, whole("n", arm.n.0)?);
    let (control, treatment) = (count(&input.control)?, count(&input.treatment)?);
    Ok(Answer::Ok(vec![
        ("newcombe_diff", proportion_interval::newcombe(control, treatment, alpha).into()),
        ("agresti_caffo_diff", proportion_interval::agresti_caffo(control, treatment, alpha).into()),
        ("score_diff", proportion_interval::score(control, treatment, alpha).into()),
        ("wilson_control", control.wilson(alpha).into()),
        ("clopper_pearson_control", control.clopper_pearson(alpha).into()),
        ("wilson_treatment", treatment.wilson(alpha).into()),
        ("clopper_pearson_treatment", treatment.clopper_pearson(alpha).into()),
        ("fisher_p", proportion_interval::fisher(control, treatment).into()),
        ("barnard_p", proportion_interval::barnard(control, treatment).into()),
    ]))
}

#[derive(Deserialize)]
pub struct BucketInput {
    seed: String,
    value: String,
    hash_version: Real,
    weights: Vec<Real>,
    #[serde(default)]
    coverage: Option<Real>,
}

pub fn hash_bucket(input: BucketInput) -> Outcome {
    let version = match input.hash_version.0 {
        1.0 => HashVersion::V1,
        2.0 => HashVersion::V2,
        other => return Ok(Answer::Unsupported(format!("hash version {other} is not offered; there are 1 and 2"))),
    };
    let coverage = input.coverage.map_or(Ok(1.0), |c| needed("coverage", Some(c)))?;
    let hash = bucket::hash(&input.seed, &input.value, version);
    let variation = bucket::variation(hash, &reals(&input.weights), coverage);
    Ok(Answer::Ok(vec![("hash", hash.into()), ("variation", variation.map_or(-1.0, |v| v as f64).into())]))
}

fn reals(list: &[Real]) -> Vec<f64> {
    list.iter().map(|x| x.0).collect()
}

fn counts(name: &str, list: &[Real]) -> Result<Vec<u64>, Refusal> {
    list.iter().map(|x| whole(name, x.0)).collect()
}
