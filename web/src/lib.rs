//! The doors of Vitrine: command line and HTTP.

pub mod app;
pub mod cache;
pub mod columns;
pub mod config;
pub mod error;
pub mod exemptions;
pub mod experiments;
pub mod fetch;
pub mod gate;
pub mod gather;
pub mod identity;
pub mod judge;
pub mod live;
pub mod metrics;
pub mod models;
pub mod pictures;
pub mod queue;
pub mod redis;
pub mod report;
pub mod rollout;
pub mod routes;
pub mod rulebook;
pub mod sample;
pub mod selection;
pub mod server;
pub mod shared;
pub mod statement;
pub mod store;
pub mod studio;
pub mod tally;
pub mod thumbnail;
pub mod trial;
pub mod turns;
pub mod wire;

pub use server::serve;
