//! Visitors who come on a day, look, click and buy, by a law that the test sets.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::design::{Design, MetricKind};
use crate::evidence::{Cell, DayEvidence, Evidence, MetricSummary, SegmentEvidence, UnitValues};

/// 2026-11-02, a Monday.
pub const START_MS: i64 = 1_793_577_600_000;
const DAY_MS: i64 = 86_400_000;

/// A world.
#[derive(Debug, Clone)]
pub struct World {
    pub seed: u64,
    pub days: usize,
    /// Visitors a day, in each variant.
    pub daily: Vec<usize>,
    /// Chance to buy, of each variant on each day.
    pub rate: fn(usize, usize) -> f64,
    /// Items of a buyer, on average, in each variant.
    pub items: Vec<f64>,
    /// Keep the units themselves.
    pub keep_units: bool,
}

impl World {
    /// One in five buys, whatever they see.
    pub fn null(seed: u64) -> Self {
        Self { seed, days: 14, daily: vec![700, 700], rate: |_, _| 0.2, items: vec![3.0; 6], keep_units: false }
    }

    /// The treatment sells by a quarter more.
    pub fn better(seed: u64) -> Self {
        Self { rate: |arm, _| if arm == 0 { 0.2 } else { 0.25 }, ..Self::null(seed) }
    }

    /// What is seen of it, for the metrics of a design; segments by device.
    pub fn evidence(&self, design: &Design) -> Evidence {
        let mut random = Random(ChaCha8Rng::seed_from_u64(self.seed));
        let variants = self.daily.len();
        let mut total = vec![Cell::default(); variants];
        let mut devices = vec![vec![Cell::default(); variants]; 2];
        let mut units: Vec<Vec<UnitValues>> = vec![Vec::new(); variants];
        let mut days = Vec::new();
        for day in 0..self.days {
            let mut events = 0;
            for arm in 0..variants {
                let mut today = vec![Cell::default(); 2];
                for _ in 0..self.daily[arm] {
                    let values = self.visitor(&mut random, design, arm, day);
                    events += 3;
                    add(&mut today[random.below(2)], design, &values);
                    if self.keep_units {
                        units[arm].push(UnitValues(values));
                    }
                }
                for (device, cell) in today.iter().enumerate() {
                    devices[device][arm] = devices[device][arm].merge(cell);
                    total[arm] = total[arm].merge(cell);
                }
            }
            days.push(DayEvidence { day: name(day), cells: total.clone(), events });
        }
        let segment = |(value, cells): (&str, Vec<Cell>)| SegmentEvidence { dimension: "device".into(), value: value.into(), cells };
        Evidence {
            total,
            days,
            segments: ["mobile", "desktop"].into_iter().zip(devices).map(segment).collect(),
            few_units: self.keep_units.then_some(units),
            as_of_ms: START_MS + self.days as i64 * DAY_MS,
            ..Evidence::default()
        }
    }

    fn visitor(&self, random: &mut Random, design: &Design, arm: usize, day: usize) -> Vec<[f64; 4]> {
        let taste = random.uniform();
        let impressions = 1.0 + random.below(5) as f64;
        let buys = random.uniform() < (self.rate)(arm, day);
        let items = if buys { (self.items[arm] * (0.5 + random.uniform())).round() } else { 0.0 };
        let clicks = (0..impressions as usize).filter(|_| random.uniform() < 0.1 + 0.1 * taste).count() as f64;
        let before = f64::from(u8::from(taste + 0.2 * random.uniform() > 0.6));
        let value = |kind: &MetricKind| match kind {
            MetricKind::Proportion { .. } => [f64::from(u8::from(buys)), 1.0, before, 1.0],
            MetricKind::Ratio { .. } => [clicks, impressions, 2.0 * taste, 2.0],
            MetricKind::Count { .. } => [clicks, 1.0, before, 1.0],
            MetricKind::Total { .. } => [items, 1.0, before, 1.0],
            MetricKind::Quantile { .. } => [1.0 + 10.0 * taste + items, 1.0, 0.0, 0.0],
        };
        design.metrics.iter().map(|metric| value(&metric.kind)).collect()
    }
}

/// Adds a unit to a cell, as a store does.
pub fn add(cell: &mut Cell, design: &Design, values: &[[f64; 4]]) {
    cell.units += 1;
    for (metric, values) in design.metrics.iter().zip(values) {
        let summary = cell.metrics.entry(metric.name.clone()).or_default();
        let capped = metric.cap.map_or(values[0], |cap| values[0].min(cap));
        let mut one = MetricSummary { capped_units: u64::from(capped < values[0]), ..MetricSummary::default() };
        one.moments.push([capped, values[1], values[2], values[3]]);
        one.shape.push(capped);
        one.smallest = Some(values[0]).filter(|value| *value > 0.0);
        if metric.cap.is_some() {
            one.uncapped = Some([*values].into_iter().collect());
        }
        if let MetricKind::Quantile { .. } = metric.kind {
            one.histogram.0.insert(crate::evidence::Histogram::bucket(values[0]), 1);
        }
        *summary = summary.merge(&one);
    }
}

/// The name of a day, counted from the start.
pub fn name(day: usize) -> String {
    // Within two months of the start.
    if day < 29 { format!("2026-11-{:02}", day + 2) } else { format!("2026-12-{:02}", day - 28) }
}

struct Random(ChaCha8Rng);

impl Random {
    fn uniform(&mut self) -> f64 {
        use rand_chacha::rand_core::Rng;
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.uniform() * bound as f64) as usize
    }
}
