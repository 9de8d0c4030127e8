//! A worker's own time: what passed while it was given some. A process that everybody else on the machine goes before stands still through
//! nobody's fault, and one that is paused is not to blame either.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::pauses::Pauses;

/// How often the system is asked how a process fares.
const LOOK: Duration = Duration::from_secs(1);

/// Tells a process' own time, from 0.
pub struct Clock<'a> {
    process: u32,
    pauses: Option<&'a Pauses>,
    /// How long it had been paused when it was last looked at.
    paused: Duration,
    looked: Instant,
    waits: Waits,
    own: Own,
}

/// How long each thread was ready to go on and was not let, ever.
type Waits = BTreeMap<u32, Duration>;

impl<'a> Clock<'a> {
    /// Begins now.
    pub fn of(process: u32, pauses: Option<&'a Pauses>) -> Self {
        let paused = pauses.map(Pauses::total).unwrap_or_default();
        Self { process, pauses, paused, looked: Instant::now(), waits: waits_of(process), own: Own::default() }
    }

    /// How much of its own time has passed, to a second: it may be a little less when it is looked at again.
    pub fn now(&mut self) -> Duration {
        let passed = self.looked.elapsed();
        if passed < LOOK { self.own.time + passed } else { self.look() }
    }

    /// The same, as the system has it at this moment. It goes no faster than any other time, and slower by what the thread that was kept
    /// waiting longest waited, and all of them in pauses: threads of one process are treated alike.
    pub fn look(&mut self) -> Duration {
        let (now, waits) = (Instant::now(), waits_of(self.process));
        let paused = self.pauses.map(Pauses::total).unwrap_or_default();
        self.own.pass(now.saturating_duration_since(self.looked), longest(&self.waits, &waits) + paused.saturating_sub(self.paused));
        (self.looked, self.waits, self.paused) = (now, waits, paused);
        self.own.time
    }
}

/// Time, less what was waited in it.
#[derive(Default)]
struct Own {
    time: Duration,
    /// Waited, and not yet taken off: the system tells of a wait when it is over.
    owed: Duration,
}

impl Own {
    fn pass(&mut self, passed: Duration, waited: Duration) {
        let owed = self.owed + waited;
        self.time += passed.saturating_sub(owed);
        self.owed = owed.saturating_sub(passed);
    }
}

/// The longest that a thread was kept waiting between two looks.
fn longest(before: &Waits, after: &Waits) -> Duration {
    let waited = |(thread, wait): (&u32, &Duration)| wait.saturating_sub(before.get(thread).copied().unwrap_or_default());
    after.iter().map(waited).max().unwrap_or_default()
}

/// Nothing where the system does not tell: then its time is everybody's.
fn waits_of(process: u32) -> Waits {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let wait = |thread: std::fs::DirEntry| {
        let told = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        Some((thread.file_name().to_str()?.parse().ok()?, wait_in(&told)?))
    };
    threads.filter_map(wait).collect()
}

/// Of three numbers the second is the time spent ready on a run queue, ns.
fn wait_in(schedstat: &str) -> Option<Duration> {
    schedstat.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_a_process_was_kept_waiting_is_not_its_own_time() {
        let mut own = Own::default();
        own.pass(s(10), s(0));
        assert_eq!(own.time, s(10), "one that waits for nobody, at work or not");
        own.pass(s(10), s(9));
        assert_eq!(own.time, s(11));
        own.pass(s(1), s(3));
        own.pass(s(1), s(0));
        assert_eq!(own.time, s(11), "a wait may be told of late");
        own.pass(s(2), s(0));
        assert_eq!(own.time, s(12));
    }

    #[test]
    fn the_thread_that_waited_longest_counts_and_new_ones_too() {
        let before = Waits::from([(1, s(5)), (2, s(100))]);
        assert_eq!(longest(&before, &Waits::from([(1, s(6)), (2, s(103)), (3, s(2))])), s(3));
        assert_eq!(longest(&before, &Waits::from([(3, s(2))])), s(2));
        assert_eq!(longest(&before, &Waits::new()), s(0));
        assert_eq!(wait_in("12 3000000000 7\n"), Some(s(3)));
        assert_eq!(wait_in("12"), None);
    }
}
