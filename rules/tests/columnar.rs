//! Whole rule sets over columns say of every picture what they say of it alone: decision, points, quality and the rules that speak.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test ends where it fails")]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use vitrine_engine::{Decision, Evaluator, SignalCatalog, SignalSet};
use vitrine_rules::columnar::{ColumnarRuleSet, row_of, signals_to_batch};
use vitrine_rules::{CompiledRuleSet, PackSet, Role, Scope, compile, default_packs, parse, resolve};

fn packs() -> PackSet {
    parse(&default_packs()).0
}

fn compiled(packs: &PackSet, catalog: &Arc<SignalCatalog>, marketplace: &str, category: Option<&str>, role: Role) -> CompiledRuleSet {
    let date = "2026-11-21".parse().unwrap();
    let scope = Scope { marketplace: Some(marketplace.into()), region: None, category: category.map(Into::into), role, date };
    compile(&resolve(packs, &scope).0, catalog).unwrap()
}

fn agree(set: &CompiledRuleSet, batch: &RecordBatch, rows: &[SignalSet]) -> BTreeSet<Decision> {
    let verdicts = ColumnarRuleSet::new(set).evaluate(batch);
    assert_eq!(verdicts.len(), rows.len());
    let mut seen = BTreeSet::new();
    for (index, signals) in rows.iter().enumerate() {
        let expected = set.evaluate(signals, "en");
        let about = || format!("{} row {index}", set.version());
        assert_eq!(verdicts.decision(index), expected.decision, "{}", about());
        assert_eq!(verdicts.points()[index].to_bits(), expected.points.to_bits(), "{}", about());
        assert_eq!(verdicts.quality(index).map(f64::to_bits), expected.quality.map(f64::to_bits), "{}", about());
        let fired: BTreeSet<_> = verdicts.rules().iter().filter(|rule| rule.fired.value(index)).map(|rule| rule.rule.clone()).collect();
        assert_eq!(fired, expected.firings.iter().map(|firing| firing.rule.clone()).collect(), "{}", about());
        let undetermined: BTreeSet<_> = verdicts
            .rules()
            .iter()
            .filter(|rule| rule.open.value(index) && !rule.fired.value(index))
            .map(|rule| rule.rule.clone())
            .collect();
        assert_eq!(undetermined, expected.undetermined.iter().map(|open| open.rule.clone()).collect(), "{}", about());
        seen.insert(expected.decision);
    }
    seen
}

#[test]
fn every_default_pack_judges_columns_as_it_judges_pictures() {
    let (packs, catalog) = (packs(), common::catalog());
    let mut seen = BTreeSet::new();
    for known in [1.0, 0.9, 0.3] {
        let rows = common::pictures(&catalog, 500, known, 7);
        let batch = signals_to_batch(&catalog, &rows).unwrap();
        for marketplace in packs.marketplaces() {
            for category in [None, Some("apparel/adult/dresses"), Some("home")] {
                for role in Role::ALL {
                    seen.extend(agree(&compiled(&packs, &catalog, marketplace, category, role), &batch, &rows));
                }
            }
        }
    }
    assert_eq!(seen.len(), 4, "every decision occurs: {seen:?}");
}

#[test]
fn a_column_that_is_absent_or_of_another_type_is_missing() {
    let (packs, catalog) = (packs(), common::catalog());
    let set = compiled(&packs, &catalog, "amazon", None, Role::Main);
    let rows = common::pictures(&catalog, 100, 1.0, 3);
    let batch = signals_to_batch(&catalog, &rows).unwrap();
    let schema = Arc::new(Schema::new(vec![
        // A text where the catalogue has a number, and a number out of its range.
        Field::new("long_side_px", DataType::Utf8, true),
        Field::new("sharpness", DataType::Float64, true),
        Field::new("format", DataType::Utf8, true),
    ]));
    let wrong = RecordBatch::try_new(
        schema,
        vec![
            Arc::new(StringArray::from(vec!["500", "600", "700"])),
            Arc::new(Float64Array::from(vec![0.5, 1.5, f64::NAN])),
            Arc::new(StringArray::from(vec!["jpeg", "exe", "png"])),
        ],
    )
    .unwrap();
    for batch in [RecordBatch::new_empty(batch.schema()), batch.project(&[]).unwrap(), wrong, batch] {
        let rows: Vec<SignalSet> = (0..batch.num_rows()).map(|row| row_of(&batch, row, &catalog)).collect();
        agree(&set, &batch, &rows);
    }
}

#[test]
fn columns_take_and_give_back_readings() {
    let catalog = common::catalog();
    let rows = common::pictures(&catalog, 200, 0.7, 11);
    let batch = signals_to_batch(&catalog, &rows).unwrap();
    for (index, signals) in rows.iter().enumerate() {
        assert_eq!(&row_of(&batch, index, &catalog), signals);
        assert_eq!(&row_of(&batch.slice(index, 1), 0, &catalog), signals);
    }
    assert_eq!(row_of(&batch, rows.len(), &catalog).iter().count(), 0);
}
