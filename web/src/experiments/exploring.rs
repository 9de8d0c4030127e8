//! The part that chance has in a selection: which picture leads where an experiment's variant explores. Chosen among the pictures that the
//! rules let lead and that wait for nobody, so that nothing forbidden is ever shown; what comes of it is learned from events.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache as Bounded;
use vitrine_engine::{Decision, ImageId};
use vitrine_experiments::design::Exploration;
use vitrine_experiments::thompson::{Candidate, Refused, Tally, draw};

use super::running::Assigned;
use crate::app::App;
use crate::cache::hash_of;
use crate::error::{ApiError, Code};
use crate::store::PictureTally;
use crate::tally::Answered;

/// How long chances stand before they are worked out anew from what has come in since.
const CHANCES_STAND: Duration = Duration::from_secs(5);
/// Questions whose chances are kept.
const KEPT_MAX: u64 = 20_000;

/// Chances of pictures, as they were worked out last.
pub struct Chances(Bounded<[u8; 32], Arc<[f64]>>);

impl Default for Chances {
    fn default() -> Self {
        Self(Bounded::builder().max_capacity(KEPT_MAX).time_to_live(CHANCES_STAND).build())
    }
}

/// Which picture leads, and with what probability it does.
#[derive(Debug, Clone, PartialEq)]
pub struct Led {
    /// The picture.
    pub picture: ImageId,
    /// Above 0 to 1.
    pub propensity: f64,
    /// Whether it is another than the rules' own choice.
    pub explored: bool,
}

impl Assigned {
    /// Whether chance has a part in it.
    pub fn explores(&self) -> bool {
        self.exploration().is_some()
    }

    fn exploration(&self) -> Option<&Exploration> {
        let explores = self.running.document.design.variants[self.variant].explores.as_ref();
        explores.filter(|_| !self.shown.not_a_customer)
    }
}

impl App {
    /// The picture that leads in an exploring variant; `None` where chance has no part. `own` is what the rules say by themselves.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn led(&self, assigned: &Assigned, product: &str, own: &Answered) -> Result<Option<Led>, ApiError> {
        let (Some(exploration), Some(main)) = (assigned.exploration(), &own.answer.main) else { return Ok(None) };
        let allowed = allowed(own);
        if !allowed.contains(&main.as_str()) {
            return Ok(None);
        }
        let (experiment, variant) = (&assigned.running.id, assigned.variant);
        let place = [variant as u8];
        let parts = [self.config.tenant.as_str().as_bytes(), experiment.as_bytes(), &place, product.as_bytes(), main.as_str().as_bytes()];
        let key = hash_of(parts.into_iter().chain(allowed.iter().map(|id| id.as_bytes())));
        let chances = match self.chances.0.get(&key) {
            Some(chances) => chances,
            None => {
                let tallies = self.store.picture_tallies(&self.config.tenant, experiment, variant as i64, product).await?;
                let tallies =
                    tallies.into_iter().map(|PictureTally { picture, shown, rewarded }| (picture, tally(shown, rewarded))).collect();
                let refused = |refused: Refused| ApiError::new(Code::Internal, refused.to_string());
                let chances: Arc<[f64]> = chances(exploration, &allowed, main.as_str(), &tallies).map_err(refused)?.into();
                self.chances.0.insert(key, Arc::clone(&chances));
                chances
            }
        };
        let selection = format!("{}/{product}", assigned.shown.unit);
        let choice = draw(&allowed, &chances, main.as_str(), experiment, &selection);
        Ok(choice.map(|choice| Led { picture: choice.id.into(), propensity: choice.propensity, explored: choice.explored }))
    }
}

fn tally(shown: i64, rewarded: i64) -> Tally {
    let shown = u64::try_from(shown).unwrap_or_default();
    Tally { shown, clicked: u64::try_from(rewarded).unwrap_or_default().min(shown) }
}

/// Pictures that the rules let lead without a person's look, each once: copies of a better one are left out.
fn allowed(own: &Answered) -> Vec<&str> {
    let fine = |id: &ImageId| {
        let decision = own.judged.iter().find(|(known, _)| known == id).and_then(|(_, image)| Some(image.as_ref().ok()?.main().decision));
        matches!(decision, Some(Decision::Accept | Decision::Demote))
    };
    let images = own.answer.images.iter().filter(|image| image.may_lead && image.duplicate_of.is_none() && fine(&image.id));
    images.map(|image| image.id.as_str()).collect()
}

fn chances(exploration: &Exploration, allowed: &[&str], own: &str, tallies: &BTreeMap<String, Tally>) -> Result<Vec<f64>, Refused> {
    let candidate = |id: &&'_ str| tallies.get(*id).copied().unwrap_or_default();
    let candidates: Vec<Candidate<'_>> = allowed.iter().map(|id| Candidate { id, tally: candidate(id) }).collect();
    exploration.policy()?.propensities(&candidates, own)
}
