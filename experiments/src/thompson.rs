//! Thompson sampling over the pictures that a product may show: each is drawn with the probability that it is the best, given the clicks
//! so far (Thompson 1933; Chapelle and Li, NeurIPS 2011), within a budget for leaving the rules' own choice.
//!
//! It chooses among the candidates handed in and nothing else: whoever calls hands in what no hard rule forbids. The choice is a pure function of
//! policy, tallies and the name of the selection, so that it can be replayed; its probability is worked out, not sampled, and goes into
//! the log for [`crate::off_policy`].
//!
//! With budget `b`, even share `f` and `k` candidates, a candidate's probability is `b ((1 - f) P(best) + f / k)`, and `1 - b` more for the
//! rules' own. Other pictures than that one thus have at most `b` together, and each at least `b f / k`.
//!
//! ```
//! use vitrine_experiments::thompson::{Candidate, Policy, Prior, Tally};
//!
//! let policy = Policy::new(Prior::around(0.05, 40.0)?, 0.2, 0.1)?;
//! let candidates = [
//!     Candidate { id: "front.jpg", tally: Tally { shown: 900, clicked: 45 } },
//!     Candidate { id: "worn.jpg", tally: Tally { shown: 400, clicked: 30 } },
//! ];
//! let choice = policy.choose(&candidates, "front.jpg", "spring-2027", "visitor-4711/shoe-12")?;
//! assert!(choice.propensity > 0.0 && (choice.id == "worn.jpg") == choice.explored);
//! # Ok::<(), vitrine_experiments::thompson::Refused>(())
//! ```

mod best;

use serde::{Deserialize, Serialize};

use crate::assign;

/// What is believed of a picture's click rate before it was shown: a beta distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// Clicks it counts for, above 0.
    pub clicks: f64,
    /// Selections without a click it counts for, above 0.
    pub others: f64,
}

impl Prior {
    /// Around a rate (0 to 1), as firm as so many selections: the category's rate and a few dozen suit most shops.
    ///
    /// # Errors
    /// When the rate is not between 0 and 1 or the weight is not above 0.
    pub fn around(rate: f64, selections: f64) -> Result<Self, Refused> {
        Self { clicks: rate * selections, others: (1.0 - rate) * selections }.checked()
    }

    fn checked(self) -> Result<Self, Refused> {
        let fine = |count: f64| count > 0.0 && count.is_finite();
        if fine(self.clicks) && fine(self.others) { Ok(self) } else { Err(Refused::Prior) }
    }
}

/// How often a picture was selected, and clicked then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Selections.
    pub shown: u64,
    /// Those with a click, at most as many.
    pub clicked: u64,
}

/// A picture that may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Its id, unique among the candidates.
    pub id: &'a str,
    /// What came of showing it so far.
    pub tally: Tally,
}

/// How far selections may leave the rules' own choice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Policy {
    prior: Prior,
    budget: f64,
    even_share: f64,
}

/// What was selected, as it goes into the log.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Choice<'a> {
    /// The picture.
    pub id: &'a str,
    /// The probability with which it was selected.
    pub propensity: f64,
    /// Whether it is another than the rules' own.
    pub explored: bool,
}

/// Settings or candidates that nothing can be chosen with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A prior that is no distribution.
    #[error("the prior needs a click rate between 0 and 1 and a weight above 0")]
    Prior,
    /// A share outside its range.
    #[error("`{0}` has to be 0 to 1")]
    Share(&'static str),
    /// Exploring without an even share: some candidate could come to a probability of 0, and then nothing can be learned of it any more.
    #[error("`even_share` has to be above 0 where there is a budget: else a picture could lose all chance of being shown")]
    NoFloor,
    /// Nothing to choose from.
    #[error("there are no candidates")]
    Empty,
    /// An id twice.
    #[error("candidate `{0}` is there twice")]
    Repeated(String),
    /// More clicks than selections.
    #[error("candidate `{0}` has more clicks than selections")]
    Tally(String),
    /// The rules' own choice is not among the candidates.
    #[error("the rules' own choice `{0}` is not among the candidates")]
    NotACandidate(String),
}

