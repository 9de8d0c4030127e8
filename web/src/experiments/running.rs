//! Which experiment a selection takes part in. Stateless: every server gives the same answer from the same design.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use utoipa::ToSchema;
use vitrine_engine::TenantId;
use vitrine_experiments::assign::bucket;
use vitrine_experiments::design::{Design, ExposureRule, Scope, Stage, Unit};
use vitrine_experiments::{InvalidSplit, Split, Variant};
use vitrine_rules::PackSource;

use super::blocks::{Dealt, kept_as};
use super::exploring::Led;
use super::exposure::{Beside, Shown, UnitKey};
use super::{BUCKETS, ExperimentDocument, Frozen};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::live::ReleaseNumber;
use crate::rulebook::RuleBook;
use crate::store::Named;
use crate::wire::{ExperimentAnswer, SelectRequest, Traffic};

/// An experiment that takes traffic or late events.
pub struct Running {
    /// Its id.
    pub id: String,
    /// As it is stored.
    pub document: ExperimentDocument,
    /// Its variants' rules, in the design's order; empty where it takes no traffic any more.
    pub books: Vec<Judging>,
    split: Split,
    /// Units that were dealt out at the start.
    dealt: Arc<Dealt>,
}

/// What judges a variant's selections: a rule book, with its release where it is one; `None` = whatever is in force.
pub type Judging = Option<(Option<ReleaseNumber>, Arc<RuleBook>)>;

/// The experiments that take traffic or late events.
#[derive(Default)]
pub struct RunningExperiments {
    held: RwLock<Held>,
}

#[derive(Default)]
struct Held {
    /// Up to which all that has changed was brought in.
    revision: i64,
    running: Arc<Vec<Arc<Running>>>,
    unready: Arc<BTreeSet<String>>,
}

/// A selection's part in an experiment.
pub struct Assigned {
    /// The experiment.
    pub running: Arc<Running>,
    /// The variant's place in its design.
    pub variant: usize,
    /// What an exposure of it says.
    pub shown: Shown,
    /// Whether the caller asked for this variant.
    pub forced: bool,
}

/// Layers and holdouts have salts of their own.
const LAYER_SALT: &str = "layer:";
const HOLDOUT_SALT: &str = "holdout";

impl RunningExperiments {
    /// What runs now.
    pub fn now(&self) -> Arc<Vec<Arc<Running>>> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner).running)
    }

    /// The same, and the ids of those that could not be made ready here, which is tried again.
    pub fn with_unready(&self) -> (Arc<Vec<Arc<Running>>>, Arc<BTreeSet<String>>) {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        (Arc::clone(&held.running), Arc::clone(&held.unready))
    }

    /// Changes with every change that was brought in.
    pub fn revision(&self) -> i64 {
        self.held.read().unwrap_or_else(PoisonError::into_inner).revision
    }

    /// Takes over what was read at a revision. While one of them is not ready the revision stays behind, so that they are read again.
    fn set(&self, revision: i64, running: Vec<Arc<Running>>, unready: BTreeSet<String>) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let is_ready = unready.is_empty();
        if revision > held.revision || (is_ready && revision == held.revision) {
            let revision = if is_ready { revision } else { held.revision };
            *held = Held { revision, running: Arc::new(running), unready: Arc::new(unready) };
        }
    }
}

impl Running {
    /// Whether it stands above all layers.
    pub fn is_holdout(&self) -> bool {
        self.document.design.is_holdout()
    }

    /// The variant of a unit by its name and pseudonym; `None` where it takes no part.
    fn variant_of(&self, name: &str, unit: &str) -> Option<usize> {
        let taken = self.document.takes(bucket_of(&self.document.design, name));
        taken.then(|| self.dealt.get(unit).map_or_else(|| self.split.position(name), |variant| usize::from(*variant)))
    }

