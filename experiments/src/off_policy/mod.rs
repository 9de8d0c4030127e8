//! What would another rule set have earned? Answered from selections that were logged while a share of them was left to chance, before
//! anything is tested: each reward counts by how much likelier the other policy would have made the same selection.
//!
//! [`Log::weigh`] brings a log and a policy together and refuses logs that say nothing of it; the four estimators are methods of [`Log`], one a
//! file. What they share: rewards do not depend on what other selections showed, and propensities are the ones that were at work.
//!
//! ```
//! use vitrine_experiments::off_policy::{Log, Selection};
//!
//! // Two pictures, each shown at random half of the time; the second is clicked more often.
//! let logged: Vec<_> = (0..400)
//!     .map(|i| Selection { context: "shoe", action: i % 2, propensity: 0.5, reward: f64::from(i % 7 < 2 + i % 2), unit: None })
//!     .collect();
//! let log = Log::weigh(&logged, |_: &&str| vec![(1, 1.0)])?;
//! let estimate = log.self_normalised(0.05)?;
//! assert!(estimate.effect.low > 0.0, "showing the second always is better: {estimate:?}");
//! # Ok::<(), vitrine_experiments::off_policy::Unusable>(())
//! ```

mod beside;
mod doubly_robust;
mod estimate;
mod inverse_propensity;
mod log;
mod replay;
mod self_normalised;
mod unusable;

pub use beside::{Estimated, Explored, Interval, OffPolicy, beside};
pub use estimate::{Doubt, Estimate, Figure};
pub use log::{EFFECTIVE_LEAST, Log, Selection};
pub use unusable::Unusable;
