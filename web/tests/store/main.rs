//! Every function of the store, on SQLite and on Postgres: one suite, two databases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod feed;
mod left;
mod log;
mod retention;
mod rows;
mod together;

use vitrine_engine::TenantId;
use vitrine_testing::Database;
use vitrine_web::config::{RawStore, StoreConfig};
use vitrine_web::store::{Change, Store};

/// Runs each test on either database; a test takes an empty one.
#[macro_export]
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(vitrine_testing::Database::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(vitrine_testing::Database::postgres()).await;
            })+
        }
    };
}

fn config(database: &Database) -> StoreConfig {
    RawStore { url: database.url.clone(), batch_max: 64, outbox: true, ..RawStore::default() }.resolve().unwrap()
}

async fn open(database: &Database) -> Store {
    Store::open(&config(database)).await.unwrap()
}

fn decision(tenant: &TenantId, id: &str, document: &str) -> Change {
    Change::Decision { tenant: tenant.clone(), id: id.into(), product_id: "p1".into(), document: document.into() }
}

/// What a question of the test's own answers: one number.
async fn number(database: &Database, sql: &'static str) -> i64 {
    let pool = sqlx::AnyPool::connect(&database.url).await.unwrap();
    let (number,): (i64,) = sqlx::query_as(sql).fetch_one(&pool).await.unwrap();
    pool.close().await;
    number
}

/// Something that the store itself would not do.
async fn run(database: &Database, sql: &'static str) {
    let pool = sqlx::AnyPool::connect(&database.url).await.unwrap();
    sqlx::query(sql).execute(&pool).await.unwrap();
    pool.close().await;
}
