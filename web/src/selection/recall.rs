//! A decision as it is stored with everything that it was made from, and the same again from what was stored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use vitrine_engine::{ContentHash, DetectorId, ImageId, Leader, ProductId, RuleId, RuleSetVersion, SelectionPolicy};
use vitrine_rules::{CompiledRuleSet, RuleSet, Scope, compile};

use super::{JudgedCandidate, Question, catalogue_row, language_of, today};
use crate::app::App;
use crate::cache::{KeptRules, Picture};
use crate::error::{ApiError, Code};
use crate::judge::{ScopeKey, SelectionRules, answer, judge_image_except};
use crate::live::ReleaseNumber;
use crate::pictures::{Wanted, to_json};
use crate::rulebook::RuleBook;
use crate::store::Change;
use crate::wire::{FileError, SelectAnswer};

/// A stored decision: everything it was made from, and the answer byte for byte.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    /// The release whose rules judged; absent in decisions of programs that knew none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<ReleaseNumber>,
    /// Where it was asked for; absent in decisions of programs that took it from the rule set, which is that of whoever asked first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked_for: Option<AskedFor>,
    product_id: ProductId,
    rule_set: RuleSetVersion,
    gallery_rule_set: RuleSetVersion,
    language: String,
    current_main: Option<ImageId>,
    /// The picture that chance has put in front, in an experiment that explores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    explored: Option<ImageId>,
    policy: SelectionPolicy,
    pictures: Vec<StoredPicture>,
    answer: Box<RawValue>,
}

/// Where a selection is asked for. Several scopes may have the same rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedFor {
    /// The marketplace; `None` = the house's rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<String>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The product's category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredPicture {
    id: ImageId,
    #[serde(flatten)]
    known: StoredKnown,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum StoredKnown {
    Measured {
        content_hash: ContentHash,
        detectors: Vec<DetectorId>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exempted: Vec<RuleId>,
    },
    Refused {
        error: FileError,
    },
}

/// A decision computed again.
pub struct Replay {
    /// The answer that was given.
    pub stored: Box<RawValue>,
    /// The answer of today's program from the stored signals and rules.
    pub replayed: String,
}

/// A decision with everything that it was made from, judged again.
pub struct Recalled {
    /// The product.
    pub product_id: ProductId,
    /// When it was stored, ms since 1970 UTC.
    pub at_ms: i64,
    /// The rules as they were.
    pub rules: SelectionRules,
    /// Its pictures, by id.
    pub images: Vec<JudgedCandidate>,
    stored: Stored,
}

impl Recalled {
    /// Where it was asked for.
    pub fn asked_for(&self) -> AskedFor {
        asked_for(&self.stored, &self.rules.main)
    }
}

/// A candidate of a stored decision with what was known then, and the rules that people had overturned for it.
type AsStored = (ImageId, Result<(Picture, Vec<RuleId>), FileError>);

impl App {
    /// Computes a stored decision again from stored signals and rules.
    ///
    /// # Errors
    /// `decision_unknown`, or `replay_impossible` when a part of it is no longer there.
    pub async fn replay(&self, id: &str) -> Result<Replay, ApiError> {
        let Recalled { product_id, rules, images, stored, .. } = self.recalled(id, None).await?;
        let leader = stored.explored.as_ref().map_or(Leader::from(stored.current_main.as_ref()), Leader::Explored);
        let again = answer(&product_id, &rules, &images, leader, &stored.policy);
        Ok(Replay { stored: stored.answer, replayed: to_json(&again)? })
    }

    /// A stored decision, judged again from stored signals and rules; in its own language where none is named.
    ///
    /// # Errors
    /// As [`App::replay`].
    pub async fn recalled(&self, id: &str, language: Option<&str>) -> Result<Recalled, ApiError> {
        let (mut stored, at_ms) = self.stored(id).await?;
        let rules = SelectionRules {
            main: self.stored_rules(&stored.rule_set).await?,
            gallery: self.stored_rules(&stored.gallery_rule_set).await?,
        };
        let pictures = self.as_stored(std::mem::take(&mut stored.pictures)).await?;
        let images = judged_as_stored(&pictures, &rules, language.unwrap_or(&stored.language));
        Ok(Recalled { product_id: stored.product_id.clone(), at_ms, rules, images, stored })
    }

    /// What today's rules of a book, in the scope of a stored decision, make of its pictures as they were measured then.
    ///
    /// # Errors
    /// `decision_unknown`, or `replay_impossible` when a part of it is no longer there or was never measured.
    pub async fn judged_anew(self: &Arc<Self>, id: &str, book: &Arc<RuleBook>) -> Result<SelectAnswer, ApiError> {
        let (mut stored, _) = self.stored(id).await?;
        let rules = self.stored_rules(&stored.rule_set).await?;
        let AskedFor { marketplace, region, category } = asked_for(&stored, &rules);
        let kept = self.rules_of(book, ScopeKey { marketplace, region, category, date: today() }).await?;
        let pictures = self.as_stored(std::mem::take(&mut stored.pictures)).await?;
        let wanted = Wanted::NeededBy(Arc::clone(&kept));
        if pictures.iter().any(|(_, picture)| picture.as_ref().is_ok_and(|(picture, _)| !self.is_enough(picture, &wanted))) {
            return Err(impossible("these rules ask for signals that were not measured then"));
        }
        let images = judged_as_stored(&pictures, &kept.rules, &stored.language);
        Ok(answer(&stored.product_id, &kept.rules, &images, stored.current_main.as_ref().into(), &stored.policy))
    }

