//! Conflicts across scopes: what one marketplace (region, category, role) demands and another one forbids, so that no picture satisfies
//! both. Within one scope that is a fault of the policy and found by `check`; across scopes it is a fact that a seller has to know.
//!
//! Only what is proven is told: two rules, or several that only together leave nothing. Which scopes are worth a look is for
//! [`markets`] (all marketplaces against each other) and [`changes`] (what a change of rules begins and ends).

pub mod changes;
pub mod markets;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use vitrine_engine::{Action, Enforcement, RuleId, SignalCatalog, SignalId, SignalName};

use crate::check::{CheckedRule, check_rule};
use crate::diagnostic::{Diagnostic, Position};
use crate::explain::demand;
use crate::pack::PackSet;
use crate::reach::{Aim, Unreachable, reach, reach_in_practice};
use crate::resolve::{ScopedRule, resolve, scoped};
use crate::scope::Scope;
use crate::sentence::{list, name};

/// Rules that no picture satisfies together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScopeConflict {
    /// What it comes to, for people.
    pub sentence: String,
    /// The signals that cannot have a value.
    pub signals: Vec<SignalName>,
    /// Whether one exact value would satisfy both: their limits meet in it.
    pub meeting: bool,
    /// Whether every rule suppresses: then a picture for both is impossible. Else a person may decide otherwise.
    pub strict: bool,
    /// The rules of the first scope.
    pub one: Vec<ConflictingRule>,
    /// The rules of the second scope.
    pub other: Vec<ConflictingRule>,
}

/// A rule of a conflict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConflictingRule {
    /// The rule.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// The pack it stands in.
    pub pack: String,
    /// What it demands, in words.
    pub demand: String,
    /// What follows where that is not so.
    pub action: Action,
    /// The pack's source.
    pub file: String,
    /// Where in it the rule stands.
    pub at: Position,
}

/// Rules that are looked at together beyond pairs.
const MOST_TOGETHER: usize = 24;

/// The rules of packs, each checked once, to be asked about many scopes.
pub struct Conflicts<'a> {
    packs: &'a PackSet,
    catalog: &'a SignalCatalog,
    /// Rules that keep pictures away and can be read.
    checked: BTreeMap<&'a RuleId, CheckedRule>,
}

impl<'a> Conflicts<'a> {
    /// Gets packs ready. Rules with mistakes are left out: finding those is for [`crate::check()`].
    pub fn new(packs: &'a PackSet, catalog: &'a SignalCatalog) -> Self {
        let checked = packs.rules().filter_map(|(pack, located)| {
            let rule = &located.rule;
            let enforced = rule.grade.enforcement() == Some(Enforcement::Enforce);
            let away = enforced && matches!(rule.action, Action::Suppress | Action::Review);
            let checked = away.then(|| check_rule(&scoped(pack, located, Enforcement::Enforce), catalog).0)??;
            checked.condition.tree().is_some().then_some((&rule.id, checked))
        });
        Self { packs, catalog, checked: checked.collect() }
    }

    /// The sets of rules of two scopes, each enforced and able to keep a picture away (suppress, or ask a person), that no picture can
    /// satisfy together, those that suppress first. With them the findings of resolving the scopes.
    pub fn between(&self, one: &Scope, other: &Scope) -> (Vec<ScopeConflict>, Vec<Diagnostic>) {
        let ((one, mut diagnostics), (other, found)) = (self.demands(one), self.demands(other));
        diagnostics.extend(found);
        (self.contradictions(&one, &other), told_once(diagnostics))
    }

    /// What a scope demands, with the findings of resolving it.
    fn demands(&self, scope: &Scope) -> (Vec<Demand<'_>>, Vec<Diagnostic>) {
        let (set, diagnostics) = resolve(self.packs, scope);
        let demands = set.rules().iter().filter_map(|scoped| {
            let checked = self.checked.get(&scoped.rule.id)?;
            Some(Demand { scoped: scoped.clone(), checked })
        });
        (demands.collect(), diagnostics)
    }

    fn contradictions(&self, left: &[Demand<'_>], right: &[Demand<'_>]) -> Vec<ScopeConflict> {
        let catalog = self.catalog;
        let (mut conflicts, mut told) = (Vec::new(), BTreeSet::new());
        for one in left {
            for other in right.iter().filter(|other| other.scoped.rule.id != one.scoped.rule.id) {
                if !one.checked.signals.is_disjoint(&other.checked.signals)
                    && let Err(proof) = impossible(&[one, other], catalog)
                {
                    told.insert(one.scoped.rule.id.clone());
                    told.insert(other.scoped.rule.id.clone());
                    conflicts.push(conflict(&[one], &[other], proof, catalog));
                }
            }
        }
        conflicts.extend(together(left, right, &told, catalog));
        conflicts.sort_by(|a: &ScopeConflict, b| {
            let key = |conflict: &ScopeConflict| {
                (!conflict.strict, conflict.one.first().map(|rule| rule.rule.clone()), conflict.other.first().map(|rule| rule.rule.clone()))
            };
            key(a).cmp(&key(b))
        });
        conflicts
    }
}

/// A fault of what was asked for, such as an unknown marketplace, is told once.
fn told_once(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(Diagnostic::order);
    diagnostics.dedup();
    diagnostics
}

