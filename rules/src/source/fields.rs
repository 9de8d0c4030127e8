//! One mapping read field by field: each fault is a finding of its own, at its own place, and none hides the next.

use serde::de::DeserializeOwned;

use crate::diagnostic::{Findings, Position, nearest_help};
use crate::source::locate::Node;

/// The fields of one mapping. Every field that is asked for is known; the others are refused by `finish`.
pub(crate) struct Fields<'a> {
    node: &'a Node,
    value: &'a serde_yaml::Value,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Reads a mapping; anything else is a finding.
    pub(crate) fn new(node: &'a Node, value: &'a serde_yaml::Value, what: &str, findings: &mut Findings<'_>) -> Option<Self> {
        if !value.is_mapping() {
            findings.error(
                "wrong-shape",
                node.at,
                format!("{what} must be a list of `name: value`"),
                "write one `name: value` on each line",
            );
            return None;
        }
        Some(Self { node, value, known: Vec::new() })
    }

    /// The place of a key's value, or of the whole mapping where the key is absent.
    pub(crate) fn at(&self, key: &str) -> Position {
        self.node.get(key).map_or(self.node.at, |node| node.at)
    }

    /// The raw value of a key and its place.
    pub(crate) fn raw(&mut self, key: &'static str) -> Option<(&'a Node, &'a serde_yaml::Value)> {
        self.known.push(key);
        Some((self.node.get(key)?, self.value.get(key)?))
    }

    /// A field that has to be there. `expected` says what belongs there, for people.
    pub(crate) fn required<T: DeserializeOwned>(&mut self, key: &'static str, expected: &str, findings: &mut Findings<'_>) -> Option<T> {
        match self.raw(key) {
            Some((node, value)) => read(key, node, value, expected, findings),
            None => {
                findings.error("missing-field", self.node.at, format!("`{key}` is missing"), format!("add `{key}:` with {expected}"));
                None
            }
        }
    }

    /// A field that may be absent.
    pub(crate) fn optional<T: DeserializeOwned>(&mut self, key: &'static str, expected: &str, findings: &mut Findings<'_>) -> Option<T> {
        let (node, value) = self.raw(key)?;
        read(key, node, value, expected, findings)
    }

    /// One value or a list of them; absent is an empty list.
    pub(crate) fn list<T: DeserializeOwned>(&mut self, key: &'static str, expected: &str, findings: &mut Findings<'_>) -> Vec<T> {
        let Some((node, value)) = self.raw(key) else { return Vec::new() };
        match value.as_sequence() {
            Some(values) => {
                node.items().iter().zip(values).filter_map(|(node, value)| read(key, node, value, expected, findings)).collect()
            }
            None => read(key, node, value, expected, findings).into_iter().collect(),
        }
    }

    /// Reports the keys that nobody asked for.
    pub(crate) fn finish(self, findings: &mut Findings<'_>) {
        for entry in self.node.entries() {
            if !self.known.contains(&entry.key.as_str()) {
                let help = nearest_help(&entry.key, self.known.iter().copied(), || format!("known here: {}", self.known.join(", ")));
                findings.error("unknown-field", entry.at, format!("`{}` is not known here", entry.key), help);
            }
        }
    }
}

fn read<T: DeserializeOwned>(key: &str, node: &Node, value: &serde_yaml::Value, expected: &str, findings: &mut Findings<'_>) -> Option<T> {
    // Through JSON: there `demote: 15` is an action as people write it, without YAML's tags.
    let read = serde_json::to_value(value).ok().and_then(|value| serde_json::from_value(value).ok());
    if read.is_none() {
        let shown = serde_yaml::to_string(value).unwrap_or_default();
        let shown = shown.lines().next().unwrap_or_default().chars().take(60).collect::<String>();
        findings.error("wrong-value", node.at, format!("`{key}` cannot be `{shown}`"), format!("expected {expected}"));
    }
    read
}
