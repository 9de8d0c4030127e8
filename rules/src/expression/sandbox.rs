//! The sandbox: what could not be lowered, run by Rhai on a raw engine with functions of our own and nothing else.
//!
//! No loops, functions, modules, evaluation of text, printing, clock or I/O exist in it; operations, sizes and depths are capped, and
//! 20 ms of wall clock stop whatever the caps let through. Without loops neither is in reach for an expression of the allowed
//! length, so the clock never decides a verdict; it is the last wall. Missing signals are decided before a script is asked.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rhai::{AST, Dynamic, Engine, EvalAltResult, ImmutableString};
use vitrine_engine::{SignalId, SignalKind, SignalSpec, Value};

use super::{Names, dynamic, language};
use crate::diagnostic::{Findings, Position};
use crate::rule::ParamValue;
use crate::tree::{Arithmetic, Comparison, Function, Row, TextTest};

/// Most operations of one evaluation.
pub(crate) const MAX_OPERATIONS: u64 = 50_000;
/// Longest time of one evaluation.
const MAX_TIME: Duration = Duration::from_millis(20);
/// Operations before the clock is looked at: more than the parts that an expression may have, so that a busy machine, on which a
/// thread may wait for longer than the stop, never changes a verdict.
const CLOCKED_FROM: u64 = 4096;

/// A condition that runs in the sandbox.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    ast: AST,
    signals: Vec<(SignalId, String)>,
    params: Vec<String>,
}

impl Script {
    pub(super) fn new(ast: AST, signals: BTreeSet<SignalId>, names: Names<'_>) -> Self {
        let signals = signals.into_iter().map(|id| (id, names.catalog.entry(id).spec.name.to_string())).collect();
        Self { ast, signals, params: names.params.keys().cloned().collect() }
    }

    /// Its parts: without loops none runs twice.
    pub(crate) fn parts(&self) -> u64 {
        let mut parts = 0;
        self.ast.walk(&mut |path: &[rhai::ASTNode<'_>]| {
            parts += u64::from(!path.is_empty());
            true
        });
        parts
    }

    pub(crate) fn signals(&self) -> impl Iterator<Item = SignalId> {
        self.signals.iter().map(|(id, _)| *id)
    }

    /// Its truth for a picture; `None` where a signal it reads is missing, and where it was stopped, failed, or answered something else.
    pub(crate) fn truth(&self, row: Row<'_>) -> Option<bool> {
        self.run(self.values(row)?, row.params).ok()
    }

    /// The same for signals that come from elsewhere.
    pub(crate) fn truth_by(&self, signal: impl Fn(SignalId) -> Option<Value>, params: &[ParamValue]) -> Option<bool> {
        let values = self.signals.iter().map(|(id, _)| value(&signal(*id)?)).collect::<Option<Vec<Dynamic>>>()?;
        self.run(values, params).ok()
    }

    fn values(&self, row: Row<'_>) -> Option<Vec<Dynamic>> {
        self.signals.iter().map(|(id, _)| value(&row.signals.at(*id)?.value)).collect()
    }

    fn run(&self, signals: Vec<Dynamic>, params: &[ParamValue]) -> Result<bool, String> {
        let mut scope = rhai::Scope::new();
        for ((_, name), value) in self.signals.iter().zip(signals) {
            scope.push_dynamic(name.as_str(), value);
        }
        for (name, value) in self.params.iter().zip(params) {
            scope.push_dynamic(name.as_str(), dynamic(value));
        }
        STARTED.set(Some(Instant::now()));
        // Rhai counts a panic as a bug of its own; one must not end a server here.
        let answer = catch_unwind(AssertUnwindSafe(|| engine().eval_ast_with_scope::<Dynamic>(&mut scope, &self.ast)));
        STARTED.set(None);
        match answer {
            Ok(Ok(answer)) => answer.as_bool().map_err(|kind| format!("it answers with {kind}, not with yes or no")),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("it could not be run".into()),
        }
    }

    /// Runs it on rows at the ends and in the middle of its signals' ranges: a script that fails or answers something else than yes
    /// or no there is a finding. True when all went well.
    pub(super) fn probe(&self, names: Names<'_>, findings: &mut Findings<'_>) -> bool {
        let params: Vec<ParamValue> = names.params.values().map(|param| param.value.clone()).collect();
        let samples: Vec<Vec<Dynamic>> = self.signals.iter().map(|(id, _)| samples(&names.catalog.entry(*id).spec)).collect();
        for round in 0..PROBES {
            let row = samples.iter().enumerate().map(|(index, values)| {
                // Mixed radix with a different stride for each signal: all pairs of neighbours meet early.
                let pick = (round / (index + 1) + round) % values.len().max(1);
                values.get(pick).cloned().unwrap_or(Dynamic::UNIT)
            });
            if let Err(reason) = self.run(row.collect(), &params) {
                let at = names.places.in_expression(Position { line: 1, column: 1 });
                findings.error(
                    "script-fails",
                    at,
                    format!("the condition fails on a picture that can occur: {reason}"),
                    "see that every branch ends in a yes or no, and that no division by zero can occur",
                );
                return false;
            }
        }
        true
    }
}

