//! Selections of pictures with known click rates, logged while a share of them is left to chance.

use rand_chacha::rand_core::Rng;

use super::worlds::{Conversions, standard};
use crate::off_policy::Selection;

/// A catalogue whose candidates' true click rates are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// Click rates of the candidates of each product; the first is the one that the rules select.
    pub products: Vec<Vec<f64>>,
}

/// How visitors come and what they are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Traffic {
    /// How many.
    pub visitors: u64,
    /// Selections of a visitor.
    pub selections: u64,
    /// How much visitors differ: standard deviation of the logarithm of what each multiplies click rates by.
    pub visitor_sd: f64,
    /// Share of selections in which a candidate is drawn evenly; in the others the rules' own is shown.
    pub explored: f64,
}

impl Catalogue {
    /// Products with `candidates` pictures each, whose click rates lie around 10 % and differ by a quarter of that.
    pub fn draw(products: usize, candidates: std::ops::RangeInclusive<u64>, random: &mut impl Rng) -> Self {
        let span = candidates.end() - candidates.start() + 1;
        let mut product = || {
            let base = 0.1 * (0.4 * standard(random)).exp();
            let count = candidates.start() + random.next_u64() % span;
            (0..count).map(|_| (base * (0.25 * standard(random)).exp()).min(0.5)).collect()
        };
        Self { products: (0..products).map(|_| product()).collect() }
    }

    /// The mean reward of a policy that answers each product with the probabilities of its candidates, products being equally frequent.
    pub fn value(&self, policy: impl Fn(usize) -> Vec<(usize, f64)>) -> f64 {
        let of = |(product, rates): (usize, &Vec<f64>)| policy(product).iter().map(|(action, p)| p * rates[*action]).sum::<f64>();
        self.products.iter().enumerate().map(of).sum::<f64>() / self.products.len() as f64
    }

    /// What is logged: the context is the product's number, the action that of its candidate.
    pub fn log(&self, traffic: &Traffic, random: &mut impl Rng) -> Vec<Selection<usize, usize>> {
        let mut logged = Vec::new();
        for visitor in 0..traffic.visitors {
            // Mean 1, so that the true value of a policy is that of the average visitor.
            let keen = (traffic.visitor_sd * standard(random) - 0.5 * traffic.visitor_sd.powi(2)).exp();
            for _ in 0..traffic.selections {
                let product = (random.next_u64() % self.products.len() as u64) as usize;
                let rates = &self.products[product];
                let chance = |action: usize| traffic.explored / rates.len() as f64 + if action == 0 { 1.0 - traffic.explored } else { 0.0 };
                let explores = Conversions { rate: traffic.explored }.happens(0.0, random);
                let action = if explores { (random.next_u64() % rates.len() as u64) as usize } else { 0 };
                let clicked = Conversions { rate: rates[action] }.happens(keen - 1.0, random);
                logged.push(Selection {
                    context: product,
                    action,
                    propensity: chance(action),
                    reward: f64::from(u8::from(clicked)),
                    unit: Some(visitor),
                });
            }
        }
        logged
    }
}
