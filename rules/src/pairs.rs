//! Rules held against each other: two that no picture can satisfy together are a contradiction in the policy, not in the pictures.

use std::collections::BTreeMap;

use vitrine_engine::{Action, Enforcement, RuleId, SignalCatalog};

use crate::check::CheckedRule;
use crate::diagnostic::{Diagnostic, Findings};
use crate::reach::{Aim, reach};
use crate::resolve::ScopedRule;
use crate::rule::Rule;
use crate::scope::CategoryPath;

/// Findings about pairs of rules; `together` says which pairs can be in force at once.
pub(crate) fn check_pairs(
    rules: &[(&ScopedRule, &CheckedRule)],
    catalog: &SignalCatalog,
    together: impl Fn(&ScopedRule, &ScopedRule) -> bool,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (index, (first, first_checked)) in rules.iter().enumerate() {
        for (second, second_checked) in rules.iter().skip(index + 1) {
            let (Some(left), Some(right)) = (first_checked.condition.tree(), second_checked.condition.tree()) else { continue };
            if first_checked.signals.is_disjoint(&second_checked.signals) || !together(first, second) {
                continue;
            }
            let satisfied = |scoped: &ScopedRule| !scoped.rule.condition.fires_on();
            let aims = [
                Aim { tree: left, truth: satisfied(first), params: &first_checked.params },
                Aim { tree: right, truth: satisfied(second), params: &second_checked.params },
            ];
            if let Err(unreachable) = reach(&aims, catalog) {
                let signal = unreachable.signal.map(|id| catalog.entry(id).spec.name.as_str());
                diagnostics.push(contradiction(first, second, signal));
            }
        }
    }
    diagnostics
}

fn contradiction(first: &ScopedRule, second: &ScopedRule, signal: Option<&str>) -> Diagnostic {
    let about = signal.map(|signal| format!(" on `{signal}`")).unwrap_or_default();
    let at = second.places.rule;
    let message = format!(
        "no picture can satisfy both `{}` ({}:{}:{}) and `{}`: they contradict each other{about}",
        first.rule.id, first.file, first.places.rule.line, first.places.rule.column, second.rule.id,
    );
    let help = "change a limit, narrow the scope of one, or let one supersede the other";
    let mut findings = Findings::new(&second.file, Some(second.rule.id.clone()));
    let hard = |scoped: &ScopedRule| scoped.enforcement == Enforcement::Enforce && scoped.rule.action == Action::Suppress;
    let code = "contradicting-rules";
    if hard(first) && hard(second) {
        findings.error(code, at, message, help);
    } else {
        findings.warning(code, at, message, help);
    }
    findings.into_vec().remove(0)
}

/// Whether two rules of one marketplace can be in force for one product on one day.
pub(crate) fn can_meet(first: &Rule, second: &Rule, replaced: &BTreeMap<RuleId, Vec<RuleId>>) -> bool {
    let replaces = |one: &Rule, other: &Rule| replaced.get(&one.id).is_some_and(|all| all.contains(&other.id));
    let roles = first.roles.iter().any(|role| second.roles.contains(role));
    let regions =
        first.regions.is_empty() || second.regions.is_empty() || first.regions.iter().any(|region| second.regions.contains(region));
    let ends_before = |one: &Rule, other: &Rule| one.effective_to.zip(other.effective_from).is_some_and(|(to, from)| to < from);
    roles
        && regions
        && !ends_before(first, second)
        && !ends_before(second, first)
        && !replaces(first, second)
        && !replaces(second, first)
        && categories_meet(first, second)
}

fn categories_meet(first: &Rule, second: &Rule) -> bool {
    let excluded = |category: &CategoryPath, by: &Rule| by.except.iter().any(|except| except.covers(category));
    let meets =
        |category: &CategoryPath, other: &Rule| other.categories.is_empty() || other.categories.iter().any(|own| own.covers(category));
    let within = |one: &Rule, other: &Rule| {
        one.categories.iter().any(|category| meets(category, other) && !excluded(category, other) && !excluded(category, one))
    };
    (first.categories.is_empty() && second.categories.is_empty()) || within(first, second) || within(second, first)
}
