//! Edits: single fields of rules changed in the packs' own text, with comments, layout and every other rule as they were.
//!
//! An edit names a rule, a field, the value that the person saw and the value that is to be. Fields: `condition`, `action`, `severity`,
//! `if_missing`, `title`, `category`, `except`, `roles`, `regions`, `effective_from`, `effective_to`, `source`, `checked`, `grade`,
//! `owner`, `reason_code`, `supersedes`, `message.LANG`, `params.NAME` (a whole setting), `params.NAME.value` (`.unit`, `.range`,
//! `.title`), and the empty name for the rule itself. `null` is the value of what is not written.
//!
//! Nothing that is written here can change what it was not meant to: after each edit the text is read again, and held against what it
//! said before.

mod document;
mod field;
mod finding;
mod splice;
mod write;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use vitrine_engine::RuleId;

use crate::diagnostic::nearest_help;
use crate::pack::{PackSet, PackSource};
use crate::source::locate::{Node, locate};
pub use finding::{FieldFinding, field_findings};

use field::{Field, KEYS, PARAM_KEYS, plain_numbers};
use splice::Text;

/// One change of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The rule.
    pub rule: RuleId,
    /// The field; empty for the rule itself.
    pub field: String,
    /// The value that the person saw; `null` where nothing was written.
    #[serde(default)]
    pub was: Json,
    /// The value that is to be; `null` takes it out. For a rule itself: its document with the keys of a pack, and `pack`.
    #[serde(default)]
    pub value: Json,
}

/// Why an edit cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditRefusal {
    /// The rule.
    pub rule: RuleId,
    /// The field.
    pub field: String,
    /// Stable code: `unknown_rule`, `unknown_pack`, `unknown_field`, `wrong_type`, `rule_exists`, `repeated_edit`, `not_writable`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Two people changed one field differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The rule.
    pub rule: RuleId,
    /// The field.
    pub field: String,
    /// What the person saw.
    pub was: Json,
    /// What stands there now.
    pub theirs: Json,
    /// What the person wants.
    pub yours: Json,
}

/// The present value of a field, with what the pack says for all its rules filled in; `null` where it is not set, `None` where there is
/// no such rule, field or setting.
pub fn read(packs: &PackSet, rule: &str, field: &str) -> Option<Json> {
    let (pack, located) = packs.rule(rule)?;
    Field::named(field)?.read(pack, &located.rule)
}

/// The edits that another change came before: what the person saw is not there any more, and what stands there is not what they want
/// either. Edits of other fields never conflict.
pub fn conflicts(packs: &PackSet, edits: &[Edit]) -> Vec<Conflict> {
    edits
        .iter()
        .filter_map(|edit| {
            let theirs = read(packs, edit.rule.as_str(), &edit.field).unwrap_or(Json::Null);
            let same = |value: &Json| same_value(&edit.field, value, &theirs);
            // Who takes a rule out without naming what they saw wants it gone, whatever it says.
            let removal = edit.field.is_empty() && edit.was.is_null() && edit.value.is_null();
            let conflict = !removal && !same(&edit.was) && !same(&edit.value);
            conflict.then(|| Conflict {
                rule: edit.rule.clone(),
                field: edit.field.clone(),
                was: edit.was.clone(),
                theirs,
                yours: edit.value.clone(),
            })
        })
        .collect()
}

/// Whether two values of a field mean the same: 500 and 500.0, one category and a list of it.
pub fn same_value(field: &str, one: &Json, other: &Json) -> bool {
    let canonical = |value: &Json| {
        let known = Field::named(field).and_then(|field| field.canonical(value));
        known.unwrap_or_else(|| plain_numbers(value.clone()))
    };
    one == other || canonical(one) == canonical(other)
}

