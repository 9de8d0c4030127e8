//! Releases: the first one, publishing, and every move of a roll-out. Each is one transaction with its record in the audit trail.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use vitrine_rules::PackSource;

use super::{Origin, ReleaseDocument, StoredSource, VITRINE};
use crate::apart::apart;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::live::{CanaryShare, LiveDocument, ReleaseNumber};
use crate::rollout::{Budget, Entry, Rollout, State};
use crate::rulebook::RuleBook;
use crate::store::{Numbered, Record, Store, StoreError, Transaction};
use vitrine_engine::TenantId;

/// What a publication needs beside the rule book.
pub struct Publication {
    /// What the release says of itself.
    pub release: ReleaseDocument,
    /// Shares of the products, growing; empty = all at once.
    pub stages: Vec<f64>,
    /// When it begins; `None` = at once.
    pub start_at_ms: Option<i64>,
    /// What stops it.
    pub budget: Budget,
}

/// The rule book of the files as the first release, or as a further one where the files have changed and nobody has published
/// anything else meanwhile: who edits files is answered as before.
///
/// # Errors
/// When the store fails.
pub async fn install(store: &Store, tenant: &TenantId, files: &RuleBook) -> Result<bool, StoreError> {
    let mut change = store.begin(tenant).await?;
    let live: Option<Numbered<LiveDocument>> = change.live().await?;
    let sources: Vec<StoredSource> = files.sources.iter().map(StoredSource::from).collect();
    if let Some(live) = &live {
        let newest: Vec<Numbered<ReleaseDocument>> = store.releases(tenant, None).await?;
        let from_files = newest.iter().find(|release| release.document.origin == Origin::Files);
        let files_differ = from_files.is_none_or(|release| release.document.sources != sources);
        let published = newest.iter().any(|release| release.document.origin != Origin::Files);
        if !files_differ || published || live.document.canary.is_some() {
            return Ok(files_differ);
        }
    }
    let number = change.next_release().await?;
    let before = live.as_ref().map(|live| live.document.stable);
    let release = ReleaseDocument {
        title: if before.is_none() { "As installed" } else { "Changed pack files" }.into(),
        author: VITRINE.into(),
        approver: VITRINE.into(),
        reason: "the pack files that the program was started with".into(),
        origin: Origin::Files,
        base: before,
        rules_changed: 0,
        backtest: None,
        diff: None,
        sources,
    };
    let rollout = Rollout {
        state: State::Full,
        stages: Vec::new(),
        stage: 0,
        since_ms: change.now_ms(),
        start_at_ms: None,
        before: before.unwrap_or(number),
        in_force: Some(change.now_ms()),
        budget: Budget::default(),
        log: vec![Entry { at_ms: change.now_ms(), what: "judges all products".into() }],
    };
    change.put_release(number, &release).await?;
    change.put_rollout(number, rollout.state.as_str(), &rollout).await?;
    let shadows = live.map(|live| live.document.shadows).unwrap_or_default();
    change.put_live(&LiveDocument { stable: number, canary: None, shadows }).await?;
    let record = record(VITRINE, "release.installed", number, &release.reason, json!({}));
    change.commit(&[record]).await?;
    Ok(false)
}

fn record(actor: &str, action: &'static str, number: ReleaseNumber, reason: &str, detail: Json) -> Record {
    Record { actor: actor.into(), action: action.into(), subject: format!("release:{number}"), reason: reason.into(), detail }
}

/// Publishes within a change that the caller commits; gives the number and the record of it.
///
/// # Errors
/// `rollout_running`, `stale`, or a failing store.
pub async fn publish(change: &mut Transaction, publication: Publication, by: &str) -> Result<(ReleaseNumber, Record), ApiError> {
    let live = live(change).await?;
    if let Some(canary) = &live.canary {
        return Err(ApiError::new(Code::RolloutRunning, format!("release {} is still on its way", canary.release)));
    }
    let Publication { release, stages, start_at_ms, budget } = publication;
    if release.base != Some(live.stable) {
        return Err(ApiError::new(Code::Stale, format!("release {} has gone live since the draft was begun", live.stable)));
    }
    let (number, now_ms) = (change.next_release().await?, change.now_ms());
    let mut rollout = Rollout {
        state: State::Scheduled,
        stages,
        stage: 0,
        since_ms: now_ms,
        start_at_ms,
        before: live.stable,
        in_force: None,
        budget,
        log: Vec::new(),
    };
    change.put_release(number, &release).await?;
    if start_at_ms.is_none_or(|start| start <= now_ms) {
        rollout.advance(now_ms, by);
        put_live_of(change, live, number, &rollout).await?;
    } else {
        rollout.log.push(Entry { at_ms: now_ms, what: format!("scheduled ({by})") });
    }
    change.put_rollout(number, rollout.state.as_str(), &rollout).await?;
    let detail = json!({ "title": release.title, "author": release.author, "stages": rollout.stages, "start_at_ms": start_at_ms });
    Ok((number, record(by, "release.published", number, &release.reason, detail)))
}

