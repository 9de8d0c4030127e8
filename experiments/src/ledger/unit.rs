//! One unit of one experiment: what it saw and did, in a form that takes events in any order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::cells::{CellKey, Cells, Dimension};
use super::{DAY_MS, UnitTotals};
use crate::design::{Design, EXPOSURES, Metric, MetricKind, Unit};
use crate::evidence::UnitValues;

/// More exposures of one visitor in one day are no person's.
pub const VISITOR_EXPOSURES_MOST: u32 = 5_000;

/// Something that happened to a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id, unique within the unit.
    pub id: String,
    /// When, by the sender's clock, ms since 1970 UTC.
    pub at_ms: i64,
    /// What.
    pub what: Happening,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// The unit saw a variant.
    Exposure(Exposure),
    /// The unit did something.
    Outcome {
        /// Its name: `purchase`.
        name: String,
        /// Its value in millionths; 0 where it has none.
        millionths: i64,
    },
}

/// A unit saw a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// The variant's place in the design.
    pub variant: u8,
    /// What is known of the circumstances, in the order of [`crate::design::DIMENSIONS`].
    pub segments: [Option<String>; 4],
}

/// What the fold needs to know of an experiment.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Its plan.
    pub design: &'a Design,
    /// When it started, ms since 1970 UTC.
    pub started_ms: i64,
    /// When it was stopped: later exposures take in no new units.
    pub stopped_ms: Option<i64>,
}

/// How often and how much, by the outcome's name.
type Totals = BTreeMap<String, (u32, i64)>;

/// What a unit of an experiment saw and did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UnitLedger {
    /// The first exposure: its time and its event.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<(i64, String, Exposure)>,
    /// The variants seen.
    variants: BTreeSet<u8>,
    /// Exposures by day.
    exposures: BTreeMap<i64, u32>,
    /// Outcomes from the first exposure on, by day.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outcomes: BTreeMap<i64, Totals>,
    /// Outcomes since the start and before the first exposure: an earlier one may still come in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    early: Vec<(i64, String, i64)>,
    /// Outcomes of the time before the start.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    before: Totals,
}

impl UnitLedger {
    /// Takes in an event that it has not seen. Outcomes that no metric asks for, and events out of the experiment's time, change nothing.
    pub fn take(&mut self, event: &Event, context: &Context<'_>) {
        match &event.what {
            Happening::Exposure(exposure) => self.exposed(event, exposure, context),
            Happening::Outcome { name, millionths } => {
                if context.design.metrics.iter().flat_map(Metric::events).any(|wanted| wanted == name) {
                    self.did(event.at_ms, name, *millionths, context);
                }
            }
        }
    }

    fn exposed(&mut self, event: &Event, exposure: &Exposure, context: &Context<'_>) {
        if context.design.unit.is_washed_out(event.at_ms) {
            return;
        }
        if event.at_ms < context.started_ms || context.stopped_ms.is_some_and(|stopped| event.at_ms >= stopped) {
            return;
        }
        self.variants.insert(exposure.variant);
        *self.exposures.entry(day_of(event.at_ms)).or_default() += 1;
        let earlier = self.first.as_ref().is_none_or(|(at, id, _)| (event.at_ms, &event.id) < (*at, id));
        if earlier {
            self.first = Some((event.at_ms, event.id.clone(), exposure.clone()));
            // What came in too early before may now be in time.
            for (at_ms, name, millionths) in std::mem::take(&mut self.early) {
                self.did(at_ms, &name, millionths, context);
            }
        }
    }

    fn did(&mut self, at_ms: i64, name: &str, millionths: i64, context: &Context<'_>) {
        let add = |totals: &mut Totals| {
            let total = totals.entry(name.to_owned()).or_default();
            total.0 = total.0.saturating_add(1);
            total.1 = total.1.saturating_add(millionths);
        };
        if at_ms < context.started_ms {
            if at_ms >= context.started_ms - i64::from(context.design.pre_period_days) * DAY_MS {
                add(&mut self.before);
            }
        } else if self.first.as_ref().is_some_and(|(first, ..)| at_ms >= *first) {
            add(self.outcomes.entry(day_of(at_ms)).or_default());
        } else {
            let place = self.early.partition_point(|held| (held.0, &held.1, held.2) < (at_ms, &name.to_owned(), millionths));
            self.early.insert(place, (at_ms, name.to_owned(), millionths));
        }
    }

    /// Whether it has been exposed.
    pub fn is_exposed(&self) -> bool {
        self.first.is_some()
    }

    /// The variant that it counts for; `None` where it counts for none.
    pub fn variant(&self, design: &Design) -> Option<usize> {
        let variant = usize::from(self.first.as_ref()?.2.variant);
        (self.variants.len() == 1 && !self.is_bot(design) && variant < design.variants.len()).then_some(variant)
    }

    fn is_bot(&self, design: &Design) -> bool {
        design.unit == Unit::Visitor && self.exposures.values().any(|count| *count > VISITOR_EXPOSURES_MOST)
    }

