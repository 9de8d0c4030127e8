//! Whoever does not answer is left alone for a while: failures in a row open the breaker, and after each pause one try is let through.
//! Waiting for what does not come takes the places of those who could be answered.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row after which somebody is left alone.
pub const FAILURES_MAX: u32 = 3;

/// Opens after failures in a row, and lets one try through after each pause.
pub struct Breaker {
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    rests_until: Option<Instant>,
}

impl Breaker {
    /// A closed one, which lets one try through after each such pause once it is open.
    pub fn new(pause: Duration) -> Self {
        Self { pause, state: Mutex::default() }
    }

    /// Whether one may try now. The one that tries moves the next try on by a pause, so that nobody joins it.
    pub fn admits(&self, now: Instant) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.rests_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.rests_until = Some(now + self.pause);
                true
            }
        }
    }

    /// Notes an answer, which closes it; tells whether it was open.
    pub fn succeeded(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *state).rests_until.is_some()
    }

    /// Notes a failure; tells whether it is the one that opens the breaker.
    pub fn failed(&self, now: Instant) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        if state.failures < FAILURES_MAX {
            return false;
        }
        let opens = state.rests_until.is_none();
        state.rests_until = Some(now + self.pause);
        opens
    }

    /// Whether somebody is left alone at present.
    pub fn is_open(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).rests_until.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breaker_opens_after_failures_in_a_row_and_lets_one_try_through_after_each_pause() {
        let breaker = Breaker::new(Duration::from_secs(1));
        let start = Instant::now();
        assert!(!breaker.failed(start) && !breaker.failed(start));
        assert!(!breaker.succeeded());
        assert!(!breaker.failed(start) && !breaker.failed(start), "what succeeds between them begins the count again");
        assert!(breaker.failed(start) && breaker.is_open());
        assert!(!breaker.admits(start + Duration::from_millis(999)));
        let later = start + Duration::from_secs(1);
        assert!(breaker.admits(later) && !breaker.admits(later), "one tries, nobody joins it");
        assert!(!breaker.failed(later), "it was open before");
        assert!(!breaker.admits(later + Duration::from_millis(999)));
        assert!(breaker.admits(later + Duration::from_secs(1)));
        assert!(breaker.succeeded());
        assert!(breaker.admits(later) && breaker.admits(later) && !breaker.is_open());
    }
}
