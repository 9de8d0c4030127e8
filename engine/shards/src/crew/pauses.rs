//! The pauses of a worker that stands back. To go last is not enough: a processor that never runs out of work takes over none of what waits
//! at another, so that a server's threads stand in line at one processor for tens of milliseconds while the stock has the other. While others
//! are busy, a worker is therefore stopped for most of the time, all its threads at once. (A hard limit on the time of those who have none to
//! lose is what Zhang et al., "CPI²", 2013, found to help, too.)

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A worker runs so long between two pauses: whoever waits for it to end does not notice.
const RUN: Duration = Duration::from_millis(2);
/// The longest pause. With the time between two it is no multiple of a tick, at which the system counts who is at work.
const PAUSE_MAX: Duration = Duration::from_millis(31);
/// Part of all processors' time that others may take before a worker pauses at all.
const QUIET: f64 = 0.15;
/// Part that they take where pauses are longest: beyond it a server's waits grow fast with all that comes on top.
const BUSY: f64 = 0.5;
/// How often it is seen who takes it.
const LOOK: Duration = Duration::from_millis(500);

/// Stops a worker again and again while others are busy, until it is dropped. A system that does not tell who is busy has no pauses.
pub struct Pauses {
    end: Option<Sender<Infallible>>,
    watch: Option<JoinHandle<()>>,
    total: Arc<AtomicU64>,
}

impl Pauses {
    /// Begins with a process, which must not be waited for before this is dropped: its number could be another's.
    pub fn of(process: u32) -> Self {
        let (end, ended) = channel();
        let total = Arc::new(AtomicU64::new(0));
        let watched = Arc::clone(&total);
        let process = i32::try_from(process).ok().and_then(Pid::from_raw);
        let watch = process.map(|process| std::thread::spawn(move || watch(process, &ended, &watched)));
        Self { end: Some(end), watch, total }
    }

    /// How long the worker has been stopped, ever.
    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.total.load(Ordering::Relaxed))
    }
}

impl Drop for Pauses {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(watch) = self.watch.take() {
            // It cannot panic.
            let _ = watch.join();
        }
    }
}

fn watch(process: Pid, ended: &Receiver<Infallible>, total: &AtomicU64) {
    let goes_on_after = |time: Duration| ended.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
    let paused = |pause: Duration| {
        let begin = Instant::now();
        // One that has ended is stopped by nothing.
        let _ = kill_process(process, Signal::STOP);
        let goes_on = goes_on_after(pause);
        let _ = kill_process(process, Signal::CONT);
        total.fetch_add(u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        goes_on
    };
    let mut before = Time::of(process);
    let mut pause = Duration::ZERO;
    loop {
        let looked = Instant::now();
        while looked.elapsed() < LOOK {
            let goes_on = if pause.is_zero() { goes_on_after(LOOK) } else { paused(pause) && goes_on_after(RUN) };
            if !goes_on {
                return;
            }
        }
        let now = Time::of(process);
        pause = before.zip(now).map_or(Duration::ZERO, |(before, now)| pause_beside(before.others_until(now)));
        before = now;
    }
}

/// How long a worker is stopped beside others who take such a part of the processors.
fn pause_beside(others: f64) -> Duration {
    PAUSE_MAX.mul_f64(((others - QUIET) / (BUSY - QUIET)).clamp(0.0, 1.0))
}

/// Time of processors, in ticks, since the system was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Time {
    /// All that there was.
    all: u64,
    /// What those took who do not stand back.
    taken: u64,
    /// What of it was the system's work for the worker: that is not told apart.
    own: u64,
}

impl Time {
    fn of(process: Pid) -> Option<Self> {
        let own = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
        Self::told(&std::fs::read_to_string("/proc/stat").ok()?, &own)
    }

    /// From what Linux tells of all processors and of a process (proc(5)).
    fn told(all: &str, own: &str) -> Option<Self> {
        let all: Vec<u64> = all.lines().next()?.strip_prefix("cpu ")?.split_whitespace().map_while(|ticks| ticks.parse().ok()).collect();
        let [user, nice, system, idle, waits, interrupts, soft, stolen, ..] = all[..] else { return None };
        // A name, in brackets, may have anything in it; 13 fields after it comes the time that the system worked for the process.
        let own = own.rsplit_once(") ")?.1.split(' ').nth(12)?.parse().ok()?;
        let taken = user + system + interrupts + soft + stolen;
        Some(Self { all: taken + nice + idle + waits, taken, own })
    }

    /// Which part of all time others took until later.
    fn others_until(self, later: Self) -> f64 {
        let taken = later.taken.saturating_sub(self.taken).saturating_sub(later.own.saturating_sub(self.own));
        taken as f64 / later.all.saturating_sub(self.all).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_take_is_all_but_idle_nice_and_own_time() {
        let told =
            |all: &str, own: u64| Time::told(&format!("{all}\ncpu0 1 1\n"), &format!("7 (a) b) S 1 2 3 4 5 6 7 8 9 10 900 {own} 0 0\n"));
        let before = told("cpu  1000 2000 300 9000 100 10 20 30 5 5", 40).unwrap();
        assert_eq!(before, Time { all: 12_460, taken: 1_360, own: 40 });
        // 30 of 100 ticks were taken, 10 of them by the worker's own calls of the system.
        let later = told("cpu  1010 2030 315 9030 110 12 22 31 5 5", 50).unwrap();
        assert!((before.others_until(later) - 0.2).abs() < 1e-9, "{}", before.others_until(later));
        assert!(before.others_until(before).abs() < 1e-9);
        assert_eq!(told("cpu 1 2 3", 1), None);
        assert_eq!(Time::told("cpu  1 2 3 4 5 6 7 8", "7 (a S"), None);
    }

    #[test]
    fn the_busier_others_are_the_longer_is_a_pause() {
        assert_eq!(pause_beside(0.1), Duration::ZERO);
        assert!(pause_beside(0.2) < pause_beside(0.4) && pause_beside(0.4) < PAUSE_MAX);
        assert_eq!([pause_beside(0.5), pause_beside(1.0)], [PAUSE_MAX; 2]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_tells() {
        assert!(Time::of(rustix::process::getpid()).is_some_and(|time| time.all > time.taken && time.taken > 0));
    }
}
