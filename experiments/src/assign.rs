//! Assignment: which variant a unit sees. Stateless, so that every server gives the same answer without asking another.
//!
//! Algorithm, version 1, to be repeated in any language: SHA-256 over the UTF-8 bytes of `salt`, one zero byte, and `unit`; the first
//! eight bytes as a big-endian integer `h`; the bucket is `h * total >> 64` in 128-bit arithmetic, `total` being the sum of weights; the
//! variant is the first whose cumulated weight exceeds the bucket.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One answer to the question under test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name, unique within the split.
    pub name: String,
    /// Its share is `weight / sum of weights`; 0 = nobody.
    pub weight: u32,
}

impl Variant {
    /// A variant with its weight.
    pub fn new(name: impl Into<String>, weight: u32) -> Self {
        Self { name: name.into(), weight }
    }
}

/// Variants with their weights, and the salt that makes this split independent of every other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Split {
    salt: String,
    variants: Vec<Variant>,
}

/// Variants that cannot be split over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSplit {
    /// Nobody could be assigned.
    #[error("no variant has a weight above 0: give at least one")]
    NoWeight,
    /// Two variants share a name.
    #[error("variant `{0}` is there twice: give each its own name")]
    RepeatedName(String),
    /// Without a salt, two experiments would split the same units the same way.
    #[error("the salt is empty: use the experiment's own id")]
    EmptySalt,
}

impl Split {
    /// Checks the variants.
    ///
    /// # Errors
    /// When the salt is empty, two names are equal, or all weights are 0.
    pub fn new(salt: impl Into<String>, variants: Vec<Variant>) -> Result<Self, InvalidSplit> {
        let salt = salt.into();
        if salt.is_empty() {
            return Err(InvalidSplit::EmptySalt);
        }
        if let Some(repeated) = variants.iter().enumerate().find(|(i, v)| variants[..*i].iter().any(|w| w.name == v.name)) {
            return Err(InvalidSplit::RepeatedName(repeated.1.name.clone()));
        }
        if variants.iter().all(|variant| variant.weight == 0) {
            return Err(InvalidSplit::NoWeight);
        }
        Ok(Self { salt, variants })
    }

    /// The variant that `unit` (a visitor, a product, ...) always sees.
    pub fn assign(&self, unit: &str) -> &Variant {
        &self.variants[self.position(unit)]
    }

    /// Its place among the variants.
    pub fn position(&self, unit: &str) -> usize {
        let total: u64 = self.variants.iter().map(|variant| u64::from(variant.weight)).sum();
        let bucket = bucket(&self.salt, unit, total);
        let mut end = 0;
        let reached = |variant: &Variant| {
            end += u64::from(variant.weight);
            bucket < end
        };
        // The bucket is below the sum of weights, so some variant is always reached; the last is only the type's due.
        self.variants.iter().position(reached).unwrap_or(self.variants.len() - 1)
    }
}

/// The bucket of a unit, 0 to below `of`: the same for the same salt, independent between salts.
pub fn bucket(salt: &str, unit: &str, of: u64) -> u64 {
    ((u128::from(hash(salt, unit)) * u128::from(of)) >> 64) as u64
}

/// The hash of the algorithm above: the same for everything that is decided by unit.
pub(crate) fn hash(salt: &str, unit: &str) -> u64 {
    let digest = Sha256::new().chain_update(salt).chain_update([0]).chain_update(unit).finalize();
    digest.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(salt: &str, weights: &[u32]) -> Split {
        let variants = weights.iter().enumerate().map(|(i, weight)| Variant::new(format!("v{i}"), *weight)).collect();
        Split::new(salt, variants).unwrap()
    }

    /// Shares over `n` units and their chi-square distance from what the weights ask for.
    fn chi_square(split: &Split, units: u32) -> f64 {
        let total: f64 = split.variants.iter().map(|v| f64::from(v.weight)).sum();
        let mut counts = vec![0.0; split.variants.len()];
        for unit in 0..units {
            let name = &split.assign(&format!("visitor-{unit}")).name;
            counts[split.variants.iter().position(|v| v.name == *name).unwrap()] += 1.0;
        }
        split
            .variants
            .iter()
            .zip(counts)
            .map(|(variant, count): (_, f64)| {
                let expected = f64::from(variant.weight) / total * f64::from(units);
                (count - expected).powi(2) / expected
            })
            .sum()
    }

    #[test]
    fn shares_follow_the_weights() {
        // 0.999 quantile of chi-square with 2 degrees of freedom: 13.8.
        for salt in ["a", "b", "checkout-2026"] {
            assert!(chi_square(&split(salt, &[10, 30, 60]), 20_000) < 13.8, "{salt}");
        }
    }

    #[test]
    fn two_salts_split_independently() {
        let (one, other) = (split("one", &[1, 1]), split("other", &[1, 1]));
        let together = (0..20_000).filter(|u| one.assign(&u.to_string()).name == other.assign(&u.to_string()).name).count();
        assert!((9_700..10_300).contains(&together), "{together}");
    }

    /// The digests were computed with another SHA-256 implementation.
    #[test]
    fn the_documented_algorithm_gives_known_hashes() {
        assert_eq!(hash("salt", "unit-1"), 0xee9b_f78a_c381_d6f1);
        assert_eq!(bucket("salt", "unit-1", 10_000), 9320);
        let split = Split::new("whiter-backgrounds", vec![Variant::new("control", 1), Variant::new("treatment", 1)]).unwrap();
        assert_eq!(split.assign("visitor-4711").name, "treatment", "as the document's Python says");
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        let variants = |names: &[&str], weight| names.iter().map(|name| Variant::new(*name, weight)).collect();
        assert_eq!(Split::new("", variants(&["a"], 1)), Err(InvalidSplit::EmptySalt));
        assert_eq!(Split::new("s", variants(&["a", "a"], 1)), Err(InvalidSplit::RepeatedName("a".into())));
        assert_eq!(Split::new("s", variants(&["a", "b"], 0)), Err(InvalidSplit::NoWeight));
        assert_eq!(Split::new("s", vec![]), Err(InvalidSplit::NoWeight));
    }

    proptest! {
        #[test]
        fn a_variant_without_weight_is_never_seen(unit in ".{0,20}", weights in prop::collection::vec(0u32..4, 1..6)) {
            prop_assume!(weights.iter().any(|w| *w > 0));
            prop_assert!(split("s", &weights).assign(&unit).weight > 0);
        }

        #[test]
        fn ramping_up_the_last_variant_moves_nobody_between_the_others(unit in "[a-z0-9]{1,12}", more in 1u32..50) {
            // With a fixed total, growing the last share takes from the one before it only.
            let before = split("s", &[50, 50, 0]);
            let after = split("s", &[50, 50 - more.min(49), more.min(49)]);
            let (old, new) = (&before.assign(&unit).name, &after.assign(&unit).name);
            prop_assert!(old == new || (old == "v1" && new == "v2"));
        }
    }
}
