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

/// One transaction for all; when it fails by one of them, one for each, so that a change that cannot be written harms no other. When the
/// database is to blame, all are told so: one after the other they would wait in vain, and those behind them too.
async fn write_batch(database: &Database, mut batch: Vec<Order>) {
    batch.retain(|order| !order.done.is_closed());
    if batch.is_empty() {
        return;
    }
    let changes: Vec<&Change> = batch.iter().flat_map(|order| &order.changes).collect();
    let together = database.transact(&changes).await;
    drop(changes);
    if batch.len() == 1 || together.as_ref().map_or_else(StoreError::is_of_all, |()| true) {
        for order in batch {
            // Whoever has left needs no answer.
            let _ = order.done.send(together.clone());
        }
        return;
    }
    let mut of_all = None;
    for Order { changes, done } in batch {
        if done.is_closed() {
            continue;
        }
        let told = match &of_all {
            Some(error) => Err(StoreError::clone(error)),
            None => database.transact(&changes.iter().collect::<Vec<_>>()).await,
        };
        of_all = of_all.or_else(|| told.as_ref().err().filter(|error| error.is_of_all()).cloned());
        let _ = done.send(told);
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

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use sqlx::Executor as _;
    use sqlx::any::AnyPoolOptions;
    use vitrine_engine::TenantId;

    use super::*;
    use crate::config::RawStore;
    use crate::store::Store;

    /// A database whose writer waits 100 ms for another's lock, the store beside it, and a folder that holds both.
    async fn database() -> (Database, Store, vitrine_testing::Database) {
        let file = vitrine_testing::Database::sqlite();
        let store = Store::open(&RawStore { url: file.url.clone(), ..RawStore::default() }.resolve().unwrap()).await.unwrap();
        let hurried = AnyPoolOptions::new()
            .max_connections(1)
            .after_connect(|connection, _| Box::pin(async move { connection.execute("PRAGMA busy_timeout = 100").await.map(|_| ()) }));
        let pool = hurried.connect(&file.url).await.unwrap();
        (Database { pool, guard: Guard::default(), telling: Telling::default() }, store, file)
    }

    type Answer = oneshot::Receiver<Result<(), StoreError>>;

    fn orders(ids: std::ops::Range<usize>) -> (Vec<Order>, Vec<Answer>) {
        let order = |id: usize| {
            let (done, answer) = oneshot::channel();
            let (id, product_id) = (format!("d{id}"), "p".to_owned());
            (Order { changes: vec![Change::Decision { tenant: TenantId::default(), id, product_id, document: "x".into() }], done }, answer)
        };
        ids.map(order).unzip()
    }

    #[tokio::test]
    async fn a_database_that_is_busy_is_waited_for_once_and_all_are_told() {
        let (database, store, file) = database().await;
        let other = AnyPoolOptions::new().max_connections(1).connect(&file.url).await.unwrap();
        let held = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let (batch, answers) = orders(0..100);
        let begun = Instant::now();
        write_batch(&database, batch).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "one after the other they would have waited ten seconds");
        for answer in answers {
            assert!(answer.await.unwrap().unwrap_err().is_of_all());
        }
        held.rollback().await.unwrap();
        let (batch, answers) = orders(0..100);
        write_batch(&database, batch).await;
        for answer in answers {
            answer.await.unwrap().unwrap();
        }
        assert_eq!(store.decision_count(&TenantId::default()).await.unwrap(), 100);
    }

    #[tokio::test]
    async fn one_that_cannot_be_written_harms_no_other_and_nobody_writes_for_those_who_have_left() {
        let (database, store, _file) = database().await;
        let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON decisions WHEN NEW.id = 'd1' BEGIN SELECT RAISE(ABORT, 'no'); END";
        database.pool.execute(refuse).await.unwrap();
        let (batch, mut answers) = orders(0..4);
        drop(answers.pop());
        write_batch(&database, batch).await;
        let mut told = Vec::new();
        for answer in answers {
            told.push(answer.await.unwrap().map_err(|error| error.is_of_all()));
        }
        assert_eq!(told, [Ok(()), Err(false), Ok(())]);
        assert_eq!(store.decision_count(&TenantId::default()).await.unwrap(), 2);
    }
}
