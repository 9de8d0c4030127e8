//! The batcher with real threads and a made-up model: nobody waits for nothing, nobody is run in vain, and every part of the time is told.
#![allow(clippy::expect_used, clippy::panic, reason = "a test whose threads fail has to fail")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use vitrine_detectors::batcher::{Batcher, Cause, Lane, Runner, Settings};

/// Doubles numbers, in a time of `batch` and `row` for each of them, and keeps a list of what it ran.
struct Doubling {
    batch: Duration,
    row: Duration,
    /// A session hangs while somebody else has it.
    gate: Arc<Mutex<()>>,
    began: Arc<AtomicBool>,
    ran: Arc<Mutex<Vec<u64>>>,
    breaks: Arc<AtomicBool>,
}

impl Doubling {
    fn new(batch_us: u64, row_us: u64) -> Self {
        let [batch, row] = [batch_us, row_us].map(Duration::from_micros);
        Self { batch, row, gate: Arc::default(), began: Arc::default(), ran: Arc::default(), breaks: Arc::default() }
    }
}

impl Runner for Doubling {
    type Row = u64;
    type Answer = u64;

    fn batch_max(&self) -> usize {
        32
    }

    fn row(&self) -> u64 {
        0
    }

    fn run(&mut self, rows: &[&u64]) -> Result<(Vec<u64>, Duration), String> {
        let start = Instant::now();
        // A run to get warm, with zeros alone, is nobody's.
        if rows.iter().any(|row| **row != 0) {
            self.began.store(true, Relaxed);
        }
        drop(self.gate.lock().expect("the gate"));
        std::thread::sleep(self.batch + self.row * rows.len() as u32);
        assert!(!self.breaks.load(Relaxed) || rows.iter().all(|row| **row != 13), "thirteen");
        self.ran.lock().expect("the list").extend(rows.iter().map(|row| **row));
        Ok((rows.iter().map(|row| **row * 2).collect(), start.elapsed()))
    }
}

fn soon(milliseconds: u64) -> Instant {
    Instant::now() + Duration::from_millis(milliseconds)
}

fn ask(batcher: &Batcher<Doubling>, number: u64, deadline: Instant) -> Result<u64, Cause> {
    let mut slot = batcher.claim(Lane::Online, deadline, || 0).map_err(|refusal| refusal.cause)?;
    *slot = number;
    slot.submit().wait().map(|answered| answered.finish(|answer| answer)).map_err(|refusal| refusal.cause)
}

#[test]
fn everybody_gets_the_own_answer_and_the_parts_add_up_to_the_whole() {
    let batcher = Batcher::start("test", vec![Doubling::new(300, 100), Doubling::new(300, 100)], Settings::default()).expect("threads");
    std::thread::scope(|scope| {
        for caller in 0..16u64 {
            let batcher = &batcher;
            scope.spawn(move || {
                for round in 0..50 {
                    let number = caller * 1000 + round;
                    assert_eq!(ask(batcher, number, soon(10_000)), Ok(number * 2));
                }
            });
        }
    });
    let times: Vec<(&str, f64, u64)> =
        batcher.metrics().times().map(|(part, histogram)| (part, histogram.sum(), histogram.count())).collect();
    let (total, parts) = times.split_last().expect("there are times");
    let sum: f64 = parts.iter().map(|(_, sum, _)| sum).sum();
    assert_eq!((total.0, total.2), ("total", 800));
    assert!((sum - total.1).abs() <= 0.03 * total.1, "{sum} of {}", total.1);
    assert_eq!(batcher.metrics().batch().count(), 800);
    assert!(batcher.metrics().batch().sum() > 1200.0, "batches grow while sessions are busy: {}", batcher.metrics().batch().sum() / 800.0);
    assert!(batcher.metrics().refusals().all(|(_, count)| count == 0));
    assert_eq!(batcher.waiting(), 0);
}

#[test]
fn an_idle_batcher_adds_next_to_nothing() {
    let batcher = Batcher::start("test", vec![Doubling::new(1000, 0)], Settings::default()).expect("threads");
    let mut added: Vec<Duration> = (0..100)
        .map(|number| {
            let start = Instant::now();
            ask(&batcher, number, soon(1000)).expect("an answer");
            start.elapsed()
        })
        .collect();
    added.sort();
    let run = batcher.metrics().times().find(|(part, _)| *part == "infer").map_or(0.0, |(_, histogram)| histogram.sum() / 100.0);
    let median = added[50].as_secs_f64() - run;
    assert!(median < 0.0005, "{median} s");
}

