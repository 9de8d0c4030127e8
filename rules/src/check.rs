//! A rule held against the catalogue: every finding at once, before it can run. What is left is ready to evaluate.

use std::collections::{BTreeMap, BTreeSet};

use vitrine_engine::{CatalogEntry, SignalCatalog, SignalId};

use crate::diagnostic::{Diagnostic, Findings, nearest_help};
use crate::expression::{self, CheckedCondition, CheckedFormula, Names};
use crate::message::{Template, TemplateFault};
use crate::pack::{PackSet, Places};
use crate::resolve::{ScopedRanking, ScopedRule, scoped};
use crate::rule::{Param, ParamValue, Rule};
use crate::tree::ParamId;

/// A rule that was checked: what evaluation needs of it.
#[derive(Debug, Clone)]
pub(crate) struct CheckedRule {
    pub(crate) condition: CheckedCondition,
    /// Values of the settings, in the order of their names.
    pub(crate) params: Vec<ParamValue>,
    /// Units of the settings, in the same order.
    pub(crate) units: Vec<Option<String>>,
    /// Messages by language.
    pub(crate) messages: BTreeMap<String, Template>,
    /// The signals that the condition reads.
    pub(crate) signals: BTreeSet<SignalId>,
}

/// Holds every rule of every pack, disabled ones too, and every pair of rules that can be in force together, against the catalogue.
pub fn check(packs: &PackSet, catalog: &SignalCatalog) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for pack in packs.packs() {
        if let Some(located) = &pack.ranking {
            let ranking = ScopedRanking {
                ranking: located.ranking.clone(),
                pack: pack.id.clone(),
                file: pack.file.clone(),
                places: located.places.clone(),
            };
            diagnostics.extend(check_ranking(&ranking, catalog).1);
        }
        for located in &pack.rules {
            let enforcement = located.rule.grade.enforcement().unwrap_or(vitrine_engine::Enforcement::Warn);
            diagnostics.extend(check_rule(&scoped(pack, located, enforcement), catalog).1);
        }
    }
    diagnostics.sort_by(Diagnostic::order);
    diagnostics
}

/// Holds one rule against the catalogue.
pub(crate) fn check_rule(scoped: &ScopedRule, catalog: &SignalCatalog) -> (Option<CheckedRule>, Vec<Diagnostic>) {
    let (rule, places) = (&scoped.rule, &scoped.places);
    let mut findings = Findings::new(&scoped.file, Some(rule.id.clone()));
    let names = Names { catalog, params: &rule.params, places };
    check_params(&rule.params, places, catalog, &mut findings);
    let condition = expression::condition(rule.condition.text(), names, &mut findings);
    let messages = check_messages(rule, places, catalog, &mut findings);
    if let Some(condition) = &condition {
        check_unused(rule, places, &mut findings);
        let _ = condition;
    }
    let checked = condition.filter(|_| !findings.any_error()).map(|condition| CheckedRule {
        signals: condition.signals(),
        condition,
        params: rule.params.values().map(|param| param.value.clone()).collect(),
        units: rule.params.values().map(|param| param.unit.clone()).collect(),
        messages,
    });
    (checked, findings.into_vec())
}

/// Holds a ranking against the catalogue.
pub(crate) fn check_ranking(scoped: &ScopedRanking, catalog: &SignalCatalog) -> (Option<CheckedFormula>, Vec<Diagnostic>) {
    let mut findings = Findings::new(&scoped.file, None);
    let names = Names { catalog, params: &scoped.ranking.params, places: &scoped.places };
    check_params(&scoped.ranking.params, &scoped.places, catalog, &mut findings);
    let formula = expression::formula(&scoped.ranking.quality, names, &mut findings);
    (formula.filter(|_| !findings.any_error()), findings.into_vec())
}

fn check_params(params: &BTreeMap<String, Param>, places: &Places, catalog: &SignalCatalog, findings: &mut Findings<'_>) {
    for name in params.keys().filter(|name| catalog.find(name).is_some()) {
        let message = format!("the setting `{name}` has the name of a signal");
        findings.error("taken-name", places.of(&format!("params.{name}")), message, "call it what it is for, such as `min_px`");
    }
}

/// A setting that the condition does not use changes nothing when it is changed.
fn check_unused(rule: &Rule, places: &Places, findings: &mut Findings<'_>) {
    let text = rule.condition.text();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words: BTreeSet<&str> = text.split(|c: char| !is_word(c)).collect();
    for name in rule.params.keys().filter(|name| !words.contains(name.as_str())) {
        let message = format!("the setting `{name}` is not used in the condition");
        findings.warning("unused-param", places.of(&format!("params.{name}")), message, "use it, or take it out");
    }
}

fn check_messages(rule: &Rule, places: &Places, catalog: &SignalCatalog, findings: &mut Findings<'_>) -> BTreeMap<String, Template> {
    let param = |name: &str| rule.params.keys().position(|own| own == name).and_then(|index| u16::try_from(index).ok()).map(ParamId);
    let mut messages = BTreeMap::new();
    for (language, text) in &rule.message {
        let at = places.of(&format!("message.{language}"));
        match Template::read(text, param, |name| catalog.id(name)) {
            Ok(template) => {
                messages.insert(language.clone(), template);
            }
            Err(faults) => faults.into_iter().for_each(|fault| {
                let (message, help) = describe(fault, rule, catalog.entries());
                findings.error("unknown-placeholder", at, message, help);
            }),
        }
    }
    messages
}

fn describe(fault: TemplateFault, rule: &Rule, entries: &[CatalogEntry]) -> (String, String) {
    match fault {
        TemplateFault::Unclosed => ("a brace is not closed".into(), "write `{{` for a brace that is to be shown".into()),
        TemplateFault::UnknownPlaceholder(name) => {
            (format!("`{{{name}}}` is no placeholder"), "there are {value}, {limit}, {unit}, {param.NAME} and {signal.NAME}".into())
        }
        TemplateFault::UnknownParam(name) => {
            let known = rule.params.keys().map(String::as_str);
            let help = nearest_help(&name, known, || "settings stand under `params`".into());
            (format!("the rule has no setting `{name}`"), help)
        }
        TemplateFault::UnknownSignal(name) => {
            let help =
                nearest_help(&name, entries.iter().map(|entry| entry.spec.name.as_str()), || "`vitrine signals` lists all signals".into());
            (format!("there is no signal `{name}`"), help)
        }
    }
}
