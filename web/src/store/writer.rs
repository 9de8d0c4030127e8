//! The one transaction function, and the task that runs it: callers' changes are gathered while the last commit is on its way
//! to the disk, so that the price of a commit is shared by all who wait for it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::AnyPool;
use tokio::sync::{mpsc, oneshot, watch};

use super::StoreError;
use super::change::Change;
use super::guard::Guard;
use super::log::{self, Telling};

/// Callers that may wait; beyond it they wait for a place.
const QUEUE: usize = 4096;

#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Order>,
    closing: Arc<watch::Sender<bool>>,
    ended: watch::Receiver<bool>,
}

struct Order {
    changes: Vec<Change>,
    done: oneshot::Sender<Result<(), StoreError>>,
}

impl Writer {
    pub(super) fn start(pool: AnyPool, guard: Guard, batch_max: usize, telling: Telling) -> Self {
        let (queue, orders) = mpsc::channel(QUEUE);
        let (closing, told) = watch::channel(false);
        let (ending, ended) = watch::channel(false);
        tokio::spawn(async move {
            let database = Database { pool, guard, telling };
            write_all(&database, orders, told, batch_max).await;
            database.pool.close().await;
            ending.send_replace(true);
        });
        Self { queue, closing: Arc::new(closing), ended }
    }

    pub(super) async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let gone = || StoreError::new("nothing was written", "the store is closed");
        let (done, answer) = oneshot::channel();
        self.queue.send(Order { changes, done }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    pub(super) async fn close(&self) {
        self.closing.send_replace(true);
        // An error says that the task is gone, which is what is waited for.
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }
}

/// Where to, under whose guard, and who is told.
struct Database {
    pool: AnyPool,
    guard: Guard,
    telling: Telling,
}

async fn write_all(database: &Database, mut orders: mpsc::Receiver<Order>, mut told: watch::Receiver<bool>, batch_max: usize) {
    let mut batch = Vec::new();
    loop {
        let received = tokio::select! {
            biased;
            received = orders.recv_many(&mut batch, batch_max) => Some(received),
            _ = told.changed() => None,
        };
        let received = match received {
            Some(received) => received,
            None => {
                orders.close();
                orders.recv_many(&mut batch, batch_max).await
            }
        };
        if received == 0 {
            return;
        }
        write_batch(database, std::mem::take(&mut batch)).await;
    }
}

/// One transaction for all; when it fails, one for each, so that a change that cannot be written harms no other.
async fn write_batch(database: &Database, batch: Vec<Order>) {
    let changes: Vec<&Change> = batch.iter().flat_map(|order| &order.changes).collect();
    let together = database.transact(&changes).await;
    drop(changes);
    if together.is_ok() || batch.len() == 1 {
        for order in batch {
            // Whoever has left needs no answer.
            let _ = order.done.send(together.clone());
        }
        return;
    }
    for Order { changes, done } in batch {
        let _ = done.send(database.transact(&changes.iter().collect::<Vec<_>>()).await);
    }
}

impl Database {
    /// Every change of the store goes through here: all rows and their log records, or nothing.
    async fn transact(&self, changes: &[&Change]) -> Result<(), StoreError> {
        let Self { pool, guard, telling } = self;
        let failed = |error| ("the change was not written", error);
        guard
            .ask(async {
                let mut transaction = pool.begin().await.map_err(failed)?;
                log::write(&mut transaction, changes, now_ms(), telling).await?;
                transaction.commit().await.map_err(failed)
            })
            .await
    }
}

/// Now, ms since 1970 UTC.
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// A while after a time, ms since 1970 UTC.
pub(super) fn after(now_ms: i64, pause: Duration) -> i64 {
    now_ms.saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX))
}
