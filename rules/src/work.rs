//! Work: how many steps it takes at worst to decide a condition for one picture. A rule is decided for every picture, so that each has
//! a budget; what is over it is found when the rule is checked, never when it runs.

use serde::{Deserialize, Serialize};

use crate::expression::CheckedCondition;
use crate::rule::ParamValue;
use crate::tree::{BoolExpr, NumberExpr, NumberList, ParamId, TextList};

/// What deciding a condition takes at worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Parts of the condition that are looked at, each item of a list counted; the parts of the script where it is one.
    pub steps: u64,
    /// Whether it runs in the sandbox, where a step takes some twenty times as long.
    pub sandbox: bool,
}

/// Most steps of a condition that was lowered to a tree.
const MOST_STEPS: u64 = 2000;
/// Most parts of a script.
const MOST_PARTS: u64 = 400;

impl Work {
    pub(crate) fn of(condition: &CheckedCondition, params: &[ParamValue]) -> Self {
        match condition {
            CheckedCondition::Tree(tree) => Self { steps: truth(tree, params), sandbox: false },
            CheckedCondition::Script(script) => Self { steps: script.parts() + listed(params), sandbox: true },
        }
    }

    /// The steps that a condition of its kind may take.
    pub fn allowed(self) -> u64 {
        if self.sandbox { MOST_PARTS } else { MOST_STEPS }
    }

    /// Whether it keeps within its budget.
    pub fn fits(self) -> bool {
        self.steps <= self.allowed()
    }
}

/// Nothing stops early at worst: every part is looked at once.
fn truth(tree: &BoolExpr, params: &[ParamValue]) -> u64 {
    let inner: u64 = match tree {
        BoolExpr::Constant(_) | BoolExpr::Signal(_) | BoolExpr::Param(_) => 0,
        BoolExpr::Not(inner) => truth(inner, params),
        BoolExpr::All(parts) | BoolExpr::Any(parts) => parts.iter().map(|part| truth(part, params)).sum(),
        BoolExpr::Compare { sides, .. } => sides.iter().map(number).sum(),
        BoolExpr::SameText { sides, .. } | BoolExpr::TextTest { sides, .. } => count(sides.len()),
        BoolExpr::SameBool { sides } => sides.iter().map(|side| truth(side, params)).sum(),
        BoolExpr::InNumbers { item, list, .. } => {
            let items = match list {
                NumberList::Items(items) => items.iter().map(number).sum(),
                NumberList::Param(id) => items_of(*id, params),
            };
            number(item) + items
        }
        BoolExpr::InTexts { list, .. } => {
            let items = match list {
                TextList::Items(items) => count(items.len()),
                TextList::Param(id) => items_of(*id, params),
            };
            1 + items
        }
    };
    1 + inner
}

fn number(tree: &NumberExpr) -> u64 {
    let inner: u64 = match tree {
        NumberExpr::Constant(_) | NumberExpr::Signal(_) | NumberExpr::Param(_) => 0,
        NumberExpr::Negate(inner) => number(inner),
        NumberExpr::Arithmetic(_, sides) => sides.iter().map(number).sum(),
        NumberExpr::Call(_, arguments) => arguments.iter().map(number).sum(),
    };
    1 + inner
}

fn items_of(id: ParamId, params: &[ParamValue]) -> u64 {
    listed(params.get(id.index()).map(std::slice::from_ref).unwrap_or_default())
}

/// Items of all lists: a script is given every setting.
fn listed(params: &[ParamValue]) -> u64 {
    let items = |param: &ParamValue| match param {
        ParamValue::Numbers(numbers) => numbers.len(),
        ParamValue::Texts(texts) => texts.len(),
        _ => 0,
    };
    params.iter().map(items).map(count).sum()
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
