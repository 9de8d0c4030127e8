//! The call that the planned decision rule makes in each world.

use super::*;

fn call(context: &Context, evidence: &Evidence) -> Call {
    report(context, evidence).verdict.call
}

#[test]
fn without_evidence_there_is_a_report_and_no_number() {
    let made = report(&running(design()), &Evidence::default());
    assert_eq!((made.verdict.call, made.arms.len(), made.comparisons.len()), (Call::Wait, 2, 1));
    assert!(result(&made, "conversion").effect.is_none() && result(&made, "conversion").refused.is_some());
}

#[test]
fn a_world_without_an_effect_waits_and_then_ends_without_a_difference() {
    let early = World { days: 5, ..World::null(1) }.evidence(&design());
    assert_eq!(call(&running(design()), &early), Call::Wait);
    let late = report(&running(design()), &World::null(1).evidence(&design()));
    assert_eq!(late.verdict.call, Call::Inconclusive);
    assert!(late.verdict.sentence.contains("cannot be told from the control"), "{}", late.verdict.sentence);
}

#[test]
fn a_better_treatment_ships_as_soon_as_its_interval_leaves_no_doubt() {
    let evidence = World { days: 12, ..World::better(2) }.evidence(&design());
    let made = report(&running(guarded(0.2)), &evidence);
    assert_eq!(made.verdict.call, Call::Ship, "{:#?}", made.verdict);
    assert_eq!(made.verdict.treatment.as_deref(), Some("stricter"));
    let sentence = &made.verdict.sentence;
    for part in
        ["`stricter` is better", "Conversion is ", "% higher than with the control (between ", "95.0 % interval", "comes up by chance"]
    {
        assert!(sentence.contains(part), "{part}: {sentence}");
    }
}

#[test]
fn a_holdout_ships_nothing_but_says_what_all_changes_have_brought() {
    let mut held = design();
    held.variants[1].serves = Serves::Following;
    let helped = World { days: 12, ..World::better(2) }.evidence(&held);
    let made = report(&running(held.clone()), &helped).verdict;
    assert_eq!(made.call, Call::Ship);
    assert!(made.sentence.contains("what has changed since the start has helped"), "{}", made.sentence);
    let harmed = World { rate: |arm, _| if arm == 0 { 0.25 } else { 0.2 }, ..World::null(3) }.evidence(&held);
    let made = report(&running(held), &harmed).verdict;
    assert_eq!(made.call, Call::Keep);
    assert!(made.sentence.starts_with("What has changed since the start has done harm"), "{}", made.sentence);
}

#[test]
fn a_worse_treatment_is_not_kept() {
    let evidence = World { rate: |arm, _| if arm == 0 { 0.25 } else { 0.2 }, ..World::null(3) }.evidence(&design());
    let made = report(&running(design()), &evidence);
    assert_eq!(made.verdict.call, Call::Keep);
    assert!(made.verdict.sentence.contains("% lower than with the control"), "{}", made.verdict.sentence);
    let mut fewer_is_better = design();
    fewer_is_better.metrics[0].good = Good::Lower;
    assert_eq!(call(&running(fewer_is_better), &evidence), Call::Ship);
}

#[test]
fn a_broken_guardrail_keeps_the_control_and_an_open_one_keeps_the_question() {
    let fewer_items = World { items: vec![3.0, 1.8], ..World::better(4) };
    let made = report(&running(guarded(0.05)), &fewer_items.evidence(&design()));
    assert_eq!(made.verdict.call, Call::Keep, "{:#?}", made.verdict);
    assert!(made.verdict.sentence.contains("makes Items worse by more than is acceptable"));
    // Items rise with purchases by too little to rule out a loss of a fifth of a per cent.
    let as_many = World { items: vec![3.0, 2.4], ..World::better(4) };
    assert_eq!(call(&running(guarded(0.002)), &World { days: 12, ..as_many.clone() }.evidence(&design())), Call::Wait);
    let made = report(&running(guarded(0.002)), &as_many.evidence(&design()));
    assert_eq!(made.verdict.call, Call::Inconclusive, "{:#?}", made.verdict);
    assert!(made.verdict.sentence.contains("but whether Items stays"));
}

#[test]
fn with_one_planned_look_nothing_is_decided_before_it() {
    let early = World { days: 9, ..World::better(5) }.evidence(&design());
    let made = report(&running(at_the_end(design())), &early);
    assert_eq!(made.verdict.call, Call::Wait);
    assert!(made.verdict.sentence.contains("decide once, at its end"), "{}", made.verdict.sentence);
    assert_eq!(call(&running(at_the_end(design())), &World::better(5).evidence(&design())), Call::Ship);
}

