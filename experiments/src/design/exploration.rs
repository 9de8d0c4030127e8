//! Exploration: a share of a variant's selections is left to chance among the pictures that the rules allow, so that what is shown is
//! learned from, and other rules can be judged by it before they are tested.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::is_name;
use crate::thompson::{Policy, Prior, Refused};

/// How far a variant's selections leave its rules' own choice of the main picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Exploration {
    /// Share of selections that may lead with another picture than the rules' own, above 0 to 1.
    pub budget: f64,
    /// Of that, the share that goes to all allowed pictures alike, whatever came of them so far, above 0 to 1; the rest goes to each by its
    /// chance to be the best (Thompson sampling).
    #[serde(default = "evenly")]
    pub even_share: f64,
    /// The outcome that a selection hopes for, `click`, told with the selection's `exposure_id`.
    pub reward: String,
    /// How often it comes before anything is known, between 0 and 1: the category's rate.
    #[serde(default = "usual_rate")]
    pub prior_rate: f64,
    /// How many selections that counts for, above 0.
    #[serde(default = "usual_weight")]
    pub prior_weight: f64,
}

fn evenly() -> f64 {
    0.2
}

fn usual_rate() -> f64 {
    0.05
}

fn usual_weight() -> f64 {
    40.0
}

impl Exploration {
    /// The policy that chooses.
    ///
    /// # Errors
    /// When a setting is out of range.
    pub fn policy(&self) -> Result<Policy, Refused> {
        Policy::new(Prior::around(self.prior_rate, self.prior_weight)?, self.budget, self.even_share)
    }

    /// What is wrong with it, in words; empty when nothing is.
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self.policy().err().into_iter().map(|refused| format!("exploring: {refused}")).collect();
        if self.budget <= 0.0 {
            faults.push("exploring: the budget is 0: leave exploration out, or let it have a share".into());
        }
        if !is_name(&self.reward) {
            faults.push(format!("exploring: `{}` is no name of an event", self.reward));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_the_usual_and_what_is_wrong_is_told() {
        let read = |text: &str| serde_json::from_str::<Exploration>(text).unwrap();
        assert!(read(r#"{"budget": 0.1, "reward": "click"}"#).faults().is_empty());
        for (text, word) in [
            (r#"{"budget": 0, "reward": "click"}"#, "budget is 0"),
            (r#"{"budget": 1.5, "reward": "click"}"#, "`budget` has to be 0 to 1"),
            (r#"{"budget": 0.1, "even_share": 0, "reward": "click"}"#, "`even_share`"),
            (r#"{"budget": 0.1, "reward": "A Click"}"#, "no name of an event"),
            (r#"{"budget": 0.1, "reward": "click", "prior_rate": 1}"#, "prior"),
        ] {
            let faults = read(text).faults().join("; ");
            assert!(faults.contains(word), "{text}: {faults}");
        }
    }
}
