//! Answers that need not be made again.

use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use tokio::sync::OwnedMutexGuard;

use crate::app::App;

/// What is known of a question's answer.
pub(super) enum KnownAnswer {
    There(Bytes),
    /// Nothing; others who ask the same wait for this.
    ToBeMade(OwnedMutexGuard<()>),
}

impl App {
    /// The answer of a key: of this server, or of another one of the database. Whoever asks the same meanwhile waits for it instead of making
    /// it too.
    pub(super) async fn known_answer(&self, key: [u8; 32]) -> KnownAnswer {
        let counted = |place: usize| self.metrics.answers[place].fetch_add(1, Relaxed);
        let own = || self.cache.answers.get(&key).inspect(|_| _ = counted(0));
        if let Some(body) = own() {
            return KnownAnswer::There(body);
        }
        let turn = self.answering.turn(key).await;
        if let Some(body) = own() {
            return KnownAnswer::There(body);
        }
        let others = match &self.shared {
            Some(shared) => shared.get(&key).await,
            None => None,
        };
        let Some(body) = others else {
            counted(2);
            return KnownAnswer::ToBeMade(turn);
        };
        counted(1);
        self.cache.answers.insert(key, body.clone());
        KnownAnswer::There(body)
    }

    /// Remembers an answer whose decision is stored, here and for the other servers.
    pub(super) fn keep_answer(&self, key: [u8; 32], body: &Bytes) {
        self.cache.answers.insert(key, body.clone());
        if let Some(shared) = &self.shared {
            shared.put(&key, body);
        }
    }
}
