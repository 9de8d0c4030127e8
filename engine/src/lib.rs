//! Vitrine's vocabulary and its pure middle: signals, detectors, verdicts, and the selection made from them.
//! No I/O, no clock, no async, and no knowledge of any sibling crate.

pub mod detector;
pub mod duplicate;
pub mod evaluator;
pub mod ids;
pub mod observe;
pub mod photo;
pub mod select;
pub mod signal;
pub mod verdict;

pub use detector::{DetectError, Detector, DetectorSpec, Needs};
pub use evaluator::Evaluator;
pub use ids::{ContentHash, DetectorId, ImageId, ProductId, RuleId, RuleSetVersion, SignalName, TenantId};
pub use observe::{Fault, Observation, Plan, observe, observe_further};
pub use photo::{FileFacts, Format, Photo, Pixels, Plane, REDUCED_LONG_SIDE_PX};
pub use select::{Candidate, ImageOutcome, Judgement, Leader, Selection, SelectionPolicy, select};
pub use signal::{CatalogEntry, Measurement, Reading, Region, SignalCatalog, SignalId, SignalKind, SignalSet, SignalSpec, Value};
pub use verdict::{Action, Decision, Enforcement, Firing, Severity, Undetermined, Verdict, effect_of};
