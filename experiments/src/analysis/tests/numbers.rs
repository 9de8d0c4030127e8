//! Numbers of the report against what is known of the world.

use super::*;
use crate::evidence::RuleFirings;
use crate::report::{GuardrailState, Role};

#[test]
fn a_known_table_gives_known_numbers() {
    // 1,000 of 10,000 against 1,100 of 10,000: difference 0.01, error sqrt(0.1 * 0.9 / 1e4 + 0.11 * 0.89 / 1e4).
    let mut evidence = Evidence { as_of_ms: world::START_MS + 7 * 86_400_000, ..Evidence::default() };
    for buyers in [1_000_u32, 1_100] {
        let mut cell = crate::evidence::Cell { units: 10_000, ..Default::default() };
        let summary = crate::evidence::MetricSummary {
            moments: (0..10_000).map(|i| [f64::from(u8::from(i < buyers)), 1.0, 0.0, 0.0]).collect(),
            shape: crate::statistics::Shape::of_successes(10_000, u64::from(buyers)),
            ..Default::default()
        };
        cell.metrics.insert("conversion".into(), summary);
        evidence.total.push(cell);
    }
    let made = report(&running(at_the_end(design())), &evidence);
    let primary = result(&made, "conversion");
    let effect = primary.effect.as_ref().unwrap();
    let error = (0.1_f64 * 0.9 / 1e4 + 0.11 * 0.89 / 1e4).sqrt();
    assert_eq!((primary.control, primary.treatment, primary.role), (Some(0.1), Some(0.11), Role::Primary));
    assert!((effect.absolute.value - 0.01).abs() < 1e-15 && (effect.absolute.std_error - error).abs() < 1e-15);
    assert!((effect.absolute.low.unwrap() - (0.01 - 1.9601 * error)).abs() < 1e-6, "{effect:?}");
    let lift = effect.lift.unwrap();
    assert!((lift.value - 0.1).abs() < 1e-12 && lift.low.unwrap() > 0.0 && lift.high.unwrap() < 0.2 && !lift.outside);
    // A belief in small lifts, with a spread of 0.05 x 0.1 = 0.005, against an error of 0.00434.
    let weight = 0.005_f64.powi(2) / (0.005_f64.powi(2) + error * error);
    let z = 0.01 * weight / (weight.sqrt() * error);
    let bayes = effect.bayes.as_ref().unwrap();
    assert!((bayes.chance_better - crate::statistics::distributions::normal::cumulative(z)).abs() < 1e-9, "{bayes:?}");
    let any_time = effect.any_time.unwrap();
    assert!(any_time.low < effect.absolute.low && any_time.p > effect.absolute.p);
}

#[test]
fn the_time_before_the_start_narrows_the_interval_and_both_are_shown() {
    let mut adjusted = design();
    adjusted.pre_period_days = 14;
    let evidence = World::null(50).evidence(&adjusted);
    let made = report(&running(adjusted), &evidence);
    let effect = result(&made, "ctr").effect.as_ref().unwrap();
    let (with, without) = (effect.absolute, effect.unadjusted.unwrap());
    let removed = effect.variance_removed.unwrap();
    assert!(removed > 0.01 && ((with.std_error / without.std_error).powi(2) - (1.0 - removed)).abs() < 1e-9, "{removed}");
    assert!(effect.method.contains("CUPED") && made.notes.iter().any(|note| note.contains("(CUPED)")));
    // Without anything from before there is nothing to adjust, and no claim of it.
    let mut nothing = World::null(50).evidence(&design());
    let plain = [1_u64, 2].map(|i| (0..1000).map(|unit| [((unit * i) % 7) as f64, 1.0, 0.0, 0.0]).collect());
    for (cell, moments) in nothing.total.iter_mut().zip(plain) {
        cell.metrics.get_mut("items").unwrap().moments = moments;
    }
    let mut asked = design();
    asked.pre_period_days = 7;
    let made = report(&running(asked), &nothing);
    let effect = result(&made, "items").effect.as_ref().unwrap();
    assert!(effect.variance_removed.is_none() && effect.unadjusted.is_none());
}

#[test]
fn a_cap_is_shown_beside_the_figure_without_it_and_questioned_where_it_cuts_much() {
    let capped = |cap| {
        let mut capped = design();
        capped.metrics[1].cap = Some(cap);
        let evidence = World { items: vec![3.0, 3.5], ..World::null(51) }.evidence(&capped);
        report(&running(capped), &evidence)
    };
    let mild = capped(4.5);
    let items = result(&mild, "items");
    let effect = items.effect.as_ref().unwrap();
    assert!(
        effect.uncapped.unwrap().value > effect.absolute.value
            && mild.notes.iter().any(|note| note.starts_with("Items: a unit's total above"))
    );
    assert!(result(&capped(2.5), "items").concerns.iter().any(|concern| concern.contains("drawn towards none")));
    assert!(result(&capped(0.5), "items").concerns.iter().any(|concern| concern.contains("nothing is left of the metric")));
}

#[test]
fn guardrails_hold_break_or_stay_open_for_either_direction() {
    let states = |items: f64, margin: f64, good: Good| {
        let mut rails = at_the_end(guarded(margin));
        rails.metrics[1].good = good;
        let evidence = World { items: vec![3.0, items], days: 14, ..World::null(52) }.evidence(&rails);
        result(&report(&running(rails), &evidence), "items").guardrail.unwrap().state
    };
    assert_eq!([states(3.0, 0.3, Good::Higher), states(3.0, 0.3, Good::Lower)], [GuardrailState::Holds; 2]);
    assert_eq!([states(1.5, 0.1, Good::Higher), states(5.0, 0.1, Good::Lower)], [GuardrailState::Broken; 2]);
    assert_eq!([states(3.0, 0.001, Good::Higher), states(3.0, 0.001, Good::Lower)], [GuardrailState::Open; 2]);
}

