//! The tree, Rhai, and a naive interpreter written for this test: generated conditions on generated pictures, always one answer.

use proptest::prelude::*;

use super::CheckedCondition;
use super::generate::{Naive, boolean, catalog, read, row};
use super::sandbox::script_of;
use crate::rule::ParamValue;
use crate::tree::Row;

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn tree_and_rhai_and_the_naive_reading_agree(condition in boolean(), rows in prop::collection::vec(row(1.0), 4)) {
        let (catalog, text) = (catalog(), condition.text());
        for naive in rows {
            prop_assert!(naive.is_complete());
            let checked = read(&text, &catalog, naive.limit).map_err(TestCaseError::fail)?;
            let script = script_of(&text, &catalog, checked.signals(), &["limit"]).map_err(TestCaseError::fail)?;
            let tree = checked.tree().ok_or_else(|| TestCaseError::fail(format!("not lowered: {text}")))?;
            let (signals, params) = (naive.signals(&catalog), [ParamValue::Number(naive.limit)]);
            let row = Row { signals: &signals, params: &params };
            let truth = tree.truth(row);
            prop_assert_eq!(truth, condition.truth(&naive), "{}", text);
            match script.answer(row) {
                Ok(rhai) => prop_assert_eq!(Some(rhai), truth, "{}", text),
                // Rhai gives up where a number cannot be computed; the tree may still be decided by the rest.
                Err(reason) => prop_assert!(reason.contains("cannot be computed"), "{}: {}", text, reason),
            }
        }
    }

    #[test]
    fn what_is_missing_leaves_open_only_what_it_could_change(condition in boolean(), naive in row(0.5), other in row(1.0)) {
        let (catalog, text) = (catalog(), condition.text());
        let checked = read(&text, &catalog, naive.limit).map_err(TestCaseError::fail)?;
        let tree = checked.tree().ok_or_else(|| TestCaseError::fail(format!("not lowered: {text}")))?;
        let params = [ParamValue::Number(naive.limit)];
        let truth = tree.truth(Row { signals: &naive.signals(&catalog), params: &params });
        prop_assert_eq!(truth, condition.truth(&naive), "{}", text);
        // Whatever turns up for what was missing, a decided truth stays, unless a number then cannot be computed.
        let filled = Naive {
            numbers: std::array::from_fn(|index| naive.numbers[index].or(other.numbers[index])),
            flag: naive.flag.or(other.flag),
            word: naive.word.or(other.word),
            limit: naive.limit,
        };
        let later = tree.truth(Row { signals: &filled.signals(&catalog), params: &params });
        prop_assert!(truth.is_none() || later == truth, "{} {:?} {:?}", text, truth, later);
    }
}

#[test]
fn scripts_and_trees_that_say_the_same_agree() {
    let catalog = catalog();
    let naive = Naive { numbers: [Some(0.4), Some(500.0), Some(2.0)], flag: Some(true), word: Some("jpeg"), limit: 0.5 };
    let (signals, params) = (naive.signals(&catalog), [ParamValue::Number(naive.limit)]);
    let row = Row { signals: &signals, params: &params };
    for (script, tree) in [
        ("if flag { alpha < limit } else { false }", "flag && alpha < limit"),
        ("let x = alpha / 2; x < limit", "alpha / 2 < limit"),
        ("switch word { \"jpeg\" => alpha < limit, _ => true }", "word != \"jpeg\" || alpha < limit"),
        ("switch gamma { 2 => true, _ => false }", "gamma == 2"),
        ("to_lower(word) == \"jpeg\"", "word == \"jpeg\""),
        ("length(word) == 4 && word + \"x\" == \"jpegx\"", "word == \"jpeg\""),
    ] {
        let (script, tree) = (read(script, &catalog, 0.5).unwrap(), read(tree, &catalog, 0.5).unwrap());
        let CheckedCondition::Script(script) = script else { panic!("{script:?} was lowered") };
        assert_eq!(script.truth(row), tree.tree().unwrap().truth(row));
    }
}
