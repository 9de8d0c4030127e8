//! Conditions of Amazon's rules over columns and row by row in Rhai, and a backtest of a million stored pictures against a changed Amazon
//! pack on two threads. `cargo bench -p vitrine-rules --bench columnar` prints both; time and memory limits are the ones promised for it.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a benchmark ends where it fails")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::fs::File;
use std::hint::black_box;
use std::io::BufWriter;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, FixedSizeBinaryArray, RecordBatch, StringArray};
use common::Dice;
use rhai::{AST, Dynamic, Engine};
use vitrine_engine::{ContentHash, SignalCatalog, SignalName, SignalSet, Value};
use vitrine_rules::backtest::{Backtest, Partial, Question};
use vitrine_rules::columnar::segment::{BATCH_ROWS, SegmentReader, SegmentWriter};
use vitrine_rules::columnar::{ColumnBuilder, ColumnarRuleSet, StoredPicture, signals_to_batch};
use vitrine_rules::{CompiledRuleSet, PackSet, PackSource, ParamValue, Role, Scope, compile, default_packs, parse, resolve};

const ROWS: usize = 1_000_000;
const PICTURES_A_PRODUCT: usize = 5;
const CONDITIONS: usize = 20;
const THREADS: usize = 2;

fn main() {
    let catalog = common::catalog();
    over_rhai(&catalog);
    backtest(&catalog);
}

/// The same conditions on the same pictures, both ways; they have to find the same.
fn over_rhai(catalog: &Arc<SignalCatalog>) {
    let set = conditions(catalog);
    let mut dice = Dice(3);
    let pictures: Vec<SignalSet> = (0..BATCH_ROWS).map(|_| common::catalogue_picture(catalog, 1.0, &mut dice)).collect();
    let batch = signals_to_batch(catalog, &pictures).unwrap();
    let columnar = ColumnarRuleSet::new(&set);
    let verdicts = columnar.evaluate(&batch);

    let rhai = Rhai::new(&set, columnar.needs());
    let few = &pictures[..1_024];
    let found = few.iter().map(|signals| rhai.fired(signals));
    for (row, fired) in found.enumerate() {
        let by_columns: Vec<bool> = verdicts.rules().iter().map(|rule| rule.fired.value(row)).collect();
        assert_eq!(fired, by_columns, "row {row}");
    }
    let by_columns = fastest(15, || drop(black_box(columnar.evaluate(black_box(&batch))))).as_nanos() as f64 / BATCH_ROWS as f64;
    let by_rhai = fastest(5, || few.iter().for_each(|signals| drop(black_box(rhai.fired(signals))))).as_nanos() as f64 / few.len() as f64;
    let each = CONDITIONS as f64;
    println!(
        "{CONDITIONS} Amazon conditions a picture, one thread: columns {:.1} ns ({:.2} ns a condition, verdict included), Rhai row by row {:.0} ns \
         ({:.0} ns a condition): {:.0} x (goal: 60 x)",
        by_columns,
        by_columns / each,
        by_rhai,
        by_rhai / each,
        by_rhai / by_columns
    );
}

fn backtest(catalog: &Arc<SignalCatalog>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pictures.arrow");
    store(&path, catalog);
    let bytes = std::fs::metadata(&path).unwrap().len();
    let (old, new) = (packs(|text| text), packs(stricter));
    forget_peak();

    let started = Instant::now();
    let question = Question::on("2026-11-21".parse().unwrap());
    let backtest = Backtest::new(&old, &new, question, catalog).unwrap_or_else(|findings| panic!("{findings:?}"));
    let (next, first, whole) = (AtomicUsize::new(0), Mutex::new(None), Mutex::new(Partial::default()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut reader = SegmentReader::open(File::open(&path).unwrap(), |name| backtest.columns().contains(name)).unwrap();
                let mut own = Partial::default();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= reader.batches() {
                        break;
                    }
                    own.merge(backtest.batch(&reader.read(index).unwrap()).unwrap());
                    first.lock().unwrap().get_or_insert_with(|| started.elapsed());
                }
                whole.lock().unwrap().merge(own);
            });
        }
    });
    let result = whole.into_inner().unwrap().result();
    let took = started.elapsed();
    assert_eq!(result.pictures, ROWS as u64);
    println!(
        "backtest of {ROWS} pictures ({} products, {} signals each, {:.2} GB on disk) x the Amazon pack, old against new, {THREADS} threads: \
         {:.2} s (limit: 10 s), first progress {:.0} ms (limit: 1 s), peak memory {} (limit: 1536 MiB)",
        result.products,
        catalog.entries().len(),
        bytes as f64 / 1e9,
        took.as_secs_f64(),
        first.into_inner().unwrap().unwrap_or_default().as_secs_f64() * 1e3,
        peak().map_or_else(|| "not known here".into(), |peak| format!("{peak} MiB")),
    );
    println!(
        "  changed: {} pictures, {} products; newly suppressed {}, main changed {}, newly empty {}",
        result.pictures_changed, result.products_changed, result.newly_suppressed, result.main_changed, result.newly_empty
    );
}

