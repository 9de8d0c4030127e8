//! The units of an experiment, by kind of metric. Each kind is a struct whose fields are the parameters and whose default is the shop
//! that methods are judged on; `lift` is the true relative effect (0.1 = 10 % more, 0 in control).

use rand_chacha::rand_core::Rng;
use rand_distr::{Beta, Binomial, Distribution, LogNormal, Poisson};

/// A well-behaved number per unit: seconds on a page, a rating. Normal, the lift moves the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steady {
    /// Mean without lift.
    pub mean: f64,
    /// Standard deviation of a unit.
    pub sd: f64,
}

impl Default for Steady {
    fn default() -> Self {
        Self { mean: 10.0, sd: 4.0 }
    }
}

impl Steady {
    /// One unit.
    pub fn value(&self, lift: f64, random: &mut impl Rng) -> f64 {
        self.mean * (1.0 + lift) + self.sd * standard(random)
    }
}

/// Revenue per visitor: most buy nothing, the others a lognormal amount that the lift multiplies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Revenue {
    /// Share of visitors who buy, 0 to 1.
    pub buyers: f64,
    /// Mean of the amount's logarithm.
    pub log_mean: f64,
    /// Standard deviation of that logarithm.
    pub log_sd: f64,
}

impl Default for Revenue {
    fn default() -> Self {
        Self { buyers: 0.05, log_mean: 3.5, log_sd: 1.0 }
    }
}

impl Revenue {
    /// What one visitor spends.
    pub fn value(&self, lift: f64, random: &mut impl Rng) -> f64 {
        let buyers = Conversions { rate: self.buyers };
        if buyers.happens(0.0, random) { self.amount(lift, random) } else { 0.0 }
    }

    /// What the buyers among so many visitors spend; all others spend nothing.
    pub fn amounts(&self, visitors: u64, lift: f64, random: &mut impl Rng) -> Vec<f64> {
        let buyers = Conversions { rate: self.buyers }.among(visitors, 0.0, random);
        (0..buyers).map(|_| self.amount(lift, random)).collect()
    }

    /// Mean per visitor without lift.
    pub fn mean(&self) -> f64 {
        self.buyers * (self.log_mean + 0.5 * self.log_sd * self.log_sd).exp()
    }

    /// Variance of a visitor without lift.
    pub fn variance(&self) -> f64 {
        self.buyers * (2.0 * self.log_mean + 2.0 * self.log_sd * self.log_sd).exp() - self.mean().powi(2)
    }

    /// What one buyer spends.
    pub fn amount(&self, lift: f64, random: &mut impl Rng) -> f64 {
        Amounts { log_mean: self.log_mean, log_sd: self.log_sd }.value(lift, random)
    }
}

/// A skewed amount on every unit: basket sizes, load times. Lognormal, the lift multiplies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amounts {
    /// Mean of the logarithm.
    pub log_mean: f64,
    /// Standard deviation of the logarithm.
    pub log_sd: f64,
}

impl Default for Amounts {
    fn default() -> Self {
        Self { log_mean: 2.0, log_sd: 1.5 }
    }
}

impl Amounts {
    /// One unit.
    pub fn value(&self, lift: f64, random: &mut impl Rng) -> f64 {
        LogNormal::new(self.log_mean, self.log_sd).map_or(f64::NAN, |amounts| amounts.sample(random)) * (1.0 + lift)
    }
}

/// Something that happens to a unit or does not: a visitor buys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conversions {
    /// Its chance without lift, 0 to 1.
    pub rate: f64,
}

impl Conversions {
    /// Whether it happens to one unit.
    pub fn happens(&self, lift: f64, random: &mut impl Rng) -> bool {
        // 53 bits, as doubles have.
        ((random.next_u64() >> 11) as f64) < self.chance(lift) * (1u64 << 53) as f64
    }

    /// To how many of so many units it happens.
    pub fn among(&self, units: u64, lift: f64, random: &mut impl Rng) -> u64 {
        Binomial::new(units, self.chance(lift)).map_or(0, |events| events.sample(random))
    }

    fn chance(&self, lift: f64) -> f64 {
        (self.rate * (1.0 + lift)).clamp(0.0, 1.0)
    }
}

/// Clicks per impression, visitors being randomised: each sees several pictures and has a click rate of their own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clicks {
    /// Impressions of a visitor beyond the first, on average (Poisson).
    pub more_impressions: f64,
    /// Beta distribution of visitors' click rates; the lift multiplies the rate.
    pub rate: (f64, f64),
}

impl Default for Clicks {
    fn default() -> Self {
        Self { more_impressions: 5.0, rate: (2.0, 38.0) }
    }
}

impl Clicks {
    /// Clicks and impressions of one visitor.
    pub fn visitor(&self, lift: f64, random: &mut impl Rng) -> [f64; 2] {
        let more = Poisson::new(self.more_impressions).map_or(0.0, |impressions: Poisson<f64>| impressions.sample(random));
        let rate = beta(self.rate, random);
        [Conversions { rate }.among(1 + more as u64, lift, random) as f64, 1.0 + more]
    }
}

/// A metric that was also measured before the experiment: outcome and covariate, correlated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeated {
    /// Mean of both without lift.
    pub mean: f64,
    /// Standard deviation of both.
    pub sd: f64,
    /// Their correlation, -1 to 1.
    pub correlation: f64,
}

impl Repeated {
    /// The shop that methods are judged on, with this correlation.
    pub fn correlated(correlation: f64) -> Self {
        Self { mean: 20.0, sd: 8.0, correlation }
    }

