//! Distributions by their survival functions, good far into the tail: p-values come from these and never from `1 - cdf`.
//!
//! The error function and the logarithm of the gamma function are those of `libm`, which are right to the last digit; the incomplete gamma
//! function is that of `statrs`. The incomplete beta function of `statrs` stops after 140 terms, which is too early for the degrees of freedom that traffic gives (a thousand and more), so that
//! Student's t and the beta distribution are computed here.

pub mod beta;
pub mod chi_squared;
pub mod noncentral_t;
pub mod normal;
pub mod student_t;

use libm::lgamma;

/// Logarithm of the gamma function, `x > 0`.
pub fn ln_gamma(x: f64) -> f64 {
    if x < STIRLING_FROM { lgamma(x) } else { (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + stirling_rest(x) }
}

/// `ln(gamma(a + b) / gamma(a))` for `b` small against `a`, without the loss of digits of a difference of big logarithms.
pub fn ln_gamma_step(a: f64, b: f64) -> f64 {
    if a < STIRLING_FROM {
        return lgamma(a + b) - lgamma(a);
    }
    // Stirling's formula at both ends; (a - 1/2) ln(1 + b/a) keeps what a difference of logarithms would cancel.
    (a - 0.5) * (b / a).ln_1p() + b * (a + b).ln() - b + stirling_rest(a + b) - stirling_rest(a)
}

/// From here on Stirling's series is exact to the last digit.
const STIRLING_FROM: f64 = 32.0;

/// What Stirling's formula leaves: `ln gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2)`.
fn stirling_rest(x: f64) -> f64 {
    let y = 1.0 / (x * x);
    (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x
}
