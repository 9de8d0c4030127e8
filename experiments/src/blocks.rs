//! Blocks: units that are known before the start, alike ones together, each block dealt out evenly to the variants (stratified
//! randomisation; Fisher 1935, and Imai, King and Nall 2009 for pairs). With two variants of equal weight, a block is a pair.
//!
//! What is estimated stays unbiased, since chance still decides within each block. The analysis does not use the blocks: where units of a
//! block are alike, its intervals are wider than need be.
//!
//! ```
//! use vitrine_experiments::blocks::{Known, deal};
//!
//! let known = |unit: &str, figure| Known { unit: unit.into(), stratum: "shoes".into(), figure };
//! let dealt = deal(vec![known("a", 900.0), known("b", 3.0), known("c", 870.0), known("d", 2.0)], &[1, 1], "spring");
//! // The two that sell much are apart, and so are the two that sell little.
//! assert!(dealt["a"] != dealt["c"] && dealt["b"] != dealt["d"]);
//! ```

use std::collections::BTreeMap;

use crate::assign;

/// A unit as it is known before the start.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its pseudonym.
    pub unit: String,
    /// What it is foremost alike in, such as the category.
    pub stratum: String,
    /// What it did before, in the primary metric's terms; anything that is not finite counts as 0.
    pub figure: f64,
}

/// The variant of each unit, by its place. Blocks hold as many units as the weights add up to, in lowest terms; units of the last one, which
/// may be short, are dealt out too. The same units, weights and salt give the same, in whatever order they come.
pub fn deal(mut units: Vec<Known>, weights: &[u32], salt: &str) -> BTreeMap<String, u8> {
    let divisor = weights.iter().copied().fold(0, gcd).max(1);
    let places: Vec<u8> = weights.iter().enumerate().flat_map(|(place, weight)| vec![place as u8; (weight / divisor) as usize]).collect();
    if places.is_empty() {
        return BTreeMap::new();
    }
    let figure = |unit: &Known| if unit.figure.is_finite() { unit.figure } else { 0.0 };
    units.sort_by(|a, b| a.stratum.cmp(&b.stratum).then(figure(b).total_cmp(&figure(a))).then_with(|| a.unit.cmp(&b.unit)));
    units.dedup_by(|a, b| a.unit == b.unit);
    let mut dealt = BTreeMap::new();
    for block in units.chunks(places.len()) {
        let mut order: Vec<(u64, &str)> = block.iter().map(|known| (assign::hash(salt, &known.unit), known.unit.as_str())).collect();
        order.sort_unstable();
        // A short block starts anywhere in the places, so that none is favoured.
        let start = if block.len() < places.len() { order.first().map_or(0, |(hash, _)| (hash >> 32) as usize) } else { 0 };
        for (index, (_, unit)) in order.into_iter().enumerate() {
            dealt.insert(unit.to_owned(), places[(start + index) % places.len()]);
        }
    }
    dealt
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn units(figures: &[(u8, u16)]) -> Vec<Known> {
        let known = |(place, (stratum, figure)): (usize, &(u8, u16))| Known {
            unit: format!("u{place}"),
            stratum: format!("s{stratum}"),
            figure: f64::from(*figure),
        };
        figures.iter().enumerate().map(known).collect()
    }

    proptest! {
        #[test]
        fn every_unit_is_dealt_and_shares_are_as_even_as_can_be(
            figures in prop::collection::vec((0u8..3, any::<u16>()), 0..60), weights in prop::collection::vec(1u32..5, 2..4), salt in "[a-z]{1,4}"
        ) {
            let dealt = deal(units(&figures), &weights, &salt);
            prop_assert_eq!(dealt.len(), figures.len());
            let mut reversed = units(&figures);
            reversed.reverse();
            prop_assert_eq!(&deal(reversed, &weights, &salt), &dealt);
            let divisor = weights.iter().copied().fold(0, gcd);
            let block: u32 = weights.iter().map(|weight| weight / divisor).sum();
            for (place, weight) in weights.iter().enumerate() {
                let got = dealt.values().filter(|variant| usize::from(**variant) == place).count() as f64;
                let whole = f64::from(weight / divisor) * (figures.len() as u32 / block) as f64;
                prop_assert!(got >= whole && got <= whole + f64::from(weight / divisor), "{got} of {whole}");
            }
        }
    }

    #[test]
    fn blocks_bring_the_arms_nearer_than_chance_does() {
        let figures: Vec<(u8, u16)> = (0..200).map(|i| ((i % 4) as u8, ((i * i * 37) % 5000) as u16)).collect();
        let known = units(&figures);
        let apart = |side: &dyn Fn(&Known) -> u8| -> f64 {
            let sum = |wanted: u8| known.iter().filter(|unit| side(unit) == wanted).map(|unit| unit.figure).sum::<f64>();
            (sum(0) - sum(1)).abs()
        };
        for salt in ["a", "b", "c", "d", "e"] {
            let dealt = deal(known.clone(), &[1, 1], salt);
            let blocked = apart(&|unit| dealt[&unit.unit]);
            let by_chance = apart(&|unit| (assign::bucket(salt, &unit.unit, 2)) as u8);
            assert!(blocked < 12_000.0 && (blocked < by_chance || by_chance < 4_000.0), "{salt}: {blocked} against {by_chance}");
        }
    }

    #[test]
    fn which_side_of_a_pair_is_left_to_chance() {
        let pair = || {
            vec![
                Known { unit: "a".into(), stratum: String::new(), figure: 1.0 },
                Known { unit: "b".into(), stratum: String::new(), figure: 1.0 },
            ]
        };
        let first = (0..400).filter(|salt| deal(pair(), &[1, 1], &salt.to_string())["a"] == 0).count();
        assert!((140..260).contains(&first), "{first}");
    }
}
