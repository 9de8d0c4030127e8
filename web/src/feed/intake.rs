//! From the streams into the store: what a service has written there itself. An entry is acknowledged when the store has it; one whose
//! worker is gone is taken over by another.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::change::{ChangeBody, Fault};
use super::letters::letter;
use super::reading::Reading;
use super::streams::{Entry, Streams};
use super::{Stop, backoff};
use crate::app::App;
use crate::store::{DeadLetter, WaitingChange};

/// Takes in until it is told to stop.
pub async fn run(app: Arc<App>, streams: Streams, mut stop: Stop) {
    let (mut ear, mut failures) = (app.feed.changes.ear(), 0);
    let mut reading = Reading::default();
    let mut looked_for_lost: Option<Instant> = None;
    while !stop.is_told() {
        let was_behind = reading.is_behind();
        let mut entries = reading.given(&app, &streams).await;
        let looks_for_lost = looked_for_lost.is_none_or(|at| at.elapsed() >= app.config.feed.claim / 2);
        // Without a store nothing could be done with them but counting them as given out once more.
        if looks_for_lost && app.store.ping().await.is_ok() {
            entries.extend(reading.lost(&app, &streams).await);
        }
        let nothing = entries.is_empty();
        take_in(&app, &streams, entries, &mut stop).await;
        if reading.has_failed() {
            failures += 1;
            stop.or_after(backoff(app.config.feed.poll, failures.min(6))).await;
            continue;
        }
        failures = 0;
        if looks_for_lost {
            looked_for_lost = Some(Instant::now());
        }
        if nothing && !was_behind {
            tokio::select! {
                _ = ear.heard_within(app.config.feed.poll) => {}
                () = stop.told() => {}
            }
        }
    }
    streams.leave(&app.server_id).await;
}

/// Keeps entries in the store, however long that takes, and acknowledges them.
async fn take_in(app: &Arc<App>, streams: &Streams, entries: Vec<Entry>, stop: &mut Stop) {
    if entries.is_empty() {
        return;
    }
    let (mut waiting, mut dead) = (Vec::with_capacity(entries.len()), Vec::new());
    // Of those that somebody has deleted nothing is left to take in.
    for entry in entries.iter().filter(|entry| !entry.fields.is_empty()) {
        match read(app, streams, entry) {
            Ok(change) => waiting.push(change),
            Err(letter) => dead.push(*letter),
        }
    }
    let mut failures = 0;
    while let Err(error) = app.store.accept_changes(&app.config.tenant, &waiting, &dead).await {
        tracing::warn!(%error, "changes from the streams wait for the store");
        stop.or_after(backoff(Duration::from_millis(200), failures)).await;
        failures = failures.saturating_add(1);
        if stop.is_told() {
            // They are not acknowledged: another worker takes them over.
            return;
        }
    }
    app.metrics.feed_dead.fetch_add(dead.len() as u64, Relaxed);
    app.feed.changes.ring();
    if !dead.is_empty() {
        app.feed.results.ring();
    }
    let mut by_shard: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for entry in &entries {
        by_shard.entry(entry.shard).or_default().push(&entry.id);
    }
    for (shard, ids) in by_shard {
        if let Err(fault) = streams.acknowledge(shard, &ids).await {
            tracing::debug!(%fault, "entries that were taken in are not acknowledged; they will come again, and change nothing");
        }
    }
}

fn read(app: &App, streams: &Streams, entry: &Entry) -> Result<WaitingChange, Box<DeadLetter>> {
    let dead = |sent: &[u8], product: &str, fault: Fault| Box::new(letter(sent, product, fault, entry.deliveries.max(1)));
    let changes = entry.changes();
    let [sent] = changes[..] else {
        // With its place, since two such entries may say the same and are two all the same.
        let whole = entry.whole(&streams.name("feed", entry.shard));
        return Err(dead(whole.as_bytes(), "", Fault::invalid(format!("the entry has {} fields `change`: it needs one", changes.len()))));
    };
    let change = ChangeBody::read(sent, &app.config).map_err(|fault| dead(sent, &product_in(sent), fault))?;
    if entry.deliveries > app.config.feed.attempts_max {
        let message = format!("{} workers were given it, and none of them took it in", entry.deliveries);
        return Err(dead(sent, change.product.id.as_str(), Fault { code: "attempts_spent".into(), message }));
    }
    Ok(change.waiting(sent))
}

/// The product that something speaks of that is no change, where that can be seen.
fn product_in(sent: &[u8]) -> String {
    let found = serde_json::from_slice::<serde_json::Value>(sent).ok();
    let product = found.and_then(|value| Some(value.get("product")?.get("id")?.as_str()?.to_owned())).unwrap_or_default();
    product.chars().filter(|letter| *letter != '\0').take(100).collect()
}
