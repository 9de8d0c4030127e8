//! Two processes on one Postgres: what both are asked is decided and stored once, and asked again it is only counted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use vitrine_testing::Database;

use crate::publish::upload;
use crate::server::{Caller, Server};
use crate::support::folder;

/// Rows of every table that selections write, as text, without the counts that servers keep of what they answered.
fn rows(url: &str) -> BTreeMap<&'static str, Vec<String>> {
    let tables = [
        "images",
        "readings",
        "rule_sets",
        "decisions",
        "events",
        "streams",
        "outbox",
        "catalogue",
        "thumbnails",
        "queue",
        "unit_events",
        "audit",
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(url).await.unwrap();
        let mut rows = BTreeMap::new();
        for table in tables {
            // With the number of the transaction that wrote the row: a row that was written again does not look the same.
            let sql = format!("SELECT CAST(t AS TEXT) || ' ' || CAST(t.xmin AS TEXT) FROM {table} t ORDER BY 1");
            let found: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&pool).await.unwrap();
            rows.insert(table, found.into_iter().map(|(row,)| row).collect());
        }
        pool.close().await;
        rows
    })
}

fn ask(caller: &Caller, picture: &str) -> Vec<Value> {
    let question = |product: usize| {
        let body = json!({ "product": { "id": format!("p{product}") }, "candidates": [{ "id": "a", "hash": picture }] });
        caller.post("/v1/select", &body).unwrap().1
    };
    (0..12).map(question).collect()
}

#[test]
fn two_processes_store_each_decision_once_and_a_repeated_question_writes_nothing() {
    let folder = folder("two-on-postgres");
    let store = Database::postgres().url;
    let start = || Server::with(&store, &folder, &[("VITRINE_STORE__OUTBOX", "true")]);
    let servers = [start(), start()];
    let callers = [servers[0].caller("viewer"), servers[1].caller("viewer"), servers[0].caller("viewer"), servers[1].caller("viewer")];
    let picture = upload(&callers[0]);
    // The same questions to both at once.
    let answers: Vec<Vec<Value>> = std::thread::scope(|threads| {
        let asking: Vec<_> = callers.iter().map(|caller| threads.spawn(|| ask(caller, &picture))).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|all| *all == answers[0]), "both give the same answers, to the decision's id");
    let ids: BTreeSet<&str> = answers[0].iter().map(|answer| answer["decision_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 12);

    let stored = rows(&store);
    assert_eq!(stored["decisions"].len(), 12);
    assert_eq!(stored["outbox"].len(), 12);
    assert_eq!(stored["events"].iter().filter(|event| event.contains("decision.stored")).count(), 12);
    // Asked again, and by a process that remembers nothing.
    for caller in &callers {
        assert_eq!(ask(caller, &picture), answers[0]);
    }
    assert_eq!(rows(&store), stored);
    let third = start();
    assert_eq!(ask(&third.caller("viewer"), &picture), answers[0]);
    let changed: Vec<&str> = rows(&store).into_iter().filter(|(table, rows)| *rows != stored[table]).map(|(table, _)| table).collect();
    // Signing in stands in the audit trail.
    assert_eq!(changed, ["audit"]);
}
