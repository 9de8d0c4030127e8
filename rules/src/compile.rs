//! RuleSet + SignalCatalog -> CompiledRuleSet, or all findings at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use vitrine_engine::{Enforcement, RuleId, RuleSetVersion, SignalCatalog, SignalName};

use crate::check::{CheckedRule, check_ranking, check_rule, is_measured};
use crate::diagnostic::Diagnostic;
use crate::expression::CheckedFormula;
use crate::pairs::check_pairs;
use crate::resolve::{RuleSet, ScopedRule};
use crate::rule::{IfMissing, ParamValue};
use crate::work::Work;

/// A rule set that was checked against a catalogue: ready to judge pictures.
#[derive(Debug, Clone)]
pub struct CompiledRuleSet {
    pub(crate) rule_set: RuleSet,
    pub(crate) catalog: Arc<SignalCatalog>,
    pub(crate) rules: Vec<CompiledRule>,
    pub(crate) ranking: Option<CompiledRanking>,
    pub(crate) needs: Vec<SignalName>,
    pub(crate) not_measurable: Arc<[RuleId]>,
    warnings: Vec<Diagnostic>,
}

/// A rule that can be evaluated, with what its firings carry.
#[derive(Debug, Clone)]
pub(crate) struct CompiledRule {
    pub(crate) id: RuleId,
    pub(crate) version: Arc<str>,
    pub(crate) title: String,
    pub(crate) reason_code: Arc<str>,
    pub(crate) action: vitrine_engine::Action,
    pub(crate) severity: vitrine_engine::Severity,
    pub(crate) enforcement: Enforcement,
    pub(crate) if_missing: IfMissing,
    pub(crate) fires_on: bool,
    pub(crate) checked: CheckedRule,
    /// Units of the settings, in the order of their names.
    pub(crate) units: Vec<Option<Arc<str>>>,
}

/// A ranking that can be evaluated.
#[derive(Debug, Clone)]
pub(crate) struct CompiledRanking {
    pub(crate) formula: CheckedFormula,
    pub(crate) params: Vec<ParamValue>,
}

/// Makes a rule set ready to judge, checking everything first.
///
/// # Errors
/// All findings, when one of them is an error.
pub fn compile(rule_set: &RuleSet, catalog: &Arc<SignalCatalog>) -> Result<CompiledRuleSet, Vec<Diagnostic>> {
    let (mut diagnostics, mut rules, mut not_measurable, mut needs) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
    let mut checked_rules = Vec::new();
    for scoped in rule_set.rules() {
        let (checked, found) = check_rule(scoped, catalog);
        diagnostics.extend(found);
        checked_rules.extend(checked.map(|checked| (scoped, checked)));
    }
    let pairs: Vec<(&ScopedRule, &CheckedRule)> = checked_rules.iter().map(|(scoped, checked)| (*scoped, checked)).collect();
    diagnostics.extend(check_pairs(&pairs, catalog, |_, _| true));
    for (scoped, checked) in checked_rules {
        if checked.signals.iter().all(|id| is_measured(catalog, *id)) {
            needs.extend(&checked.signals);
            let shown = checked.messages.values().flat_map(crate::message::Template::signals);
            needs.extend(shown.filter(|id| is_measured(catalog, *id)));
            rules.push(CompiledRule::new(scoped, checked));
        } else {
            not_measurable.push(scoped.rule.id.clone());
        }
    }
    let mut ranking = None;
    if let Some(scoped) = rule_set.ranking() {
        let (formula, found) = check_ranking(scoped, catalog);
        diagnostics.extend(found);
        if let Some(formula) = formula {
            let mut signals = BTreeSet::new();
            formula.signals(&mut signals);
            needs.extend(signals.into_iter().filter(|id| is_measured(catalog, *id)));
            let params = scoped.ranking.params.values().map(|param| param.value.clone()).collect();
            ranking = Some(CompiledRanking { formula, params });
        }
    }
    diagnostics.sort_by(Diagnostic::order);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let mut needs: Vec<SignalName> = needs.into_iter().map(|id| catalog.entry(id).spec.name.clone()).collect();
    needs.sort();
    Ok(CompiledRuleSet {
        rule_set: rule_set.clone(),
        catalog: Arc::clone(catalog),
        rules,
        ranking,
        needs,
        not_measurable: not_measurable.into(),
        warnings: diagnostics,
    })
}

impl CompiledRuleSet {
    /// The same rules less some, to plan what has to be measured where those are ignored: it judges as
    /// [`Verdict::ignore`](vitrine_engine::Verdict::ignore) leaves a verdict. Version and rule set stay those of the whole.
    #[must_use]
    pub fn without(&self, rules: &[RuleId]) -> Self {
        let mut fewer = self.clone();
        fewer.rules.retain(|rule| !rules.contains(&rule.id));
        fewer
    }

    /// The version of the rule set.
    pub fn version(&self) -> &RuleSetVersion {
        self.rule_set.version()
    }

    /// The rule set it was made from.
    pub fn rule_set(&self) -> &RuleSet {
        &self.rule_set
    }

    /// The catalogue it was checked against.
    pub fn catalog(&self) -> &Arc<SignalCatalog> {
        &self.catalog
    }

    /// The rules in force, sorted by id; those not measurable yet are among them.
    pub fn rules(&self) -> &[ScopedRule] {
        self.rule_set.rules()
    }

    /// Rules of the scope that their grade disables, sorted by id.
    pub fn disabled(&self) -> &[ScopedRule] {
        self.rule_set.disabled()
    }

    /// Rules in force whose signals nobody can measure yet, sorted by id.
    pub fn not_measurable(&self) -> &[RuleId] {
        &self.not_measurable
    }

    /// What deciding a rule takes at worst; `None` for one that is not evaluated.
    pub fn work(&self, rule: &RuleId) -> Option<Work> {
        self.rules.iter().find(|own| own.id == *rule).map(|own| own.checked.work)
    }

    /// What a person should look at, though it does not stop.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}

impl CompiledRule {
    fn new(scoped: &ScopedRule, checked: CheckedRule) -> Self {
        let rule = &scoped.rule;
        Self {
            id: rule.id.clone(),
            version: Arc::clone(&scoped.version),
            title: rule.title.clone(),
            reason_code: rule.reason_code.as_str().into(),
            action: rule.action.clone(),
            severity: rule.severity,
            enforcement: scoped.enforcement,
            if_missing: rule.if_missing,
            fires_on: rule.condition.fires_on(),
            units: checked.units.iter().map(|unit| unit.as_deref().map(Arc::from)).collect(),
            checked,
        }
    }
}
