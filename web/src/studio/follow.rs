//! Each server follows what is live: it asks the store for the revision, brings in what has changed, hands over its counts, and moves
//! the roll-out on. Several servers may do so at once: a move names the stage it was decided for, and the second one comes too late.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vitrine_engine::TenantId;
use vitrine_rules::PackSource;

use super::beside::{of_day, of_draft, of_release};
use super::{ReleaseDocument, VITRINE};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::live::{Canary, Live, LiveDocument, ReleaseNumber, Shadow};
use crate::rollout::{Pace, Rollout, Step};
use crate::rulebook::RuleBook;
use crate::selection::today;
use crate::store::{Numbered, Store, StoreError, now_ms};
use crate::tally::Tally;
use vitrine_engine::SignalCatalog;

/// How often a server looks.
const PERIOD: Duration = Duration::from_millis(500);
/// How often it keeps the day's reports of experiments: what a link to a day shows is at most so much older than the day's end.
const REPORTS_PERIOD: Duration = Duration::from_mins(15);

/// How often the store makes room for the months to come and lets go of old ones.
const UPKEEP_PERIOD: Duration = Duration::from_hours(1);

/// Follows for as long as the application lives.
pub fn start(app: &Arc<App>) {
    keep_up(app);
    let weak = Arc::downgrade(app);
    tokio::spawn(async move {
        let mut kept = Instant::now();
        loop {
            tokio::time::sleep(PERIOD).await;
            let Some(app) = weak.upgrade() else { return };
            if let Err(error) = app.tick().await {
                tracing::warn!(%error, "following what is live");
            }
            if kept.elapsed() >= REPORTS_PERIOD {
                kept = Instant::now();
                if let Err(error) = app.keep_reports().await {
                    tracing::warn!(%error, "keeping the reports of experiments");
                }
            }
        }
    });
}

/// Beside the following, which must not wait for it.
fn keep_up(app: &Arc<App>) {
    let weak = Arc::downgrade(app);
    tokio::spawn(async move {
        while let Some(app) = weak.upgrade() {
            if let Err(error) = app.store.upkeep(now_ms()).await {
                tracing::warn!(%error, "upkeep of the store");
            }
            drop(app);
            tokio::time::sleep(UPKEEP_PERIOD).await;
        }
    });
}

impl App {
    async fn tick(self: &Arc<Self>) -> Result<(), ApiError> {
        self.follow().await?;
        self.follow_experiments().await?;
        self.take_answered().await?;
        self.exemptions.refresh(&self.store).await?;
        self.keep_tallies().await?;
        let live = self.live.now();
        let wanted = |subject: &str| {
            live.canary.as_ref().is_some_and(|canary| of_release(canary.release) == subject)
                || of_day(today()) == subject
                || subject.starts_with("experiment:")
                || live.shadows.iter().any(|shadow| of_draft(shadow.draft, shadow.revision) == subject)
        };
        self.beside.retain(wanted);
        self.move_on().await
    }

