//! The report of an experiment as data: everything that the page, the PDF, the HTML and the exports show. One document; the same
//! evidence and design give the same report byte for byte.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::design::{Choice, Design, Stage};

/// Everything that can be said of an experiment at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Its id.
    pub experiment: String,
    /// The plan, as fixed.
    pub design: Design,
    /// Where it stands.
    pub stage: Stage,
    /// The moment this report is of, ms since 1970 UTC.
    pub as_of_ms: i64,
    /// When it started, ms since 1970 UTC.
    pub started_ms: Option<i64>,
    /// When it was stopped, ms since 1970 UTC.
    pub stopped_ms: Option<i64>,
    /// Simulated data, and what of.
    pub simulated: Option<String>,
    /// What to make of it.
    pub verdict: Verdict,
    /// Checks of the data, those that failed first.
    pub health: Vec<HealthCheck>,
    /// What each variant has seen, the control first.
    pub arms: Vec<ArmFigures>,
    /// Each treatment against the control.
    pub comparisons: Vec<Comparison>,
    /// What was planned against what happened.
    pub plan: Vec<PlanLine>,
    /// Rules whose firings differ between variants.
    pub rules: Vec<RuleEffect>,
    /// How the numbers were made: corrections, methods, tuning.
    pub notes: Vec<String>,
    /// The decision, once taken.
    pub decision: Option<Decision>,
    /// The program's version.
    pub version: String,
}

/// What to make of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// The call.
    pub call: Call,
    /// The treatment that it is about, by name, where it is about one.
    pub treatment: Option<String>,
    /// One sentence with the certainty in plain words.
    pub sentence: String,
    /// Why, a sentence each.
    pub because: Vec<String>,
    /// What would change it.
    pub would_change: Option<String>,
}

/// The call that the planned decision rule makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// The primary metric is better and every guardrail holds.
    Ship,
    /// The primary metric is worse, or a guardrail is broken.
    Keep,
    /// The plan has ended without a difference that can be told from chance.
    Inconclusive,
    /// Not enough yet: go on.
    Wait,
    /// The data cannot be believed: a health check that blocks has failed.
    Blocked,
    /// There is a number, but the method behind it does not hold yet for such data.
    Unreliable,
}

/// One check of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HealthCheck {
    /// `sample_ratio`, `sample_ratio_any_time`, `several_variants`, `bots`, `pre_period`, `missing_days`, `sudden_drop`,
    /// `outcome_before_exposure`, `novelty`, `weekday`, …
    pub name: String,
    /// As people call it.
    pub title: String,
    /// Its outcome.
    pub state: HealthState,
    /// What was seen, in a sentence with numbers.
    pub sentence: String,
}

/// Outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// No effect may be read.
    Blocks,
    /// To be kept in mind.
    Warns,
    /// As it should be.
    Passes,
    /// Could not be checked.
    Unknown,
}

/// What a variant has seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ArmFigures {
    /// The variant.
    pub variant: String,
    /// Share of units as planned, 0 to 1.
    pub planned_share: f64,
    /// Units.
    pub units: u64,
}

/// A treatment against the control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// The treatment.
    pub treatment: String,
    /// Every metric, the primary one first, then guardrails, then the others.
    pub metrics: Vec<MetricResult>,
    /// The primary metric's effect up to each day.
    pub over_time: Vec<DayPoint>,
    /// The primary metric's effect of each day's own units and outcomes alone, for novelty and weekdays.
    pub by_day: Vec<DayPoint>,
    /// The primary metric in parts of the units.
    pub segments: Vec<SegmentTable>,
}

/// One metric of a treatment against the control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MetricResult {
    /// Its name.
    pub metric: String,
    /// As people call it.
    pub title: String,
    /// What it is.
    pub definition: String,
    /// What values count in.
    pub unit: String,
    /// Its part in the decision.
    pub role: Role,
    /// The control's figure; absent where it cannot be estimated.
    pub control: Option<f64>,
    /// The treatment's figure.
    pub treatment: Option<f64>,
    /// Units of both.
    pub units: [u64; 2],
    /// The effect; absent with a reason in `refused`.
    pub effect: Option<Effect>,
    /// Why there is no number.
    pub refused: Option<String>,
    /// What speaks against believing it; empty = nothing.
    pub concerns: Vec<String>,
    /// For guardrails: whether it holds.
    pub guardrail: Option<GuardrailResult>,
}

/// A metric's part in the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It decides.
    Primary,
    /// It must not get worse.
    Guardrail,
    /// It explains; corrected for the number of such metrics.
    Secondary,
}