/// A rule that keeps pictures away, checked.
struct Demand<'a> {
    scoped: ScopedRule,
    checked: &'a CheckedRule,
}

impl Demand<'_> {
    /// That a picture satisfies it; `None` where only its script can tell.
    fn aim(&self) -> Option<Aim<'_>> {
        let tree = self.checked.condition.tree()?;
        Some(Aim { tree, truth: !self.scoped.rule.condition.fires_on(), params: &self.checked.params })
    }
}

/// Why no picture satisfies some rules together.
struct Proof {
    signal: Option<SignalId>,
    meeting: bool,
}

/// Whether no picture satisfies all these rules. Limits that meet in one value count, unless a rule asks for one value by itself.
fn impossible(rules: &[&Demand<'_>], catalog: &SignalCatalog) -> Result<(), Proof> {
    let aims: Vec<Aim<'_>> = rules.iter().filter_map(|demand| demand.aim()).collect();
    let proof = |meeting| move |unreachable: Unreachable| Proof { signal: unreachable.signal, meeting };
    reach(&aims, catalog).map_err(proof(false))?;
    if aims.iter().any(|aim| reach_in_practice(&[*aim], catalog).is_err()) {
        return Ok(());
    }
    reach_in_practice(&aims, catalog).map_err(proof(true))
}

/// Sets of three and more: rules linked by their signals that only together leave nothing, each set as small as it can be.
fn together(left: &[Demand<'_>], right: &[Demand<'_>], told: &BTreeSet<RuleId>, catalog: &SignalCatalog) -> Vec<ScopeConflict> {
    let mut open: Vec<(bool, &Demand<'_>)> =
        left.iter().map(|demand| (true, demand)).chain(right.iter().map(|demand| (false, demand))).collect();
    open.retain(|(_, demand)| !told.contains(&demand.scoped.rule.id));
    let mut conflicts = Vec::new();
    for mut group in linked(&open) {
        group.truncate(MOST_TOGETHER);
        let none = |group: &[(bool, &Demand<'_>)]| {
            let demands: Vec<&Demand<'_>> = group.iter().map(|(_, demand)| *demand).collect();
            impossible(&demands, catalog).err()
        };
        if none(&group).is_none() {
            continue;
        }
        let mut index = 0;
        while index < group.len() {
            let mut fewer = group.clone();
            fewer.remove(index);
            if none(&fewer).is_some() { group = fewer } else { index += 1 }
        }
        let side = |wanted: bool| group.iter().filter(|(side, _)| *side == wanted).map(|(_, demand)| *demand).collect::<Vec<_>>();
        let (one, other) = (side(true), side(false));
        if let Some(proof) = none(&group).filter(|_| !one.is_empty() && !other.is_empty()) {
            conflicts.push(conflict(&one, &other, proof, catalog));
        }
    }
    conflicts
}

/// Signals, and the rules on them with their side.
type Group<'a> = (BTreeSet<SignalId>, Vec<(bool, &'a Demand<'a>)>);

/// The rules in groups that share signals, directly or through others.
fn linked<'a>(rules: &[(bool, &'a Demand<'a>)]) -> Vec<Vec<(bool, &'a Demand<'a>)>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (side, demand) in rules {
        let mut merged = (demand.checked.signals.clone(), vec![(*side, *demand)]);
        groups.retain_mut(|(signals, members)| {
            let apart = signals.is_disjoint(&merged.0);
            if !apart {
                merged.0.append(signals);
                members.append(&mut merged.1);
                merged.1 = std::mem::take(members);
            }
            apart
        });
        groups.push(merged);
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

fn conflict(one: &[&Demand<'_>], other: &[&Demand<'_>], proof: Proof, catalog: &SignalCatalog) -> ScopeConflict {
    let rules = |side: &[&Demand<'_>]| -> Vec<ConflictingRule> {
        side.iter()
            .map(|Demand { scoped, .. }| ConflictingRule {
                rule: scoped.rule.id.clone(),
                title: scoped.rule.title.clone(),
                pack: scoped.pack.clone(),
                demand: demand(scoped, catalog),
                action: scoped.rule.action.clone(),
                file: scoped.file.clone(),
                at: scoped.places.rule,
            })
            .collect()
    };
    let (one_rules, other_rules) = (rules(one), rules(other));
    let says = |rules: &[ConflictingRule]| {
        let mut by_pack: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for rule in rules {
            by_pack.entry(&rule.pack).or_default().push(format!("{} ({})", rule.demand, rule.title));
        }
        let packs: Vec<String> = by_pack.into_iter().map(|(pack, demands)| format!("by `{pack}` {}", list(&demands, "and"))).collect();
        list(&packs, "and")
    };
    let Proof { signal, meeting } = proof;
    let but_for = if meeting { ", but for one exact value" } else { "" };
    let about = signal.map(|id| format!(" on the {}", name(&catalog.entry(id).spec))).unwrap_or_default();
    let sentence = format!("No picture satisfies both{about}{but_for}: {}; {}.", says(&one_rules), says(&other_rules));
    let signals = match signal {
        Some(id) => vec![catalog.entry(id).spec.name.clone()],
        None => Vec::new(),
    };
    let strict = one.iter().chain(other).all(|demand| demand.scoped.rule.action == Action::Suppress);
    ScopeConflict { sentence, signals, meeting, strict, one: one_rules, other: other_rules }
}
