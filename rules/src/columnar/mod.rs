//! Rules over columns: the conditions of a rule set run as kernels over Arrow arrays, a batch of pictures at a time, and say of every
//! row what the row-by-row evaluators say.
//!
//! A batch is any [`RecordBatch`] with columns named like signals: numbers as `Float64`, flags as `Boolean`, texts as `Utf8`
//! or a dictionary of it; null = missing. [`ColumnBuilder`] makes them, [`segment`] keeps them in files. Comparisons are ours, not
//! Arrow's, which order floats totally: here -0 equals 0, and what is no finite number is unknown.
//!
//! Reasons are not made here: who wants the words for a row takes [`row_of`] it and asks the rule set.

mod builder;
pub(crate) mod columns;
pub(crate) mod condition;
mod distribution;
mod numbers;
pub mod segment;
mod texts;
pub(crate) mod truths;
pub(crate) mod verdicts;

#[cfg(test)]
mod agree;

pub use arrow_array::RecordBatch;
pub use builder::{ColumnBuilder, StoredPicture, identity, row_of, signals_to_batch};
pub use distribution::Distribution;
pub use verdicts::{ColumnVerdicts, ColumnarRuleSet, RuleBits};
