//! From waiting changes to settled ones: taken from the store, judged as `POST /v1/select` judges, and settled in one transaction.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::task::{Id, JoinError, JoinSet};

use super::change::{ChangeBody, Fault};
use super::letters::letter;
use super::{Stop, backoff};
use crate::app::App;
use crate::cache::hash_of;
use crate::error::{ApiError, Code};
use crate::selection::{Decided, Fresh, catalogue_row};
use crate::store::{Change, ClaimedChange, DeadLetter, Outcome, ProductKey, Return, StoreError, WaitingChange, now_ms};

/// Most changes that are taken from the store at once.
const CLAIM_MAX: usize = 64;
/// The first pause after a change could not be judged.
const PAUSE: Duration = Duration::from_secs(1);

/// What became of a change in hand.
enum Done {
    Judged(Box<Judged>),
    Again(Return),
    Dead(Box<(ProductKey, i64, DeadLetter)>),
}

struct Judged {
    outcome: Outcome,
    fresh: Option<(Fresh, Bytes)>,
}

/// Works until it is told to stop; what is in hand then is finished.
pub async fn run(app: Arc<App>, mut stop: Stop) {
    let mut hand = Hand { app: Arc::clone(&app), queue: VecDeque::new(), running: JoinSet::new(), changes: HashMap::new() };
    let mut ear = app.feed.changes.ear();
    let mut keeping = tokio::time::interval(app.config.feed.claim / 3);
    let mut nothing_there = false;
    let mut failures = 0;
    loop {
        // Asked once a round: whoever is told in its middle hears of it in the next.
        let stopping = stop.is_told();
        // While those that were begun are at work, so that nobody waits for the store between two products.
        if !stopping && hand.queue.is_empty() && !hand.is_on_trial() && !nothing_there {
            match hand.take().await {
                Ok(found) => {
                    failures = 0;
                    nothing_there = !found;
                }
                Err(error) => {
                    tracing::warn!(%error, "changes cannot be taken from the store");
                    failures += 1;
                    nothing_there = true;
                }
            }
        }
        if stopping {
            // What was not begun goes back with the rest when the worker leaves.
            hand.queue.clear();
            if hand.running.is_empty() {
                return;
            }
        }
        hand.begin();
        let patience = if failures > 0 { backoff(app.config.feed.poll, failures) } else { app.config.feed.poll };
        tokio::select! {
            Some(ended) = hand.running.join_next_with_id() => hand.settle(ended).await,
            _ = ear.heard_within(patience), if nothing_there && !stopping => nothing_there = false,
            () = stop.told(), if !stopping => {}
            _ = keeping.tick(), if !hand.changes.is_empty() => hand.keep().await,
        }
    }
}

/// What one process has in hand.
struct Hand {
    app: Arc<App>,
    /// Taken, not begun.
    queue: VecDeque<ClaimedChange>,
    running: JoinSet<Done>,
    /// What each of them judges.
    changes: HashMap<Id, ClaimedChange>,
}

impl Hand {
    /// Takes changes from the store; whether there are any.
    async fn take(&mut self) -> Result<bool, StoreError> {
        let App { store, config, server_id, .. } = &*self.app;
        let (tenant, lease) = (&config.tenant, config.feed.claim);
        if store.has_lost_changes(tenant).await? {
            if !self.running.is_empty() {
                // It is taken when nothing else is in hand: if it ends this worker too, no other change has been lost with it.
                return Ok(true);
            }
            if let Some(lost) = store.claim_lost_change(tenant, server_id, lease).await? {
                self.queue.push_back(lost);
                return Ok(true);
            }
        }
        if !store.has_due_changes(tenant).await? {
            return Ok(false);
        }
        let most = (4 * config.feed.parallel_max).clamp(1, CLAIM_MAX) as u32;
        let claimed = store.claim_changes(tenant, server_id, lease, most).await?;
        let found = !claimed.is_empty();
        self.queue.extend(claimed);
        Ok(found)
    }

    /// Whether it judges a change that another worker has lost; it takes nothing beside it then.
    fn is_on_trial(&self) -> bool {
        self.changes.values().any(|claimed| claimed.lost > 0)
    }

    fn begin(&mut self) {
        while self.running.len() < self.app.config.feed.parallel_max {
            let Some(claimed) = self.queue.pop_front() else { return };
            let task = self.running.spawn(judge(Arc::clone(&self.app), claimed.clone()));
            self.changes.insert(task.id(), claimed);
        }
    }

    async fn keep(&self) {
        let App { store, config, server_id, .. } = &*self.app;
        let in_hand = self.queue.iter().chain(self.changes.values());
        let in_hand: Vec<(ProductKey, i64)> = in_hand.map(|claimed| (claimed.change.key.clone(), claimed.change.revision)).collect();
        if let Err(error) = store.keep_changes(&config.tenant, server_id, &in_hand, config.feed.claim).await {
            tracing::warn!(%error, "changes in hand may go to another worker");
        }
    }

