//! The log: revisions without gaps or doubles, each event once, and what it caused in the same transaction.

use std::collections::BTreeSet;

use vitrine_engine::{ContentHash, TenantId};
use vitrine_testing::Database;
use vitrine_web::store::{Change, DECISIONS, Store, UnitEventRow};

use crate::{decision, number, on_both, open};

on_both!(
    a_new_decision_has_its_record_and_its_message_and_a_repeated_one_leaves_no_trace,
    writers_in_two_processes_share_streams_without_doubles_or_gaps,
    a_change_that_cannot_be_written_leaves_nothing_and_harms_no_other,
    an_event_of_a_unit_counts_once_and_all_are_numbered,
    an_event_with_a_tab_or_a_line_end_in_its_id_hides_no_other,
    batches_of_any_size_are_written_whole,
);

async fn a_new_decision_has_its_record_and_its_message_and_a_repeated_one_leaves_no_trace(database: Database) {
    let store = open(&database).await;
    let ours = TenantId::from("ours");
    store.commit(vec![decision(&ours, "d1", "one"), decision(&ours, "d2", "two")]).await.unwrap();
    store.commit(vec![decision(&ours, "d1", "one")]).await.unwrap();
    let log = store.events(&ours, "product:p1").await.unwrap();
    let told: Vec<_> = log.iter().map(|event| (event.revision, event.kind.as_str(), event.subject.as_str())).collect();
    assert_eq!(told, [(1, "decision.stored", "d1"), (2, "decision.stored", "d2")]);

    let messages = store.outbox(&ours, 10).await.unwrap();
    assert_eq!(messages.len(), 2);
    assert!(messages[0].seq < messages[1].seq);
    assert_eq!((messages[0].topic.as_str(), messages[0].key.as_str()), (DECISIONS, "p1"));
    let payload: serde_json::Value = serde_json::from_str(&messages[0].payload).unwrap();
    assert_eq!(payload, serde_json::json!({ "id": "d1", "kind": "decision.stored", "product_id": "p1", "decision_id": "d1" }));
    assert!(store.outbox(&TenantId::from("theirs"), 10).await.unwrap().is_empty());

    store.told(&TenantId::from("theirs"), &[messages[0].seq]).await.unwrap();
    store.told(&ours, &[messages[0].seq]).await.unwrap();
    assert_eq!(store.outbox(&ours, 10).await.unwrap(), messages[1..]);
    let numbers = "SELECT (SELECT COUNT(*) FROM decisions) + 10 * (SELECT COUNT(*) FROM events)";
    assert_eq!(number(&database, numbers).await, 22);
}

/// A picture that was measured by a detector, in a batch of its own.
async fn measure(store: &Store, tenant: &TenantId, picture: u8, detector: usize) {
    let content_hash = ContentHash::of(&[picture]);
    let readings = |detector: String| Change::Readings {
        tenant: tenant.clone(),
        content_hash,
        detector: detector.as_str().into(),
        document: "{}".into(),
    };
    let image = Change::Image { tenant: tenant.clone(), content_hash };
    // Each process has its own detector, and both have one in common.
    store.commit(vec![readings(format!("own@{detector}")), image, readings("common@1".into())]).await.unwrap();
}

