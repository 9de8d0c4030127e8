//! The warehouse's queries against figures worked out unit by unit (`sql/check.py`), and a report made of what they give. Needs Python 3 for
//! SQLite; DuckDB and Postgres are tried where they are.

use std::path::PathBuf;
use std::process::{Command, Output};

use vitrine_experiments::analysis::{Context, report};
use vitrine_experiments::design::Design;
use vitrine_experiments::design::Stage;
use vitrine_experiments::evidence::Evidence;

fn check(arguments: &[&str]) -> Option<Output> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sql/check.py");
    let done = Command::new("python3").env("PYTHONDONTWRITEBYTECODE", "1").arg(script).args(arguments).output();
    done.inspect_err(|error| println!("skipped: python3 cannot be run ({error})")).ok()
}

fn has_duckdb() -> bool {
    Command::new("python3").args(["-c", "import duckdb"]).output().is_ok_and(|done| done.status.success())
}

#[test]
fn every_database_gives_the_figures_of_single_units() {
    let mut databases = vec!["sqlite"];
    if has_duckdb() {
        databases.push("duckdb");
    } else {
        println!("skipped: DuckDB, as python3 has no package `duckdb`");
    }
    if std::env::var_os("PGHOST").is_some() {
        databases.push("postgres");
    } else {
        println!("skipped: Postgres, as PGHOST is not set");
    }
    for database in databases {
        let Some(done) = check(&[database]) else { return };
        assert!(done.status.success(), "{database}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn a_report_is_made_of_what_a_warehouse_gives() {
    let Some(done) = check(&["sqlite", "--print"]) else { return };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let evidence: Evidence = serde_json::from_slice(&done.stdout).unwrap();
    let design: Design = serde_json::from_value(serde_json::json!({
        "title": "Stricter pictures", "hypothesis": "clean pictures sell", "owner": "ann", "unit": {"what": "visitor"}, "exposure": "shown",
        "variants": [{"name": "control", "weight": 1, "serves": {"what": "live"}}, {"name": "stricter", "weight": 1, "serves": {"what": "live"}}],
        "metrics": [
            {"name": "conversion", "title": "Conversion", "kind": "proportion", "event": "purchase", "good": "higher"},
            {"name": "revenue", "title": "Revenue", "kind": "total", "event": "purchase", "good": "higher", "unit": "EUR", "cap": 200.0},
            {"name": "ctr", "title": "Clicks per impression", "kind": "ratio", "event": "click", "per": "exposures", "good": "higher"},
            {"name": "median-revenue", "title": "Median revenue", "kind": "quantile", "event": "purchase", "level": 0.9, "good": "higher"},
        ],
        "primary": "conversion", "minimum_lift": 0.05, "planned_units": 600, "planned_days": 14, "pre_period_days": 14, "segments": ["device"],
    }))
    .unwrap();
    assert!(design.faults().is_empty(), "{:?}", design.faults());
    let context = Context {
        experiment: "stricter-2026".into(),
        design,
        stage: Stage::Running,
        started_ms: Some(1_793_577_600_000),
        stopped_ms: None,
        simulated: None,
        decision: None,
    };
    let made = report(&context, &evidence);
    let results = &made.comparisons[0].metrics;
    assert!(results.iter().all(|result| result.effect.is_some() && result.units.iter().all(|units| *units > 200)), "{results:#?}");
    assert!(results[1].effect.as_ref().unwrap().uncapped.is_some());
    assert_eq!((made.comparisons[0].over_time.len(), made.comparisons[0].segments[0].segments.len()), (evidence.days.len(), 2));
    assert_eq!(made.comparisons[0].over_time.last().unwrap().units, results[0].units);
}
