//! Intervals and exact tests for shares of few units, where the normal approximation of [`super::Arm::proportion`] should not be used.

use super::distributions::{beta, ln_gamma, normal};
use super::{Refusal, solve};

/// Events among units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Units with an event.
    pub successes: u64,
    /// Units, 1 or more.
    pub units: u64,
}

impl Count {
    /// Checks the counts.
    ///
    /// # Errors
    /// Without units, or with more events than units.
    pub fn new(successes: u64, units: u64) -> Result<Self, Refusal> {
        if units == 0 {
            return Err(Refusal::Empty { what: "units".to_owned() });
        }
        if successes > units {
            return Err(Refusal::out_of_range("successes", successes as f64, &format!("at most the {units} units")));
        }
        Ok(Self { successes, units })
    }

    fn share(&self) -> f64 {
        self.successes as f64 / self.units as f64
    }

    /// Wilson's score interval (1927).
    pub fn wilson(&self, alpha: f64) -> (f64, f64) {
        let (n, p, z) = (self.units as f64, self.share(), normal::upper_quantile(0.5 * alpha));
        let z2 = z * z;
        let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        let low = if self.successes == 0 { 0.0 } else { centre - half };
        let high = if self.successes == self.units { 1.0 } else { centre + half };
        (low, high)
    }

    /// Clopper and Pearson's exact interval (1934): never misses more often than alpha, often much less.
    pub fn clopper_pearson(&self, alpha: f64) -> (f64, f64) {
        let (x, n) = (self.successes as f64, self.units as f64);
        let low = if x == 0.0 { 0.0 } else { beta::quantile(0.5 * alpha, x, n - x + 1.0) };
        let high = if x == n { 1.0 } else { 1.0 - beta::quantile(0.5 * alpha, n - x, x + 1.0) };
        (low, high)
    }
}

/// Newcombe's hybrid score interval (1998, method 10) of treatment minus control.
pub fn newcombe(control: Count, treatment: Count, alpha: f64) -> (f64, f64) {
    let (p, q) = (treatment.share(), control.share());
    let ((lp, up), (lq, uq)) = (treatment.wilson(alpha), control.wilson(alpha));
    let difference = p - q;
    (difference - (p - lp).hypot(uq - q), difference + (up - p).hypot(q - lq))
}

/// Agresti and Caffo's interval (2000): Wald's after adding one event and one non-event to each arm.
pub fn agresti_caffo(control: Count, treatment: Count, alpha: f64) -> (f64, f64) {
    let with_two = |c: Count| ((c.successes as f64 + 1.0) / (c.units as f64 + 2.0), c.units as f64 + 2.0);
    let ((q, m), (p, n)) = (with_two(control), with_two(treatment));
    let half = normal::upper_quantile(0.5 * alpha) * (p * (1.0 - p) / n + q * (1.0 - q) / m).sqrt();
    (p - q - half, p - q + half)
}

/// Miettinen and Nurminen's score interval (1985) of treatment minus control.
pub fn score(control: Count, treatment: Count, alpha: f64) -> (f64, f64) {
    let difference = treatment.share() - control.share();
    let z = normal::upper_quantile(0.5 * alpha);
    let statistic = |delta: f64| score_statistic(control, treatment, delta);
    let edge = 1.0 - 1e-12;
    let low = solve::root(|d| statistic(d) - z, -edge, difference.max(-edge * 0.999_999)).unwrap_or(-1.0);
    let high = solve::root(|d| statistic(d) + z, difference.min(edge * 0.999_999), edge).unwrap_or(1.0);
    (low, high)
}

/// Fisher's exact test, two-sided by likelihood.
pub fn fisher(control: Count, treatment: Count) -> f64 {
    let (n, m) = (treatment.units, control.units);
    let events = treatment.successes + control.successes;
    let ln_probability = |x: u64| ln_choose(n, x) + ln_choose(m, events - x) - ln_choose(n + m, events);
    let limit = ln_probability(treatment.successes) + 1e-7;
    (events.saturating_sub(m)..=events.min(n)).map(ln_probability).filter(|p| *p <= limit).map(f64::exp).sum::<f64>().min(1.0)
}

/// Barnard's exact test (1945), two-sided, ordered by the pooled z statistic: the largest probability, over the common share, of tables
/// at least as extreme. `None` above 2,000 units an arm, where it is neither affordable nor needed.
pub fn barnard(control: Count, treatment: Count) -> Option<f64> {
    if control.units.max(treatment.units) > 2000 {
        return None;
    }
    let (n, m) = (treatment.units, control.units);
    let seen = pooled_z(treatment.successes, n, control.successes, m).abs() * (1.0 - 1e-12);
    // For each count of treatment, the counts of control that are not extreme form one run.
    let runs: Vec<Option<(u64, u64)>> = (0..=n)
        .map(|x| {
            let inside = |y: &u64| pooled_z(x, n, *y, m).abs() < seen;
            let first = (0..=m).find(inside)?;
            let last = (first..=m).rev().find(inside)?;
            Some((first, last))
        })
        .collect();
    let extreme = |p: f64| {
        let of_control = probabilities(m, p);
        let mut below = vec![0.0];
        of_control.iter().for_each(|mass| below.push(below[below.len() - 1] + mass));
        let of_treatment = probabilities(n, p);
        let inside = |run: &Option<(u64, u64)>| run.map_or(0.0, |(a, b)| below[b as usize + 1] - below[a as usize]);
        let kept: f64 = of_treatment.iter().zip(&runs).map(|(mass, run)| mass * inside(run)).sum();
        1.0 - kept
    };
    // The largest value on a grid, then closer around it.
    let (mut centre, mut width, mut best) = (0.5_f64, 0.5_f64, 0.0_f64);
    for points in [1000, 40, 40, 40] {
        let (low, high) = ((centre - width).max(0.0), (centre + width).min(1.0));
        let at = |i: i32| low + (high - low) * f64::from(i) / f64::from(points);
        for i in 0..=points {
            let p = extreme(at(i));
            if p > best {
                (best, centre) = (p, at(i));
            }
        }
        width = 2.0 * (high - low) / f64::from(points);
    }
    Some(best.min(1.0))
}

