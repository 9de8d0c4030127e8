//! From the outbox to a receiver: the stream of results, or a webhook. Each receiver has a task of its own, so that one that is down keeps
//! no other waiting. What was told is deleted; what may or may not have been told is told again.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::streams::Streams;
use super::webhook::{CallFault, Caller};
use super::{Stop, backoff};
use crate::app::App;
use crate::redis::RedisFault;
use crate::store::{Message, StoreError};

/// Most messages that are told at once.
const MESSAGES_MAX: u32 = 128;
/// The first pause after a receiver could not be told.
const PAUSE: Duration = Duration::from_millis(500);

/// Who is told.
pub enum Receiver {
    /// Redis.
    Stream(Streams),
    /// An address.
    Webhook(Caller),
}

#[derive(Debug, thiserror::Error)]
enum TellFault {
    #[error(transparent)]
    Redis(#[from] RedisFault),
    #[error(transparent)]
    Call(#[from] CallFault),
}

impl TellFault {
    fn may_pass(&self) -> bool {
        match self {
            Self::Redis(_) => true,
            Self::Call(fault) => fault.may_pass(),
        }
    }
}

impl Receiver {
    /// As the outbox calls it.
    fn name(&self) -> &str {
        match self {
            Self::Stream(_) => "",
            Self::Webhook(caller) => caller.name(),
        }
    }

    async fn tell(&self, messages: &[Message]) -> Result<(), TellFault> {
        match self {
            Self::Stream(streams) => Ok(streams.publish(messages).await?),
            Self::Webhook(caller) => Ok(caller.send(messages).await?),
        }
    }
}

/// Tells until it is told to stop.
pub async fn run(app: Arc<App>, receiver: Receiver, mut stop: Stop) {
    let (mut ear, mut failures) = (app.feed.results.ear(), 0);
    while !stop.is_told() {
        let round = round(&app, &receiver, &stop).await.unwrap_or_else(|error| {
            tracing::warn!(%error, receiver = receiver.name(), "results wait for the store");
            Round::Failed
        });
        match round {
            Round::Told => failures = 0,
            Round::Nothing => tokio::select! {
                _ = ear.heard_within(app.config.feed.poll) => {}
                () = stop.told() => {}
            },
            // It is down, or the store is: whoever is next in the queue would fare no better.
            Round::Failed => {
                stop.or_after(backoff(PAUSE, failures)).await;
                failures = failures.saturating_add(1);
            }
        }
    }
}

enum Round {
    Nothing,
    Told,
    Failed,
}

async fn round(app: &App, receiver: &Receiver, stop: &Stop) -> Result<Round, StoreError> {
    let App { store, config, server_id, metrics, .. } = app;
    let (tenant, lease, taken) = (&config.tenant, config.feed.claim, Instant::now());
    let messages = store.claim_messages(tenant, receiver.name(), server_id, lease, MESSAGES_MAX).await?;
    if messages.is_empty() {
        return Ok(Round::Nothing);
    }
    match receiver.tell(&messages).await {
        Ok(()) => {
            metrics.results_told.fetch_add(messages.len() as u64, Relaxed);
            let seqs: Vec<i64> = messages.iter().map(|message| message.seq).collect();
            store.told(tenant, &seqs).await?;
            Ok(Round::Told)
        }
        Err(fault) if !fault.may_pass() && messages.len() > 1 => one_by_one(app, receiver, &messages, taken, stop).await,
        Err(fault) => {
            metrics.results_failed.fetch_add(messages.len() as u64, Relaxed);
            let untold: Vec<(i64, Duration)> = messages.iter().map(|message| put_off(receiver, message, &fault)).collect();
            store.untold(tenant, server_id, &untold).await?;
            Ok(Round::Failed)
        }
    }
}

/// Something in these messages is not liked: each is told by itself, so that one such message keeps no other from being told. It ends at
/// the first fault that may pass, when the work is to end, and before another call could outlast the time that the messages are taken for;
/// what it did not come to goes back as it was.
async fn one_by_one(app: &App, receiver: &Receiver, messages: &[Message], taken: Instant, stop: &Stop) -> Result<Round, StoreError> {
    let App { store, config, server_id, metrics, .. } = app;
    let (mut tried, mut told, mut untold, mut down) = (0, 0, Vec::new(), false);
    for message in messages {
        if down || stop.is_told() || taken.elapsed() + config.feed.webhook_timeout > config.feed.claim {
            break;
        }
        tried += 1;
        match receiver.tell(std::slice::from_ref(message)).await {
            Ok(()) => {
                metrics.results_told.fetch_add(1, Relaxed);
                store.told(&config.tenant, &[message.seq]).await?;
                told += 1;
            }
            Err(fault) => {
                metrics.results_failed.fetch_add(1, Relaxed);
                untold.push(put_off(receiver, message, &fault));
                down = fault.may_pass();
            }
        }
    }
    untold.extend(messages.iter().skip(tried).map(|message| (message.seq, Duration::ZERO)));
    store.untold(&config.tenant, server_id, &untold).await?;
    Ok(if told > 0 && !down { Round::Told } else { Round::Failed })
}

/// When a message that was not told is tried again.
fn put_off(receiver: &Receiver, message: &Message, fault: &TellFault) -> (i64, Duration) {
    tracing::debug!(%fault, receiver = receiver.name(), seq = message.seq, "a result was not told");
    (message.seq, backoff(PAUSE, u32::try_from(message.attempts - 1).unwrap_or_default()))
}
