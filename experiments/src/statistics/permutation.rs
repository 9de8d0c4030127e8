//! The test for few clusters: which share of all ways to deal the clusters out to the arms gives a studentised difference at least as
//! large? Exact under the null whatever the distribution, where the delta method has 10 % false positives with six products an arm.
//! Studentised, so that it also holds when the arms differ in spread (Janssen 1997; Chung and Romano 2013).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{Arm, Difference, Moments, Refusal, Tail, Which};

/// Below this many clusters an arm no test can be trusted: with 4 and 4 there are 70 ways to deal, and p is hardly ever below 0.05.
pub const CLUSTERS_LEAST: usize = 5;
/// Below this many clusters in both arms together the delta method is too optimistic: with products of a catalogue as clusters it finds
/// 10 % where 5 % are promised with 6 an arm, and still 7 % with 50. From here on both agree and the delta method is quicker.
pub const CLUSTERS_FEW: usize = 1000;

/// A cluster's numerator and denominator, such as clicks and impressions of a product.
pub type Cluster = [f64; 2];

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Permutation {
    /// The difference of the ratios, treatment minus control, with its delta-method error.
    pub difference: Difference,
    /// Two-sided; never below 1 / (draws + 1).
    pub p_value: f64,
    /// Ways to deal that were looked at; all of them where there are no more than asked for.
    pub draws: u64,
}

/// The p-value to decide on for two arms of clusters: by permutation below [`CLUSTERS_FEW`], by the delta method from there on.
///
/// # Errors
/// As [`test`].
pub fn decide(control: &[Cluster], treatment: &[Cluster], draws: u64, seed: u64) -> Result<f64, Refusal> {
    if control.len() + treatment.len() < CLUSTERS_FEW || control.len().min(treatment.len()) < CLUSTERS_LEAST {
        return Ok(test(control, treatment, draws, seed)?.p_value);
    }
    Ok(compare(control, treatment)?.test(0.0, Tail::Both, 0.05)?.p_value)
}

/// Tests the difference of two ratios over clusters. `draws` at random with `seed`, or all ways to deal where there are fewer.
///
/// # Errors
/// Below five clusters an arm, or when the ratios have no variance.
pub fn test(control: &[Cluster], treatment: &[Cluster], draws: u64, seed: u64) -> Result<Permutation, Refusal> {
    for (which, arm) in [(Which::Control, control), (Which::Treatment, treatment)] {
        if arm.len() < CLUSTERS_LEAST {
            return Err(Refusal::TooFewClusters { arm: which, clusters: arm.len() as u64, needed: CLUSTERS_LEAST as u64 });
        }
    }
    let difference = compare(control, treatment)?;
    let seen = studentised(&difference);
    let mut extremes = 0_u64;
    let all: Vec<Cluster> = control.iter().chain(treatment).copied().collect();
    let (dealt, all_ways) = deal(all, treatment.len(), draws, seed, |found| extremes += u64::from(found >= seen * (1.0 - 1e-12)));
    let p_value = if all_ways { extremes as f64 / dealt as f64 } else { (extremes + 1) as f64 / (dealt + 1) as f64 };
    Ok(Permutation { difference, p_value, draws: dealt })
}

/// How many standard errors a difference has to be away from 0 to be called one at level `alpha`: the ends of the interval that says the same
/// as [`test`] with these draws. Infinite where there are too few ways to deal for that level.
///
/// # Errors
/// As [`test`], and when `alpha` is not a level.
pub fn critical(control: &[Cluster], treatment: &[Cluster], draws: u64, seed: u64, alpha: f64) -> Result<f64, Refusal> {
    Refusal::unless_level("alpha", alpha)?;
    compare(control, treatment)?;
    let mut seen = Vec::new();
    let all: Vec<Cluster> = control.iter().chain(treatment).copied().collect();
    let (dealt, all_ways) = deal(all, treatment.len(), draws, seed, |found| seen.push(found));
    seen.sort_by(|a, b| b.total_cmp(a));
    // As many may be as large before p is above alpha.
    let allowed = if all_ways { alpha * dealt as f64 } else { alpha * (dealt + 1) as f64 - 1.0 };
    Ok(if allowed < 0.0 { f64::INFINITY } else { seen.get(allowed.floor() as usize).copied().unwrap_or(f64::INFINITY) })
}