/// z of a difference `delta` under the most likely shares that have it.
fn score_statistic(control: Count, treatment: Count, delta: f64) -> f64 {
    let (n, m) = (treatment.units as f64, control.units as f64);
    let (x, y) = (treatment.successes as f64, control.successes as f64);
    let total = n + m;
    // The restricted likelihood's cubic in the control share, solved by the trigonometric formula.
    let l3 = total;
    let l2 = (n + 2.0 * m) * delta - total - (x + y);
    let l1 = (m * delta - total - 2.0 * y) * delta + (x + y);
    let l0 = y * delta * (1.0 - delta);
    let q = l2.powi(3) / (3.0 * l3).powi(3) - l1 * l2 / (6.0 * l3 * l3) + l0 / (2.0 * l3);
    let p = (l2 * l2 / (3.0 * l3).powi(2) - l1 / (3.0 * l3)).max(0.0).sqrt() * if q < 0.0 { -1.0 } else { 1.0 };
    let cosine = if p == 0.0 { 0.0 } else { (q / p.powi(3)).clamp(-1.0, 1.0) };
    let angle = (std::f64::consts::PI + cosine.acos()) / 3.0;
    let share_control = (2.0 * p * angle.cos() - l2 / (3.0 * l3)).clamp(0.0, 1.0);
    let share_treatment = (share_control + delta).clamp(0.0, 1.0);
    let variance = (share_treatment * (1.0 - share_treatment) / n + share_control * (1.0 - share_control) / m) * total / (total - 1.0);
    let gap = x / n - y / m - delta;
    if variance <= 0.0 { if gap == 0.0 { 0.0 } else { gap.signum() * 1e6 } } else { gap / variance.sqrt() }
}

fn pooled_z(x: u64, n: u64, y: u64, m: u64) -> f64 {
    let (nf, mf) = (n as f64, m as f64);
    let pooled = (x + y) as f64 / (nf + mf);
    let variance = pooled * (1.0 - pooled) * (1.0 / nf + 1.0 / mf);
    if variance <= 0.0 { 0.0 } else { (x as f64 / nf - y as f64 / mf) / variance.sqrt() }
}

/// Binomial probabilities of 0 to `n` events.
fn probabilities(n: u64, p: f64) -> Vec<f64> {
    if p <= 0.0 || p >= 1.0 {
        let sure = if p <= 0.0 { 0 } else { n };
        return (0..=n).map(|k| f64::from(u8::from(k == sure))).collect();
    }
    // From the mode outwards by ratios: no logarithm per entry, and nothing underflows before it is negligible.
    let mode = (((n + 1) as f64 * p) as u64).min(n);
    let mut mass = vec![0.0; n as usize + 1];
    mass[mode as usize] = (ln_choose(n, mode) + mode as f64 * p.ln() + (n - mode) as f64 * (-p).ln_1p()).exp();
    let odds = p / (1.0 - p);
    for k in mode..n {
        mass[k as usize + 1] = mass[k as usize] * odds * (n - k) as f64 / (k + 1) as f64;
    }
    for k in (0..mode).rev() {
        mass[k as usize] = mass[k as usize + 1] / odds * (k + 1) as f64 / (n - k) as f64;
    }
    mass
}

fn ln_choose(n: u64, k: u64) -> f64 {
    let (n, k) = (n as f64, k as f64);
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The score at a difference, with the restricted likelihood's maximum found by halving instead of by its cubic.
    fn score_at(control: Count, treatment: Count, delta: f64) -> f64 {
        let (n, m) = (treatment.units as f64, control.units as f64);
        let (x, y) = (treatment.successes as f64, control.successes as f64);
        let slope = |p: f64| x / (p + delta) - (n - x) / (1.0 - p - delta) + y / p - (m - y) / (1.0 - p);
        let (mut low, mut high) = ((-delta).max(0.0), (1.0 - delta).min(1.0));
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if slope(middle) > 0.0 { low = middle } else { high = middle }
        }
        let (p, q) = (low, low + delta);
        let variance = (q * (1.0 - q) / n + p * (1.0 - p) / m) * (n + m) / (n + m - 1.0);
        (x / n - y / m - delta) / variance.sqrt()
    }

    #[test]
    fn the_ends_of_a_score_interval_lie_just_where_the_test_turns() {
        for (control, treatment) in [((0, 300), (5, 310)), ((28, 30), (30, 30)), ((40, 1000), (55, 900)), ((3, 20), (1, 25))] {
            let count = |(successes, units)| Count { units, successes };
            let (control, treatment) = (count(control), count(treatment));
            let (low, high) = score(control, treatment, 0.05);
            for (end, z) in [(low, 1.959963984540054), (high, -1.959963984540054)] {
                let found = score_at(control, treatment, end);
                assert!((found - z).abs() < 1e-6, "{control:?} {treatment:?}: {found} at {end}");
            }
        }
    }
}
