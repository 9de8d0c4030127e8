//! Coverage: which sides of a rule its cases show, and which comparisons of its condition they show true, false and missing. What no
//! case shows can change without anybody noticing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use vitrine_engine::{RuleId, SignalCatalog, SignalSet};

use crate::case::{Case, all_measurable, signals_of};
use crate::check::{CheckedRule, check_rule};
use crate::expression::CheckedCondition;
use crate::pack::PackSet;
use crate::resolve::scoped;
use crate::sentence::Words;
use crate::tree::{BoolExpr, Row};

/// What the cases of one rule show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCoverage {
    /// The rule.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// How many cases it has.
    pub cases: usize,
    /// What the rule as a whole is shown to do.
    pub sides: Shown,
    /// Its comparisons, in the order written; none where the condition is a script.
    pub parts: Vec<PartCoverage>,
    /// Whether some case fires it and some case lets it pass.
    pub both_sides: bool,
    /// What no case shows, as sentences, the gravest first.
    pub missing: Vec<String>,
}

/// One comparison of a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartCoverage {
    /// When it is true, in words.
    pub text: String,
    /// What the cases make of it.
    pub shown: Shown,
}

/// Which answers the cases show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Yes: of a rule as a whole, that it fires.
    pub yes: bool,
    /// No: of a rule as a whole, that the picture passes.
    pub no: bool,
    /// Neither, because a signal is missing.
    pub missing: bool,
}

/// The coverage of every rule that can be checked, by pack and then in the order written. Cases that cannot be run show nothing.
pub fn coverage(packs: &PackSet, cases: &[Case], catalog: &Arc<SignalCatalog>) -> Vec<RuleCoverage> {
    let catalog = Arc::new(all_measurable(catalog));
    let mut by_rule: BTreeMap<&RuleId, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        by_rule.entry(&case.rule).or_default().push(case);
    }
    packs
        .rules()
        .filter_map(|(pack, located)| {
            let rule = &located.rule;
            let enforcement = rule.grade.enforcement().unwrap_or(vitrine_engine::Enforcement::Warn);
            let (checked, _) = check_rule(&scoped(pack, located, enforcement), &catalog);
            let own = by_rule.get(&rule.id).map(Vec::as_slice).unwrap_or_default();
            let rows: Vec<SignalSet> = own.iter().filter_map(|case| signals_of(case, &catalog).ok()).collect();
            let mut covered = of_rule(&checked?, rule.condition.fires_on(), &rows, &catalog);
            covered.rule = rule.id.clone();
            covered.title = rule.title.clone();
            covered.cases = own.len();
            Some(covered)
        })
        .collect()
}

fn of_rule(checked: &CheckedRule, fires_on: bool, rows: &[SignalSet], catalog: &SignalCatalog) -> RuleCoverage {
    let row = |signals| Row { signals, params: &checked.params };
    let mut sides = Shown::default();
    for signals in rows {
        let truth = match &checked.condition {
            CheckedCondition::Tree(tree) => tree.truth(row(signals)),
            CheckedCondition::Script(script) => script.truth(row(signals)),
        };
        sides.note(truth.map(|truth| truth == fires_on));
    }
    let mut leaves = Vec::new();
    if let Some(tree) = checked.condition.tree() {
        leaves_of(tree, &mut leaves);
    }
    let settings: Vec<_> = checked.params.iter().zip(&checked.units).map(|(value, unit)| (value, unit.as_deref())).collect();
    let words = Words { catalog, settings: &settings };
    let parts: Vec<PartCoverage> = leaves
        .into_iter()
        .map(|leaf| {
            let mut shown = Shown::default();
            rows.iter().for_each(|signals| shown.note(leaf.truth(row(signals))));
            PartCoverage { text: words.is(leaf), shown }
        })
        .collect();
    let missing = missing(sides, &parts, rows.is_empty(), !checked.signals.is_empty());
    RuleCoverage { rule: "".into(), title: String::new(), cases: 0, sides, parts, both_sides: sides.yes && sides.no, missing }
}

fn missing(sides: Shown, parts: &[PartCoverage], no_cases: bool, reads_signals: bool) -> Vec<String> {
    if no_cases {
        return vec!["no case exercises the rule".into()];
    }
    let mut missing = Vec::new();
    let mut lacks = |shown: bool, text: String| {
        if !shown {
            missing.push(text);
        }
    };
    lacks(sides.yes, "no case exercises the side where the rule fires".into());
    lacks(sides.no, "no case exercises the side where the picture passes".into());
    if parts.len() > 1 {
        for part in parts {
            lacks(part.shown.yes, format!("no case in which {}", part.text));
            lacks(part.shown.no, format!("no case except such in which {}", part.text));
        }
    }
    lacks(sides.missing || !reads_signals, "no case leaves out a signal that decides".into());
    missing
}

/// The parts that compare something, from left to right.
fn leaves_of<'t>(tree: &'t BoolExpr, into: &mut Vec<&'t BoolExpr>) {
    match tree {
        BoolExpr::Constant(_) | BoolExpr::Param(_) => {}
        BoolExpr::Not(inner) => leaves_of(inner, into),
        BoolExpr::All(parts) | BoolExpr::Any(parts) => parts.iter().for_each(|part| leaves_of(part, into)),
        BoolExpr::SameBool { sides } => sides.iter().for_each(|side| leaves_of(side, into)),
        leaf => into.push(leaf),
    }
}

impl Shown {
    fn note(&mut self, truth: Option<bool>) {
        match truth {
            Some(true) => self.yes = true,
            Some(false) => self.no = true,
            None => self.missing = true,
        }
    }
}
