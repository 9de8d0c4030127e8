//! The life of an experiment: draft, review by a second person, running, stopped, decided. Each step is one transaction with its record
//! in the audit trail; what is fixed before the start stays fixed.

use std::sync::Arc;

use serde_json::json;
use vitrine_experiments::design::{Choice, Design, Scope, Serves, Stage, is_name};
use vitrine_experiments::report::Decision;

use super::blocks::{BLOCKS_CELL, kept_as};
use super::{BUCKETS, ExperimentDocument, Frozen, LogLine};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::identity::Person;
use crate::rulebook::RuleBook;
use crate::store::{Named, Record, Transaction};
use crate::studio::StoredSource;

/// A step of an experiment's life.
#[derive(Debug, Clone)]
pub struct Move {
    /// The revision that the person saw.
    pub revision: i64,
    /// Where to.
    pub to: Stage,
    /// Why.
    pub reason: String,
    /// What was decided, when it is decided.
    pub choice: Option<Choice>,
}

impl App {
    /// Begins an experiment as a draft; it may have faults still.
    ///
    /// # Errors
    /// `request_invalid` for an id that is none, `experiment_exists`, or a failing store.
    pub async fn begin_experiment(&self, id: &str, design: Design, share: Option<f64>, by: &Person) -> Result<(), ApiError> {
        if !is_name(id) {
            return Err(ApiError::new(Code::RequestInvalid, format!("`{id}`: an id has 1 to 60 lower-case letters, digits, `-` and `_`")));
        }
        let mut change = self.store.begin(&self.config.tenant).await?;
        if change.experiment::<ExperimentDocument>(id).await?.is_some() {
            return Err(ApiError::new(Code::ExperimentExists, format!("there is an experiment `{id}` already")));
        }
        let now_ms = change.now_ms();
        let document = ExperimentDocument {
            share: starting_share(&design, share)?,
            design,
            stage: Stage::Draft,
            first_bucket: 0,
            serves: Vec::new(),
            created_by: by.name.clone(),
            created_ms: now_ms,
            submitted_by: None,
            started_ms: None,
            stopped_ms: None,
            decision: None,
            simulated: None,
            from_warehouse: false,
            log: vec![LogLine { at_ms: now_ms, by: by.name.clone(), what: "begun".into(), reason: String::new() }],
        };
        change.put_experiment(id, document.stage.as_str(), &document).await?;
        Ok(change.commit(&[record(by, "experiment.begun", id, "", json!({ "title": document.design.title }))]).await?)
    }

