//! What cases leave out, and what no picture can satisfy in two scopes at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends where it fails")]

mod common;
mod support;

use support::{catalog, pack, packs, rule};
use vitrine_engine::RuleId;
use vitrine_rules::conflicts::changes::conflict_changes;
use vitrine_rules::conflicts::markets::{Asked, Market};
use vitrine_rules::{Conflicts, PackSource, Role, RuleCoverage, Scope, coverage, default_cases, default_packs, parse, parse_cases};

fn covered(lines: &str, cases: &str) -> RuleCoverage {
    let (cases, found) = parse_cases(&[PackSource { name: "cases.yaml".into(), text: cases.into() }]);
    assert!(found.is_empty(), "{found:?}");
    coverage(&packs(&[pack(&rule("a", lines))]), &cases, &catalog()).remove(0)
}

#[test]
fn sides_and_comparisons_that_no_case_shows_are_named() {
    let size = "require: long_side_px >= 500 && (format == \"jpeg\" || has_alpha)";
    let one = covered(size, "- { rule: a, signals: { long_side_px: 600, format: jpeg, has_alpha: false }, expect: pass }");
    assert_eq!((one.cases, one.both_sides, one.sides.no, one.parts.len()), (1, false, true, 3));
    assert_eq!(
        one.missing,
        [
            "no case exercises the side where the rule fires",
            "no case except such in which the long side is at least 500 px",
            "no case except such in which the format is jpeg",
            "no case in which \"has alpha\" is true",
            "no case leaves out a signal that decides",
        ]
    );
    let cases = "
- { rule: a, signals: { long_side_px: 600, format: jpeg, has_alpha: false }, expect: pass }
- { rule: a, signals: { long_side_px: 400, format: png, has_alpha: true }, expect: suppress }
- { rule: a, signals: {}, expect: review }";
    let all = covered(size, cases);
    assert_eq!((all.both_sides, all.missing.len()), (true, 0));
    assert_eq!(covered(size, "[]").missing, ["no case exercises the rule"]);
    let script = covered(
        "require: \"let x = sharpness; if x > 0.5 { true } else { false }\"",
        "- { rule: a, signals: { sharpness: 0.6 }, expect: pass }",
    );
    assert_eq!((script.parts.len(), script.sides.no, script.sides.yes), (0, true, false));
}

#[test]
fn the_shipped_cases_show_both_sides_of_every_measurable_rule() {
    let (set, _) = parse(&default_packs());
    let (cases, _) = parse_cases(&default_cases());
    let all = coverage(&set, &cases, &common::catalog());
    assert_eq!(all.len(), set.rules().count());
    let with_cases = all.iter().filter(|rule| rule.cases > 0).count();
    let one_sided: Vec<&str> = all.iter().filter(|rule| rule.cases > 0 && !rule.both_sides).map(|rule| rule.rule.as_str()).collect();
    assert!(with_cases > 50 && one_sided.is_empty(), "{with_cases} {one_sided:?}");
}

fn scope_of(marketplace: &str, category: Option<&str>) -> Scope {
    Scope { marketplace: Some(marketplace.into()), category: category.map(Into::into), ..support::scope() }
}

#[test]
fn no_picture_satisfies_both_amazon_adult_clothing_and_bol() {
    let (set, _) = parse(&default_packs());
    let catalog = common::catalog();
    let (conflicts, found) =
        Conflicts::new(&set, &catalog).between(&scope_of("amazon", Some("apparel/adult")), &scope_of("bol", Some("apparel/adult")));
    assert!(found.iter().all(|finding| !finding.is_error()), "{found:?}");
    let person = conflicts.iter().find(|conflict| conflict.signals.iter().any(|signal| signal.as_str() == "person_score"));
    let person = person.unwrap_or_else(|| panic!("{conflicts:?}"));
    assert_eq!((person.one[0].rule.as_str(), person.other[0].rule.as_str()), ("amazon-us.adult-clothing.on-model", "bol.main.no-model"));
    // Both limits are 0.5: a score of exactly that would do, and no picture is made to it. A person decides on both sides.
    assert!(person.meeting && !person.strict, "{}", person.sentence);
    assert!(person.sentence.contains("the person score must be at least 0.5 (Adult clothing is worn by a model)"), "{}", person.sentence);
}

#[test]
fn every_pair_of_marketplaces_is_held_against_each_other_once() {
    let (set, _) = parse(&default_packs());
    let catalog = common::catalog();
    let conflicts = Conflicts::new(&set, &catalog);
    let market = |name: &str| Some(Market { marketplace: name.into(), region: None });
    let asked =
        |one, other| Asked { one, other, category: Some("apparel/adult".into()), role: Role::Main, date: "2026-11-21".parse().unwrap() };
    let (all, found) = conflicts.among(&asked(None, None));
    assert!(found.iter().all(|finding| !finding.is_error()), "{found:?}");
    let pairs: Vec<_> = all.iter().map(|pair| (pair.one.marketplace.as_str(), pair.other.marketplace.as_str())).collect();
    assert!(pairs.contains(&("amazon", "bol")) && pairs.iter().all(|(one, other)| one < other) && pairs.is_sorted(), "{pairs:?}");
    // Whoever asks for one of them gets just its pairs, and from either side the same ones.
    let of_bol = conflicts.among(&asked(market("bol"), None)).0;
    assert_eq!(of_bol.len(), pairs.iter().filter(|(one, other)| *one == "bol" || *other == "bol").count());
    let (there, back) =
        (conflicts.among(&asked(market("amazon"), market("bol"))).0, conflicts.among(&asked(market("bol"), market("amazon"))).0);
    assert_eq!((there.len(), back.len(), there[0].conflicts.len()), (1, 1, back[0].conflicts.len()));
    assert_eq!(conflicts.among(&asked(market("nowhere"), None)).1[0].code, "unknown-marketplace");
}

