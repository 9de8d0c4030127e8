//! Experiments on a running server: their life, which units take part, what is taken in, and what is reported. What the numbers mean
//! is for the crate `vitrine-experiments`.

pub mod answered;
pub mod blocks;
pub mod exploring;
pub mod exposure;
pub mod files;
mod fold;
pub mod ingest;
pub mod lifecycle;
pub mod off_policy;
pub mod pictures;
pub mod reports;
pub mod running;
pub mod simulated;
pub mod table;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vitrine_experiments::design::{Design, Stage};
use vitrine_experiments::report::Decision;

use crate::live::ReleaseNumber;
use crate::studio::StoredSource;

/// Buckets of a layer: a share of the traffic is a range of these.
pub const BUCKETS: u32 = 10_000;

/// An experiment as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExperimentDocument {
    /// The plan.
    pub design: Design,
    /// Where it stands.
    pub stage: Stage,
    /// Share of the layer's units that take part now, 0 to the design's share.
    pub share: f64,
    /// The first of its buckets in the layer, once it has started.
    #[serde(default)]
    pub first_bucket: u32,
    /// What each variant's rules are, frozen at the start.
    #[serde(default)]
    pub serves: Vec<Frozen>,
    /// Who began it.
    pub created_by: String,
    /// When, ms since 1970 UTC.
    pub created_ms: i64,
    /// Who submitted it last.
    #[serde(default)]
    pub submitted_by: Option<String>,
    /// When it started.
    #[serde(default)]
    pub started_ms: Option<i64>,
    /// When it was stopped.
    #[serde(default)]
    pub stopped_ms: Option<i64>,
    /// What was decided.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// Simulated data, and what of.
    #[serde(default)]
    pub simulated: Option<String>,
    /// Whether its sums come from a warehouse and not from events.
    #[serde(default)]
    pub from_warehouse: bool,
    /// What happened to it, oldest first.
    pub log: Vec<LogLine>,
}

impl ExperimentDocument {
    /// Whether units of a bucket of its layer take part now.
    pub fn takes(&self, bucket: u32) -> bool {
        let taken = (self.share * f64::from(BUCKETS)).round() as u32;
        bucket >= self.first_bucket && bucket - self.first_bucket < taken
    }
}

/// The rules of a variant, as they were when the experiment started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frozen {
    /// A release.
    Release(ReleaseNumber),
    /// The packs of a draft.
    Packs(Vec<StoredSource>),
    /// Nothing: whatever is in force.
    Following,
}

/// Something that happened to an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogLine {
    /// When, ms since 1970 UTC.
    pub at_ms: i64,
    /// Who.
    pub by: String,
    /// What.
    pub what: String,
    /// Why.
    pub reason: String,
}

/// The subject under which a variant's rules are compared with the control's.
pub fn of_variant(experiment: &str, variant: &str) -> String {
    format!("experiment:{experiment}:{variant}")
}

/// The subject under which a product counts once for all variants.
pub fn of_variants(experiment: &str) -> String {
    format!("experiment:{experiment}")
}
