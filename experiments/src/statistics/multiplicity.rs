//! Several questions at once: adjusted p-values, in the order they came in.

use super::Refusal;

/// Holm (1979): no false claim among all, at the level, whatever the dependence. For success metrics.
///
/// # Errors
/// When a p-value is outside 0 to 1 (all functions here).
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, Refusal> {
    let count = p_values.len();
    rising(p_values, |rank| (count - rank) as f64)
}

/// Benjamini and Hochberg (1995): few false ones among the claims, for independent or positively dependent tests. For segments and
/// exploration.
///
/// # Errors
/// As [`holm`].
pub fn benjamini_hochberg(p_values: &[f64]) -> Result<Vec<f64>, Refusal> {
    let count = p_values.len() as f64;
    falling(p_values, |rank| count / (rank as f64 + 1.0))
}

/// Benjamini and Yekutieli (2001): the same under any dependence, at a price.
///
/// # Errors
/// As [`holm`].
pub fn benjamini_yekutieli(p_values: &[f64]) -> Result<Vec<f64>, Refusal> {
    let count = p_values.len() as f64;
    let harmonic: f64 = (1..=p_values.len()).map(|i| 1.0 / i as f64).sum();
    falling(p_values, |rank| harmonic * count / (rank as f64 + 1.0))
}

/// Hochberg (1988): a little stronger than Holm, for independent or positively dependent tests.
///
/// # Errors
/// As [`holm`].
pub fn hochberg(p_values: &[f64]) -> Result<Vec<f64>, Refusal> {
    let count = p_values.len();
    falling(p_values, |rank| (count - rank) as f64)
}

/// Bonferroni: every p times their number.
///
/// # Errors
/// As [`holm`].
pub fn bonferroni(p_values: &[f64]) -> Result<Vec<f64>, Refusal> {
    check(p_values)?;
    Ok(p_values.iter().map(|p| (p * p_values.len() as f64).min(1.0)).collect())
}

/// From the smallest up, never less than the one before.
fn rising(p_values: &[f64], factor: impl Fn(usize) -> f64) -> Result<Vec<f64>, Refusal> {
    let order = sorted(p_values)?;
    let (mut adjusted, mut reached) = (vec![0.0; p_values.len()], 0.0_f64);
    for (rank, place) in order.into_iter().enumerate() {
        reached = reached.max(p_values[place] * factor(rank)).min(1.0);
        adjusted[place] = reached;
    }
    Ok(adjusted)
}

/// From the largest down, never more than the one before.
fn falling(p_values: &[f64], factor: impl Fn(usize) -> f64) -> Result<Vec<f64>, Refusal> {
    let order = sorted(p_values)?;
    let (mut adjusted, mut reached) = (vec![0.0; p_values.len()], 1.0_f64);
    for (rank, place) in order.into_iter().enumerate().rev() {
        reached = reached.min(p_values[place] * factor(rank));
        adjusted[place] = reached;
    }
    Ok(adjusted)
}

/// Places from the smallest p to the largest; equal ones keep their order.
fn sorted(p_values: &[f64]) -> Result<Vec<usize>, Refusal> {
    check(p_values)?;
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    Ok(order)
}

fn check(p_values: &[f64]) -> Result<(), Refusal> {
    match p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        Some(p) => Err(Refusal::out_of_range("p-value", *p, "0 to 1")),
        None => Ok(()),
    }
}
