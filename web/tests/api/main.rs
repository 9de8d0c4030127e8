//! The HTTP door through a real server on a free port; files mirror the addresses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod catalogue;
mod common;
mod decisions;
mod errors;
mod experiments;
mod exploring;
mod images;
mod models;
mod operations;
mod overload;
mod people;
mod review;
mod rules;
mod select;
mod shared;
mod statements;
mod studio;
mod trial;
