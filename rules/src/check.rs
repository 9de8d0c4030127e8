//! A rule held against the catalogue: every finding at once, before it can run. What is left is ready to evaluate.

use std::collections::{BTreeMap, BTreeSet};

use vitrine_engine::{CatalogEntry, Enforcement, RuleId, SignalCatalog, SignalId};

use crate::diagnostic::{Diagnostic, Findings, Position, nearest_help};
use crate::expression::{self, CheckedCondition, CheckedFormula, Names};
use crate::limits::check_limits;
use crate::message::{Template, TemplateFault, number};
use crate::pack::{LocatedRanking, PackSet, Places};
use crate::pairs::{can_meet, check_pairs};
use crate::reach::bounds;
use crate::resolve::{ScopedRanking, ScopedRule, scoped};
use crate::rule::{Param, ParamValue, Rule};
use crate::tree::ParamId;
use crate::work::Work;

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
    /// What deciding the condition takes at worst.
    pub(crate) work: Work,
}

/// Holds every rule of every pack, disabled ones too, and every pair of rules that can be in force together, against the catalogue.
/// Every finding at once, in the order of the files.
pub fn check(packs: &PackSet, catalog: &SignalCatalog) -> Vec<Diagnostic> {
    let (mut diagnostics, mut checked) = (Vec::new(), Vec::new());
    for pack in packs.packs() {
        if let Some(LocatedRanking { ranking, places }) = pack.ranking.clone() {
            let ranking = ScopedRanking { ranking, pack: pack.id.clone(), file: pack.file.clone(), places };
            diagnostics.extend(check_ranking(&ranking, catalog).1);
        }
        for located in &pack.rules {
            let enforcement = located.rule.grade.enforcement();
            let rule = scoped(pack, located, enforcement.unwrap_or(Enforcement::Warn));
            let (ready, found) = check_rule(&rule, catalog);
            diagnostics.extend(found);
            if let (Some(ready), Some(_)) = (ready, enforcement) {
                checked.push((&pack.marketplace, rule, ready));
            }
        }
    }
    diagnostics.extend(unmeasured_supersedes(&checked, catalog));
    let replaced = replaced(packs);
    for marketplace in packs.marketplaces() {
        let own = checked.iter().filter(|(name, ..)| *name == marketplace);
        let rules: Vec<(&ScopedRule, &CheckedRule)> = own.map(|(_, rule, ready)| (rule, ready)).collect();
        diagnostics.extend(check_pairs(&rules, catalog, |first, second| can_meet(&first.rule, &second.rule, &replaced)));
    }
    diagnostics.sort_by(Diagnostic::order);
    diagnostics
}

/// Whether somebody measures a signal.
pub(crate) fn is_measured(catalog: &SignalCatalog, id: SignalId) -> bool {
    catalog.entry(id).detector.is_some()
}

/// The rules that each rule takes the place of, directly or through others.
fn replaced(packs: &PackSet) -> BTreeMap<RuleId, Vec<RuleId>> {
    let all = |id: &RuleId| {
        let (mut seen, mut open) = (Vec::new(), vec![id.clone()]);
        while let Some(next) = open.pop() {
            for other in packs.rule(next.as_str()).map(|(_, located)| located.rule.supersedes.as_slice()).unwrap_or_default() {
                if !seen.contains(other) {
                    seen.push(other.clone());
                    open.push(other.clone());
                }
            }
        }
        seen
    };
    packs
        .rules()
        .filter(|(_, located)| !located.rule.supersedes.is_empty())
        .map(|(_, located)| (located.rule.id.clone(), all(&located.rule.id)))
        .collect()
}

