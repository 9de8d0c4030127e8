//! Means, variances and covariances of up to a few variables, as a summary that adds up over days, shards and machines.
//!
//! Centred throughout: raw sums of squares lose every digit when values are large against their spread. Merging follows Chan, Golub and
//! LeVeque (1979), extended to products of two variables; one value is merged as a summary of its own (Welford 1962).

use serde::{Deserialize, Serialize};

/// Units counted, mean of each of `K` variables, and sums of products of deviations from those means.
///
/// [`Moments::merge`] is the only combination: any split of the values and any order of merging gives the same summary up to rounding
/// in the last digits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Moments<const K: usize> {
    units: u64,
    means: [f64; K],
    // Symmetric: products[i][j] is the sum over units of (x_i - mean_i)(x_j - mean_j).
    products: [[f64; K]; K],
}

impl<const K: usize> Default for Moments<K> {
    fn default() -> Self {
        Self { units: 0, means: [0.0; K], products: [[0.0; K]; K] }
    }
}

impl<const K: usize> Moments<K> {
    /// The summary of one unit.
    pub fn of_one(values: [f64; K]) -> Self {
        Self { units: 1, means: values, products: [[0.0; K]; K] }
    }

    /// From sums and sums of products as a warehouse query gives them: `sums[i]` of variable i, `products[i][j]` of i times j.
    ///
    /// What such sums have lost is lost: a variance within their rounding error is taken for 0, not for noise.
    pub fn from_sums(units: u64, sums: [f64; K], products: [[f64; K]; K]) -> Self {
        let mut moments = Self { units, ..Self::default() };
        if units == 0 {
            return moments;
        }
        let n = units as f64;
        moments.means = sums.map(|sum| sum / n);
        for i in 0..K {
            for j in 0..K {
                moments.products[i][j] = products[i][j] - sums[i] * sums[j] / n;
            }
            if moments.products[i][i].abs() <= 8.0 * f64::EPSILON * products[i][i].abs() {
                moments.products[i][i] = 0.0;
            }
        }
        moments
    }

    /// From means and sums of products of deviations, as exact sums or a two-pass query give them.
    pub fn from_centred(units: u64, means: [f64; K], products: [[f64; K]; K]) -> Self {
        Self { units, means, products }
    }

    /// Adds one unit.
    pub fn push(&mut self, values: [f64; K]) {
        *self = self.merge(&Self::of_one(values));
    }

    /// The summary of the units of both.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        if other.units == 0 {
            return *self;
        }
        if self.units == 0 {
            return *other;
        }
        let (n, m) = (self.units as f64, other.units as f64);
        let total = n + m;
        let apart: [f64; K] = std::array::from_fn(|i| other.means[i] - self.means[i]);
        // From the larger side, which moves less.
        let means = if n >= m {
            std::array::from_fn(|i| self.means[i] + apart[i] * (m / total))
        } else {
            std::array::from_fn(|i| other.means[i] - apart[i] * (n / total))
        };
        let products = std::array::from_fn(|i| {
            std::array::from_fn(|j| self.products[i][j] + other.products[i][j] + apart[i] * apart[j] * (n * (m / total)))
        });
        Self { units: self.units + other.units, means, products }
    }

    /// The summary of some of the variables, in the order asked for; each index below `K`.
    #[must_use]
    pub fn pick<const J: usize>(&self, variables: [usize; J]) -> Moments<J> {
        Moments {
            units: self.units,
            means: variables.map(|i| self.means[i]),
            products: variables.map(|i| variables.map(|j| self.products[i][j])),
        }
    }

    /// How many units.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// Mean of variable `i`; 0 without units.
    pub fn mean(&self, i: usize) -> f64 {
        self.means[i]
    }

    /// Sum of variable `i`.
    pub fn sum(&self, i: usize) -> f64 {
        self.means[i] * self.units as f64
    }

    /// Sample variance of variable `i` (divisor `n - 1`); 0 below two units.
    pub fn variance(&self, i: usize) -> f64 {
        self.covariance(i, i)
    }

    /// Sample covariance of variables `i` and `j` (divisor `n - 1`); 0 below two units.
    pub fn covariance(&self, i: usize, j: usize) -> f64 {
        if self.units < 2 { 0.0 } else { self.products[i][j] / (self.units as f64 - 1.0) }
    }

    /// Whether every number in it is finite.
    pub fn is_finite(&self) -> bool {
        self.means.iter().chain(self.products.iter().flatten()).all(|x| x.is_finite())
    }
}

impl<const K: usize> FromIterator<[f64; K]> for Moments<K> {
    fn from_iter<I: IntoIterator<Item = [f64; K]>>(values: I) -> Self {
        let mut moments = Self::default();
        values.into_iter().for_each(|value| moments.push(value));
        moments
    }
}

/// The stored form: the upper triangle of the products, row by row.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    units: u64,
    means: Vec<f64>,
    products: Vec<f64>,
}

impl<const K: usize> From<Moments<K>> for Stored {
    fn from(moments: Moments<K>) -> Self {
        let products = (0..K).flat_map(|i| (i..K).map(move |j| (i, j))).map(|(i, j)| moments.products[i][j]).collect();
        Self { units: moments.units, means: moments.means.to_vec(), products }
    }
}

impl<const K: usize> TryFrom<Stored> for Moments<K> {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let wrong = || format!("a summary of {K} variables has {K} means and {} products", K * (K + 1) / 2);
        let means: [f64; K] = stored.means.try_into().map_err(|_| wrong())?;
        if stored.products.len() != K * (K + 1) / 2 {
            return Err(wrong());
        }
        let mut moments = Self { units: stored.units, means, products: [[0.0; K]; K] };
        let mut next = stored.products.into_iter();
        for i in 0..K {
            for j in i..K {
                let product = next.next().unwrap_or(0.0);
                moments.products[i][j] = product;
                moments.products[j][i] = product;
            }
        }
        Ok(moments)
    }
}
