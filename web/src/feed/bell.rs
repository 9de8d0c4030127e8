//! What wakes those who wait for work: a change that this process accepted, one that another did (told by Redis), a result that was
//! written. Nobody depends on it: whoever is not woken looks by himself now and then.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::watch;

use super::{Stop, Streams, backoff};
use crate::app::App;

/// A connection that was silent for so long is made anew: it may be a dead one.
const SILENCE_MAX: Duration = Duration::from_mins(5);

/// The bells of a process.
#[derive(Default)]
pub struct Bells {
    /// Rung when there may be changes to judge.
    pub changes: Bell,
    /// Rung when there may be results to tell.
    pub results: Bell,
}

/// A bell that is heard by all who wait, and by whoever comes to wait later.
pub struct Bell(watch::Sender<()>);

/// Somebody who waits for a bell.
pub struct Ear(watch::Receiver<()>);

impl Default for Bell {
    fn default() -> Self {
        Self(watch::Sender::new(()))
    }
}

impl Bell {
    /// Wakes all who wait.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Begins to listen.
    pub fn ear(&self) -> Ear {
        Ear(self.0.subscribe())
    }
}

impl Ear {
    /// Until the bell has been rung since the last time, but not longer than this; whether it was.
    pub async fn heard_within(&mut self, patience: Duration) -> bool {
        tokio::time::timeout(patience, self.0.changed()).await.is_ok()
    }
}

/// Rings when other processes tell that there are changes.
pub async fn listen(app: Arc<App>, streams: Streams, mut stop: Stop) {
    let mut failures = 0;
    while !stop.is_told() {
        match streams.listen().await {
            Ok(listener) => {
                failures = 0;
                let mut heard = listener.into_on_message();
                // Something may have been told before anybody listened.
                app.feed.changes.ring();
                loop {
                    tokio::select! {
                        () = stop.told() => return,
                        told = tokio::time::timeout(SILENCE_MAX, heard.next()) => match told {
                            Ok(Some(_)) => app.feed.changes.ring(),
                            Ok(None) | Err(_) => break,
                        },
                    }
                }
            }
            Err(fault) => {
                tracing::debug!(%fault, "nobody wakes the feed's workers; they look by themselves");
                failures += 1;
            }
        }
        stop.or_after(backoff(Duration::from_millis(500), failures)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bell_is_heard_by_who_waits_and_by_who_comes_later_but_once() {
        let bell = Bell::default();
        let (mut ear, mut other) = (bell.ear(), bell.ear());
        bell.ring();
        bell.ring();
        assert!(ear.heard_within(Duration::from_secs(1000)).await && other.heard_within(Duration::from_secs(1000)).await);
        assert!(!ear.heard_within(Duration::ZERO).await, "it was rung twice and is heard once");
    }
}
