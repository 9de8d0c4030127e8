//! The fields of a rule that an edit can name, what may be written in each, and its one canonical form, in which two values that mean
//! the same are equal: lists sorted, whole numbers without a point, `null` for what is not written.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};
use vitrine_engine::{Action, RuleId, Severity};

use crate::pack::Pack;
use crate::rule::{Grade, IfMissing, Param, ParamValue, Rule};
use crate::scope::{CategoryPath, Role};

/// The keys of a rule, in the order in which packs write them.
pub(super) const KEYS: [&str; 21] = [
    "id",
    "title",
    "category",
    "except",
    "roles",
    "regions",
    "require",
    "when",
    "params",
    "if_missing",
    "severity",
    "action",
    "reason_code",
    "message",
    "effective_from",
    "effective_to",
    "source",
    "checked",
    "grade",
    "owner",
    "supersedes",
];

/// The keys of a setting, in order.
pub(super) const PARAM_KEYS: [&str; 4] = ["value", "unit", "range", "title"];

/// A field of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    /// The rule itself.
    Whole,
    /// The expression, under `require` or `when`.
    Condition,
    /// A value right under the rule.
    Key(&'static str),
    /// A whole setting.
    Param(String),
    /// A part of a setting.
    ParamPart(String, &'static str),
    /// The message of a language.
    Message(String),
}

/// Keys that an edit names as they are; the others are a part of something or never change.
const PLAIN_KEYS: [&str; 16] = [
    "title",
    "category",
    "except",
    "roles",
    "regions",
    "if_missing",
    "severity",
    "action",
    "reason_code",
    "effective_from",
    "effective_to",
    "source",
    "checked",
    "grade",
    "owner",
    "supersedes",
];

/// Longest text of a field, bytes.
const MAX_TEXT: usize = 1 << 16;

impl Field {
    /// The field of a name, `None` where there is none.
    pub(super) fn named(name: &str) -> Option<Self> {
        let known = |keys: &'static [&'static str], key: &str| keys.iter().find(|known| **known == key).copied();
        if let Some(key) = known(&PLAIN_KEYS, name) {
            return Some(Self::Key(key));
        }
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            [""] => Some(Self::Whole),
            ["condition"] => Some(Self::Condition),
            ["params", param] if is_setting(param) => Some(Self::Param((*param).into())),
            ["params", param, part] if is_setting(param) => Some(Self::ParamPart((*param).into(), known(&PARAM_KEYS, part)?)),
            ["message", language] if is_language(language) => Some(Self::Message((*language).into())),
            _ => None,
        }
    }

    /// The keys that lead to it, from the rule down.
    pub(super) fn path(&self, condition: &'static str) -> Vec<&str> {
        match self {
            Self::Whole => Vec::new(),
            Self::Condition => vec![condition],
            Self::Key(key) => vec![key],
            Self::Param(name) => vec!["params", name],
            Self::ParamPart(name, part) => vec!["params", name, part],
            Self::Message(language) => vec!["message", language],
        }
    }

    /// What may be written in it, for people.
    pub(super) fn expected(&self) -> &'static str {
        match self {
            Self::Whole => "a rule as packs write it, or null to take it out",
            Self::Condition => "an expression",
            Self::Key("title" | "owner" | "source" | "reason_code") => "a text",
            Self::Key("category" | "except") => "category paths such as `apparel/adult`",
            Self::Key("roles") => "roles among `main`, `gallery` and `swatch`",
            Self::Key("regions") => "regions such as `US`",
            Self::Key("if_missing") => "`ignore`, `review` or `reject`",
            Self::Key("severity") => "`must` or `should`",
            Self::Key("action") => "`suppress`, `review`, `{ demote: 15 }` or `{ tag: some_word }`",
            Self::Key("grade") => "`P`, `Q`, `S`, `M` or `C`",
            Self::Key("supersedes") => "ids of rules",
            Self::Key(_) => "a day such as 2027-01-31",
            Self::Param(_) => "a setting, `{ value: 500, unit: px, range: [100, 1000], title: ... }`, or null to take it out",
            Self::ParamPart(_, "value") => "a number, yes or no, a text, or a list",
            Self::ParamPart(_, "range") => "the lowest and the highest value",
            Self::ParamPart(..) | Self::Message(_) => "a text",
        }
    }

    /// Whether a rule may do without it.
    fn may_be_unset(&self) -> bool {
        match self {
            Self::Whole | Self::Param(_) => true,
            Self::Condition => false,
            Self::Key(key) => {
                matches!(
                    *key,
                    "category" | "except" | "roles" | "regions" | "if_missing" | "effective_from" | "effective_to" | "owner" | "supersedes"
                )
            }
            Self::ParamPart(_, part) => *part != "value",
            Self::Message(language) => language != "en",
        }
    }

    /// The canonical form of a value; `None` where the value has no place in this field.
    pub(super) fn canonical(&self, value: &Json) -> Option<Json> {
        if value.is_null() {
            return self.may_be_unset().then_some(Json::Null);
        }
        match self {
            Self::Whole => None,
            Self::Condition | Self::Message(_) => text(value),
            Self::Key(key) => canonical_key(key, value),
            Self::Param(_) => {
                let param: Param = from(value)?;
                let range_fits = param.range.is_none_or(|(low, high)| low.is_finite() && high.is_finite());
                range_fits.then(|| as_json(&param))
            }
            Self::ParamPart(_, "value") => match from(value)? {
                ParamValue::Text(own) => text(&Json::from(own)),
                other => Some(as_json(&other)),
            },
            Self::ParamPart(_, "range") => typed::<(f64, f64)>(value),
            Self::ParamPart(..) => text(value),
        }
    }

    /// Its present value in a rule, canonical; `None` where the rule has no such setting.
    pub(super) fn read(&self, pack: &Pack, rule: &Rule) -> Option<Json> {
        let present = match self {
            Self::Whole => super::document::document(pack, rule),
            Self::Condition => rule.condition.text().into(),
            Self::Key(key) => read_key(key, rule)?,
            Self::Param(name) => rule.params.get(name).map_or(Json::Null, as_json),
            Self::ParamPart(name, part) => {
                let param = as_json(rule.params.get(name)?);
                param.get(part).cloned().unwrap_or(Json::Null)
            }
            Self::Message(language) => rule.message.get(language).map_or(Json::Null, |text| text.as_str().into()),
        };
        Some(present)
    }
}