/// A rule that nobody can measure yet leaves a gap where it takes the place of one that can be.
fn unmeasured_supersedes(checked: &[(&String, ScopedRule, CheckedRule)], catalog: &SignalCatalog) -> Vec<Diagnostic> {
    let measured = |ready: &CheckedRule| ready.signals.iter().all(|id| is_measured(catalog, *id));
    let mut diagnostics = Vec::new();
    for (_, rule, _) in checked.iter().filter(|(_, _, ready)| !measured(ready)) {
        let lost = checked.iter().filter(|(_, other, ready)| rule.rule.supersedes.contains(&other.rule.id) && measured(ready));
        for (_, other, _) in lost {
            let mut findings = Findings::new(&rule.file, Some(rule.rule.id.clone()));
            let message = format!("`{}` cannot be measured yet, so that neither it nor `{}` holds", rule.rule.id, other.rule.id);
            findings.warning(
                "supersedes-measurable",
                rule.places.of("supersedes"),
                message,
                "leave `supersedes` out until a detector measures it",
            );
            diagnostics.extend(findings.into_vec());
        }
    }
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
    check_unused(rule, places, &mut findings);
    match &condition {
        Some(CheckedCondition::Tree(tree)) => check_limits(scoped, tree, catalog, &mut findings),
        Some(CheckedCondition::Script(_)) => {
            for (language, _) in messages.iter().filter(|(_, template)| template.shows_decision()) {
                let at = places.of(&format!("message.{language}"));
                let help = "name the signal: `{signal.NAME}`, and the setting: `{param.NAME}`";
                findings.warning(
                    "no-single-limit",
                    at,
                    "a condition with `let`, `if` or `switch` has no single value and limit to show",
                    help,
                );
            }
        }
        None => {}
    }
    let params: Vec<ParamValue> = rule.params.values().map(|param| param.value.clone()).collect();
    if let Some(condition) = &condition {
        check_work(Work::of(condition, &params), places, &mut findings);
    }
    let checked = condition.filter(|_| !findings.any_error()).map(|condition| CheckedRule {
        signals: condition.signals(),
        work: Work::of(&condition, &params),
        condition,
        params,
        units: rule.params.values().map(|param| param.unit.clone()).collect(),
        messages,
    });
    (checked, findings.into_vec())
}

/// A rule is decided for every picture: what takes long is split.
fn check_work(work: Work, places: &Places, findings: &mut Findings<'_>) {
    if !work.fits() {
        let at = places.in_expression(Position { line: 1, column: 1 });
        let message = format!("deciding this condition takes up to {} steps; {} are allowed", work.steps, work.allowed());
        findings.error("too-much-work", at, message, "shorten its lists, or split the rule into several");
    }
}

/// Holds a ranking against the catalogue.
pub(crate) fn check_ranking(scoped: &ScopedRanking, catalog: &SignalCatalog) -> (Option<CheckedFormula>, Vec<Diagnostic>) {
    let mut findings = Findings::new(&scoped.file, None);
    let names = Names { catalog, params: &scoped.ranking.params, places: &scoped.places };
    check_params(&scoped.ranking.params, &scoped.places, catalog, &mut findings);
    let formula = expression::formula(&scoped.ranking.quality, names, &mut findings);
    if let Some(formula) = &formula {
        check_formula(formula, scoped, catalog, &mut findings);
    }
    (formula.filter(|_| !findings.any_error()), findings.into_vec())
}

/// A ranking has to have a value for every picture, between 0 and 1.
fn check_formula(formula: &CheckedFormula, scoped: &ScopedRanking, catalog: &SignalCatalog, findings: &mut Findings<'_>) {
    let at = scoped.places.in_expression(Position { line: 1, column: 1 });
    let mut signals = BTreeSet::new();
    formula.signals(&mut signals);
    for id in signals.into_iter().filter(|id| !is_measured(catalog, *id)) {
        let message = format!("the ranking reads `{}`, which nobody measures yet: no picture gets a quality", catalog.entry(id).spec.name);
        findings.warning("ranking-not-measurable", at, message, "leave it out until a detector measures it");
    }
    let params: Vec<ParamValue> = scoped.ranking.params.values().map(|param| param.value.clone()).collect();
    match bounds(formula, &params, catalog) {
        Some(bounds) if bounds.low >= 0.0 && bounds.high <= 1.0 => {}
        Some(bounds) => {
            let message = format!("the ranking can lie between {} and {}", number(bounds.low), number(bounds.high));
            findings.warning("ranking-range", at, message, "quality is between 0 and 1: put `clamp(..., 0.0, 1.0)` around it");
        }
        None => {
            findings.warning("ranking-range", at, "the ranking divides by something that can be 0", "use `max(..., 0.001)` as the divisor")
        }
    }
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
