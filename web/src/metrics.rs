//! Counters in Prometheus' text format. Labels are closed lists (routes, statuses, codes): nothing of a request's content, no
//! personal data. Counting is an atomic addition; nobody waits for anybody.

pub mod models;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use vitrine_detectors::Reason;
use vitrine_engine::TenantId;

use crate::error::Code;

/// What stands for every route that is not described.
const OTHER: &str = "other";
const STATUSES: &[u16] = &[200, 201, 304, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 502, 503, 504];
const BOUNDS_S: &[f64] = &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The counters of one process.
pub struct Metrics {
    tenant: String,
    /// Route patterns as described, sorted; what is none of them counts behind the last.
    routes: Vec<String>,
    requests: Vec<Vec<AtomicU64>>,
    durations: Vec<Histogram>,
    refusals: Vec<(&'static str, AtomicU64)>,
    detection: Histogram,
    /// Pictures found in memory, in the store, measured.
    pub pictures: [AtomicU64; 3],
    /// Verdicts found in memory, made.
    pub verdicts: [AtomicU64; 2],
    /// Runs of models that were spared because they could not change a decision.
    pub runs_spared: AtomicU64,
    /// Answers found in memory, found in Redis, made.
    pub answers: [AtomicU64; 3],
    /// Decisions known already, new.
    pub decisions: [AtomicU64; 2],
    /// Changes of the feed that this process settled.
    pub feed_settled: AtomicU64,
    /// Changes that were no longer newer than what was known.
    pub feed_stale: AtomicU64,
    /// Changes that could not be judged yet.
    pub feed_again: AtomicU64,
    /// Changes that went to the dead letters.
    pub feed_dead: AtomicU64,
    /// Results that a receiver took.
    pub results_told: AtomicU64,
    /// Results that a receiver did not take.
    pub results_failed: AtomicU64,
}

#[derive(Default)]
struct Histogram {
    buckets: [AtomicU64; BOUNDS_S.len() + 1],
    sum_us: AtomicU64,
}

impl Metrics {
    /// All zero, for these route patterns.
    pub fn new(tenant: &TenantId, mut routes: Vec<String>) -> Self {
        routes.sort();
        let codes = Code::ALL.iter().map(|code| code.as_str()).chain(Reason::ALL.iter().map(|reason| reason.code())).chain(["other"]);
        Self {
            tenant: tenant.as_str().replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"),
            requests: (0..=routes.len()).map(|_| (0..=STATUSES.len()).map(|_| AtomicU64::new(0)).collect()).collect(),
            durations: (0..=routes.len()).map(|_| Histogram::default()).collect(),
            routes,
            refusals: codes.map(|code| (code, AtomicU64::new(0))).collect(),
            detection: Histogram::default(),
            pictures: Default::default(),
            verdicts: Default::default(),
            runs_spared: AtomicU64::default(),
            answers: Default::default(),
            decisions: Default::default(),
            feed_settled: AtomicU64::default(),
            feed_stale: AtomicU64::default(),
            feed_again: AtomicU64::default(),
            feed_dead: AtomicU64::default(),
            results_told: AtomicU64::default(),
            results_failed: AtomicU64::default(),
        }
    }

    /// The tenant, as a label's value.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Counts an answered request.
    pub fn request(&self, route: Option<&str>, status: u16, took: Duration) {
        let known = route.and_then(|route| self.routes.binary_search_by(|known| known.as_str().cmp(route)).ok());
        let route = known.unwrap_or(self.routes.len());
        let status = STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len());
        self.requests[route][status].fetch_add(1, Relaxed);
        self.durations[route].add(took);
    }

    /// Counts a refusal: of a request, or of a picture within one.
    pub fn refusal(&self, code: &str) {
        let known = self.refusals.iter().find(|(known, _)| *known == code).or(self.refusals.last());
        if let Some((_, count)) = known {
            count.fetch_add(1, Relaxed);
        }
    }

    /// Counts a picture that was opened and measured.
    pub fn detected(&self, took: Duration) {
        self.detection.add(took);
    }