impl Policy {
    /// A policy that lets at most `budget` (0 to 1) of the selections leave the rules' own choice; of these, `even_share` goes to all candidates
    /// alike, whatever is known of them.
    ///
    /// # Errors
    /// When a setting is out of range.
    pub fn new(prior: Prior, budget: f64, even_share: f64) -> Result<Self, Refused> {
        for (what, share) in [("budget", budget), ("even_share", even_share)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(Refused::Share(what));
            }
        }
        if budget > 0.0 && even_share == 0.0 {
            return Err(Refused::NoFloor);
        }
        Ok(Self { prior: prior.checked()?, budget, even_share })
    }

    /// The probability of each candidate, in their order; they add up to 1. `own` is the rules' own choice. Takes some hundred
    /// microseconds for a handful of candidates: keep it for as long as the tallies stand.
    ///
    /// # Errors
    /// When there are no candidates, one is there twice or has an impossible tally, or `own` is not among them.
    pub fn propensities(&self, candidates: &[Candidate<'_>], own: &str) -> Result<Vec<f64>, Refused> {
        if candidates.is_empty() {
            return Err(Refused::Empty);
        }
        for (place, candidate) in candidates.iter().enumerate() {
            if candidates[..place].iter().any(|other| other.id == candidate.id) {
                return Err(Refused::Repeated(candidate.id.to_owned()));
            }
            if candidate.tally.clicked > candidate.tally.shown {
                return Err(Refused::Tally(candidate.id.to_owned()));
            }
        }
        if !candidates.iter().any(|candidate| candidate.id == own) {
            return Err(Refused::NotACandidate(own.to_owned()));
        }
        // Worked out in the order of ids, so that the order of candidates changes no digit.
        let order = by_id(candidates);
        let believed: Vec<(f64, f64)> = order.iter().map(|place| self.believed(candidates[*place].tally)).collect();
        let evenly = 1.0 / candidates.len() as f64;
        let mut propensities = vec![0.0; candidates.len()];
        for (place, best) in order.into_iter().zip(best::probabilities(&believed)) {
            let explored = (1.0 - self.even_share) * best + self.even_share * evenly;
            propensities[place] = self.budget * explored + if candidates[place].id == own { 1.0 - self.budget } else { 0.0 };
        }
        Ok(propensities)
    }

    /// Chooses for one selection. The same salt and selection (visitor and product, say) choose the same as long as the tallies stand, in
    /// whatever order the candidates come.
    ///
    /// # Errors
    /// As [`Policy::propensities`].
    pub fn choose<'a>(&self, candidates: &[Candidate<'a>], own: &str, salt: &str, selection: &str) -> Result<Choice<'a>, Refused> {
        let propensities = self.propensities(candidates, own)?;
        let ids: Vec<&'a str> = candidates.iter().map(|candidate| candidate.id).collect();
        draw(&ids, &propensities, own, salt, selection).ok_or(Refused::Empty)
    }

    fn believed(&self, tally: Tally) -> (f64, f64) {
        (self.prior.clicks + tally.clicked as f64, self.prior.others + (tally.shown - tally.clicked) as f64)
    }
}

/// Chooses one of `ids` by their propensities, kept from [`Policy::propensities`]; `None` where there are no ids.
pub fn draw<'a>(ids: &[&'a str], propensities: &[f64], own: &str, salt: &str, selection: &str) -> Option<Choice<'a>> {
    let mut order: Vec<(&'a str, f64)> = ids.iter().copied().zip(propensities.iter().copied()).collect();
    order.sort_by_key(|(id, _)| *id);
    // 53 bits of the hash, as doubles have: 0 to below 1.
    let drawn = (assign::hash(salt, selection) >> 11) as f64 / (1u64 << 53) as f64;
    let mut end = 0.0;
    let reached = order.iter().find(|(_, propensity)| {
        end += propensity;
        drawn < end
    });
    // Sums of rounded numbers may end a little below 1: the likeliest takes the rest.
    let (id, propensity) = reached.or_else(|| order.iter().max_by(|a, b| a.1.total_cmp(&b.1)))?;
    Some(Choice { id, propensity: *propensity, explored: *id != own })
}

