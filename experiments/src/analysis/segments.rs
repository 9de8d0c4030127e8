//! The primary metric in parts of the units: each as measured, and drawn towards the whole by how much the parts really differ.

use super::settings::{Settings, cell, summaries};
use super::{comparison, effect, measure, words};
use crate::design::{Design, Metric, MetricKind};
use crate::evidence::{Evidence, SegmentEvidence};
use crate::report::{Estimate, SegmentResult, SegmentTable};
use crate::statistics::adequacy;
use crate::statistics::distributions::normal;
use crate::statistics::segments::{Shrunken, shrink};
use crate::statistics::{Difference, Refusal};

/// A table for every dimension of the design.
pub fn tables(design: &Design, metric: &Metric, evidence: &Evidence, settings: &Settings, arm: usize) -> Vec<SegmentTable> {
    design.segments.iter().map(|dimension| table(design, metric, dimension, evidence, settings, arm)).collect()
}

fn table(design: &Design, metric: &Metric, dimension: &str, evidence: &Evidence, settings: &Settings, arm: usize) -> SegmentTable {
    let few = comparison::few_units(evidence, settings, arm).is_some();
    let mut parts: Vec<(&SegmentEvidence, Result<Difference, String>)> = evidence
        .segments
        .iter()
        .filter(|segment| segment.dimension == dimension)
        .map(|segment| {
            let found = if few {
                Err(format!("there are too few {} to split them further", words::units(design.unit)))
            } else {
                difference(metric, segment, settings, arm)
            };
            (segment, found)
        })
        .collect();
    let size = |segment: &SegmentEvidence| cell(&segment.cells, 0).units + cell(&segment.cells, arm).units;
    parts.sort_by(|(a, _), (b, _)| size(b).cmp(&size(a)).then_with(|| a.value.cmp(&b.value)));
    let differences: Vec<Difference> = parts.iter().filter_map(|(_, found)| found.as_ref().ok().copied()).collect();
    let together = shrink(&differences).ok();
    let mut each = together.iter().flat_map(|together| together.each.iter());
    let segments = parts
        .iter()
        .map(|(segment, found)| {
            let shrunken = found.as_ref().ok().and_then(|_| each.next());
            SegmentResult {
                value: segment.value.clone(),
                units: [cell(&segment.cells, 0).units, cell(&segment.cells, arm).units],
                effect: found.as_ref().ok().and_then(|difference| effect::estimate(difference, settings.alpha)),
                shrunken: shrunken.and_then(|shrunken| drawn(shrunken, settings.alpha)),
                adjusted_p: shrunken.map(|shrunken| shrunken.adjusted_p).filter(|p| p.is_finite()),
                refused: found.as_ref().err().cloned(),
            }
        })
        .collect();
    SegmentTable {
        dimension: dimension.to_owned(),
        heterogeneity_p: together.filter(|together| together.each.len() > 1).map(|all| all.heterogeneity_p).filter(|p| p.is_finite()),
        segments,
        caution: caution(dimension, differences.len(), settings.alpha),
    }
}

fn difference(metric: &Metric, segment: &SegmentEvidence, settings: &Settings, arm: usize) -> Result<Difference, String> {
    let [control, treatment] = summaries(&segment.cells, arm, &metric.name);
    if let MetricKind::Proportion { .. } = metric.kind {
        let counts = [&control, &treatment].map(|summary| (summary.moments.units(), summary.moments.sum(0).round().max(0.0) as u64));
        if let Some(concern) = adequacy::of_proportion(counts[0], counts[1]).first() {
            return Err(concern.to_string());
        }
    }
    measure::measure(metric, [&control, &treatment], settings.cuped)
        .map(|measured| measured.difference)
        .map_err(|refusal: Refusal| refusal.to_string())
}

fn drawn(shrunken: &Shrunken, alpha: f64) -> Option<Estimate> {
    let (value, error) = (shrunken.shrunken_effect, shrunken.shrunken_error);
    let half = normal::upper_quantile(0.5 * alpha) * error;
    let p = (2.0 * normal::survival((value / error).abs())).min(1.0);
    [value, half, error, p].into_iter().all(f64::is_finite).then_some(Estimate {
        value,
        low: Some(value - half),
        high: Some(value + half),
        std_error: error,
        p,
    })
}

fn caution(dimension: &str, parts: usize, alpha: f64) -> String {
    let expected = parts as f64 * alpha;
    format!(
        "{parts} parts by {dimension}: with no difference between them, {expected:.1} would still stand out on their own by chance. Read the \
         figures drawn towards the whole, and the p corrected for {parts} questions (Benjamini-Hochberg, within this table only); a part \
         that stands out is an idea for the next experiment, not a result of this one. The numbers are those of one look."
    )
}