/// The sources with all edits made, in the order given, names as they were. The order of the edits never matters: whole rules come
/// first; edits of a rule that is taken out are passed over.
///
/// # Errors
/// All refusals, when there is one; then nothing is changed.
pub fn apply(sources: &[PackSource], edits: &[Edit]) -> Result<Vec<PackSource>, Vec<EditRefusal>> {
    let mut sources = sources.to_vec();
    let mut refusals = Vec::new();
    let mut ordered: Vec<(&Edit, Option<Field>)> = edits.iter().map(|edit| (edit, Field::named(&edit.field))).collect();
    let place = |field: &Option<Field>| match field {
        Some(Field::Key(key)) => KEYS.iter().position(|known| known == key),
        _ => None,
    };
    ordered.sort_by(|(a, a_field), (b, b_field)| {
        let whole = |field: &Option<Field>| *field != Some(Field::Whole);
        (whole(a_field), &a.rule, place(a_field), &a.field).cmp(&(whole(b_field), &b.rule, place(b_field), &b.field))
    });
    let mut seen = BTreeSet::new();
    let gone: BTreeSet<&RuleId> =
        edits.iter().filter(|edit| edit.field.is_empty() && edit.value.is_null()).map(|edit| &edit.rule).collect();
    for (edit, field) in &ordered {
        if !seen.insert((&edit.rule, &edit.field)) {
            refusals.push(refusal(edit, "repeated_edit", "the field is edited twice", "keep one of the two"));
            continue;
        }
        let Some(field) = field else {
            refusals.push(refusal(
                edit,
                "unknown_field",
                format!("rules have no field `{}`", edit.field),
                "see the list of fields in the rule language",
            ));
            continue;
        };
        if *field != Field::Whole && gone.contains(&edit.rule) {
            continue;
        }
        if let Err(refused) = make(&mut sources, edit, field) {
            refusals.push(refused);
        }
    }
    if refusals.is_empty() { Ok(sources) } else { Err(refusals) }
}

fn refusal(edit: &Edit, code: &'static str, message: impl Into<String>, help: impl Into<String>) -> EditRefusal {
    EditRefusal { rule: edit.rule.clone(), field: edit.field.clone(), code, message: message.into(), help: help.into() }
}

fn make(sources: &mut [PackSource], edit: &Edit, field: &Field) -> Result<(), EditRefusal> {
    match field {
        Field::Whole if edit.value.is_null() => remove_rule(sources, edit),
        Field::Whole => add_rule(sources, edit),
        field => change_field(sources, edit, field),
    }
}

/// The source that has a rule, and the rule's place in it.
fn find(sources: &[PackSource], rule: &RuleId) -> Option<(usize, usize)> {
    let find = |likely: bool| {
        sources.iter().enumerate().filter(|(_, source)| source.text.contains(rule.as_str()) == likely).find_map(|(index, source)| {
            let tree = tree_of(&source.text)?;
            Some((index, rule_index(&tree, rule.as_str())?))
        })
    };
    // An id may be written in a way that only reading it tells.
    find(true).or_else(|| find(false))
}

fn rule_index(tree: &Json, rule: &str) -> Option<usize> {
    tree.get("rules")?.as_array()?.iter().position(|own| own.get("id").and_then(Json::as_str) == Some(rule))
}

fn unknown_rule(sources: &[PackSource], edit: &Edit) -> EditRefusal {
    let trees: Vec<Json> = sources.iter().filter_map(|source| tree_of(&source.text)).collect();
    let known: Vec<&str> =
        trees.iter().filter_map(|tree| tree.get("rules")?.as_array()).flatten().filter_map(|rule| rule.get("id")?.as_str()).collect();
    let help = nearest_help(edit.rule.as_str(), known.into_iter(), || "see the list of rules".into());
    refusal(edit, "unknown_rule", format!("there is no rule `{}`", edit.rule), help)
}

/// What a text says, as JSON; `None` where it is no YAML that packs use.
fn tree_of(text: &str) -> Option<Json> {
    let value: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    serde_json::to_value(value).ok()
}

