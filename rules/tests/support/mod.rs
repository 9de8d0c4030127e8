//! A small catalogue, packs of one rule, and pictures described by their signals.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::sync::Arc;

use vitrine_engine::{CatalogEntry, Reading, Region, SignalCatalog, SignalSet, SignalSpec, Value};
use vitrine_rules::{CompiledRuleSet, Diagnostic, PackSet, PackSource, Scope, compile, parse, resolve};

pub fn catalog() -> Arc<SignalCatalog> {
    let measured = |spec| CatalogEntry::measured(spec, "test@1");
    let planned = CatalogEntry::planned;
    let entries = vec![
        measured(SignalSpec::ratio("sharpness", "")),
        measured(SignalSpec::ratio("noise", "")),
        measured(SignalSpec::ratio("brightness", "")),
        measured(SignalSpec::integer("long_side_px", 1.0, 65535.0, "").unit("px")),
        measured(SignalSpec::integer("short_side_px", 1.0, 65535.0, "").unit("px")),
        measured(SignalSpec::number("aspect_ratio", 0.001, 1000.0, "")),
        measured(SignalSpec::integer("subject_count", 0.0, 100.0, "")),
        measured(SignalSpec::text("format", &["jpeg", "png", "webp"], "")),
        measured(SignalSpec::text("background_color", &[], "")),
        measured(SignalSpec::flag("has_alpha", "")),
        measured(SignalSpec::flag("is_truncated", "")),
        planned(SignalSpec::ratio("quality_score", "")),
    ];
    Arc::new(SignalCatalog::new(entries).unwrap())
}

/// A house pack of the rules given as YAML list items, each `- id: ...`, indented by two spaces here.
pub fn pack(rules: &str) -> PackSource {
    let rules = rules.lines().map(|line| format!("  {line}\n")).collect::<String>();
    let text = format!("pack: vitrine\ntitle: House\nmarketplace: vitrine\nowner: us\nrules:\n{rules}");
    PackSource { name: "house.yaml".into(), text }
}

/// A rule with what it has to have besides its id and condition.
pub fn rule(id: &str, lines: &str) -> String {
    let mut text = format!("- id: {id}\n");
    let has = |key: &str| lines.lines().any(|line| line.starts_with(key));
    for line in lines.lines() {
        text += &format!("  {line}\n");
    }
    for (key, value) in [
        ("title:", "A rule"),
        ("severity:", "must"),
        ("action:", "suppress"),
        ("reason_code:", "wrong"),
        ("message:", "{ en: \"{value} against {limit} {unit}\" }"),
        ("source:", "Us"),
        ("checked:", "2026-09-10"),
        ("grade:", "P"),
    ] {
        if !has(key) {
            text += &format!("  {key} {value}\n");
        }
    }
    text
}

pub fn scope() -> Scope {
    Scope::house("2026-11-21".parse().unwrap())
}

pub fn packs(sources: &[PackSource]) -> PackSet {
    let (set, found) = parse(sources);
    assert!(found.iter().all(|finding| !finding.is_error()), "{}", shown(&found));
    set
}

/// A rule set of the house rules given.
pub fn compiled(rules: &str) -> CompiledRuleSet {
    try_compile(rules).unwrap_or_else(|found| panic!("{}", shown(&found)))
}

pub fn try_compile(rules: &str) -> Result<CompiledRuleSet, Vec<Diagnostic>> {
    let (set, found) = resolve(&packs(&[pack(rules)]), &scope());
    assert!(found.is_empty(), "{}", shown(&found));
    compile(&set, &catalog())
}

pub fn shown(found: &[Diagnostic]) -> String {
    found.iter().map(|finding| format!("{finding}\n")).collect()
}

pub fn signals(catalog: &Arc<SignalCatalog>, values: &[(&str, Value)]) -> SignalSet {
    let mut set = SignalSet::new(Arc::clone(catalog));
    for (name, value) in values {
        let region = Some(Region { x: 0.0, y: 0.0, width: 0.5, height: 0.5 });
        let reading = Reading { value: value.clone(), detector: "test@1".into(), confidence: None, region };
        set.insert(name, reading).unwrap();
    }
    set
}
