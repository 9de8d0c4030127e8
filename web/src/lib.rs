//! The doors of Vitrine: command line and HTTP.

pub mod sample;