/// An effect with its uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Effect {
    /// Treatment minus control, adjusted where CUPED is on: decisions are made on this scale.
    pub absolute: Estimate,
    /// The same at any number of looks.
    pub any_time: Option<Estimate>,
    /// Treatment over control minus 1, with Fieller's interval; for shares the score interval.
    pub lift: Option<LiftEstimate>,
    /// p corrected for several variants or metrics, where there are several.
    pub adjusted_p: Option<f64>,
    /// Whether the decision rule calls it a difference.
    pub significant: bool,
    /// Whether the difference is in the good direction.
    pub better: bool,
    /// The Bayesian reading.
    pub bayes: Option<Bayes>,
    /// Share of the variance that the time before the start explains.
    pub variance_removed: Option<f64>,
    /// The same without CUPED, where it is on.
    pub unadjusted: Option<Estimate>,
    /// The same without the cap, where there is one.
    pub uncapped: Option<Estimate>,
    /// The method, in words: `Welch's t-test`, `permutation of 12 products`.
    pub method: String,
}

/// An estimate with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower end of the interval; absent = minus infinity.
    pub low: Option<f64>,
    /// Upper end; absent = infinity.
    pub high: Option<f64>,
    /// Standard error.
    pub std_error: f64,
    /// Two-sided p.
    pub p: f64,
}

/// A relative lift with the set of lifts that the data do not contradict.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LiftEstimate {
    /// 0.1 = 10 % more.
    pub value: f64,
    /// Lower end; absent = none.
    pub low: Option<f64>,
    /// Upper end; absent = none.
    pub high: Option<f64>,
    /// Whether the set is everything *outside* low and high: the control's mean could be 0.
    pub outside: bool,
}

/// The Bayesian reading of an effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Bayes {
    /// Chance that the treatment is better, 0 to 1.
    pub chance_better: f64,
    /// Expected loss on the metric's scale if the treatment is shipped.
    pub expected_loss: f64,
    /// What was believed before, in words.
    pub prior: String,
}

/// Whether a guardrail holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GuardrailResult {
    /// Largest acceptable loss relative to the control.
    pub margin: f64,
    /// One-sided p of "worse by the margin or more".
    pub p: f64,
    /// What can be said.
    pub state: GuardrailState,
}

/// What can be said of a guardrail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuardrailState {
    /// Not worse than the margin, certainly enough.
    Holds,
    /// Worse than the margin, certainly enough.
    Broken,
    /// Not known yet.
    Open,
}

/// The effect up to, or of, a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DayPoint {
    /// The day, UTC.
    pub day: String,
    /// Units of both.
    pub units: [u64; 2],
    /// The effect with its fixed interval; absent where it cannot be estimated.
    pub effect: Option<Estimate>,
    /// The effect with the band that holds on all days together.
    pub any_time: Option<Estimate>,
}

/// The primary metric by one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SegmentTable {
    /// `category`.
    pub dimension: String,
    /// p of "all segments have the same effect".
    pub heterogeneity_p: Option<f64>,
    /// The segments, largest first.
    pub segments: Vec<SegmentResult>,
    /// What has to be said about reading it.
    pub caution: String,
}

/// The primary metric in one segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SegmentResult {
    /// `shoes`.
    pub value: String,
    /// Units of both.
    pub units: [u64; 2],
    /// As measured in the segment alone; absent where it cannot be estimated.
    pub effect: Option<Estimate>,
    /// Drawn towards the whole.
    pub shrunken: Option<Estimate>,
    /// p corrected for the number of segments.
    pub adjusted_p: Option<f64>,
    /// Why there is no number.
    pub refused: Option<String>,
}

/// Something planned against what happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanLine {
    /// What.
    pub what: String,
    /// As planned.
    pub planned: String,
    /// As it is.
    pub actual: String,
}

/// A rule whose firings differ between the variants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RuleEffect {
    /// The rule.
    pub rule: String,
    /// The treatment.
    pub treatment: String,
    /// Share of the control's selections in which it acted.
    pub control_share: f64,
    /// Share of the treatment's.
    pub treatment_share: f64,
    /// Its part of the effect, in proportion to how much its firings differ: an attribution, not a measurement.
    pub effect_share: f64,
    /// What has to be said about reading it.
    pub caution: String,
}

/// A decision as it was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// What.
    pub choice: Choice,
    /// Who.
    pub by: String,
    /// When, ms since 1970 UTC.
    pub at_ms: i64,
    /// Why.
    pub reason: String,
}