    /// Adds what this unit counts for (`sign` 1), or takes it away (-1).
    pub fn contribute(&self, cells: &mut Cells, context: &Context<'_>, sign: i64) {
        let Some((first_at, _, exposure)) = &self.first else { return };
        let design = context.design;
        cells.counts.exposures += sign * self.exposures.values().map(|count| i64::from(*count)).sum::<i64>();
        cells.counts.outcomes += sign * self.outcomes.values().flat_map(BTreeMap::values).map(|(count, _)| i64::from(*count)).sum::<i64>();
        // What belongs to exposures that count for nothing came in no wrong order.
        let early = self.early.iter().filter(|(at_ms, ..)| !design.unit.is_washed_out(*at_ms));
        cells.counts.before_exposure += sign * early.count() as i64;
        cells.counts.several_variants += sign * i64::from(self.variants.len() > 1);
        cells.counts.suspected_bots += sign * i64::from(self.variants.len() == 1 && self.is_bot(design));
        let Some(variant) = self.variant(design) else { return };
        let days: BTreeSet<i64> = self.exposures.keys().chain(self.outcomes.keys()).copied().collect();
        let entry = day_of(*first_at);
        let mut so_far = (0_u32, Totals::new());
        let mut last: Option<Vec<UnitTotals>> = None;
        for day in days {
            let exposures = self.exposures.get(&day).copied().unwrap_or_default();
            so_far.0 = so_far.0.saturating_add(exposures);
            let mut events = i64::from(exposures);
            for (name, (count, sum)) in self.outcomes.get(&day).into_iter().flatten() {
                let total = so_far.1.entry(name.clone()).or_default();
                total.0 = total.0.saturating_add(*count);
                total.1 = total.1.saturating_add(*sum);
                events += i64::from(*count);
            }
            let now = self.totals(design, so_far.0, &so_far.1);
            let cell = cells.cell_mut(CellKey { variant: variant as u8, part: Dimension::Day(day.max(entry)) }, design.metrics.len());
            cell.events += sign * events;
            cell.units += sign * i64::from(last.is_none());
            for (metric, sums) in cell.metrics.iter_mut().enumerate() {
                if let Some(last) = &last {
                    sums.add(&last[metric], -sign);
                }
                sums.add(&now[metric], sign);
            }
            last = Some(now);
        }
        let Some(all) = last else { return };
        for (dimension, value) in exposure.segments.iter().enumerate() {
            let Some(value) = value.as_ref().filter(|_| design.segments.iter().any(|name| name == crate::design::DIMENSIONS[dimension]))
            else {
                continue;
            };
            let key = CellKey { variant: variant as u8, part: Dimension::Segment(dimension as u8, value.clone()) };
            let cell = cells.cell_mut(key, design.metrics.len());
            cell.units += sign;
            cell.metrics.iter_mut().zip(&all).for_each(|(sums, totals)| sums.add(totals, sign));
        }
    }

    /// Its numbers, for tests that need every unit.
    pub fn values(&self, design: &Design) -> UnitValues {
        let exposures = self.exposures.values().fold(0_u32, |sum, count| sum.saturating_add(*count));
        let mut outcomes = Totals::new();
        for (name, (count, sum)) in self.outcomes.values().flatten() {
            let total = outcomes.entry(name.clone()).or_default();
            total.0 = total.0.saturating_add(*count);
            total.1 = total.1.saturating_add(*sum);
        }
        let plain = |totals: UnitTotals| totals.values.map(|value| value as f64 / super::MILLIONTHS);
        UnitValues(self.totals(design, exposures, &outcomes).into_iter().map(plain).collect())
    }

    fn totals(&self, design: &Design, exposures: u32, outcomes: &Totals) -> Vec<UnitTotals> {
        design.metrics.iter().map(|metric| self.totals_of(metric, exposures, outcomes)).collect()
    }

    fn totals_of(&self, metric: &Metric, exposures: u32, outcomes: &Totals) -> UnitTotals {
        let whole = |count: u32| i64::from(count) * super::MILLIONTHS as i64;
        let count = |totals: &Totals, name: &str| totals.get(name).map_or(0, |total| total.0);
        let sum = |totals: &Totals, name: &str| totals.get(name).map_or(0, |total| total.1);
        let one = whole(1);
        let values = match &metric.kind {
            MetricKind::Proportion { event } => [whole(count(outcomes, event).min(1)), one, whole(count(&self.before, event).min(1)), one],
            MetricKind::Count { event } if event == EXPOSURES => [whole(exposures), one, 0, one],
            MetricKind::Count { event } => [whole(count(outcomes, event)), one, whole(count(&self.before, event)), one],
            MetricKind::Total { event } | MetricKind::Quantile { event, .. } => [sum(outcomes, event), one, sum(&self.before, event), one],
            MetricKind::Ratio { event, per } => {
                let below = if per == EXPOSURES { whole(exposures) } else { whole(count(outcomes, per)) };
                [whole(count(outcomes, event)), below, whole(count(&self.before, event)), whole(count(&self.before, per))]
            }
        };
        let histogram = matches!(metric.kind, MetricKind::Quantile { .. }) || metric.cap.is_some();
        match metric.cap.and_then(super::millionths) {
            None => UnitTotals { values, uncapped: None, histogram },
            Some(cap) => {
                let capped = [values[0].min(cap), values[1], values[2].min(cap), values[3]];
                UnitTotals { values: capped, uncapped: Some([values[0], values[2]]), histogram }
            }
        }
    }
}

/// The day of a time, counted from 1970 UTC.
fn day_of(at_ms: i64) -> i64 {
    at_ms.div_euclid(DAY_MS)
}