/// Makes a change in one source, the second layout where the first does not hold; refuses where neither does.
fn write(
    sources: &mut [PackSource],
    index: usize,
    edit: &Edit,
    change: impl Fn(Text<'_>, &Node) -> Option<String>,
    holds: impl Fn(&Json, &Json) -> bool,
) -> Result<(), EditRefusal> {
    let not_writable = || {
        let help = "write the rule in lines, `name: value` each, as the other packs do";
        refusal(edit, "not_writable", "the change cannot be written into the pack's text as it stands", help)
    };
    let source = sources.get_mut(index).ok_or_else(not_writable)?;
    let (node, before) = locate(&source.text).ok().zip(tree_of(&source.text)).ok_or_else(not_writable)?;
    for plainly in [false, true] {
        let Some(text) = change(Text { text: &source.text, plainly }, &node) else { continue };
        let after = locate(&text).ok().and_then(|_| tree_of(&text));
        if after.is_some_and(|after| holds(&before, &after)) {
            source.text = text;
            return Ok(());
        }
    }
    Err(not_writable())
}

fn change_field(sources: &mut [PackSource], edit: &Edit, field: &Field) -> Result<(), EditRefusal> {
    let (source, index) = find(sources, &edit.rule).ok_or_else(|| unknown_rule(sources, edit))?;
    let wrong_type = || {
        refusal(edit, "wrong_type", format!("`{}` cannot be {}", edit.field, shown(&edit.value)), format!("expected {}", field.expected()))
    };
    let value = field.canonical(&edit.value).ok_or_else(wrong_type)?;
    let node = sources.get(source).and_then(|source| locate(&source.text).ok());
    let rule = node.as_ref().and_then(|node| node.get("rules")?.items().get(index));
    let condition = if rule.is_some_and(|rule| rule.get("when").is_some()) { "when" } else { "require" };
    let path = field.path(condition);
    // A part of a setting that is not there has nowhere to be written.
    if let (Field::ParamPart(name, _), Some(rule)) = (field, rule)
        && rule.get("params").and_then(|params| params.get(name)).is_none()
    {
        let known = rule.get("params").map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.as_str());
        let help = nearest_help(name, known, || format!("add the setting first, as `params.{name}`"));
        return Err(refusal(edit, "unknown_field", format!("the rule has no setting `{name}`"), help));
    }
    let change = |text: Text<'_>, node: &Node| {
        let rule = node.get("rules")?.items().get(index)?;
        if value.is_null() { take_out(text, rule, &path) } else { put(text, rule, &path, &value) }
    };
    let holds = |before: &Json, after: &Json| {
        let own = |tree: &Json| -> Option<Json> {
            path.iter().try_fold(tree.get("rules")?.get(index)?.clone(), |value, key| value.get(*key).cloned())
        };
        let written = own(after).map_or(Some(Json::Null), |own| field.canonical(&own));
        let unset = value.is_null() && own(after).is_none();
        (unset || written.as_ref() == Some(&value)) && without(before, index, &path) == without(after, index, &path)
    };
    write(sources, source, edit, change, holds)
}

/// The text with a value at the end of a path, the mappings on the way made where they are not there.
fn put(text: Text<'_>, mapping: &Node, path: &[&str], value: &Json) -> Option<String> {
    let (key, rest) = path.split_first()?;
    let keys: &[&str] = match path.len() {
        _ if mapping.get("value").is_some() => &PARAM_KEYS,
        _ => &KEYS,
    };
    let entry = mapping.entries().iter().find(|entry| entry.key == *key);
    let nested = rest.iter().rev().fold(value.clone(), |value, key| Json::Object([((*key).to_owned(), value)].into_iter().collect()));
    match entry {
        Some(entry) if rest.is_empty() => Some(text.set(mapping, entry, value)),
        Some(entry) if !entry.value.entries().is_empty() => put(text, &entry.value, rest, value),
        // `params: {}` or nothing.
        Some(entry) if mapping.style == crate::source::locate::Style::Flow => Some(text.set(mapping, entry, &nested)),
        Some(entry) => {
            let cut = text.remove(mapping, entry);
            let node = locate(&cut).ok()?;
            let mapping = same_mapping(&node, mapping)?;
            Text { text: &cut, ..text }.insert(mapping, key, &nested, keys)
        }
        None => text.insert(mapping, key, &nested, keys),
    }
}

/// The mapping that begins where another one began before a change behind its beginning.
fn same_mapping<'n>(node: &'n Node, mapping: &Node) -> Option<&'n Node> {
    if node.span.start == mapping.span.start && !node.entries().is_empty() && node.at == mapping.at && node.get("rules").is_none() {
        return Some(node);
    }
    let inner = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    inner.filter_map(|inner| same_mapping(inner, mapping)).next()
}

