//! Sums, sums of products and of cubes in 256-bit integers. Raw sums of squares lose digits in floating point; in whole numbers they
//! lose none, and unlike centred moments they can be taken away again.

use std::collections::BTreeMap;

use ethnum::I256;
use serde::{Deserialize, Serialize};

use super::MILLIONTHS;
use crate::design::Metric;
use crate::evidence::{Cell, Histogram, MetricSummary};
use crate::statistics::{Moments, Shape};

/// One unit's numbers of one metric, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UnitTotals {
    /// Outcome, denominator, and both from before the start; the outcome and its predecessor after the cap.
    pub values: [i64; 4],
    /// Outcome and its predecessor before the cap; `None` where the metric has none.
    pub uncapped: Option<[i64; 2]>,
    /// Whether a bucket of the histogram is kept for it.
    pub histogram: bool,
}

/// Sums over units of one metric.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExactSums {
    powers: Powers,
    cubes: I256,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uncapped: Option<Powers>,
    #[serde(default)]
    capped: i64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    histogram: BTreeMap<u32, i64>,
}

/// First and second powers of four variables; the second as the upper triangle, row by row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Powers([I256; 4], [I256; 10]);

/// Sums over units of all metrics of a design, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExactCell {
    /// Units.
    pub units: i64,
    /// Events.
    pub events: i64,
    /// A sum a metric.
    pub metrics: Vec<ExactSums>,
}

/// Largest amount of a unit's total, millionths: cubes over 2^33 units still fit.
const TOTAL_MOST: i64 = 1 << 60;

impl Powers {
    fn add(&mut self, values: [i64; 4], sign: i64) {
        let values = values.map(|value| i128::from(value.clamp(-TOTAL_MOST, TOTAL_MOST)));
        let mut place = 0;
        for (i, one) in values.iter().enumerate() {
            // Most units did nothing of most kinds.
            if *one != 0 {
                let one = one * i128::from(sign);
                self.0[i] += I256::from(one);
                for (sum, other) in self.1[place..].iter_mut().zip(&values[i..]) {
                    *sum += I256::from(one * other);
                }
            }
            place += values.len() - i;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(sum, more)| *sum += *more);
        self.1.iter_mut().zip(&other.1).for_each(|(sum, more)| *sum += *more);
    }

    /// Centred: `(n * sum of products - product of sums) / n`, exact up to the last division.
    fn moments(&self, units: i64) -> Moments<4> {
        if units <= 0 {
            return Moments::default();
        }
        let n = I256::from(units);
        let mut products = [[0.0; 4]; 4];
        let pairs = (0..4).flat_map(|i| (i..4).map(move |j| (i, j)));
        for (place, (i, j)) in pairs.enumerate() {
            let centred = n * self.1[place] - self.0[i] * self.0[j];
            products[i][j] = centred.as_f64() / units as f64 / (MILLIONTHS * MILLIONTHS);
            products[j][i] = products[i][j];
        }
        Moments::from_centred(units as u64, self.0.map(|sum| sum.as_f64() / units as f64 / MILLIONTHS), products)
    }
}

impl ExactSums {
    /// Adds a unit (`sign` 1) or takes it away (-1).
    pub fn add(&mut self, unit: &UnitTotals, sign: i64) {
        self.powers.add(unit.values, sign);
        let outcome = i128::from(unit.values[0].clamp(-TOTAL_MOST, TOTAL_MOST));
        if outcome != 0 {
            self.cubes += I256::from(outcome * outcome) * I256::from(outcome * i128::from(sign));
        }
        if let Some([outcome, before]) = unit.uncapped {
            let [_, per, _, per_before] = unit.values;
            self.uncapped.get_or_insert_default().add([outcome, per, before, per_before], sign);
            self.capped += sign * i64::from(outcome > unit.values[0]);
        }
        if unit.histogram {
            let bucket = Histogram::bucket(unit.values[0] as f64 / MILLIONTHS);
            let count = self.histogram.entry(bucket).or_default();
            *count += sign;
            if *count == 0 {
                self.histogram.remove(&bucket);
            }
        }
    }

    /// Adds other sums.
    pub fn merge(&mut self, other: &Self) {
        self.powers.merge(&other.powers);
        self.cubes += other.cubes;
        if let Some(more) = &other.uncapped {
            self.uncapped.get_or_insert_default().merge(more);
        }
        self.capped += other.capped;
        for (bucket, more) in &other.histogram {
            let count = self.histogram.entry(*bucket).or_default();
            *count += more;
            if *count == 0 {
                self.histogram.remove(bucket);
            }
        }
    }

    /// As the analysis reads it; `has_cap` is the metric's, so that no trace is left of what was taken away again.
    pub fn summary(&self, units: i64, has_cap: bool) -> MetricSummary {
        let counted = |(bucket, count): (&u32, &i64)| Some((*bucket, u64::try_from(*count).ok().filter(|count| *count > 0)?));
        let histogram: BTreeMap<u32, u64> = self.histogram.iter().filter_map(counted).collect();
        let smallest = histogram.keys().find(|bucket| **bucket > 0).map(|bucket| Histogram::value(*bucket));
        MetricSummary {
            moments: self.powers.moments(units),
            shape: self.shape(units),
            uncapped: has_cap.then(|| self.uncapped.as_ref().map(|powers| powers.moments(units)).unwrap_or_default()),
            capped_units: self.capped.max(0) as u64,
            smallest,
            histogram: Histogram(histogram),
        }
    }

