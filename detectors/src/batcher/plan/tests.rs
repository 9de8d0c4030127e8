//! The plan in told time: shares, deadlines, sizes, and a whole overload played through in a moment.

use super::*;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A plan that knows its costs: 2 ms a batch and 8 ms a row.
fn plan(settings: Settings, sessions: usize) -> Plan<u32> {
    let mut plan = Plan::new(settings, 32, sessions);
    for size in BUCKETS {
        (0..3).for_each(|_| plan.learn(size, took(size)));
    }
    plan
}

fn took(rows: usize) -> Duration {
    ms(2 + 8 * rows as u64)
}

fn submit(plan: &mut Plan<u32>, now: Instant, lane: Lane, patience: Duration, item: u32) -> Option<u64> {
    plan.admit(now, lane, now + patience).ok()?;
    Some(plan.push(lane, now + patience, item))
}

fn items(batch: &[Waiting<u32>]) -> Vec<u32> {
    batch.iter().map(|waiting| waiting.item).collect()
}

#[test]
fn an_idle_session_takes_what_is_there_at_once_and_a_busy_ones_batch_grows() {
    let (mut plan, now) = (plan(Settings::default(), 1), Instant::now());
    submit(&mut plan, now, Lane::Online, ms(1000), 0);
    assert_eq!(items(&plan.take(now, 0).0), [0]);
    (1..6).for_each(|item| assert!(submit(&mut plan, now, Lane::Online, ms(1000), item).is_some()));
    assert_eq!(items(&plan.take(now, 0).0), [1, 2, 3, 4]);
    assert_eq!(items(&plan.take(now, 0).0), [5]);
}

#[test]
fn the_largest_batch_is_taken_whose_oldest_row_still_meets_its_deadline() {
    let (mut plan, now) = (plan(Settings::default(), 1), Instant::now());
    assert!(submit(&mut plan, now, Lane::Online, ms(45), 0).is_some());
    (1..9).for_each(|item| assert!(submit(&mut plan, now, Lane::Online, ms(1000), item).is_some()));
    // Four rows take 34 ms, eight take 66 ms.
    assert_eq!(items(&plan.take(now, 0).0), [0, 1, 2, 3]);
    let (batch, late) = plan.take(now + ms(200), 0);
    assert_eq!((items(&batch), items(&late)), (vec![4, 5, 6, 7], vec![]));
    let (batch, late) = plan.take(now + ms(995), 0);
    assert_eq!((items(&batch), items(&late)), (vec![], vec![8]), "nothing is run that cannot end in time");
}

#[test]
fn no_batch_is_longer_than_allowed_and_free_sessions_share() {
    let (mut plan, now) = (plan(Settings { batch_time_max: ms(70), ..Settings::default() }, 2), Instant::now());
    (0..40).for_each(|item| assert!(submit(&mut plan, now, Lane::Online, ms(10_000), item).is_some()));
    assert_eq!(plan.take(now, 0).0.len(), 8);
    plan.done(0, 8, took(8));
    while plan.ahead() > 4 {
        let count = plan.take(now, 0).0.len();
        plan.done(0, count, took(count));
    }
    assert_eq!((plan.take(now, 0).0.len(), plan.take(now, 1).0.len()), (2, 2));
}

#[test]
fn both_lanes_get_their_guaranteed_share_and_an_empty_ones_goes_to_the_other() {
    for share in [0.1, 0.2, 0.5] {
        let (mut plan, now) = (plan(Settings { backfill_share: share, queue_max: 10_000, ..Settings::default() }, 1), Instant::now());
        for item in 0..1000 {
            submit(&mut plan, now, Lane::Online, ms(1_000_000), item).unwrap();
            submit(&mut plan, now, Lane::Backfill, ms(1_000_000), 10_000 + item).unwrap();
        }
        let mut taken = Vec::new();
        while taken.len() < 500 {
            taken.extend(items(&plan.take(now, 0).0));
        }
        let backfill = taken.iter().filter(|item| **item >= 10_000).count() as f64 / taken.len() as f64;
        assert!((backfill - share).abs() < 0.01, "{share}: {backfill}");
        // All are served in their lanes' order, and none is left behind.
        while plan.ahead() > 0 {
            taken.extend(items(&plan.take(now, 0).0));
        }
        assert_eq!(taken.len(), 2000);
        assert!(taken.iter().filter(|item| **item < 10_000).is_sorted() && taken.iter().filter(|item| **item >= 10_000).is_sorted());
    }
}