/// Places of candidates in the order of their ids.
fn by_id(candidates: &[Candidate<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|place| candidates[*place].id);
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy(budget: f64) -> Policy {
        Policy::new(Prior { clicks: 1.0, others: 9.0 }, budget, 0.1).unwrap()
    }

    fn candidates(tallies: &[(u64, u64)], ids: &[String]) -> Vec<(String, Tally)> {
        let tally = |(shown, clicked): &(u64, u64)| Tally { shown: shown + clicked, clicked: *clicked };
        ids.iter().cloned().zip(tallies.iter().map(tally)).collect()
    }

    fn borrowed(owned: &[(String, Tally)]) -> Vec<Candidate<'_>> {
        owned.iter().map(|(id, tally)| Candidate { id, tally: *tally }).collect()
    }

    proptest! {
        #[test]
        fn only_candidates_are_chosen_within_the_budget_and_with_a_chance_for_each(
            tallies in prop::collection::vec((0u64..5000, 0u64..500), 1..7), budget in 0.0f64..=1.0, own in 0usize..7, selection in ".{0,12}"
        ) {
            let ids: Vec<String> = (0..tallies.len()).map(|i| format!("picture-{i}")).collect();
            let owned = candidates(&tallies, &ids);
            let own = &ids[own % ids.len()];
            let (policy, mut among) = (policy(budget), borrowed(&owned));
            let propensities = policy.propensities(&among, own).unwrap();
            prop_assert!((propensities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let floor = budget * 0.1 / ids.len() as f64;
            prop_assert!(propensities.iter().all(|p| *p >= floor * (1.0 - 1e-12)), "{propensities:?}");
            let others: f64 = among.iter().zip(&propensities).filter(|(c, _)| c.id != own).map(|(_, p)| p).sum();
            prop_assert!(others <= budget * (1.0 + 1e-12), "{others} of {budget}");
            let choice = policy.choose(&among, own, "salt", &selection).unwrap();
            let place = among.iter().position(|candidate| candidate.id == choice.id).unwrap();
            prop_assert!(choice.propensity == propensities[place] && choice.propensity > 0.0 && choice.explored == (choice.id != own));
            among.reverse();
            let turned = policy.choose(&among, own, "salt", &selection).unwrap();
            prop_assert_eq!(turned, choice);
        }
    }

    #[test]
    fn choices_come_as_often_as_they_say() {
        let ids = ["a", "b", "c"].map(str::to_owned);
        let owned = candidates(&[(900, 50), (300, 25), (20, 1)], &ids);
        let (policy, among) = (policy(0.5), borrowed(&owned));
        let propensities = policy.propensities(&among, "a").unwrap();
        let mut seen = [0u32; 3];
        for visitor in 0..20_000 {
            let choice = policy.choose(&among, "a", "salt", &format!("visitor-{visitor}")).unwrap();
            seen[ids.iter().position(|id| id == choice.id).unwrap()] += 1;
        }
        for (count, p) in seen.into_iter().zip(propensities) {
            let error = (p * (1.0 - p) / 20_000.0).sqrt();
            assert!((f64::from(count) / 20_000.0 - p).abs() < 4.0 * error, "{count} for {p}");
        }
    }

    #[test]
    fn without_a_budget_the_rules_choose_and_what_makes_no_sense_is_refused() {
        let among = [Candidate { id: "a", tally: Tally::default() }, Candidate { id: "b", tally: Tally { shown: 9, clicked: 9 } }];
        assert_eq!(policy(0.0).choose(&among, "a", "s", "v"), Ok(Choice { id: "a", propensity: 1.0, explored: false }));
        assert_eq!(policy(0.5).choose(&among, "c", "s", "v"), Err(Refused::NotACandidate("c".into())));
        assert_eq!(policy(0.5).choose(&[], "c", "s", "v"), Err(Refused::Empty));
        assert_eq!(policy(0.5).choose(&[among[0], among[0]], "a", "s", "v"), Err(Refused::Repeated("a".into())));
        let odd = Candidate { id: "odd", tally: Tally { shown: 1, clicked: 2 } };
        assert_eq!(policy(0.5).choose(&[odd], "odd", "s", "v"), Err(Refused::Tally("odd".into())));
        let prior = Prior { clicks: 1.0, others: 1.0 };
        assert_eq!(Policy::new(prior, 1.5, 0.1), Err(Refused::Share("budget")));
        assert_eq!(Policy::new(prior, 0.5, 0.0), Err(Refused::NoFloor));
        assert_eq!(Prior::around(1.0, 10.0), Err(Refused::Prior));
    }
}