    /// Changes a draft.
    ///
    /// # Errors
    /// `experiment_unknown`, `stale`, `not_now`, or a failing store.
    pub async fn edit_experiment(&self, id: &str, revision: i64, design: Design, share: Option<f64>, by: &Person) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut document = fresh(&mut change, id, revision).await?;
        if document.stage != Stage::Draft {
            return Err(not_now(id, document.stage, "be edited: what is fixed before the start stays fixed"));
        }
        document.share = starting_share(&design, share)?;
        document.design = design;
        change.put_experiment(id, document.stage.as_str(), &document).await?;
        Ok(change.commit(&[record(by, "experiment.edited", id, "", json!({}))]).await?)
    }

    /// Moves an experiment to its next stage.
    ///
    /// # Errors
    /// `experiment_unknown`, `stale`, `not_now`, `experiment_invalid` with its faults, `own_draft`, `no_traffic_left`, or a failing store.
    pub async fn move_experiment(self: &Arc<Self>, id: &str, step: Move, by: &Person) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut document = fresh(&mut change, id, step.revision).await?;
        if !document.stage.next().contains(&step.to) {
            return Err(not_now(id, document.stage, &format!("become `{}`", step.to.as_str())));
        }
        if step.to != Stage::Review && step.reason.trim().is_empty() {
            return Err(ApiError::new(Code::RequestInvalid, "say why: it is kept with the step"));
        }
        let now_ms = change.now_ms();
        let what = match step.to {
            Stage::Review => {
                without_faults(&document.design)?;
                document.submitted_by = Some(by.name.clone());
                "submitted for review"
            }
            Stage::Draft => "sent back",
            Stage::Running => {
                without_faults(&document.design)?;
                if document.submitted_by.as_deref() == Some(by.name.as_str()) {
                    return Err(ApiError::new(Code::OwnDraft, "an experiment is started by another person than who submitted it"));
                }
                document.serves = self.frozen(&document.design).await?;
                document.first_bucket = free_range(&mut change, id, &document.design).await?;
                document.started_ms = Some(now_ms);
                let dealt = change.waiting_for(self.dealt(id, &document, now_ms)).await??;
                if !dealt.is_empty() {
                    change.put_experiment_cell(&kept_as(id), BLOCKS_CELL, &dealt).await?;
                }
                "started"
            }
            Stage::Stopped => {
                document.stopped_ms = Some(now_ms);
                "stopped"
            }
            Stage::Decided => {
                let choice = step.choice.ok_or_else(|| ApiError::new(Code::RequestInvalid, "a decision needs its `choice`"))?;
                document.decision = Some(Decision { choice, by: by.name.clone(), at_ms: now_ms, reason: step.reason.clone() });
                "decided"
            }
        };
        document.stage = step.to;
        document.log.push(LogLine { at_ms: now_ms, by: by.name.clone(), what: what.into(), reason: step.reason.clone() });
        change.put_experiment(id, document.stage.as_str(), &document).await?;
        let detail = json!({ "to": step.to, "choice": step.choice });
        change.commit(&[record(by, "experiment.moved", id, &step.reason, detail)]).await?;
        self.follow_experiments().await?;
        if matches!(step.to, Stage::Stopped | Stage::Decided) {
            self.keep_todays_report(id).await?;
        }
        Ok(())
    }

    /// Lets more of the traffic take part; nobody changes sides.
    ///
    /// # Errors
    /// `experiment_unknown`, `stale`, `not_now`, `request_invalid`, or a failing store.
    pub async fn ramp_experiment(self: &Arc<Self>, id: &str, revision: i64, share: f64, reason: &str, by: &Person) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut document = fresh(&mut change, id, revision).await?;
        if document.stage != Stage::Running {
            return Err(not_now(id, document.stage, "take more traffic"));
        }
        if !(share > document.share && share <= document.design.share) {
            let message =
                format!("the share may grow from {} to the planned {}, not become {share}", document.share, document.design.share);
            return Err(ApiError::new(Code::RequestInvalid, message));
        }
        let line = LogLine {
            at_ms: change.now_ms(),
            by: by.name.clone(),
            what: format!("takes {} % of the traffic, {} % before", share * 100.0, document.share * 100.0),
            reason: reason.to_owned(),
        };
        document.log.push(line);
        document.share = share;
        change.put_experiment(id, document.stage.as_str(), &document).await?;
        change.commit(&[record(by, "experiment.ramped", id, reason, json!({ "share": share }))]).await?;
        self.follow_experiments().await
    }

    /// The rule book that a variant serves, as it is now.
    ///
    /// # Errors
    /// When there is no such release or draft, or its rules cannot be read.
    pub async fn book_served(self: &Arc<Self>, serves: &Serves) -> Result<Arc<RuleBook>, ApiError> {
        match serves {
            Serves::Live | Serves::Following => Ok(Arc::clone(&self.live.now().stable.1)),
            Serves::Release { number } => self.book_of(*number).await,
            Serves::Draft { id } => self.read_book(crate::studio::draft::sources_of(&self.store, &self.config.tenant, *id).await?).await,
        }
    }

    /// The rules of each variant as they are now.
    async fn frozen(self: &Arc<Self>, design: &Design) -> Result<Vec<Frozen>, ApiError> {
        let mut frozen = Vec::new();
        for variant in &design.variants {
            frozen.push(match &variant.serves {
                Serves::Live => Frozen::Release(self.live.now().stable.0),
                Serves::Following => Frozen::Following,
                Serves::Release { number } => {
                    self.book_of(*number).await?;
                    Frozen::Release(*number)
                }
                Serves::Draft { .. } => {
                    let book = self.book_served(&variant.serves).await?;
                    Frozen::Packs(book.sources.iter().map(StoredSource::from).collect())
                }
            });
        }
        Ok(frozen)
    }
}

/// The share that it starts with: all that it may take, unless it is to be ramped up.
fn starting_share(design: &Design, share: Option<f64>) -> Result<f64, ApiError> {
    match share {
        None => Ok(design.share),
        Some(share) if share > 0.0 && share <= design.share => Ok(share),
        Some(share) => Err(ApiError::new(
            Code::RequestInvalid,
            format!("it starts with a share above 0 and up to the planned {}, not {share}", design.share),
        )),
    }
}

