//! How skewed a metric is: the third moment, mergeable as well. Adequacy checks ask for it, the tests themselves do not.

use serde::{Deserialize, Serialize};

/// Units, mean, and sums of squared and cubed deviations (Pébay 2008, SAND2008-6212, equations 2.1 and following).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    units: u64,
    mean: f64,
    squares: f64,
    cubes: f64,
}

impl Shape {
    /// Adds one unit.
    pub fn push(&mut self, value: f64) {
        *self = self.merge(&Self { units: 1, mean: value, squares: 0.0, cubes: 0.0 });
    }

    /// From the mean and sums of squared and cubed deviations.
    pub fn from_centred(units: u64, mean: f64, squares: f64, cubes: f64) -> Self {
        Self { units, mean, squares, cubes }
    }

    /// The shape of `successes` ones among `units` zeros and ones.
    pub fn of_successes(units: u64, successes: u64) -> Self {
        if units == 0 {
            return Self::default();
        }
        let (n, p) = (units as f64, successes as f64 / units as f64);
        let squares = n * p * (1.0 - p);
        Self { units, mean: p, squares, cubes: squares * (1.0 - 2.0 * p) }
    }

    /// The shape of a ratio metric's residuals: numerator minus ratio times denominator of each unit, the ratio being that of the sums.
    pub fn of_ratio(units: &[[f64; 2]]) -> Self {
        let ratio = units.iter().map(|unit| unit[0]).sum::<f64>() / units.iter().map(|unit| unit[1]).sum::<f64>();
        let ratio = if ratio.is_finite() { ratio } else { 0.0 };
        units.iter().map(|[numerator, denominator]| numerator - ratio * denominator).collect()
    }

    /// The shape of the units of both.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        if self.units == 0 || other.units == 0 {
            return if self.units == 0 { *other } else { *self };
        }
        let (n, m) = (self.units as f64, other.units as f64);
        let total = n + m;
        let apart = other.mean - self.mean;
        let share = apart / total;
        Self {
            units: self.units + other.units,
            mean: self.mean + share * m,
            squares: self.squares + other.squares + apart * share * n * m,
            cubes: self.cubes
                + other.cubes
                + apart * share * share * n * m * (n - m)
                + 3.0 * share * (n * other.squares - m * self.squares),
        }
    }

    /// How many units.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// Mean; 0 without units.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Skewness (population form): 0 when symmetric, 2 for waiting times, 10 and more for revenue per visitor; 0 without spread.
    pub fn skewness(&self) -> f64 {
        if self.squares <= 0.0 { 0.0 } else { (self.units as f64).sqrt() * self.cubes / self.squares.powf(1.5) }
    }
}

impl FromIterator<f64> for Shape {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut shape = Self::default();
        values.into_iter().for_each(|value| shape.push(value));
        shape
    }
}