#[test]
fn of_ten_thousand_random_cancellations_none_is_run() {
    let runner = Doubling::new(50, 10);
    let ran = Arc::clone(&runner.ran);
    let settings = Settings { queue_max: 1000, ..Settings::default() };
    let batcher = Batcher::start("test", vec![runner], settings).expect("threads");
    let (cancelled, answered) = (Mutex::new(BTreeSet::new()), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for caller in 0..8u64 {
            let (batcher, cancelled, answered) = (&batcher, &cancelled, &answered);
            scope.spawn(move || {
                let mut seed = caller as u32 + 1;
                let mut random = move || {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 16) as usize
                };
                let mut left = 1250;
                let mut number = caller << 32 | 1;
                while left > 0 {
                    let mut tickets = Vec::new();
                    for _ in 0..1 + random() % 12 {
                        number += 1;
                        let lane = if random() % 2 == 0 { Lane::Online } else { Lane::Backfill };
                        let mut slot = batcher.claim(lane, soon(20_000), || 0).expect("a place");
                        *slot = number;
                        tickets.push((number, slot.submit()));
                    }
                    for (number, ticket) in tickets {
                        match random() % 4 {
                            // Waits for it after all.
                            0 => {
                                assert_eq!(ticket.wait().expect("an answer").finish(|answer| answer), number * 2);
                                answered.fetch_add(1, Relaxed);
                            }
                            _ => {
                                left = usize::saturating_sub(left, 1);
                                if ticket.cancel() {
                                    cancelled.lock().expect("the list").insert(number);
                                }
                            }
                        }
                    }
                }
            });
        }
    });
    let counted = batcher.metrics().refusals().find(|(cause, _)| *cause == Cause::Cancelled).map_or(0, |(_, count)| count);
    drop(batcher);
    let (cancelled, ran) = (cancelled.into_inner().expect("the list"), ran.lock().expect("the list"));
    assert!(cancelled.len() > 2000, "only {} were in time to be cancelled", cancelled.len());
    assert_eq!(counted, cancelled.len() as u64);
    assert_eq!(ran.iter().filter(|number| cancelled.contains(number)).count(), 0);
    println!("{} cancelled in time, {} answered, {} run", cancelled.len(), answered.into_inner(), ran.len());
}

/// Many more ask than can be served: refusals come at once, and who is let in is served in time.
#[test]
fn under_overload_refusals_are_fast_and_admitted_requests_are_in_time() {
    let runner = Doubling::new(2000, 500);
    let ran = Arc::clone(&runner.ran);
    let batcher = Batcher::start("test", vec![runner], Settings { queue_max: 64, ..Settings::default() }).expect("threads");
    let (served, refused, late) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let slowest_refusal = Mutex::new(Vec::new());
    let end = soon(2500);
    std::thread::scope(|scope| {
        for caller in 0..120u64 {
            let (batcher, served, refused, late, slowest_refusal) = (&batcher, &served, &refused, &late, &slowest_refusal);
            scope.spawn(move || {
                while Instant::now() < end {
                    let asked = Instant::now();
                    match batcher.claim(Lane::Online, soon(80), || 0) {
                        Ok(mut slot) => {
                            *slot = caller;
                            match slot.submit().wait() {
                                Ok(answered) => answered.finish(|_| served.fetch_add(1, Relaxed)),
                                Err(_) => late.fetch_add(1, Relaxed),
                            };
                        }
                        Err(refusal) => {
                            slowest_refusal.lock().expect("the list").push(asked.elapsed());
                            refused.fetch_add(1, Relaxed);
                            assert!(refusal.retry_after.is_some_and(|after| after > Duration::ZERO), "{refusal:?}");
                            std::thread::sleep(Duration::from_millis(20));
                        }
                    }
                }
            });
        }
    });
    let (served, refused, late) = (served.into_inner(), refused.into_inner(), late.into_inner());
    let mut times = slowest_refusal.into_inner().expect("the list");
    times.sort();
    let slow = times[times.len() * 99 / 100];
    println!(
        "{served} served, {late} late, {refused} refused, 99 % of them within {slow:?}; {} rows run",
        ran.lock().expect("the list").len()
    );
    assert!(refused > served / 2, "there was no overload");
    assert!(slow <= Duration::from_millis(20), "{slow:?}");
    assert!(late * 50 <= served, "{late} of {} admitted requests were late", served + late);
}

