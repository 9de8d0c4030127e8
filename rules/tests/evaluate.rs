//! From YAML to verdict, by example and by law.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use support::{catalog, compiled, rule, signals};
use vitrine_engine::{Action, Decision, Enforcement, Evaluator, Value};

const SIZE: &str = "require: long_side_px >= min_px\nparams:\n  min_px: { value: 500, unit: px, range: [100, 10000] }";

#[test]
fn the_reason_carries_value_limit_unit_and_place() {
    let set = compiled(&rule("size", SIZE));
    let verdict = set.evaluate(&signals(set.catalog(), &[("long_side_px", 499.0.into())]), "de");
    assert_eq!(verdict.decision, Decision::Suppress);
    let [firing] = verdict.firings.as_slice() else { panic!("{verdict:?}") };
    assert_eq!(firing.message, "499 against 500 px");
    assert_eq!(firing.value, Some(Value::Number(499.0)));
    assert_eq!(firing.limit, Some(Value::Number(500.0)));
    assert_eq!(firing.unit.as_deref(), Some("px"));
    assert_eq!(firing.signal, Some("long_side_px".into()));
    assert!(firing.region.is_some());
    let good = set.evaluate(&signals(set.catalog(), &[("long_side_px", 500.0.into())]), "en");
    assert_eq!((good.decision, good.firings.len()), (Decision::Accept, 0));
}

#[test]
fn what_is_missing_is_decided_by_the_rule() {
    for (word, decision, action) in [
        ("review", Decision::Review, Some(Action::Review)),
        ("reject", Decision::Suppress, Some(Action::Suppress)),
        ("ignore", Decision::Accept, None),
    ] {
        let set = compiled(&rule("size", &format!("{SIZE}\nif_missing: {word}")));
        let verdict = set.evaluate(&signals(set.catalog(), &[]), "en");
        assert_eq!(verdict.decision, decision);
        assert_eq!(verdict.firings.first().map(|firing| firing.action.clone()), action);
        assert_eq!(verdict.undetermined.len(), usize::from(action.is_none()));
    }
}

#[test]
fn what_is_known_may_decide_although_something_is_missing() {
    let set = compiled(&rule("both", "when: sharpness < 0.3 && has_alpha"));
    let judge = |values: &[(&str, Value)]| set.evaluate(&signals(set.catalog(), values), "en").decision;
    assert_eq!(judge(&[("sharpness", 0.9.into())]), Decision::Accept);
    assert_eq!(judge(&[("sharpness", 0.1.into())]), Decision::Review);
    assert_eq!(judge(&[("has_alpha", false.into())]), Decision::Accept);
    assert_eq!(judge(&[("sharpness", 0.1.into()), ("has_alpha", true.into())]), Decision::Suppress);
}

#[test]
fn rules_that_only_warn_change_nothing_but_the_reasons() {
    let warn = compiled(&rule("size", &format!("{SIZE}\ngrade: S")));
    let verdict = warn.evaluate(&signals(warn.catalog(), &[("long_side_px", 1.0.into())]), "en");
    assert_eq!((verdict.decision, verdict.points, verdict.tags.len()), (Decision::Accept, 0.0, 0));
    assert_eq!(verdict.firings[0].enforcement, Enforcement::Warn);
}

#[test]
fn rules_that_nobody_can_measure_are_named_and_silent() {
    let set = compiled(&rule("learned", "require: quality_score >= 0.5"));
    let verdict = set.evaluate(&signals(&catalog(), &[]), "en");
    assert_eq!(verdict.decision, Decision::Accept);
    assert_eq!(verdict.not_measurable.as_ref(), ["learned".into()]);
    assert!(set.needs().is_empty());
}

#[test]
fn scripts_run_where_no_tree_can_stand() {
    let script = r#"require: 'switch format { "jpeg" => sharpness > 0.5, _ => { let dark = brightness < 0.2; !dark } }'"#;
    let set = compiled(&rule("switch", script));
    let judge = |format: &str, sharpness: f64| {
        let values = [("format", format.into()), ("sharpness", sharpness.into()), ("brightness", 0.5.into())];
        set.evaluate(&signals(set.catalog(), &values), "en").decision
    };
    assert_eq!(judge("jpeg", 0.4), Decision::Suppress);
    assert_eq!(judge("jpeg", 0.6), Decision::Accept);
    assert_eq!(judge("png", 0.4), Decision::Accept);
}
