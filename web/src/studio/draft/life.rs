//! What people do with drafts, from the first line to the release. Each is one transaction with its audit record.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use vitrine_engine::RuleId;
use vitrine_rules::edit::{Edit, apply};
use vitrine_rules::{PackSource, diff};

use super::{DraftDocument, DraftEdit, DraftState, NotEdited, Review, invalid, refused};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::live::{DraftId, LiveDocument, ReleaseNumber};
use crate::rollout::Budget;
use crate::rulebook::RuleBook;
use crate::store::{Numbered, Record, Transaction};
use crate::studio::release::{self, Publication};
use crate::studio::{Origin, ReleaseDocument};

impl App {
    /// Begins a draft over the release in force.
    ///
    /// # Errors
    /// When the title is no title, or the store fails.
    pub async fn begin_draft(&self, title: &str, by: &str) -> Result<DraftId, ApiError> {
        let title = words_of("title", title, 1, 200)?;
        let mut change = self.store.begin(&self.config.tenant).await?;
        let live: Option<Numbered<LiveDocument>> = change.live().await?;
        let base = live.map_or(1, |live| live.document.stable);
        let (id, created_ms) = (change.next_draft().await?, change.now_ms());
        let draft = DraftDocument {
            title: title.clone(),
            author: by.to_owned(),
            state: DraftState::Open,
            base,
            edits: Vec::new(),
            created_ms,
            submitted_ms: None,
            reason: String::new(),
            review: None,
            shadow: false,
            shadow_since_ms: None,
            release: None,
            backtest: None,
        };
        change.put_draft(id, draft.state.as_str(), 1, &draft).await?;
        change.commit(&[record(by, "draft.begun", id, "", json!({ "title": title, "base": base }))]).await?;
        Ok(id)
    }

    /// A draft as it is stored.
    ///
    /// # Errors
    /// `draft_unknown`, or a failing store.
    pub async fn draft(&self, id: DraftId) -> Result<Numbered<DraftDocument>, ApiError> {
        self.store.drafts(&self.config.tenant, Some(id)).await?.pop().ok_or_else(|| unknown(id))
    }

    /// The rule book that a draft would be, without the edits' findings standing in the way: its packs as text.
    ///
    /// # Errors
    /// When its base is gone or the store fails.
    pub async fn draft_sources(self: &Arc<Self>, draft: &DraftDocument) -> Result<(Arc<RuleBook>, Vec<PackSource>), ApiError> {
        let base = self.book_of(draft.base).await?;
        let sources = apply(&base.sources, &draft.plain_edits()).map_err(|refusals| refused(&refusals))?;
        Ok((base, sources))
    }

    /// Takes edits into a draft: all of them or none.
    ///
    /// # Errors
    /// The conflicts with another person's edits, or why it cannot be.
    pub async fn edit_draft(self: &Arc<Self>, id: DraftId, edits: Vec<Edit>, by: &str) -> Result<(), NotEdited> {
        let seen = self.draft(id).await?.document.base;
        let base = self.book_of(seen).await?;
        let detail = json!({ "edits": edits });
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        draft.document.must_be(id, DraftState::Open)?;
        if draft.document.base != seen {
            return Err(ApiError::new(Code::Stale, "another person has put the draft over another release meanwhile").into());
        }
        let now_ms = change.now_ms();
        draft.document.take(&base.sources, edits, by, now_ms)?;
        self.changed(change, draft, record(by, "draft.edited", id, "", detail)).await?;
        Ok(())
    }

