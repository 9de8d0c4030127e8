//! How people change rules: drafts become releases, releases go live by stages, and everything can be undone. What is written here
//! is what the store keeps; who may do what is for the routes.

pub mod backtest;
pub mod beside;
pub mod census;
pub mod draft;
pub mod follow;
pub mod release;

use serde::{Deserialize, Serialize};
use vitrine_rules::PackSource;

use crate::live::{DraftId, ReleaseNumber};

/// The program itself, as the audit trail names it.
pub const VITRINE: &str = "vitrine";

/// An immutable rule book, who made it and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleaseDocument {
    /// One line for people.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// Who let it go live.
    pub approver: String,
    /// Why, in the approver's words.
    pub reason: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The release that it changes; `None` for the first.
    pub base: Option<ReleaseNumber>,
    /// How many rules differ from its base.
    pub rules_changed: usize,
    /// What the backtest foretold when it was approved, if one was made.
    #[serde(default)]
    pub backtest: Option<serde_json::Value>,
    /// What it changed, rule by rule; `None` for the first.
    #[serde(default)]
    pub diff: Option<serde_json::Value>,
    /// The packs.
    pub sources: Vec<StoredSource>,
}

impl ReleaseDocument {
    /// The rules that it changed.
    pub fn changed_rules(&self) -> impl Iterator<Item = &str> {
        let rules = self.diff.as_ref().and_then(|diff| diff["rules"].as_array());
        rules.into_iter().flatten().filter_map(|change| change["rule"].as_str())
    }

    /// Whether it changed a rule.
    pub fn changes(&self, rule: &str) -> bool {
        self.changed_rules().any(|changed| changed == rule)
    }
}

/// Where a release comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The pack files that the program was started with.
    Files,
    /// A draft.
    Draft(DraftId),
}

/// A pack as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSource {
    /// The name that findings show.
    pub name: String,
    /// The YAML.
    pub text: String,
}

impl From<&PackSource> for StoredSource {
    fn from(source: &PackSource) -> Self {
        Self { name: source.name.clone(), text: source.text.clone() }
    }
}

impl From<StoredSource> for PackSource {
    fn from(source: StoredSource) -> Self {
        Self { name: source.name, text: source.text }
    }
}