#[test]
fn what_cannot_be_in_time_is_refused_with_the_time_to_come_back() {
    let (mut plan, now) = (plan(Settings::default(), 1), Instant::now());
    assert!(plan.admit(now, Lane::Online, now + ms(11)).is_ok());
    plan.give_up(Lane::Online);
    assert!(matches!(plan.admit(now, Lane::Online, now + ms(9)), Err((Cause::Busy, Some(_)))));
    (0..50).for_each(|item| assert!(submit(&mut plan, now, Lane::Online, ms(10_000), item).is_some()));
    let Err((Cause::Busy, Some(after))) = plan.admit(now, Lane::Online, now + ms(200)) else { panic!("it was let in") };
    assert!(plan.admit(now, Lane::Online, now + ms(200) + after).is_ok(), "the time named is the time needed");
    let mut full = Plan::<u32>::new(Settings { queue_max: 3, ..Settings::default() }, 32, 1);
    (0..3).for_each(|item| assert!(submit(&mut full, now, Lane::Online, ms(10), item).is_some()));
    assert!(matches!(full.admit(now, Lane::Backfill, now + ms(10)), Err((Cause::Full, Some(_)))));
}

#[test]
fn a_removed_row_is_never_taken() {
    let (mut plan, now) = (plan(Settings::default(), 1), Instant::now());
    let ids: Vec<u64> = (0..10).filter_map(|item| submit(&mut plan, now, Lane::Online, ms(1000), item)).collect();
    assert_eq!(plan.remove(Lane::Online, ids[3]), Some(3));
    assert_eq!(plan.remove(Lane::Online, ids[3]), None);
    assert_eq!(items(&plan.take(now, 0).0), [0, 1, 2, 4, 5, 6, 7, 8]);
    assert_eq!(plan.remove(Lane::Online, ids[0]), None, "it has had its turn");
}

/// Twice the load that two sessions can bear, for a minute of told time, with runs that scatter: whoever is let in is done in time.
#[test]
fn under_twice_the_load_admitted_rows_keep_their_deadlines() {
    let settings = Settings { queue_max: 64, ..Settings::default() };
    let (mut plan, start) = (plan(settings, 2), Instant::now());
    let patience = ms(400);
    // The best size within 250 ms is 16: 130 ms for 16 rows, two at a time; the queue sees twice that.
    let every = took(16) / 16 / 2 / 2;
    let mut seed = 7u64;
    let mut random = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as f64 / f64::from(1u32 << 31)
    };
    let (mut arrival, mut offered, mut refused, mut kept, mut missed) = (start, 0u32, 0u32, 0u32, 0u32);
    let mut running: Running = [None, None];
    while arrival < start + ms(60_000) {
        // The next thing that happens: a batch ends, or a row comes.
        let ends = running.iter().enumerate().filter_map(|(session, run)| Some((run.as_ref()?.1, session))).min();
        match ends.filter(|(end, _)| *end <= arrival) {
            Some((end, session)) => {
                let (began, _, batch) = running[session].take().unwrap();
                plan.done(session, batch.len(), end - began);
                for row in batch {
                    *(if end <= row.deadline { &mut kept } else { &mut missed }) += 1;
                }
                start_free(&mut plan, end, &mut running, &mut random, &mut missed);
            }
            None => {
                let now = arrival;
                offered += 1;
                let lane = if offered.is_multiple_of(3) { Lane::Backfill } else { Lane::Online };
                refused += u32::from(submit(&mut plan, now, lane, patience, offered).is_none());
                start_free(&mut plan, now, &mut running, &mut random, &mut missed);
                arrival += every.mul_f64(0.2 + 1.6 * random());
            }
        }
    }
    let admitted = kept + missed;
    assert!(f64::from(missed) <= 0.001 * f64::from(admitted), "{missed} of {admitted} admitted rows were late");
    let useful = f64::from(kept) / (f64::from(offered) / 2.0);
    assert!(useful > 0.85, "only {useful:.2} of what the sessions could bear was done; {refused} of {offered} were refused");
}

/// What each session runs: since when, until when, which rows.
type Running = [Option<(Instant, Instant, Vec<Waiting<u32>>)>; 2];

fn start_free(plan: &mut Plan<u32>, now: Instant, running: &mut Running, random: &mut impl FnMut() -> f64, missed: &mut u32) {
    for (session, run) in running.iter_mut().enumerate().filter(|(_, run)| run.is_none()) {
        let (batch, late) = plan.take(now, session);
        *missed += late.len() as u32;
        if !batch.is_empty() {
            *run = Some((now, now + took(batch.len()).mul_f64(0.95 + 0.1 * random()), batch));
        }
    }
}
