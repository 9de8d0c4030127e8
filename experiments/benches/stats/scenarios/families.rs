//! Ten independent metrics, and the ways to correct for their number.

use vitrine_experiments::simulate::worlds::standard;
use vitrine_experiments::statistics::distributions::normal;
use vitrine_experiments::statistics::multiplicity;

use super::{Size, count, mean};
use crate::table::{Figure, Row, Target};

const METRICS: usize = 10;

/// Claims among metrics without an effect, and among those with one.
type Claims = (usize, usize);

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    // What scipy 1.17.1 (false_discovery_control) and Holm's definition in numpy give in 200,000 such worlds: all null; then five with an
    // effect: family-wise errors, false discoveries, power.
    type Correct = fn(&[f64]) -> Vec<f64>;
    let corrections: [(&str, Correct, [f64; 4]); 3] = [
        ("uncorrected", |p| p.to_vec(), [0.4008, 0.2263, 0.0474, 0.8513]),
        ("Holm", |p| multiplicity::holm(p).unwrap(), [0.0484, 0.0368, 0.0095, 0.6139]),
        ("Benjamini-Hochberg", |p| multiplicity::benjamini_hochberg(p).unwrap(), [0.0496, 0.1171, 0.0251, 0.7500]),
    ];
    let claims = |real: usize, correct: Correct| -> Vec<Claims> {
        size.worlds(&format!("families, {real} real"), |random| {
            let p_values: Vec<f64> = (0..METRICS)
                .map(|metric| 2.0 * normal::survival((standard(random) + if metric < real { 3.0 } else { 0.0 }).abs()))
                .collect();
            let adjusted = correct(&p_values);
            let claimed = |metrics: &[f64]| metrics.iter().filter(|p| **p <= 0.05).count();
            (claimed(&adjusted[real..]), claimed(&adjusted[..real]))
        })
    };
    let mut rows = Vec::new();
    // The same by statsmodels in 4,000 worlds.
    let peers = [["40.1", "21.5", "4.5", "85"], ["4.8", "3.3", "0.9", "61"], ["4.8", "10.8", "2.3", "75"]];
    for ((name, correct, [null, family, discovery, power]), peers) in corrections.into_iter().zip(peers) {
        let (none, half) = (claims(0, correct), claims(METRICS / 2, correct));
        let any = |claims: &[Claims]| Figure::Share { hits: count(claims, |(wrong, _)| *wrong > 0) as u64, of: claims.len() as u64 };
        let discoveries = mean(half.iter().map(|(wrong, right)| *wrong as f64 / (wrong + right).max(1) as f64));
        let found = mean(half.iter().map(|(_, right)| *right as f64 / 5.0));
        let of_worlds = |share: f64| Figure::Share { hits: (share * half.len() as f64).round() as u64, of: half.len() as u64 };
        let figures = [
            ("ten without an effect", "any claimed", any(&none), null),
            ("five with an effect, five without", "any of those without claimed", any(&half), family),
            ("five with an effect, five without", "wrong ones among the claims", of_worlds(discoveries), discovery),
            ("five with an effect, five without", "effects found", of_worlds(found), power),
        ];
        for ((world, what, ours, theirs), peer) in figures.into_iter().zip(peers) {
            let mut row = Row::share(section, world, format!("{what}, {name}"), 0, 1);
            row.ours = ours;
            rows.push(row.peer(peer).target(Target::Between { low: (theirs - 0.01).max(0.0), high: theirs + 0.01, promise: theirs }));
        }
    }
    rows
}
