//! A condition held against what its signals can be: limits outside their range, texts they never have, parts and rules that never
//! change their answer.

use vitrine_engine::{SignalCatalog, SignalId};

use crate::diagnostic::{Findings, Position, nearest_help};
use crate::message::number;
use crate::reach::{Aim, reach};
use crate::resolve::ScopedRule;
use crate::rule::ParamValue;
use crate::tree::{BoolExpr, NumberExpr, NumberList, ParamId, TextExpr, TextList};

/// Reports what is wrong with the limits of a rule; its tree was lowered with the rule's own settings.
pub(crate) fn check_limits(scoped: &ScopedRule, tree: &BoolExpr, catalog: &SignalCatalog, findings: &mut Findings<'_>) {
    let params: Vec<ParamValue> = scoped.rule.params.values().map(|param| param.value.clone()).collect();
    let mut check = Check { scoped, params: &params, catalog, findings, faults: 0 };
    check.leaves(tree);
    // A limit outside the range explains why a rule never changes its answer; one finding is enough.
    if check.faults == 0 {
        check.whole(tree);
    }
}

struct Check<'a, 'f> {
    scoped: &'a ScopedRule,
    params: &'a [ParamValue],
    catalog: &'a SignalCatalog,
    findings: &'a mut Findings<'f>,
    faults: usize,
}

impl Check<'_, '_> {
    fn error(&mut self, code: &'static str, at: Position, message: String, help: String) {
        self.faults += 1;
        self.findings.error(code, at, message, help);
    }

    fn leaves(&mut self, tree: &BoolExpr) {
        match tree {
            BoolExpr::Not(inner) => self.leaves(inner),
            BoolExpr::All(parts) | BoolExpr::Any(parts) => parts.iter().for_each(|part| self.leaves(part)),
            BoolExpr::SameBool { sides } => sides.iter().for_each(|side| self.leaves(side)),
            BoolExpr::Compare { sides, at, .. } => {
                let [left, right] = &**sides;
                self.limit(left, right, *at);
                self.limit(right, left, *at);
            }
            BoolExpr::InNumbers { item, list, at } => match list {
                NumberList::Items(items) => items.iter().for_each(|limit| self.limit(item, limit, *at)),
                NumberList::Param(id) => {
                    if let (Some(ParamValue::Numbers(numbers)), Some(signal)) = (self.params.get(id.index()), item.lone_signal()) {
                        numbers.iter().for_each(|number| self.number(signal, *number, Some(*id), *at));
                    }
                }
            },
            BoolExpr::SameText { sides, at } => {
                let [left, right] = &**sides;
                self.text(left, right, *at);
                self.text(right, left, *at);
            }
            BoolExpr::InTexts { item, list, at } => match list {
                TextList::Items(items) => items.iter().for_each(|text| self.text(item, text, *at)),
                TextList::Param(id) => {
                    if let (Some(ParamValue::Texts(texts)), TextExpr::Signal(signal)) = (self.params.get(id.index()), item) {
                        texts.iter().for_each(|text| self.value(*signal, text, Some(*id), *at));
                    }
                }
            },
            BoolExpr::Constant(_) | BoolExpr::Signal(_) | BoolExpr::Param(_) | BoolExpr::TextTest { .. } => {}
        }
    }

    /// Where one side is a signal and the other a constant or a setting, the other has to lie in the signal's range.
    fn limit(&mut self, measured: &NumberExpr, limit: &NumberExpr, at: Position) {
        let Some(signal) = measured.lone_signal() else { return };
        match limit {
            NumberExpr::Constant(number) => self.number(signal, *number, None, at),
            NumberExpr::Negate(inner) => {
                if let NumberExpr::Constant(number) = **inner {
                    self.number(signal, -number, None, at);
                }
            }
            NumberExpr::Param(id) => {
                if let Some(ParamValue::Number(number)) = self.params.get(id.index()) {
                    self.number(signal, *number, Some(*id), at);
                }
            }
            _ => {}
        }
    }

