//! The feed: changes of the catalogue, from the moment they are accepted to the moment others know what became of them.
//!
//! ```text
//! POST /v1/feed ───────────────┐ (durable when it is answered)
//! Redis stream ── intake ──────┤ (store first, acknowledged after)
//!                              ▼
//!               store: one waiting change a product ── work ── one transaction: how far the product is,
//!                                                              catalogue, decision, log, outbox
//!                                                                             │
//!               Redis stream, webhooks ◄───────────────── publish ────────────┘
//! ```
//!
//! The store is the only home of what was accepted; Redis carries and wakes, and everything goes on without it. What a change does is
//! done once, because a product's revision only ever goes up: a change that was delivered twice, late, or to two workers finds that
//! its revision is known.

mod bell;
pub mod change;
mod intake;
pub mod letters;
mod publish;
mod reading;
pub mod status;
mod streams;
mod webhook;
mod work;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;
use crate::store::now_ms;

pub use bell::Bells;
pub use streams::{Streams, shard_of};
pub use webhook::signature;

/// How often results that nobody took are given up.
const UPKEEP_PERIOD: Duration = Duration::from_hours(1);
/// The longest pause between two tries of anything that fails.
const PAUSE_MAX: Duration = Duration::from_mins(5);

/// The work of one process on the feed, until it is stopped.
pub struct Working {
    app: Arc<App>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Begins to work on the feed: takes changes in, judges them, and tells what became of them.
pub fn start(app: &Arc<App>) -> Working {
    let stop = watch::Sender::new(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(work::run(Arc::clone(app), Stop(stop.subscribe())));
    if let Some(redis) = &app.redis {
        let streams = Streams::new(redis.clone(), &app.config);
        tasks.spawn(bell::listen(Arc::clone(app), streams.clone(), Stop(stop.subscribe())));
        tasks.spawn(intake::run(Arc::clone(app), streams.clone(), Stop(stop.subscribe())));
        tasks.spawn(publish::run(Arc::clone(app), publish::Receiver::Stream(streams), Stop(stop.subscribe())));
    }
    for webhook in &app.config.feed.webhooks {
        let receiver = publish::Receiver::Webhook(webhook::Caller::new(webhook.clone(), &app.config.feed));
        tasks.spawn(publish::run(Arc::clone(app), receiver, Stop(stop.subscribe())));
    }
    tasks.spawn(keep_up(Arc::clone(app), Stop(stop.subscribe())));
    Working { app: Arc::clone(app), stop, tasks }
}

impl Working {
    /// Finishes what is in hand, for as long as a stop may take, and gives back what was not begun.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let ending = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(self.app.config.shutdown_timeout, ending).await.is_err() {
            tracing::warn!("the work on the feed did not end in time; what was in hand is done again");
        }
        self.tasks.shutdown().await;
        let App { store, config, server_id, .. } = &*self.app;
        if let Err(error) = store.release_changes(&config.tenant, server_id).await {
            tracing::warn!(%error, "what this worker had in hand is free when its time is over");
        }
    }
}

/// Whether the work is to end.
#[derive(Clone)]
struct Stop(watch::Receiver<bool>);

impl Stop {
    fn is_told(&self) -> bool {
        *self.0.borrow()
    }

    /// Until the work is to end.
    async fn told(&mut self) {
        // An error says that whoever could tell is gone.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Waits so long; less where the work is to end.
    async fn or_after(&mut self, pause: Duration) {
        let _ = tokio::time::timeout(pause, self.told()).await;
    }
}

/// Twice as long each time, up to [`PAUSE_MAX`], and somewhere between half of that and all of it: those who failed together do not come
/// back together.
fn backoff(first: Duration, failures: u32) -> Duration {
    let whole = first.saturating_mul(1 << failures.min(20)).min(PAUSE_MAX);
    let mut byte = [0];
    // Without random bytes all wait for the longest time.
    let share = getrandom::fill(&mut byte).map_or(1.0, |()| 0.5 + f64::from(byte[0]) / 510.0);
    whole.mul_f64(share)
}

async fn keep_up(app: Arc<App>, mut stop: Stop) {
    while !stop.is_told() {
        let before_ms = now_ms().saturating_sub(app.config.feed.results_kept.as_millis() as i64);
        match app.store.give_up_messages(&app.config.tenant, before_ms).await {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "results were given up: their receivers could not be reached for as long as they are kept"),
            Err(error) => tracing::warn!(%error, "upkeep of the feed"),
        }
        stop.or_after(UPKEEP_PERIOD).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_limit_and_differ() {
        let first = Duration::from_millis(100);
        for failures in 0..40 {
            let whole = first.saturating_mul(1 << failures.min(20)).min(PAUSE_MAX);
            let pause = backoff(first, failures);
            assert!(pause <= whole && pause >= whole.mul_f64(0.49), "{failures}: {pause:?}");
        }
        let pauses: std::collections::BTreeSet<Duration> = (0..100).map(|_| backoff(first, 3)).collect();
        assert!(pauses.len() > 20);
    }
}
