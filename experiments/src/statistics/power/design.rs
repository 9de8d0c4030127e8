//! Two ways to test pictures of products, side by side: randomise products, or split the visitors of every product. The second is far
//! stronger, because what makes products differ then cancels.

use serde::Serialize;

use crate::statistics::Refusal;
use crate::statistics::distributions::{normal, student_t};

/// The traffic of a catalogue on a rate such as clicks per impression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProductTraffic {
    /// Products in the experiment, both arms together.
    pub products: u64,
    /// Impressions of a product over the experiment, on average.
    pub impressions: f64,
    /// Their standard deviation over products, as a share of the mean.
    pub impressions_cv: f64,
    /// Mean rate, 0 to 1.
    pub rate: f64,
    /// Standard deviation of the true rate between products.
    pub rate_sd: f64,
}

/// What each design sees of a lift.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ProductDesigns {
    /// Half-width of the lift's interval when products are randomised (0.4 = plus or minus 40 %).
    pub by_product_half_width: f64,
    /// Power of that design for the lift asked about.
    pub by_product_power: f64,
    /// Half-width when the visitors of each product are split.
    pub by_visitor_half_width: f64,
    /// Power of that one.
    pub by_visitor_power: f64,
    /// Share of the variance of an impression that lies between products.
    pub intra_product_correlation: f64,
    /// How many impressions the first design needs for one of the second.
    pub design_effect: f64,
}

impl ProductDesigns {
    /// Compares both designs for a lift, two-sided at `alpha`.
    ///
    /// # Errors
    /// Below 10 products, or when a number is out of range.
    pub fn compare(traffic: &ProductTraffic, lift: f64, alpha: f64) -> Result<Self, Refusal> {
        Refusal::unless_level("alpha", alpha)?;
        Refusal::unless_level("rate", traffic.rate)?;
        if traffic.products < 10 {
            return Err(Refusal::out_of_range("products", traffic.products as f64, "10 or more: 5 an arm"));
        }
        if !(traffic.impressions > 0.0 && traffic.impressions.is_finite()) {
            return Err(Refusal::out_of_range("impressions", traffic.impressions, "above 0"));
        }
        let an_arm = traffic.products as f64 / 2.0;
        let within = traffic.rate * (1.0 - traffic.rate) - traffic.rate_sd.powi(2);
        let within =
            if within > 0.0 { within } else { return Err(Refusal::out_of_range("rate_sd", traffic.rate_sd, "below that of a coin")) };
        // Of the mean rate of an arm: products weigh by their impressions, whose spread raises the first part.
        let between = traffic.rate_sd.powi(2) * (1.0 + traffic.impressions_cv.powi(2)) / an_arm;
        let chance = within / (an_arm * traffic.impressions);
        let (by_product, by_visitor) = ((2.0 * (between + chance)).sqrt(), (2.0 * chance).sqrt());
        let effect = lift * traffic.rate;
        let t = student_t::upper_quantile(0.5 * alpha, traffic.products as f64 - 2.0);
        let z = normal::upper_quantile(0.5 * alpha);
        let power = |critical: f64, se: f64| normal::survival(critical - effect / se) + normal::survival(critical + effect / se);
        Ok(Self {
            by_product_half_width: t * by_product / traffic.rate,
            by_product_power: power(t, by_product),
            by_visitor_half_width: z * by_visitor / traffic.rate,
            by_visitor_power: power(z, by_visitor),
            intra_product_correlation: traffic.rate_sd.powi(2) / (within + traffic.rate_sd.powi(2)),
            design_effect: (by_product / by_visitor).powi(2),
        })
    }
}
