//! Exposures by answering: where a selection's answer counts as an exposure, it is noted in memory and taken in with many others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::exposure::Shown;
use super::ingest::{EVENTS_MAX, exposure_rows};
use crate::app::App;
use crate::error::ApiError;
use crate::store::{UnitEventRow, now_ms};

/// Most of them that wait in memory while the store does not take them, some hundred megabytes.
const WAITING_MAX: usize = 500_000;

/// Exposures by answering, until they are taken in.
#[derive(Default)]
pub struct AnsweredExposures(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    waiting: Vec<Answering>,
    /// How many there were of this process.
    count: u64,
    /// Those that nobody took, since the store has refused for too long.
    lost: u64,
}

/// An exposure by answering: what was shown, when, and its number among those of its process.
#[derive(Debug, Clone, PartialEq)]
struct Answering {
    shown: Shown,
    at_ms: i64,
    number: u64,
}

impl AnsweredExposures {
    /// Notes one.
    pub fn push(&self, shown: Shown) {
        let mut noted = self.noted();
        noted.count += 1;
        let number = noted.count;
        noted.keep([Answering { shown, at_ms: now_ms(), number }]);
    }

    /// At most so many of those that wait, the oldest first.
    fn take(&self, most: usize) -> Vec<Answering> {
        let waiting = &mut self.noted().waiting;
        let most = most.min(waiting.len());
        waiting.drain(..most).collect()
    }

    /// Those could not be taken in, and come before all others again; gives how many are lost by now.
    fn put_back(&self, first: Vec<Answering>) -> u64 {
        let mut noted = self.noted();
        let later = std::mem::replace(&mut noted.waiting, first);
        noted.keep(later);
        noted.lost
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    fn keep(&mut self, more: impl IntoIterator<Item = Answering>) {
        self.waiting.extend(more);
        let over = self.waiting.len().saturating_sub(WAITING_MAX);
        self.waiting.truncate(WAITING_MAX);
        self.lost += over as u64;
    }
}

impl App {
    /// Takes in exposures that answering has made, all that waited when it began and few of those that came since.
    ///
    /// # Errors
    /// When the store fails: what was not taken in waits on.
    pub async fn take_answered(self: &Arc<Self>) -> Result<(), ApiError> {
        loop {
            let answered = self.answered_exposures.take(EVENTS_MAX);
            let is_last = answered.len() < EVENTS_MAX;
            // Under the same id at the second try: one that was written although the store refused counts once.
            let row = |Answering { shown, at_ms, number }: Answering| {
                exposure_rows(format!("answered:{}:{number}", self.server_id), shown, false, at_ms)
            };
            let rows: Vec<UnitEventRow> = answered.iter().cloned().flat_map(row).collect();
            if let Err(error) = self.take_rows(rows).await {
                let lost = self.answered_exposures.put_back(answered);
                if lost > 0 {
                    tracing::error!(lost, "exposures by answering are lost: the store has refused for too long");
                }
                return Err(error);
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(unit: usize) -> Shown {
        let unit = format!("u-{unit}");
        Shown {
            experiment: "e".into(),
            variant: 0,
            unit,
            segments: Default::default(),
            not_a_customer: false,
            explored: None,
            beside: None,
        }
    }

    #[test]
    fn exposures_that_the_store_refused_come_again_first_and_under_their_numbers() {
        let exposures = AnsweredExposures::default();
        (0..3).for_each(|unit| exposures.push(shown(unit)));
        let refused = exposures.take(2);
        exposures.push(shown(3));
        assert_eq!(exposures.put_back(refused.clone()), 0);
        let again = exposures.take(10);
        assert_eq!(again[..2], refused[..]);
        assert_eq!(again.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(exposures.take(10), []);
    }

    #[test]
    fn what_waits_is_bounded_and_what_is_lost_is_counted() {
        let exposures = AnsweredExposures::default();
        (0..WAITING_MAX + 2).for_each(|_| exposures.push(shown(0)));
        let all = exposures.take(usize::MAX);
        assert_eq!(all.len(), WAITING_MAX);
        assert_eq!(exposures.put_back(all), 2);
    }
}
