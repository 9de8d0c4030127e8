//! Actions and verdicts: what rules ask for, what becomes of a candidate, and why.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{RuleId, SignalName};
use crate::signal::{Region, Value};

/// What a rule asks for when it speaks against a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Must not be shown in this role.
    Suppress,
    /// A person has to look.
    Review,
    /// Points off its score; one point is a hundredth of the whole quality scale.
    Demote(f64),
    /// Only marked.
    Tag(Arc<str>),
}

/// What becomes of a candidate in a role. Ordered by precedence: the strongest action of any enforced rule wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing stands against it.
    Accept,
    /// Shown, with points off.
    Demote,
    /// Waits for a person.
    Review,
    /// Not shown.
    Suppress,
}

/// How bad a broken rule is, by its source's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The marketplace demands it.
    Must,
    /// The marketplace recommends it.
    Should,
}

/// Whether a rule acts or only says that it would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Enforcement {
    /// Its action takes effect.
    Enforce,
    /// Reported, without effect: the evidence for the rule is second-hand.
    Warn,
}

/// One rule that spoke against a picture, with what it rested on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// The rule.
    pub rule: RuleId,
    /// Hash of the rule's content, so that a reason can be traced to the exact text.
    pub rule_version: Arc<str>,
    /// What it asks for.
    pub action: Action,
    /// How bad.
    pub severity: Severity,
    /// Whether the action took effect.
    pub enforcement: Enforcement,
    /// Stable code for machines, `non_white_background`.
    pub reason_code: Arc<str>,
    /// The reason in the language asked for, with value and limit in it.
    pub message: String,
    /// The signal that decided; `None` when the rule rests on several and none alone decided.
    pub signal: Option<SignalName>,
    /// What was measured; `None` when it was missing and the rule treats that as a fault.
    pub value: Option<Value>,
    /// What the rule allows.
    pub limit: Option<Value>,
    /// Unit of value and limit.
    pub unit: Option<Arc<str>>,
    /// Where in the picture.
    pub region: Option<Region>,
}

/// A rule that could not speak because a signal it needs is missing for this picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undetermined {
    /// The rule.
    pub rule: RuleId,
    /// The signals it lacked.
    pub missing: Vec<SignalName>,
}

/// The whole judgement of one picture in one role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The strongest enforced action.
    pub decision: Decision,
    /// Sum of points off, of enforced rules, >= 0.
    pub points: f64,
    /// The rule set's own ranking score 0..1; `None` when it has none or its signals are missing.
    pub quality: Option<f64>,
    /// Tags set by enforced rules, sorted, without repeats.
    pub tags: Vec<Arc<str>>,
    /// Rules that spoke: those that act before those that only warn, the strongest action first, then by id.
    pub firings: Vec<Firing>,
    /// Rules that lacked a signal of this picture and ignore that.
    pub undetermined: Vec<Undetermined>,
    /// Rules in force whose signals nobody can measure yet; a property of the rule set, the same for every picture.
    pub not_measurable: Arc<[RuleId]>,
}

impl Verdict {
    /// The verdict as if these rules had not spoken; gives those of them that had, in the order of their strength.
    pub fn ignore(&mut self, rules: &[RuleId]) -> Vec<RuleId> {
        let is_ignored = |firing: &Firing| rules.contains(&firing.rule);
        let ignored: Vec<RuleId> = self.firings.iter().filter(|firing| is_ignored(firing)).map(|firing| firing.rule.clone()).collect();
        if ignored.is_empty() {
            return ignored;
        }
        self.firings.retain(|firing| !is_ignored(firing));
        (self.decision, self.points, self.tags) = effect_of(&self.firings);
        ignored
    }
}

/// What firings add up to: the strongest action of enforced ones, their points, their tags.
pub fn effect_of(firings: &[Firing]) -> (Decision, f64, Vec<Arc<str>>) {
    let (mut decision, mut points, mut tags) = (Decision::Accept, 0.0, Vec::new());
    for firing in firings.iter().filter(|firing| firing.enforcement == Enforcement::Enforce) {
        match &firing.action {
            Action::Suppress => decision = decision.max(Decision::Suppress),
            Action::Review => decision = decision.max(Decision::Review),
            Action::Demote(off) => {
                decision = decision.max(Decision::Demote);
                points += off;
            }
            Action::Tag(tag) => tags.push(Arc::clone(tag)),
        }
    }
    tags.sort();
    tags.dedup();
    (decision, points, tags)
}

#[cfg(test)]
mod tests {
    use super::Decision::*;

    #[test]
    fn precedence_is_the_order() {
        assert!(Accept < Demote && Demote < Review && Review < Suppress);
    }
}
