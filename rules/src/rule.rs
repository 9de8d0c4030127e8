//! A rule as people write it. Plain data; what it means against a catalogue is for `check`, when it holds is for `resolve`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vitrine_engine::{Action, Enforcement, RuleId, Severity, Value};

use crate::scope::{CategoryPath, Role};

/// One rule of a pack, with what the pack says for all its rules (regions, owner) filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique over all packs: `amazon-us.longest-side-min`.
    pub id: RuleId,
    /// One line for people.
    pub title: String,
    /// Category paths it holds for, with all below them; empty = all.
    pub categories: Vec<CategoryPath>,
    /// Category paths it does not hold for.
    pub except: Vec<CategoryPath>,
    /// Image roles it holds for, sorted.
    pub roles: Vec<Role>,
    /// Regions it holds for, sorted; empty = everywhere.
    pub regions: Vec<String>,
    /// When it speaks.
    pub condition: Condition,
    /// Its settings by name: what a business person changes.
    pub params: BTreeMap<String, Param>,
    /// What becomes of a picture for which the condition cannot be decided.
    pub if_missing: IfMissing,
    /// How bad, by its source's own words.
    pub severity: Severity,
    /// What it asks for.
    pub action: Action,
    /// Stable code for machines.
    pub reason_code: String,
    /// The reason by language, with placeholders.
    pub message: BTreeMap<String, String>,
    /// First day it holds.
    pub effective_from: Option<Date>,
    /// Last day it holds.
    pub effective_to: Option<Date>,
    /// Where the rule comes from.
    pub source: String,
    /// When the source was read.
    pub checked: Date,
    /// How well it is evidenced.
    pub grade: Grade,
    /// Who answers for it.
    pub owner: String,
    /// Rules it takes the place of, where both hold.
    pub supersedes: Vec<RuleId>,
}

impl Rule {
    /// Whether it holds on a day.
    pub fn holds_on(&self, date: Date) -> bool {
        self.effective_from.is_none_or(|from| from <= date) && self.effective_to.is_none_or(|to| date <= to)
    }

    /// Whether it holds for a category; a rule for some categories does not hold where none is named.
    pub fn holds_for_category(&self, category: Option<&CategoryPath>) -> bool {
        let covered = |paths: &[CategoryPath]| category.is_some_and(|category| paths.iter().any(|path| path.covers(category)));
        (self.categories.is_empty() || covered(&self.categories)) && !covered(&self.except)
    }

    /// Whether it holds for a region; where none is named, the rules of every region hold.
    pub fn holds_for_region(&self, region: Option<&str>) -> bool {
        self.regions.is_empty() || region.is_none_or(|region| self.regions.iter().any(|own| own.eq_ignore_ascii_case(region)))
    }
}

/// The expression of a rule and how it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// What a good picture fulfils: the rule speaks when it is false.
    Require(String),
    /// What is wrong with a picture: the rule speaks when it is true.
    When(String),
}

impl Condition {
    /// The expression.
    pub fn text(&self) -> &str {
        match self {
            Self::Require(text) | Self::When(text) => text,
        }
    }

    /// The key it is written under.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Require(_) => "require",
            Self::When(_) => "when",
        }
    }

    /// The truth value of the expression that makes the rule speak.
    pub fn fires_on(&self) -> bool {
        matches!(self, Self::When(_))
    }
}

/// A named setting of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Its value.
    pub value: ParamValue,
    /// Its unit, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Lowest and highest value a person may set; numbers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
    /// One line for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// `true` or `false`.
    Bool(bool),
    /// A finite number.
    Number(f64),
    /// Text.
    Text(String),
    /// Numbers to look among with `in`.
    Numbers(Vec<f64>),
    /// Texts to look among with `in`.
    Texts(Vec<String>),
}

impl From<&ParamValue> for Value {
    fn from(value: &ParamValue) -> Self {
        match value {
            ParamValue::Bool(flag) => Self::Bool(*flag),
            ParamValue::Number(number) => Self::Number(*number),
            ParamValue::Text(text) => Self::Text(text.as_str().into()),
            ParamValue::Numbers(numbers) => {
                let shown: Vec<String> = numbers.iter().map(|number| crate::message::number(*number)).collect();
                Self::Text(shown.join(", ").into())
            }
            ParamValue::Texts(texts) => Self::Text(texts.join(", ").into()),
        }
    }
}

/// What becomes of a picture for which a condition cannot be decided because a signal is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IfMissing {
    /// The rule stays silent and is listed as undetermined.
    Ignore,
    /// A person has to look.
    #[default]
    Review,
    /// The picture is suppressed.
    Reject,
}

/// How well a rule is evidenced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// Read in the authority's own text.
    P,
    /// The authority's own text, quoted by others.
    Q,
    /// Second-hand.
    S,
    /// What most second-hand sources say.
    M,
    /// Contested or out of date: kept, shown, never evaluated.
    C,
}

impl Grade {
    /// What the grade allows a rule to do; `None` = it is disabled.
    pub fn enforcement(self) -> Option<Enforcement> {
        match self {
            Self::P | Self::Q => Some(Enforcement::Enforce),
            Self::S | Self::M => Some(Enforcement::Warn),
            Self::C => None,
        }
    }
}
