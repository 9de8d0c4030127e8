//! What an experiment is: a question fixed before it starts, and its life. Changing a running one is not possible; only how much of
//! the traffic takes part may grow.

mod exploration;
mod metric;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use exploration::Exploration;
pub use metric::{EXPOSURES, Good, Metric, MetricKind, is_name};

/// The plan of an experiment, complete before it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// As people call it.
    pub title: String,
    /// What is expected to happen, and why.
    pub hypothesis: String,
    /// Who answers for it.
    pub owner: String,
    /// Which selections it is about.
    #[serde(default)]
    pub scope: Scope,
    /// What is compared; the first is the control. 2 to 6.
    pub variants: Vec<VariantDesign>,
    /// What is randomised.
    pub unit: Unit,
    /// Products or sellers that are known at the start are put into blocks of alike ones, and each block is dealt out evenly: category
    /// and what they sold before are then balanced from the first day. Without meaning for visitors and slots.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocks: bool,
    /// When a unit counts as having seen its variant.
    pub exposure: ExposureRule,
    /// All metrics.
    pub metrics: Vec<Metric>,
    /// Name of the one that decides.
    pub primary: String,
    /// Metrics that must not get worse by more than their margin.
    #[serde(default)]
    pub guardrails: Vec<Guardrail>,
    /// The smallest relative lift of the primary metric that is worth having: 0.05 = 5 %.
    pub minimum_lift: f64,
    /// Units that the plan asks for, all variants together; 0 = not planned by numbers.
    #[serde(default)]
    pub planned_units: u64,
    /// Days that it is to run, whole weeks where possible.
    pub planned_days: u32,
    /// How it is decided.
    #[serde(default)]
    pub decision: DecisionRule,
    /// Experiments of one layer never share a unit.
    #[serde(default = "main_layer")]
    pub layer: String,
    /// Share of the layer's units that it may take at most, 0 to 1; it holds this range for as long as it runs.
    #[serde(default = "one")]
    pub share: f64,
    /// Days before the start whose outcomes adjust the metrics (CUPED); 0 = none.
    #[serde(default)]
    pub pre_period_days: u32,
    /// Dimensions that the effect is shown by, of `category`, `region`, `device`, `visitor`.
    #[serde(default)]
    pub segments: Vec<String>,
}

/// Which selections an experiment is about; an absent field means all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// The marketplace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<String>,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// This category and all below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// One answer under test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantDesign {
    /// Its name, unique within the experiment.
    pub name: String,
    /// Its share is `weight / sum of weights`.
    pub weight: u32,
    /// What judges its units' selections.
    pub serves: Serves,
    /// A share of its selections is left to chance among the pictures that its rules allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explores: Option<Exploration>,
    /// In a sentence, what differs.
    #[serde(default)]
    pub description: String,
}

/// What judges the selections of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Serves {
    /// The rules in force when the experiment starts; they stay the same for it until it ends.
    Live,
    /// A release of rules.
    Release {
        /// Its number.
        number: i64,
    },
    /// A draft, frozen as it is when the experiment starts.
    Draft {
        /// Its number.
        id: i64,
    },
    /// Whatever is in force at each moment, other experiments included: the second variant of a holdout.
    Following,
}

/// What is randomised. Analysing anything finer than this is refused or corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Unit {
    /// A visitor: each sees one variant of every product. The strongest design.
    Visitor,
    /// A product with all its variants: every visitor sees the same.
    Product,
    /// A seller with all their products.
    Seller,
    /// All traffic of a stretch of time.
    Slot {
        /// Its length, minutes.
        minutes: u32,
        /// Minutes of its beginning that count for nothing: what shoppers saw in the slot before wears off meanwhile.
        #[serde(default, skip_serializing_if = "is_zero")]
        washout_minutes: u32,
    },
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Unit {
    /// Whether a moment lies in the beginning of a time slot that counts for nothing; slots are counted from 1970, UTC.
    pub fn is_washed_out(&self, at_ms: i64) -> bool {
        const MINUTE_MS: i64 = 60_000;
        match self {
            Self::Slot { minutes, washout_minutes } => {
                at_ms.rem_euclid(MINUTE_MS * i64::from((*minutes).max(1))) < MINUTE_MS * i64::from(*washout_minutes)
            }
            Self::Visitor | Self::Product | Self::Seller => false,
        }
    }
}

