//! What changed between two versions, rule by rule, for the person who approves it. Data in, data out; a change of words is told
//! apart from one that can change a verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;
use vitrine_engine::{RuleId, RuleSetVersion};

use crate::pack::{Pack, PackSet};
use crate::resolve::{RuleSet, ScopedRule};
use crate::rule::Rule;

/// What changed between two sets of packs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PacksDiff {
    /// Changed packs, by name: what is said of the pack itself, its ranking included.
    pub packs: Vec<PackChange>,
    /// Changed rules, by id.
    pub rules: Vec<RuleChange>,
}

/// What changed between two resolved rule sets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleSetDiff {
    /// Version of the first.
    pub old_version: RuleSetVersion,
    /// Version of the second; equal versions judge every picture alike.
    pub new_version: RuleSetVersion,
    /// Changed rules, by id. A rule that is superseded in one of the two counts as absent there.
    pub rules: Vec<RuleChange>,
    /// What changed in the ranking.
    pub ranking: Vec<FieldChange>,
}

/// One changed pack.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackChange {
    /// The pack.
    pub pack: String,
    /// Its title, the new one if it has changed.
    pub title: String,
    /// What became of it.
    pub kind: ChangeKind,
    /// Its changed fields, by name; empty for a pack that came or went whole.
    pub fields: Vec<FieldChange>,
}

/// One changed rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleChange {
    /// The rule.
    pub rule: RuleId,
    /// The pack it stands in, the new one if it has moved.
    pub pack: String,
    /// Its title, the new one if it has changed.
    pub title: String,
    /// What became of it.
    pub kind: ChangeKind,
    /// The strongest effect of its changes.
    pub effect: Effect,
    /// Its changed fields, by name; empty for a rule that came or went whole.
    pub fields: Vec<FieldChange>,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the second version has it.
    Added,
    /// Only the first version has it.
    Removed,
    /// Both have it, differently.
    Changed,
}

/// What a change can do. Ordered, the strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Other words or another source; the same verdicts.
    Words,
    /// The rule holds elsewhere, at other times, or no longer acts the same way.
    Scope,
    /// Pictures can be judged differently.
    Verdict,
}

/// One changed field; `None` where it is not set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// Its name as in the pack: `action`, `params.min_px.value`, `message.de`.
    pub field: String,
    /// The old value.
    pub old: Option<Json>,
    /// The new value.
    pub new: Option<Json>,
    /// What the change can do.
    pub effect: Effect,
}

/// Compares two sets of packs. A rule keeps its identity by its id, even when it moves to another pack.
pub fn diff(old: &PackSet, new: &PackSet) -> PacksDiff {
    PacksDiff { packs: pack_changes(old, new), rules: rule_changes(&pack_rules(old), &pack_rules(new)) }
}

/// Compares two resolved rule sets.
pub fn diff_rule_sets(old: &RuleSet, new: &RuleSet) -> RuleSetDiff {
    let ranking = |set: &RuleSet| set.ranking().map(|scoped| flat(&scoped.ranking)).unwrap_or_default();
    RuleSetDiff {
        old_version: old.version().clone(),
        new_version: new.version().clone(),
        rules: rule_changes(&scoped_rules(old), &scoped_rules(new)),
        ranking: field_changes(&ranking(old), &ranking(new)),
    }
}

impl PacksDiff {
    /// Whether nothing changed at all.
    pub fn is_empty(&self) -> bool {
        self.packs.is_empty() && self.rules.is_empty()
    }
}

impl RuleSetDiff {
    /// Whether nothing changed at all.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.ranking.is_empty()
    }
}

impl fmt::Display for PacksDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing changed\n");
        }
        for change in &self.packs {
            writeln!(f, "{} pack {}: {}", sign(change.kind), change.pack, change.title)?;
            write_fields(f, &change.fields)?;
        }
        write_rules(f, &self.rules)
    }
}

impl fmt::Display for RuleSetDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "rule set {} -> {}", self.old_version, self.new_version)?;
        if self.is_empty() {
            return f.write_str("nothing changed\n");
        }
        if !self.ranking.is_empty() {
            writeln!(f, "~ ranking")?;
            write_fields(f, &self.ranking)?;
        }
        write_rules(f, &self.rules)
    }
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<Json>| value.as_ref().map_or_else(|| "(not set)".into(), shown);
        write!(f, "{}: {} -> {}", self.field, shown(&self.old), shown(&self.new))
    }
}

fn write_rules(f: &mut fmt::Formatter<'_>, rules: &[RuleChange]) -> fmt::Result {
    for change in rules {
        let effect = match (change.kind, change.effect) {
            (ChangeKind::Added | ChangeKind::Removed, _) => "",
            (_, Effect::Verdict) => " (judges pictures differently)",
            (_, Effect::Scope) => " (holds elsewhere, at other times, or with another force)",
            (_, Effect::Words) => " (words only)",
        };
        writeln!(f, "{} {}: {}{effect}", sign(change.kind), change.rule, change.title)?;
        write_fields(f, &change.fields)?;
    }
    let count = |kind| rules.iter().filter(|change| change.kind == kind).count();
    let (added, removed, changed) = (count(ChangeKind::Added), count(ChangeKind::Removed), count(ChangeKind::Changed));
    writeln!(f, "rules: {added} added, {removed} removed, {changed} changed")
}

