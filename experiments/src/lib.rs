//! Effectiveness: does a rule set help customers? It knows ids and numbers, never pictures or rules.
//!
//! Its first part is the assignment of units to variants, on which everything measured later stands:
//!
//! ```
//! use vitrine_experiments::{Split, Variant};
//!
//! let split = Split::new("house-pack-2026-12", vec![Variant::new("control", 50), Variant::new("stricter", 50)])?;
//! let variant = split.assign("visitor-4711");
//! assert_eq!(variant.name, split.assign("visitor-4711").name, "the same visitor always sees the same");
//! # Ok::<(), vitrine_experiments::InvalidSplit>(())
//! ```

pub mod analysis;
pub mod assign;
pub mod blocks;
pub mod bucket;
pub mod calculator;
pub mod design;
pub mod document;
pub mod evidence;
pub mod ledger;
pub mod off_policy;
pub mod planner;
pub mod report;
pub mod simulate;
pub mod statistics;
pub mod thompson;

pub use assign::{InvalidSplit, Split, Variant};