async fn writers_in_two_processes_share_streams_without_doubles_or_gaps(database: Database) {
    let stores = [open(&database).await, open(&database).await];
    let tenant = TenantId::from("ours");
    let writers: Vec<_> = (0..80_usize)
        .map(|turn| {
            let (store, tenant) = (stores[turn % 2].clone(), tenant.clone());
            tokio::spawn(async move {
                // Every second one goes through the pictures from behind: the order must not matter.
                let picture = if turn % 2 == 0 { turn / 2 % 8 } else { 7 - turn / 2 % 8 };
                measure(&store, &tenant, picture as u8, turn).await;
                store.commit(vec![decision(&tenant, &format!("d{}", turn / 4), "x")]).await.unwrap();
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for picture in 0..8_u8 {
        let log = stores[0].events(&tenant, &format!("image:{}", ContentHash::of(&[picture]))).await.unwrap();
        let revisions: Vec<i64> = log.iter().map(|event| event.revision).collect();
        // The picture, what both know, and ten detectors.
        assert_eq!(revisions, (1..=12).collect::<Vec<_>>());
        assert_eq!(log.iter().map(|event| (&event.kind, &event.subject)).collect::<BTreeSet<_>>().len(), 12);
    }
    let log = stores[1].events(&tenant, "product:p1").await.unwrap();
    assert_eq!(log.iter().map(|event| event.revision).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
    assert_eq!(stores[1].decision_count(&tenant).await.unwrap(), 20);
    // The messages of a product come in the order of its history.
    let told: Vec<String> = stores[0].outbox(&tenant, 100).await.unwrap().into_iter().map(|message| message.payload).collect();
    assert_eq!(told.len(), 20);
    assert!(told.iter().zip(&log).all(|(payload, event)| payload.contains(&format!("\"{}\"", event.subject))), "{told:?}");
}

async fn a_change_that_cannot_be_written_leaves_nothing_and_harms_no_other(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let refused = "CREATE UNIQUE INDEX one_product ON catalogue (pictures)";
    let pool = sqlx::AnyPool::connect(&database.url).await.unwrap();
    sqlx::query(refused).execute(&pool).await.unwrap();
    let product = |id: &str, pictures: &str| Change::Product {
        tenant: tenant.clone(),
        row: vitrine_web::store::CatalogueRow {
            marketplace: String::new(),
            region: String::new(),
            product_id: id.into(),
            category: String::new(),
            seller: String::new(),
            family: String::new(),
            pictures: pictures.into(),
        },
    };
    store.commit(vec![product("p1", "taken")]).await.unwrap();
    // Its decision is written before its product is refused; others stand in the same batch.
    let others: Vec<_> = (0..20).map(|turn| vec![decision(&tenant, &format!("good{turn}"), "x")]).collect();
    let bad = store.commit(vec![decision(&tenant, "bad", "x"), product("p2", "taken")]);
    let (bad, good) = tokio::join!(bad, futures_util::future::join_all(others.into_iter().map(|change| store.commit(change))));
    assert!(bad.is_err());
    assert!(good.iter().all(Result::is_ok));
    assert_eq!(store.decision(&tenant, "bad").await.unwrap(), None);
    assert_eq!(store.decision_count(&tenant).await.unwrap(), 20);
    assert_eq!((store.events(&tenant, "product:p1").await.unwrap().len(), store.outbox(&tenant, 100).await.unwrap().len()), (20, 20));
}

fn outcome(unit: &str, id: &str) -> UnitEventRow {
    UnitEventRow {
        unit: unit.into(),
        id: id.into(),
        experiment: String::new(),
        name: "purchase".into(),
        at_ms: 1,
        millionths: 2,
        detail: String::new(),
    }
}

async fn an_event_of_a_unit_counts_once_and_all_are_numbered(database: Database) {
    let (here, there) = (open(&database).await, open(&database).await);
    let tenant = TenantId::from("ours");
    let mut ingest = here.begin_ingest(&tenant).await.unwrap();
    let rows = [outcome("u1", "a"), outcome("u1", "a"), outcome("u2", "a"), outcome("u1", "b")];
    assert_eq!(ingest.append(&rows).await.unwrap(), BTreeSet::from([0, 2, 3]));
    // Until this one has ended, nobody else takes events in.
    let waiting = tokio::spawn({
        let (there, tenant) = (there.clone(), tenant.clone());
        async move {
            let mut ingest = there.begin_ingest(&tenant).await.unwrap();
            let new = ingest.append(&[outcome("u1", "b"), outcome("u1", "c")]).await.unwrap();
            ingest.commit().await.unwrap();
            new
        }
    });
    ingest.commit().await.unwrap();
    assert_eq!(waiting.await.unwrap(), BTreeSet::from([1]));
    // Dropped before its end, it leaves nothing behind.
    let mut ingest = here.begin_ingest(&tenant).await.unwrap();
    assert_eq!(ingest.append(&[outcome("u1", "d")]).await.unwrap().len(), 1);
    drop(ingest);

    let mut ingest = there.begin_ingest(&tenant).await.unwrap();
    let ids: BTreeSet<String> = ingest.events_of(&BTreeSet::from(["u1"])).await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(ids, ["a", "b", "c"].map(String::from).into());
    drop(ingest);
    let history = "SELECT CAST(COALESCE(SUM(revision * CASE id WHEN 'a' THEN 1 WHEN 'b' THEN 10 ELSE 100 END), 0) AS BIGINT) \
                   FROM unit_events WHERE unit = 'u1'";
    assert_eq!(number(&database, history).await, 431);
}

async fn an_event_with_a_tab_or_a_line_end_in_its_id_hides_no_other(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let mut ingest = store.begin_ingest(&tenant).await.unwrap();
    assert_eq!(ingest.append(&[outcome("u1", "a\tb"), outcome("u1", "c\nd"), outcome("u1", "e")]).await.unwrap().len(), 3);
    let mut events = ingest.events_of(&BTreeSet::from(["u1"])).await.unwrap();
    events.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(events, ["a b", "c d", "e"].map(|id| outcome("u1", id)));
}

async fn batches_of_any_size_are_written_whole(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    for size in [1, 2, 3, 255, 256, 257, 700] {
        let changes = (0..size).map(|id| decision(&tenant, &format!("d{id}"), "x")).collect();
        store.commit(changes).await.unwrap();
        assert_eq!(store.decision_count(&tenant).await.unwrap(), size);
        assert_eq!(store.events(&tenant, "product:p1").await.unwrap().len() as i64, size);
    }
    let rows: Vec<UnitEventRow> = (0..1000).map(|id| outcome(&format!("u{}", id % 300), &format!("e{id}"))).collect();
    let mut ingest = store.begin_ingest(&tenant).await.unwrap();
    assert_eq!(ingest.append(&rows).await.unwrap().len(), 1000);
    let units: Vec<String> = (0..300).map(|unit| format!("u{unit}")).collect();
    let units: BTreeSet<&str> = units.iter().map(String::as_str).collect();
    assert_eq!(ingest.events_of(&units).await.unwrap().len(), 1000);
    let ledgers: Vec<(String, String, String)> = units.iter().map(|unit| ((*unit).to_owned(), "x".to_owned(), "{}".to_owned())).collect();
    ingest.put_ledgers(&ledgers).await.unwrap();
    assert_eq!(ingest.ledgers_of(&units).await.unwrap().len(), 300);
    ingest.commit().await.unwrap();
    assert_eq!(number(&database, "SELECT COUNT(*) FROM unit_events").await, 1000);
}
