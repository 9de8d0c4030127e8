//! The steps from an empty database to today's tables. A step that has been published never changes: databases have taken it.

use sqlx::Executor as _;

use super::dialect::{Dialect, Turn};
use super::{CACHE_KIB, StoreError, pool};
use crate::config::StoreConfig;

/// A step: its number, its name, and its text for either database.
pub(super) type Step = (i64, &'static str, &'static str);

pub(super) const ALL: &[Step] = &[
    (1, "pictures rules decisions", include_str!("../../migrations/0001_pictures_rules_decisions.sql")),
    (2, "rule studio", include_str!("../../migrations/0002_rule_studio.sql")),
    (3, "people", include_str!("../../migrations/0003_people.sql")),
    (4, "experiments", include_str!("../../migrations/0004_experiments.sql")),
    // There never was a fifth.
    (6, "explorations", include_str!("../../migrations/0006_explorations.sql")),
    (7, "log", include_str!("../../migrations/0007_log.sql")),
    (8, "feed", include_str!("../../migrations/0008_feed.sql")),
    (9, "feed hands", include_str!("../../migrations/0009_feed_hands.sql")),
    (10, "no jobs", include_str!("../../migrations/0010_no_jobs.sql")),
    (11, "ledgers by unit", include_str!("../../migrations/0011_ledgers_by_unit.sql")),
];