    async fn stored(&self, id: &str) -> Result<(Stored, i64), ApiError> {
        let found = self.store.decision_and_time(&self.config.tenant, id).await?;
        let (document, at_ms) = found.ok_or_else(|| unknown_decision(id))?;
        let stored = serde_json::from_str(&document).map_err(|_| impossible("the stored decision is of another program version"))?;
        Ok((stored, at_ms))
    }

    async fn as_stored(&self, pictures: Vec<StoredPicture>) -> Result<Vec<AsStored>, ApiError> {
        let mut found = Vec::with_capacity(pictures.len());
        for StoredPicture { id, known } in pictures {
            found.push((
                id,
                match known {
                    StoredKnown::Refused { error } => Err(error),
                    StoredKnown::Measured { content_hash, detectors, exempted } => {
                        let rows = self.store.readings(&self.config.tenant, content_hash).await?;
                        let rows: Vec<_> = rows.into_iter().filter(|(detector, _)| detectors.contains(detector)).collect();
                        if rows.len() != detectors.len() {
                            return Err(impossible("readings that it rests on are no longer stored"));
                        }
                        Ok((Picture::new(self.restored(content_hash, rows.into_iter())?), exempted))
                    }
                },
            ));
        }
        Ok(found)
    }

    /// A decision as stored.
    ///
    /// # Errors
    /// `decision_unknown`.
    pub async fn decision(&self, id: &str) -> Result<String, ApiError> {
        self.store.decision(&self.config.tenant, id).await?.ok_or_else(|| unknown_decision(id))
    }

    async fn stored_rules(&self, version: &RuleSetVersion) -> Result<Arc<CompiledRuleSet>, ApiError> {
        let key = (self.config.tenant.clone(), version.clone());
        if let Some(kept) = self.cache.rule_sets.get(&key) {
            return Ok(kept);
        }
        let document = self.store.rule_set(&self.config.tenant, version).await?;
        let document = document.ok_or_else(|| impossible("its rule set is no longer stored"))?;
        let rule_set: RuleSet = serde_json::from_str(&document).map_err(|_| impossible("its rule set is of another program version"))?;
        let compiled = compile(&rule_set, self.judge.catalog());
        let compiled = Arc::new(compiled.map_err(|_| impossible("its rule set does not fit today's vocabulary"))?);
        self.cache.rule_sets.insert(key, Arc::clone(&compiled));
        Ok(compiled)
    }

    /// A decision with everything it was made from, as it is stored.
    pub(super) fn remembered(
        &self,
        question: &Question<'_>,
        release: Option<ReleaseNumber>,
        answer: &str,
        id: String,
        opened: Vec<Change>,
    ) -> Result<Vec<Change>, ApiError> {
        let Question { request, kept: KeptRules { rules, .. }, pictures, exempt, leader } = *question;
        let known = |picture: &Result<Arc<Picture>, FileError>| match picture {
            Ok(picture) => {
                let content_hash = picture.measured.content_hash;
                let exempted = exempt.get(&content_hash).map(|rules| rules.to_vec()).unwrap_or_default();
                StoredKnown::Measured { content_hash, detectors: picture.measured.detectors.clone(), exempted }
            }
            Err(error) => StoredKnown::Refused { error: error.clone() },
        };
        let stored = Stored {
            release,
            asked_for: Some(AskedFor {
                marketplace: request.marketplace.clone(),
                region: request.region.clone(),
                category: request.product.category.clone(),
            }),
            product_id: request.product.id.clone(),
            rule_set: rules.main.version().clone(),
            gallery_rule_set: rules.gallery.version().clone(),
            language: language_of(request).to_owned(),
            current_main: request.current_main.clone(),
            explored: match leader {
                Leader::Explored(id) => Some(id.clone()),
                Leader::Best | Leader::Current(_) => None,
            },
            policy: self.config.policy,
            pictures: pictures.iter().map(|(id, picture)| StoredPicture { id: id.clone(), known: known(picture) }).collect(),
            answer: RawValue::from_string(answer.to_owned()).map_err(|_| ApiError::new(Code::Internal, "the answer is not JSON"))?,
        };
        let (tenant, product_id) = (self.config.tenant.clone(), request.product.id.to_string());
        let product = Change::Product { tenant: tenant.clone(), row: catalogue_row(request, pictures)? };
        let decision = Change::Decision { tenant, id, product_id, document: to_json(&stored)? };
        Ok([decision, product].into_iter().chain(opened).collect())
    }
}

fn asked_for(stored: &Stored, rules: &CompiledRuleSet) -> AskedFor {
    stored.asked_for.clone().unwrap_or_else(|| {
        let Scope { marketplace, region, category, .. } = rules.rule_set().scope().clone();
        AskedFor { marketplace, region, category }
    })
}

fn judged_as_stored(pictures: &[AsStored], rules: &SelectionRules, language: &str) -> Vec<JudgedCandidate> {
    let judged = |(picture, exempted): &(Picture, Vec<RuleId>)| Arc::new(judge_image_except(rules, &picture.measured, language, exempted));
    pictures.iter().map(|(id, picture)| (id.clone(), picture.as_ref().map(judged).map_err(Clone::clone))).collect()
}

fn unknown_decision(id: &str) -> ApiError {
    let id: String = id.chars().filter(|letter| !letter.is_control()).take(80).collect();
    ApiError::new(Code::DecisionUnknown, format!("there is no decision `{id}`"))
}

fn impossible(why: &str) -> ApiError {
    ApiError::new(Code::ReplayImpossible, why)
}