/// Rows that a script is tried on before it is used.
const PROBES: usize = 60;

fn samples(spec: &SignalSpec) -> Vec<Dynamic> {
    match spec.kind {
        SignalKind::Bool => vec![false.into(), true.into()],
        SignalKind::Text if spec.values.is_empty() => vec!["".into(), "a".into(), "#ffffff".into()],
        SignalKind::Text => spec.values.iter().map(|value| Dynamic::from(value.to_string())).collect(),
        SignalKind::Number | SignalKind::Integer => {
            let (low, high) = spec.range.unwrap_or((-1e9, 1e9));
            let middle = low / 2.0 + high / 2.0;
            let middle = if spec.kind == SignalKind::Integer { middle.floor() } else { middle };
            vec![low.into(), high.into(), middle.into()]
        }
    }
}

fn value(value: &Value) -> Option<Dynamic> {
    match value {
        Value::Bool(flag) => Some((*flag).into()),
        Value::Number(number) => number.is_finite().then(|| (*number).into()),
        Value::Text(text) => Some((&**text).into()),
    }
}

thread_local! {
    static STARTED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The one engine: built once, never changed, shared by all threads.
pub(super) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut engine = Engine::new_raw();
        language(&mut engine);
        functions(&mut engine);
        engine.on_progress(|operations| {
            let late = operations > CLOCKED_FROM && STARTED.get().is_some_and(|started| started.elapsed() > MAX_TIME);
            late.then(|| "stopped after 20 ms".into())
        });
        engine
    })
}

/// All that a script can call. Operators are ours as well: Rhai's own compare floats with a tolerance and answer infinities.
fn functions(engine: &mut Engine) {
    type Answer = Result<f64, Box<EvalAltResult>>;
    let operations = [
        ("+", Arithmetic::Add),
        ("-", Arithmetic::Subtract),
        ("*", Arithmetic::Multiply),
        ("/", Arithmetic::Divide),
        ("%", Arithmetic::Remainder),
    ];
    for (sign, operation) in operations {
        engine.register_fn(sign, move |a: f64, b: f64| -> Answer {
            operation.apply(a, b).ok_or_else(|| format!("{a} {sign} {b} cannot be computed").into())
        });
    }
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    for comparison in [Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual] {
        engine.register_fn(comparison.as_str(), move |a: f64, b: f64| comparison.holds(a, b));
    }
    engine.register_fn("-", |a: f64| -a).register_fn("+", |a: f64| a).register_fn("!", |a: bool| !a);
    for function in Function::ALL {
        let name = function.as_str();
        if function.takes().contains(&1) {
            engine.register_fn(name, move |a: f64| function.apply(&[a]));
        }
        if function.takes().contains(&2) {
            engine.register_fn(name, move |a: f64, b: f64| function.apply(&[a, b]));
        }
        if function.takes().contains(&3) {
            engine.register_fn(name, move |a: f64, b: f64, c: f64| function.apply(&[a, b, c]));
        }
        if function.takes().contains(&4) {
            engine.register_fn(name, move |a: f64, b: f64, c: f64, d: f64| function.apply(&[a, b, c, d]));
        }
    }
    engine.register_fn("between", |x: f64, low: f64, high: f64| x >= low && x <= high);
    for test in TextTest::ALL {
        engine.register_fn(test.as_str(), move |text: ImmutableString, part: ImmutableString| test.holds(&text, &part));
    }
    engine
        .register_fn("contains", |list: rhai::Array, item: f64| list.iter().any(|other| other.as_float() == Ok(item)))
        .register_fn("contains", |list: rhai::Array, item: ImmutableString| {
            list.into_iter().any(|other| other.into_immutable_string().is_ok_and(|other| other == item))
        })
        .register_fn("to_lower", |text: ImmutableString| text.to_lowercase())
        .register_fn("trim", |text: ImmutableString| text.trim().to_owned())
        .register_fn("length", |text: ImmutableString| text.chars().count() as f64);
}

/// Any expression as a script, lowered or not: for the tests that hold it against the tree.
#[cfg(test)]
pub(crate) fn script_of(
    text: &str,
    catalog: &vitrine_engine::SignalCatalog,
    signals: BTreeSet<SignalId>,
    params: &[&str],
) -> Result<Script, String> {
    let ast = engine().compile(text).map_err(|error| error.to_string())?;
    let signals = signals.into_iter().map(|id| (id, catalog.entry(id).spec.name.to_string())).collect();
    Ok(Script { ast, signals, params: params.iter().map(|name| (*name).to_owned()).collect() })
}

#[cfg(test)]
impl Script {
    /// As [`Script::truth`], with the reason why there is none.
    pub(crate) fn answer(&self, row: Row<'_>) -> Result<bool, String> {
        self.run(self.values(row).ok_or("a signal is missing")?, row.params)
    }
}
