//! How the feed is doing: what waits, for how long, who is not reached, what died.

use std::fmt::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Streams;
use super::streams::Backlog;
use crate::app::App;
use crate::store::{FeedState, StoreError, now_ms};

/// How the feed is doing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FeedStatus {
    /// Products with a change that nobody has in hand.
    pub waiting: i64,
    /// Products with a change in a worker's hand.
    pub in_hand: i64,
    /// How long the oldest of these has waited, s; null where nothing waits.
    pub oldest_seconds: Option<f64>,
    /// Products settled during the last minute, by all workers.
    pub settled_last_minute: i64,
    /// Dead letters.
    pub dead_letters: i64,
    /// The streams of changes; null without Redis, or where it does not answer.
    pub stream: Option<StreamStatus>,
    /// Whether Redis answers; null without Redis.
    pub redis_answers: Option<bool>,
    /// Who has not been told everything yet.
    pub results: Vec<ReceiverStatus>,
}

/// What there is in the streams of changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StreamStatus {
    /// Entries that no worker has read: the lag.
    pub unread: i64,
    /// Entries that a worker has read and not acknowledged.
    pub unacknowledged: i64,
    /// How long the oldest of all is there, s; null where there is none.
    pub oldest_seconds: Option<f64>,
}

/// What waits for a receiver of results.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReceiverStatus {
    /// A webhook's host and a part of its address' hash; `stream` for the streams of results.
    pub receiver: String,
    /// Results that it has not been told.
    pub waiting: i64,
    /// How long the oldest of them waits, s.
    pub oldest_seconds: f64,
}

/// How long the gauges wait for the store, and for Redis.
const PATIENCE: Duration = Duration::from_secs(2);

/// What Redis tells of the streams: `None` without Redis, `Some(None)` where it does not answer.
type Asked = Option<Option<Backlog>>;

/// From ms to s, since a time; nothing is older than 0.
fn age(now_ms: i64, since_ms: i64) -> f64 {
    (now_ms - since_ms).max(0) as f64 / 1000.0
}

impl App {
    /// How the feed is doing.
    ///
    /// # Errors
    /// When the store fails; without Redis its part is missing.
    pub async fn feed_status(&self) -> Result<FeedStatus, StoreError> {
        let (state, backlog) = tokio::join!(self.store.feed_state(&self.config.tenant), self.backlog());
        Ok(status(state?, backlog, now_ms()))
    }

    /// The same as Prometheus text, of whoever answers in time: a database that is late hides nothing that Redis tells, and the other way
    /// round.
    pub async fn feed_gauges(&self) -> String {
        let state = tokio::time::timeout(PATIENCE, self.store.feed_state(&self.config.tenant));
        let backlog = tokio::time::timeout(PATIENCE, self.backlog());
        let (state, backlog) = tokio::join!(state, backlog);
        let (state, backlog) = (state.ok().and_then(Result::ok), backlog.unwrap_or_else(|_| self.redis.as_ref().map(|_| None)));
        let (stored, status) = (state.is_some(), status(state.unwrap_or_default(), backlog, now_ms()));
        let tenant = self.metrics.tenant();
        [if stored { status.store_gauges(tenant) } else { String::new() }, status.redis_gauges(tenant)].concat()
    }

    async fn backlog(&self) -> Asked {
        let redis = self.redis.as_ref()?;
        Some(Streams::new(redis.clone(), &self.config).backlog().await.ok())
    }
}

fn status(state: FeedState, backlog: Asked, now_ms: i64) -> FeedStatus {
    let FeedState { waiting, in_hand, oldest_ms, settled_last_minute, dead, results } = state;
    let stream = |backlog: Backlog| StreamStatus {
        unread: backlog.unread,
        unacknowledged: backlog.unacknowledged,
        oldest_seconds: backlog.oldest_ms.map(|since| age(backlog.now_ms, since)),
    };
    let receiver = |(name, waiting, oldest_ms): (String, i64, i64)| ReceiverStatus {
        receiver: if name.is_empty() { "stream".into() } else { name },
        waiting,
        oldest_seconds: age(now_ms, oldest_ms),
    };
    FeedStatus {
        waiting,
        in_hand,
        oldest_seconds: oldest_ms.map(|since| age(now_ms, since)),
        settled_last_minute,
        dead_letters: dead,
        redis_answers: backlog.as_ref().map(Option::is_some),
        stream: backlog.flatten().map(stream),
        results: results.into_iter().map(receiver).collect(),
    }
}

impl FeedStatus {
    /// What the store tells, as Prometheus text; the tenant's name is escaped already.
    fn store_gauges(&self, tenant: &str) -> String {
        let of_each = |value: fn(&ReceiverStatus) -> f64| {
            let labelled = |one: &ReceiverStatus| (format!(",receiver=\"{}\"", one.receiver), value(one));
            self.results.iter().map(labelled).collect::<Vec<_>>()
        };
        let mut gauges = Gauges { tenant, text: String::new() };
        gauges.one("waiting", "Products with a change that nobody has in hand.", self.waiting as f64);
        gauges.one("in_hand", "Products with a change in a worker's hand.", self.in_hand as f64);
        let oldest = self.oldest_seconds.unwrap_or(0.0);
        gauges.one("oldest_seconds", "How long the oldest change that is not settled has waited.", oldest);
        let settled = self.settled_last_minute as f64;
        gauges.one("settled_last_minute", "Products settled during the last minute, by all workers.", settled);
        gauges.one("dead_letters", "Changes that could not be judged.", self.dead_letters as f64);
        gauges.all("results_waiting", "Results that a receiver has not been told.", &of_each(|one| one.waiting as f64));
        gauges.all("results_oldest_seconds", "How long the oldest of them waits.", &of_each(|one| one.oldest_seconds));
        gauges.text
    }

    /// What Redis tells, likewise.
    fn redis_gauges(&self, tenant: &str) -> String {
        let mut gauges = Gauges { tenant, text: String::new() };
        if let Some(answers) = self.redis_answers {
            gauges.one("redis_answers", "Whether Redis answers.", f64::from(u8::from(answers)));
        }
        if let Some(stream) = &self.stream {
            gauges.one("stream_unread", "Entries of the streams of changes that no worker has read.", stream.unread as f64);
            let unacknowledged = stream.unacknowledged as f64;
            gauges.one("stream_unacknowledged", "Entries that a worker has read and not acknowledged.", unacknowledged);
            let oldest = stream.oldest_seconds.unwrap_or(0.0);
            gauges.one("stream_oldest_seconds", "How long the oldest entry of the streams of changes is there.", oldest);
        }
        gauges.text
    }
}

/// Gauges of the feed as Prometheus text.
struct Gauges<'a> {
    tenant: &'a str,
    text: String,
}

impl Gauges<'_> {
    fn one(&mut self, name: &str, help: &str, value: f64) {
        self.all(name, help, &[(String::new(), value)]);
    }

    /// A gauge with a value for each of some labels.
    fn all(&mut self, name: &str, help: &str, values: &[(String, f64)]) {
        let Self { tenant, text } = self;
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "# HELP vitrine_feed_{name} {help}\n# TYPE vitrine_feed_{name} gauge");
        for (labels, value) in values {
            let _ = writeln!(text, "vitrine_feed_{name}{{tenant=\"{tenant}\"{labels}}} {value}");
        }
    }
}
