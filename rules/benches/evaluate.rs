//! One picture judged by 20 rules over 30 signals: the compiled set with its reasons, and its conditions alone in plain Rhai.
//! `cargo bench -p vitrine-rules` prints both and their ratio, from one run.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark ends where it fails")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use divan::Bencher;
use rhai::{AST, Engine};
use vitrine_engine::{CatalogEntry, Evaluator, Reading, SignalCatalog, SignalSet, SignalSpec};
use vitrine_rules::{CompiledRuleSet, PackSource, Scope, compile, parse, resolve};

const SIGNALS: usize = 30;
const RULES: usize = 20;

fn main() {
    let (set, picture) = (rule_set(), picture(0.5));
    let verdict = set.evaluate(&picture, "en");
    let (engine, conditions, scope) = plain_rhai(&picture);
    let per_picture = nanoseconds(|| drop(black_box(set.evaluate(black_box(&picture), "en"))));
    let silent = self::picture(0.95);
    let without_reasons = nanoseconds(|| drop(black_box(set.evaluate(black_box(&silent), "en"))));
    let rhai = nanoseconds(|| run(&engine, &conditions, &mut scope.clone()));
    println!("{RULES} rules over {SIGNALS} signals, {} fire: {per_picture:.0} ns a picture, reasons included", verdict.firings.len());
    println!("none fires: {without_reasons:.0} ns; the conditions in plain Rhai: {rhai:.0} ns");
    println!("Rhai / lowered (none fires): {:.1}; Rhai / lowered with reasons: {:.1}", rhai / without_reasons, rhai / per_picture);
    divan::main();
}

#[divan::bench]
fn lowered_with_reasons(bencher: Bencher<'_, '_>) {
    let (set, picture) = (rule_set(), picture(0.5));
    bencher.bench_local(|| set.evaluate(black_box(&picture), "en"));
}

#[divan::bench]
fn lowered_none_fires(bencher: Bencher<'_, '_>) {
    let (set, picture) = (rule_set(), picture(0.95));
    bencher.bench_local(|| set.evaluate(black_box(&picture), "en"));
}

#[divan::bench]
fn plain_rhai_conditions(bencher: Bencher<'_, '_>) {
    let (engine, conditions, scope) = plain_rhai(&picture(0.95));
    bencher.bench_local(|| run(&engine, &conditions, &mut scope.clone()));
}

/// The fastest of 41 rounds: the one that a busy machine disturbed least.
fn nanoseconds(mut work: impl FnMut()) -> f64 {
    let rounds = (0..41).map(|_| {
        let started = Instant::now();
        for _ in 0..2_000 {
            work();
        }
        started.elapsed().as_nanos() as f64 / 2_000.0
    });
    rounds.fold(f64::INFINITY, f64::min)
}

/// The condition of each rule, with its limit; the first three ask for more than 0.5.
fn conditions() -> Vec<(String, f64)> {
    (0..RULES)
        .map(|index| {
            let (a, b, c) = (index, (index + 7) % SIGNALS, (index + 13) % SIGNALS);
            let limit = if index < 3 { 0.6 } else { 0.4 };
            let text = match index % 4 {
                0 => format!("s{a} >= limit"),
                1 => format!("s{a} >= limit && s{b} >= 0.1"),
                2 => format!("s{a} >= limit || s{b} < 0.1 && s{c} < 0.1"),
                _ => format!("0.5 * s{a} + 0.5 * s{b} >= limit"),
            };
            (text, limit)
        })
        .collect()
}

fn catalog() -> Arc<SignalCatalog> {
    let entry = |index| CatalogEntry::measured(SignalSpec::ratio(&format!("s{index}"), ""), "bench@1");
    Arc::new(SignalCatalog::new((0..SIGNALS).map(entry).collect()).unwrap())
}

thread_local! {
    static CATALOG: Arc<SignalCatalog> = catalog();
}

fn picture(value: f64) -> SignalSet {
    let mut set = SignalSet::new(CATALOG.with(Arc::clone));
    for index in 0..SIGNALS {
        let reading = Reading { value: value.into(), detector: "bench@1".into(), confidence: None, region: None };
        set.insert(&format!("s{index}"), reading).unwrap();
    }
    set
}

fn rule_set() -> CompiledRuleSet {
    let mut text = String::from("pack: vitrine\ntitle: Bench\nmarketplace: vitrine\nowner: us\nrules:\n");
    for (index, (condition, limit)) in conditions().into_iter().enumerate() {
        text += &format!(
            "  - id: bench.r{index}\n    title: Rule {index}\n    require: {condition}\n    params: {{ limit: {{ value: {limit} }} }}\n    \
             severity: must\n    action: suppress\n    reason_code: too_low\n    message: {{ en: 'The value is {{value}}; at least {{limit}} is required.' }}\n    \
             source: Us\n    checked: 2026-09-10\n    grade: P\n"
        );
    }
    let (packs, found) = parse(&[PackSource { name: "bench.yaml".into(), text }]);
    assert!(found.is_empty(), "{found:?}");
    let (set, _) = resolve(&packs, &Scope::house("2026-11-21".parse().unwrap()));
    compile(&set, &CATALOG.with(Arc::clone)).unwrap()
}

fn plain_rhai(picture: &SignalSet) -> (Engine, Vec<AST>, rhai::Scope<'static>) {
    let engine = Engine::new();
    let mut scope = rhai::Scope::new();
    for (name, _) in picture.iter() {
        scope.push(name.to_string(), picture.number(name.as_str()).unwrap());
    }
    scope.push("limit", 0.4);
    let compile = |(text, _): (String, f64)| engine.compile_with_scope(&scope, text).unwrap();
    let conditions = conditions().into_iter().map(compile).collect();
    (engine, conditions, scope)
}

fn run(engine: &Engine, conditions: &[AST], scope: &mut rhai::Scope<'_>) {
    for condition in conditions {
        black_box(engine.eval_ast_with_scope::<bool>(scope, condition).unwrap());
    }
}
