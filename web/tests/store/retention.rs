//! What is older than it is kept goes; what follows from it stays, and nothing is numbered anew.

use std::collections::BTreeSet;
use std::time::Duration;

use vitrine_engine::{ContentHash, TenantId};
use vitrine_testing::Database;
use vitrine_web::store::{Change, Store, UnitEventRow, now_ms};

use crate::{config, decision, number, on_both, run};

on_both!(old_records_go_and_what_was_made_of_them_stays, what_is_kept_for_ever_is_not_touched);

const DAY_MS: i64 = 86_400_000;

async fn kept_for(database: &Database, days: u64) -> Store {
    let mut config = config(database);
    config.events_kept = (days > 0).then(|| Duration::from_hours(24 * days));
    Store::open(&config).await.unwrap()
}

fn outcome(id: &str) -> UnitEventRow {
    let (unit, name) = ("u1".into(), "purchase".into());
    UnitEventRow { unit, id: id.into(), experiment: String::new(), name, at_ms: 1, millionths: 2, detail: String::new() }
}

/// Many rows, more than go in one transaction.
async fn fill(store: &Store, tenant: &TenantId) {
    let image = Change::Image { tenant: tenant.clone(), content_hash: ContentHash::of(b"picture") };
    let decisions = (0..1200).map(|id| decision(tenant, &format!("d{id}"), "x"));
    store.commit(std::iter::once(image).chain(decisions).collect()).await.unwrap();
    let mut ingest = store.begin_ingest(tenant).await.unwrap();
    let events: Vec<UnitEventRow> = (0..1200).map(|id| outcome(&format!("e{id}"))).collect();
    assert_eq!(ingest.append(&events).await.unwrap().len(), 1200);
    ingest.put_ledgers(&[("u1".into(), "x".into(), "1200".into())]).await.unwrap();
    ingest.put_cells("x", &[("counts".to_owned(), "1200".to_owned())].into()).await.unwrap();
    ingest.commit().await.unwrap();
}

async fn old_records_go_and_what_was_made_of_them_stays(database: Database) {
    let store = kept_for(&database, 36).await;
    let tenant = TenantId::from("ours");
    fill(&store, &tenant).await;
    store.upkeep(now_ms() + 35 * DAY_MS).await.unwrap();
    assert_eq!(number(&database, "SELECT (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM unit_events)").await, 1201 + 1200);

    // Another month has to be over on Postgres.
    store.upkeep(now_ms() + (36 + 31) * DAY_MS).await.unwrap();
    for table in ["SELECT COUNT(*) FROM events", "SELECT COUNT(*) FROM unit_events"] {
        assert_eq!(number(&database, table).await, 0, "{table}");
    }
    assert_eq!(store.decision_count(&tenant).await.unwrap(), 1200);
    assert!(store.image_is_known(&tenant, ContentHash::of(b"picture")).await.unwrap());
    assert_eq!(store.experiment_cells(&tenant, "x").await.unwrap(), [("counts".to_owned(), "1200".to_owned())]);
    assert_eq!(store.experiment_units::<i64>(&tenant, "x", 10).await.unwrap(), [1200]);

    // Histories go on where they were, and a decision that is there is not new again.
    store.commit(vec![decision(&tenant, "d0", "x"), decision(&tenant, "next", "x")]).await.unwrap();
    let log = store.events(&tenant, "product:p1").await.unwrap();
    assert_eq!(log.iter().map(|event| (event.revision, event.subject.as_str())).collect::<Vec<_>>(), [(1201, "next")]);
    let mut ingest = store.begin_ingest(&tenant).await.unwrap();
    assert_eq!(ingest.append(&[outcome("next")]).await.unwrap(), BTreeSet::from([0]));
    ingest.commit().await.unwrap();
    assert_eq!(number(&database, "SELECT revision FROM unit_events").await, 1201);
}

