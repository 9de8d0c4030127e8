//! What waits on Postgres and is refused, or left alone, or whose server goes away without a word, takes nothing along.

use std::time::Duration;

use sqlx::AnyPool;
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::watch;
use tokio::time::timeout;
use vitrine_engine::{ContentHash, TenantId};
use vitrine_testing::Database;
use vitrine_web::config::{RawStore, StoreConfig};
use vitrine_web::store::{Record, Store};

use crate::{number, open};

/// Changes of the test's database that are begun and not ended.
const OPEN: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
/// Those that wait for a lock.
const WAITING: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
/// Refuses them, as the server does when their time is over.
const REFUSE: &str = "SELECT COUNT(*) FROM (SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND wait_event_type = 'Lock') refused";

async fn becomes(database: &Database, sql: &'static str, wanted: i64) {
    let asking = async {
        while number(database, sql).await != wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(30), asking).await.unwrap_or_else(|_| panic!("never {wanted}: {sql}"));
}

async fn change(store: &Store, tenant: &TenantId, reason: &str) {
    let record = Record {
        actor: "ann".into(),
        action: "draft.made".into(),
        subject: "draft:1".into(),
        reason: reason.into(),
        detail: serde_json::Value::Null,
    };
    store.begin(tenant).await.unwrap().commit(&[record]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_begin_that_is_refused_or_left_alone_while_it_waits_leaves_its_pool_as_it_was() {
    let database = Database::postgres();
    let (here, there) = (open(&database).await, open(&database).await);
    let tenant = TenantId::from("ours");
    let held = here.begin(&tenant).await.unwrap();
    let begin = || {
        let (store, tenant) = (there.clone(), tenant.clone());
        tokio::spawn(async move { store.begin(&tenant).await.map(|_| ()) })
    };
    let refused = begin();
    becomes(&database, WAITING, 1).await;
    number(&database, REFUSE).await;
    assert!(refused.await.unwrap().is_err());

    let left = begin();
    becomes(&database, WAITING, 1).await;
    left.abort();
    assert!(left.await.unwrap_err().is_cancelled());
    drop(held);
    for turn in ["one", "two"] {
        change(&there, &tenant, turn).await;
    }
    becomes(&database, OPEN, 0).await;
    let kept = here.records(&tenant, None, None, 10).await.unwrap();
    assert_eq!(kept.iter().map(|kept| kept.record.reason.as_str()).collect::<Vec<_>>(), ["two", "one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_begin_that_is_left_alone_at_any_moment_leaves_no_change_open() {
    let database = Database::postgres();
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    for moment in 0..150 {
        let begun = timeout(Duration::from_micros(10 * moment), store.begin(&tenant)).await;
        drop(begun);
    }
    change(&store, &tenant, "at last").await;
    becomes(&database, OPEN, 0).await;
}

/// Stands between a program and its server.
struct Between {
    /// How often it fell silent: what was connected before then hears nothing more, as when a machine is gone.
    silences: watch::Sender<u32>,
}

impl Between {
    /// Before the server of a database, which listens to a socket in a folder; with the store's settings that lead there.
    async fn start(database: &Database) -> (Self, StoreConfig) {
        let (path, options) = database.url.strip_prefix("postgres:///").unwrap().split_once('?').unwrap();
        let folder = options.split('&').find_map(|option| option.strip_prefix("host=")).unwrap();
        let socket = format!("{folder}/.s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let silences = watch::Sender::new(0);
        let told = silences.subscribe();
        tokio::spawn(async move {
            while let Ok((mut program, _)) = listener.accept().await {
                let (mut server, mut told) = (UnixStream::connect(&socket).await.unwrap(), told.clone());
                told.mark_unchanged();
                tokio::spawn(async move {
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut program, &mut server) => {}
                        _ = told.changed() => std::future::pending().await,
                    }
                });
            }
        });
        let url = format!("postgres://vitrine@{address}/{path}?sslmode=disable");
        (Self { silences }, RawStore { url, ..RawStore::default() }.resolve().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_without_a_word_takes_no_place_in_a_pool_along() {
    let database = Database::postgres();
    let (between, config) = Between::start(&database).await;
    let store = Store::open(&config).await.unwrap();
    let held = store.begin(&TenantId::from("ours")).await.unwrap();
    between.silences.send_modify(|times| *times += 1);
    drop(held);
    // The pool has one connection: the place of the one that was lost is free again in time. (Another tenant, since the server holds that
    // lock for a while.)
    change(&store, &TenantId::from("theirs"), "again").await;
    assert_eq!(open(&database).await.records(&TenantId::from("theirs"), None, None, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_selections_look_up_waits_for_no_report() {
    let database = Database::postgres();
    let config = RawStore { url: database.url.clone(), readers_max: 1, ..RawStore::default() }.resolve().unwrap();
    let store = Store::open(&config).await.unwrap();
    let tenant = TenantId::from("ours");
    let pool = AnyPool::connect(&database.url).await.unwrap();
    let mut lock = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE experiments IN ACCESS EXCLUSIVE MODE").execute(&mut *lock).await.unwrap();
    let report = {
        let (store, tenant) = (store.clone(), tenant.clone());
        tokio::spawn(async move { store.experiments_revision(&tenant).await })
    };
    becomes(&database, WAITING, 1).await;
    let looked_up = async {
        assert!(!store.image_is_known(&tenant, ContentHash::of(b"picture")).await.unwrap());
        assert!(store.readings(&tenant, ContentHash::of(b"picture")).await.unwrap().is_empty());
        assert!(store.picture_tallies(&tenant, "e", 0, "p").await.unwrap().is_empty());
    };
    timeout(Duration::from_secs(4), looked_up).await.expect("less than anybody waits for a connection");
    assert!(!report.is_finished());
    lock.rollback().await.unwrap();
    assert_eq!(report.await.unwrap().unwrap(), 0);
}
