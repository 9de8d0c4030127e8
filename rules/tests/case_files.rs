//! Case files: read with every fault at its place, run against a rule alone, and told apart when they fail.
#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where it fails")]

mod common;

use vitrine_rules::{CaseReport, Outcome, PackSet, PackSource, parse, parse_cases, run_cases};

const PACK: &str = "
pack: p
title: P
marketplace: m
owner: o
rules:
  - id: p.size
    title: Large enough
    require: long_side_px >= min_px
    params: { min_px: { value: 500, unit: px } }
    severity: must
    action: suppress
    reason_code: image_too_small
    message: { en: \"{value} is below {limit} {unit}\" }
    source: a page
    checked: 2026-11-21
    grade: S
  - id: p.person
    title: Nobody in it
    require: person_score <= max_score
    params: { max_score: { value: 0.5 } }
    severity: should
    action: { demote: 5 }
    reason_code: person
    message: { en: somebody is in it }
    source: a page
    checked: 2026-11-21
    grade: C
  - id: p.sharp
    title: Sharp
    require: sharpness >= 0.5
    if_missing: ignore
    severity: should
    action: { tag: soft }
    reason_code: soft
    message: { en: soft }
    source: a page
    checked: 2026-11-21
    grade: P
";

fn packs() -> PackSet {
    let (packs, findings) = parse(&[PackSource { name: "p.yaml".into(), text: PACK.into() }]);
    assert!(findings.is_empty(), "{findings:?}");
    packs
}

fn source(text: &str) -> Vec<PackSource> {
    vec![PackSource { name: "cases.yaml".into(), text: text.into() }]
}

fn run(text: &str) -> CaseReport {
    let (cases, findings) = parse_cases(&source(text));
    assert!(findings.is_empty(), "{findings:?}");
    run_cases(&packs(), &cases, &common::catalog())
}

#[test]
fn a_failed_case_is_named_with_its_line_and_its_reason() {
    let report = run(
        "- { rule: p.size, signals: { long_side_px: 500 }, expect: pass }\n\n- rule: p.size\n  name: small\n  signals: { long_side_px: 499 }\n  expect: pass\n",
    );
    assert!(!report.passed());
    let text = report.to_string();
    assert!(
        text.starts_with("cases.yaml:3: p.size: small: expected pass, got suppress (499 is below 500 px)\n2 cases: 1 passed, 1 failed\n"),
        "{text}"
    );
}

#[test]
fn rules_that_warn_or_are_disabled_or_wait_for_signals_can_be_held_all_the_same() {
    let report = run("- { rule: p.size, signals: { long_side_px: 1 }, expect: suppress }
- { rule: p.person, signals: { person_score: 0.6 }, expect: demote }
- { rule: p.person, signals: { person_score: 0.5 }, expect: pass }");
    assert!(report.passed(), "{report}");
}

#[test]
fn missing_signals_are_named_by_what_the_rule_makes_of_them() {
    let report =
        run("- { rule: p.size, signals: {}, expect: review }\n- { rule: p.sharp, signals: { sharpness: null }, expect: undetermined }");
    assert!(report.passed(), "{report}");
    assert!(report.one_sided.is_empty(), "{report}");
}

#[test]
fn coverage_names_measurable_rules_in_force_without_a_case_and_one_sided_ones() {
    let report = run("- { rule: p.size, signals: { long_side_px: 500 }, expect: pass }");
    let names = |rules: &[vitrine_engine::RuleId]| rules.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&report.without_case), ["p.sharp"]);
    assert_eq!(names(&report.one_sided), ["p.size"]);
}

#[test]
fn a_case_that_cannot_be_run_fails_and_says_why() {
    for (case, reason) in [
        ("{ rule: p.sise, signals: {}, expect: pass }", "there is no rule `p.sise`: did you mean `p.size`?"),
        ("{ rule: p.size, signals: { long_side: 5 }, expect: pass }", "there is no signal `long_side`: did you mean `long_side_px`?"),
        ("{ rule: p.sharp, signals: { sharpness: 5 }, expect: pass }", "`sharpness`: 5 is outside 0..1"),
        ("{ rule: p.sharp, signals: { sharpness: high }, expect: pass }", "`sharpness`: high is not of kind Number"),
    ] {
        let report = run(&format!("- {case}"));
        assert_eq!(
            report.results.iter().map(|result| (result.got, result.detail.as_str())).collect::<Vec<_>>(),
            [(None, reason)],
            "{case}"
        );
        assert!(!report.passed());
    }
}

#[test]
fn faults_in_a_case_file_come_all_at_once_with_their_places() {
    let text = "- { rule: p.size, signals: {}, expect: maybe }\n- { rule: p.size, expect: pass }\n- { rule: p.size, signals: {}, expect: pass, why: so }\n";
    let (cases, findings) = parse_cases(&source(text));
    let found: Vec<(usize, &str)> = findings.iter().map(|finding| (finding.line, finding.code)).collect();
    assert_eq!(found, [(1, "wrong-value"), (2, "missing-field"), (3, "unknown-field")]);
    assert!(cases.len() <= 1);
    for broken in ["a: 1", "[", ""] {
        assert!(!parse_cases(&source(broken)).1.is_empty(), "{broken}");
    }
    assert_eq!(Outcome::Undetermined.as_str(), "undetermined");
}
