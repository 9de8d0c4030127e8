//! Early refusal. A server's thread answers one request after the other, and those that wait for it wait in a queue that nobody sees: each
//! connection is a task of its own. Here they stand in line instead, and a few at a time go in; between these the thread looks at what else
//! has come. So it is known how many wait and how fast they go in, and whoever would wait too long is told at once to come again (429,
//! `Retry-After`) instead of after those before it.
//!
//! A burst is answered. Only a line that has stood for a while, which says that more comes in than can be answered, is cut: the idea of
//! CoDel (Nichols and Jacobson, "Controlling Queue Delay", 2012), with the wait of who joins a line foreseen (Little's law) in place of the
//! wait of who leaves it, which is known too late.

use std::cell::Cell;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::error::{ApiError, Code};

/// How long somebody may have to wait in a line that stands.
const WAIT: Duration = Duration::from_millis(20);
/// How long a line may be there before it counts as standing.
const STANDING: Duration = Duration::from_millis(100);
/// So many go in before the thread looks at what else has come: with fewer, those who are refused and ask again at once would take the time
/// of those who are let in. A line of fewer is never cut: where it is slow, the machine gives this thread no time, and to refuse would win
/// nothing.
const FEW: u32 = 32;
/// Over how many requests the speed of the line is judged: a moment in which the machine gives the thread no time is not the speed.
const REMEMBERED: f64 = 64.0;

/// The line before one thread of the server.
pub struct Admission {
    door: Semaphore,
    line: Line,
}

/// What is known of the line.
struct Line {
    waiting: Cell<u32>,
    /// Since when somebody has always waited; `None` while nobody does.
    stands_since: Cell<Option<Instant>>,
    /// When the last one went in.
    passed: Cell<Instant>,
    /// Time between two who go in while more wait, smoothed, seconds.
    pace: Cell<f64>,
}

/// A place in the line, given back by whoever leaves it, at the door or because the caller has gone.
struct Place<'a>(&'a Line);

impl Default for Admission {
    fn default() -> Self {
        Self { door: Semaphore::new(FEW as usize), line: Line::new(Instant::now()) }
    }
}

impl Admission {
    /// Waits in line, and goes in.
    ///
    /// # Errors
    /// `overloaded`, where the line stands and is too long already.
    pub async fn admit(&self) -> Result<(), ApiError> {
        if self.line.is_full(Instant::now()) {
            return Err(ApiError::new(Code::Overloaded, "more requests come in than this server can answer"));
        }
        let place = self.line.join(Instant::now());
        let turn = match self.door.try_acquire() {
            // The thread looks once at what else has come before it answers: that is what makes a line. Done after all that is ready now;
            // a mere yield would not do, since a connection asks what it serves again before it lets others go on.
            Ok(turn) => {
                let _ = actix_web::rt::spawn(async {}).await;
                Ok(turn)
            }
            // Nobody closes the door.
            Err(_) => self.door.acquire().await,
        };
        self.line.passed(Instant::now());
        drop(place);
        drop(turn);
        Ok(())
    }
}

impl Line {
    fn new(now: Instant) -> Self {
        Self { waiting: Cell::default(), stands_since: Cell::default(), passed: Cell::new(now), pace: Cell::default() }
    }

    fn join(&self, now: Instant) -> Place<'_> {
        if self.waiting.replace(self.waiting.get() + 1) == 0 {
            self.stands_since.set(Some(now));
            self.passed.set(now);
        }
        Place(self)
    }

    fn passed(&self, now: Instant) {
        let took = now.saturating_duration_since(self.passed.replace(now)).as_secs_f64();
        self.pace.set(self.pace.get() + (took - self.pace.get()) / REMEMBERED);
    }

    /// Whether whoever comes now would wait too long.
    fn is_full(&self, now: Instant) -> bool {
        let stands = self.stands_since.get().is_some_and(|since| now.saturating_duration_since(since) >= STANDING);
        let waiting = self.waiting.get();
        stands && waiting >= FEW && f64::from(waiting) * self.pace.get() > WAIT.as_secs_f64()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let left = self.0.waiting.get().saturating_sub(1);
        self.0.waiting.set(left);
        if left == 0 {
            self.0.stands_since.set(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// So many join, and one goes in each millisecond while as many come.
    fn busy(line: &Line, waiting: u32, start: Instant, turns: u32) -> Instant {
        let mut places: std::collections::VecDeque<_> = (0..waiting).map(|_| line.join(start)).collect();
        for turn in 1..=turns {
            line.passed(start + turn * MS);
            places.push_back(line.join(start + turn * MS));
            places.pop_front();
        }
        // They stay in line.
        places.into_iter().for_each(std::mem::forget);
        start + turns * MS
    }

    #[test]
    fn only_a_long_line_that_stands_is_cut() {
        let start = Instant::now();
        let line = Line::new(start);
        assert!(!line.is_full(start));
        let now = busy(&line, 60, start, 90);
        assert!(!line.is_full(now), "a burst is answered");
        let now = now + 20 * MS;
        assert!(line.is_full(now), "60 at a pace of about a millisecond");
        assert!(line.pace.get() > 0.7e-3 && line.pace.get() < 1e-3, "{}", line.pace.get());
        while line.waiting.get() > 0 {
            drop(Place(&line));
        }
        let again = busy(&line, 60, now, 0);
        assert!(!line.is_full(again + 90 * MS), "a line that was empty stands from its next beginning");
    }

    #[test]
    fn a_short_line_is_answered_however_slow() {
        let start = Instant::now();
        let line = Line::new(start);
        let now = busy(&line, FEW - 1, start, 1000);
        assert!(!line.is_full(now + 1000 * MS));
        let _one_more = line.join(now);
        assert!(line.is_full(now + 1000 * MS));
    }

    #[test]
    fn who_comes_goes_in_in_turn_and_who_leaves_gives_the_place_back() {
        actix_web::rt::System::new().block_on(in_turn());
    }

    async fn in_turn() {
        let admission = Admission::default();
        let order = std::cell::RefCell::new(Vec::new());
        let ask = async |name: u32| {
            admission.admit().await.unwrap();
            order.borrow_mut().push(name);
        };
        {
            // Callers that are gone before their turn.
            let mut gone = std::pin::pin!(async { tokio::join!(ask(8), ask(9)) });
            let waits = std::future::poll_fn(|context| std::task::Poll::Ready(gone.as_mut().poll(context).is_pending())).await;
            assert!(waits);
            assert_eq!(admission.line.waiting.get(), 2);
        }
        assert_eq!(admission.line.waiting.get(), 0);
        futures_util::future::join_all((0..3 * FEW).map(ask)).await;
        assert!(order.borrow().iter().copied().eq(0..3 * FEW));
        assert!(admission.line.stands_since.get().is_none());
    }
}
