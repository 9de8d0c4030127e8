//! One answer handed from a session's thread to its caller, whether that one blocks or awaits.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

/// A place for one answer.
#[derive(Debug)]
pub struct Reply<T> {
    state: Mutex<State<T>>,
    given: Condvar,
}

#[derive(Debug)]
enum State<T> {
    Open(Option<Waker>),
    Given(T),
    Taken,
}

impl<T> Default for Reply<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State::Open(None)), given: Condvar::new() }
    }
}

impl<T> Reply<T> {
    /// Puts the answer down. False when there was one already: the first one holds.
    pub fn give(&self, answer: T) -> bool {
        let mut state = self.lock();
        let State::Open(waker) = &mut *state else { return false };
        let waker = waker.take();
        *state = State::Given(answer);
        drop(state);
        self.given.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    /// The answer, waited for until the deadline.
    pub fn wait_until(&self, deadline: Instant) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(answer) = take(&mut state) {
                return Some(answer);
            }
            let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
            state = self.given.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The answer if it is there; else `waker` is told when it comes.
    pub fn poll(&self, waker: &Waker) -> Option<T> {
        let mut state = self.lock();
        let answer = take(&mut state);
        if let State::Open(known) = &mut *state {
            *known = Some(waker.clone());
        }
        answer
    }

    /// Whether the caller has it.
    pub fn is_taken(&self) -> bool {
        matches!(*self.lock(), State::Taken)
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take<T>(state: &mut State<T>) -> Option<T> {
    match std::mem::replace(state, State::Taken) {
        State::Given(answer) => Some(answer),
        other => {
            *state = other;
            None
        }
    }
}
