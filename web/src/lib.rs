//! The doors of Vitrine: command line and HTTP.

pub mod judge;
pub mod sample;
pub mod wire;
