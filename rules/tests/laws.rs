//! Laws of resolving and judging, over generated rules.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use support::{catalog, compiled, packs, rule, scope, shown, signals};
use vitrine_engine::{Decision, Evaluator, RuleId, SignalName};
use vitrine_rules::{PackSource, RuleSet, Scope, compile, resolve};

fn named(id: &str, rules: &str) -> PackSource {
    let source = support::pack(rules);
    PackSource { name: format!("{id}.yaml"), text: source.text.replacen("pack: vitrine", &format!("pack: {id}"), 1) }
}

proptest! {
    #[test]
    fn the_order_of_packs_never_matters(order in Just(vec![0usize, 1, 2, 3]).prop_shuffle()) {
        let sources = [
            named("one", &rule("a", "require: sharpness > 0.1")),
            named("two", &rule("b", "require: sharpness > 0.2\nsupersedes: [a]")),
            named("three", &rule("c", "require: noise < 0.8\ngrade: S")),
            named("four", &rule("d", "require: noise < 0.9\ngrade: C")),
        ];
        let shuffled: Vec<PackSource> = order.iter().map(|index| sources[*index].clone()).collect();
        let (expected, found) = resolve(&packs(&sources), &scope());
        prop_assert!(found.is_empty(), "{}", shown(&found));
        prop_assert_eq!(resolve(&packs(&shuffled), &scope()).0, expected);
    }

    #[test]
    fn a_stricter_limit_never_accepts_more(loose in 0.01..0.99f64, strict in 0.01..0.99f64, value in 0.0..=1.0f64) {
        let (loose, strict) = (loose.min(strict), loose.max(strict));
        let decision = |limit: f64| {
            let set = compiled(&rule("a", &format!("require: sharpness >= limit\nparams: {{ limit: {{ value: {limit:?} }} }}")));
            set.evaluate(&signals(set.catalog(), &[("sharpness", value.into())]), "en").decision
        };
        prop_assert!(decision(strict) >= decision(loose));
    }

    #[test]
    fn one_more_rule_never_makes_a_verdict_milder(sharpness in 0.0..=1.0f64, noise in 0.0..=1.0f64) {
        let first = rule("a", "require: sharpness >= 0.4\naction: { demote: 5 }");
        let both = first.clone() + &*rule("b", "require: noise <= 0.6\naction: review");
        let judge = |rules: &str| {
            let set = compiled(rules);
            let verdict = set.evaluate(&signals(set.catalog(), &[("sharpness", sharpness.into()), ("noise", noise.into())]), "en");
            (verdict.decision, verdict.points)
        };
        let (one, two) = (judge(&first), judge(&both));
        prop_assert!(two.0 >= one.0 && two.1 >= one.1);
    }

    #[test]
    fn what_is_no_longer_needed_changes_nothing(
        rules in prop::collection::vec(open_rule(), 1..6),
        ranked in any::<bool>(),
        values in prop::array::uniform4(prop::option::weighted(0.9, 0.0..=1.0f64)),
    ) {
        let text: String = rules.iter().enumerate().map(|(index, lines)| rule(&format!("r{index}"), lines)).collect();
        let ranking = if ranked { "ranking: { quality: \"0.5 * sharpness + 0.5 * noise\" }\n" } else { "" };
        let source = support::pack(&text);
        let set = packs(&[PackSource { text: source.text.replacen("rules:", &format!("{ranking}rules:"), 1), ..source }]);
        let (resolved, _) = resolve(&set, &scope());
        // Rules drawn at random may contradict each other or never fire: that is not the question here.
        let Ok(set) = compile(&resolved, &catalog()) else { return Ok(()) };
        let names = ["sharpness", "brightness", "noise", "subject_count"];
        let known = |wanted: &dyn Fn(&str) -> bool| {
            let all = names.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?)));
            let readings: Vec<_> = all.filter(|(name, _)| wanted(name)).map(|(name, value)| (name, if name == "subject_count" { (value * 9.0).round() } else { value }.into())).collect();
            signals(set.catalog(), &readings)
        };
        let pending: BTreeSet<SignalName> = ["noise", "subject_count"].map(SignalName::from).into();
        let cheap = known(&|name| !pending.contains(name));
        let needed = set.still_needed(&cheap, &pending);
        prop_assert!(needed.is_subset(&pending));
        let (sparing, all) = (known(&|name| !pending.contains(name) || needed.contains(name)), known(&|_| true));
        let (sparing, all) = (set.evaluate(&sparing, "en"), set.evaluate(&all, "en"));
        prop_assert_eq!(sparing.decision, all.decision);
        if all.decision != Decision::Suppress {
            prop_assert_eq!((sparing.points, sparing.quality, sparing.tags), (all.points, all.quality, all.tags));
        }

        // The same where a rule was overturned for the picture: what it spared may matter without it.
        let overturned = [RuleId::from("r0")];
        let fewer = set.without(&overturned);
        let needed = fewer.still_needed(&cheap, &pending);
        let (sparing, all) = (known(&|name| !pending.contains(name) || needed.contains(name)), known(&|_| true));
        let judged = |signals| {
            let mut verdict = set.evaluate(signals, "en");
            verdict.ignore(&overturned);
            (fewer.evaluate(signals, "en"), verdict)
        };
        let ((_, sparing), (by_fewer, all)) = (judged(&sparing), judged(&all));
        prop_assert_eq!((by_fewer.decision, by_fewer.points, &by_fewer.tags, &by_fewer.firings), (all.decision, all.points, &all.tags, &all.firings));
        prop_assert_eq!(sparing.decision, all.decision);
    }
}

