//! What a batcher did: histograms of the parts of a request, which add up to its total, of batch sizes, and refusals by cause. Counting
//! is an atomic addition.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::Cause;

/// The parts of one answered request. They follow each other without a gap: their sum is the total.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// From the claim to the row handed in: resizing and normalising.
    pub preprocess: Duration,
    /// Waiting for a session.
    pub queue: Duration,
    /// Gathering the batch's rows and handing its outputs out.
    pub copy: Duration,
    /// The batch's run.
    pub infer: Duration,
    /// From the run's end to the finished values, the way back to the caller's thread included.
    pub postprocess: Duration,
    /// From the claim to the finished values.
    pub total: Duration,
    /// Rows of the batch.
    pub batch: usize,
}

/// Upper bounds of the time histograms, in seconds; one more bucket counts what is longer.
pub const BOUNDS_S: [f64; 18] =
    [0.000_01, 0.000_03, 0.0001, 0.0003, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.12, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];
/// Upper bounds of the histogram of batch sizes.
pub const BOUNDS_ROWS: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

/// Counted values, by upper bound.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [f64],
    counts: Vec<AtomicU64>,
    /// In millionths of the unit.
    sum: AtomicU64,
}

impl Histogram {
    fn new(bounds: &'static [f64]) -> Self {
        Self { bounds, counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(), sum: AtomicU64::new(0) }
    }

    fn add(&self, value: f64) {
        let place = self.bounds.iter().position(|bound| value <= *bound).unwrap_or(self.bounds.len());
        self.counts[place].fetch_add(1, Relaxed);
        self.sum.fetch_add((value * 1e6).round() as u64, Relaxed);
    }

    /// The upper bounds; `counts` has one more.
    pub fn bounds(&self) -> &'static [f64] {
        self.bounds
    }

    /// How many values fell under each bound and over the one before it; last, those over all bounds.
    pub fn counts(&self) -> Vec<u64> {
        self.counts.iter().map(|count| count.load(Relaxed)).collect()
    }

    /// How many values there were.
    pub fn count(&self) -> u64 {
        self.counts().iter().sum()
    }

    /// The sum of all values, exact to a millionth each.
    pub fn sum(&self) -> f64 {
        self.sum.load(Relaxed) as f64 / 1e6
    }
}

/// The counters of one batcher, which is one model of one version.
#[derive(Debug)]
pub struct Metrics {
    times: [Histogram; 6],
    batch: Histogram,
    refusals: [AtomicU64; Cause::ALL.len()],
}

/// Names of the time histograms, in order; the last is the sum of the others.
const TIMES: [&str; 6] = ["preprocess", "queue", "copy", "infer", "postprocess", "total"];

impl Default for Metrics {
    fn default() -> Self {
        Self { times: TIMES.map(|_| Histogram::new(&BOUNDS_S)), batch: Histogram::new(&BOUNDS_ROWS), refusals: Default::default() }
    }
}

impl Metrics {
    /// Times of answered requests in seconds, by part: `preprocess`, `queue`, `copy`, `infer`, `postprocess`, and their `total`.
    pub fn times(&self) -> impl Iterator<Item = (&'static str, &Histogram)> {
        TIMES.into_iter().zip(&self.times)
    }

    /// Rows of the batch that each answered request was in.
    pub fn batch(&self) -> &Histogram {
        &self.batch
    }

    /// Refusals so far.
    pub fn refusals(&self) -> impl Iterator<Item = (Cause, u64)> {
        Cause::ALL.into_iter().zip(&self.refusals).map(|(cause, count)| (cause, count.load(Relaxed)))
    }

    pub(super) fn record(&self, parts: &Parts) {
        let Parts { preprocess, queue, copy, infer, postprocess, total, batch } = *parts;
        for (histogram, part) in self.times.iter().zip([preprocess, queue, copy, infer, postprocess, total]) {
            histogram.add(part.as_secs_f64());
        }
        self.batch.add(batch as f64);
    }

    pub(super) fn refused(&self, cause: Cause) {
        self.refusals[cause as usize].fetch_add(1, Relaxed);
    }
}