/// Settings of a rule by name, canonical.
pub(super) fn params_json(params: &BTreeMap<String, Param>) -> Map<String, Json> {
    params.iter().map(|(name, param)| (name.clone(), as_json(param))).collect()
}

/// A plain value as JSON with whole numbers written as such.
pub(super) fn as_json(value: &impl Serialize) -> Json {
    plain_numbers(serde_json::to_value(value).unwrap_or_default())
}

/// The same value with whole numbers written as such, so that 500 and 500.0 are equal.
pub(super) fn plain_numbers(value: Json) -> Json {
    match value {
        Json::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Some(float) if float.fract() == 0.0 && float.abs() < EXACT => Json::from(float as i64),
            Some(float) => Json::from(float),
            None => Json::Number(number),
        },
        Json::Array(items) => items.into_iter().map(plain_numbers).collect(),
        Json::Object(fields) => fields.into_iter().map(|(name, value)| (name, plain_numbers(value))).collect(),
        other => other,
    }
}

/// Whole numbers below this are exact in an f64.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn canonical_key(key: &str, value: &Json) -> Option<Json> {
    match key {
        "category" | "except" => list::<CategoryPath>(value).map(none_for_empty),
        "roles" => list::<Role>(value).map(none_for_empty),
        "regions" => list::<String>(value),
        "supersedes" => list::<RuleId>(value).map(none_for_empty),
        "if_missing" => typed::<IfMissing>(value),
        "severity" => typed::<Severity>(value),
        "action" => typed::<Action>(value),
        "grade" => typed::<Grade>(value),
        "effective_from" | "effective_to" | "checked" => typed::<Date>(value),
        _ => text(value).filter(|text| text.as_str().is_some_and(|text| !text.trim().is_empty())),
    }
}

fn read_key(key: &str, rule: &Rule) -> Option<Json> {
    Some(match key {
        "title" => rule.title.as_str().into(),
        "category" => as_json(&rule.categories),
        "except" => as_json(&rule.except),
        "roles" => as_json(&rule.roles),
        "regions" => as_json(&rule.regions),
        "if_missing" => as_json(&rule.if_missing),
        "severity" => as_json(&rule.severity),
        "action" => as_json(&rule.action),
        "reason_code" => rule.reason_code.as_str().into(),
        "effective_from" => as_json(&rule.effective_from),
        "effective_to" => as_json(&rule.effective_to),
        "source" => rule.source.as_str().into(),
        "checked" => as_json(&rule.checked),
        "grade" => as_json(&rule.grade),
        "owner" => rule.owner.as_str().into(),
        "supersedes" => as_json(&rule.supersedes),
        _ => return None,
    })
}

fn from<T: DeserializeOwned>(value: &Json) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn typed<T: DeserializeOwned + Serialize>(value: &Json) -> Option<Json> {
    Some(as_json(&from::<T>(value)?))
}

/// One value or a list, sorted, each once.
fn list<T: DeserializeOwned + Serialize + Ord>(value: &Json) -> Option<Json> {
    let mut items: Vec<T> = match value {
        Json::Array(_) => from(value)?,
        _ => vec![from(value)?],
    };
    items.sort();
    items.dedup();
    Some(as_json(&items))
}

fn none_for_empty(list: Json) -> Json {
    if list.as_array().is_some_and(Vec::is_empty) { Json::Null } else { list }
}

fn text(value: &Json) -> Option<Json> {
    value.as_str().filter(|text| text.len() <= MAX_TEXT).map(Json::from)
}

fn is_setting(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.len() <= 64 && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(fits)
}

fn is_language(tag: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    tag.len() <= 35 && tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag.chars().all(fits)
}
