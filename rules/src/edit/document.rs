//! A rule as one JSON document, with the keys that packs write: what an edit adds, and what it takes out.

use serde_json::{Map, Value as Json};

use super::field::{Field, KEYS, as_json, params_json};
use crate::pack::Pack;
use crate::rule::{IfMissing, Rule};
use crate::scope::Role;

/// The document of a rule: what the pack says for all its rules, and what is not set, is left out. `pack` names the pack.
pub(super) fn document(pack: &Pack, rule: &Rule) -> Json {
    let mut fields = Map::new();
    let mut set = |key: &str, value: Json| {
        let unset = value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
        if !unset {
            fields.insert(key.to_owned(), value);
        }
    };
    set("pack", pack.id.as_str().into());
    set("id", rule.id.as_str().into());
    set("title", rule.title.as_str().into());
    set("category", as_json(&rule.categories));
    set("except", as_json(&rule.except));
    if rule.roles != Role::ALL {
        set("roles", as_json(&rule.roles));
    }
    set(rule.condition.key(), rule.condition.text().into());
    set("params", params_json(&rule.params).into());
    if rule.if_missing != IfMissing::default() {
        set("if_missing", as_json(&rule.if_missing));
    }
    set("severity", as_json(&rule.severity));
    set("action", as_json(&rule.action));
    set("reason_code", rule.reason_code.as_str().into());
    set("message", as_json(&rule.message));
    set("effective_from", as_json(&rule.effective_from));
    set("effective_to", as_json(&rule.effective_to));
    set("source", rule.source.as_str().into());
    set("checked", as_json(&rule.checked));
    set("grade", as_json(&rule.grade));
    if rule.owner != pack.owner {
        set("owner", rule.owner.as_str().into());
    }
    set("supersedes", as_json(&rule.supersedes));
    // An empty list of its own is not the pack's list.
    if rule.regions != pack.regions {
        fields.insert("regions".to_owned(), as_json(&rule.regions));
    }
    Json::Object(fields)
}

/// What is wrong with a document.
pub(super) struct WrongDocument {
    pub(super) field: String,
    pub(super) help: String,
}

/// The keys of a rule with their values, in the order in which packs write them.
pub(super) type Parts = Vec<(&'static str, Json)>;

/// A document taken apart: the pack's name, and the rule's keys in the order in which packs write them, each value canonical. The
/// names of a rule's JSON form (`condition`, `categories`) are taken as well.
pub(super) fn take_apart(rule: &str, document: &Json) -> Result<(String, Parts), WrongDocument> {
    let wrong = |field: &str, help: &str| WrongDocument { field: field.to_owned(), help: help.to_owned() };
    let given = document.as_object().ok_or_else(|| wrong("", Field::Whole.expected()))?;
    let pack = given.get("pack").and_then(Json::as_str).ok_or_else(|| wrong("pack", "name the pack that takes the rule"))?;
    let mut fields = Map::new();
    for (key, value) in given {
        match (key.as_str(), value) {
            ("pack", _) => {}
            ("id", id) if id.as_str() == Some(rule) => {}
            ("id", _) => return Err(wrong("id", "the document's `id` and the rule that the edit names have to be the same")),
            (_, Json::Null) => {}
            ("condition", Json::Object(parts)) => fields.extend(parts.clone()),
            ("categories", value) => drop(fields.insert("category".into(), value.clone())),
            (_, value) => drop(fields.insert(key.clone(), value.clone())),
        }
    }
    fields.insert("id".into(), rule.into());
    let mut parts = Vec::new();
    for key in KEYS {
        let Some(value) = fields.remove(key) else { continue };
        let value = canonical(key, &value).map_err(|field| {
            let expected = Field::named(&field).map_or("a value as packs write it", |field| field.expected());
            WrongDocument { field, help: format!("expected {expected}") }
        })?;
        let empty = value.is_null()
            || (key != "regions" && value.as_array().is_some_and(Vec::is_empty))
            || value.as_object().is_some_and(Map::is_empty);
        if !empty {
            parts.push((key, value));
        }
    }
    match fields.keys().next() {
        Some(key) => Err(wrong(key, "rules have no such field")),
        None => Ok((pack.to_owned(), parts)),
    }
}

/// The canonical value of a key; the name of the field that cannot be so where it has none.
fn canonical(key: &str, value: &Json) -> Result<Json, String> {
    let each = |prefix: &str| -> Result<Json, String> {
        let parts = value.as_object().ok_or_else(|| prefix.to_owned())?;
        let mut all = Map::new();
        for (name, value) in parts {
            let path = format!("{prefix}.{name}");
            let value = Field::named(&path).and_then(|field| field.canonical(value)).ok_or(path)?;
            all.insert(name.clone(), value);
        }
        Ok(Json::Object(all))
    };
    let field = match key {
        "params" | "message" => return each(key),
        "require" | "when" => Some(Field::Condition),
        "id" => return Ok(value.clone()),
        _ => Field::named(key),
    };
    field.and_then(|field| field.canonical(value)).ok_or_else(|| key.to_owned())
}