#[test]
fn a_run_that_breaks_off_costs_only_its_own_batch() {
    let runner = Doubling::new(100, 10);
    runner.breaks.store(true, Relaxed);
    let batcher = Batcher::start("test", vec![runner], Settings::default()).expect("threads");
    assert_eq!(ask(&batcher, 12, soon(5000)), Ok(24));
    assert_eq!(ask(&batcher, 13, soon(5000)), Err(Cause::Failed));
    assert_eq!(ask(&batcher, 14, soon(5000)), Ok(28));
}

#[test]
fn a_deadline_is_kept_while_the_session_hangs_and_stopping_answers_everybody() {
    let batcher = Batcher::start("test", vec![Doubling::new(1000, 0)], Settings::default()).expect("threads");
    let runner = Doubling::new(1000, 0);
    let (gate, began, ran) = (Arc::clone(&runner.gate), Arc::clone(&runner.began), Arc::clone(&runner.ran));
    let hanging = Batcher::start("test", vec![runner], Settings::default()).expect("threads");
    assert_eq!(ask(&batcher, 1, Instant::now()), Err(Cause::Busy), "no time at all");
    std::thread::scope(|scope| {
        let hanging = &hanging;
        let held = gate.lock().expect("the gate");
        scope.spawn(move || ask(hanging, 1, soon(5000)));
        while !began.load(Relaxed) {
            std::thread::yield_now();
        }
        assert!(matches!(ask(hanging, 2, soon(45)), Err(Cause::Busy | Cause::Late)));
        assert!(!ran.lock().expect("the list").contains(&1), "the answer did not wait for the session");
        drop(held);
    });
    let slot = hanging.claim(Lane::Backfill, soon(60_000), || 0).expect("a place");
    let tickets: Vec<_> = (0..5).map(|_| hanging.claim(Lane::Backfill, soon(60_000), || 0).expect("a place").submit()).collect();
    drop(hanging);
    let answers = tickets.into_iter().map(|ticket| ticket.wait().map(|answered| answered.finish(drop)).map_err(|refusal| refusal.cause));
    assert!(answers.into_iter().all(|answer| matches!(answer, Ok(()) | Err(Cause::Stopped))));
    assert_eq!(slot.submit().wait().map(|answered| answered.finish(drop)).map_err(|refusal| refusal.cause), Err(Cause::Stopped));
}

#[test]
fn an_answer_can_be_awaited_without_a_thread() {
    struct Wake(Mutex<Option<std::thread::Thread>>);
    impl std::task::Wake for Wake {
        fn wake(self: Arc<Self>) {
            self.0.lock().expect("the thread").iter().for_each(std::thread::Thread::unpark);
        }
    }
    let batcher = Batcher::start("test", vec![Doubling::new(2000, 0)], Settings::default()).expect("threads");
    let mut slot = batcher.claim(Lane::Online, soon(5000), || 0).expect("a place");
    *slot = 21;
    let mut ticket = std::pin::pin!(slot.submit());
    let waker = Arc::new(Wake(Mutex::new(Some(std::thread::current())))).into();
    let answered = loop {
        match ticket.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(answered) => break answered.expect("an answer"),
            std::task::Poll::Pending => std::thread::park_timeout(Duration::from_secs(5)),
        }
    };
    assert_eq!(answered.finish(|answer| answer), 42);
}

#[test]
fn a_model_whose_runs_fail_is_left_alone_and_tried_again() {
    let runner = Doubling::new(50, 10);
    let breaks = Arc::clone(&runner.breaks);
    let batcher = Batcher::start("test", vec![runner], Settings::default()).expect("threads");
    breaks.store(true, Relaxed);
    for _ in 0..3 {
        assert_eq!(ask(&batcher, 13, soon(10_000)), Err(Cause::Failed));
    }
    let refused = batcher.claim(Lane::Online, soon(10_000), || 0).err().expect("a refusal");
    assert_eq!((refused.cause, refused.retry_after.is_some()), (Cause::Paused, true), "{refused:?}");
    breaks.store(false, Relaxed);
    std::thread::sleep(Duration::from_millis(1050));
    assert_eq!(ask(&batcher, 13, soon(10_000)), Ok(26));
    assert_eq!(ask(&batcher, 14, soon(10_000)), Ok(28));
}