    /// Whether a selection is what it is about.
    pub fn covers(&self, request: &SelectRequest) -> bool {
        let Scope { marketplace, region, category } = &self.document.design.scope;
        let is = |wanted: &Option<String>, given: &Option<String>| wanted.is_none() || wanted == given;
        let below = category.as_ref().is_none_or(|category| {
            let given = request.product.category.as_deref().unwrap_or_default();
            given == category || given.strip_prefix(category.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
        is(marketplace, &request.marketplace) && is(region, &request.region) && below
    }

    /// What is randomised, of a selection; `None` where the request does not say.
    fn unit_of(&self, request: &SelectRequest, now: Timestamp) -> Option<(&'static str, String)> {
        match self.document.design.unit {
            Unit::Visitor => Some(("visitor", request.unit_id.clone()?)),
            Unit::Product => Some(("product", request.product.family.clone().unwrap_or_else(|| request.product.id.to_string()))),
            Unit::Seller => Some(("seller", request.product.seller.clone()?)),
            Unit::Slot { minutes, .. } => Some(("slot", (now.as_second().div_euclid(60 * i64::from(minutes.max(1)))).to_string())),
        }
    }
}

impl App {
    /// The experiment that a selection takes part in, if any: a selection is judged by one rule book, so by one experiment at most.
    ///
    /// # Errors
    /// `request_invalid` where a variant is asked for that no running experiment has.
    pub fn assigned(&self, request: &SelectRequest) -> Result<Option<Assigned>, ApiError> {
        let running = self.experiments.now();
        for (experiment, variant) in request.force_variants.iter().flatten() {
            let has = |running: &Arc<Running>| {
                running.id == *experiment && running.document.design.variants.iter().any(|one| one.name == *variant)
            };
            if !running.iter().any(has) {
                let message = format!("`force_variants` asks for `{variant}` of `{experiment}`, and no running experiment has it");
                return Err(ApiError::new(Code::RequestInvalid, message));
            }
        }
        if running.is_empty() {
            return Ok(None);
        }
        let now = Timestamp::now();
        let taking = || running.iter().filter(|running| !running.books.is_empty() && running.covers(request));
        let part = |running| self.part(running, request, now);
        // What is asked for comes first, also for whoever is held out or in another experiment.
        if let Some(forced) = taking().filter_map(part).find(|part| part.forced) {
            return Ok(Some(forced));
        }
        // Whoever is held out takes part in nothing else; all others are the holdout's other side, whatever else they take part in.
        let holdout = taking().filter(|running| running.is_holdout()).find_map(part);
        if holdout.as_ref().is_some_and(|part| part.running.books[part.variant].is_some()) {
            return Ok(holdout);
        }
        let Some(mut found) = taking().filter(|running| !running.is_holdout()).find_map(part) else { return Ok(holdout) };
        found.shown.beside =
            holdout.map(|Assigned { shown, .. }| Beside { experiment: shown.experiment, variant: shown.variant, unit: shown.unit });
        Ok(Some(found))
    }

    /// A selection's part in one experiment; `None` where it has none.
    fn part(&self, running: &Arc<Running>, request: &SelectRequest, now: Timestamp) -> Option<Assigned> {
        let (kind, name) = running.unit_of(request, now)?;
        let unit = self.unit_key.pseudonym(kind, &name);
        let wanted = request.force_variants.as_ref().and_then(|forced| forced.get(&running.id));
        let forced = wanted.and_then(|wanted| running.document.design.variants.iter().position(|variant| variant.name == *wanted));
        let is_customer = request.traffic.unwrap_or_default() == Traffic::Customer;
        let variant = match forced {
            Some(variant) => variant,
            None if !is_customer => return None,
            None => running.variant_of(&name, &unit)?,
        };
        let category = request.product.category.as_deref().and_then(|path| path.split('/').next()).map(str::to_owned);
        let visitor = request.visitor.map(|visitor| visitor.as_str().to_owned());
        let segments = [category, request.region.clone(), request.device.clone(), visitor];
        let not_a_customer = forced.is_some() || !is_customer;
        let (experiment, variant_place) = (running.id.clone(), variant as u8);
        let shown = Shown { experiment, variant: variant_place, unit, segments, not_a_customer, explored: None, beside: None };
        Some(Assigned { running: Arc::clone(running), variant, shown, forced: forced.is_some() })
    }

    /// What a caller is told of its part.
    pub fn experiment_answer(&self, assigned: &Assigned, led: Option<&Led>) -> ExperimentAnswer {
        ExperimentAnswer {
            id: assigned.running.id.clone(),
            variant: assigned.running.document.design.variants[assigned.variant].name.clone(),
            exposure_id: self.unit_key.seal(&assigned.shown),
            forced: assigned.forced,
            explored: led.map(|led| led.explored),
            propensity: led.map(|led| led.propensity),
        }
    }

    /// Notes an exposure where answering is being exposed.
    pub fn note_answered(&self, assigned: &Assigned) {
        if assigned.running.document.design.exposure == ExposureRule::Answered {
            self.answered_exposures.push(assigned.shown.clone());
        }
    }

    /// Brings in experiments that have changed since.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn follow_experiments(self: &Arc<Self>) -> Result<(), ApiError> {
        let revision = self.store.experiments_revision(&self.config.tenant).await?;
        if revision == self.experiments.revision() {
            return Ok(());
        }
        let (held, unready_before) = self.experiments.with_unready();
        let (mut running, mut unready) = (Vec::new(), BTreeSet::new());
        for named in self.store.experiments::<ExperimentDocument>(&self.config.tenant, None).await? {
            if !matches!(named.document.stage, Stage::Running | Stage::Stopped) {
                continue;
            }
            let id = named.id.clone();
            match self.made_ready(named, &held).await {
                Ok(ready) => running.push(Arc::new(ready)),
                // One that cannot be read stands in nobody's way: selections go on without it, and its events wait.
                Err(error) => {
                    if !unready_before.contains(&id) {
                        tracing::warn!(%error, experiment = id, "an experiment takes no part until it can be read");
                    }
                    unready.insert(id);
                }
            }
        }
        running.sort_by(|a, b| a.id.cmp(&b.id));
        self.experiments.set(revision, running, unready);
        Ok(())
    }

    async fn made_ready(self: &Arc<Self>, named: Named<ExperimentDocument>, held: &[Arc<Running>]) -> Result<Running, ApiError> {
        let Named { id, document, .. } = named;
        let variants = document.design.variants.iter().map(|variant| Variant::new(variant.name.as_str(), variant.weight)).collect();
        let invalid = |error: InvalidSplit| ApiError::new(Code::Internal, format!("experiment `{id}`: {error}"));
        let split = Split::new(id.as_str(), variants).map_err(invalid)?;
        let mut books = Vec::new();
        if document.stage == Stage::Running {
            let known =
                held.iter().find(|running| running.id == id && running.document.serves == document.serves && !running.books.is_empty());
            match known {
                Some(known) => books.clone_from(&known.books),
                None => {
                    for frozen in &document.serves {
                        books.push(match frozen {
                            Frozen::Release(number) => Some((Some(*number), self.book_of(*number).await?)),
                            Frozen::Packs(sources) => {
                                Some((None, self.read_book(sources.iter().cloned().map(PackSource::from).collect()).await?))
                            }
                            Frozen::Following => None,
                        });
                    }
                }
            }
        }
        let dealt = match held.iter().find(|running| running.id == id && running.document.started_ms == document.started_ms) {
            Some(known) => Arc::clone(&known.dealt),
            None if document.design.blocks => Arc::new(self.kept_blocks(&id).await?),
            None => Arc::default(),
        };
        Ok(Running { id, document, books, split, dealt })
    }

    async fn kept_blocks(&self, id: &str) -> Result<Dealt, ApiError> {
        let cell = self.store.experiment_cells(&self.config.tenant, &kept_as(id)).await?.pop();
        let broken = |error: serde_json::Error| ApiError::new(Code::Internal, format!("stored blocks cannot be read: {error}"));
        cell.map_or(Ok(Dealt::new()), |(_, text)| serde_json::from_str(&text).map_err(broken))
    }

    /// The key that turns unit ids into pseudonyms, made at first need.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load_unit_key(store: &crate::store::Store, tenant: &TenantId) -> Result<UnitKey, crate::store::StoreError> {
        let fresh = UnitKey::fresh().map_err(|error| crate::store::StoreError::new("a key cannot be made", error))?;
        Ok(UnitKey::new(&store.key(tenant, "units", &fresh).await?))
    }
}

/// A unit's bucket in the layer of a plan; holdouts stand above all layers.
pub fn bucket_of(design: &Design, name: &str) -> u32 {
    let salt = if design.is_holdout() { HOLDOUT_SALT.to_owned() } else { format!("{LAYER_SALT}{}", design.layer) };
    bucket(&salt, name, u64::from(BUCKETS)) as u32
}

/// What kind of visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitorKind {
    /// Never seen before.
    New,
    /// Has been here before.
    Returning,
}

impl VisitorKind {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returning => "returning",
        }
    }
}
