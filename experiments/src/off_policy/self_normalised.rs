//! Self-normalised inverse propensity (Hájek 1971; Swaminathan and Joachims, NeurIPS 2015): a slight bias that fades with the size of the
//! log buys far less noise. The one to begin with. Its interval is by linearisation of the ratio.

use super::{Estimate, Log, Unusable};

impl Log {
    /// Mean reward, weighted.
    ///
    /// # Errors
    /// When `alpha` is not a level.
    pub fn self_normalised(&self, alpha: f64) -> Result<Estimate, Unusable> {
        let mean_weight = self.mean_weight();
        let value = self.rows.iter().map(|row| row.weight * row.reward).sum::<f64>() / (mean_weight * self.rows.len() as f64);
        self.estimate(value, |row| row.weight * (row.reward - value) / mean_weight, alpha)
    }
}
