//! Products or their visitors: which to split, said before anyone starts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::baseline::PlanMetric;
use crate::statistics::Refusal;
use crate::statistics::power::{ProductDesigns, ProductTraffic};

/// The products whose pictures change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductQuestion {
    /// How many, all variants together.
    pub products: u64,
    /// Impressions of a product over the experiment, on average.
    pub impressions: f64,
    /// Their standard deviation over products, as a share of the mean; about 1.3 in most catalogues.
    #[serde(default = "uneven")]
    pub impressions_cv: f64,
    /// Clicks, or whatever is asked for, per impression, 0 to 1; absent = the metric's own rate.
    #[serde(default)]
    pub rate: Option<f64>,
    /// Standard deviation of the rate between products; absent = half of the rate.
    #[serde(default)]
    pub rate_sd: Option<f64>,
}

/// Both ways to split, side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DesignComparison {
    /// Half-width of the lift's interval when products are split (0.4 = plus or minus 40 %).
    pub by_product_half_width: f64,
    /// The chance to find the lift that way, 0 to 1.
    pub by_product_power: f64,
    /// Half-width when the visitors of every product are split.
    pub by_visitor_half_width: f64,
    /// The chance to find it that way.
    pub by_visitor_power: f64,
    /// Share of the variance of an impression that lies between products.
    pub intra_product_correlation: f64,
    /// How many impressions the first way needs for one of the second.
    pub design_effect: f64,
    /// The comparison in words.
    pub sentence: String,
}

impl DesignComparison {
    /// Compares both ways for a lift.
    ///
    /// # Errors
    /// Below 10 products, or when a number is out of range.
    pub(super) fn of(question: &ProductQuestion, metric: &PlanMetric, lift: f64, alpha: f64) -> Result<Self, Refusal> {
        let own = match *metric {
            PlanMetric::Proportion { rate } => Some(rate),
            PlanMetric::Ratio { ratio, .. } => Some(ratio),
            _ => None,
        };
        let rate = question.rate.or(own).ok_or(Refusal::Empty { what: "rate of the products".into() })?;
        let traffic = ProductTraffic {
            products: question.products,
            impressions: question.impressions,
            impressions_cv: question.impressions_cv,
            rate,
            rate_sd: question.rate_sd.unwrap_or(0.5 * rate),
        };
        let found = ProductDesigns::compare(&traffic, lift, alpha)?;
        let sentence = format!(
            "With {} products of {:.0} impressions each, splitting products tells lifts of {:.0} % or more from none and finds the one asked \
             for in {:.0} % of cases; splitting the visitors of every product tells {:.0} % and finds it in {:.0} %. Splitting products needs \
             {:.1} times the impressions.",
            question.products,
            question.impressions,
            100.0 * found.by_product_half_width,
            100.0 * found.by_product_power,
            100.0 * found.by_visitor_half_width,
            100.0 * found.by_visitor_power,
            found.design_effect
        );
        Ok(Self {
            by_product_half_width: found.by_product_half_width,
            by_product_power: found.by_product_power,
            by_visitor_half_width: found.by_visitor_half_width,
            by_visitor_power: found.by_visitor_power,
            intra_product_correlation: found.intra_product_correlation,
            design_effect: found.design_effect,
            sentence,
        })
    }
}

fn uneven() -> f64 {
    1.3
}
