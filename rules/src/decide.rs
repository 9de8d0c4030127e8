//! Which comparison decided: the measured value, the limit, the unit and the place that a reason shows.

use std::collections::BTreeSet;
use std::sync::Arc;

use vitrine_engine::{Region, SignalCatalog, SignalName, Value};

use crate::compile::CompiledRule;
use crate::tree::{BoolExpr, NumberExpr, NumberList, ParamId, Row, TextExpr, TextList};

/// What a reason rests on; empty where no single comparison decided.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Decided {
    pub(crate) signal: Option<SignalName>,
    pub(crate) value: Option<Value>,
    pub(crate) limit: Option<Value>,
    pub(crate) unit: Option<Arc<str>>,
    pub(crate) region: Option<Region>,
}

/// The comparison that made the condition `truth`, and what it compared.
pub(crate) fn decide(rule: &CompiledRule, tree: &BoolExpr, row: Row<'_>, catalog: &SignalCatalog) -> Decided {
    match deciding(tree, rule.fires_on, row) {
        Some((leaf, truth)) => describe(leaf, truth, rule, row, catalog),
        None => Decided::default(),
    }
}

/// The leaf that decided, and its truth. Where one part alone made the whole what it is, that part; where all parts had to agree, the
/// one that a person can set (its limit is a setting), else the first that compares numbers, else the first.
fn deciding<'t>(tree: &'t BoolExpr, truth: bool, row: Row<'_>) -> Option<(&'t BoolExpr, bool)> {
    match tree {
        BoolExpr::Constant(_) | BoolExpr::Param(_) => None,
        BoolExpr::Not(inner) => deciding(inner, !truth, row),
        BoolExpr::All(parts) | BoolExpr::Any(parts) => {
            if matches!(tree, BoolExpr::Any(_)) == truth {
                // One part is enough: the first that is so.
                parts.iter().filter(|part| part.truth(row) == Some(truth)).find_map(|part| deciding(part, truth, row))
            } else {
                let leaves = parts.iter().filter_map(|part| deciding(part, truth, row));
                leaves.enumerate().min_by_key(|(index, (leaf, _))| (rank(leaf), *index)).map(|(_, found)| found)
            }
        }
        leaf => Some((leaf, truth)),
    }
}

fn rank(leaf: &BoolExpr) -> u8 {
    match leaf {
        BoolExpr::Compare { sides, .. } if sides.iter().any(|side| matches!(side, NumberExpr::Param(_))) => 0,
        BoolExpr::Compare { .. } => 1,
        BoolExpr::InTexts { .. } | BoolExpr::InNumbers { .. } | BoolExpr::SameText { .. } => 2,
        _ => 3,
    }
}

fn describe(leaf: &BoolExpr, truth: bool, rule: &CompiledRule, row: Row<'_>, catalog: &SignalCatalog) -> Decided {
    let mut decided = Decided::default();
    match leaf {
        BoolExpr::Compare { sides, .. } => {
            let [left, right] = &**sides;
            // The measured side is the one with signals in it; of two such, the left one.
            let (measured, limit) = if left.reads_signals() || !right.reads_signals() { (left, right) } else { (right, left) };
            decided.value = measured.value(row).map(Value::Number);
            decided.limit = limit.value(row).map(Value::Number);
            if let NumberExpr::Param(id) = limit {
                decided.unit = unit(rule, *id);
            }
            let mut signals = BTreeSet::new();
            measured.signals(&mut signals);
            if let (Some(id), 1) = (signals.first(), signals.len()) {
                decided.rest_on(*id, measured.lone_signal().is_some(), row, catalog);
            }
        }
        BoolExpr::InNumbers { item, list, .. } => {
            decided.value = item.value(row).map(Value::Number);
            decided.limit = match list {
                NumberList::Param(id) => row.params.get(id.index()).map(Value::from),
                NumberList::Items(items) => {
                    let shown = items.iter().filter_map(|item| item.value(row)).map(crate::message::number);
                    Some(joined(shown))
                }
            };
            if let Some(id) = item.lone_signal() {
                decided.rest_on(id, true, row, catalog);
            }
        }
        BoolExpr::InTexts { item, list, .. } => {
            decided.value = item.value(row).map(Value::from);
            decided.limit = match list {
                TextList::Param(id) => row.params.get(id.index()).map(Value::from),
                TextList::Items(items) => Some(joined(items.iter().filter_map(|item| item.value(row)).map(str::to_owned))),
            };
            decided.rest_on_text(item, row, catalog);
        }
        BoolExpr::SameText { sides, .. } | BoolExpr::TextTest { sides, .. } => {
            let [left, right] = &**sides;
            let (measured, limit) = if matches!(left, TextExpr::Signal(_)) { (left, right) } else { (right, left) };
            decided.value = measured.value(row).map(Value::from);
            decided.limit = limit.value(row).map(Value::from);
            decided.rest_on_text(measured, row, catalog);
        }
        BoolExpr::Signal(id) => {
            decided.value = Some(Value::Bool(truth));
            decided.limit = Some(Value::Bool(!truth));
            decided.rest_on(*id, true, row, catalog);
        }
        BoolExpr::SameBool { sides } => {
            if let [BoolExpr::Signal(id), other] | [other, BoolExpr::Signal(id)] = &**sides {
                decided.value = row.signals.at(*id).map(|reading| reading.value.clone());
                decided.limit = other.truth(row).map(Value::Bool);
                decided.rest_on(*id, true, row, catalog);
            }
        }
        _ => {}
    }
    decided
}

impl Decided {
    fn rest_on(&mut self, id: vitrine_engine::SignalId, own_unit: bool, row: Row<'_>, catalog: &SignalCatalog) {
        let spec = &catalog.entry(id).spec;
        self.signal = Some(spec.name.clone());
        self.region = row.signals.at(id).and_then(|reading| reading.region);
        if own_unit && self.unit.is_none() {
            self.unit = spec.unit.as_deref().map(Arc::from);
        }
    }

    fn rest_on_text(&mut self, text: &TextExpr, row: Row<'_>, catalog: &SignalCatalog) {
        if let TextExpr::Signal(id) = text {
            self.rest_on(*id, true, row, catalog);
        }
    }
}

fn unit(rule: &CompiledRule, id: ParamId) -> Option<Arc<str>> {
    rule.units.get(id.index()).cloned().flatten()
}

fn joined(items: impl Iterator<Item = String>) -> Value {
    Value::Text(items.collect::<Vec<_>>().join(", ").into())
}