    /// Writes what has ended, all that has, in one transaction.
    async fn settle(&mut self, ended: Result<(Id, Done), JoinError>) {
        let mut done = vec![self.done(ended)];
        while let Some(ended) = self.running.try_join_next_with_id() {
            done.push(self.done(ended));
        }
        // Whoever waits for a processor need not wait for the disk as well.
        self.begin();
        let (mut judged, mut again, mut dead) = (Vec::new(), Vec::new(), Vec::new());
        for done in done.into_iter().flatten() {
            match done {
                Done::Judged(one) => judged.push(*one),
                Done::Again(one) => again.push(one),
                Done::Dead(one) => dead.push(*one),
            }
        }
        let app = &self.app;
        let App { store, config, server_id, metrics, .. } = &**app;
        if !dead.is_empty() {
            match store.bury_changes(&config.tenant, server_id, &dead).await {
                Ok(buried) => {
                    metrics.feed_dead.fetch_add(buried as u64, Relaxed);
                    app.feed.results.ring();
                }
                Err(error) => tracing::warn!(%error, "they are tried again when their time is over"),
            }
        }
        again.extend(write(app, judged).await);
        metrics.feed_again.fetch_add(again.len() as u64, Relaxed);
        if let Err(error) = store.return_changes(&config.tenant, server_id, &again).await {
            tracing::warn!(%error, "they are tried again when their time is over");
        }
    }

    fn done(&mut self, ended: Result<(Id, Done), JoinError>) -> Option<Done> {
        match ended {
            Ok((id, done)) => {
                self.changes.remove(&id);
                Some(done)
            }
            Err(error) => {
                let claimed = self.changes.remove(&error.id())?;
                tracing::error!(%error, product = claimed.change.key.product_id, "judging a change broke off");
                Some(failed(&self.app, claimed, Fault { code: "internal".into(), message: "judging it broke off".into() }))
            }
        }
    }
}

/// Writes outcomes together; where that fails, each by itself, so that one that cannot be written harms no other. Gives those that were
/// not written.
async fn write(app: &Arc<App>, judged: Vec<Judged>) -> Vec<Return> {
    if judged.is_empty() {
        return Vec::new();
    }
    let (outcomes, fresh): (Vec<Outcome>, Vec<_>) = judged.into_iter().map(|judged| (judged.outcome, judged.fresh)).unzip();
    let (store, tenant) = (&app.store, &app.config.tenant);
    let removed: Vec<ProductKey> =
        outcomes.iter().filter(|outcome| outcome.decision_id.is_none()).map(|outcome| outcome.key.clone()).collect();
    let mut unwritten = Vec::new();
    let note = |newer: bool, fresh: Option<(Fresh, Bytes)>| {
        if let (true, Some((fresh, body))) = (newer, fresh) {
            app.stored_now(&fresh, &body);
        }
        let count = if newer { &app.metrics.feed_settled } else { &app.metrics.feed_stale };
        count.fetch_add(1, Relaxed);
    };
    match store.settle_changes(tenant, &outcomes).await {
        Ok(newer) => newer.into_iter().zip(fresh).for_each(|(newer, fresh)| note(newer, fresh)),
        Err(error) => {
            tracing::warn!(%error, "outcomes are written one by one");
            for (outcome, fresh) in outcomes.into_iter().zip(fresh) {
                match store.settle_changes(tenant, std::slice::from_ref(&outcome)).await {
                    Ok(newer) => note(newer == [true], fresh),
                    Err(error) => {
                        tracing::warn!(%error, product = outcome.key.product_id, "an outcome was not written");
                        let Outcome { key, revision, .. } = outcome;
                        unwritten.push(Return { key, revision, error: error.to_string(), pause: backoff(PAUSE, 1), counts: false });
                    }
                }
            }
        }
    }
    removed.iter().for_each(|key| app.forget_product(key));
    app.feed.results.ring();
    unwritten
}