/// When a unit counts as having seen its variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExposureRule {
    /// When the shop reports that the picture was shown: an event with the `exposure_id` of the answer.
    Shown,
    /// When the selection was answered.
    Answered,
}

/// A metric that must not get worse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Guardrail {
    /// The metric's name.
    pub metric: String,
    /// How much worse is still acceptable, relative to the control: 0.02 = 2 %.
    pub margin: f64,
}

/// How an experiment is decided; fixed before it starts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DecisionRule {
    /// Error level, two-sided for the primary metric and one-sided for guardrails.
    pub alpha: f64,
    /// Power that the plan aims at.
    pub power: f64,
    /// Once at the planned end, or at any time.
    pub looks: Looks,
}

/// When it may be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Looks {
    /// Once, when the planned units or days are reached: the smallest sample.
    AtTheEnd,
    /// At any time, by a confidence sequence.
    AnyTime,
}

impl Default for DecisionRule {
    fn default() -> Self {
        Self { alpha: 0.05, power: 0.8, looks: Looks::AnyTime }
    }
}

/// Where an experiment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Being planned; everything may change.
    Draft,
    /// Waits for a second person.
    Review,
    /// Takes traffic; nothing but its share may change, and that only grows.
    Running,
    /// Takes no new units.
    Stopped,
    /// Ended with a decision.
    Decided,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The treatment is better and goes on.
    Ship,
    /// The control stays.
    Keep,
    /// It taught nothing certain; the control stays.
    Inconclusive,
}

fn main_layer() -> String {
    "main".into()
}

fn one() -> f64 {
    1.0
}

/// Most metrics of an experiment.
pub const METRICS_MAX: usize = 30;

/// Dimensions that a report can split by.
pub const DIMENSIONS: [&str; 4] = ["category", "region", "device", "visitor"];

impl Stage {
    /// The stages that may follow.
    pub fn next(self) -> &'static [Stage] {
        match self {
            Self::Draft => &[Self::Review],
            Self::Review => &[Self::Draft, Self::Running],
            Self::Running => &[Self::Stopped],
            Self::Stopped => &[Self::Decided],
            Self::Decided => &[],
        }
    }

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Decided => "decided",
        }
    }
}

impl Design {
    /// A metric by its name.
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// Whether it is a holdout: a share of the visitors keeps the rules of its start and takes part in nothing else, so that what all
    /// changes since then brought together is measured.
    pub fn is_holdout(&self) -> bool {
        self.variants.iter().any(|variant| variant.serves == Serves::Following)
    }

