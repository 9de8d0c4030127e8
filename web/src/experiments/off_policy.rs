//! What other rules would have earned, by the selections that an exploring variant left to chance: an answer before anything is tested.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;
use vitrine_experiments::design::Serves;
use vitrine_experiments::off_policy::{Explored, OffPolicy, beside};

use super::ExperimentDocument;
use crate::apart::apart;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::rulebook::RuleBook;
use crate::store::Named;

/// Selections that are looked at, the latest.
pub const SELECTIONS_MAX: u32 = 100_000;

/// What other rules would have earned.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffPolicyAnswer {
    /// The variant whose selections were logged.
    pub variant: String,
    /// The outcome that a selection hopes for.
    pub reward: String,
    /// Error level of the intervals, two-sided.
    pub alpha: f64,
    /// Share of the questions that the other rules leave without a main picture.
    pub empty: f64,
    /// Logged selections whose decision or rules cannot be judged anew: they are left out.
    pub left_out: usize,
    /// The estimates.
    #[serde(flatten)]
    pub said: OffPolicy,
}

impl App {
    /// Judges rules by what an experiment's exploring variants have logged.
    ///
    /// # Errors
    /// `request_invalid` where no variant explores, what the rules themselves have against them, or a failing store.
    pub async fn off_policy(self: &Arc<Self>, named: &Named<ExperimentDocument>, serves: &Serves) -> Result<OffPolicyAnswer, ApiError> {
        let design = &named.document.design;
        let exploring = design.variants.iter().enumerate().find_map(|(place, variant)| Some((place, variant.explores.as_ref()?)));
        let Some((place, exploration)) = exploring else {
            let message = format!("no variant of `{}` explores: nothing was left to chance that other rules could be judged by", named.id);
            return Err(ApiError::new(Code::RequestInvalid, message));
        };
        let book = self.book_served(serves).await?;
        let rows = self.store.explorations(&self.config.tenant, &named.id, SELECTIONS_MAX).await?;
        let (mut units, mut log, mut left_out) = (HashMap::new(), Vec::with_capacity(rows.len()), 0);
        // Decisions of one product that the other rules lead with the same picture are one question: what chance made of it differs.
        let (mut of_decision, mut questions, mut targets) = (HashMap::new(), HashMap::new(), Vec::new());
        for row in rows.into_iter().filter(|row| row.variant == place as i64) {
            let question = match of_decision.get(&row.decision) {
                Some(question) => *question,
                None => {
                    let question = self.led_by(&book, &row.decision).await?.map(|target| {
                        *questions.entry((row.product.clone(), target.clone())).or_insert_with(|| {
                            targets.push(target);
                            targets.len() - 1
                        })
                    });
                    of_decision.insert(row.decision.clone(), question);
                    question
                }
            };
            let Some(question) = question else {
                left_out += 1;
                continue;
            };
            let next = units.len() as u64;
            let unit = *units.entry(row.unit).or_insert(next);
            log.push(Explored { question, picture: row.picture, propensity: row.propensity, rewarded: row.rewards > 0, unit });
        }
        let empty = targets.iter().filter(|target| target.is_none()).count() as f64 / targets.len().max(1) as f64;
        let alpha = design.decision.alpha;
        let said = apart("the estimate", move || beside(&log, &targets, alpha)).await?;
        let (variant, reward) = (design.variants[place].name.clone(), exploration.reward.clone());
        Ok(OffPolicyAnswer { variant, reward, alpha, empty, left_out, said })
    }

    /// The picture that other rules put in front for the question of a decision; `None` where it can no longer be judged.
    async fn led_by(self: &Arc<Self>, book: &Arc<RuleBook>, decision: &str) -> Result<Option<Option<String>>, ApiError> {
        match self.judged_anew(decision, book).await {
            Ok(answer) => Ok(Some(answer.main.map(|main| main.to_string()))),
            Err(error) if ["decision_unknown", "replay_impossible"].contains(&error.body().code.as_str()) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
