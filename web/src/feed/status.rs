//! How the feed is doing: what waits, for how long, who is not reached, what died.

use std::fmt::Write as _;

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
        let state = self.store.feed_state(&self.config.tenant).await?;
        let backlog = match &self.redis {
            Some(redis) => Some(Streams::new(redis.clone(), &self.config).backlog().await.ok()),
            None => None,
        };
        Ok(status(state, backlog, now_ms()))
    }
}

fn status(state: FeedState, backlog: Option<Option<Backlog>>, now_ms: i64) -> FeedStatus {
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
    /// As Prometheus text; the tenant's name is escaped already.
    pub fn metrics(&self, tenant: &str) -> String {
        let mut text = String::new();
        let mut gauge = |name: &str, help: &str, values: &[(String, f64)]| {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "# HELP vitrine_feed_{name} {help}\n# TYPE vitrine_feed_{name} gauge");
            for (labels, value) in values {
                let _ = writeln!(text, "vitrine_feed_{name}{{tenant=\"{tenant}\"{labels}}} {value}");
            }
        };
        let one = |value: f64| vec![(String::new(), value)];
        gauge("waiting", "Products with a change that nobody has in hand.", &one(self.waiting as f64));
        gauge("in_hand", "Products with a change in a worker's hand.", &one(self.in_hand as f64));
        gauge("oldest_seconds", "How long the oldest change that is not settled has waited.", &one(self.oldest_seconds.unwrap_or(0.0)));
        gauge("settled_last_minute", "Products settled during the last minute, by all workers.", &one(self.settled_last_minute as f64));
        gauge("dead_letters", "Changes that could not be judged.", &one(self.dead_letters as f64));
        if let Some(answers) = self.redis_answers {
            gauge("redis_answers", "Whether Redis answers.", &one(f64::from(u8::from(answers))));
        }
        if let Some(stream) = &self.stream {
            gauge("stream_unread", "Entries of the streams of changes that no worker has read.", &one(stream.unread as f64));
            gauge("stream_unacknowledged", "Entries that a worker has read and not acknowledged.", &one(stream.unacknowledged as f64));
            let oldest = stream.oldest_seconds.unwrap_or(0.0);
            gauge("stream_oldest_seconds", "How long the oldest entry of the streams of changes is there.", &one(oldest));
        }
        let of_each = |value: fn(&ReceiverStatus) -> f64| {
            let labelled = |one: &ReceiverStatus| (format!(",receiver=\"{}\"", one.receiver), value(one));
            self.results.iter().map(labelled).collect::<Vec<_>>()
        };
        gauge("results_waiting", "Results that a receiver has not been told.", &of_each(|one| one.waiting as f64));
        gauge("results_oldest_seconds", "How long the oldest of them waits.", &of_each(|one| one.oldest_seconds));
        text
    }
}
