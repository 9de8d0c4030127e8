//! What looking early does to a test that was made for one look.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::statistics::distributions::normal;

/// How often looking every day finds something that is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Peeking {
    /// Looks.
    pub looks: u32,
    /// Share of experiments without any effect in which one of the looks is called a difference, 0 to 1.
    pub false_positives: f64,
    /// The same in words.
    pub sentence: String,
}

/// More looks hardly change the figure, and take their time.
const LOOKS_MOST: u64 = 60;

impl Peeking {
    /// One look a day, stopping at the first that is below the level.
    pub(super) fn daily(days: u64, alpha: f64) -> Self {
        let looks = days.clamp(1, LOOKS_MOST) as u32;
        let share = false_positives(looks, alpha);
        let sentence = format!(
            "Looking at the numbers of one look on each of {looks} days, and stopping at the first that seems to differ, calls a difference in \
             {:.0} % of experiments without any: look once, or use the numbers that hold at any time.",
            100.0 * share
        );
        Self { looks, false_positives: share, sentence }
    }
}

/// The chance that a two-sided test of level `alpha`, looked at `looks` times after equal amounts of data, is ever significant without an
/// effect (Armitage, McPherson and Rowe 1969): the walk of the sum that has stayed inside all bounds so far, by Simpson's rule.
pub fn false_positives(looks: u32, alpha: f64) -> f64 {
    const STEPS: u32 = 240;
    let z = normal::upper_quantile(0.5 * alpha);
    let grid = |bound: f64| -> Vec<(f64, f64)> {
        let width = 2.0 * bound / f64::from(STEPS);
        let weight = |i: u32| match i {
            0 | STEPS => 1.0,
            odd if odd % 2 == 1 => 4.0,
            _ => 2.0,
        };
        (0..=STEPS).map(|i| (-bound + f64::from(i) * width, weight(i) * width / 3.0)).collect()
    };
    let mut inside: Vec<(f64, f64)> = grid(z).into_iter().map(|(x, weight)| (x, weight * normal::density(x))).collect();
    for look in 2..=looks {
        let bound = z * f64::from(look).sqrt();
        inside = grid(bound)
            .into_iter()
            .map(|(y, weight)| (y, weight * inside.iter().map(|(x, mass)| mass * normal::density(y - x)).sum::<f64>()))
            .collect();
    }
    (1.0 - inside.iter().map(|(_, mass)| mass).sum::<f64>()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_more_often_finds_more_that_is_not_there() {
        // Armitage, McPherson and Rowe 1969, table 2, level 5 %.
        for (looks, published) in [(1, 0.050), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193), (20, 0.248), (50, 0.320)] {
            let found = false_positives(looks, 0.05);
            assert!((found - published).abs() < 0.0006, "{looks}: {found}");
        }
    }
}
