//! Work spread over the cores, its results handed on in the order of the items. Only a few items are ahead of the slowest one, so that
//! memory stays bounded however many there are.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many items each worker may be ahead of the oldest unfinished one.
const AHEAD: usize = 4;

struct Line<T> {
    next: usize,
    handed_on: usize,
    finished: BTreeMap<usize, T>,
    stopped: bool,
}

/// Runs `work` on all items, on as many threads as there are cores, and hands each result to `each` in the items' order, on the
/// calling thread. The first error of `each` ends everything.
pub fn in_order<I: Sync, T: Send, E>(
    items: &[I],
    work: impl Fn(&I) -> T + Sync,
    mut each: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(items.len().max(1));
    let line = Mutex::new(Line { next: 0, handed_on: 0, finished: BTreeMap::new(), stopped: false });
    let changed = Condvar::new();
    let take = || {
        let mut state = locked(&line);
        loop {
            if state.stopped || state.next >= items.len() {
                return None;
            }
            if state.next < state.handed_on + workers * AHEAD {
                state.next += 1;
                return Some(state.next - 1);
            }
            state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(index) = take() {
                    let result = work(&items[index]);
                    locked(&line).finished.insert(index, result);
                    changed.notify_all();
                }
            });
        }
        for index in 0..items.len() {
            let result = {
                let mut state = locked(&line);
                loop {
                    if let Some(result) = state.finished.remove(&index) {
                        state.handed_on = index + 1;
                        changed.notify_all();
                        break result;
                    }
                    state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            };
            if let Err(error) = each(result) {
                locked(&line).stopped = true;
                changed.notify_all();
                return Err(error);
            }
        }
        Ok(())
    })
}

/// The line itself is never left half-changed, so a poisoned lock still guards good data.
fn locked<T>(line: &Mutex<Line<T>>) -> MutexGuard<'_, Line<T>> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..200).collect();
        let mut seen = Vec::new();
        let work = |item: &u64| {
            std::thread::sleep(std::time::Duration::from_micros((item * 37) % 400));
            item * 2
        };
        let done: Result<(), ()> = in_order(&items, work, |result| {
            seen.push(result);
            Ok(())
        });
        assert_eq!(done, Ok(()));
        assert!(seen.into_iter().eq((0..200).map(|item| item * 2)));
    }

    #[test]
    fn an_error_ends_the_work_early() {
        let items: Vec<usize> = (0..10_000).collect();
        let worked = std::sync::atomic::AtomicUsize::new(0);
        let work = |item: &usize| {
            worked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            *item
        };
        assert_eq!(in_order(&items, work, |result| if result == 5 { Err("enough") } else { Ok(()) }), Err("enough"));
        assert!(worked.into_inner() < 1000);
    }
}
