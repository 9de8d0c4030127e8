//! Which signals a rule reads.

use vitrine_engine::{Enforcement, SignalCatalog, SignalName};

use crate::check::check_rule;
use crate::pack::PackSet;
use crate::resolve::scoped;

/// The signals that a rule's condition reads, by name; empty for a rule that is not there or cannot be read.
pub fn signals_of(packs: &PackSet, rule: &str, catalog: &SignalCatalog) -> Vec<SignalName> {
    let Some((pack, located)) = packs.rule(rule) else { return Vec::new() };
    let rule = scoped(pack, located, located.rule.grade.enforcement().unwrap_or(Enforcement::Warn));
    let (checked, _) = check_rule(&rule, catalog);
    let mut names: Vec<SignalName> =
        checked.iter().flat_map(|checked| &checked.signals).map(|id| catalog.entry(*id).spec.name.clone()).collect();
    names.sort();
    names
}
