//! The noncentral t distribution: what a t-test's statistic follows when there is an effect. Needed for power.

use std::f64::consts::{LN_2, PI};

use super::{ln_gamma, normal, stirling_rest};

/// `P(T > t)` for `T = (Z + shift) / sqrt(X / dof)`, `Z` standard normal and `X` chi-square with `dof` degrees of freedom.
///
/// The integral of `P(Z > t s - shift)` over the distribution of `s = sqrt(X / dof)`, by the trapezoidal rule in `ln s`, where the
/// integrand falls off on both sides like a bell and the rule converges exponentially.
pub fn survival(t: f64, dof: f64, shift: f64) -> f64 {
    // Logarithm of the density of y = ln s, which has its peak at 0.
    let half = 0.5 * dof;
    let peak = if half < super::STIRLING_FROM {
        LN_2 + half * half.ln() - half - ln_gamma(half)
    } else {
        LN_2 + 0.5 * (half / (2.0 * PI)).ln() - stirling_rest(half)
    };
    let fall = |y: f64| half * ((2.0 * y).exp_m1() - 2.0 * y);
    let reach = |sign: f64| {
        let mut y = sign / dof.sqrt();
        while fall(y) < 45.0 {
            y *= 1.2;
        }
        y
    };
    let (left, right) = (reach(-1.0), reach(1.0));
    let steps = 600;
    let width = (right - left) / f64::from(steps);
    let sum: f64 = (0..=steps)
        .map(|i| {
            let y = left + f64::from(i) * width;
            (peak - fall(y)).exp() * normal::survival(t * y.exp() - shift)
        })
        .sum();
    (sum * width).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::excessive_precision, reason = "published digits stay as they were published")]

    use super::*;
    use crate::statistics::distributions::student_t;

    #[test]
    fn without_a_shift_it_is_students() {
        for dof in [1.0, 2.0, 5.5, 58.0, 19_998.0, 2e9] {
            for t in [-3.0, 0.0, 0.7, 1.96, 4.0] {
                let (got, want) = (survival(t, dof, 0.0), student_t::survival(t, dof));
                assert!((got - want).abs() < 1e-11, "t {t}, dof {dof}: {got} for {want}");
            }
        }
    }

    #[test]
    fn tails_agree_with_published_values() {
        // scipy.stats.nct.sf
        for (t, dof, shift, want) in include!("noncentral_t_reference.in") {
            assert!((survival(t, dof, shift) - want).abs() < 1e-9, "t {t}, dof {dof}, shift {shift}: {}", survival(t, dof, shift));
        }
    }
}
