//! Replay (Li, Chu, Langford and Wang, WSDM 2011): the rewards of those selections that the policy would have made itself. Needs a log in
//! which every candidate had the same chance, everywhere.

use super::{Estimate, Log, Unusable};

impl Log {
    /// Mean reward of the selections that the policy shares, each counted by the policy's probability of making it.
    ///
    /// # Errors
    /// When propensities differ, or `alpha` is not a level.
    pub fn replay(&self, alpha: f64) -> Result<Estimate, Unusable> {
        let (least, most) = self.propensities;
        if most - least > 1e-9 {
            return Err(Unusable::Uneven { least, most });
        }
        // With even chances the weights are those probabilities times a constant, which the normalisation takes away.
        self.self_normalised(alpha)
    }
}
