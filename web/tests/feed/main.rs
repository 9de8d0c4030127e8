//! The feed as whole processes do it: servers and workers that are killed and paused, a Redis that is emptied and hangs, receivers that are
//! down, on real servers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod changes;
mod chaos;
mod durable;
mod process;
mod redis_down;
mod results;
#[allow(dead_code, reason = "the command line's tests use the rest")]
#[path = "../cli/server.rs"]
mod server;
mod streams;
#[allow(dead_code, reason = "the command line's tests use the rest")]
#[path = "../cli/support.rs"]
mod support;
