//! How long a batch takes: learned as batches run. Each batch size keeps its own recent mean and spread; sizes not seen yet are read off
//! the line a·n + b through all that were.

use std::time::Duration;

use super::plan::BUCKETS;

/// Weight of the newest run in a size's mean and spread.
const NEWEST: f64 = 0.1;
/// What an older run still weighs when one more has come, for the line.
const FADE: f64 = 0.98;
/// Spreads added to a mean, so that a prediction is kept nearly always.
const SPREADS: f64 = 2.0;
/// The first run of a size warms up caches: it may not stand for the rest for long.
const FIRST_RUNS: u32 = 5;

/// The learned cost of a batch.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    sizes: [Size; BUCKETS.len()],
    line: Line,
}

#[derive(Debug, Clone, Copy, Default)]
struct Size {
    runs: u32,
    mean_s: f64,
    spread_s: f64,
}

/// Sums of a weighted least-squares fit of seconds over rows.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    weight: f64,
    rows: f64,
    rows_rows: f64,
    seconds: f64,
    rows_seconds: f64,
}

impl Cost {
    /// Takes note of a run.
    pub fn learn(&mut self, rows: usize, took: Duration) {
        let seconds = took.as_secs_f64();
        if let Some(size) = BUCKETS.iter().position(|bucket| *bucket == rows).and_then(|place| self.sizes.get_mut(place)) {
            size.runs = size.runs.saturating_add(1);
            let newest = NEWEST.max(1.0 / f64::from(size.runs.min(FIRST_RUNS)));
            let away = (seconds - size.mean_s).abs();
            size.mean_s += newest * (seconds - size.mean_s);
            size.spread_s = if size.runs == 1 { 0.0 } else { size.spread_s + NEWEST * (away - size.spread_s) };
        }
        let (line, rows) = (&mut self.line, rows as f64);
        for (sum, term) in [
            (&mut line.weight, 1.0),
            (&mut line.rows, rows),
            (&mut line.rows_rows, rows * rows),
            (&mut line.seconds, seconds),
            (&mut line.rows_seconds, rows * seconds),
        ] {
            *sum = *sum * FADE + term;
        }
    }

    /// The time that a batch will most probably not exceed; zero while nothing is known.
    pub fn predict(&self, rows: usize) -> Duration {
        let known = BUCKETS.iter().position(|bucket| *bucket == rows).and_then(|place| self.sizes.get(place)).filter(|size| size.runs > 0);
        let seconds = match known {
            Some(size) => size.mean_s + SPREADS * size.spread_s,
            None => self.line.at(rows as f64),
        };
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }
}

impl Line {
    fn at(&self, rows: f64) -> f64 {
        if self.weight == 0.0 {
            return 0.0;
        }
        let determinant = self.weight * self.rows_rows - self.rows * self.rows;
        let mean_rows = self.rows / self.weight;
        // Runs of one size say nothing of the slope: then all cost is taken to be per row.
        if determinant < 1e-9 * self.weight * self.rows_rows {
            return self.seconds / self.weight * rows / mean_rows;
        }
        let slope = ((self.weight * self.rows_seconds - self.rows * self.seconds) / determinant).max(0.0);
        let offset = (self.seconds - slope * self.rows) / self.weight;
        slope.mul_add(rows, offset).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: f64) -> Duration {
        Duration::from_secs_f64(milliseconds / 1e3)
    }

    #[test]
    fn sizes_never_seen_are_read_off_the_line() {
        let mut cost = Cost::default();
        assert_eq!(cost.predict(4), Duration::ZERO);
        cost.learn(2, ms(20.0));
        assert!((cost.predict(8).as_secs_f64() - 0.08).abs() < 1e-9, "{:?}", cost.predict(8));
        for _ in 0..20 {
            cost.learn(1, ms(13.0));
            cost.learn(4, ms(22.0));
            cost.learn(2, ms(16.0));
        }
        assert!((cost.predict(32).as_secs_f64() - 0.106).abs() < 0.004, "{:?}", cost.predict(32));
    }

    #[test]
    fn it_follows_a_machine_that_becomes_slower_and_covers_its_spread() {
        let mut cost = Cost::default();
        (0..50).for_each(|_| cost.learn(8, ms(10.0)));
        assert!((cost.predict(8).as_secs_f64() - 0.01).abs() < 1e-4);
        for round in 0..100 {
            cost.learn(8, ms(if round % 2 == 0 { 18.0 } else { 22.0 }));
        }
        let predicted = cost.predict(8);
        assert!(predicted > ms(22.0) && predicted < ms(26.0), "{predicted:?}");
    }
}