    fn number(&mut self, signal: SignalId, limit: f64, param: Option<ParamId>, at: Position) {
        let spec = &self.catalog.entry(signal).spec;
        if let Some((low, high)) = spec.range
            && (limit < low || limit > high)
        {
            let (at, limit) = self.place(param, number(limit), at);
            let message = format!("{limit} lies outside the range of `{}`", spec.name);
            let unit = spec.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
            self.error("limit-out-of-range", at, message, format!("it is always between {} and {}{unit}", number(low), number(high)));
        }
    }

    fn text(&mut self, measured: &TextExpr, limit: &TextExpr, at: Position) {
        let TextExpr::Signal(signal) = measured else { return };
        match limit {
            TextExpr::Constant(text) => self.value(*signal, text, None, at),
            TextExpr::Param(id) => {
                if let Some(ParamValue::Text(text)) = self.params.get(id.index()) {
                    self.value(*signal, text, Some(*id), at);
                }
            }
            TextExpr::Signal(_) => {}
        }
    }

    fn value(&mut self, signal: SignalId, text: &str, param: Option<ParamId>, at: Position) {
        let spec = &self.catalog.entry(signal).spec;
        if !spec.values.is_empty() && !spec.values.iter().any(|value| value == text) {
            let (at, shown) = self.place(param, format!("`{text}`"), at);
            let message = format!("`{}` is never {shown}", spec.name);
            let list = || format!("it is one of: {}", spec.values.join(", "));
            let help = nearest_help(text, spec.values.iter().map(AsRef::as_ref), list);
            self.error("unknown-value", at, message, help);
        }
    }

    /// A setting's value is mended where it is set.
    fn place(&self, param: Option<ParamId>, shown: String, at: Position) -> (Position, String) {
        let name = param.and_then(|id| self.scoped.rule.params.keys().nth(id.index()));
        match name {
            Some(name) => (self.scoped.places.of(&format!("params.{name}.value")), format!("`{name}` = {shown}")),
            None => (self.scoped.places.in_expression(at), shown),
        }
    }

    fn whole(&mut self, tree: &BoolExpr) {
        let can_be = |tree, truth| reach(&[Aim { tree, truth, params: self.params }], self.catalog).is_ok();
        let fires_on = self.scoped.rule.condition.fires_on();
        let at = self.scoped.places.in_expression(Position { line: 1, column: 1 });
        if !can_be(tree, fires_on) {
            let help = "see whether `require` and `when`, or `<` and `>`, were mixed up, and what the signals can be".into();
            self.error("never-fires", at, "no picture can break this rule: it never fires".into(), help);
        } else if !can_be(tree, !fires_on) {
            let help = "see whether `require` and `when`, or `<` and `>`, were mixed up, and what the signals can be".into();
            self.error("always-fires", at, "every picture breaks this rule: it always fires".into(), help);
        } else {
            self.idle_parts(tree);
        }
    }

    /// Parts of a condition that always answer the same say nothing.
    fn idle_parts(&mut self, tree: &BoolExpr) {
        match tree {
            BoolExpr::Not(inner) => self.idle_parts(inner),
            BoolExpr::All(parts) | BoolExpr::Any(parts) => parts.iter().for_each(|part| self.idle_parts(part)),
            BoolExpr::Compare { at, .. }
            | BoolExpr::SameText { at, .. }
            | BoolExpr::InTexts { at, .. }
            | BoolExpr::InNumbers { at, .. } => {
                let can_be = |truth| reach(&[Aim { tree, truth, params: self.params }], self.catalog).is_ok();
                let always = if !can_be(true) {
                    "false"
                } else if !can_be(false) {
                    "true"
                } else {
                    return;
                };
                let at = self.scoped.places.in_expression(*at);
                self.findings.warning(
                    "idle-part",
                    at,
                    format!("this comparison is {always} for every picture"),
                    "take it out, or mend its limit",
                );
            }
            _ => {}
        }
    }
}
