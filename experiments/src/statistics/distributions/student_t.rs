//! Student's t distribution for any positive degrees of freedom, from 0.1 to far above a thousand million.
//!
//! Tail from the incomplete beta function: a power series near the centre, a continued fraction (Lentz's way) further out, with a
//! prefactor in logarithms; for very many degrees of freedom from the normal distribution by Hill's expansion.

use std::f64::consts::PI;

use super::{ln_gamma_step, normal};

/// `P(T > t)` with `dof` degrees of freedom.
pub fn survival(t: f64, dof: f64) -> f64 {
    if t < 0.0 {
        return 1.0 - survival(-t, dof);
    }
    ln_survival_of_positive(t, dof).exp()
}

/// `ln P(T > t)`, also where the probability itself underflows.
pub fn ln_survival(t: f64, dof: f64) -> f64 {
    if t < 0.0 { (-survival(-t, dof)).ln_1p() } else { ln_survival_of_positive(t, dof) }
}

/// `2 P(T > |t|)`: the p-value of a two-sided test.
pub fn two_sided(t: f64, dof: f64) -> f64 {
    (2.0 * survival(t.abs(), dof)).min(1.0)
}

/// The `t` with `P(T > t) = q`, for `0 < q < 1`.
pub fn upper_quantile(q: f64, dof: f64) -> f64 {
    if q > 0.5 {
        return -upper_quantile(1.0 - q, dof);
    }
    if q == 0.5 {
        return 0.0;
    }
    let target = q.ln();
    let above = |t: f64| ln_survival_of_positive(t, dof) > target;
    let mut t = start(q, dof);
    // A bracket for the steps of Newton's method to stay in.
    let (mut low, mut high) = (0.0, t.max(1.0));
    while above(high) {
        low = high;
        high *= 2.0;
        if !high.is_finite() {
            return f64::INFINITY;
        }
    }
    if !(t > low && t < high) {
        t = 0.5 * (low + high);
    }
    for _ in 0..200 {
        let tail = ln_survival_of_positive(t, dof);
        if tail > target {
            low = t;
        } else {
            high = t;
        }
        // d ln(survival) / dt = -density / survival
        let step = (tail - target) * (tail - ln_density(t, dof)).exp();
        let mut next = t + step;
        if !(next > low && next < high) {
            next = 0.5 * (low + high);
        }
        let moved = (next - t).abs();
        t = next;
        if moved <= 1e-15 * t.abs() {
            break;
        }
    }
    t
}

/// Logarithm of the density at `t`.
pub fn ln_density(t: f64, dof: f64) -> f64 {
    ln_gamma_step(0.5 * dof, 0.5) - 0.5 * (PI * dof).ln() - 0.5 * (dof + 1.0) * (t * t / dof).ln_1p()
}

/// The expansion of Cornish and Fisher around the normal quantile; rough for few degrees of freedom.
fn start(q: f64, dof: f64) -> f64 {
    let z = normal::upper_quantile(q);
    let (z2, z3) = (z * z, z * z * z);
    z + (z3 + z) / (4.0 * dof) + (5.0 * z3 * z2 + 16.0 * z3 + 3.0 * z) / (96.0 * dof * dof)
}

/// From here on Hill's expansion is exact to 12 digits out to 33 deviations, and the continued fraction begins to lose them.
const HILL_FROM: f64 = 20_000.0;

/// The standard normal deviate with the same tail (Hill 1970, Algorithm 395 of the CACM).
fn as_normal(square: f64, dof: f64) -> f64 {
    let a = dof - 0.5;
    let b = 48.0 * a * a;
    let z2 = a * (square / dof).ln_1p();
    let second = (((4.0 * z2 + 33.0) * z2 + 240.0) * z2 + 855.0) / (10.0 * b * (b + 0.8 * z2 * z2 + 100.0));
    z2.sqrt() * (1.0 + (z2 + 3.0) / b - second)
}

fn ln_survival_of_positive(t: f64, dof: f64) -> f64 {
    if t.is_infinite() {
        return f64::NEG_INFINITY;
    }
    let square = t * t;
    if dof > HILL_FROM {
        return normal::ln_survival(as_normal(square, dof));
    }
    let (a, b) = (0.5 * dof, 0.5);
    let outer = dof / (dof + square); // 1 - inner
    let inner = square / (dof + square);
    // ln of outer^a inner^b / B(a, b)
    let front = -a * (square / dof).ln_1p() + b * inner.ln() + ln_gamma_step(a, 0.5) - 0.5 * PI.ln();
    if inner < 1.5 / (a + 2.5) {
        // P(|T| < t) as a series of positive terms: nothing cancels.
        let (mut term, mut sum, mut k) = (1.0, 1.0, 0.0);
        while term > 1e-17 * sum {
            term *= (a + b + k) / (b + 1.0 + k) * inner;
            sum += term;
            k += 1.0;
        }
        let central = if t == 0.0 { 0.0 } else { front.exp() * sum / b };
        return (0.5 * (1.0 - central)).ln();
    }
    front + (super::beta::fraction(outer, a, b) / a).ln() - std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    #![allow(clippy::excessive_precision, reason = "published digits stay as they were published")]

    use super::*;

    /// `(t, dof, P(T > t))` by mpmath with 40 digits.
    const TAILS: &[(f64, f64, f64)] = &include!("student_t_reference.in");

    #[test]
    fn tails_agree_with_forty_digit_arithmetic() {
        for (t, dof, want) in TAILS {
            let got = survival(*t, *dof);
            assert!((got / want - 1.0).abs() < 2e-12, "t {t}, dof {dof}: {got} for {want}");
        }
    }

    #[test]
    fn quantiles_undo_tails() {
        for dof in [0.5, 1.0, 1.7, 2.0, 3.0, 9.5, 48.2, 1e3, 4e4, 1e6, 2e9, 1e13] {
            for q in [0.4999, 0.4, 0.05, 0.025, 0.005, 1e-6, 1e-12, 1e-30] {
                let t = upper_quantile(q, dof);
                assert!((survival(t, dof) / q - 1.0).abs() < 1e-11, "q {q}, dof {dof}: t {t} has {}", survival(t, dof));
            }
        }
        assert!((upper_quantile(0.025, 1.0) - 12.706204736174694).abs() < 1e-11);
        assert!((upper_quantile(0.975, 5.0) + 2.5705818356363146).abs() < 1e-13);
    }

    #[test]
    fn a_tail_never_rises() {
        for dof in [1.0, 2.5, 30.0, 1e4, 1e9] {
            let tails: Vec<f64> = (0..4000).map(|i| ln_survival(f64::from(i) * 0.01, dof)).collect();
            assert!(tails.is_sorted_by(|a, b| a >= b), "dof {dof}");
        }
    }
}
