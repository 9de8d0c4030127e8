//! Which rules hold where: rule sets of both books for every scope that occurs, resolved and compiled once for all scopes in which the same
//! rules hold, with each distinct condition in one place.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use vitrine_engine::{Enforcement, RuleId};

use super::Packs;
use crate::compile::{CompiledRule, CompiledRuleSet, compile};
use crate::diagnostic::Diagnostic;
use crate::expression::{CheckedCondition, CheckedFormula};
use crate::pack::PackSet;
use crate::resolve::resolve;
use crate::rule::{ParamValue, Rule};
use crate::scope::{CategoryPath, HOUSE, Role, Scope};

/// Where a picture is judged.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ScopeKey {
    pub(super) marketplace: Option<String>,
    pub(super) region: Option<String>,
    pub(super) category: Option<String>,
}

/// The roles of a selection, in the order of every pair here.
pub(super) const ROLES: [Role; 2] = [Role::Main, Role::Gallery];

/// Rules for the scopes seen so far. It only grows, so that numbers of rules and conditions stay what they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) conditions: Vec<Arc<PlannedCondition>>,
    pub(super) rules: Vec<Arc<PlannedRule>>,
    pub(super) rankings: Vec<Arc<PlannedRanking>>,
    scopes: HashMap<ScopeKey, Scoped>,
    sets: HashMap<SetKey, Result<Arc<PlannedSet>, Arc<str>>>,
    by_version: HashMap<String, Arc<PlannedSet>>,
    numbers: HashMap<String, usize>,
}

/// The rules of a scope, or why there are none.
pub(super) type Scoped = Result<Arc<ScopeRules>, Arc<str>>;

/// The rules of a scope.
#[derive(Debug)]
pub(super) struct ScopeRules {
    /// By role: of the old book.
    pub(super) old: [Arc<PlannedSet>; 2],
    /// By role: of the new one. The very same set where nothing differs.
    pub(super) new: [Arc<PlannedSet>; 2],
    /// By day and role: rules of the new book that begin then.
    pub(super) coming: BTreeMap<Date, [Vec<usize>; 2]>,
}

/// A rule set by the numbers of its parts.
#[derive(Debug)]
pub(super) struct PlannedSet {
    /// Sorted by id.
    pub(super) rules: Vec<usize>,
    pub(super) ranking: Option<usize>,
}

#[derive(Debug)]
pub(super) struct PlannedCondition {
    pub(super) condition: CheckedCondition,
    pub(super) params: Vec<ParamValue>,
}

#[derive(Debug)]
pub(super) struct PlannedRule {
    pub(super) rule: CompiledRule,
    pub(super) condition: usize,
}

#[derive(Debug)]
pub(super) struct PlannedRanking {
    pub(super) formula: CheckedFormula,
    pub(super) params: Vec<ParamValue>,
}

/// What decides a rule set: the rules that hold, and where (the ranking goes by region).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct SetKey {
    new: bool,
    marketplace: String,
    region: Option<String>,
    role: Role,
    date: Date,
    holding: Vec<u32>,
}

impl Plan {
    pub(super) fn has(&self, scope: &ScopeKey) -> bool {
        self.scopes.contains_key(scope)
    }

    pub(super) fn scope(&self, scope: &ScopeKey) -> Option<&Scoped> {
        self.scopes.get(scope)
    }

    /// Resolves and compiles what holds in a scope.
    pub(super) fn add(&mut self, scope: &ScopeKey, packs: &Packs, date: Date) {
        if !self.has(scope) {
            let rules = self.rules_of(scope, packs, date).map(Arc::new);
            self.scopes.insert(scope.clone(), rules);
        }
    }

    fn rules_of(&mut self, scope: &ScopeKey, packs: &Packs, date: Date) -> Result<ScopeRules, Arc<str>> {
        let old = [self.set(scope, packs, false, ROLES[0], date)?, self.set(scope, packs, false, ROLES[1], date)?];
        let new = [self.set(scope, packs, true, ROLES[0], date)?, self.set(scope, packs, true, ROLES[1], date)?];
        let marketplace = scope.marketplace.as_deref().unwrap_or(HOUSE);
        let days: BTreeSet<Date> = own_rules(&packs.new, marketplace).filter_map(|rule| begins_after(rule, date)).collect();
        let mut coming = BTreeMap::new();
        for day in days {
            let mut begin = [Vec::new(), Vec::new()];
            for (role, begin) in ROLES.into_iter().zip(&mut begin) {
                let set = self.set(scope, packs, true, role, day)?;
                let begins = |id: &RuleId| packs.new.rule(id.as_str()).is_some_and(|(_, own)| begins_after(&own.rule, date) == Some(day));
                begin.extend(set.rules.iter().copied().filter(|rule| begins(&self.rules[*rule].rule.id)));
            }
            if begin.iter().any(|rules| !rules.is_empty()) {
                coming.insert(day, begin);
            }
        }
        Ok(ScopeRules { old, new, coming })
    }