impl App {
    /// Moves a roll-out one stage on.
    ///
    /// # Errors
    /// `release_unknown`, `not_now`, or a failing store.
    pub async fn advance(&self, number: ReleaseNumber, by: &str, reason: &str, from: Option<(State, usize)>) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut rollout = rollout(&mut change, number).await?;
        // What was seen of another stage says nothing of this one.
        if !matches!(rollout.state, State::Scheduled | State::Canary) || from.is_some_and(|from| from != (rollout.state, rollout.stage)) {
            return Err(not_now(number, rollout.state));
        }
        let live = live(&mut change).await?;
        if rollout.state == State::Scheduled && (live.canary.is_some() || live.stable != rollout.before) {
            return Err(ApiError::new(Code::Stale, format!("release {} judges now, not {}", live.stable, rollout.before)));
        }
        let now_ms = change.now_ms();
        rollout.advance(now_ms, by);
        put_live_of(&mut change, live, number, &rollout).await?;
        change.put_rollout(number, rollout.state.as_str(), &rollout).await?;
        let detail = json!({ "share": rollout.share() });
        change.commit(&[record(by, "release.advanced", number, reason, detail)]).await?;
        Ok(self.follow().await?)
    }

    /// Ends a roll-out on its way; the release before judges all products again.
    ///
    /// # Errors
    /// `release_unknown`, `not_now`, or a failing store.
    pub async fn stop(&self, number: ReleaseNumber, by: &str, reason: &str) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut rollout = rollout(&mut change, number).await?;
        if !matches!(rollout.state, State::Scheduled | State::Canary) {
            return Err(not_now(number, rollout.state));
        }
        let live = live(&mut change).await?;
        let withdrawn = self.withdraw_reviews(&mut change, number).await?;
        rollout.end(State::Stopped, change.now_ms(), reason);
        put_live_of(&mut change, live, number, &rollout).await?;
        change.put_rollout(number, rollout.state.as_str(), &rollout).await?;
        change.commit(&[record(by, "release.stopped", number, reason, json!({ "reviews_withdrawn": withdrawn }))]).await?;
        Ok(self.follow().await?)
    }

    /// Takes a release back, with all that it did: the release before it judges all products from now on.
    ///
    /// # Errors
    /// `release_unknown`, `not_now`, or a failing store.
    pub async fn undo(&self, number: ReleaseNumber, by: &str, reason: &str) -> Result<(), ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let mut rollout = rollout(&mut change, number).await?;
        let live = live(&mut change).await?;
        let acts = rollout.state == State::Canary || (rollout.state == State::Full && live.stable == number);
        if !acts || rollout.before == number {
            return Err(not_now(number, rollout.state));
        }
        if rollout.state == State::Full && live.canary.is_some() {
            return Err(ApiError::new(Code::RolloutRunning, "a later release is on its way; stop it first"));
        }
        let withdrawn = self.withdraw_reviews(&mut change, number).await?;
        rollout.end(State::Undone, change.now_ms(), reason);
        put_live_of(&mut change, live, number, &rollout).await?;
        change.put_rollout(number, rollout.state.as_str(), &rollout).await?;
        let detail = json!({ "back_to": rollout.before, "reviews_withdrawn": withdrawn });
        change.commit(&[record(by, "release.undone", number, reason, detail)]).await?;
        Ok(self.follow().await?)
    }

    /// What a release's rules sent to people needs nobody any more once it judges no longer; gives how many.
    async fn withdraw_reviews(&self, change: &mut Transaction, number: ReleaseNumber) -> Result<u64, StoreError> {
        let release = self.store.releases::<ReleaseDocument>(&self.config.tenant, Some(number)).await?.pop();
        let mut withdrawn = 0;
        for rule in release.iter().flat_map(|release| release.document.changed_rules()) {
            withdrawn += change.withdraw_items(rule, release.as_ref().map_or(0, |release| release.changed_ms)).await?;
        }
        Ok(withdrawn)
    }

    /// The release that was in force at a time; `None` before the first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn release_at(&self, at_ms: i64) -> Result<Option<ReleaseNumber>, ApiError> {
        let mut rollouts: Vec<Numbered<Rollout>> = self.store.rollouts(&self.config.tenant, None).await?;
        rollouts.sort_by_key(|rollout| rollout.number);
        let mut moves: Vec<(i64, ReleaseNumber)> = Vec::new();
        for Numbered { number, document: rollout, .. } in &rollouts {
            moves.extend(rollout.in_force.map(|since| (since, *number)));
            moves.extend(rollout.taken_back().map(|since| (since, rollout.before)));
        }
        moves.sort_unstable();
        Ok(moves.into_iter().take_while(|(since, _)| *since < at_ms).last().map(|(_, number)| number))
    }

    /// A release's rule book.
    ///
    /// # Errors
    /// `release_unknown`, or a failing store.
    pub async fn book_of(self: &Arc<Self>, number: ReleaseNumber) -> Result<Arc<RuleBook>, ApiError> {
        let live = self.live.now();
        let canary = live.canary.as_ref().map(|canary| (canary.release, &canary.book));
        if let Some((_, book)) = [Some((live.stable.0, &live.stable.1)), canary].into_iter().flatten().find(|(known, _)| *known == number) {
            return Ok(Arc::clone(book));
        }
        let release = self.store.releases::<ReleaseDocument>(&self.config.tenant, Some(number)).await?.pop();
        let release = release.ok_or_else(|| unknown(number))?;
        let sources: Vec<PackSource> = release.document.sources.into_iter().map(PackSource::from).collect();
        self.read_book(sources).await
    }

    /// Reads and checks packs without holding up other requests.
    ///
    /// # Errors
    /// `rules_invalid` with the findings.
    pub async fn read_book(self: &Arc<Self>, sources: Vec<PackSource>) -> Result<Arc<RuleBook>, ApiError> {
        let app = Arc::clone(self);
        let read = apart("reading the packs", move || RuleBook::read(sources, app.judge.catalog())).await?;
        read.map(Arc::new).map_err(|findings| ApiError::rules(&findings))
    }
}