fn write_fields(f: &mut fmt::Formatter<'_>, fields: &[FieldChange]) -> fmt::Result {
    fields.iter().try_for_each(|field| writeln!(f, "    {field}"))
}

fn sign(kind: ChangeKind) -> char {
    match kind {
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        ChangeKind::Changed => '~',
    }
}

/// A value as a person wrote it: numbers without a needless `.0`, lists with commas.
fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => format!("`{text}`"),
        Json::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()),
        Json::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Json::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {}", shown(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Json::Bool(_) | Json::Null => value.to_string(),
    }
}

/// Field names and values; what is not set is absent.
type Fields = BTreeMap<String, Json>;

/// A rule as it is compared.
struct Compared<'a> {
    title: &'a str,
    pack: &'a str,
    fields: Fields,
}

fn pack_rules(set: &PackSet) -> BTreeMap<&RuleId, Compared<'_>> {
    set.rules()
        .map(|(pack, located)| {
            let rule = &located.rule;
            let fields = rule_fields(rule, &pack.id, [("marketplace", Json::from(pack.marketplace.as_str()))]);
            (&rule.id, Compared { title: &rule.title, pack: &pack.id, fields })
        })
        .collect()
}

fn scoped_rules(set: &RuleSet) -> BTreeMap<&RuleId, Compared<'_>> {
    let compared = |scoped: &'_ ScopedRule, force: Json| rule_fields(&scoped.rule, &scoped.pack, [("force", force)]);
    let in_force = set.rules().iter().map(|scoped| (scoped, serde_json::to_value(scoped.enforcement).unwrap_or_default()));
    let disabled = set.disabled().iter().map(|scoped| (scoped, Json::from("disabled")));
    in_force
        .chain(disabled)
        .map(|(scoped, force)| {
            (&scoped.rule.id, Compared { title: &scoped.rule.title, pack: &scoped.pack, fields: compared(scoped, force) })
        })
        .collect()
}

fn rule_fields<const N: usize>(rule: &Rule, pack: &str, extra: [(&str, Json); N]) -> Fields {
    let mut fields = flat(rule);
    fields.remove("id");
    fields.insert("pack".into(), pack.into());
    fields.extend(extra.into_iter().map(|(name, value)| (name.to_owned(), value)));
    fields
}

fn rule_changes(old: &BTreeMap<&RuleId, Compared<'_>>, new: &BTreeMap<&RuleId, Compared<'_>>) -> Vec<RuleChange> {
    let ids: BTreeSet<&RuleId> = old.keys().chain(new.keys()).copied().collect();
    ids.into_iter()
        .filter_map(|id| {
            let (kind, fields, shown) = match (old.get(id), new.get(id)) {
                (Some(old), None) => (ChangeKind::Removed, Vec::new(), old),
                (None, Some(new)) => (ChangeKind::Added, Vec::new(), new),
                (Some(old), Some(new)) => (ChangeKind::Changed, field_changes(&old.fields, &new.fields), new),
                (None, None) => return None,
            };
            let effect = match kind {
                ChangeKind::Changed => fields.iter().map(|field| field.effect).max()?,
                ChangeKind::Added | ChangeKind::Removed => Effect::Verdict,
            };
            Some(RuleChange { rule: id.clone(), pack: shown.pack.into(), title: shown.title.into(), kind, effect, fields })
        })
        .collect()
}

fn pack_changes(old: &PackSet, new: &PackSet) -> Vec<PackChange> {
    let by_id = |set: &'_ PackSet| -> BTreeMap<String, (String, Fields)> {
        set.packs().iter().map(|pack| (pack.id.clone(), (pack.title.clone(), pack_fields(pack)))).collect()
    };
    let (old, new) = (by_id(old), by_id(new));
    let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    ids.into_iter()
        .filter_map(|id| {
            let (kind, title, fields) = match (old.get(id), new.get(id)) {
                (Some((title, _)), None) => (ChangeKind::Removed, title, Vec::new()),
                (None, Some((title, _))) => (ChangeKind::Added, title, Vec::new()),
                (Some((_, old)), Some((title, new))) => (ChangeKind::Changed, title, field_changes(old, new)),
                (None, None) => return None,
            };
            let changed = kind != ChangeKind::Changed || !fields.is_empty();
            changed.then(|| PackChange { pack: id.clone(), title: title.clone(), kind, fields })
        })
        .collect()
}

fn pack_fields(pack: &Pack) -> Fields {
    let mut fields: Fields = [("title", &pack.title), ("marketplace", &pack.marketplace), ("owner", &pack.owner)]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Json::from(value.as_str())))
        .collect();
    if !pack.regions.is_empty() {
        fields.insert("regions".into(), pack.regions.clone().into());
    }
    let ranking = pack.ranking.as_ref().map(|located| flat(&located.ranking)).unwrap_or_default();
    fields.extend(ranking.into_iter().map(|(name, value)| (format!("ranking.{name}"), value)));
    fields
}

