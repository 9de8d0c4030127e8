//! Analysis where what was randomised (a product, a seller) gives several measurements: the cluster is the unit, never the measurement.
//!
//! The mean over all measurements is a ratio of cluster sums, so the delta method applies (Deng, Knoblich and Lu 2018); beside it the
//! sandwich errors of a regression on the arm (Liang and Zeger 1986), for comparison with other tools. With fewer than about 30
//! clusters both are too optimistic: see [`super::permutation`].

use super::distributions::student_t;
use super::{Arm, Difference, Moments, Refusal, Which};

/// The comparison of two arms of clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clustered {
    /// Control as a ratio over its clusters.
    pub control: Arm,
    /// Treatment likewise.
    pub treatment: Arm,
    /// Their absolute difference.
    pub difference: Difference,
    /// Standard error of a regression with clustered residuals, without small-sample correction.
    pub se_cr0: f64,
    /// The same with the factor `G / (G - 1) * (n - 1) / (n - 2)`.
    pub se_cr1: f64,
    /// Two-sided p of the effect over `se_cr1`, t with `G - 1` degrees of freedom.
    pub p_cr1: f64,
    /// What ignoring the clusters would claim: for showing the damage, never for deciding.
    pub se_naive: f64,
    /// Clusters in both arms.
    pub clusters: usize,
}

/// Compares measurements grouped by cluster; empty clusters are left out.
///
/// # Errors
/// Below two clusters in an arm, or without variance.
pub fn compare(control: &[Vec<f64>], treatment: &[Vec<f64>]) -> Result<Clustered, Refusal> {
    let sums = |arm: &[Vec<f64>]| -> Moments<2> {
        arm.iter().filter(|c| !c.is_empty()).map(|cluster| [cluster.iter().sum(), cluster.len() as f64]).collect()
    };
    let (a, b) = (sums(control), sums(treatment));
    for (which, arm) in [(Which::Control, &a), (Which::Treatment, &b)] {
        if arm.units() < 2 {
            return Err(Refusal::TooFewClusters { arm: which, clusters: arm.units(), needed: 2 });
        }
    }
    let (of_control, of_treatment) = (Arm::ratio(Which::Control, &a)?, Arm::ratio(Which::Treatment, &b)?);
    let difference = Difference::absolute(&of_control, &of_treatment)?;
    // With one indicator as regressor the sandwich comes apart into the two arms.
    let robust = |arm: &[Vec<f64>], mean: f64| {
        let n: f64 = arm.iter().map(|cluster| cluster.len() as f64).sum();
        arm.iter().map(|cluster| cluster.iter().map(|x| x - mean).sum::<f64>().powi(2)).sum::<f64>() / (n * n)
    };
    let squares = |arm: &[Vec<f64>], mean: f64| arm.iter().flatten().map(|x| (x - mean).powi(2)).sum::<f64>();
    let count = |arm: &[Vec<f64>]| arm.iter().map(|cluster| cluster.len() as f64).sum::<f64>();
    let (n, m) = (count(control), count(treatment));
    let clusters = (a.units() + b.units()) as f64;
    let cr0 = (robust(control, of_control.mean) + robust(treatment, of_treatment.mean)).sqrt();
    let cr1 = cr0 * (clusters / (clusters - 1.0) * (n + m - 1.0) / (n + m - 2.0)).sqrt();
    let spread = |arm: &[Vec<f64>], mean: f64, count: f64| squares(arm, mean) / (count - 1.0) / count;
    Ok(Clustered {
        control: of_control,
        treatment: of_treatment,
        difference,
        se_cr0: cr0,
        se_cr1: cr1,
        p_cr1: student_t::two_sided(difference.effect / cr1, clusters - 1.0),
        se_naive: (spread(control, of_control.mean, n) + spread(treatment, of_treatment.mean, m)).sqrt(),
        clusters: (a.units() + b.units()) as usize,
    })
}
