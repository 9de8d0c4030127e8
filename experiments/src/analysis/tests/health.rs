//! Each check of the data, and each way it can fail.

use super::*;
use crate::evidence::DataCounts;

fn seen(change: impl FnOnce(&mut Evidence)) -> Report {
    let mut evidence = World::null(20).evidence(&design());
    change(&mut evidence);
    report(&running(design()), &evidence)
}

fn state(report: &Report, name: &str) -> HealthState {
    check(report, name).state
}

#[test]
fn a_healthy_world_passes_every_check() {
    let made = seen(|_| {});
    assert!(made.health.iter().all(|check| check.state == HealthState::Passes), "{:#?}", made.health);
    assert!(made.health.iter().all(|check| !check.sentence.is_empty() && !check.title.is_empty()));
}

#[test]
fn the_split_is_checked_once_and_for_every_look() {
    let of = |daily: Vec<usize>| report(&running(design()), &World { daily, ..World::null(21) }.evidence(&design()));
    let off = of(vec![700, 640]);
    assert_eq!([state(&off, "sample_ratio"), state(&off, "sample_ratio_any_time")], [HealthState::Blocks; 2]);
    assert!(check(&off, "sample_ratio").sentence.contains("planned 50.0 %"));
    let near = of(vec![700, 690]);
    assert_eq!([state(&near, "sample_ratio"), state(&near, "sample_ratio_any_time")], [HealthState::Passes; 2]);
    // As planned, when so planned.
    let mut uneven = design();
    uneven.variants[0].weight = 7;
    uneven.variants[1].weight = 6;
    let made = report(&running(uneven.clone()), &World { daily: vec![700, 600], ..World::null(21) }.evidence(&uneven));
    assert_eq!(state(&made, "sample_ratio"), HealthState::Passes);
}

#[test]
fn a_split_that_was_broken_for_some_days_stays_remembered() {
    // Four bad days, made good by the opposite after: the totals look right.
    let broken = World { days: 4, daily: vec![1000, 700], ..World::null(22) }.evidence(&design());
    let opposite = World { days: 4, daily: vec![700, 1000], ..World::null(23) }.evidence(&design());
    let mut evidence = broken.clone();
    for (index, mut day) in opposite.days.into_iter().enumerate() {
        day.day = world::name(index + 4);
        day.cells = day.cells.iter().zip(&broken.total).map(|(cell, before)| cell.merge(before)).collect();
        evidence.total = day.cells.clone();
        evidence.days.push(day);
    }
    evidence.as_of_ms += 4 * 86_400_000;
    let made = report(&running(design()), &evidence);
    assert_eq!([state(&made, "sample_ratio"), state(&made, "sample_ratio_any_time")], [HealthState::Passes, HealthState::Blocks]);
    assert_eq!(made.verdict.call, Call::Blocked);
}

#[test]
fn units_in_several_variants_warn_above_one_percent_and_block_above_ten() {
    let of = |several| seen(|evidence| evidence.counts.several_variants = several);
    assert_eq!(
        [100, 1_000, 3_000].map(|several| state(&of(several), "several_variants")),
        [HealthState::Passes, HealthState::Warns, HealthState::Blocks]
    );
    assert_eq!(of(3_000).verdict.call, Call::Blocked);
}

#[test]
fn what_was_left_out_warns_where_it_is_much() {
    let of = |counts: DataCounts| seen(|evidence| evidence.counts = counts);
    let few = DataCounts {
        exposures: 20_000,
        outcomes: 10_000,
        suspected_bots: 100,
        before_exposure: 100,
        out_of_time: Some(100),
        ..DataCounts::default()
    };
    let many = DataCounts { suspected_bots: 3_000, before_exposure: 1_000, out_of_time: Some(1_000), ..few.clone() };
    for name in ["bots", "outcome_before_exposure", "out_of_time"] {
        assert_eq!([state(&of(few.clone()), name), state(&of(many.clone()), name)], [HealthState::Passes, HealthState::Warns], "{name}");
    }
}