    /// Outcome and covariate of one unit; the lift moves the outcome's mean.
    pub fn unit(&self, lift: f64, random: &mut impl Rng) -> [f64; 2] {
        let before = self.sd * standard(random);
        let own = self.sd * (1.0 - self.correlation * self.correlation).sqrt() * standard(random);
        [self.mean * (1.0 + lift) + self.correlation * before + own, self.mean + before]
    }
}

/// Products with their impressions and click rates, which differ far more than pictures change them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Products {
    /// Mean of the logarithm of a product's impressions.
    pub log_mean: f64,
    /// Standard deviation of that logarithm; 0 = all have the same.
    pub log_sd: f64,
    /// Beta distribution of click rates; the lift multiplies the rate.
    pub rate: (f64, f64),
}

impl Default for Products {
    fn default() -> Self {
        Self { log_mean: 5.0, log_sd: 1.0, rate: (4.0, 76.0) }
    }
}

impl Products {
    /// Clicks and impressions of one product, all of whose visitors see one variant.
    pub fn product(&self, lift: f64, random: &mut impl Rng) -> [f64; 2] {
        let impressions = self.impressions(random);
        let rate = beta(self.rate, random);
        [Conversions { rate }.among(impressions, lift, random) as f64, impressions as f64]
    }

    /// One product whose visitors are split evenly: clicks and impressions without and with the lift.
    pub fn split_product(&self, lift: f64, random: &mut impl Rng) -> [[f64; 2]; 2] {
        let impressions = self.impressions(random);
        let product = Conversions { rate: beta(self.rate, random) };
        let first = Conversions { rate: 0.5 }.among(impressions, 0.0, random);
        let second = impressions - first;
        [[product.among(first, 0.0, random) as f64, first as f64], [product.among(second, lift, random) as f64, second as f64]]
    }

    /// Mean click rate without lift.
    pub fn mean_rate(&self) -> f64 {
        self.rate.0 / (self.rate.0 + self.rate.1)
    }

    /// Standard deviation of click rates between products.
    pub fn rate_sd(&self) -> f64 {
        let (a, b) = self.rate;
        (a * b / (a + b + 1.0)).sqrt() / (a + b)
    }

    fn impressions(&self, random: &mut impl Rng) -> u64 {
        LogNormal::new(self.log_mean, self.log_sd).map_or(1.0, |sizes| sizes.sample(random)).round().max(1.0) as u64
    }
}

/// A standard normal number.
pub fn standard(random: &mut impl Rng) -> f64 {
    rand_distr::StandardNormal.sample(random)
}

fn beta((a, b): (f64, f64), random: &mut impl Rng) -> f64 {
    Beta::new(a, b).map_or(f64::NAN, |rates| rates.sample(random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::run;
    use crate::statistics::Moments;

    const UNITS: u64 = 40_000;

    /// Means of what `one` draws, each within five standard errors of what is stated.
    fn holds<const K: usize>(name: &str, stated: [f64; K], one: impl Fn(&mut rand_chacha::ChaCha8Rng) -> [f64; K] + Sync) -> Moments<K> {
        let drawn: Moments<K> = run::worlds(name, UNITS, 1, one).into_iter().collect();
        for (i, want) in stated.into_iter().enumerate() {
            let error = (drawn.variance(i) / UNITS as f64).sqrt();
            assert!((drawn.mean(i) - want).abs() < 5.0 * error, "{name} {i}: {} for {want}", drawn.mean(i));
        }
        drawn
    }

    #[test]
    fn units_are_as_stated_with_a_lift_and_without() {
        let steady = Steady::default();
        holds("steady", [10.0, 11.0], |random| [steady.value(0.0, random), steady.value(0.1, random)]);
        let revenue = Revenue::default();
        holds("revenue", [revenue.mean(), 1.5 * revenue.mean()], |random| [revenue.value(0.0, random), revenue.value(0.5, random)]);
        let sum = |amounts: Vec<f64>| amounts.into_iter().sum::<f64>();
        holds("amounts", [20.0 * revenue.mean()], |random| [sum(revenue.amounts(20, 0.0, random))]);
        let rare = Conversions { rate: 0.05 };
        holds("conversions", [0.06, 6.0], |random| [f64::from(u8::from(rare.happens(0.2, random))), rare.among(100, 0.2, random) as f64]);
        let clicks = Clicks::default();
        holds("clicks", [0.3, 6.0], |random| clicks.visitor(0.0, random));
        let products = Products::default();
        assert!((products.mean_rate() - 0.05).abs() < 1e-15);
        holds("split", [0.05, 0.5], |random| {
            let [[some, seen], [others, also_seen]] = products.split_product(0.0, random);
            [(some + others) / (seen + also_seen), if seen + also_seen > 1.0 { seen / (seen + also_seen) } else { 0.5 }]
        });
    }

    #[test]
    fn spreads_and_correlations_are_as_stated() {
        let revenue = Revenue::default();
        let squares = holds("spread", [revenue.mean()], |random| [revenue.value(0.0, random)]).variance(0);
        assert!((squares / revenue.variance() - 1.0).abs() < 0.3, "{squares} for {}", revenue.variance());
        let repeated = Repeated::correlated(0.7);
        let drawn = holds("repeated", [20.0, 20.0], |random| repeated.unit(0.0, random));
        let correlation = drawn.covariance(0, 1) / (drawn.variance(0) * drawn.variance(1)).sqrt();
        assert!((correlation - 0.7).abs() < 0.02, "{correlation}");
        let rates = holds("rates", [0.05], |random| [beta((4.0, 76.0), random)]).variance(0).sqrt();
        assert!((rates / Products::default().rate_sd() - 1.0).abs() < 0.03, "{rates}");
    }
}
