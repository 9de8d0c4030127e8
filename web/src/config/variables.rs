//! The environment's words for the settings: which field a variable names, and what its text is worth there.

use serde_yaml::{Mapping, Value};

use super::{ConfigError, PREFIX};

/// The path of the field that a variable sets.
pub(super) fn field_of(variable: &str, defaults: &Value) -> Result<Vec<String>, ConfigError> {
    let path: Vec<String> = variable.trim_start_matches(PREFIX).split("__").map(str::to_lowercase).collect();
    match find(defaults, &path) {
        Some(value) if !value.is_mapping() => Ok(path),
        _ => Err(ConfigError::new(variable, format!("no such setting; known are {}", known_variables(defaults).join(", ")))),
    }
}

fn find<'a>(tree: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(tree, |tree, key| tree.as_mapping()?.get(key.as_str()))
}

pub(super) fn known_variables(defaults: &Value) -> Vec<String> {
    fn walk(tree: &Value, name: &str, names: &mut Vec<String>) {
        match tree.as_mapping() {
            Some(mapping) => {
                for (key, value) in mapping {
                    let glue = if name.ends_with('_') { "" } else { "__" };
                    walk(value, &format!("{name}{glue}{}", key.as_str().unwrap_or_default().to_uppercase()), names);
                }
            }
            None => names.push(name.to_owned()),
        }
    }
    let mut names = Vec::new();
    walk(defaults, PREFIX, &mut names);
    names
}

/// A variable's text as a value of the type that its field has.
pub(super) fn typed(variable: &str, text: &str, path: &[String], defaults: &Value) -> Result<Value, ConfigError> {
    match find(defaults, path) {
        Some(Value::String(_)) => Ok(Value::String(text.to_owned())),
        Some(Value::Sequence(_)) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            // Numbers are read as such where the default's items are.
            let text = |item: &str| Value::String(item.to_owned());
            let of_numbers = matches!(find(defaults, path), Some(Value::Sequence(known)) if known.first().is_some_and(Value::is_number));
            let read = |item: &str| if of_numbers { serde_yaml::from_str(item).unwrap_or_else(|_| text(item)) } else { text(item) };
            Ok(Value::Sequence(items.map(read).collect()))
        }
        _ => serde_yaml::from_str(text).map_err(|error| ConfigError::new(variable, error.to_string())),
    }
}

/// Puts a value at the end of a path, the mappings on the way made where they are not there.
pub(super) fn put(tree: &mut Value, path: &[String], value: Value) {
    let Some((key, rest)) = path.split_first() else {
        *tree = value;
        return;
    };
    if !tree.is_mapping() {
        *tree = Value::Mapping(Mapping::new());
    }
    if let Some(mapping) = tree.as_mapping_mut() {
        let key = Value::String(key.clone());
        if !mapping.contains_key(&key) {
            mapping.insert(key.clone(), Value::Null);
        }
        if let Some(below) = mapping.get_mut(&key) {
            put(below, rest, value);
        }
    }
}
