//! A fitted condition as people write and read it: the expression, its settings, the sentence, the rule.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value as Json, json};
use vitrine_engine::{Action, RuleId, Severity, SignalCatalog};

use super::Candidate;
use super::fit::{Atom, Demand};
use crate::edit::Edit;
use crate::explain::sentence_of;
use crate::pack::{LocatedRule, Pack, Places};
use crate::rule::{Condition, Grade, IfMissing, Param, ParamValue, Rule};
use crate::scope::Role;
use crate::sentence;
use crate::source::locate::TextPlace;

/// A condition and its settings.
pub(super) struct Written {
    pub(super) condition: String,
    pub(super) params: BTreeMap<String, Param>,
}

pub(super) fn write(demand: &Demand, catalog: &SignalCatalog) -> Written {
    let mut params = BTreeMap::new();
    let parts: Vec<String> = demand.atoms().into_iter().map(|atom| write_atom(atom, catalog, &mut params)).collect();
    let joint = if matches!(demand, Demand::Either(..)) { " || " } else { " && " };
    Written { condition: parts.join(joint), params }
}

fn write_atom(atom: &Atom, catalog: &SignalCatalog, params: &mut BTreeMap<String, Param>) -> String {
    let spec = &catalog.entry(atom.signal()).spec;
    let name = spec.name.as_str();
    let mut limit = |prefix: &str, word: &str, limit: f64| {
        let setting = free_name(&format!("{prefix}_{name}"), catalog);
        let param = Param {
            value: ParamValue::Number(limit),
            unit: spec.unit.as_deref().map(str::to_owned),
            range: spec.range,
            title: Some(format!("{word} {}", sentence::name(spec))),
        };
        params.insert(setting.clone(), param);
        setting
    };
    match atom {
        Atom::AtLeast(_, value) => format!("{name} >= {}", limit("min", "Lowest", *value)),
        Atom::AtMost(_, value) => format!("{name} <= {}", limit("max", "Highest", *value)),
        Atom::Flag(_, true) => name.to_owned(),
        Atom::Flag(_, false) => format!("!{name}"),
        Atom::Text(_, text, true) => format!("{name} == \"{text}\""),
        Atom::Text(_, text, false) => format!("{name} != \"{text}\""),
    }
}

/// A setting may not have the name of a signal.
fn free_name(name: &str, catalog: &SignalCatalog) -> String {
    let mut free = name.to_owned();
    while catalog.find(&free).is_some() {
        free.push_str("_limit");
    }
    free
}

pub(super) fn sentence(written: &Written, catalog: &SignalCatalog) -> String {
    let rule = Rule {
        id: RuleId::new("candidate"),
        title: String::new(),
        categories: Vec::new(),
        except: Vec::new(),
        roles: Role::ALL.to_vec(),
        regions: Vec::new(),
        condition: Condition::Require(written.condition.clone()),
        params: written.params.clone(),
        if_missing: IfMissing::Ignore,
        severity: Severity::Should,
        action: Action::Review,
        reason_code: String::new(),
        message: BTreeMap::new(),
        effective_from: None,
        effective_to: None,
        source: String::new(),
        checked: Date::ZERO,
        grade: Grade::P,
        owner: String::new(),
        supersedes: Vec::new(),
    };
    let at = crate::diagnostic::Position { line: 1, column: 1 };
    let located = LocatedRule { rule, places: Places { rule: at, expression: TextPlace::starting(at), fields: BTreeMap::new() } };
    let pack = Pack {
        id: String::new(),
        title: String::new(),
        marketplace: String::new(),
        regions: Vec::new(),
        owner: String::new(),
        ranking: None,
        rules: Vec::new(),
        file: String::new(),
    };
    sentence_of(&pack, &located, catalog)
}

pub(super) fn edit(candidate: &Candidate, rule: RuleId, pack: &str, checked: Date) -> Edit {
    let value = document(candidate, rule.as_str(), pack, checked);
    Edit { rule, field: String::new(), was: Json::Null, value }
}

fn document(candidate: &Candidate, id: &str, pack: &str, checked: Date) -> Json {
    let atoms = candidate.demand.atoms();
    let named = |atom: &&Atom| {
        let name = sentence::name(&candidate.catalog.entry(atom.signal()).spec);
        match atom {
            Atom::AtLeast(..) => format!("lowest {name}"),
            Atom::AtMost(..) => format!("highest {name}"),
            Atom::Flag(_, wanted) => format!("{name}: {}", if *wanted { "yes" } else { "no" }),
            Atom::Text(_, text, true) => format!("{name}: {text}"),
            Atom::Text(_, text, false) => format!("{name}: not {text}"),
        }
    };
    let joint = if matches!(candidate.demand, Demand::Either(..)) { "or" } else { "and" };
    let title = sentence::list(&atoms.iter().map(named).collect::<Vec<_>>(), joint);
    let mut letters = title.chars();
    let title: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    let (good, bad) = (candidate.on_examples.fp + candidate.on_examples.tn, candidate.on_examples.tp + candidate.on_examples.fn_);
    let signal = |atom: &&Atom| sentence::name(&candidate.catalog.entry(atom.signal()).spec);
    let about = sentence::list(&atoms.iter().map(signal).collect::<Vec<_>>(), "and");
    let both = atoms.iter().map(signal).collect::<Vec<_>>().join(", ");
    json!({
        "pack": pack,
        "id": id,
        "title": title,
        "require": candidate.condition,
        "params": candidate.params,
        "if_missing": "ignore",
        "severity": "should",
        "action": "review",
        "reason_code": "like_bad_examples",
        "message": {
            "en": format!("The picture is like those that were marked bad ({about}): measured {{value}} {{unit}}, limit {{limit}} {{unit}}."),
            "de": format!("Das Bild gleicht denen, die als schlecht markiert wurden ({both}): gemessen {{value}} {{unit}}, Grenze {{limit}} {{unit}}."),
        },
        "source": format!("Learned from {good} good and {bad} bad pictures"),
        "checked": checked.to_string(),
        "grade": "P",
    })
}