    /// Takes an edit back; all of a rule where no field is named.
    ///
    /// # Errors
    /// `not_now`, or a failing store.
    pub async fn drop_edits(&self, id: DraftId, rule: &str, field: Option<&str>, by: &str) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        draft.document.must_be(id, DraftState::Open)?;
        draft.document.drop(rule, field);
        self.changed(change, draft, record(by, "draft.edited", id, "", json!({ "dropped": { "rule": rule, "field": field } }))).await
    }

    /// Gives a draft another title.
    ///
    /// # Errors
    /// `not_now`, or a failing store.
    pub async fn name_draft(&self, id: DraftId, title: &str, by: &str) -> Result<(), ApiError> {
        let title = words_of("title", title, 1, 200)?;
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        draft.document.must_be(id, DraftState::Open)?;
        draft.document.title.clone_from(&title);
        change.put_draft(id, draft.state.as_str(), draft.revision, &draft.document).await?;
        Ok(change.commit(&[record(by, "draft.named", id, "", json!({ "title": title }))]).await?)
    }

    /// Puts a draft over the release in force.
    ///
    /// # Errors
    /// The fields that the release in force has changed too, or why it cannot be.
    pub async fn rebase_draft(self: &Arc<Self>, id: DraftId, by: &str) -> Result<(), NotEdited> {
        let live = self.live.now();
        let (stable, book) = (live.stable.0, &live.stable.1);
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        draft.document.must_be(id, DraftState::Open)?;
        let (edits, from) = (draft.document.plain_edits(), draft.document.base);
        let authors: Vec<DraftEdit> = std::mem::take(&mut draft.document.edits);
        draft.document.base = stable;
        let now_ms = change.now_ms();
        draft.document.take(&book.sources, edits, by, now_ms)?;
        for edit in &mut draft.document.edits {
            if let Some(known) = authors.iter().find(|known| known.edit.rule == edit.edit.rule && known.edit.field == edit.edit.field) {
                (edit.by, edit.at_ms) = (known.by.clone(), known.at_ms);
            }
        }
        self.changed(change, draft, record(by, "draft.rebased", id, "", json!({ "from": from, "to": stable }))).await?;
        Ok(())
    }

    /// Asks a second person.
    ///
    /// # Errors
    /// `rules_invalid` with what is wrong with it, `not_now`, or a failing store.
    pub async fn submit_draft(self: &Arc<Self>, id: DraftId, reason: &str, by: &str) -> Result<(), ApiError> {
        let reason = words_of("reason", reason, 3, 2000)?;
        let seen = self.draft(id).await?;
        if seen.document.edits.is_empty() {
            return Err(invalid("the draft changes nothing yet".into()));
        }
        let (_, sources) = self.draft_sources(&seen.document).await?;
        self.read_book(sources).await?;
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        draft.document.must_be(id, DraftState::Open)?;
        if draft.revision != seen.revision {
            return Err(ApiError::new(Code::Stale, "another person has changed the draft meanwhile"));
        }
        draft.document.state = DraftState::Submitted;
        draft.document.submitted_ms = Some(change.now_ms());
        draft.document.reason.clone_from(&reason);
        draft.document.review = None;
        change.put_draft(id, DraftState::Submitted.as_str(), draft.revision, &draft.document).await?;
        Ok(change.commit(&[record(by, "draft.submitted", id, &reason, json!({}))]).await?)
    }

    /// Takes a submitted draft back to be written further, or gives up an open one.
    ///
    /// # Errors
    /// `not_now`, or a failing store.
    pub async fn withdraw_draft(&self, id: DraftId, reason: &str, by: &str) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        draft.document.state = match draft.document.state {
            DraftState::Submitted => DraftState::Open,
            DraftState::Open => DraftState::Withdrawn,
            DraftState::Published | DraftState::Withdrawn => return draft.document.must_be(id, DraftState::Open),
        };
        draft.document.shadow &= draft.document.state == DraftState::Open;
        self.changed(change, draft, record(by, "draft.withdrawn", id, reason, json!({}))).await
    }

    /// Sends a submitted draft back to its author.
    ///
    /// # Errors
    /// `not_now`, or a failing store.
    pub async fn reject_draft(&self, id: DraftId, reason: &str, by: &str) -> Result<(), ApiError> {
        let reason = words_of("reason", reason, 3, 2000)?;
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        draft.document.must_be(id, DraftState::Submitted)?;
        draft.document.state = DraftState::Open;
        draft.document.review = Some(Review { by: by.into(), verdict: "rejected".into(), reason: reason.clone(), at_ms: change.now_ms() });
        change.put_draft(id, draft.document.state.as_str(), draft.revision, &draft.document).await?;
        Ok(change.commit(&[record(by, "draft.rejected", id, &reason, json!({}))]).await?)
    }

    /// Makes a release of a submitted draft: what becomes of the draft, the release and what is live is one change.
    ///
    /// # Errors
    /// `own_draft`, `not_now`, `stale`, `rollout_running`, or a failing store.
    pub async fn approve_draft(
        self: &Arc<Self>,
        id: DraftId,
        reason: &str,
        stages: Vec<f64>,
        start_at_ms: Option<i64>,
        by: &str,
    ) -> Result<ReleaseNumber, ApiError> {
        let reason = words_of("reason", reason, 3, 2000)?;
        let growing = stages.windows(2).all(|pair| pair[0] < pair[1]);
        if stages.len() > 20 || !growing || stages.iter().any(|share| !(*share > 0.0 && *share < 1.0)) {
            return Err(invalid("`stages` are shares between 0 and 1, growing, at most 20".into()));
        }
        let seen = self.draft(id).await?;
        let (base, sources) = self.draft_sources(&seen.document).await?;
        let book = self.read_book(sources).await?;
        let changes = diff(&base.packs, &book.packs);
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        draft.document.must_be(id, DraftState::Submitted)?;
        if draft.document.author == by || draft.document.edits.iter().any(|edit| edit.by == by) {
            return Err(ApiError::new(Code::OwnDraft, "a second person approves: you have a part in this draft"));
        }
        if draft.revision != seen.revision {
            return Err(ApiError::new(Code::Stale, "another person has changed the draft meanwhile"));
        }
        let backtest = draft.document.backtest.clone().filter(|(revision, _)| *revision == draft.revision).map(|(_, result)| result);
        let release = ReleaseDocument {
            title: draft.document.title.clone(),
            author: draft.document.author.clone(),
            approver: by.into(),
            reason: reason.clone(),
            origin: Origin::Draft(id),
            base: Some(draft.document.base),
            rules_changed: changes.rules.len(),
            backtest: backtest.clone(),
            diff: serde_json::to_value(&changes).ok(),
            sources: book.sources.iter().map(Into::into).collect(),
        };
        let budget = budget_of(backtest.as_ref());
        let publication = Publication { release, stages, start_at_ms, budget };
        let (number, published) = release::publish(&mut change, publication, by).await?;
        draft.document.state = DraftState::Published;
        draft.document.release = Some(number);
        draft.document.shadow = false;
        draft.document.review = Some(Review { by: by.into(), verdict: "approved".into(), reason: reason.clone(), at_ms: change.now_ms() });
        let approved = record(by, "draft.approved", id, &reason, json!({ "release": number }));
        self.put(&mut change, &draft).await?;
        change.commit(&[approved, published]).await?;
        self.follow().await?;
        Ok(number)
    }

    /// Lets a draft judge live traffic beside, or ends that.
    ///
    /// # Errors
    /// `rules_invalid`, `not_now`, or a failing store.
    pub async fn shadow_draft(self: &Arc<Self>, id: DraftId, on: bool, by: &str) -> Result<(), ApiError> {
        let seen = self.draft(id).await?;
        if on {
            let (_, sources) = self.draft_sources(&seen.document).await?;
            self.read_book(sources).await?;
        }
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        if !matches!(draft.document.state, DraftState::Open | DraftState::Submitted) {
            return draft.document.must_be(id, DraftState::Open);
        }
        draft.document.shadow = on;
        draft.document.shadow_since_ms = on.then_some(change.now_ms());
        self.put(&mut change, &draft).await?;
        let action = if on { "draft.shadow_on" } else { "draft.shadow_off" };
        change.commit(&[record(by, action, id, "", json!({}))]).await?;
        Ok(self.follow().await?)
    }

    /// Keeps what a backtest of a revision said.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keep_backtest(&self, id: DraftId, revision: i64, result: Json, by: &str) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut draft = held(&mut change, id).await?;
        if draft.revision != revision {
            return Ok(());
        }
        draft.document.backtest = Some((revision, result));
        change.put_draft(id, draft.document.state.as_str(), revision, &draft.document).await?;
        Ok(change.commit(&[record(by, "draft.backtested", id, "", json!({ "revision": revision }))]).await?)
    }

    /// Writes a draft whose edits or state have changed, as its next revision.
    async fn changed(&self, mut change: Transaction, mut draft: Numbered<DraftDocument>, record: Record) -> Result<(), ApiError> {
        draft.revision += 1;
        let shadows = self.put(&mut change, &draft).await?;
        change.commit(&[record]).await?;
        if shadows {
            self.follow().await?;
        }
        Ok(())
    }

    /// Writes a draft, and whether it looks on; says whether that has changed.
    async fn put(&self, change: &mut Transaction, draft: &Numbered<DraftDocument>) -> Result<bool, ApiError> {
        change.put_draft(draft.number, draft.document.state.as_str(), draft.revision, &draft.document).await?;
        let live: Option<Numbered<LiveDocument>> = change.live().await?;
        let Some(Numbered { document: mut live, .. }) = live else { return Ok(false) };
        let before = live.shadows.clone();
        live.shadows.retain(|(known, _)| *known != draft.number);
        if draft.document.shadow {
            live.shadows.push((draft.number, draft.revision));
        }
        if live.shadows == before {
            return Ok(false);
        }
        change.put_live(&live).await?;
        Ok(true)
    }
}

