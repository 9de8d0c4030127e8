//! Rules from examples: what was built into drawn examples is found again, and chance is not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use proptest::prelude::*;
use support::{catalog, pack, rule, scope, signals};
use vitrine_engine::{Evaluator, SignalSet, Value};
use vitrine_rules::edit::{apply, read};
use vitrine_rules::{Candidate, PackSource, check, compile, induce, parse, resolve};

/// A number in 0..1 that looks drawn by chance and is the same everywhere.
fn chance(seed: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678_9ABC_DEF1);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// Twenty pictures with chance in all signals but those given.
fn pictures(seed: u64, own: impl Fn(u64) -> Vec<(&'static str, Value)>) -> Vec<SignalSet> {
    let catalog = catalog();
    (0..20)
        .map(|index| {
            let at = |signal: u64| chance(seed * 10_000 + signal * 100 + index);
            let mut values: Vec<(&str, Value)> = vec![
                ("sharpness", at(1).into()),
                ("noise", at(2).into()),
                ("brightness", at(3).into()),
                ("long_side_px", (300.0 + (at(4) * 2000.0).round()).into()),
                ("format", if at(5) < 0.5 { "jpeg" } else { "png" }.into()),
                ("has_alpha", (at(6) < 0.5).into()),
                ("background_color", format!("#{:06x}", (at(7) * 1e7) as u32).as_str().into()),
            ];
            for (name, value) in own(index) {
                values.retain(|(other, _)| *other != name);
                values.push((name, value));
            }
            signals(&catalog, &values)
        })
        .collect()
}

fn found(good: &[SignalSet], bad: &[SignalSet]) -> Vec<Candidate> {
    let found = induce(good, bad, &catalog()).unwrap();
    assert_eq!(found, induce(good, bad, &catalog()).unwrap());
    found
}

#[test]
fn one_limit_is_found_with_its_unit_and_range() {
    let good = pictures(1, |index| vec![("long_side_px", (900.0 + index as f64 * 37.0).into())]);
    let bad = pictures(2, |index| vec![("long_side_px", (300.0 + index as f64 * 13.0).into())]);
    let best = &found(&good, &bad)[0];
    assert_eq!(best.condition, "long_side_px >= min_long_side_px");
    let param = &best.params["min_long_side_px"];
    assert_eq!(
        serde_json::to_value(param).unwrap(),
        serde_json::json!({"value": 700.0, "unit": "px", "range": [1.0, 65535.0], "title": "Lowest long side"})
    );
    assert_eq!((best.precision, best.recall), (1.0, 1.0));
    assert_eq!((best.on_examples.tp, best.on_examples.fp, best.on_examples.fn_, best.on_examples.tn), (20, 0, 0, 20));
    assert!(best.sentence.starts_with("The long side must be at least 700 px; otherwise a person has to look"), "{}", best.sentence);
}

#[test]
fn flags_and_texts_are_found_and_texts_that_name_single_pictures_are_not() {
    let good = pictures(3, |_| vec![("has_alpha", false.into())]);
    let bad = pictures(4, |_| vec![("has_alpha", true.into())]);
    assert_eq!(found(&good, &bad)[0].condition, "!has_alpha");
    let good = pictures(5, |index| vec![("format", if index % 3 == 0 { "png" } else { "jpeg" }.into())]);
    let bad = pictures(6, |_| vec![("format", "webp".into())]);
    let all = found(&good, &bad);
    assert_eq!(all[0].condition, "format != \"webp\"");
    assert!(all.iter().all(|candidate| !candidate.condition.contains("background_color")));
}

#[test]
fn two_faults_make_a_pair() {
    let good = pictures(7, |index| vec![("sharpness", (0.6 + 0.015 * index as f64).into()), ("noise", (0.3 - 0.01 * index as f64).into())]);
    let bad = pictures(8, |index| {
        if index % 2 == 0 {
            vec![("sharpness", (0.1 + 0.01 * index as f64).into()), ("noise", 0.2.into())]
        } else {
            vec![("sharpness", 0.8.into()), ("noise", (0.6 + 0.01 * index as f64).into())]
        }
    });
    let best = &found(&good, &bad)[0];
    assert_eq!(best.condition, "noise <= max_noise && sharpness >= min_sharpness");
    assert_eq!((best.precision, best.recall), (1.0, 1.0));
    // Bad only where both are: the good ones have one fault each.
    let turned = pictures(9, |index| {
        if index % 2 == 0 {
            vec![("sharpness", 0.2.into()), ("noise", 0.1.into())]
        } else {
            vec![("sharpness", 0.9.into()), ("noise", 0.8.into())]
        }
    });
    let bad = pictures(10, |index| vec![("sharpness", (0.1 + 0.01 * index as f64).into()), ("noise", (0.7 + 0.01 * index as f64).into())]);
    assert_eq!(found(&turned, &bad)[0].condition, "noise <= max_noise || sharpness >= min_sharpness");
}

#[test]
fn what_almost_nobody_measured_is_not_proposed_and_missing_values_are_no_verdict() {
    let only = |seed, keep: u64, value: f64| -> Vec<SignalSet> {
        pictures(seed, |_| vec![])
            .iter()
            .enumerate()
            .map(|(index, row)| {
                let mut values: Vec<(&str, Value)> = vec![("noise", row.value("noise").unwrap().clone())];
                if (index as u64) < keep {
                    values.push(("sharpness", (value + index as f64 * 0.001).into()));
                }
                signals(&catalog(), &values)
            })
            .collect()
    };
    let rare = found(&only(11, 4, 0.8), &only(12, 4, 0.2));
    assert!(rare.iter().all(|candidate| !candidate.condition.contains("sharpness")), "{rare:?}");
    let often = found(&only(11, 15, 0.8), &only(12, 15, 0.2));
    assert_eq!(often[0].condition, "sharpness >= min_sharpness");
    assert_eq!((often[0].on_examples.fn_, often[0].recall), (5, 0.75));
    let nothing = signals(&catalog(), &[]);
    assert_eq!(often[0].speaks(&nothing), None);
}

#[test]
fn chance_gives_little() {
    let mut scores = Vec::new();
    for seed in 0..4 {
        let all = found(&pictures(100 + seed, |_| vec![]), &pictures(200 + seed, |_| vec![]));
        scores.extend(all.first().map(|best| best.precision.min(best.recall)));
    }
    assert!(scores.iter().all(|score| *score < 0.85), "{scores:?}");
    assert!(induce(&pictures(1, |_| vec![])[..2], &pictures(2, |_| vec![]), &catalog()).is_err());
}

#[test]
fn a_candidate_becomes_a_rule_that_checks_and_judges_as_it_does() {
    let good = pictures(7, |_| vec![("sharpness", 0.7.into()), ("noise", 0.2.into())]);
    let bad = pictures(8, |index| {
        vec![("sharpness", if index % 2 == 0 { 0.3 } else { 0.8 }.into()), ("noise", if index % 2 == 0 { 0.1 } else { 0.6 }.into())]
    });
    let sources = [PackSource { name: "house.yaml".into(), ..pack(&rule("a", "require: brightness > 0.0001\naction: { tag: dark }")) }];
    for candidate in found(&good, &bad) {
        let edit = candidate.as_edit("vitrine.learned".into(), "vitrine", "2026-11-21".parse().unwrap());
        let after = apply(&sources, std::slice::from_ref(&edit)).unwrap_or_else(|refused| panic!("{refused:?}"));
        let (packs, parsed) = parse(&after);
        let errors: Vec<_> = parsed.into_iter().chain(check(&packs, &catalog())).filter(|finding| finding.is_error()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{}", after[0].text);
        assert_eq!(read(&packs, "vitrine.learned", "condition").unwrap(), candidate.condition.as_str());
        let compiled = compile(&resolve(&packs, &scope()).0, &catalog()).unwrap();
        for row in good.iter().chain(&bad) {
            let verdict = compiled.evaluate(row, "en");
            let fires = verdict.firings.iter().any(|firing| firing.rule.as_str() == "vitrine.learned");
            assert_eq!(Some(fires), candidate.speaks(row), "{}", candidate.condition);
        }
    }
}

#[test]
fn stored_pictures_are_counted_and_the_nearest_named() {
    let good = pictures(1, |_| vec![("sharpness", 0.8.into())]);
    let bad = pictures(2, |_| vec![("sharpness", 0.2.into())]);
    let best = found(&good, &bad).remove(0);
    assert_eq!(best.condition, "sharpness >= min_sharpness");
    let rows: Vec<SignalSet> = (0..=10).map(|tenth| signals(&catalog(), &[("sharpness", (f64::from(tenth) / 10.0).into())])).collect();
    let missing = signals(&catalog(), &[]);
    let keyed = rows.iter().enumerate().chain([(99, &missing)]);
    let stored = best.on_stored(keyed, 3);
    assert_eq!((stored.looked_at, stored.judged, stored.pictures), (12, 11, 5));
    assert_eq!(stored.borderline.iter().map(|near| (near.key, near.speaks)).collect::<Vec<_>>(), [(5, false), (4, true), (6, false)]);
    assert_eq!(stored.borderline[0].value, 0.5.into());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_limit_that_was_built_in_is_found_wherever_it_is(limit in 0.2..0.8f64, seed in 0..1000u64) {
        let good = pictures(seed * 2, |index| vec![("noise", (limit * (0.5 + index as f64 / 50.0)).into())]);
        let bad = pictures(seed * 2 + 1, |index| vec![("noise", (limit * 1.05 + (1.0 - limit * 1.05) * index as f64 / 20.0).into())]);
        let all = induce(&good, &bad, &catalog()).unwrap();
        prop_assert!(all.iter().any(|candidate| candidate.condition == "noise <= max_noise"));
        // What is told of the examples is what the condition does to them.
        for candidate in &all {
            let hit = |rows: &[SignalSet]| rows.iter().filter(|row| candidate.speaks(row) == Some(true)).count();
            prop_assert_eq!((hit(&bad), hit(&good)), (candidate.on_examples.tp, candidate.on_examples.fp));
        }
    }
}