async fn what_is_kept_for_ever_is_not_touched(database: Database) {
    let store = kept_for(&database, 0).await;
    let tenant = TenantId::from("ours");
    fill(&store, &tenant).await;
    store.upkeep(now_ms() + 36_500 * DAY_MS).await.unwrap();
    assert_eq!(number(&database, "SELECT (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM unit_events)").await, 1201 + 1200);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_each_month_in_a_table_of_its_own_and_finds_a_place_for_strays() {
    let database = Database::postgres();
    let store = kept_for(&database, 0).await;
    let tenant = TenantId::from("ours");
    fill(&store, &tenant).await;
    let rest = "SELECT (SELECT COUNT(*) FROM events_rest) + (SELECT COUNT(*) FROM unit_events_rest)";
    assert_eq!(number(&database, rest).await, 0, "each record has found its month");
    let months = "SELECT COUNT(*) FROM pg_inherits WHERE inhparent IN (CAST('events' AS regclass), CAST('unit_events' AS regclass))";
    // This month, the two to come, and the rest, of either log.
    assert_eq!(number(&database, months).await, 8);

    // Records of 2020 and 2021, as a clock that was wrong writes them.
    let pool = sqlx::AnyPool::connect(&database.url).await.unwrap();
    for (revision, ms) in [(1_i64, 1_580_000_000_000_i64), (2, 1_580_000_000_001), (3, 1_620_000_000_000)] {
        let sql = "INSERT INTO events (tenant, stream, revision, kind, subject, stored_ms) VALUES ('ours', 'stray', $1, 'k', 's', $2)";
        sqlx::query(sql).bind(revision).bind(ms).execute(&pool).await.unwrap();
    }
    assert_eq!(number(&database, rest).await, 3);
    // Two processes at once, and again.
    let other = kept_for(&database, 0).await;
    let (one, two) = tokio::join!(store.upkeep(now_ms()), other.upkeep(now_ms()));
    one.unwrap();
    two.unwrap();
    assert_eq!(number(&database, rest).await, 0);
    assert_eq!(number(&database, months).await, 10);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM events_2020_01").await, 2);
    assert_eq!(store.events(&tenant, "stray").await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_somebody_reads_is_left_until_the_next_time() {
    let database = Database::postgres();
    let store = kept_for(&database, 36).await;
    fill(&store, &TenantId::from("ours")).await;
    let pool = sqlx::AnyPool::connect(&database.url).await.unwrap();
    let mut reading = pool.begin().await.unwrap();
    sqlx::query("SELECT COUNT(*) FROM events").fetch_one(&mut *reading).await.unwrap();
    let later = now_ms() + (36 + 31) * DAY_MS;
    store.upkeep(later).await.unwrap();
    assert_eq!(number(&database, "SELECT COUNT(*) FROM events").await, 1201);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM unit_events").await, 0, "the other log goes by itself");
    reading.rollback().await.unwrap();
    store.upkeep(later).await.unwrap();
    assert_eq!(number(&database, "SELECT COUNT(*) FROM events").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_cannot_be_made_stops_nobody_but_this_one() {
    let database = Database::postgres();
    kept_for(&database, 0).await.close().await;
    // A table in the way of a month's.
    run(
        &database,
        "DO $$ BEGIN EXECUTE 'ALTER TABLE events DETACH PARTITION events_' \
         || to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months', 'YYYY_MM'); END $$",
    )
    .await;
    kept_for(&database, 0).await.close().await;
    run(
        &database,
        "DO $$ BEGIN EXECUTE 'ALTER TABLE events DETACH PARTITION events_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM'); END $$",
    )
    .await;
    assert!(Store::open(&config(&database)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finds_old_rows_of_a_file_is_made_before_anybody_is_served_and_only_where_they_go() {
    let database = Database::sqlite();
    let indexes = "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('events_by_time', 'unit_events_by_time')";
    kept_for(&database, 0).await.close().await;
    assert_eq!(number(&database, indexes).await, 0);
    kept_for(&database, 36).await.close().await;
    assert_eq!(number(&database, indexes).await, 2);
}