    /// Everything that is wrong with it, in words; it can start when nothing is.
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self.metrics.iter().flat_map(Metric::faults).collect();
        faults.extend(self.variants.iter().filter_map(|variant| variant.explores.as_ref()).flat_map(Exploration::faults));
        let mut fault = |wrong: bool, text: &str| {
            if wrong {
                faults.push(text.to_owned());
            }
        };
        fault(self.title.trim().is_empty(), "it has no title");
        fault(self.hypothesis.trim().is_empty(), "it has no hypothesis: say what is expected to happen, and why");
        fault(self.owner.trim().is_empty(), "it has no owner");
        fault(!(2..=6).contains(&self.variants.len()), "it needs 2 to 6 variants, the control first");
        fault(self.variants.iter().any(|variant| variant.weight == 0), "every variant needs a weight above 0");
        fault(
            self.variants.iter().any(|variant| !is_name(&variant.name)),
            "a variant's name has 1 to 60 lower-case letters, digits, `-` and `_`",
        );
        fault(repeats(self.variants.iter().map(|variant| variant.name.as_str())), "two variants have the same name");
        fault(repeats(self.metrics.iter().map(|metric| metric.name.as_str())), "two metrics have the same name");
        fault(!(self.minimum_lift > 0.0 && self.minimum_lift <= 10.0), "the smallest lift worth having lies between 0 and 10 (0.05 = 5 %)");
        fault(!(1..=365).contains(&self.planned_days), "it is planned for 1 to 365 days");
        fault(!(self.share > 0.0 && self.share <= 1.0), "its share of the traffic lies between 0 and 1");
        fault(!is_name(&self.layer), "the layer's name has 1 to 60 lower-case letters, digits, `-` and `_`");
        fault(self.pre_period_days > 90, "the time before the start has at most 90 days");
        fault(!(self.decision.alpha > 0.0 && self.decision.alpha < 0.5), "the error level lies between 0 and 0.5");
        fault(!(self.decision.power > 0.5 && self.decision.power < 1.0), "the power lies between 0.5 and 1");
        fault(matches!(self.unit, Unit::Slot { minutes, .. } if !(5..=10_080).contains(&minutes)), "a time slot has 5 minutes to a week");
        fault(
            matches!(self.unit, Unit::Slot { minutes, washout_minutes } if washout_minutes > minutes / 2),
            "at most half of a time slot is left out at its beginning",
        );
        let [held, following] = [0, 1].map(|place| self.variants.get(place).is_some_and(|variant| variant.serves == Serves::Following));
        fault(
            self.is_holdout() && (self.variants.len() != 2 || held || !following),
            "a holdout has two variants: the first keeps its rules, the second follows what is in force",
        );
        fault(
            self.blocks && !matches!(self.unit, Unit::Product | Unit::Seller),
            "blocks are of products or sellers: visitors are not known before they come",
        );
        fault(self.is_holdout() && self.unit != Unit::Visitor, "a holdout is of visitors: whoever is held out is so for all products");
        fault(self.is_holdout() && self.variants.iter().any(|variant| variant.explores.is_some()), "a holdout does not explore");
        fault(self.metrics.len() > METRICS_MAX, "it has more than 30 metrics: each one more makes every other harder to believe");
        fault(self.metric(&self.primary).is_none(), "the primary metric is none of its metrics");
        for guardrail in &self.guardrails {
            let name = &guardrail.metric;
            fault(self.metric(name).is_none(), &format!("the guardrail `{name}` is none of its metrics"));
            fault(*name == self.primary, &format!("`{name}` decides already, it is no guardrail"));
            fault(
                !(guardrail.margin > 0.0 && guardrail.margin < 1.0),
                &format!("the margin of the guardrail `{name}` lies between 0 and 1"),
            );
        }
        fault(repeats(self.guardrails.iter().map(|guardrail| guardrail.metric.as_str())), "a metric is a guardrail twice");
        for segment in &self.segments {
            fault(
                !DIMENSIONS.contains(&segment.as_str()),
                &format!("it cannot be split by `{segment}`: there are {}", DIMENSIONS.join(", ")),
            );
        }
        faults
    }

    /// What is likely to go wrong although it can start: interference between units.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if matches!(self.unit, Unit::Product) {
            warnings.push(
                "products are randomised: shoppers compare products of one page, so that a gain of one may be a loss of its neighbour, \
                 and few products make wide intervals; splitting visitors is far stronger"
                    .into(),
            );
        }
        if matches!(self.unit, Unit::Seller) {
            warnings.push("sellers are randomised: sellers of the same products compete, and a few large ones can carry the result".into());
        }
        if matches!(self.unit, Unit::Slot { washout_minutes: 0, .. }) {
            warnings.push(
                "time slots are randomised and count from their first minute: what a shopper saw before carries over into the next slot"
                    .into(),
            );
        }
        if !self.planned_days.is_multiple_of(7) {
            warnings.push("the plan is not a number of whole weeks: weekdays differ, and some will count more than others".into());
        }
        warnings
    }
}

fn repeats<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    names.into_iter().any(|name| !seen.insert(name))
}