    async fn keep_tallies(&self) -> Result<(), StoreError> {
        let changed = self.beside.changed();
        for (written, (subject, tally)) in changed.iter().enumerate() {
            if let Err(error) = self.store.keep_tally(&self.config.tenant, subject, &self.server_id, tally).await {
                self.beside.unwritten(changed[written..].iter().map(|(subject, _)| subject));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Brings in what has changed since.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn follow(&self) -> Result<(), StoreError> {
        let held = self.live.now();
        if self.store.live_revision(&self.config.tenant).await? == held.revision {
            return Ok(());
        }
        if let Some(live) = load(&self.store, &self.config.tenant, self.judge.catalog(), Some(&held)).await? {
            self.live.set(live);
        }
        Ok(())
    }

    /// What all servers have counted of a subject.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tally(&self, subject: &str) -> Result<Tally, StoreError> {
        let tallies: Vec<Tally> = self.store.tallies(&self.config.tenant, subject).await?;
        Ok(tallies.iter().fold(Tally::default(), |mut sum, tally| {
            sum.merge(tally);
            sum
        }))
    }

    /// Advances or stops the roll-outs that are due.
    async fn move_on(&self) -> Result<(), ApiError> {
        let rollouts: Vec<Numbered<Rollout>> = self.store.open_rollouts(&self.config.tenant).await?;
        for Numbered { number, document: rollout, .. } in rollouts {
            let seen = self.tally(&of_release(number)).await?;
            let (catalogue, _) = self.store.catalogue_size(&self.config.tenant).await?;
            let pace = Pace { products_min: self.config.rollout.products_min, stage_ms: self.config.rollout.stage.as_millis() as i64 };
            let now_ms = jiff::Timestamp::now().as_millisecond();
            let moved = match rollout.step(&seen, self.judgements_of(number).await?, catalogue as u64, pace, now_ms) {
                Step::Stay => Ok(()),
                Step::Advance => {
                    let reason = format!("{} products judged by both releases, {} left empty", seen.products, seen.newly_empty);
                    self.advance(number, VITRINE, &reason, Some((rollout.state, rollout.stage))).await
                }
                Step::Stop(why) => self.stop(number, VITRINE, &why).await,
            };
            match moved {
                // Another server was faster, or a person.
                Err(error) if [Code::NotNow.as_str(), Code::Stale.as_str()].contains(&error.body().code.as_str()) => {}
                moved => moved?,
            }
        }
        Ok(())
    }

    /// (overturned, all) judgements of people over reviews that a release asked for.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn judgements_of(&self, number: ReleaseNumber) -> Result<(u64, u64), StoreError> {
        let Some(release) = self.store.releases::<ReleaseDocument>(&self.config.tenant, Some(number)).await?.pop() else {
            return Ok((0, 0));
        };
        let judgements = self.store.judgements_since(&self.config.tenant, release.changed_ms).await?;
        let own: Vec<_> = judgements.iter().filter(|(rule, _)| release.document.changes(rule)).collect();
        Ok((own.iter().filter(|(_, verdict)| verdict == "overturn").count() as u64, own.len() as u64))
    }
}

/// What is live as the store tells it; books that `held` has already are not read again.
///
/// # Errors
/// When the store fails, or holds a rule book that today's program cannot read.
pub async fn load(store: &Store, tenant: &TenantId, catalog: &Arc<SignalCatalog>, held: Option<&Live>) -> Result<Option<Live>, StoreError> {
    let Some(Numbered { revision, document, .. }) = store.live::<LiveDocument>(tenant).await? else { return Ok(None) };
    let known = |number: ReleaseNumber| {
        let held = held?;
        if held.stable.0 == number {
            return Some(Arc::clone(&held.stable.1));
        }
        held.canary.as_ref().filter(|canary| canary.release == number).map(|canary| Arc::clone(&canary.book))
    };
    let release = async |number: ReleaseNumber| match known(number) {
        Some(book) => Ok(book),
        None => {
            let release = store.releases::<ReleaseDocument>(tenant, Some(number)).await?.pop();
            let release = release.ok_or_else(|| StoreError::new("a release cannot be read", format!("there is no release {number}")))?;
            read(release.document.sources.into_iter().map(PackSource::from).collect(), catalog).await
        }
    };
    let stable = (document.stable, release(document.stable).await?);
    let canary = match document.canary {
        Some(canary) => Some(Canary { release: canary.release, book: release(canary.release).await?, share: canary.share }),
        None => None,
    };
    let mut shadows = Vec::new();
    for (draft, draft_revision) in document.shadows {
        let held = held.and_then(|held| held.shadows.iter().find(|shadow| (shadow.draft, shadow.revision) == (draft, draft_revision)));
        let book = match held {
            Some(held) => Arc::clone(&held.book),
            None => {
                let read = async { read(super::draft::sources_of(store, tenant, draft).await?, catalog).await };
                match read.await {
                    Ok(book) => book,
                    // A draft that is no rule book looks on no more; it stands in nobody's way.
                    Err(error) => {
                        tracing::warn!(%error, draft, "a draft does not look on");
                        continue;
                    }
                }
            }
        };
        shadows.push(Shadow { draft, revision: draft_revision, book });
    }
    Ok(Some(Live { revision, stable, canary, shadows }))
}

async fn read(sources: Vec<PackSource>, catalog: &Arc<SignalCatalog>) -> Result<Arc<RuleBook>, StoreError> {
    let catalog = Arc::clone(catalog);
    let unreadable = |cause: String| StoreError::new("a rule book cannot be read", cause);
    let reading = tokio::task::spawn_blocking(move || RuleBook::read(sources, &catalog)).await;
    let read = reading.map_err(|error| unreadable(error.to_string()))?;
    let told = |findings: Vec<vitrine_rules::Diagnostic>| {
        let errors: Vec<String> = findings.iter().filter(|finding| finding.is_error()).map(ToString::to_string).collect();
        unreadable(errors.join("; "))
    };
    read.map(Arc::new).map_err(told)
}