/// The first of Amazon's rules for a main image of a dress that can be measured, as one set.
fn conditions(catalog: &Arc<SignalCatalog>) -> CompiledRuleSet {
    let scope = scope();
    let (all, _) = resolve(&packs(|text| text), &scope);
    let measured = compile(&all, catalog).unwrap();
    let known: Vec<&str> = measured
        .rules()
        .iter()
        .filter(|scoped| !measured.not_measurable().contains(&scoped.rule.id))
        .map(|scoped| scoped.rule.id.as_str())
        .take(CONDITIONS)
        .collect();
    assert_eq!(known.len(), CONDITIONS);
    // A rule outside its grade is not in a set: what is not wanted is contested here.
    let only = packs(|text| {
        let mut wanted = true;
        let lines = text.lines().map(|line| {
            if let Some(id) = line.trim_start().strip_prefix("- id: ") {
                wanted = known.contains(&id);
            }
            if !wanted && line.starts_with("    grade: ") { "    grade: C\n".into() } else { format!("{line}\n") }
        });
        lines.collect()
    });
    let set = compile(&resolve(&only, &scope).0, catalog).unwrap();
    assert_eq!(set.rules().len(), CONDITIONS);
    set
}

fn scope() -> Scope {
    let date = "2026-11-21".parse().unwrap();
    let (marketplace, region, category) = (Some("amazon".into()), Some("US".into()), Some("apparel/adult/dresses".into()));
    Scope { marketplace, region, category, role: Role::Main, date }
}

fn packs(change: impl Fn(String) -> String) -> PackSet {
    let sources: Vec<PackSource> = default_packs().into_iter().map(|source| PackSource { text: change(source.text), ..source }).collect();
    let (packs, findings) = parse(&sources);
    assert!(findings.iter().all(|finding| !finding.is_error()), "{findings:?}");
    packs
}

fn stricter(text: String) -> String {
    text.replace("min_px: { value: 500,", "min_px: { value: 800,").replace("action: { demote: 10 }", "action: { demote: 15 }")
}

/// Rules as conditions of plain Rhai, with the functions of our own that it lacks.
struct Rhai {
    engine: Engine,
    /// The signals that the conditions read: a row brings no others.
    needs: Vec<SignalName>,
    rules: Vec<RhaiRule>,
}

struct RhaiRule {
    condition: AST,
    params: Vec<(String, Dynamic)>,
    fires_on: bool,
}

impl Rhai {
    fn new(set: &CompiledRuleSet, needs: &[SignalName]) -> Self {
        let mut engine = Engine::new();
        engine.register_fn("between", |x: f64, low: f64, high: f64| x >= low && x <= high);
        let rules = set.rules().iter().map(|scoped| {
            let params = scoped.rule.params.iter().map(|(name, param)| (name.clone(), dynamic(&param.value))).collect();
            let condition = engine.compile(scoped.rule.condition.text()).unwrap();
            RhaiRule { condition, params, fires_on: scoped.rule.condition.fires_on() }
        });
        Self { rules: rules.collect(), needs: needs.to_vec(), engine }
    }

