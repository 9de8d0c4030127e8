//! Inverse propensity (Horvitz and Thompson 1952): unbiased whatever the policy, and noisy where weights are large.

use super::{Estimate, Log, Unusable};

impl Log {
    /// Mean of weight times reward.
    ///
    /// # Errors
    /// When `alpha` is not a level.
    pub fn inverse_propensity(&self, alpha: f64) -> Result<Estimate, Unusable> {
        let value = self.rows.iter().map(|row| row.weight * row.reward).sum::<f64>() / self.rows.len() as f64;
        self.estimate(value, |row| row.weight * row.reward - value, alpha)
    }
}
