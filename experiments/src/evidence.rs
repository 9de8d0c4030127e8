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
    /// Events whose own time was out of bounds, where somebody counts them: events that are sent are refused for it at once, and only their
    /// sender knows how many were sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_time: Option<u64>,
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

impl Evidence {
    /// The evidence of the units of both: two shards, two regions, two uploads. Cells of a day that only one of them has are that one's
    /// and the other's last before. The units themselves stay only where both have them, firings add up by rule.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        if *self == Self::default() {
            return other.clone();
        }
        if *other == Self::default() {
            return self.clone();
        }
        let few_units = match (&self.few_units, &other.few_units) {
            (Some(a), Some(b)) if a.len() == b.len() => Some(a.iter().zip(b).map(|(a, b)| a.iter().chain(b).cloned().collect()).collect()),
            _ => None,
        };
        Self {
            total: merge_cells(&self.total, &other.total),
            days: self.merge_days(other),
            segments: self.merge_segments(other),
            counts: self.counts.merge(&other.counts),
            few_units,
            rules: self.merge_rules(other),
            as_of_ms: self.as_of_ms.max(other.as_of_ms),
        }
    }

    fn merge_days(&self, other: &Self) -> Vec<DayEvidence> {
        // The texts of days sort as days do.
        let names: std::collections::BTreeSet<&str> = self.days.iter().chain(&other.days).map(|day| day.day.as_str()).collect();
        let up_to =
            |days: &[DayEvidence], name: &str| days.iter().filter(|day| day.day.as_str() <= name).max_by(|a, b| a.day.cmp(&b.day)).cloned();
        names
            .into_iter()
            .map(|name| {
                let held = [up_to(&self.days, name), up_to(&other.days, name)];
                let events = held.iter().flatten().filter(|day| day.day == name).map(|day| day.events).sum();
                let cells = held.into_iter().flatten().fold(Vec::new(), |cells, day| merge_cells(&cells, &day.cells));
                DayEvidence { day: name.to_owned(), cells, events }
            })
            .collect()
    }

    fn merge_segments(&self, other: &Self) -> Vec<SegmentEvidence> {
        let mut merged: BTreeMap<(&str, &str), Vec<Cell>> = BTreeMap::new();
        for segment in self.segments.iter().chain(&other.segments) {
            let held = merged.entry((&segment.dimension, &segment.value)).or_default();
            *held = merge_cells(held, &segment.cells);
        }
        let made = |((dimension, value), cells): ((&str, &str), Vec<Cell>)| SegmentEvidence {
            dimension: dimension.into(),
            value: value.into(),
            cells,
        };
        merged.into_iter().map(made).collect()
    }

    fn merge_rules(&self, other: &Self) -> Vec<RuleFirings> {
        let add = |a: &mut Vec<u64>, b: &[u64]| {
            a.resize(a.len().max(b.len()), 0);
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        };
        let mut merged: BTreeMap<&str, RuleFirings> = BTreeMap::new();
        for rule in self.rules.iter().chain(&other.rules) {
            let held =
                merged.entry(&rule.rule).or_insert_with(|| RuleFirings { rule: rule.rule.clone(), selections: Vec::new(), of: Vec::new() });
            add(&mut held.selections, &rule.selections);
            add(&mut held.of, &rule.of);
        }
        merged.into_values().collect()
    }
}

impl DataCounts {
    fn merge(&self, other: &Self) -> Self {
        Self {
            exposures: self.exposures + other.exposures,
            outcomes: self.outcomes + other.outcomes,
            before_exposure: self.before_exposure + other.before_exposure,
            several_variants: self.several_variants + other.several_variants,
            suspected_bots: self.suspected_bots + other.suspected_bots,
            not_customers: self.not_customers + other.not_customers,
            out_of_time: self.out_of_time.into_iter().chain(other.out_of_time).reduce(|a, b| a + b),
        }
    }
}

fn merge_cells(a: &[Cell], b: &[Cell]) -> Vec<Cell> {
    let empty = Cell::default();
    (0..a.len().max(b.len())).map(|arm| a.get(arm).unwrap_or(&empty).merge(b.get(arm).unwrap_or(&empty))).collect()
}