/// Judges one change.
async fn judge(app: Arc<App>, claimed: ClaimedChange) -> Done {
    let ClaimedChange { change: WaitingChange { key, revision, document }, attempts, lost } = &claimed;
    let attempts_max = app.config.feed.attempts_max;
    if *lost >= attempts_max {
        let message = format!("{attempts_max} workers took it, and none of them came to an end with it");
        return buried(&claimed, Fault { code: "attempts_spent".into(), message });
    }
    let change = match ChangeBody::read(document.as_bytes(), &app.config) {
        Ok(change) => change,
        Err(fault) => return buried(&claimed, fault),
    };
    let tenant = &app.config.tenant;
    if change.removed {
        let message = message(tenant.as_str(), key, &change, None);
        let outcome =
            Outcome { key: key.clone(), revision: *revision, change_id: change.id, decision_id: None, changes: Vec::new(), message };
        return Done::Judged(Box::new(Judged { outcome, fresh: None }));
    }
    let request = change.request();
    let deciding = tokio::time::timeout(app.config.request_timeout, app.decide(&request, None, None));
    let late = |_| Err(ApiError::new(Code::Timeout, "judging it took longer than `server.request_timeout_ms`"));
    let mut decided = match deciding.await.unwrap_or_else(late) {
        Ok(decided) => decided,
        Err(error) => {
            let body = error.body();
            return failed(&app, claimed, Fault { code: body.code.clone(), message: body.message.clone() });
        }
    };
    // A picture that could not be fetched may be there in a moment; at last the product is judged without it, as a selection would.
    let absent =
        decided.pictures.iter().find_map(|(id, picture)| Some((id, picture.as_ref().err().filter(|error| may_pass(&error.code))?)));
    if let Some((id, error)) = absent.filter(|_| *attempts < attempts_max) {
        let message = format!("picture `{id}`: {}", error.message);
        return again(&claimed, &message, true);
    }
    let row = match catalogue_row(&request, &decided.pictures) {
        Ok(row) => row,
        Err(error) => return failed(&app, claimed, Fault { code: "internal".into(), message: error.to_string() }),
    };
    let mut changes = decided.fresh.as_mut().map(|fresh| std::mem::take(&mut fresh.changes)).unwrap_or_default();
    changes.push(Change::Product { tenant: tenant.clone(), row });
    let message = message(tenant.as_str(), key, &change, Some(&decided));
    let outcome =
        Outcome { key: key.clone(), revision: *revision, change_id: change.id, decision_id: Some(decided.id()), changes, message };
    let Decided { body, fresh, .. } = decided;
    Done::Judged(Box::new(Judged { outcome, fresh: fresh.map(|fresh| (fresh, body)) }))
}

/// Whether a fault may be gone in a moment.
fn may_pass(code: &str) -> bool {
    let codes = [Code::FetchFailed, Code::FetchTimeout, Code::Timeout, Code::Overloaded, Code::Unavailable, Code::Internal];
    codes.iter().any(|known| known.as_str() == code)
}

/// What becomes of a change that could not be judged.
fn failed(app: &App, claimed: ClaimedChange, fault: Fault) -> Done {
    if !may_pass(&fault.code) {
        return buried(&claimed, fault);
    }
    // That this server has too much to do, or no store, is not the change's fault.
    let counts = ![Code::Overloaded, Code::Unavailable].iter().any(|code| code.as_str() == fault.code);
    if counts && claimed.attempts >= app.config.feed.attempts_max {
        buried(&claimed, fault)
    } else {
        again(&claimed, &fault.message, counts)
    }
}

fn again(claimed: &ClaimedChange, error: &str, counts: bool) -> Done {
    let ClaimedChange { change: WaitingChange { key, revision, .. }, attempts, .. } = claimed;
    let pause = backoff(PAUSE, u32::try_from(attempts - 1).unwrap_or_default());
    Done::Again(Return { key: key.clone(), revision: *revision, error: error.to_owned(), pause, counts })
}

fn buried(claimed: &ClaimedChange, fault: Fault) -> Done {
    let ClaimedChange { change: WaitingChange { key, revision, document }, attempts, lost } = claimed;
    let letter = letter(document.as_bytes(), &key.product_id, fault, attempts + lost);
    Done::Dead(Box::new((key.clone(), *revision, letter)))
}

/// The part of an answer that is told.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    main: &'a RawValue,
    #[serde(borrow, default)]
    least_bad: Option<&'a RawValue>,
    #[serde(borrow)]
    gallery: &'a RawValue,
}

/// What others are told of a settled change. Its id is the same whoever settles it, and however often.
fn message(tenant: &str, key: &ProductKey, change: &ChangeBody, decided: Option<&Decided>) -> String {
    let kind = if decided.is_some() { "product.judged" } else { "product.removed" };
    let ProductKey { marketplace, region, product_id } = key;
    let revision = change.revision.to_string();
    let id = hash_of([tenant, kind, marketplace, region, product_id, &revision].map(str::as_bytes));
    let id: String = id.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let mut message = json!({
        "id": id, "kind": kind, "product_id": product_id, "marketplace": change.marketplace, "region": change.region,
        "revision": change.revision, "change_id": change.id, "at": change.at, "settled_ms": now_ms(),
    });
    if let Some(decided) = decided {
        message["decision_id"] = json!(decided.id());
        // It is an answer of ours.
        if let Ok(told) = serde_json::from_slice::<Told<'_>>(&decided.body) {
            message["main"] = json!(told.main);
            message["gallery"] = json!(told.gallery);
            if let Some(least_bad) = told.least_bad {
                message["least_bad"] = json!(least_bad);
            }
        }
    }
    message.to_string()
}