    /// Which rules speak about a picture.
    fn fired(&self, signals: &SignalSet) -> Vec<bool> {
        let mut scope = rhai::Scope::new();
        for name in &self.needs {
            let value = match signals.value(name.as_str()) {
                Some(Value::Number(number)) => (*number).into(),
                Some(Value::Bool(flag)) => (*flag).into(),
                Some(Value::Text(text)) => Dynamic::from(text.to_string()),
                None => Dynamic::UNIT,
            };
            scope.push_dynamic(name.as_str(), value);
        }
        let depth = scope.len();
        let run = |RhaiRule { condition, params, fires_on }: &RhaiRule| {
            for (name, value) in params {
                scope.push_dynamic(name.as_str(), value.clone());
            }
            let holds = self.engine.eval_ast_with_scope::<bool>(&mut scope, condition).unwrap();
            scope.rewind(depth);
            holds == *fires_on
        };
        self.rules.iter().map(run).collect()
    }
}

fn dynamic(value: &ParamValue) -> Dynamic {
    match value {
        ParamValue::Bool(flag) => (*flag).into(),
        ParamValue::Number(number) => (*number).into(),
        ParamValue::Text(text) => text.as_str().into(),
        ParamValue::Numbers(numbers) => numbers.iter().map(|number| Dynamic::from(*number)).collect::<Vec<_>>().into(),
        ParamValue::Texts(texts) => texts.iter().map(|text| Dynamic::from(text.clone())).collect::<Vec<_>>().into(),
    }
}

/// A catalogue of a million pictures: readings repeat after some batches, whose they are does not.
fn store(path: &Path, catalog: &Arc<SignalCatalog>) {
    let categories =
        ["apparel/adult/dresses", "apparel/kids", "home/kitchen", "jewellery/rings", "media/books", "toys", "shoes", "electronics"];
    let mut dice = Dice(9);
    let mut builder = ColumnBuilder::new(catalog);
    let nobody = StoredPicture {
        product: "",
        image: "",
        content_hash: ContentHash::of(b""),
        category: None,
        marketplace: None,
        region: None,
        seller: None,
    };
    let drawn: Vec<RecordBatch> = (0..4)
        .map(|_| {
            (0..BATCH_ROWS).for_each(|_| builder.push(nobody, &common::catalogue_picture(catalog, 0.98, &mut dice)));
            builder.finish().unwrap()
        })
        .collect();
    // Batches end where products end.
    let rows = BATCH_ROWS / PICTURES_A_PRODUCT * PICTURES_A_PRODUCT;
    let mut writer = SegmentWriter::new(BufWriter::new(File::create(path).unwrap()), drawn[0].schema_ref()).unwrap();
    for (index, first) in (0..ROWS).step_by(rows).enumerate() {
        let own = first..ROWS.min(first + rows);
        let product = |row: usize| row / PICTURES_A_PRODUCT;
        let texts = |text: &dyn Fn(usize) -> String| -> ArrayRef { Arc::new(StringArray::from_iter_values(own.clone().map(text))) };
        let hashes = own.clone().map(|row| *ContentHash::of(&row.to_le_bytes()).as_bytes());
        let mut columns: Vec<ArrayRef> = vec![
            texts(&|row| format!("product-{:07}", product(row))),
            texts(&|row| format!("image-{row:07}")),
            Arc::new(FixedSizeBinaryArray::try_from_iter(hashes).unwrap()),
            texts(&|row| categories[product(row) % categories.len()].into()),
            texts(&|_| "amazon".into()),
            texts(&|_| "US".into()),
            texts(&|row| format!("seller-{}", product(row) * 7 % 5_003)),
        ];
        let readings = drawn[index % drawn.len()].slice(0, own.len());
        columns.extend(readings.columns().iter().skip(columns.len()).cloned());
        writer.write(&RecordBatch::try_new(readings.schema(), columns).unwrap()).unwrap();
    }
    writer.finish().unwrap();
}

fn fastest(rounds: usize, mut work: impl FnMut()) -> Duration {
    let round = |_| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    (0..rounds).map(round).min().unwrap_or_default()
}

/// Lets the system count the peak of memory from here on (Linux only).
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory held so far, MiB (Linux only).
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()? / 1024)
}
