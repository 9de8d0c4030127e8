//! Doubly robust (Dudík, Langford and Li, ICML 2011): a model says what the policy would earn, and weighted rewards correct it where the
//! model errs. Right when the propensities are or the model is; less noisy than weighting alone the better the model.

use super::{Estimate, Log, Unusable};

impl Log {
    /// Mean prediction for the policy, corrected.
    ///
    /// # Errors
    /// When the log was weighed without a model, or `alpha` is not a level.
    pub fn doubly_robust(&self, alpha: f64) -> Result<Estimate, Unusable> {
        let one = |row: &super::log::Row| row.predicted.map(|said| said.policy + row.weight * (row.reward - said.shown));
        let sum = self.rows.iter().map(one).sum::<Option<f64>>().ok_or(Unusable::NoModel)?;
        let value = sum / self.rows.len() as f64;
        self.estimate(value, |row| one(row).unwrap_or(value) - value, alpha)
    }
}
