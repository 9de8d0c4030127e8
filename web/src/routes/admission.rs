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

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::Semaphore;

use crate::error::{ApiError, Code};

/// How long this thread may have to work before it comes to whoever joins a line that stands. Work, and not time: where others have the
/// processor the line is slow, too, but to refuse would win nothing.
const WAIT: Duration = Duration::from_millis(20);
/// How long a line may be there before it counts as standing.
const STANDING: Duration = Duration::from_millis(100);
/// So many go in before the thread looks at what else has come: with fewer, those who are refused and ask again at once would take the time
/// of those who are let in; with more, they would wait long to hear it.
const AT_ONCE: usize = 64;
/// Over how many requests the pace of the line is judged.
const REMEMBERED: f64 = 64.0;
/// More than this is not counted of one: a single large one is not the pace.
const LARGE: Duration = Duration::from_millis(2);

/// The line before one thread of the server.
pub struct Admission {
    door: Semaphore,
    line: Line,
}

/// What is known of the line.
#[derive(Default)]
struct Line {
    waiting: Cell<u32>,
    /// Since when somebody has always waited; `None` while nobody does.
    stands_since: Cell<Option<Instant>>,
    /// How long the thread had worked when the last one went in.
    worked: Cell<Duration>,
    /// Work between two who go in while more wait, smoothed, seconds.
    pace: Cell<f64>,
}

/// A place in the line, given back by whoever leaves it, at the door or because the caller has gone.
struct Place<'a>(&'a Line);

impl Default for Admission {
    fn default() -> Self {
        Self { door: Semaphore::new(AT_ONCE), line: Line::default() }
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
        let place = self.line.join(Instant::now(), worked);
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
        self.line.passed(worked());
        drop(place);
        drop(turn);
        Ok(())
    }
}

impl Line {
    fn join(&self, now: Instant, worked: impl FnOnce() -> Duration) -> Place<'_> {
        if self.waiting.replace(self.waiting.get() + 1) == 0 {
            self.stands_since.set(Some(now));
            self.worked.set(worked());
        }
        Place(self)
    }

    fn passed(&self, worked: Duration) {
        let took = worked.saturating_sub(self.worked.replace(worked)).min(LARGE).as_secs_f64();
        self.pace.set(self.pace.get() + (took - self.pace.get()) / REMEMBERED);
    }

    /// Whether whoever comes now would wait too long.
    fn is_full(&self, now: Instant) -> bool {
        let stands = self.stands_since.get().is_some_and(|since| now.saturating_duration_since(since) >= STANDING);
        stands && f64::from(self.waiting.get()) * self.pace.get() > WAIT.as_secs_f64()
    }
}

/// How long this thread has worked.
fn worked() -> Duration {
    // The clock tells no time before its zero, and fits.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
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
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// So many stand in line for good, and for so many turns of a millisecond one more comes and one goes in, after so much work.
    fn busy(line: &Line, standing: u32, turns: u32, work: Duration) -> Instant {
        let start = Instant::now();
        (0..standing).for_each(|_| std::mem::forget(line.join(start, || Duration::ZERO)));
        for turn in 1..=turns {
            let _place = line.join(start + turn * MS, || Duration::ZERO);
            line.passed(turn * work);
        }
        start + turns * MS
    }

    #[test]
    fn only_a_long_line_that_stands_is_cut() {
        let line = Line::default();
        assert!(!line.is_full(Instant::now()));
        let now = busy(&line, 60, 90, MS);
        assert!(line.pace.get() > 0.7e-3 && line.pace.get() < 1e-3, "{}", line.pace.get());
        assert!(!line.is_full(now), "a burst is answered");
        let now = now + 20 * MS;
        assert!(line.is_full(now), "60 at a pace of about a millisecond");
        (0..40).for_each(|_| drop(Place(&line)));
        assert!(!line.is_full(now), "20 are through soon enough");
        (0..20).for_each(|_| drop(Place(&line)));
        (0..60).for_each(|_| std::mem::forget(line.join(now, || Duration::ZERO)));
        assert!(!line.is_full(now + 90 * MS), "a line that was empty stands from its next beginning");
        assert!(line.is_full(now + 110 * MS));
    }

    #[test]
    fn a_line_that_others_keep_from_the_processor_is_not_cut() {
        let line = Line::default();
        let now = busy(&line, 60, 1000, MS / 10);
        assert!(!line.is_full(now), "60 are 6 ms of work, though they wait for 60");
    }

    #[test]
    fn one_large_request_cuts_no_line() {
        let line = Line::default();
        let now = busy(&line, 100, 1000, MS / 10);
        line.passed(1000 * MS);
        assert!(!line.is_full(now), "the others are 10 ms of work");
    }

    #[test]
    fn who_comes_goes_in_in_turn_and_who_leaves_gives_the_place_back() {
        actix_web::rt::System::new().block_on(in_turn());
    }

    async fn in_turn() {
        const MANY: u32 = 3 * AT_ONCE as u32;
        let (admission, order) = (Rc::new(Admission::default()), Rc::new(RefCell::new(Vec::new())));
        let ask = |name: u32| {
            let (admission, order) = (Rc::clone(&admission), Rc::clone(&order));
            actix_web::rt::spawn(async move {
                admission.admit().await.unwrap();
                order.borrow_mut().push(name);
            })
        };
        // Callers that are gone before their turn, some of them at the door.
        let gone: Vec<_> = (0..MANY).map(ask).collect();
        tokio::task::yield_now().await;
        assert_ne!(admission.line.waiting.get(), 0);
        for caller in gone {
            caller.abort();
            let _ = caller.await;
        }
        assert!(order.take().len() < MANY as usize);
        assert_eq!(admission.line.waiting.get(), 0);
        for caller in (0..MANY).map(ask).collect::<Vec<_>>() {
            caller.await.unwrap();
        }
        assert!(order.borrow().iter().copied().eq(0..MANY));
        assert!(admission.line.stands_since.get().is_none());
    }
}
