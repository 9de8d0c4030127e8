//! The rules' own tests use a written-down vocabulary; here it is held against the detectors, and so are the default packs.

use std::sync::Arc;

use serde::Deserialize;
use vitrine_detectors::catalog;
use vitrine_engine::SignalKind;
use vitrine_rules::{case, check, default_packs, parse};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    kind: SignalKind,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    range: Option<(f64, f64)>,
    #[serde(default)]
    values: Vec<String>,
    measured: bool,
}

#[test]
fn the_vocabulary_of_the_rules_tests_is_the_registrys() {
    let mut written: Vec<Line> = serde_yaml::from_str(&super::text("rules/tests/vocabulary.yaml")).unwrap();
    let catalog = catalog();
    let mut real: Vec<Line> = catalog
        .entries()
        .iter()
        .map(|entry| Line {
            name: entry.spec.name.to_string(),
            kind: entry.spec.kind,
            unit: entry.spec.unit.as_ref().map(ToString::to_string),
            range: entry.spec.range,
            values: entry.spec.values.iter().map(ToString::to_string).collect(),
            measured: entry.detector.is_some(),
        })
        .collect();
    for lines in [&mut written, &mut real] {
        lines.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let name = |line: &Line| line.name.clone();
    assert_eq!(written.iter().map(name).collect::<Vec<_>>(), real.iter().map(name).collect::<Vec<_>>());
    for (written, real) in written.iter().zip(&real) {
        assert_eq!(written, real, "rules/tests/vocabulary.yaml differs from what the detectors say");
    }
}

#[test]
fn default_packs_check_clean_and_their_cases_pass_on_what_is_really_measured() {
    let catalog = Arc::new(catalog());
    let (packs, mut findings) = parse(&default_packs());
    findings.extend(check(&packs, &catalog));
    let (cases, of_cases) = case::parse_cases(&case::default_cases());
    findings.extend(of_cases);
    assert!(findings.is_empty(), "{}", findings.iter().map(|finding| format!("{finding}\n")).collect::<String>());
    let report = case::run_cases(&packs, &cases, &catalog);
    assert!(report.passed() && report.without_case.is_empty() && report.one_sided.is_empty(), "{report}");
}
