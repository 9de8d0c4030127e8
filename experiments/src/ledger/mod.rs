//! The ledger: what each unit did, and exact sums over units that follow from it. Whatever order events come in, however often and
//! late, the same set of events gives the same sums to the last digit, because they are whole numbers that are added and taken away.
//!
//! [`UnitLedger`] takes a unit's events; what a unit adds to the sums is a pure function of it ([`UnitLedger::contribute`]), so that a
//! change is the new contribution minus the old one. [`Cells`] add up; [`evidence`] turns them into what the analysis reads.

mod cells;
mod exact;
mod unit;

pub use cells::{CellKey, Cells, Counts, Dimension, evidence};
pub use exact::{ExactCell, ExactSums, UnitTotals};
pub use unit::{Context, Event, Exposure, Happening, UnitLedger, VISITOR_EXPOSURES_MOST};

/// Values are counted in millionths, so that sums are whole numbers.
pub const MILLIONTHS: f64 = 1e6;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// A value in millionths; `None` when it is not finite or its amount is above 10^9.
pub fn millionths(value: f64) -> Option<i64> {
    (value.abs() <= 1e9).then(|| (value * MILLIONTHS).round() as i64)
}