fn field_changes(old: &Fields, new: &Fields) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| FieldChange { field: name.clone(), old: old.get(name).cloned(), new: new.get(name).cloned(), effect: effect_of(name) })
        .collect()
}

/// What a change of a field can do. A field that is not named here is taken for one that changes verdicts: the careful side.
fn effect_of(field: &str) -> Effect {
    let (head, last) = (field.split('.').next().unwrap_or(field), field.rsplit('.').next().unwrap_or(field));
    match head {
        "title" | "message" | "source" | "checked" | "owner" | "pack" => Effect::Words,
        "params" if last == "title" || last == "range" => Effect::Words,
        "ranking" if last == "title" || last == "range" => Effect::Words,
        "categories" | "except" | "roles" | "regions" | "effective_from" | "effective_to" | "grade" | "supersedes" | "marketplace"
        | "force" => Effect::Scope,
        _ => Effect::Verdict,
    }
}

/// The fields of a plain value. `params`, `message` and the condition are taken apart, down to the single setting; actions and
/// lists are compared whole.
fn flat(value: &impl Serialize) -> Fields {
    let mut fields = Fields::new();
    // Plain data without keys other than text always has a JSON form.
    let value = serde_json::to_value(value).unwrap_or_default();
    for (name, value) in value.as_object().into_iter().flatten() {
        match name.as_str() {
            "condition" => flatten("", value, &mut fields),
            "params" | "message" => flatten(name, value, &mut fields),
            _ => flatten_leaf(name, value, &mut fields),
        }
    }
    fields
}

fn flatten(path: &str, value: &Json, fields: &mut Fields) {
    match value {
        Json::Object(inner) => {
            for (name, value) in inner {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, value, fields);
            }
        }
        _ => flatten_leaf(path, value, fields),
    }
}

fn flatten_leaf(path: &str, value: &Json, fields: &mut Fields) {
    let unset = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    if !unset {
        fields.insert(path.to_owned(), value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::{PackSource, parse};

    const PACK: &str = "
pack: p
title: P
marketplace: m
owner: o
rules:
  - id: p.size
    title: Large enough
    require: long_side_px >= min_px
    params:
      min_px: { value: 500, unit: px, range: [100, 1000], title: Smallest side }
    severity: must
    action: suppress
    reason_code: image_too_small
    message: { en: too small }
    source: a page
    checked: 2026-11-21
    grade: P
";

    fn packs(text: &str) -> PackSet {
        let (set, findings) = parse(&[PackSource { name: "p.yaml".into(), text: text.into() }]);
        assert_eq!(findings, []);
        set
    }

    fn change(edit: impl Fn(&str) -> String) -> PacksDiff {
        diff(&packs(PACK), &packs(&edit(PACK)))
    }

    #[test]
    fn nothing_differs_from_itself() {
        let same = change(str::to_owned);
        assert!(same.is_empty());
        assert_eq!(same.to_string(), "nothing changed\n");
    }

    #[test]
    fn a_threshold_is_named_with_both_values() {
        let text = change(|text| text.replace("value: 500", "value: 600")).to_string();
        assert_eq!(
            text,
            "~ p.size: Large enough (judges pictures differently)\n    params.min_px.value: 500 -> 600\nrules: 0 added, 0 removed, 1 changed\n"
        );
    }

    #[test]
    fn words_scope_and_verdict_are_told_apart() {
        let effect = |old: &str, new: &str| change(|text| text.replace(old, new)).rules.first().map(|change| change.effect);
        assert_eq!(effect("too small", "much too small"), Some(Effect::Words));
        assert_eq!(effect("title: Smallest side", "title: Least side"), Some(Effect::Words));
        assert_eq!(effect("grade: P", "grade: S"), Some(Effect::Scope));
        assert_eq!(effect("severity: must", "roles: [main]\n    severity: must"), Some(Effect::Scope));
        assert_eq!(effect("action: suppress", "action: { demote: 15 }"), Some(Effect::Verdict));
        assert_eq!(effect(">= min_px", "> min_px"), Some(Effect::Verdict));
        assert_eq!(effect("marketplace: m", "marketplace: n"), Some(Effect::Scope));
    }

    #[test]
    fn added_and_removed_mirror_each_other() {
        let two = format!("{PACK}{}", PACK.split_once("rules:\n").unwrap().1.replace("p.size", "p.other"));
        let forth = diff(&packs(PACK), &packs(&two));
        let back = diff(&packs(&two), &packs(PACK));
        assert_eq!((forth.rules.len(), forth.rules[0].kind), (1, ChangeKind::Added));
        assert_eq!((back.rules.len(), back.rules[0].kind), (1, ChangeKind::Removed));
        assert_eq!(forth.rules[0].rule, back.rules[0].rule);
    }
}
