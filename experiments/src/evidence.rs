//! What an experiment has seen, as sufficient statistics: all that the analysis ever reads. Days, shards and machines add up; events
//! never leave the store or the warehouse.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::statistics::{Moments, Shape};

/// A metric's summary over the units of one variant.
///
/// The four variables of a unit are: its outcome, its denominator (1 for anything but a ratio), and both again from the time before the
/// start (0 where there is none).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MetricSummary {
    /// Units, means and products of deviations of the four variables.
    #[schema(value_type = Object)]
    pub moments: Moments<4>,
    /// The outcome's shape, for its skewness.
    #[schema(value_type = Object)]
    pub shape: Shape,
    /// The same without the cap, where the metric has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub uncapped: Option<Moments<4>>,
    /// Units above the cap.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub capped_units: u64,
    /// The smallest outcome above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest: Option<f64>,
    /// For quantiles: how many units have a value in each bucket, see [`Histogram`].
    #[serde(default, skip_serializing_if = "Histogram::is_empty")]
    pub histogram: Histogram,
}

/// Counts of values in buckets whose bounds grow by 1 %: bucket `k > 0` holds values around `1.01^(k - 3000)`, bucket 0 those at or
/// below 0, so that a quantile is right to half a percent (as DDSketch, Masson et al. 2019).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Histogram(pub BTreeMap<u32, u64>);

/// All metrics of the units of one variant.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cell {
    /// Units.
    pub units: u64,
    /// By the metric's name.
    pub metrics: BTreeMap<String, MetricSummary>,
}

/// The whole evidence of an experiment at one moment. Vectors over variants are in the design's order, the control first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Evidence {
    /// Everything so far, a cell a variant.
    pub total: Vec<Cell>,
    /// Everything up to the end of each day that had any, oldest first.
    pub days: Vec<DayEvidence>,
    /// Parts of the units, by dimension and value.
    pub segments: Vec<SegmentEvidence>,
    /// What was seen of the data itself.
    pub counts: DataCounts,
    /// The units themselves, where there are so few that only a permutation test can be trusted (see
    /// [`crate::statistics::permutation::CLUSTERS_FEW`]): a list a variant.
    pub few_units: Option<Vec<Vec<UnitValues>>>,
    /// Firings of rules, by rule and variant.
    pub rules: Vec<RuleFirings>,
    /// When it was put together, ms since 1970 UTC.
    pub as_of_ms: i64,
}

/// Everything up to the end of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayEvidence {
    /// The day, UTC: `2026-12-01`.
    pub day: String,
    /// A cell a variant, cumulated from the start.
    pub cells: Vec<Cell>,
    /// Events of this day alone.
    #[serde(default)]
    pub events: u64,
}

/// Part of the units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentEvidence {
    /// `category`, `region`, `device`, `visitor`.
    pub dimension: String,
    /// `shoes`.
    pub value: String,
    /// A cell a variant.
    pub cells: Vec<Cell>,
}

/// What was seen of the data itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DataCounts {
    /// Exposures taken in.
    pub exposures: u64,
    /// Outcomes taken in of exposed units.
    pub outcomes: u64,
    /// Outcomes that came before their unit's first exposure: they count for nothing.
    pub before_exposure: u64,
    /// Units that saw several variants: they are left out.
    pub several_variants: u64,
    /// Units left out because no person sees so much in a day.
    pub suspected_bots: u64,
    /// Events that said themselves to be from bots, internal traffic or forced variants.
    pub not_customers: u64,
    /// Events whose own time was out of bounds.
    pub out_of_time: u64,
}

/// A unit's four variables of each metric, in the order of the design's metrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct UnitValues(pub Vec<[f64; 4]>);

/// How often a rule acted on the selections of a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFirings {
    /// The rule.
    pub rule: String,
    /// Selections in which it acted, a number a variant.
    pub selections: Vec<u64>,
    /// All selections, a number a variant.
    pub of: Vec<u64>,
}

/// Buckets below this index stand for values below 1.
const ZERO_BUCKET_SHIFT: f64 = 3000.0;
const GROWTH: f64 = 1.01;

impl Histogram {
    /// The bucket of a value.
    pub fn bucket(value: f64) -> u32 {
        if value <= 0.0 { 0 } else { (libm::log(value) / libm::log(GROWTH) + ZERO_BUCKET_SHIFT).round().clamp(1.0, 6000.0) as u32 }
    }

    /// The value that a bucket stands for.
    pub fn value(bucket: u32) -> f64 {
        if bucket == 0 { 0.0 } else { libm::pow(GROWTH, f64::from(bucket) - ZERO_BUCKET_SHIFT) }
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sample quantile, right to half a percent of its value; `None` without values.
    pub fn quantile(&self, level: f64) -> Option<f64> {
        let last = self.count().checked_sub(1)?;
        let place = (level.clamp(0.0, 1.0) * last as f64).round() as u64;
        let mut seen = 0;
        self.0.iter().find_map(|(bucket, count)| {
            seen += count;
            (seen > place).then(|| Self::value(*bucket))
        })
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl MetricSummary {
    /// The summary of the units of both.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        let mut histogram = self.histogram.clone();
        for (bucket, count) in &other.histogram.0 {
            *histogram.0.entry(*bucket).or_default() += count;
        }
        let uncapped = match (&self.uncapped, &other.uncapped) {
            (Some(a), Some(b)) => Some(a.merge(b)),
            (one, other) => one.or(*other),
        };
        Self {
            moments: self.moments.merge(&other.moments),
            shape: self.shape.merge(&other.shape),
            uncapped,
            capped_units: self.capped_units + other.capped_units,
            smallest: [self.smallest, other.smallest].into_iter().flatten().min_by(f64::total_cmp),
            histogram,
        }
    }
}

impl Cell {
    /// The cell of the units of both.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        merged.units += other.units;
        for (name, summary) in &other.metrics {
            let held = merged.metrics.entry(name.clone()).or_default();
            *held = held.merge(summary);
        }
        merged
    }
}