/// Deals the clusters out again, `chosen` to the treatment, and tells each studentised difference; how many deals, and whether these were
/// all there are. A deal without variance says nothing and counts as infinitely far, which can only make the test more cautious.
fn deal(mut all: Vec<Cluster>, chosen: usize, draws: u64, seed: u64, mut tell: impl FnMut(f64)) -> (u64, bool) {
    let mut look = |dealt: &[Cluster]| {
        let (treatment, control) = dealt.split_at(chosen);
        tell(compare(control, treatment).map_or(f64::INFINITY, |found| studentised(&found)));
    };
    let ways = ways_to_choose(all.len() as u64, chosen as u64);
    if ways <= draws {
        let mut picked: Vec<usize> = (0..chosen).collect();
        loop {
            let is_picked = |index: &usize| picked.binary_search(index).is_ok();
            let (first, rest): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(is_picked);
            let dealt: Vec<Cluster> = first.into_iter().chain(rest).map(|index| all[index]).collect();
            look(&dealt);
            if !next_choice(&mut picked, all.len()) {
                break;
            }
        }
        return (ways, true);
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..draws {
        for index in 0..chosen {
            let other = index + below(&mut random, (all.len() - index) as u64) as usize;
            all.swap(index, other);
        }
        look(&all);
    }
    (draws, false)
}

fn studentised(difference: &Difference) -> f64 {
    (difference.effect / difference.std_error).abs()
}

fn compare(control: &[Cluster], treatment: &[Cluster]) -> Result<Difference, Refusal> {
    let arm = |which, clusters: &[Cluster]| Arm::ratio(which, &clusters.iter().copied().collect::<Moments<2>>());
    Difference::absolute(&arm(Which::Control, control)?, &arm(Which::Treatment, treatment)?)
}

/// A number below `bound`, each as likely as the others (Lemire 2019, by rejection).
fn below(random: &mut ChaCha8Rng, bound: u64) -> u64 {
    let threshold = bound.wrapping_neg() % bound;
    loop {
        let wide = u128::from(random.next_u64()) * u128::from(bound);
        if wide as u64 >= threshold {
            return (wide >> 64) as u64;
        }
    }
}

/// `n` choose `k`, at most `u64::MAX`.
fn ways_to_choose(n: u64, k: u64) -> u64 {
    (0..k.min(n - k)).try_fold(1u64, |ways, i| Some(ways.checked_mul(n - i)? / (i + 1))).unwrap_or(u64::MAX)
}

/// The next choice in the order of the dictionary; false after the last.
fn next_choice(picked: &mut [usize], n: usize) -> bool {
    let k = picked.len();
    let Some(moving) = (0..k).rev().find(|place| picked[*place] < n - k + place) else { return false };
    picked[moving] += 1;
    for place in moving + 1..k {
        picked[place] = picked[place - 1] + 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(rates: &[f64]) -> Vec<Cluster> {
        rates.iter().enumerate().map(|(i, rate)| [rate * (100.0 + i as f64), 100.0 + i as f64]).collect()
    }

    #[test]
    fn arms_that_do_not_overlap_are_the_most_extreme_of_all_deals() {
        let (low, high) = (clusters(&[0.01, 0.02, 0.03, 0.04, 0.05]), clusters(&[0.11, 0.12, 0.13, 0.14, 0.15]));
        let found = test(&low, &high, 1000, 0).unwrap();
        assert_eq!(found.draws, 252);
        assert_eq!(found.p_value, 2.0 / 252.0);
        assert!((found.difference.effect - 0.1).abs() < 0.001);
        let turned = test(&high, &low, 1000, 0).unwrap();
        assert_eq!((turned.p_value, turned.difference.effect), (found.p_value, -found.difference.effect));
    }

    #[test]
    fn few_clusters_are_refused_and_draws_depend_on_the_seed_alone() {
        assert!(matches!(test(&clusters(&[0.1; 4]), &clusters(&[0.1, 0.2, 0.3, 0.2, 0.1]), 99, 1), Err(Refusal::TooFewClusters { .. })));
        let arm = |shift: f64| clusters(&(0..15).map(|i| 0.05 + shift + 0.01 * f64::from((i * 7) % 11)).collect::<Vec<_>>());
        let (a, b) = (arm(0.0), arm(0.02));
        let found = test(&a, &b, 499, 7).unwrap();
        assert_eq!(found, test(&a, &b, 499, 7).unwrap());
        assert!(found.p_value > 1.0 / 500.0 && found.p_value < 0.5 && found.draws == 499, "{found:?}");
    }

    #[test]
    fn the_interval_says_what_the_test_says() {
        for (count, shift, seed) in [(6, 0.0, 1), (6, 0.03, 2), (6, 0.06, 3), (15, 0.01, 4), (15, 0.02, 5), (15, 0.04, 6)] {
            let arm =
                |shift: f64, turn: u32| clusters(&(0..count).map(|i| 0.05 + shift + 0.01 * f64::from((i * turn) % 11)).collect::<Vec<_>>());
            let (a, b) = (arm(0.0, 7), arm(shift, 5));
            let found = test(&a, &b, 999, seed).unwrap();
            let away = studentised(&found.difference);
            for alpha in [0.01, 0.05, 0.2] {
                let needed = critical(&a, &b, 999, seed, alpha).unwrap();
                assert_eq!(found.p_value <= alpha, away > needed * (1.0 + 1e-9), "{count} {shift} {alpha}: {found:?} {away} {needed}");
            }
        }
        // Nine deals cannot show one of twenty.
        let (a, b) = (clusters(&[0.1, 0.3, 0.2, 0.4, 0.15]), clusters(&[0.1, 0.2, 0.3, 0.25, 0.1]));
        assert_eq!(critical(&a, &b, 9, 1, 0.05).ok(), Some(f64::INFINITY));
    }

    /// The share of null worlds with p up to 0.05, six products an arm, impressions and click rates as uneven as in shops.
    #[test]
    fn six_products_an_arm_have_no_more_false_positives_than_promised() {
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let mut uniform = || (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        let worlds = 600;
        let mut found = 0;
        for seed in 0..worlds {
            let mut arm = || -> Vec<Cluster> {
                (0..6)
                    .map(|_| {
                        let normal = (-2.0 * uniform().max(1e-300).ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos();
                        let impressions = (5.0 + normal).exp().ceil();
                        let rate = 0.02 + 0.1 * uniform() * uniform();
                        [rate * impressions, impressions]
                    })
                    .collect()
            };
            found += u32::from(test(&arm(), &arm(), 199, seed).unwrap().p_value <= 0.05);
        }
        // Three standard errors over 5 %.
        assert!(f64::from(found) <= 600.0 * (0.05 + 3.0 * 0.0089), "{found} of {worlds}");
    }
}
