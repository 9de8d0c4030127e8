//! Counts of what two rule books make of the same products. They add up, over products, servers and time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vitrine_engine::{ContentHash, Decision, ImageId, RuleId};

use crate::selection::JudgedCandidate;
use crate::wire::SelectAnswer;

/// Examples kept at most.
const EXAMPLES_MAX: usize = 50;

/// An answer, and the rules that acted on its pictures: each once a picture.
pub struct Answered {
    /// The answer.
    pub answer: SelectAnswer,
    /// The rules that acted.
    pub acting: Vec<RuleId>,
    /// The pictures as they were judged.
    pub judged: Vec<JudgedCandidate>,
}

/// What a second rule book made of products that the first one judged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Tally {
    /// Products that both have judged.
    pub products: u64,
    /// Products that one of them could not judge, because signals were not measured.
    pub not_measured: u64,
    /// Products with another main picture.
    pub main_changed: u64,
    /// Products that have a main picture under the first only.
    pub newly_empty: u64,
    /// Products that have a main picture under the second only.
    pub newly_filled: u64,
    /// Pictures that only the second suppresses.
    pub newly_suppressed: u64,
    /// Pictures that only the first suppresses.
    pub newly_shown: u64,
    /// Pictures that both have judged.
    pub pictures: u64,
    /// Pictures that each rule acted on, under the first and the second.
    #[schema(value_type = Object)]
    pub by_rule: BTreeMap<RuleId, (u64, u64)>,
    /// Some products with another main picture.
    pub examples: Vec<Example>,
}

/// A product whose main picture differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Example {
    /// The product.
    pub product: String,
    /// The main picture under the first.
    #[schema(value_type = Option<String>)]
    pub old_main: Option<ImageId>,
    /// The main picture under the second.
    #[schema(value_type = Option<String>)]
    pub new_main: Option<ImageId>,
    /// SHA-256 of the first, the key of `GET /v1/images/{hash}/thumbnail`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub old_hash: Option<ContentHash>,
    /// SHA-256 of the second.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub new_hash: Option<ContentHash>,
}

impl Tally {
    /// Counts one product.
    pub fn add(&mut self, first: &Answered, second: &Answered) {
        let (old, new) = (&first.answer, &second.answer);
        self.products += 1;
        self.main_changed += u64::from(old.main != new.main);
        self.newly_empty += u64::from(old.main.is_some() && new.main.is_none());
        self.newly_filled += u64::from(old.main.is_none() && new.main.is_some());
        self.pictures += old.images.len() as u64;
        let suppressed = |answer: &SelectAnswer, id: &ImageId| {
            answer.images.iter().find(|image| image.id == *id).is_some_and(|image| image.action == Decision::Suppress)
        };
        for image in &old.images {
            let (before, after) = (image.action == Decision::Suppress, suppressed(new, &image.id));
            self.newly_suppressed += u64::from(!before && after);
            self.newly_shown += u64::from(before && !after);
        }
        for rule in &first.acting {
            self.by_rule.entry(rule.clone()).or_default().0 += 1;
        }
        for rule in &second.acting {
            self.by_rule.entry(rule.clone()).or_default().1 += 1;
        }
        if old.main != new.main && self.examples.len() < EXAMPLES_MAX {
            let hash = |answer: &SelectAnswer| {
                let main = answer.main.as_ref()?;
                answer.images.iter().find(|image| image.id == *main)?.content_hash
            };
            self.examples.push(Example {
                product: old.product_id.to_string(),
                old_main: old.main.clone(),
                new_main: new.main.clone(),
                old_hash: hash(old),
                new_hash: hash(new),
            });
        }
    }

    /// Adds the counts of another server.
    pub fn merge(&mut self, other: &Self) {
        self.products += other.products;
        self.not_measured += other.not_measured;
        self.main_changed += other.main_changed;
        self.newly_empty += other.newly_empty;
        self.newly_filled += other.newly_filled;
        self.newly_suppressed += other.newly_suppressed;
        self.newly_shown += other.newly_shown;
        self.pictures += other.pictures;
        for (rule, (old, new)) in &other.by_rule {
            let counts = self.by_rule.entry(rule.clone()).or_default();
            counts.0 += old;
            counts.1 += new;
        }
        let room = EXAMPLES_MAX.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.iter().take(room).cloned());
    }
}
