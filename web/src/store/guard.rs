//! What a selection waits for is asked for a while and no longer, and not at all while the database does not answer.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vitrine_detectors::breaker::Breaker;

use super::StoreError;
use super::fault::is_gone;

/// Longest time for a question or a transaction: longer than anybody waits for another's lock.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long a database that does not answer is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// The breaker of a database; clones share it.
#[derive(Clone)]
pub(super) struct Guard {
    breaker: Arc<Breaker>,
    patience: Duration,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new(PATIENCE, PAUSE)
    }
}

impl Guard {
    fn new(patience: Duration, pause: Duration) -> Self {
        Self { breaker: Arc::new(Breaker::new(pause)), patience }
    }

    /// Asks, unless the database is left alone; what fails is named by whoever asks.
    pub(super) async fn ask<T>(&self, asked: impl Future<Output = Result<T, (&'static str, sqlx::Error)>>) -> Result<T, StoreError> {
        if !self.breaker.admits(Instant::now()) {
            return Err(StoreError::no_answer("the database is left alone", "it did not answer lately, and is asked again in a moment"));
        }
        let answer = tokio::time::timeout(self.patience, asked).await;
        let gone = match &answer {
            Err(_) => Some("it does not answer in time".to_owned()),
            Ok(Err((_, error))) if is_gone(error) => Some(error.to_string()),
            Ok(_) => None,
        };
        match gone {
            Some(fault) if self.breaker.failed(Instant::now()) => tracing::error!(fault, "the database is left alone"),
            Some(_) => {}
            None if self.breaker.succeeded() => tracing::info!("the database answers again"),
            None => {}
        }
        let late = |_| StoreError::no_answer("the database does not answer", "it was waited for in vain");
        answer.map_err(late)?.map_err(|(action, error)| StoreError::said(action, &error))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn a_database_that_hangs_is_waited_for_a_few_times_and_asked_again_after_a_pause() {
        let guard = Guard::new(Duration::from_millis(10), Duration::from_millis(300));
        let asked = |answer: Result<u8, sqlx::Error>| guard.ask(ready(answer.map_err(|error| ("asked in vain", error))));
        for _ in 0..3 {
            assert_eq!(asked(Ok(1)).await.unwrap(), 1);
            assert!(asked(Err(sqlx::Error::RowNotFound)).await.unwrap_err().to_string().contains("asked in vain"));
        }
        for _ in 0..2 {
            assert!(guard.ask::<u8>(pending()).await.unwrap_err().to_string().contains("does not answer"));
        }
        assert!(asked(Err(sqlx::Error::PoolTimedOut)).await.is_err());
        assert!(asked(Ok(1)).await.unwrap_err().to_string().contains("left alone"), "three failures in a row");
        tokio::time::sleep(Duration::from_millis(320)).await;
        assert_eq!(asked(Ok(2)).await.unwrap(), 2);
        assert_eq!(asked(Ok(3)).await.unwrap(), 3);
    }
}
