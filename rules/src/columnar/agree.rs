//! The columns, the tree, Rhai and a naive interpreter: generated conditions on batches of generated pictures, always one answer.

use proptest::prelude::*;

use super::columns::Columns;
use super::condition::Rows;
use super::truths::Truths;
use super::{row_of, signals_to_batch};
use crate::expression::CheckedCondition;
use crate::expression::generate::{Naive, boolean, catalog, read, row};
use crate::expression::sandbox::script_of;
use crate::rule::ParamValue;
use crate::tree::Row;

const CONDITIONS: u32 = 1_800;
const ROWS: usize = 64;
const _: () = assert!(CONDITIONS as usize * ROWS >= 100_000, "as many pairs as are promised");

proptest! {
    #![proptest_config(ProptestConfig { cases: CONDITIONS, ..ProptestConfig::default() })]

    #[test]
    fn columns_and_tree_and_rhai_agree(
        condition in boolean(),
        whole in prop::collection::vec(row(1.0), ROWS / 2),
        gaps in prop::collection::vec(row(0.6), ROWS / 2),
        // Bitmaps that do not begin at a byte.
        offset in 0..9usize,
    ) {
        let (catalog, text, limit) = (catalog(), condition.text(), whole[0].limit);
        let checked = read(&text, &catalog, limit).map_err(TestCaseError::fail)?;
        let tree = checked.tree().ok_or_else(|| TestCaseError::fail(format!("not lowered: {text}")))?;
        let script = script_of(&text, &catalog, checked.signals(), &["limit"]).map_err(TestCaseError::fail)?;
        let params = [ParamValue::Number(limit)];

        let rows: Vec<Naive> = whole.into_iter().chain(gaps).map(|naive| Naive { limit, ..naive }).collect();
        let sets: Vec<_> = rows.iter().map(|naive| naive.signals(&catalog)).collect();
        let leading = sets.iter().rev().take(offset).cloned();
        let batch = signals_to_batch(&catalog, &leading.chain(sets.iter().cloned()).collect::<Vec<_>>()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let batch = batch.slice(offset, ROWS);
        let columns = Columns::new(&batch, &catalog);
        let over = Rows { columns: &columns, params: &params };
        let by_columns = checked.truths(over);
        let by_script = CheckedCondition::Script(script.clone()).truths(over);

        for (index, (naive, set)) in rows.iter().zip(&sets).enumerate() {
            let truth = condition.truth(naive);
            let at = |truths: &Truths| match (truths.holds.value(index), truths.fails.value(index)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                _ => None,
            };
            let row = Row { signals: set, params: &params };
            prop_assert_eq!(at(&by_columns), truth, "columns: {} {:?}", text, naive);
            prop_assert_eq!(by_columns.open().value(index), truth.is_none());
            prop_assert_eq!(tree.truth(row), truth, "tree: {} {:?}", text, naive);
            match script.answer(row) {
                Ok(answer) => prop_assert_eq!(Some(answer), truth, "Rhai: {} {:?}", text, naive),
                Err(reason) => prop_assert!(reason.contains("cannot be computed") || reason.contains("is missing"), "{}: {}", text, reason),
            }
            prop_assert_eq!(at(&by_script), script.truth(row), "Rhai over columns: {} {:?}", text, naive);
            prop_assert_eq!(&row_of(&batch, index, &catalog), set);
        }
    }
}
