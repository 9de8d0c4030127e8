//! The doors of Vitrine: command line and HTTP.

pub mod config;
pub mod error;
pub mod fetch;
pub mod judge;
pub mod report;
pub mod sample;
pub mod store;
pub mod wire;
