//! Group-sequential bounds by alpha spending (Lan and DeMets 1983, power family of Kim and DeMets 1987): for a few looks planned
//! beforehand they need less data than sequences valid at any time.

use super::distributions::normal;
use super::{Refusal, solve};

/// Critical z at each look, for rising `information` fractions in 0 to 1; up to look k a level of `alpha * fraction^phi` is spent,
/// halved between both sides if `two_sided`.
///
/// # Errors
/// When the fractions do not rise within 0 to 1, or a setting is out of range.
pub fn bounds(information: &[f64], alpha: f64, phi: f64, two_sided: bool) -> Result<Vec<f64>, Refusal> {
    Refusal::unless_level("alpha", alpha)?;
    if !(phi > 0.0 && phi.is_finite()) {
        return Err(Refusal::out_of_range("phi", phi, "above 0"));
    }
    let mut before = 0.0;
    for fraction in information {
        if !(*fraction > before && *fraction <= 1.0) {
            return Err(Refusal::out_of_range("information fraction", *fraction, "rising, above 0, at most 1"));
        }
        before = *fraction;
    }
    let a_side = if two_sided { 0.5 * alpha } else { alpha };
    let (mut found, mut spent, mut from) = (Vec::with_capacity(information.len()), 0.0, 0.0);
    // Density of the path (as Brownian motion) that has crossed no bound so far, on a grid.
    let mut path: Option<Path> = None;
    for fraction in information {
        let target = a_side * fraction.powf(phi);
        let now = target - spent;
        let step = fraction - from;
        let crossing = |b: f64| match &path {
            None => normal::survival(b / fraction.sqrt()),
            Some(path) => path.sum(|x| normal::survival((b - x) / step.sqrt())),
        };
        let b = solve::root(|b| crossing(b) - now, -10.0 * fraction.sqrt(), 10.0 * fraction.sqrt())
            .ok_or(Refusal::Unreachable { what: "bound".to_owned(), why: "a look spends too little".to_owned() })?;
        found.push(b / fraction.sqrt());
        let low = if two_sided { -b } else { -9.0 * fraction.sqrt() };
        path = Some(Path::new(low, b, |y| match &path {
            None => normal::density(y / fraction.sqrt()) / fraction.sqrt(),
            Some(path) => path.sum(|x| normal::density((y - x) / step.sqrt()) / step.sqrt()),
        }));
        (spent, from) = (target, *fraction);
    }
    Ok(found)
}

/// A density on an even grid, with Simpson's weights.
struct Path(Vec<(f64, f64)>);

impl Path {
    fn new(low: f64, high: f64, density: impl Fn(f64) -> f64) -> Self {
        const STEPS: u32 = 600;
        let width = (high - low) / f64::from(STEPS);
        let weight = |i: u32| {
            if i == 0 || i == STEPS {
                1.0
            } else if i % 2 == 1 {
                4.0
            } else {
                2.0
            }
        };
        Self((0..=STEPS).map(|i| low + f64::from(i) * width).zip(0..).map(|(x, i)| (x, density(x) * weight(i) * width / 3.0)).collect())
    }

    fn sum(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.0.iter().map(|(x, mass)| mass * f(*x)).sum()
    }
}