#[test]
fn stopped_before_its_plan_only_numbers_that_hold_at_any_look_count() {
    let slightly = World { days: 7, rate: |arm, _| if arm == 0 { 0.2 } else { 0.2185 }, ..World::null(10) };
    let evidence = slightly.evidence(&design());
    let made = report(&stopped(at_the_end(design()), &evidence), &evidence);
    let effect = result(&made, "conversion").effect.as_ref().unwrap();
    // One look would call it, and looking until it does is how such stops come about.
    assert!(effect.absolute.p < 0.05, "{}", effect.absolute.p);
    assert!(effect.any_time.unwrap().p > 0.05 && !effect.significant && made.verdict.call == Call::Inconclusive);
    assert!(made.notes.iter().any(|note| note.starts_with("It was stopped before its plan")));
}

#[test]
fn a_broken_split_blocks_whatever_the_numbers() {
    let world = World { daily: vec![700, 620], ..World::better(7) };
    let made = report(&running(design()), &world.evidence(&design()));
    assert_eq!((made.verdict.call, made.health[0].state), (Call::Blocked, HealthState::Blocks));
    assert!(made.verdict.sentence.starts_with("No effect may be read") && made.verdict.treatment.is_none());
}

#[test]
fn rare_events_are_too_early_first_and_unreliable_in_the_end() {
    let rare = World { rate: |_, _| 0.0004, ..World::null(8) };
    let early = report(&running(design()), &World { days: 6, ..rare.clone() }.evidence(&design()));
    assert_eq!(early.verdict.call, Call::Wait);
    let late = report(&running(design()), &rare.evidence(&design()));
    assert_eq!(late.verdict.call, Call::Unreliable, "{:#?}", late.verdict);
    assert!(late.verdict.sentence.contains("are needed"), "{}", late.verdict.sentence);
    // Nobody buys: there is not even a number.
    let none = report(&running(design()), &World { rate: |_, _| 0.0, ..World::null(8) }.evidence(&design()));
    assert_eq!(none.verdict.call, Call::Unreliable);
    let primary = result(&none, "conversion");
    assert!(primary.effect.is_none() && primary.refused.as_ref().unwrap().contains("no variance"), "{primary:?}");
}

#[test]
fn of_several_treatments_the_best_ships_and_each_p_pays_for_the_others() {
    let mut several = design();
    several.variants = ["control", "same", "good", "best"].map(variant).into();
    several.planned_units = 40_000;
    let world = World { daily: vec![700; 4], rate: |arm, _| [0.2, 0.2, 0.24, 0.27][arm], ..World::null(9) };
    let made = report(&running(several), &world.evidence(&design()));
    assert_eq!((made.verdict.call, made.verdict.treatment.as_deref()), (Call::Ship, Some("best")));
    for comparison in &made.comparisons {
        let effect = comparison.metrics[0].effect.as_ref().unwrap();
        assert!(effect.adjusted_p.unwrap() >= effect.any_time.unwrap().p);
    }
    assert!(made.verdict.because.iter().any(|why| why.starts_with("`same` cannot be told")), "{:#?}", made.verdict.because);
    assert!(made.notes.iter().any(|note| note.contains("corrected for that (Holm)")));
}

#[test]
fn few_units_are_dealt_out_again_and_too_few_are_refused() {
    let mut products = design();
    products.unit = Unit::Product;
    products.primary = "ctr".into();
    products.planned_units = 24;
    let world = World { days: 1, daily: vec![12, 12], keep_units: true, ..World::null(10) };
    let made = report(&running(products.clone()), &world.evidence(&products));
    let effect = result(&made, "ctr").effect.as_ref().unwrap();
    assert!(effect.method.starts_with("permutation of 24 units") && effect.any_time.is_none());
    assert_eq!(made.verdict.call, Call::Inconclusive, "{:#?}", made.verdict);
    let four = World { daily: vec![4, 12], ..world }.evidence(&products);
    let made = report(&stopped(products, &four), &four);
    assert!(result(&made, "ctr").refused.as_ref().unwrap().contains("at least 5"));
    assert_eq!((check(&made, "units").state, made.verdict.call), (HealthState::Warns, Call::Unreliable));
}
