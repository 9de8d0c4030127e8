//! What a change of rules does to the conflicts between marketplaces: which ones it begins and which ones it ends.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use vitrine_engine::{RuleId, SignalCatalog};

use super::markets::{Asked, Market};
use super::{Conflicts, ScopeConflict};
use crate::pack::PackSet;
use crate::scope::{CategoryPath, Role};

/// Conflicts that are there by one version of the packs only.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ConflictChanges {
    /// By the new version only.
    pub begins: Vec<ChangedConflict>,
    /// By the old version only.
    pub ends: Vec<ChangedConflict>,
}

/// A conflict and where it is met first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangedConflict {
    /// The marketplace whose rules change.
    pub one: String,
    /// The other marketplace.
    pub other: String,
    /// A category in which both hold; `None` where they hold for all.
    pub category: Option<CategoryPath>,
    /// The place that pictures compete for.
    pub role: Role,
    /// The rules that contradict each other.
    pub conflict: ScopeConflict,
}

/// What becomes of the conflicts of some rules between two versions of the packs, on a day.
pub fn conflict_changes(old: &PackSet, new: &PackSet, rules: &[RuleId], date: Date, catalog: &SignalCatalog) -> ConflictChanges {
    let of = |packs| Conflicts::new(packs, catalog).of_rules(rules, date);
    let (before, after) = (of(old), of(new));
    let only = |these: &ByRules, others: &ByRules| {
        these.iter().filter(|(rules, _)| !others.contains_key(*rules)).map(|(_, conflict)| conflict.clone()).collect()
    };
    ConflictChanges { begins: only(&after, &before), ends: only(&before, &after) }
}

/// Conflicts by the two marketplaces and all rules that take part.
type ByRules = BTreeMap<(String, String, Vec<RuleId>), ChangedConflict>;

impl Conflicts<'_> {
    /// The conflicts that some rules take part in, wherever they hold.
    fn of_rules(&self, rules: &[RuleId], date: Date) -> ByRules {
        let mut found = ByRules::new();
        for (one, category, role) in self.places_of(rules) {
            let market = Market { marketplace: one.clone(), region: None };
            let asked = Asked { one: Some(market), other: None, category: category.as_ref().map(|path| path.as_str().into()), role, date };
            for with in self.among(&asked).0 {
                for conflict in with.conflicts {
                    let part: Vec<RuleId> = conflict.one.iter().chain(&conflict.other).map(|rule| rule.rule.clone()).collect();
                    if part.iter().any(|rule| rules.contains(rule)) {
                        let other = with.other.marketplace.clone();
                        let changed =
                            ChangedConflict { one: one.clone(), other: other.clone(), category: category.clone(), role, conflict };
                        found.entry((one.clone(), other, part)).or_insert(changed);
                    }
                }
            }
        }
        found
    }

    /// Where rules can meet rules of other marketplaces that look at the same: marketplace, category and role.
    fn places_of(&self, rules: &[RuleId]) -> BTreeSet<(String, Option<CategoryPath>, Role)> {
        let mut places = BTreeSet::new();
        for (pack, located) in rules.iter().filter_map(|rule| self.packs.rule(rule.as_str())) {
            let Some(own) = self.checked.get(&located.rule.id) else { continue };
            let elsewhere = self.packs.rules().filter(|(other, _)| other.marketplace != pack.marketplace);
            let same = elsewhere
                .filter(|(_, other)| self.checked.get(&other.rule.id).is_some_and(|checked| !checked.signals.is_disjoint(&own.signals)));
            let theirs = same.flat_map(|(_, other)| &other.rule.categories);
            let mut categories: BTreeSet<Option<&CategoryPath>> = located.rule.categories.iter().chain(theirs).map(Some).collect();
            categories.insert(None);
            categories.retain(|category| located.rule.holds_for_category(*category));
            for role in &located.rule.roles {
                places.extend(categories.iter().map(|category| (pack.marketplace.clone(), category.cloned(), *role)));
            }
        }
        places
    }
}