#[test]
fn percentiles_are_compared_by_their_order_statistics() {
    let mut with = design();
    let kind = MetricKind::Quantile { event: "wait".into(), level: 0.5 };
    with.metrics.push(Metric { name: "median".into(), title: "Median".into(), kind, good: Good::Lower, unit: "s".into(), cap: None });
    let made = report(&running(with.clone()), &World::null(53).evidence(&with));
    let median = result(&made, "median");
    // 1 + 10 x uniform, and a fifth of all with some items more: just above 6.
    assert!((6.0..7.5).contains(&median.control.unwrap()), "{median:?}");
    let effect = median.effect.as_ref().unwrap();
    assert!((0.05..0.3).contains(&effect.absolute.std_error) && effect.absolute.p > 0.001, "{effect:?}");
}

#[test]
fn days_add_up_and_a_day_alone_is_what_came_on_it() {
    let evidence = World::better(54).evidence(&design());
    let made = report(&running(design()), &evidence);
    let comparison = &made.comparisons[0];
    assert_eq!((comparison.over_time.len(), comparison.by_day.len()), (14, 14));
    let (last, first) = (comparison.over_time.last().unwrap(), &comparison.over_time[0]);
    assert_eq!(last.effect.unwrap(), comparison.metrics[0].effect.as_ref().unwrap().absolute);
    assert!(first.any_time.unwrap().high > last.any_time.unwrap().high);
    assert!(comparison.over_time.iter().all(|day| day.any_time.unwrap().low < day.effect.unwrap().low));
    // The first day alone is the first day's sum; every day has its own visitors.
    let alone = comparison.by_day[0].effect.unwrap();
    assert!((alone.value - first.effect.unwrap().value).abs() < 1e-12);
    assert!(comparison.by_day.iter().all(|day| day.units == [700, 700]));
    let mean = comparison.by_day.iter().map(|day| day.effect.unwrap().value).sum::<f64>() / 14.0;
    assert!((mean - last.effect.unwrap().value).abs() < 1e-9);
}

#[test]
fn segments_are_drawn_together_with_a_caution() {
    let mut with = design();
    with.segments = vec!["device".into(), "region".into()];
    let made = report(&running(with.clone()), &World::better(55).evidence(&with));
    let tables = &made.comparisons[0].segments;
    assert_eq!(tables.iter().map(|table| table.segments.len()).collect::<Vec<_>>(), [2, 0]);
    let device = &tables[0];
    assert!(
        device.segments[0].units.iter().sum::<u64>() >= device.segments[1].units.iter().sum() && device.heterogeneity_p.unwrap() > 0.001
    );
    for segment in &device.segments {
        assert!(segment.shrunken.unwrap().std_error < segment.effect.unwrap().std_error && segment.adjusted_p.unwrap() < 0.05);
    }
    assert!(device.caution.contains("an idea for the next experiment"));
    let rare = World { rate: |_, _| 0.001, ..World::null(55) }.evidence(&with);
    assert!(
        report(&running(with), &rare).comparisons[0].segments[0]
            .segments
            .iter()
            .all(|segment| segment.refused.is_some() && segment.effect.is_none())
    );
}

#[test]
fn an_effect_is_split_over_the_rules_that_act_differently() {
    let mut evidence = World::better(56).evidence(&design());
    let rule =
        |name: &str, selections: [u64; 2]| RuleFirings { rule: name.into(), selections: selections.into(), of: vec![10_000, 20_000] };
    evidence.rules = vec![rule("same", [500, 1_000]), rule("small", [100, 400]), rule("large", [100, 800]), rule("unseen", [0, 0])];
    evidence.rules[3].of = vec![0, 0];
    let rules = report(&running(design()), &evidence).rules;
    assert_eq!(rules.iter().map(|rule| rule.rule.as_str()).collect::<Vec<_>>(), ["large", "small"]);
    assert!((rules[0].effect_share - 0.75).abs() < 1e-12 && (rules[1].effect_share - 0.25).abs() < 1e-12);
    assert!(rules[0].caution.contains("only an experiment that changes one rule alone measures it"));
}

#[test]
fn explaining_metrics_pay_for_their_number_and_guardrails_do_not() {
    let made = report(&running(design()), &World::better(57).evidence(&design()));
    assert!(result(&made, "conversion").effect.as_ref().unwrap().adjusted_p.is_none());
    assert!(["items", "ctr"].into_iter().all(|name| result(&made, name).effect.as_ref().unwrap().adjusted_p.is_some()));
    let guarded = report(&running(guarded(0.1)), &World::better(57).evidence(&design()));
    assert!(result(&guarded, "items").effect.as_ref().unwrap().adjusted_p.is_none());
    assert_eq!(
        guarded.comparisons[0].metrics.iter().map(|result| result.role).collect::<Vec<_>>(),
        [Role::Primary, Role::Guardrail, Role::Secondary]
    );
}

#[test]
fn the_plan_stands_beside_what_happened() {
    let made = report(&running(design()), &World::null(58).evidence(&design()));
    let line =
        |what: &str| made.plan.iter().find(|line| line.what.starts_with(what)).map(|line| (line.planned.as_str(), line.actual.as_str()));
    assert_eq!(line("visitors in all"), Some(("20,000", "19,600")));
    assert_eq!(line("days"), Some(("14", "14.0")));
    assert_eq!(line("share of `control`"), Some(("50.0 %", "50.0 %")));
}