/// What a rule may do more of than before: half as much again as its backtest foretold, and 1 % of the pictures.
fn budget_of(backtest: Option<&Json>) -> Budget {
    let mut budget = Budget::default();
    let Some(backtest) = backtest else { return budget };
    let share = |count: &Json, of: &str| Some(count.as_f64()? / backtest[of].as_f64().filter(|of| *of > 0.0)?);
    if let Some(empty) = share(&backtest["newly_empty"], "products") {
        budget.left_empty = (empty * 1.5 + budget.left_empty).min(0.9);
    }
    for rule in backtest["by_rule"].as_array().into_iter().flatten() {
        if let (Some(id), Some(gained)) = (rule["rule"].as_str(), share(&rule["gained"], "pictures")) {
            budget.actions_of.insert(RuleId::from(id), (gained * 1.5 + 0.01).min(0.9));
        }
    }
    budget
}

fn record(actor: &str, action: &'static str, id: DraftId, reason: &str, detail: Json) -> Record {
    Record { actor: actor.into(), action: action.into(), subject: format!("draft:{id}"), reason: reason.into(), detail }
}

async fn held(change: &mut Transaction, id: DraftId) -> Result<Numbered<DraftDocument>, ApiError> {
    change.draft(id).await?.ok_or_else(|| unknown(id))
}

fn unknown(id: DraftId) -> ApiError {
    ApiError::new(Code::DraftUnknown, format!("there is no draft {id}"))
}

/// A person's words within bounds.
fn words_of(name: &str, text: &str, least: usize, most: usize) -> Result<String, ApiError> {
    let text = text.trim();
    let count = text.chars().count();
    if (least..=most).contains(&count) {
        Ok(text.to_owned())
    } else {
        Err(invalid(format!("`{name}` has {least} to {most} characters; this has {count}")))
    }
}
