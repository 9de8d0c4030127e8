//! The tree of `tree.rs` over columns. One function there, one kernel here; `agree.rs` holds the two against each other.

use super::columns::Columns;
use super::numbers::Numbers;
use super::texts::Texts;
use super::truths::Truths;
use crate::expression::CheckedCondition;
use crate::rule::ParamValue;
use crate::tree::{BoolExpr, NumberExpr, NumberList, ParamId, TextExpr, TextList};

/// What a tree is evaluated on: the columns of a batch and the rule's settings.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a, 'b> {
    pub(crate) columns: &'a Columns<'b>,
    pub(crate) params: &'a [ParamValue],
}

impl<'a> Rows<'a, '_> {
    fn len(self) -> usize {
        self.columns.rows()
    }

    fn param(self, id: ParamId) -> Option<&'a ParamValue> {
        self.params.get(id.index())
    }
}

impl CheckedCondition {
    /// Its truth for every row: the tree by kernels, a script row by row.
    pub(crate) fn truths(&self, rows: Rows<'_, '_>) -> Truths {
        match self {
            Self::Tree(tree) => tree.truths(rows),
            Self::Script(script) => Truths::from_rows(rows.len(), |row| script.truth_by(|id| rows.columns.value(id, row), rows.params)),
        }
    }
}

impl NumberExpr {
    /// Its value for every row.
    pub(crate) fn values(&self, rows: Rows<'_, '_>) -> Numbers {
        match self {
            Self::Constant(number) => Numbers::One(*number),
            Self::Signal(id) => rows.columns.numbers(*id),
            Self::Param(id) => match rows.param(*id) {
                Some(ParamValue::Number(number)) => Numbers::One(*number),
                _ => Numbers::Unknown,
            },
            Self::Negate(inner) => inner.values(rows).negate(),
            Self::Arithmetic(operation, sides) => Numbers::arithmetic(*operation, &sides[0].values(rows), &sides[1].values(rows)),
            Self::Call(function, arguments) => {
                let arguments: Vec<Numbers> = arguments.iter().map(|argument| argument.values(rows)).collect();
                Numbers::call(*function, &arguments)
            }
        }
    }
}

impl TextExpr {
    fn texts<'r>(&'r self, rows: Rows<'r, '_>) -> Texts<'r> {
        match self {
            Self::Constant(text) => Texts::One(text),
            Self::Signal(id) => rows.columns.texts(*id),
            Self::Param(id) => match rows.param(*id) {
                Some(ParamValue::Text(text)) => Texts::One(text),
                _ => Texts::Unknown,
            },
        }
    }
}

impl BoolExpr {
    /// Its truth for every row.
    pub(crate) fn truths(&self, rows: Rows<'_, '_>) -> Truths {
        let len = rows.len();
        match self {
            Self::Constant(truth) => Truths::all(Some(*truth), len),
            Self::Signal(id) => rows.columns.flags(*id),
            Self::Param(id) => match rows.param(*id) {
                Some(ParamValue::Bool(truth)) => Truths::all(Some(*truth), len),
                _ => Truths::all(None, len),
            },
            Self::Not(inner) => !inner.truths(rows),
            Self::All(parts) => joined(parts, rows, true, Truths::and),
            Self::Any(parts) => joined(parts, rows, false, Truths::or),
            Self::Compare { comparison, sides, .. } => Numbers::compare(*comparison, &sides[0].values(rows), &sides[1].values(rows), len),
            Self::SameText { sides, .. } => sides[0].texts(rows).test_both(&sides[1].texts(rows), len, |a, b| a == b),
            Self::SameBool { sides } => sides[0].truths(rows).same(&sides[1].truths(rows)),
            Self::InNumbers { item, list, .. } => in_numbers(&item.values(rows), list, rows),
            Self::InTexts { item, list, .. } => in_texts(&item.texts(rows), list, rows),
            Self::TextTest { test, sides } => {
                sides[0].texts(rows).test_both(&sides[1].texts(rows), len, |text, part| test.holds(text, part))
            }
        }
    }
}

fn joined(parts: &[BoolExpr], rows: Rows<'_, '_>, empty: bool, join: fn(&Truths, &Truths) -> Truths) -> Truths {
    let mut parts = parts.iter().map(|part| part.truths(rows));
    let first = parts.next().unwrap_or_else(|| Truths::all(Some(empty), rows.len()));
    parts.fold(first, |so_far, next| join(&so_far, &next))
}

fn in_numbers(item: &Numbers, list: &NumberList, rows: Rows<'_, '_>) -> Truths {
    let len = rows.len();
    match list {
        NumberList::Param(id) => match rows.param(*id) {
            Some(ParamValue::Numbers(numbers)) => item.among(numbers, len),
            _ => Truths::all(None, len),
        },
        NumberList::Items(items) => {
            let hits = items.iter().map(|other| Numbers::compare(crate::tree::Comparison::Equal, &other.values(rows), item, len));
            any(hits, len).only_where(item.known(len).as_ref())
        }
    }
}

fn in_texts(item: &Texts<'_>, list: &TextList, rows: Rows<'_, '_>) -> Truths {
    let len = rows.len();
    match list {
        TextList::Param(id) => match rows.param(*id) {
            Some(ParamValue::Texts(texts)) => item.test(len, |text| texts.iter().any(|other| other == text)),
            _ => Truths::all(None, len),
        },
        TextList::Items(items) => {
            // Those that are the same in every row are one question.
            let others: Vec<Texts<'_>> = items.iter().map(|other| other.texts(rows)).collect();
            let fixed: Vec<&str> =
                others.iter().filter_map(|other| if let Texts::One(text) = other { Some(*text) } else { None }).collect();
            let among_fixed = std::iter::once(item.test(len, |text| fixed.contains(&text)));
            let varying = others.iter().filter(|other| !matches!(other, Texts::One(_)));
            any(among_fixed.chain(varying.map(|other| other.test_both(item, len, |a, b| a == b))), len).only_where(item.known(len).as_ref())
        }
    }
}

fn any(hits: impl Iterator<Item = Truths>, rows: usize) -> Truths {
    hits.reduce(|so_far, next| so_far.or(&next)).unwrap_or_else(|| Truths::all(Some(false), rows))
}