    /// All counters as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let tenant = &self.tenant;
        writeln!(out, "# HELP vitrine_requests_total Requests answered.\n# TYPE vitrine_requests_total counter")?;
        let names = || self.routes.iter().map(String::as_str).chain([OTHER]);
        for (route, counts) in names().zip(&self.requests) {
            for (index, count) in counts.iter().enumerate().filter(|(_, count)| count.load(Relaxed) > 0) {
                let status = STATUSES.get(index).map_or_else(|| "other".to_owned(), u16::to_string);
                let count = count.load(Relaxed);
                writeln!(out, "vitrine_requests_total{{tenant=\"{tenant}\",route=\"{route}\",status=\"{status}\"}} {count}")?;
            }
        }
        writeln!(out, "# HELP vitrine_request_duration_seconds Time to an answer.\n# TYPE vitrine_request_duration_seconds histogram")?;
        for (route, histogram) in names().zip(&self.durations) {
            histogram.write(out, "vitrine_request_duration_seconds", &format!("tenant=\"{tenant}\",route=\"{route}\""))?;
        }
        writeln!(
            out,
            "# HELP vitrine_detection_seconds Time to open and measure one picture.\n# TYPE vitrine_detection_seconds histogram"
        )?;
        self.detection.write(out, "vitrine_detection_seconds", &format!("tenant=\"{tenant}\""))?;
        writeln!(out, "# HELP vitrine_refusals_total Requests and pictures refused, by code.\n# TYPE vitrine_refusals_total counter")?;
        for (code, count) in self.refusals.iter().filter(|(_, count)| count.load(Relaxed) > 0) {
            writeln!(out, "vitrine_refusals_total{{tenant=\"{tenant}\",code=\"{code}\"}} {}", count.load(Relaxed))?;
        }
        let spared = self.runs_spared.load(Relaxed);
        writeln!(
            out,
            "# HELP vitrine_model_runs_spared_total Runs of models not made because they could not change a decision.\n\
             # TYPE vitrine_model_runs_spared_total counter\n\
             vitrine_model_runs_spared_total{{tenant=\"{tenant}\"}} {spared}"
        )?;
        let fed = [&self.feed_settled, &self.feed_stale, &self.feed_again, &self.feed_dead];
        let results = [&self.results_told, &self.results_failed];
        let families: [CounterFamily<'_>; 6] = [
            (
                "vitrine_pictures_total",
                "Pictures of selections, by where their signals came from.",
                "from",
                &["memory", "store", "measured"],
                &self.pictures.each_ref(),
            ),
            ("vitrine_verdicts_total", "Verdicts, by where they came from.", "from", &["memory", "evaluated"], &self.verdicts.each_ref()),
            (
                "vitrine_answers_total",
                "Answers of selections, by where they came from.",
                "from",
                &["memory", "redis", "made"],
                &self.answers.each_ref(),
            ),
            (
                "vitrine_decisions_total",
                "Decisions, by whether they were stored already.",
                "result",
                &["known", "new"],
                &self.decisions.each_ref(),
            ),
            (
                "vitrine_feed_changes_total",
                "Changes of the feed that this process had in hand, by what became of them.",
                "result",
                &["settled", "stale", "again", "dead"],
                &fed,
            ),
            ("vitrine_feed_results_total", "Results, by whether their receiver took them.", "result", &["told", "failed"], &results),
        ];
        for (name, help, label, values, counts) in families {
            writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter")?;
            for (value, count) in values.iter().zip(counts) {
                writeln!(out, "{name}{{tenant=\"{tenant}\",{label}=\"{value}\"}} {}", count.load(Relaxed))?;
            }
        }
        Ok(())
    }
}

/// Name, help, label, the label's values, and a counter for each.
type CounterFamily<'a> = (&'a str, &'a str, &'a str, &'a [&'a str], &'a [&'a AtomicU64]);

impl Histogram {
    fn add(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = BOUNDS_S.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS_S.len());
        self.buckets[bucket].fetch_add(1, Relaxed);
        self.sum_us.fetch_add(took.as_micros() as u64, Relaxed);
    }

    fn write(&self, out: &mut String, name: &str, labels: &str) -> std::fmt::Result {
        let counts: Vec<u64> = self.buckets.iter().map(|count| count.load(Relaxed)).collect();
        let total: u64 = counts.iter().sum();
        if total == 0 {
            return Ok(());
        }
        let mut below = 0;
        for (bound, count) in BOUNDS_S.iter().zip(&counts) {
            below += count;
            writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {below}")?;
        }
        writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {total}")?;
        writeln!(out, "{name}_sum{{{labels}}} {}", self.sum_us.load(Relaxed) as f64 / 1e6)?;
        writeln!(out, "{name}_count{{{labels}}} {total}")
    }
}