    /// `n² Σ(x - mean)³ = n² Σx³ - 3 n Σx Σx² + 2 (Σx)³`.
    fn shape(&self, units: i64) -> Shape {
        if units <= 0 {
            return Shape::default();
        }
        let (n, sum, squares) = (I256::from(units), self.powers.0[0], self.powers.1[0]);
        let centred_squares = (n * squares - sum * sum).as_f64() / units as f64 / MILLIONTHS.powi(2);
        let cubes = n * n * self.cubes - I256::from(3) * n * sum * squares + I256::from(2) * sum * sum * sum;
        let cubes = cubes.as_f64() / (units as f64).powi(2) / MILLIONTHS.powi(3);
        Shape::from_centred(units as u64, sum.as_f64() / units as f64 / MILLIONTHS, centred_squares, cubes)
    }
}

impl ExactCell {
    /// Whether adding it changes nothing.
    pub fn is_nothing(&self) -> bool {
        let nothing = ExactSums { uncapped: Some(Powers::default()), ..ExactSums::default() };
        let is_nothing =
            |sums: &ExactSums| ExactSums { uncapped: Some(sums.uncapped.clone().unwrap_or_default()), ..sums.clone() } == nothing;
        self.units == 0 && self.events == 0 && self.metrics.iter().all(is_nothing)
    }

    /// Adds another cell.
    pub fn merge(&mut self, other: &Self) {
        self.units += other.units;
        self.events += other.events;
        if self.metrics.len() < other.metrics.len() {
            self.metrics.resize_with(other.metrics.len(), ExactSums::default);
        }
        self.metrics.iter_mut().zip(&other.metrics).for_each(|(sums, more)| sums.merge(more));
    }

    /// As the analysis reads it: every metric of the design is there, whether anything was seen of it or not.
    pub fn cell(&self, metrics: &[Metric]) -> Cell {
        let nothing = ExactSums::default();
        let sums = self.metrics.iter().chain(std::iter::repeat(&nothing));
        let summary = |(metric, sums): (&Metric, &ExactSums)| (metric.name.clone(), sums.summary(self.units, metric.cap.is_some()));
        Cell { units: self.units.max(0) as u64, metrics: metrics.iter().zip(sums).map(summary).collect() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn totals(values: [i64; 4]) -> UnitTotals {
        UnitTotals { values, uncapped: None, histogram: true }
    }

    fn sums(units: &[[i64; 4]]) -> ExactSums {
        let mut sums = ExactSums::default();
        units.iter().for_each(|values| sums.add(&totals(*values), 1));
        sums
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_what_was_added_can_be_taken_away(
            units in prop::collection::vec([-2_000_000_000i64..2_000_000_000, 0i64..9_000_000, 0i64..5, -9i64..9], 1..40),
            turn in 0usize..40,
        ) {
            let mut turned = units.clone();
            turned.rotate_left(turn % units.len());
            prop_assert_eq!(sums(&units), sums(&turned));
            let mut one_more = sums(&units);
            one_more.add(&totals([77_000_001, 3, 2, 1]), 1);
            one_more.add(&totals([77_000_001, 3, 2, 1]), -1);
            prop_assert_eq!(one_more, sums(&units));
        }

        #[test]
        fn it_agrees_with_centred_moments(units in prop::collection::vec([0i64..90_000_000, 1i64..9_000_000, 0i64..50_000_000, 0i64..9_000_000], 2..40)) {
            let exact = sums(&units).summary(units.len() as i64, false);
            let centred: Moments<4> = units.iter().map(|unit| unit.map(|value| value as f64 / MILLIONTHS)).collect();
            let shape: Shape = units.iter().map(|unit| unit[0] as f64 / MILLIONTHS).collect();
            let close = |a: f64, b: f64, scale: f64| (a - b).abs() <= 1e-9 * scale.max(1e-9);
            for i in 0..4 {
                prop_assert!(close(exact.moments.mean(i), centred.mean(i), 90.0));
                for j in 0..4 {
                    prop_assert!(close(exact.moments.covariance(i, j), centred.covariance(i, j), 8100.0));
                }
            }
            prop_assert!(close(exact.shape.skewness(), shape.skewness(), 1e3));
        }
    }

    #[test]
    fn values_far_from_zero_keep_their_spread() {
        let far: Vec<[i64; 4]> = (0..1000).map(|i| [999_999_999_000_000 + i % 2 * 1_000_000, 1, 0, 0]).collect();
        let variance = sums(&far).summary(1000, false).moments.variance(0);
        assert!((variance - 0.25 * 1000.0 / 999.0).abs() < 1e-12, "{variance}");
    }

    #[test]
    fn it_survives_being_written_and_read() {
        let sums = sums(&[[1_500_000, 2, 3, 4], [-7, 0, 0, 1]]);
        let text = serde_json::to_string(&sums).unwrap();
        assert_eq!(serde_json::from_str::<ExactSums>(&text).unwrap(), sums);
    }
}