/// Takes the steps that the database has not taken yet, all or none; when several processes start at once, one of them does it.
pub(super) async fn run(config: &StoreConfig, dialect: Dialect, steps: &[Step]) -> Result<(), StoreError> {
    let failed = |error: &dyn std::fmt::Display| StoreError::new("the database cannot be brought up to date", error);
    let pool = pool(config, dialect, 1, CACHE_KIB).await?;
    pool.execute(dialect.unhurried()).await.map_err(|error| failed(&error))?;
    let mut change = dialect.begin(&pool, Turn::Tables).await.map_err(|error| failed(&error))?;
    dialect.migrator(steps).run(&mut *change).await.map_err(|error| failed(&error))?;
    change.commit().await.map_err(|error| failed(&error))?;
    pool.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::any::AnyRow;
    use sqlx::{AnyPool, AssertSqlSafe, Row as _, ValueRef as _};
    use vitrine_engine::TenantId;
    use vitrine_testing::Database;

    use super::*;
    use crate::config::RawStore;
    use crate::store::{Change, Store, UnitEventRow};

    /// Two rows of every table of the version before the log was laid out by time, and a history of three decisions of two products.
    const ROWS: &[&str] = &[
        "INSERT INTO images VALUES ('t', 'h1', 1), ('t', 'h2', 2)",
        "INSERT INTO readings VALUES ('t', 'h1', 'a@1', '{}', 1), ('t', 'h1', 'b@1', '{\"x\":1}', 2)",
        "INSERT INTO rule_sets VALUES ('t', 'v1', '{}', 1), ('u', 'v1', '{}', 1)",
        "INSERT INTO decisions VALUES ('t', 'd1', 'p1', 'one', 5), ('t', 'd2', 'p2', 'two', 6), ('t', 'd3', 'p1', 'three', 7)",
        "INSERT INTO events VALUES ('t', 'image:h1', 1, 'image.stored', 'h1', 1), ('t', 'image:h1', 2, 'readings.stored', 'h1 a@1', 1), \
         ('t', 'decision:d1', 1, 'decision.stored', 'd1', 5), ('t', 'decision:d2', 1, 'decision.stored', 'd2', 6), \
         ('t', 'decision:d3', 1, 'decision.stored', 'd3', 7)",
        "INSERT INTO audit VALUES ('t', 1, 1, 'ann', 'a', 's', 'r', '{}'), ('t', 2, 1, 'bob', 'a', 's', '', '{}')",
        "INSERT INTO catalogue VALUES ('t', 'm', '', 'p1', 'c', 's', '[]', 1, ''), ('t', 'm', '', 'p2', 'c', 's', '[]', 1, 'f')",
        "INSERT INTO drafts VALUES ('t', 1, 'open', 1, '{}', 1), ('t', 2, 'open', 1, '{}', 1)",
        "INSERT INTO releases VALUES ('t', 1, '{}', 1), ('t', 2, '{}', 1)",
        "INSERT INTO rollouts VALUES ('t', 1, 'full', '{}', 1), ('t', 2, 'full', '{}', 1)",
        "INSERT INTO live VALUES ('t', 3, '{}', 1), ('u', 1, '{}', 1)",
        "INSERT INTO tallies VALUES ('t', 's', 'a', '{}', 1), ('t', 's', 'b', '{}', 1)",
        "INSERT INTO accounts VALUES ('t', 'ann', 'Ann', 'editor', '', 0, 1), ('t', 'bob', 'Bob', 'viewer', '', 1, 1)",
        "INSERT INTO sessions VALUES ('t', 'x', 'ann', 1, 1, 2), ('t', 'y', 'bob', 1, 1, 2)",
        "INSERT INTO thumbnails VALUES ('t', 'h1', 'jpeg', 1), ('t', 'h2', 'jpeg', 1)",
        "INSERT INTO queue VALUES ('t', 'q1', 'open', 'rule', 'm', 'h1', 'r', 'c', '{}', 1), ('t', 'q2', 'closed', 'rule', 'm', 'h2', 'r', 'c', '{}', 1)",
        "INSERT INTO judgements VALUES ('t', 'q1', 'ann', 'approve', '', '', 1), ('t', 'q2', 'ann', 'overturn', '', '', 1)",
        "INSERT INTO exemptions VALUES ('t', 'h1', 'r', 1, 1, 1), ('t', 'h2', 'r', 0, 2, 1)",
        "INSERT INTO objections VALUES ('t', 'o1', 'd1', 'i', 'r', 'no', 1), ('t', 'o2', 'd2', 'i', 'r', 'no', 1)",
        "INSERT INTO experiments VALUES ('t', 'x', 'running', 1, '{}', 1), ('t', 'y', 'draft', 1, '{}', 1)",
        "INSERT INTO unit_events VALUES ('t', 'u1', 'e1', 'x', '', 10, 0, '{}', 20), ('t', 'u1', 'e2', '', 'buy', 11, 5, '', 21), \
         ('t', 'u2', 'e1', '', 'buy', 12, 6, '', 20)",
        "INSERT INTO experiment_units VALUES ('t', 'u1', 'x', '{}'), ('t', 'u2', 'x', '{}')",
        "INSERT INTO experiment_cells VALUES ('t', 'x', 'a', '{}'), ('t', 'x', 'b', '{}')",
        "INSERT INTO experiment_reports VALUES ('t', 'x', '2026-11-21', '{}', 1), ('t', 'x', '2026-11-22', '{}', 1)",
        "INSERT INTO explorations VALUES ('t', 'x', 0, 's1', 'u1', 'p1', 'd1', 'a', 0.25, 1, 0, 1), ('t', 'x', 1, 's2', 'u1', 'p1', 'd1', 'b', 1, 0, 1, 1)",
        "INSERT INTO explored_pictures VALUES ('t', 'x', 0, 'p1', 'a', 1, 0), ('t', 'x', 1, 'p1', 'b', 0, 0)",
        "INSERT INTO keys VALUES ('t', 'unit', 'secret', 1), ('u', 'unit', 'secret', 1)",
    ];
    /// What that step lays out anew: what is told of a record, wherever it stands.
    const ANEW: [(&str, &str); 2] = [
        ("events", "tenant, kind, subject, stored_ms"),
        ("unit_events", "tenant, unit, id, experiment, name, at_ms, millionths, detail, stored_ms"),
    ];

    /// Every table with rows, and what to ask of it.
    fn tables() -> Vec<(&'static str, &'static str)> {
        let names = ROWS.iter().filter_map(|row| row.split_whitespace().nth(2));
        names.map(|name| ANEW.into_iter().find(|(anew, _)| *anew == name).unwrap_or((name, "*"))).collect()
    }

    async fn rows(pool: &AnyPool, columns: &str, table: &str) -> BTreeSet<String> {
        let text = |row: &AnyRow| {
            let column = |at: usize| {
                assert!(!row.try_get_raw(at).unwrap().is_null());
                let text = row.try_get::<String, _>(at).or_else(|_| row.try_get::<i64, _>(at).map(|number| number.to_string()));
                text.unwrap_or_else(|_| row.try_get::<f64, _>(at).unwrap().to_string())
            };
            (0..row.len()).map(column).collect::<Vec<_>>().join("|")
        };
        let rows = sqlx::query(AssertSqlSafe(format!("SELECT {columns} FROM {table}"))).fetch_all(pool).await.unwrap();
        let texts: BTreeSet<String> = rows.iter().map(text).collect();
        assert_eq!(texts.len(), rows.len(), "{table}");
        texts
    }

    async fn keeps_every_row(database: Database) {
        let config = RawStore { url: database.url.clone(), ..RawStore::default() }.resolve().unwrap();
        sqlx::any::install_default_drivers();
        let before_the_log: Vec<Step> = ALL.iter().filter(|(number, ..)| *number < 7).copied().collect();
        run(&config, Dialect::of(&database.url).unwrap(), &before_the_log).await.unwrap();
        let pool = AnyPool::connect(&database.url).await.unwrap();
        for row in ROWS {
            sqlx::query(*row).execute(&pool).await.unwrap();
        }
        let mut before = Vec::new();
        for (table, columns) in tables() {
            before.push(rows(&pool, columns, table).await);
        }
        pool.close().await;

        let store = Store::open(&config).await.unwrap();
        let pool = AnyPool::connect(&database.url).await.unwrap();
        for ((table, columns), before) in tables().into_iter().zip(before) {
            assert!(before.len() > 1, "{table} is filled");
            assert_eq!(rows(&pool, columns, table).await, before, "{table}");
        }
        let expected = ["t|product:p1|1|d1", "t|product:p1|2|d3", "t|product:p2|1|d2"].map(String::from);
        assert_eq!(rows(&pool, "tenant, stream, revision, subject", "events WHERE kind = 'decision.stored'").await, expected.into());
        let expected = ["1|u1|e1", "2|u2|e1", "3|u1|e2"].map(String::from);
        assert_eq!(rows(&pool, "revision, unit, id", "unit_events").await, expected.into());

        // What was known stays known, and histories go on where they were.
        let tenant = TenantId::from("t");
        let decision =
            |id: &str| Change::Decision { tenant: tenant.clone(), id: id.into(), product_id: "p1".into(), document: "new".into() };
        store.commit(vec![decision("d1"), decision("d4")]).await.unwrap();
        assert_eq!(store.decision(&tenant, "d1").await.unwrap().as_deref(), Some("one"));
        let log = store.events(&tenant, "product:p1").await.unwrap();
        assert_eq!(log.iter().map(|event| (event.revision, event.subject.as_str())).collect::<Vec<_>>(), [(1, "d1"), (2, "d3"), (3, "d4")]);
        let event = |id: &str| UnitEventRow {
            unit: "u1".into(),
            id: id.into(),
            experiment: String::new(),
            name: "buy".into(),
            at_ms: 30,
            millionths: 1,
            detail: String::new(),
        };
        let mut ingest = store.begin_ingest(&tenant).await.unwrap();
        assert_eq!(ingest.append(&[event("e1"), event("e3")]).await.unwrap(), BTreeSet::from([1]));
        ingest.commit().await.unwrap();
        assert_eq!(rows(&pool, "revision", "unit_events WHERE unit = 'u1'").await, ["1", "3", "4"].map(String::from).into());
        pool.close().await;
    }

    /// What waits in the outbox of the version before the feed is told by the feed's workers.
    async fn keeps_what_waits_to_be_told(database: Database) {
        let config = RawStore { url: database.url.clone(), ..RawStore::default() }.resolve().unwrap();
        sqlx::any::install_default_drivers();
        let before_the_feed: Vec<Step> = ALL.iter().filter(|(number, ..)| *number < 8).copied().collect();
        run(&config, Dialect::of(&database.url).unwrap(), &before_the_feed).await.unwrap();
        let pool = AnyPool::connect(&database.url).await.unwrap();
        let waiting = "INSERT INTO outbox (tenant, topic, key, payload, created_ms) VALUES ('t', 'decisions', 'p1', '{}', 5), ('t', 'decisions', 'p2', '[]', 6)";
        sqlx::query(waiting).execute(&pool).await.unwrap();
        let store = Store::open(&config).await.unwrap();
        let tenant = TenantId::from("t");
        let claimed = store.claim_messages(&tenant, "", "w", std::time::Duration::from_secs(60), 10).await.unwrap();
        let told: Vec<_> = claimed.iter().map(|message| (message.key.as_str(), message.payload.as_str(), message.created_ms)).collect();
        assert_eq!(told, [("p1", "{}", 5), ("p2", "[]", 6)]);
        pool.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_sqlite_database_keeps_what_waits_to_be_told() {
        keeps_what_waits_to_be_told(Database::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_postgres_database_keeps_what_waits_to_be_told() {
        keeps_what_waits_to_be_told(Database::postgres()).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_sqlite_database_of_the_version_before_keeps_every_row() {
        keeps_every_row(Database::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_postgres_database_of_the_version_before_keeps_every_row() {
        keeps_every_row(Database::postgres()).await;
    }
}