/// A rule over two signals that are known early and two that come late.
fn open_rule() -> impl Strategy<Value = String> {
    let test =
        (prop::sample::select(vec!["sharpness", "brightness", "noise", "subject_count"]), prop::sample::select(vec!["<", ">="]), 1..10u8)
            .prop_map(|(signal, comparison, tenths)| {
                let limit = if signal == "subject_count" { f64::from(tenths) } else { f64::from(tenths) / 10.0 };
                format!("{signal} {comparison} {limit:?}")
            });
    let condition = prop::collection::vec(test, 1..4)
        .prop_flat_map(|tests| prop::sample::select(vec![" && ", " || "]).prop_map(move |joint| tests.join(joint)));
    let action = prop::sample::select(vec!["suppress", "review", "{ demote: 3 }", "{ tag: odd }"]);
    let missing = prop::sample::select(vec!["ignore", "review", "reject"]);
    let grade = prop::sample::select(vec!["P", "S"]);
    (condition, action, missing, grade, prop::sample::select(vec!["when", "require"])).prop_map(
        |(condition, action, missing, grade, key)| {
            format!("{key}: \"{condition}\"\naction: {action}\nif_missing: {missing}\ngrade: {grade}")
        },
    )
}

#[test]
fn what_is_overridden_and_disabled_is_named() {
    let rules = rule("a", "require: sharpness > 0.1")
        + &*rule("b", "require: sharpness > 0.2\nsupersedes: a")
        + &*rule("c", "require: noise < 0.8\ngrade: C");
    let set = compiled(&rules);
    assert_eq!(set.rules().iter().map(|scoped| scoped.rule.id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(set.disabled()[0].rule.id.as_str(), "c");
    let superseded = &set.rule_set().superseded()[0];
    assert_eq!((superseded.rule.as_str(), superseded.by.as_str()), ("a", "b"));
}

#[test]
fn a_rule_holds_in_its_scope_and_nowhere_else() {
    let rules = rule("everywhere", "require: sharpness > 0.1")
        + &*rule("dresses", "require: sharpness > 0.2\ncategory: apparel/adult\nexcept: apparel/adult/shoes")
        + &*rule("german", "require: sharpness > 0.3\nregions: [DE, AT]")
        + &*rule("swatches", "require: sharpness > 0.4\nroles: swatch")
        + &*rule("later", "require: sharpness > 0.5\neffective_from: 2027-01-31")
        + &*rule("earlier", "require: sharpness > 0.6\neffective_to: 2026-11-20");
    let set = packs(&[support::pack(&rules)]);
    let ids = |scope: Scope| {
        let (set, _) = resolve(&set, &scope);
        set.rules().iter().map(|scoped| scoped.rule.id.to_string()).collect::<Vec<_>>().join(" ")
    };
    let base = || Scope { region: Some("US".into()), ..scope() };
    assert_eq!(ids(base()), "everywhere");
    assert_eq!(ids(scope()), "everywhere german");
    assert_eq!(ids(Scope { category: Some("apparel/adult/dresses".into()), ..base() }), "dresses everywhere");
    assert_eq!(ids(Scope { category: Some("apparel/adult/shoes".into()), ..base() }), "everywhere");
    assert_eq!(ids(Scope { category: Some("apparel".into()), ..base() }), "everywhere");
    assert_eq!(ids(Scope { region: Some("de".into()), ..base() }), "everywhere german");
    assert_eq!(ids(Scope { role: vitrine_rules::Role::Swatch, ..base() }), "everywhere swatches");
    assert_eq!(ids(Scope { date: "2027-01-30".parse().unwrap(), ..base() }), "everywhere");
    assert_eq!(ids(Scope { date: "2027-01-31".parse().unwrap(), ..base() }), "everywhere later");
    assert_eq!(ids(Scope { date: "2026-11-20".parse().unwrap(), ..base() }), "earlier everywhere");
}

#[test]
fn the_version_follows_what_can_change_a_verdict_and_nothing_else() {
    let version = |lines: &str| compiled(&rule("a", lines)).version().to_string();
    let base = "require: sharpness > limit\nparams: { limit: { value: 0.5, unit: x } }";
    assert_eq!(version(base).len(), 64);
    for same in
        ["title: Other", "source: Elsewhere", "checked: 2026-01-01", "owner: somebody", "effective_from: 2026-01-01", "regions: [US]"]
    {
        assert_eq!(version(&format!("{base}\n{same}")), version(base), "{same}");
    }
    for other in ["if_missing: ignore", "severity: should", "action: review", "reason_code: other", "grade: S", "message: { en: other }"] {
        assert_ne!(version(&format!("{base}\n{other}")), version(base), "{other}");
    }
    assert_ne!(version(&base.replace("0.5", "0.6")), version(base));
    assert_ne!(version(&base.replace("unit: x", "unit: y")), version(base));
    assert_ne!(version(&base.replace("sharpness >", "noise >")), version(base));
}

#[test]
fn a_stored_rule_set_reads_back_and_judges_the_same() {
    let rules = rule("a", "require: sharpness > limit\nparams: { limit: { value: 0.1, range: [0, 1] } }\naction: { demote: 2.5 }");
    let set = compiled(&rules);
    let stored = serde_json::to_string(set.rule_set()).unwrap();
    let read: RuleSet = serde_json::from_str(&stored).unwrap();
    assert_eq!(&read, set.rule_set());
    let again = compile(&read, &catalog()).unwrap();
    let picture = signals(set.catalog(), &[("sharpness", 0.05.into())]);
    assert_eq!(again.evaluate(&picture, "en"), set.evaluate(&picture, "en"));
    assert_eq!(set.evaluate(&picture, "en").decision, Decision::Demote);
    // What was changed in storage does not read back.
    assert!(serde_json::from_str::<RuleSet>(&stored.replace("0.1", "0.2")).is_err());
}
