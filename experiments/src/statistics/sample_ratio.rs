//! Is the split as planned? Asked before any effect is shown: a mismatch means that units were lost or doubled on the way, and then no
//! effect can be trusted (Fabijan et al., KDD 2019).

use super::Refusal;
use super::distributions::{chi_squared, ln_gamma};

/// The check at one look.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRatio {
    /// Pearson's statistic.
    pub chi_squared: f64,
    /// Arms with a weight, minus one.
    pub dof: u64,
    /// Its p-value; 1 without units.
    pub p_value: f64,
    /// The same by enumeration, for two arms and up to 2,000 units: trust it where fewer than 5 units are expected in an arm.
    pub exact_p_value: Option<f64>,
    /// The smallest count expected in an arm.
    pub least_expected: f64,
    /// Units seen in arms of weight 0: each is a fault of its own.
    pub in_closed_arms: u64,
}

/// Pearson's chi-square of `units` per arm against `weights` (normalised here; arms of weight 0 are left out of the statistic).
///
/// # Errors
/// When a weight is negative or not finite, their number differs from that of the arms, or fewer than two arms have a weight.
pub fn check(units: &[u64], weights: &[f64]) -> Result<SampleRatio, Refusal> {
    let (open, shares) = open_arms(units.len(), weights)?;
    let counts: Vec<f64> = open.iter().map(|arm| units[*arm] as f64).collect();
    let total: f64 = counts.iter().sum();
    let in_closed_arms = units.iter().sum::<u64>() - open.iter().map(|arm| units[*arm]).sum::<u64>();
    let dof = open.len() as u64 - 1;
    let least_expected = shares.iter().map(|share| share * total).fold(f64::INFINITY, f64::min);
    if total == 0.0 {
        return Ok(SampleRatio { chi_squared: 0.0, dof, p_value: 1.0, exact_p_value: None, least_expected, in_closed_arms });
    }
    let statistic = counts.iter().zip(&shares).map(|(count, share)| (count - share * total).powi(2) / (share * total)).sum();
    let exact = (open.len() == 2 && total <= 2000.0).then(|| exact_binomial(counts[0] as u64, total as u64, shares[0]));
    Ok(SampleRatio {
        chi_squared: statistic,
        dof,
        p_value: chi_squared::survival(statistic, dof),
        exact_p_value: exact,
        least_expected,
        in_closed_arms,
    })
}

/// The check under any number of looks: a Dirichlet-multinomial e-process (Lindon and Malek 2022, arXiv 2011.03567), prior
/// `concentration * weights`. Its p-value is below alpha in at most a share alpha of healthy experiments, ever.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    open: Vec<usize>,
    shares: Vec<f64>,
    concentration: f64,
    counts: Vec<f64>,
    arms: usize,
    p_value: f64,
}

/// How surely the prior believes in the planned split, in units; 100 suits hundreds to millions of units.
pub const CONCENTRATION: f64 = 100.0;

impl Watch {
    /// Starts watching a split.
    ///
    /// # Errors
    /// As [`check`], and unless the concentration is above 0.
    pub fn new(weights: &[f64], concentration: f64) -> Result<Self, Refusal> {
        let (open, shares) = open_arms(weights.len(), weights)?;
        if !(concentration > 0.0 && concentration.is_finite()) {
            return Err(Refusal::out_of_range("concentration", concentration, "above 0"));
        }
        Ok(Self { counts: vec![0.0; open.len()], open, shares, concentration, arms: weights.len(), p_value: 1.0 })
    }

    /// Adds the units of a look, one count per arm; units of closed arms are not evidence here (see [`SampleRatio::in_closed_arms`]).
    ///
    /// # Errors
    /// When the number of counts differs from that of the weights.
    pub fn look(&mut self, units: &[u64]) -> Result<(), Refusal> {
        if units.len() != self.arms {
            return Err(Refusal::out_of_range("arms", units.len() as f64, &format!("{}, as many as weights", self.arms)));
        }
        for (count, arm) in self.counts.iter_mut().zip(&self.open) {
            *count += units[*arm] as f64;
        }
        self.p_value = self.p_value.min((-self.log_odds()).exp());
        Ok(())
    }

    /// Logarithm of the odds against the planned split so far; depends on the counts alone, not on the looks.
    pub fn log_odds(&self) -> f64 {
        let total: f64 = self.counts.iter().sum();
        let k = self.concentration;
        let one = |(count, share): (&f64, &f64)| ln_gamma(k * share + count) - ln_gamma(k * share) - count * share.ln();
        self.counts.iter().zip(&self.shares).map(one).sum::<f64>() - (ln_gamma(k + total) - ln_gamma(k))
    }

    /// The smallest `1 / odds` so far, at most 1.
    pub fn p_value(&self) -> f64 {
        self.p_value
    }
}

/// Two-sided by likelihood: the probability of all splits no likelier than the one seen.
fn exact_binomial(seen: u64, total: u64, share: f64) -> f64 {
    let n = total as f64;
    let ln_probability = |k: u64| {
        let k = k as f64;
        ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0) + k * share.ln() + (n - k) * (-share).ln_1p()
    };
    let limit = ln_probability(seen) + 1e-7;
    (0..=total).map(ln_probability).filter(|p| *p <= limit).map(f64::exp).sum::<f64>().min(1.0)
}

/// Places of the arms with a weight, and their shares.
fn open_arms(arms: usize, weights: &[f64]) -> Result<(Vec<usize>, Vec<f64>), Refusal> {
    if weights.len() != arms {
        return Err(Refusal::out_of_range("weights", weights.len() as f64, &format!("{arms}, as many as arms")));
    }
    if let Some(weight) = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
        return Err(Refusal::out_of_range("weight", *weight, "0 or more"));
    }
    let open: Vec<usize> = (0..arms).filter(|arm| weights[*arm] > 0.0).collect();
    if open.len() < 2 {
        return Err(Refusal::out_of_range("arms with a weight", open.len() as f64, "at least 2"));
    }
    let total: f64 = weights.iter().sum();
    let shares = open.iter().map(|arm| weights[*arm] / total).collect();
    Ok((open, shares))
}