#[test]
fn a_change_tells_the_conflicts_that_it_begins_and_ends() {
    let of = |least: u32| {
        let own = pack(&rule("a", &format!("category: shoes\nrequire: long_side_px >= {least}")));
        let text = pack(&rule("b", "when: long_side_px > 800")).text;
        let text = text.replacen("pack: vitrine", "pack: bazaar", 1).replacen("marketplace: vitrine", "marketplace: bazaar", 1);
        packs(&[own, PackSource { name: "other.yaml".into(), text }])
    };
    let changes = |from, to, rule: &str| {
        let (from, to, date) = (of(from), of(to), "2026-11-21".parse().unwrap());
        conflict_changes(&from, &to, &[RuleId::from(rule)], date, &catalog())
    };
    let begun = changes(500, 1000, "a");
    assert_eq!((begun.begins.len(), begun.ends.len()), (1, 0), "{begun:?}");
    let place = (&*begun.begins[0].one, &*begun.begins[0].other, begun.begins[0].category.as_ref().map(|path| path.as_str()));
    assert_eq!(place, ("vitrine", "bazaar", Some("shoes")));
    // The way back ends it; from the other side it is the same conflict; what stays or was not touched is not told.
    let ended = changes(1000, 500, "a");
    assert_eq!((ended.begins.len(), &ended.ends), (0, &begun.begins));
    assert_eq!(changes(500, 1000, "b").begins[0].one, "bazaar");
    assert_eq!(changes(1000, 1200, "a").begins, []);
    assert_eq!(changes(500, 1000, "unknown"), Default::default());
}

#[test]
fn a_conflict_names_both_rules_and_what_they_demand() {
    let other = |rules: &str| {
        let own = pack(rules);
        PackSource {
            name: "other.yaml".into(),
            text: own.text.replacen("pack: vitrine", "pack: bazaar", 1).replacen("marketplace: vitrine", "marketplace: bazaar", 1),
        }
    };
    let between = |one: &str, two: &str| {
        let set = packs(&[pack(one), other(two)]);
        let catalog = catalog();
        Conflicts::new(&set, &catalog).between(&support::scope(), &scope_of("bazaar", None)).0
    };
    let found = between(&rule("a", "require: long_side_px >= 1000"), &rule("b", "when: long_side_px > 800"));
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].sentence,
        "No picture satisfies both on the long side: by `vitrine` the long side must be at least 1000 px (A rule); by `bazaar` the long side must be at most 800 px (A rule)."
    );
    assert!(found[0].strict);
    assert_eq!((found[0].one[0].rule.as_str(), found[0].other[0].rule.as_str(), found[0].one[0].at.line), ("a", "b", 6));
    // Rules that only warn, or only take points, stand in nobody's way.
    assert!(between(&rule("a", "require: long_side_px >= 1000\ngrade: S"), &rule("b", "when: long_side_px > 800")).is_empty());
    assert!(between(&rule("a", "require: long_side_px >= 1000\naction: { demote: 3 }"), &rule("b", "when: long_side_px > 800")).is_empty());
    assert!(!between(&rule("a", "require: long_side_px >= 1000\naction: review"), &rule("b", "when: long_side_px > 800"))[0].strict);
    // A rule that asks for one value by itself does not contradict another one that allows it.
    assert!(
        between(&rule("a", "require: aspect_ratio >= 1.0 && aspect_ratio <= 1.0"), &rule("b", "require: aspect_ratio >= 1.0")).is_empty()
    );
    assert!(between(&rule("a", "require: aspect_ratio == 1.0"), &rule("b", "require: aspect_ratio <= 1.0")).is_empty());
    assert!(between(&rule("a", "require: sharpness >= 0.5"), &rule("b", "require: sharpness <= 0.5"))[0].meeting);
    // Whole numbers are met exactly.
    assert!(between(&rule("a", "require: subject_count >= 2"), &rule("b", "require: subject_count <= 2")).is_empty());
    // Three that only together leave nothing.
    let first = rule("a", "require: sharpness > noise") + &*rule("c", "require: brightness < 0.9");
    let found = between(&first, &(rule("b", "require: sharpness < 0.4") + &*rule("d", "require: noise > 0.5")));
    let ids =
        |rules: &[vitrine_rules::conflicts::ConflictingRule]| rules.iter().map(|rule| rule.rule.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(
        found.iter().map(|conflict| (ids(&conflict.one), ids(&conflict.other))).collect::<Vec<_>>(),
        [("a".to_owned(), "b d".to_owned())]
    );
}