/// The text without what stands at the end of a path, and without a mapping that has nothing else in it.
fn take_out(text: Text<'_>, mapping: &Node, path: &[&str]) -> Option<String> {
    let (key, rest) = path.split_first()?;
    let Some(entry) = mapping.entries().iter().find(|entry| entry.key == *key) else { return Some(text.text.to_owned()) };
    let inner = entry.value.entries();
    let last = rest.is_empty() || (inner.len() == 1 && rest.first().is_some_and(|key| inner.iter().any(|entry| entry.key == *key)));
    if last { Some(text.remove(mapping, entry)) } else { take_out(text, &entry.value, rest) }
}

/// A pack's tree without one field of one rule.
fn without(tree: &Json, index: usize, path: &[&str]) -> Json {
    fn cut(value: &mut Json, path: &[&str]) {
        let (Some(fields), Some((key, rest))) = (value.as_object_mut(), path.split_first()) else { return };
        if rest.is_empty() {
            fields.remove(*key);
        } else if let Some(inner) = fields.get_mut(*key) {
            cut(inner, rest);
            let empty = inner.is_null() || inner.as_object().is_some_and(serde_json::Map::is_empty);
            if empty {
                fields.remove(*key);
            }
        }
    }
    let mut tree = tree.clone();
    if let Some(rule) = tree.get_mut("rules").and_then(|rules| rules.get_mut(index)) {
        cut(rule, path);
    }
    tree
}

fn remove_rule(sources: &mut [PackSource], edit: &Edit) -> Result<(), EditRefusal> {
    let (source, index) = find(sources, &edit.rule).ok_or_else(|| unknown_rule(sources, edit))?;
    let holds = |before: &Json, after: &Json| {
        let mut expected = before.clone();
        if let Some(rules) = expected.get_mut("rules").and_then(Json::as_array_mut) {
            rules.remove(index);
        }
        expected == *after
    };
    write(sources, source, edit, |text, node| text.remove_rule(node, index), holds)
}

fn add_rule(sources: &mut [PackSource], edit: &Edit) -> Result<(), EditRefusal> {
    if find(sources, &edit.rule).is_some() {
        return Err(refusal(edit, "rule_exists", format!("there is a rule `{}` already", edit.rule), "give the new rule another id"));
    }
    let (pack, parts) = document::take_apart(edit.rule.as_str(), &edit.value).map_err(|wrong| {
        let field = if wrong.field.is_empty() { "the rule".to_owned() } else { format!("`{}`", wrong.field) };
        refusal(edit, "wrong_type", format!("{field} is not what a rule has there"), wrong.help)
    })?;
    let trees: Vec<Option<Json>> = sources.iter().map(|source| tree_of(&source.text)).collect();
    let names: Vec<Option<&str>> = trees.iter().map(|tree| tree.as_ref()?.get("pack")?.as_str()).collect();
    let Some(source) = names.iter().position(|name| *name == Some(pack.as_str())) else {
        let help = nearest_help(&pack, names.iter().copied().flatten(), || {
            format!("there are: {}", names.iter().copied().flatten().collect::<Vec<_>>().join(", "))
        });
        return Err(refusal(edit, "unknown_pack", format!("there is no pack `{pack}`"), help));
    };
    let holds = |before: &Json, after: &Json| {
        let (mut rest, count) = (after.clone(), before.get("rules").and_then(Json::as_array).map_or(0, Vec::len));
        let added = rest.get_mut("rules").and_then(Json::as_array_mut).and_then(Vec::pop);
        let mut before = before.clone();
        if count == 0 {
            // `rules:` with nothing is a list all the same.
            [&mut before, &mut rest].into_iter().filter_map(Json::as_object_mut).for_each(|pack| drop(pack.remove("rules")));
        }
        let written = added.as_ref().map(|added| document::take_apart(edit.rule.as_str(), &with_pack(added, &pack)));
        before == rest && written.is_some_and(|written| written.is_ok_and(|(_, written)| written == parts))
    };
    write(sources, source, edit, |text, node| text.add_rule(node, &parts), holds)
}

fn with_pack(rule: &Json, pack: &str) -> Json {
    let mut rule = rule.clone();
    if let Some(fields) = rule.as_object_mut() {
        fields.insert("pack".into(), pack.into());
    }
    rule
}

/// A value as a message shows it.
fn shown(value: &Json) -> String {
    let text: String = value.to_string().chars().take(60).collect();
    format!("`{text}`")
}
