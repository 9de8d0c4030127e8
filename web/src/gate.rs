//! Bounded CPU work: a picture is measured when it has a permit. A bounded number may wait; whoever comes after them is told at
//! once to come again (429, `Retry-After`), and whoever leaves gives the place back.

use std::sync::Arc;

use tokio::sync::{Semaphore, TryAcquireError};

use crate::error::{ApiError, Code};

/// The permits and the waiting room.
pub struct Gate {
    permits: Arc<Semaphore>,
    room: Arc<Semaphore>,
}

impl Gate {
    /// `running` at once, `waiting` behind them.
    pub fn new(running: usize, waiting: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(running)), room: Arc::new(Semaphore::new(running + waiting)) }
    }

    /// Runs CPU work on a thread for such work, in its turn.
    ///
    /// # Errors
    /// `overloaded` when the waiting room is full; `internal` when the work broke off.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let place = Arc::clone(&self.room).try_acquire_owned().map_err(|refusal| match refusal {
            TryAcquireError::NoPermits => ApiError::new(Code::Overloaded, "all places for measuring pictures are taken"),
            TryAcquireError::Closed => ApiError::new(Code::Unavailable, "the server is stopping"),
        })?;
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| ApiError::new(Code::Unavailable, "the server is stopping"))?;
        let working = tokio::task::spawn_blocking(move || {
            // Held by the work and not by the caller: a caller that leaves does not make room while its picture is still decoded.
            let _held = (place, permit);
            work()
        });
        working.await.map_err(|_| ApiError::new(Code::Internal, "measuring the picture broke off"))
    }

    /// Whether anybody may still come in.
    pub fn has_room(&self) -> bool {
        self.room.available_permits() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_room_refuses_at_once_and_a_freed_place_is_given_again() {
        let gate = Arc::new(Gate::new(1, 0));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = Arc::clone(&gate);
        let first = tokio::spawn(async move { first.run(move || held.recv().is_err()).await });
        while gate.has_room() {
            tokio::task::yield_now().await;
        }
        assert_eq!(gate.run(|| ()).await.unwrap_err().body().code, "overloaded");
        drop(release);
        assert_eq!(first.await.unwrap(), Ok(true));
        assert_eq!(gate.run(|| 7).await, Ok(7));
    }
}