/// Says what judges now that a roll-out has moved.
async fn put_live_of(change: &mut Transaction, live: LiveDocument, number: ReleaseNumber, rollout: &Rollout) -> Result<(), StoreError> {
    let canary = CanaryShare { release: number, share: rollout.share() };
    let (stable, canary) = match rollout.state {
        State::Canary => (live.stable, Some(canary)),
        State::Full => (number, None),
        State::Undone => (rollout.before, None),
        State::Stopped if live.canary.as_ref().is_some_and(|canary| canary.release == number) => (live.stable, None),
        State::Scheduled | State::Stopped => (live.stable, live.canary),
    };
    change.put_live(&LiveDocument { stable, canary, shadows: live.shadows }).await
}

async fn live(change: &mut Transaction) -> Result<LiveDocument, ApiError> {
    let live: Option<Numbered<LiveDocument>> = change.live().await?;
    live.map(|live| live.document).ok_or_else(|| ApiError::new(Code::Internal, "no release is live"))
}

async fn rollout(change: &mut Transaction, number: ReleaseNumber) -> Result<Rollout, ApiError> {
    let rollout: Option<Numbered<Rollout>> = change.rollout(number).await?;
    rollout.map(|rollout| rollout.document).ok_or_else(|| unknown(number))
}

/// There is no such release.
pub fn unknown(number: ReleaseNumber) -> ApiError {
    ApiError::new(Code::ReleaseUnknown, format!("there is no release {number}"))
}

fn not_now(number: ReleaseNumber, state: State) -> ApiError {
    ApiError::new(Code::NotNow, format!("release {number} is {} now", state.as_str()))
}
