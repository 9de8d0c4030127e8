//! Real servers for tests and benches: a Postgres and a Redis of one's own, in a folder of their own, reachable by nobody else.
//!
//! A server lives as long as the process that started it, however that process ends ([`process`]), and leaves nothing behind.
//! `tools/setup.sh servers` installs what is started here; where it is missing, the test that needs it says so.

#![allow(clippy::panic, clippy::expect_used, reason = "a test whose server does not start says so and ends")]

mod database;
mod postgres;
mod process;
mod redis;

pub use database::Database;
pub use postgres::Postgres;
pub use redis::Redis;

/// How long a server may take to answer after its start.
const START_PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Asks every 20 ms until the answer is yes; no where the patience ends before.
fn becomes_so(mut is_so: impl FnMut() -> bool) -> bool {
    let started = std::time::Instant::now();
    while !is_so() {
        if started.elapsed() > START_PATIENCE {
            return false;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    true
}