#[test]
fn variants_that_differed_before_the_start_block_and_other_metrics_warn() {
    let mut adjusted = design();
    adjusted.pre_period_days = 14;
    let evidence = World::null(24).evidence(&adjusted);
    assert_eq!(state(&report(&running(adjusted.clone()), &evidence), "pre_period"), HealthState::Passes);
    assert!(seen(|_| {}).health.iter().all(|check| check.name != "pre_period"), "not planned, not asked");
    let shifted = |name: &str| {
        let mut evidence = World::null(24).evidence(&adjusted);
        let summary = evidence.total[1].metrics.get_mut(name).unwrap();
        // Everybody of the treatment bought before.
        summary.moments = (0..summary.moments.units()).map(|i| [f64::from(u8::from(i % 5 == 0)), 1.0, 1.0 + (i % 2) as f64, 1.0]).collect();
        report(&running(adjusted.clone()), &evidence)
    };
    assert_eq!(
        [state(&shifted("conversion"), "pre_period"), state(&shifted("items"), "pre_period")],
        [HealthState::Blocks, HealthState::Warns]
    );
    let nothing = seen(|_| {}).design;
    let mut unknown = World::null(24).evidence(&nothing);
    unknown.total.iter_mut().for_each(|cell| cell.metrics.clear());
    assert_eq!(state(&report(&running(adjusted), &unknown), "pre_period"), HealthState::Unknown);
}

#[test]
fn missing_days_warn_and_block_when_they_are_many() {
    let without = |gone: std::ops::Range<usize>| seen(|evidence| drop(evidence.days.drain(gone)));
    assert_eq!([without(4..6), without(2..10)].map(|made| state(&made, "missing_days")), [HealthState::Warns, HealthState::Blocks]);
    assert!(check(&without(4..6), "missing_days").sentence.starts_with("2 of 14 days"));
    // Nothing has come for three days: those are missing too.
    let silent = seen(|evidence| evidence.as_of_ms += 3 * 86_400_000);
    assert_eq!(state(&silent, "missing_days"), HealthState::Warns);
}

#[test]
fn a_sudden_drop_warns_and_a_day_that_is_not_over_does_not() {
    let dropped = seen(|evidence| evidence.days[6].events /= 4);
    assert!(check(&dropped, "sudden_drop").sentence.contains("2026-11-08"), "{:?}", check(&dropped, "sudden_drop"));
    assert_eq!(state(&dropped, "sudden_drop"), HealthState::Warns);
    let unfinished = seen(|evidence| {
        evidence.days[13].events /= 4;
        evidence.as_of_ms -= 3_600_000;
    });
    assert_eq!(state(&unfinished, "sudden_drop"), HealthState::Passes);
}

#[test]
fn one_look_that_is_taken_again_later_is_said_to_be_another() {
    let late = World { days: 20, daily: vec![300, 300], ..World::null(25) }.evidence(&design());
    assert_eq!(state(&report(&running(at_the_end(design())), &late), "past_plan"), HealthState::Warns);
    assert!(report(&running(design()), &late).health.iter().all(|check| check.name != "past_plan"));
}

#[test]
fn an_effect_that_fades_or_grows_is_told() {
    let fading = World { rate: |arm, day| if arm == 1 && day < 4 { 0.3 } else { 0.2 }, ..World::null(26) };
    let made = report(&running(design()), &fading.evidence(&design()));
    assert_eq!(state(&made, "novelty"), HealthState::Warns);
    assert!(check(&made, "novelty").sentence.contains("it fades"));
    let growing = World { rate: |arm, day| if arm == 1 && day >= 4 { 0.27 } else { 0.2 }, ..World::null(27) };
    assert!(check(&report(&running(design()), &growing.evidence(&design())), "novelty").sentence.contains("it grows"));
    let lasting = report(&running(design()), &World::better(28).evidence(&design()));
    assert_eq!(state(&lasting, "novelty"), HealthState::Passes);
    let short = report(&running(design()), &World { days: 4, ..World::null(29) }.evidence(&design()));
    assert_eq!([state(&short, "novelty"), state(&short, "weekday")], [HealthState::Unknown, HealthState::Warns]);
}

#[test]
fn an_effect_of_weekends_alone_is_told() {
    let weekends = World { rate: |arm, day| if arm == 1 && day % 7 >= 5 { 0.32 } else { 0.2 }, ..World::null(30) };
    let made = report(&running(design()), &weekends.evidence(&design()));
    assert_eq!(state(&made, "weekday"), HealthState::Warns, "{}", check(&made, "weekday").sentence);
}

#[test]
fn what_failed_comes_first() {
    let made = seen(|evidence| {
        evidence.counts.several_variants = 5_000;
        evidence.days[6].events /= 4;
    });
    assert!(made.health.is_sorted_by_key(|check| check.state));
    assert_eq!((made.health[0].name.as_str(), made.verdict.call), ("several_variants", Call::Blocked));
    assert!(made.verdict.because[0].starts_with("Every unit in one variant"));
}
