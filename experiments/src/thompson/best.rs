//! The probability that each of several unknown rates is the largest, without sampling.

use crate::statistics::distributions::beta;

/// Places a rate is looked at on either side of its mean, in standard deviations.
const REACH: f64 = 6.0;
/// Places a rate, both sides together.
const PLACES: u32 = 48;

/// For independent beta distributions `(a, b)`: the probability that each is the largest. Adds up to 1; right to about four digits, and what is
/// chosen by it is chosen with exactly these numbers.
pub fn probabilities(rates: &[(f64, f64)]) -> Vec<f64> {
    let grid = grid(rates);
    let cumulative: Vec<Vec<f64>> = rates.iter().map(|(a, b)| grid.iter().map(|x| beta::cumulative(*x, *a, *b)).collect()).collect();
    let of = |own: usize| -> f64 {
        let below =
            |place: usize| -> f64 { (0..rates.len()).filter(|other| *other != own).map(|other| cumulative[other][place]).product() };
        let steps = (1..grid.len()).map(|place| {
            let mass = (cumulative[own][place] - cumulative[own][place - 1]).max(0.0);
            0.5 * mass * (below(place) + below(place - 1))
        });
        steps.sum()
    };
    let best: Vec<f64> = (0..rates.len()).map(of).collect();
    let sum: f64 = best.iter().sum();
    best.into_iter().map(|probability| probability / sum).collect()
}

/// Places from 0 to 1, dense where any of the rates may lie.
fn grid(rates: &[(f64, f64)]) -> Vec<f64> {
    let around = |(a, b): &(f64, f64)| {
        let mean = a / (a + b);
        let sd = (mean * (1.0 - mean) / (a + b + 1.0)).sqrt();
        (0..=PLACES).map(move |place| mean + sd * REACH * (2.0 * f64::from(place) / f64::from(PLACES) - 1.0))
    };
    let mut grid: Vec<f64> = rates.iter().flat_map(around).filter(|x| *x > 0.0 && *x < 1.0).chain([0.0, 1.0]).collect();
    grid.sort_by(f64::total_cmp);
    grid.dedup();
    grid
}

#[cfg(test)]
mod tests {
    use rand_distr::{Beta, Distribution};

    use super::*;
    use crate::simulate::run;

    #[test]
    fn probabilities_agree_with_many_draws() {
        for rates in [
            vec![(1.0, 1.0), (1.0, 1.0)],
            vec![(6.0, 95.0), (4.0, 97.0), (1.0, 19.0)],
            vec![(5_000.0, 95_000.0), (2.0, 30.0), (260.0, 5_000.0)],
            vec![(0.5, 0.5), (30.0, 70.0), (3.0, 7.0), (300.0, 700.0)],
        ] {
            let draws = 200_000;
            let mut random = run::random("best of rates", 0);
            let mut wins = vec![0.0; rates.len()];
            for _ in 0..draws {
                let drawn: Vec<f64> = rates.iter().map(|(a, b)| Beta::new(*a, *b).unwrap().sample(&mut random)).collect();
                let best = (0..drawn.len()).max_by(|i, j| drawn[*i].total_cmp(&drawn[*j])).unwrap();
                wins[best] += 1.0 / f64::from(draws);
            }
            for (got, want) in probabilities(&rates).into_iter().zip(wins) {
                assert!((got - want).abs() < 0.004, "{rates:?}: {got} for {want}");
            }
        }
    }

    #[test]
    fn equal_rates_are_equally_likely_and_one_alone_is_certain() {
        assert_eq!(probabilities(&[(3.0, 7.0)]), [1.0]);
        assert!(probabilities(&[(3.0, 7.0); 5]).into_iter().all(|p| (p - 0.2).abs() < 1e-12));
        let clear = probabilities(&[(10.0, 1e6), (1e6, 10.0)]);
        assert!(clear[1] > 1.0 - 1e-5 && clear[0] >= 0.0);
    }
}