/// An experiment as it is now, if the person saw it so.
async fn fresh(change: &mut Transaction, id: &str, revision: i64) -> Result<ExperimentDocument, ApiError> {
    let named: Option<Named<ExperimentDocument>> = change.experiment(id).await?;
    let named = named.ok_or_else(|| unknown(id))?;
    if named.revision != revision {
        return Err(ApiError::new(Code::Stale, format!("experiment `{id}` is at revision {} by now, not {revision}", named.revision)));
    }
    Ok(named.document)
}

/// Buckets of the layer that no running experiment holds: the first range that is large enough.
async fn free_range(change: &mut Transaction, id: &str, design: &Design) -> Result<u32, ApiError> {
    let others: Vec<Named<ExperimentDocument>> = change.experiments().await?;
    let running = || others.iter().filter(|other| other.document.stage == Stage::Running && other.id != id);
    if design.is_holdout() {
        // It stands above the layers: those it holds out reach none.
        let other = running().find(|other| other.document.design.is_holdout() && overlap(&other.document.design.scope, &design.scope));
        return other.map_or(Ok(0), |other| {
            Err(ApiError::new(Code::NoTrafficLeft, format!("`{}` is a holdout of the same scope: end it before another begins", other.id)))
        });
    }
    let running = || running().filter(|other| !other.document.design.is_holdout());
    if let Some(other) =
        running().find(|other| other.document.design.layer != design.layer && overlap(&other.document.design.scope, &design.scope))
    {
        let message = format!(
            "`{}` runs in the layer `{}` on selections of the same scope, and one selection is judged by one rule book: use its layer",
            other.id, other.document.design.layer
        );
        return Err(ApiError::new(Code::NoTrafficLeft, message));
    }
    let wanted = (design.share * f64::from(BUCKETS)).round() as u32;
    let width = |document: &ExperimentDocument| (document.design.share * f64::from(BUCKETS)).round() as u32;
    let mut taken: Vec<(u32, u32)> = running()
        .filter(|other| other.document.design.layer == design.layer && overlap(&other.document.design.scope, &design.scope))
        .map(|other| (other.document.first_bucket, other.document.first_bucket + width(&other.document)))
        .collect();
    taken.sort_unstable();
    let (mut first, mut widest) = (0, 0);
    for (start, end) in taken.into_iter().chain([(BUCKETS, BUCKETS)]) {
        let free = start.saturating_sub(first);
        if wanted <= free {
            return Ok(first);
        }
        widest = widest.max(free);
        first = first.max(end);
    }
    let percent = |buckets: u32| f64::from(buckets) * 100.0 / f64::from(BUCKETS);
    let message = format!(
        "of the layer `{}` at most {} % of the traffic is free in one piece, not {} %: ask for less, or wait for another experiment to end",
        design.layer,
        percent(widest),
        percent(wanted)
    );
    Err(ApiError::new(Code::NoTrafficLeft, message))
}

/// Whether a selection can be of both scopes.
fn overlap(a: &Scope, b: &Scope) -> bool {
    let may_be = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    let below = |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
    let categories = match (&a.category, &b.category) {
        (Some(a), Some(b)) => below(a, b) || below(b, a),
        _ => true,
    };
    may_be(&a.marketplace, &b.marketplace) && may_be(&a.region, &b.region) && categories
}

fn without_faults(design: &Design) -> Result<(), ApiError> {
    let faults = design.faults();
    if faults.is_empty() { Ok(()) } else { Err(ApiError::new(Code::ExperimentInvalid, faults.join("; "))) }
}

fn record(by: &Person, action: &'static str, id: &str, reason: &str, detail: serde_json::Value) -> Record {
    Record { actor: by.name.clone(), action: action.into(), subject: format!("experiment:{id}"), reason: reason.into(), detail }
}

/// There is no such experiment.
pub fn unknown(id: &str) -> ApiError {
    let id: String = id.chars().filter(|letter| !letter.is_control()).take(80).collect();
    ApiError::new(Code::ExperimentUnknown, format!("there is no experiment `{id}`"))
}

fn not_now(id: &str, stage: Stage, what: &str) -> ApiError {
    ApiError::new(Code::NotNow, format!("experiment `{id}` is `{}` and cannot {what}", stage.as_str()))
}
