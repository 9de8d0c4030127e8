//! When a roll-out stops by itself, and when it may go on.
//!
//! The canary's products are judged by the rules in force too, so each tells of itself whether the new rules left it empty, or took a
//! picture that the old ones show. Counts of these are held against a budget by an e-process: a likelihood ratio of "the share is
//! above its budget" over "it is at most its budget", mixed over several shares. Under the budget its expectation never exceeds 1,
//! whenever one looks, so that by Ville's inequality it passes [`TRIP`] with a probability of at most 1 in `TRIP` over the whole
//! roll-out (Ramdas et al., "Game-theoretic statistics and safe anytime-valid inference", 2023).
//!
//! That holds for one guardrail over products, which come one by one: `left_empty`. What a rule does is counted in pictures, several of a
//! product, and as the difference of two counts: there the same number is a rule of thumb, and so it is for all guardrails together.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An e-value that stops a roll-out: by `left_empty`, one in a hundred that keep that budget is stopped by mistake, at most.
pub const TRIP: f64 = 100.0;

/// Shares that the mixture bets on, in multiples of the budget.
const BETS: [f64; 6] = [1.5, 2.0, 3.0, 5.0, 10.0, 20.0];

/// One thing that is watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Guardrail {
    /// `left_empty`, `actions:RULE` or `overturned`.
    pub name: String,
    /// The share so far, 0..=1.
    pub value: f64,
    /// The share that is allowed.
    pub limit: f64,
    /// The evidence that it is above, as an e-value.
    pub e_value: f64,
    /// Whether it stops the roll-out.
    pub tripped: bool,
}

impl Guardrail {
    /// `count` of `of` against a budget.
    pub fn of(name: impl Into<String>, count: u64, of: u64, limit: f64) -> Self {
        let e_value = e_value(count, of, limit);
        let value = if of == 0 { 0.0 } else { count as f64 / of as f64 };
        Self { name: name.into(), value, limit, e_value, tripped: e_value >= TRIP }
    }
}

/// The evidence that a share of which `count` of `of` were seen is above `limit`, 0 < limit < 1.
pub fn e_value(count: u64, of: u64, limit: f64) -> f64 {
    let (hits, misses) = (count as f64, of.saturating_sub(count) as f64);
    let shares: Vec<f64> = BETS.iter().map(|times| times * limit).filter(|share| *share < 1.0).collect();
    if shares.is_empty() {
        return 1.0;
    }
    let ratio = |share: &f64| (hits * (share / limit).ln() + misses * ((1.0 - share) / (1.0 - limit)).ln()).exp();
    shares.iter().map(ratio).sum::<f64>() / shares.len() as f64
}

/// What a share of which `count` of `of` were seen is below with a certainty of 95 %, by Chernoff's bound; 1 before any was seen.
pub fn upper_bound(count: u64, of: u64) -> f64 {
    let (n, seen) = (of as f64, count as f64 / (of.max(1)) as f64);
    let term = |p: f64, q: f64| if p > 0.0 { p * (p / q).ln() } else { 0.0 };
    let (mut low, mut high) = (seen, 1.0);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        let divergence = term(seen, middle) + term(1.0 - seen, 1.0 - middle);
        *(if n * divergence < 20_f64.ln() { &mut low } else { &mut high }) = middle;
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_seen_is_no_evidence_and_more_hits_are_more() {
        assert_eq!(e_value(0, 0, 0.005), 1.0);
        assert!(e_value(0, 1000, 0.005) < 1.0);
        assert!(e_value(30, 1000, 0.005) > TRIP);
        let values: Vec<f64> = (0..40).map(|count| e_value(count, 1000, 0.005)).collect();
        assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(e_value(3, 10, 0.9), 1.0, "no share above it is left to bet on");
    }

    #[test]
    fn a_share_is_below_its_upper_bound() {
        assert_eq!(upper_bound(0, 0), 1.0);
        // None of 300: (1 - p)^300 = 0.05.
        assert!((upper_bound(0, 300) - (1.0 - 0.05_f64.powf(1.0 / 300.0))).abs() < 1e-9);
        assert!(upper_bound(9, 300) > 0.045 && upper_bound(300, 300) == 1.0);
        assert!((1..300).all(|count| upper_bound(count, 300) > upper_bound(count - 1, 300)));
    }

    #[test]
    fn its_expectation_at_the_budget_is_one() {
        // Exactly: the sum over all counts, each with its probability at the budget.
        let (of, limit): (u64, f64) = (60, 0.05);
        let (mut probability, mut expectation) = ((1.0 - limit).powi(of as i32), 0.0);
        for count in 0..=of {
            expectation += probability * e_value(count, of, limit);
            probability *= (of - count) as f64 / (count + 1) as f64 * limit / (1.0 - limit);
        }
        assert!((expectation - 1.0).abs() < 1e-9, "{expectation}");
    }
}
