//! The standard normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

use libm::erfc;
use statrs::function::erf::erfc_inv;

/// Density at `z`.
pub fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// `P(Z > z)`, exact in relative terms down to the smallest doubles.
pub fn survival(z: f64) -> f64 {
    0.5 * erfc(z * FRAC_1_SQRT_2)
}

/// `P(Z <= z)`.
pub fn cumulative(z: f64) -> f64 {
    survival(-z)
}

/// `ln P(Z > z)`, also where the probability itself underflows.
pub fn ln_survival(z: f64) -> f64 {
    if z < 30.0 {
        return survival(z).ln();
    }
    let y = 1.0 / (z * z);
    let series = 1.0 - y * (1.0 - 3.0 * y * (1.0 - 5.0 * y * (1.0 - 7.0 * y)));
    -0.5 * z * z - z.ln() - 0.5 * (2.0 * PI).ln() + series.ln()
}

/// The `z` with `P(Z > z) = q`, for `0 < q < 1`; one Newton step on top of `statrs`' inverse brings it to the last digits.
pub fn upper_quantile(q: f64) -> f64 {
    if q > 0.5 {
        return -upper_quantile(1.0 - q);
    }
    let start = SQRT_2 * erfc_inv(2.0 * q);
    let slope = density(start);
    if slope > 0.0 && start.is_finite() { start + (survival(start) - q) / slope } else { start }
}

/// The `z` with `P(Z <= z) = p`.
pub fn quantile(p: f64) -> f64 {
    -upper_quantile(p)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::excessive_precision, reason = "published digits stay as they were published")]

    use super::*;

    #[test]
    fn tails_and_quantiles_agree_with_published_values() {
        // scipy.stats.norm, mpmath for the logarithm.
        for (z, want) in
            [(1.0, 0.15865525393145707), (5.0, 2.866515718791933e-07), (10.0, 7.61985302416047e-24), (37.0, 5.7255712225239266e-300)]
        {
            assert!((survival(z) / want - 1.0).abs() < 1e-12, "{z}: {}", survival(z));
        }
        assert!((ln_survival(100.0) - -5005.524208694205).abs() < 1e-9);
        for (q, want) in [(0.025, 1.959963984540054), (1e-10, 6.361340902404056), (1e-200, 30.205594179579446)] {
            assert!((upper_quantile(q) / want - 1.0).abs() < 1e-13, "{q}: {}", upper_quantile(q));
        }
        assert_eq!(upper_quantile(0.5), 0.0);
    }
}
