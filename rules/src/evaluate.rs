//! Signals in, verdict out: total, and the same for the same signals on any machine.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use vitrine_engine::{Action, Enforcement, Evaluator, Firing, RuleSetVersion, SignalName, SignalSet, Undetermined, Verdict, effect_of};

use crate::compile::{CompiledRule, CompiledRuleSet};
use crate::decide::{Decided, decide};
use crate::expression::CheckedCondition;
use crate::message::{Fill, not_judged};
use crate::rule::IfMissing;
use crate::tree::Row;

impl Evaluator for CompiledRuleSet {
    fn version(&self) -> &RuleSetVersion {
        self.rule_set.version()
    }

    fn needs(&self) -> &[SignalName] {
        &self.needs
    }

    fn still_needed(&self, signals: &SignalSet, pending: &BTreeSet<SignalName>) -> BTreeSet<SignalName> {
        self.open_signals(&self.in_own_catalog(signals), pending).unwrap_or_default()
    }

    fn evaluate(&self, signals: &SignalSet, language: &str) -> Verdict {
        self.judge(&self.in_own_catalog(signals), language)
    }
}

impl CompiledRuleSet {
    /// Ids mean something in their own catalogue only.
    fn in_own_catalog<'a>(&self, signals: &'a SignalSet) -> Cow<'a, SignalSet> {
        if Arc::ptr_eq(signals.catalog(), &self.catalog) { Cow::Borrowed(signals) } else { Cow::Owned(signals.for_catalog(&self.catalog)) }
    }

    /// The pending signals of rules that are open without them, and of the ranking; `None` once the picture is suppressed for certain.
    fn open_signals(&self, signals: &SignalSet, pending: &BTreeSet<SignalName>) -> Option<BTreeSet<SignalName>> {
        let mut open = BTreeSet::new();
        for rule in &self.rules {
            let enforced = rule.enforcement == Enforcement::Enforce;
            match rule.judge(signals) {
                Judgement::Fires if enforced && rule.action == Action::Suppress => return None,
                Judgement::Open => {
                    let awaited: Vec<SignalName> = self.missing(rule, signals).into_iter().filter(|name| pending.contains(name)).collect();
                    if awaited.is_empty() && enforced && rule.if_missing == IfMissing::Reject {
                        return None;
                    }
                    open.extend(awaited);
                }
                Judgement::Silent | Judgement::Fires => {}
            }
        }
        if let Some(ranking) = &self.ranking {
            let mut read = BTreeSet::new();
            ranking.formula.signals(&mut read);
            let absent = read.into_iter().filter(|id| signals.at(*id).is_none()).map(|id| &self.catalog.entry(id).spec.name);
            open.extend(absent.filter(|name| pending.contains(*name)).cloned());
        }
        Some(open)
    }

    fn judge(&self, signals: &SignalSet, language: &str) -> Verdict {
        let (mut firings, mut undetermined) = (Vec::new(), Vec::new());
        for rule in &self.rules {
            match rule.judge(signals) {
                Judgement::Silent => {}
                Judgement::Fires => firings.push(rule.firing(signals, language, self)),
                Judgement::Open => match rule.if_missing {
                    IfMissing::Ignore => undetermined.push(Undetermined { rule: rule.id.clone(), missing: self.missing(rule, signals) }),
                    IfMissing::Review => firings.push(rule.faulted(Action::Review, signals, language, self)),
                    IfMissing::Reject => firings.push(rule.faulted(Action::Suppress, signals, language, self)),
                },
            }
        }
        firings.sort_by(|a, b| strength(a).cmp(&strength(b)));
        let (decision, points, tags) = effect_of(&firings);
        let quality = self.quality(signals);
        Verdict { decision, points, quality, tags, firings, undetermined, not_measurable: Arc::clone(&self.not_measurable) }
    }

    fn quality(&self, signals: &SignalSet) -> Option<f64> {
        let ranking = self.ranking.as_ref()?;
        let quality = ranking.formula.value(Row { signals, params: &ranking.params })?;
        Some(quality.clamp(0.0, 1.0))
    }

    fn missing(&self, rule: &CompiledRule, signals: &SignalSet) -> Vec<SignalName> {
        let absent = rule.checked.signals.iter().filter(|id| signals.at(**id).is_none());
        let mut missing: Vec<SignalName> = absent.map(|id| self.catalog.entry(*id).spec.name.clone()).collect();
        missing.sort();
        missing
    }
}

/// What a rule has to say of a picture.
enum Judgement {
    Silent,
    Fires,
    Open,
}

impl CompiledRule {
    fn judge(&self, signals: &SignalSet) -> Judgement {
        let row = Row { signals, params: &self.checked.params };
        let truth = match &self.checked.condition {
            CheckedCondition::Tree(tree) => tree.truth(row),
            CheckedCondition::Script(script) => script.truth(row),
        };
        match truth {
            Some(truth) if truth == self.fires_on => Judgement::Fires,
            Some(_) => Judgement::Silent,
            None => Judgement::Open,
        }
    }

    fn firing(&self, signals: &SignalSet, language: &str, set: &CompiledRuleSet) -> Firing {
        let row = Row { signals, params: &self.checked.params };
        let decided = match self.checked.condition.tree() {
            Some(tree) => decide(self, tree, row, &set.catalog),
            None => Decided::default(),
        };
        let fill = Fill {
            value: decided.value.as_ref(),
            limit: decided.limit.as_ref(),
            unit: decided.unit.as_deref(),
            params: &self.checked.params,
            signals,
        };
        let message = self.template(language).map(|template| template.fill(&fill)).unwrap_or_default();
        self.reason(self.action.clone(), message, decided)
    }

    /// The rule could not be judged, and that is a fault by its own word.
    fn faulted(&self, action: Action, signals: &SignalSet, language: &str, set: &CompiledRuleSet) -> Firing {
        let missing = set.missing(self, signals);
        let names: Vec<&str> = missing.iter().map(SignalName::as_str).collect();
        let message = not_judged(language, &self.title, &names);
        let decided = match missing.as_slice() {
            [only] => Decided { signal: Some(only.clone()), ..Decided::default() },
            _ => Decided::default(),
        };
        self.reason(action, message, decided)
    }

    fn reason(&self, action: Action, message: String, decided: Decided) -> Firing {
        let Decided { signal, value, limit, unit, region } = decided;
        Firing {
            rule: self.id.clone(),
            rule_version: Arc::clone(&self.version),
            action,
            severity: self.severity,
            enforcement: self.enforcement,
            reason_code: Arc::clone(&self.reason_code),
            message,
            signal,
            value,
            limit,
            unit,
            region,
        }
    }

    /// The template of a language, of its main language (`de` for `de-AT`), or English.
    fn template(&self, language: &str) -> Option<&crate::message::Template> {
        let messages = &self.checked.messages;
        let main = || language.split(['-', '_']).next().and_then(|main| messages.get(main));
        messages.get(language).or_else(main).or_else(|| messages.get("en"))
    }
}

/// Those that act before those that only warn, the strongest action first, then by rule.
fn strength(firing: &Firing) -> (bool, u8, &vitrine_engine::RuleId) {
    let action = match firing.action {
        Action::Suppress => 0,
        Action::Review => 1,
        Action::Demote(_) => 2,
        Action::Tag(_) => 3,
    };
    (firing.enforcement == Enforcement::Warn, action, &firing.rule)
}