    fn set(&mut self, scope: &ScopeKey, packs: &Packs, new: bool, role: Role, date: Date) -> Result<Arc<PlannedSet>, Arc<str>> {
        let book = if new { &packs.new } else { &packs.old };
        let category = match scope.category.as_deref().map(str::parse::<CategoryPath>).transpose() {
            Ok(category) => category,
            Err(error) => return Err(error.to_string().into()),
        };
        let marketplace = scope.marketplace.as_deref().unwrap_or(HOUSE);
        let region = scope.region.as_deref();
        let holds = |rule: &Rule| {
            rule.roles.contains(&role) && rule.holds_on(date) && rule.holds_for_category(category.as_ref()) && rule.holds_for_region(region)
        };
        let numbered = own_rules(book, marketplace).zip(0u32..);
        let key = SetKey {
            new,
            marketplace: marketplace.to_lowercase(),
            region: scope.region.clone(),
            role,
            date,
            holding: numbered.filter(|(rule, _)| holds(rule)).map(|(_, number)| number).collect(),
        };
        if let Some(known) = self.sets.get(&key) {
            return known.clone();
        }
        let whole =
            Scope { marketplace: scope.marketplace.clone(), region: scope.region.clone(), category: scope.category.clone(), role, date };
        let (rule_set, findings) = resolve(book, &whole);
        let set = match findings.iter().find(|finding| finding.is_error()) {
            Some(finding) => Err(reason(finding)),
            None => match self.by_version.get(rule_set.version().as_str()) {
                Some(known) => Ok(Arc::clone(known)),
                None => match compile(&rule_set, &packs.catalog) {
                    Ok(compiled) => {
                        let planned = Arc::new(self.planned(&compiled));
                        self.by_version.insert(rule_set.version().to_string(), Arc::clone(&planned));
                        Ok(planned)
                    }
                    Err(findings) => Err(findings.iter().find(|finding| finding.is_error()).map_or_else(|| "".into(), reason)),
                },
            },
        };
        self.sets.insert(key, set.clone());
        set
    }

    fn planned(&mut self, set: &CompiledRuleSet) -> PlannedSet {
        let written: HashMap<&RuleId, &Rule> = set.rule_set.rules().iter().map(|scoped| (&scoped.rule.id, &scoped.rule)).collect();
        let mut rules: Vec<usize> = set.rules.iter().filter_map(|rule| Some(self.rule(rule, written.get(&rule.id).copied()?))).collect();
        rules.sort_by(|a, b| self.rules[*a].rule.id.cmp(&self.rules[*b].rule.id));
        let ranking = set.rule_set.ranking().zip(set.ranking.as_ref()).map(|(scoped, compiled)| {
            let settings: BTreeMap<&str, &ParamValue> =
                scoped.ranking.params.iter().map(|(name, param)| (name.as_str(), &param.value)).collect();
            let name = format!("ranking {} {}", told(&settings), scoped.ranking.quality);
            let planned = PlannedRanking { formula: compiled.formula.clone(), params: compiled.params.clone() };
            number(&mut self.numbers, &mut self.rankings, name, || planned)
        });
        PlannedSet { rules, ranking }
    }

    fn rule(&mut self, rule: &CompiledRule, written: &Rule) -> usize {
        let acts = rule.enforcement == Enforcement::Enforce;
        let name = format!("rule {acts} {} {}", rule.version, rule.id);
        if let Some(known) = self.numbers.get(&name) {
            return *known;
        }
        let planned = PlannedCondition { condition: rule.checked.condition.clone(), params: rule.checked.params.clone() };
        // One catalogue reads them all: the same text with the same settings is the same condition.
        let settings: BTreeMap<&str, &ParamValue> = written.params.iter().map(|(name, param)| (name.as_str(), &param.value)).collect();
        let same = format!("condition {} {}", told(&settings), written.condition.text());
        let condition = number(&mut self.numbers, &mut self.conditions, same, || planned);
        let planned = PlannedRule { rule: rule.clone(), condition };
        number(&mut self.numbers, &mut self.rules, name, || planned)
    }
}

/// The number of something by its name, which it gets when it is new.
fn number<T>(numbers: &mut HashMap<String, usize>, all: &mut Vec<Arc<T>>, name: String, new: impl FnOnce() -> T) -> usize {
    *numbers.entry(name).or_insert_with(|| {
        all.push(Arc::new(new()));
        all.len() - 1
    })
}

/// The rules of a marketplace, in the order of its packs.
fn own_rules<'p>(packs: &'p PackSet, marketplace: &str) -> impl Iterator<Item = &'p Rule> {
    let packs = packs.packs().iter().filter(move |pack| pack.marketplace.eq_ignore_ascii_case(marketplace));
    packs.flat_map(|pack| &pack.rules).map(|located| &located.rule)
}

/// The first day of a rule that will act, where it lies behind a day.
fn begins_after(rule: &Rule, date: Date) -> Option<Date> {
    let acts = rule.grade.enforcement() == Some(Enforcement::Enforce);
    rule.effective_from.filter(|from| acts && *from > date && rule.holds_on(*from))
}

fn told(settings: &BTreeMap<&str, &ParamValue>) -> String {
    serde_json::to_string(settings).unwrap_or_default()
}

fn reason(finding: &Diagnostic) -> Arc<str> {
    let help = if finding.help.is_empty() { String::new() } else { format!("; {}", finding.help) };
    format!("{}{help}", finding.message).into()
}
