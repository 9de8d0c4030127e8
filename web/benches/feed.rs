//! The feed at its full measure: 100,000 changes of 20,000 products, all twice and shuffled, by requests and by streams, 1 % of poison,
//! three workers on Postgres and Redis, of which one is killed and one is paused for longer than a claim lasts. Prints changes a second,
//! and fails where the state in the end is not that of a quiet run, or a dead letter is missing. `CHANGES=10000` makes it shorter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]
#![allow(dead_code, unused_imports, reason = "the tests, whose parts these are, use the rest")]

#[path = "../tests/feed/chaos.rs"]
mod chaos;
#[path = "../tests/feed/process.rs"]
mod process;
#[path = "../tests/feed/redis_down.rs"]
mod redis_down;
#[path = "../tests/cli/server.rs"]
mod server;
#[path = "../tests/cli/support.rs"]
mod support;

use std::time::Duration;

use chaos::{KINDS, Size, quiet_and_wild};

/// Changes of each product.
const REVISIONS: usize = 5;

fn main() {
    let changes: usize = std::env::var("CHANGES").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let poison = (changes / 100).next_multiple_of(KINDS);
    let size = Size { products: changes / REVISIONS, revisions: REVISIONS as i64, poison, patience: Duration::from_secs(3600) };
    let figures = quiet_and_wild(&size, "feed-bench");
    println!("in order, one server                            {:>8.0} changes/s", figures.quiet);
    println!("twice, shuffled, killed, paused, 1 % of poison  {:>8.0} deliveries/s", figures.wild);
    println!("state in the end                                   equal");
}
