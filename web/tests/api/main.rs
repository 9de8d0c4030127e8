//! The HTTP door through a real server on a free port; files mirror the addresses.

mod common;
mod decisions;
mod errors;
mod images;
mod operations;
mod rules;
mod select;
