//! From the outbox to a receiver: the stream of results, or a webhook. Each receiver has a task of its own, so that one that is down keeps
//! no other waiting. What was told is deleted; what may or may not have been told is told again.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

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
        match round(&app, &receiver).await {
            Ok(Round::Told) => failures = 0,
            Ok(Round::Nothing) => tokio::select! {
                _ = ear.heard_within(app.config.feed.poll) => {}
                () = stop.told() => {}
            },
            // It is down, or the store is: whoever is next in the queue would fare no better.
            Ok(Round::Failed) | Err(_) => {
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

async fn round(app: &App, receiver: &Receiver) -> Result<Round, StoreError> {
    let App { store, config, server_id, .. } = app;
    let (tenant, lease) = (&config.tenant, config.feed.claim);
    let messages = store.claim_messages(tenant, receiver.name(), server_id, lease, MESSAGES_MAX).await?;
    if messages.is_empty() {
        return Ok(Round::Nothing);
    }
    let (mut told, mut untold) = (Vec::new(), Vec::new());
    let answer = receiver.tell(&messages).await;
    let down = match answer {
        Ok(()) => {
            told.extend(messages.iter().map(|message| message.seq));
            false
        }
        // Something in it is not liked: each by itself, so that one such message keeps no other from being told.
        Err(fault) if !fault.may_pass() && messages.len() > 1 => {
            for message in &messages {
                match receiver.tell(std::slice::from_ref(message)).await {
                    Ok(()) => told.push(message.seq),
                    Err(fault) => untold.push(put_off(receiver, message, &fault)),
                }
            }
            told.is_empty()
        }
        Err(fault) => {
            untold.extend(messages.iter().map(|message| put_off(receiver, message, &fault)));
            true
        }
    };
    app.metrics.results_told.fetch_add(told.len() as u64, Relaxed);
    app.metrics.results_failed.fetch_add(untold.len() as u64, Relaxed);
    store.told(tenant, &told).await?;
    store.untold(tenant, server_id, &untold).await?;
    Ok(if down { Round::Failed } else { Round::Told })
}

/// When a message that was not told is tried again.
fn put_off(receiver: &Receiver, message: &Message, fault: &TellFault) -> (i64, Duration) {
    tracing::debug!(%fault, receiver = receiver.name(), seq = message.seq, "a result was not told");
    (message.seq, backoff(PAUSE, u32::try_from(message.attempts - 1).unwrap_or_default()))
}
