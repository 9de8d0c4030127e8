//! What speaks against believing one metric's numbers, in words.

use super::words;
use crate::design::{Metric, MetricKind, Unit};
use crate::evidence::MetricSummary;
use crate::statistics::Moments;
use crate::statistics::adequacy::{self, Concern};

/// A cap above which more units than this lie measures something else than the metric says.
const CAPPED_MOST: f64 = 0.05;
/// Fewer visitors than this in both arms are too few for any normal approximation.
const VISITORS_LEAST: u64 = 30;
/// Fewer products, sellers or time slots: they differ so much more that the delta method finds 7 % where 5 % are promised with 50 an arm,
/// 5.6 % with 200.
const PRODUCTS_LEAST: u64 = 400;

/// The concerns of a metric in two arms; empty when nothing speaks against it. With the units themselves at hand (`exact`) no normal
/// approximation is needed, so that only those about the metric remain.
pub fn of(metric: &Metric, [control, treatment]: [&MetricSummary; 2], unit: Unit, exact: bool) -> Vec<String> {
    let mut concerns = Vec::new();
    if !exact {
        concerns.extend(of_size(metric, [control, treatment]).iter().map(Concern::to_string));
        let units = control.moments.units() + treatment.moments.units();
        let least = if unit == Unit::Visitor { VISITORS_LEAST } else { PRODUCTS_LEAST };
        if units < least {
            concerns.push(format!(
                "there are only {units} {} in both arms: they would have to be compared one by one, and they were not kept",
                words::units(unit)
            ));
        }
    }
    if let Some(cap) = metric.cap {
        let smallest = [control.smallest, treatment.smallest].into_iter().flatten().min_by(f64::total_cmp);
        concerns.extend(adequacy::of_cap(cap, smallest).map(|concern| concern.to_string()));
        let units = (control.moments.units() + treatment.moments.units()).max(1);
        let share = (control.capped_units + treatment.capped_units) as f64 / units as f64;
        if share > CAPPED_MOST {
            concerns.push(format!("the cap of {cap} cuts {} of all units: the effect is drawn towards none", words::percent(share)));
        }
    }
    concerns
}

fn of_size(metric: &Metric, [control, treatment]: [&MetricSummary; 2]) -> Vec<Concern> {
    let events = |moments: &Moments<4>| moments.sum(0).round().max(0.0) as u64;
    match metric.kind {
        MetricKind::Proportion { .. } => {
            let arm = |summary: &MetricSummary| (summary.moments.units(), events(&summary.moments).min(summary.moments.units()));
            adequacy::of_proportion(arm(control), arm(treatment))
        }
        MetricKind::Quantile { .. } => Vec::new(),
        // The numerator's shape stands in for that of the residuals, which day by day sums do not hold; it is the more skewed of both.
        MetricKind::Count { .. } | MetricKind::Ratio { .. } => {
            adequacy::of_ratio(&control.shape, &treatment.shape, Some([&control.moments, &treatment.moments].map(events)))
        }
        MetricKind::Total { .. } => adequacy::of_mean(&control.shape, &treatment.shape),
    }
}
