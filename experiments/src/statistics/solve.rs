//! Finding where a function crosses zero.

/// A root of `f` between `low` and `high`, where its signs differ; `None` where they do not. Bisection steered by secants (the
/// Illinois rule), to the last digits that doubles have.
pub fn root(f: impl Fn(f64) -> f64, low: f64, high: f64) -> Option<f64> {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 {
        return Some(a);
    }
    if fb == 0.0 {
        return Some(b);
    }
    if !(fa * fb < 0.0 || (fa.is_infinite() || fb.is_infinite()) && fa.signum() != fb.signum()) {
        return None;
    }
    for step in 0..400 {
        let secant = b - fb * (b - a) / (fb - fa);
        let inside = secant > a.min(b) && secant < a.max(b);
        // Every third step halves, so that a flat side cannot hold the search up.
        let c = if inside && step % 3 != 2 { secant } else { 0.5 * (a + b) };
        let fc = f(c);
        if fc == 0.0 || (b - a).abs() <= 2.0 * f64::EPSILON * c.abs().max(f64::MIN_POSITIVE) {
            return Some(c);
        }
        if fc.signum() == fb.signum() {
            fa *= 0.5;
        } else {
            (a, fa) = (b, fb);
        }
        (b, fb) = (c, fc);
        if fa == 0.0 {
            fa = f(a);
        }
    }
    Some(b)
}

/// The smallest `high = start * 2^k` at which `f` is no longer below zero; `None` when that does not happen in 200 doublings.
pub fn double_until(f: impl Fn(f64) -> bool, start: f64) -> Option<f64> {
    (0..200).map(|k| start * f64::powi(2.0, k)).find(|x| f(*x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_found_to_the_last_digit_and_refused_where_there_are_none() {
        assert!((root(|x| x * x - 2.0, 0.0, 2.0).unwrap() - std::f64::consts::SQRT_2).abs() < 1e-15);
        assert!((root(|x| x.powi(9) - 1e-9, 0.0, 5.0).unwrap() - 0.1).abs() < 1e-14);
        assert_eq!(root(|x| x * x + 1.0, -1.0, 1.0), None);
    }
}
