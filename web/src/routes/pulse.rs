//! Early refusal: a thread that answers one request after the other lets them wait in a queue that nobody sees. Its pulse shows how long
//! that queue is: a task that wants to run every few milliseconds runs as late as any request of the same thread is answered.
//!
//! Who queues for a moment is answered. Where the queue has stood for a while, which says that more comes in than can be answered, each
//! turn through it answers requests for a few milliseconds and tells the others at once to come again (429, `Retry-After`). That is the
//! idea of CoDel (Nichols and Jacobson, "Controlling Queue Delay", 2012): the time that a queue stands is judged, not its length.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::error::{ApiError, Code};

/// How often the pulse wants to beat.
const BEAT: Duration = Duration::from_millis(2);
/// For how long a turn through the queue answers requests, once the queue stands: a refusal waits for the rest of one turn and
/// for the next.
const TURN: Duration = Duration::from_millis(6);
/// A turn that answers fewer than these is long because the machine gives this thread no time, and not because a queue stands: refusing
/// would win nothing.
const FEW: u32 = 8;
/// How long a queue may be there before it counts as standing.
const STANDING: Duration = Duration::from_millis(100);

/// The pulse of one thread of the server.
pub struct Pulse(Rc<Heart>);

struct Heart {
    /// When it beat last.
    beat: Cell<Instant>,
    /// Since when every turn was long; `None` after one that was not.
    long_since: Cell<Option<Instant>>,
    /// Requests let in since the last beat.
    admitted: Cell<u32>,
    /// Whether the task that beats is there.
    beats: Cell<bool>,
}

impl Default for Pulse {
    fn default() -> Self {
        let heart =
            Heart { beat: Cell::new(Instant::now()), long_since: Cell::default(), admitted: Cell::default(), beats: Cell::default() };
        Self(Rc::new(heart))
    }
}

impl Pulse {
    /// Lets a request in.
    ///
    /// # Errors
    /// `overloaded`, where the queue of this thread stands and this turn has answered enough.
    pub fn admit(&self) -> Result<(), ApiError> {
        let heart = &self.0;
        if !heart.beats.get() {
            self.begin();
        } else if heart.is_full(Instant::now()) {
            return Err(ApiError::new(Code::Overloaded, "more requests come in than this server can answer"));
        }
        heart.admitted.set(heart.admitted.get() + 1);
        Ok(())
    }

    /// Beats on this thread for as long as requests come in.
    fn begin(&self) {
        let heart = Rc::clone(&self.0);
        heart.beats.set(true);
        heart.long_since.set(None);
        heart.beat.set(Instant::now());
        actix_web::rt::spawn(async move {
            loop {
                tokio::time::sleep(BEAT).await;
                if heart.felt(Instant::now()) == 0 {
                    break;
                }
            }
            heart.beats.set(false);
        });
    }
}

impl Heart {
    /// A beat; gives how many were let in since the last one.
    fn felt(&self, now: Instant) -> u32 {
        let turn = now.saturating_duration_since(self.beat.replace(now));
        if turn < TURN {
            self.long_since.set(None);
        } else if self.long_since.get().is_none() {
            self.long_since.set(Some(now));
        }
        self.admitted.take()
    }

    fn is_full(&self, now: Instant) -> bool {
        let stands = self.long_since.get().is_some_and(|since| now.saturating_duration_since(since) >= STANDING);
        stands && self.admitted.get() >= FEW && now.saturating_duration_since(self.beat.get()) >= TURN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_queue_that_stands_is_cut_and_only_after_a_turn() {
        let pulse = Pulse::default();
        let (heart, ms) = (&pulse.0, |ms: u64| Duration::from_millis(ms));
        let start = heart.beat.get();
        // A single long turn, as a large request makes one.
        heart.felt(start + ms(50));
        assert!(!heart.is_full(start + ms(90)), "it has not stood for long");
        heart.felt(start + ms(52));
        assert!(!heart.is_full(start + ms(300)), "a short turn has ended it");
        // Long turns for a while.
        for turn in 1..=12 {
            heart.felt(start + ms(300 + 10 * turn));
        }
        let last = heart.beat.get();
        assert!(!heart.is_full(last + ms(500)), "nobody has been answered in this turn");
        heart.admitted.set(FEW);
        assert!(!heart.is_full(last + TURN - ms(1)), "this turn has time left");
        assert!(heart.is_full(last + TURN));
        assert_eq!(heart.felt(start + ms(430)), FEW);
        heart.admitted.set(FEW);
        assert!(!heart.is_full(start + ms(431)), "the next turn answers again");
        heart.felt(start + ms(433));
        heart.admitted.set(FEW);
        assert!(!heart.is_full(start + ms(500)), "the queue is gone");
    }
}
