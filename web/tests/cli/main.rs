//! The program as people run it: arguments in, lines and exit codes out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod assess;
mod events;
mod hostile;
mod load;
mod models;
mod publish;
mod rules;
mod sample;
mod select;
mod server;
mod shard;
mod stats;
mod stopping;
mod support;
mod together;
