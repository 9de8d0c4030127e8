//! Exact sums by variant and day, and by variant and segment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ExactCell;
use crate::design::{DIMENSIONS, Design};
use crate::evidence::{Cell, DataCounts, DayEvidence, Evidence, SegmentEvidence};

/// Which cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellKey {
    /// The variant's place in the design.
    pub variant: u8,
    /// Which part of what its units did.
    pub part: Dimension,
}

/// Part of what the units of a variant did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// What a day changed in the cumulated sums; days are counted from 1970.
    Day(i64),
    /// All of the units with this value of a dimension, by its place in [`DIMENSIONS`].
    Segment(u8, String),
}

impl CellKey {
    /// As it is stored: `0/d20412`, `1/s2/mobile`.
    pub fn to_text(&self) -> String {
        match &self.part {
            Dimension::Day(day) => format!("{}/d{day}", self.variant),
            Dimension::Segment(dimension, value) => format!("{}/s{dimension}/{value}", self.variant),
        }
    }

    /// Back from what is stored.
    pub fn from_text(text: &str) -> Option<Self> {
        let (variant, part) = text.split_once('/')?;
        let part = match part.strip_prefix('d') {
            Some(day) => Dimension::Day(day.parse().ok()?),
            None => {
                let (dimension, value) = part.strip_prefix('s')?.split_once('/')?;
                Dimension::Segment(dimension.parse().ok()?, value.to_owned())
            }
        };
        Some(Self { variant: variant.parse().ok()?, part })
    }
}

/// Counts that may also fall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Counts {
    /// As in [`DataCounts`].
    pub exposures: i64,
    /// As in [`DataCounts`].
    pub outcomes: i64,
    /// As in [`DataCounts`].
    pub before_exposure: i64,
    /// As in [`DataCounts`].
    pub several_variants: i64,
    /// As in [`DataCounts`].
    pub suspected_bots: i64,
    /// As in [`DataCounts`].
    pub not_customers: i64,
}

/// Sums of an experiment, or a change of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    /// The sums.
    pub by_key: BTreeMap<CellKey, ExactCell>,
    /// What was seen of the data itself.
    pub counts: Counts,
}

impl Cells {
    /// A cell, made where it is new.
    pub fn cell_mut(&mut self, key: CellKey, metrics: usize) -> &mut ExactCell {
        let cell = self.by_key.entry(key).or_default();
        if cell.metrics.len() < metrics {
            cell.metrics.resize_with(metrics, Default::default);
        }
        cell
    }

    /// Adds a change, or the sums of another shard.
    pub fn merge(&mut self, other: &Self) {
        for (key, cell) in &other.by_key {
            self.by_key.entry(key.clone()).or_default().merge(cell);
        }
        self.counts.merge(&other.counts);
    }
}

impl Counts {
    /// Adds other counts.
    pub fn merge(&mut self, other: &Self) {
        self.exposures += other.exposures;
        self.outcomes += other.outcomes;
        self.before_exposure += other.before_exposure;
        self.several_variants += other.several_variants;
        self.suspected_bots += other.suspected_bots;
        self.not_customers += other.not_customers;
    }
}

/// What the analysis reads, up to and with `until` (days since 1970) where that is given; segments are of all days.
pub fn evidence(cells: &Cells, design: &Design, as_of_ms: i64, until: Option<i64>) -> Evidence {
    let variants = design.variants.len();
    let mut by_day: BTreeMap<i64, Vec<(usize, &ExactCell)>> = BTreeMap::new();
    let mut segments: BTreeMap<(u8, &str), Vec<Cell>> = BTreeMap::new();
    for (key, cell) in &cells.by_key {
        let variant = usize::from(key.variant);
        match &key.part {
            _ if variant >= variants => {}
            Dimension::Day(day) => by_day.entry(*day).or_default().push((variant, cell)),
            Dimension::Segment(dimension, value) => {
                segments.entry((*dimension, value)).or_insert_with(|| vec![ExactCell::default().cell(&design.metrics); variants])
                    [variant] = cell.cell(&design.metrics);
            }
        }
    }
    let mut so_far = vec![ExactCell::default(); variants];
    let mut days = Vec::new();
    for (day, changes) in by_day {
        if until.is_some_and(|until| day > until) {
            break;
        }
        let mut events = 0;
        for (variant, change) in changes {
            so_far[variant].merge(change);
            events += change.events;
        }
        let cells = so_far.iter().map(|cell| cell.cell(&design.metrics)).collect();
        days.push(DayEvidence { day: day_name(day), cells, events: events.max(0) as u64 });
    }
    let segments = segments
        .into_iter()
        .filter_map(|((dimension, value), cells)| {
            Some(SegmentEvidence { dimension: (*DIMENSIONS.get(usize::from(dimension))?).to_owned(), value: value.to_owned(), cells })
        })
        .collect();
    let total = so_far.iter().map(|cell| cell.cell(&design.metrics)).collect();
    let count = |count: i64| count.max(0) as u64;
    let counts = DataCounts {
        exposures: count(cells.counts.exposures),
        outcomes: count(cells.counts.outcomes),
        before_exposure: count(cells.counts.before_exposure),
        several_variants: count(cells.counts.several_variants),
        suspected_bots: count(cells.counts.suspected_bots),
        not_customers: count(cells.counts.not_customers),
        out_of_time: None,
    };
    Evidence { total, days, segments, counts, few_units: None, rules: Vec::new(), as_of_ms }
}

/// `2026-12-01` of a day counted from 1970.
fn day_name(day: i64) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    let date = jiff::Span::new().try_days(day).and_then(|span| epoch.checked_add(span));
    date.map_or_else(|_| format!("day {day}"), |date| date.to_string())
}
