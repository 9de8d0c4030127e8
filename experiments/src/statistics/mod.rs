//! The statistics of experiments: one method a file, pure functions over mergeable summaries. They know numbers only: no ids, no
//! storage, no clock, and nothing of the engine.
//!
//! In reading order: summaries ([`Moments`]), what one arm looks like ([`Arm`]), the difference of two arms ([`Difference`]), and on top
//! of these the methods. What cannot be estimated is a [`Refusal`] with its reason, never a number.

pub mod distributions;
mod refusal;
mod solve;

mod arm;
mod difference;
mod moments;
mod shape;

pub mod adequacy;
pub mod bayes;
pub mod cluster;
pub mod cuped;
pub mod fieller;
pub mod group_sequential;
pub mod log_ratio;
pub mod multiplicity;
pub mod noninferiority;
pub mod permutation;
pub mod power;
pub mod proportion_interval;
pub mod proportion_lift;
pub mod quantile;
pub mod ratio_cuped;
pub mod sample_ratio;
pub mod segments;
pub mod sequential;
pub mod uniform_bounds;
pub mod winsorise;

pub use arm::Arm;
pub use difference::{Difference, Tail, Test};
pub use moments::Moments;
pub use refusal::{Refusal, Which};
pub use shape::Shape;
