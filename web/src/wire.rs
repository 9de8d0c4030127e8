//! The shapes of requests and answers, the same at every door: command line, HTTP, stored decisions.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use vitrine_engine::{
    Action, ContentHash, Decision, Enforcement, Firing, ImageId, ProductId, Region, RuleId, RuleSetVersion, Severity, SignalName, Value,
};
use vitrine_rules::Role;

use crate::experiments::running::VisitorKind;

/// One product, whose pictures compete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectRequest {
    /// Whose rules hold, `amazon`; the house pack where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<String>,
    /// Country or region, `US`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Language of the reasons, `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The day whose rules hold; today where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// The product.
    pub product: Product,
    /// The picture that leads now; it stays unless another is clearly better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub current_main: Option<ImageId>,
    /// Who it is for, as the shop knows them: experiments show the same visitor the same variant. Kept as a pseudonym only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<String>,
    /// Who asks; a customer where nothing is said. Others take no part in experiments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// What it is shown on, `mobile`: experiments report by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Whether the visitor is new: experiments report by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorKind>,
    /// For trying out: the variant to be answered by, by experiment; it is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_variants: Option<BTreeMap<String, String>>,
    /// When the answer is needed, ms from now: a picture whose signals cannot come in time is answered as `pending` and measured all the
    /// same; the answer waits for all pictures where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub deadline_ms: Option<u64>,
    /// The pictures that compete.
    pub candidates: Vec<CandidateSource>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Traffic {
    /// Somebody who may buy.
    #[default]
    Customer,
    /// The shop's own people and tests.
    Internal,
    /// A program.
    Bot,
}

/// A selection's part in an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExperimentAnswer {
    /// The experiment.
    pub id: String,
    /// The variant that judged.
    pub variant: String,
    /// To be sent with the exposure's event when the picture is shown.
    pub exposure_id: String,
    /// The caller asked for this variant: nothing of it is counted.
    pub forced: bool,
    /// Where the variant explores: whether chance has put another picture in front than the rules' own choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explored: Option<bool>,
    /// Where the variant explores: the probability with which this picture leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub propensity: Option<f64>,
}

/// The product that is to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The catalogue's id.
    #[schema(value_type = String)]
    pub id: ProductId,
    /// Category path, `apparel/adult/dresses`; rules of a category hold below it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Who sells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
    /// The product that this is a variant of, such as another colour: experiments on products keep a family together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
}

impl SelectRequest {
    /// The same without its candidates, whose inline pictures may be large.
    pub fn without_candidates(&self) -> Self {
        Self {
            marketplace: self.marketplace.clone(),
            region: self.region.clone(),
            language: self.language.clone(),
            date: self.date,
            product: self.product.clone(),
            current_main: self.current_main.clone(),
            unit_id: self.unit_id.clone(),
            traffic: self.traffic,
            device: self.device.clone(),
            visitor: self.visitor,
            force_variants: None,
            deadline_ms: None,
            candidates: Vec::new(),
        }
    }
}

/// A picture and where its bytes are: exactly one of `hash`, `bytes`, `url` (and `path`, on the command line only).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CandidateSource {
    /// The catalogue's id, unique within the request.
    #[schema(value_type = String)]
    pub id: ImageId,
    /// SHA-256 of a picture that is known already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub hash: Option<ContentHash>,
    /// The file itself, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
    /// Where to fetch it, from a host that the settings allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A file of this machine; command line only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub path: Option<std::path::PathBuf>,
}

/// Which picture leads, which follow, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SelectAnswer {
    /// The product.
    #[schema(value_type = String)]
    pub product_id: ProductId,
    /// Version of the rule set that judged the main picture.
    #[schema(value_type = String)]
    pub rule_set: RuleSetVersion,
    /// Version of the rule set that judged the gallery.
    #[schema(value_type = String)]
    pub gallery_rule_set: RuleSetVersion,
    /// The picture that leads; null when none may.
    #[schema(value_type = Option<String>)]
    pub main: Option<ImageId>,
    /// The current main picture was kept though another scores a little higher.
    pub current_main_kept: bool,
    /// When nothing may lead: the picture that least stands against; its reasons say what.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub least_bad: Option<ImageId>,
    /// The pictures that follow, best first.
    #[schema(value_type = Vec<String>)]
    pub gallery: Vec<ImageId>,
    /// Every candidate: main, gallery in order, then the rest.
    pub images: Vec<ImageAnswer>,
    /// Rules in force whose signals nobody can measure yet: nothing is known about them for any picture.
    #[schema(value_type = Vec<String>)]
    pub not_measurable: Vec<RuleId>,
    /// Its part in an experiment; no part of the stored decision, which is the same for all who are answered by the same rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment: Option<ExperimentAnswer>,
}

/// What becomes of one picture.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ImageAnswer {
    /// The candidate.
    #[schema(value_type = String)]
    pub id: ImageId,
    /// SHA-256 of its bytes, the key of `GET /v1/images/{hash}`; absent when its file was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub content_hash: Option<ContentHash>,
    /// What becomes of it in the place it got.
    #[schema(value_type = DecisionName)]
    pub action: Decision,
    /// Points off in that place.
    pub points: f64,
    /// Further points off because it differs from the copies of it among the candidates, as an altered copy does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure_points: Option<f64>,
    /// Score as main picture, `100 * quality - points - departure_points`; absent when its file was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Whether the rules let it lead.
    pub may_lead: bool,
    /// The better placed picture that this one repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub duplicate_of: Option<ImageId>,
    /// Why its file was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<FileError>,
    /// Rules that would have spoken, and that people overturned for this picture.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub exempted: Vec<RuleId>,
    /// What stands against it, strongest first.
    #[schema(value_type = Vec<Reason>)]
    pub reasons: std::sync::Arc<RawValue>,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileError {
    /// Stable code, `not_an_image`.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// One rule that spoke against a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// The roles it speaks of.
    #[schema(value_type = Vec<RoleName>)]
    pub roles: Vec<Role>,
    /// The rule.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// Hash of the rule's content.
    pub rule_version: String,
    /// What it asks for.
    pub action: ActionName,
    /// Points off, for `demote`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<f64>,
    /// The tag set, for `tag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// `enforce`, or `warn`: reported without effect.
    #[schema(value_type = EnforcementName)]
    pub enforcement: Enforcement,
    /// `must` or `should`.
    #[schema(value_type = SeverityName)]
    pub severity: Severity,
    /// Stable code for machines.
    pub reason_code: String,
    /// The reason for people.
    pub message: String,
    /// The signal that decided.
    #[schema(value_type = Option<String>)]
    pub signal: Option<SignalName>,
    /// What was measured; null when it was missing.
    #[schema(value_type = Option<SignalValue>)]
    pub value: Option<Value>,
    /// What the rule allows.
    #[schema(value_type = Option<SignalValue>)]
    pub limit: Option<Value>,
    /// Unit of value and limit.
    pub unit: Option<String>,
    /// Where in the picture, in shares of its width and height.
    #[schema(value_type = Option<RegionBox>)]
    pub region: Option<Region>,
}

/// What a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActionName {
    /// Not shown in this role.
    Suppress,
    /// A person has to look.
    Review,
    /// Points off.
    Demote,
    /// Only marked.
    Tag,
}

impl Reason {
    /// A firing as it is told at the doors.
    pub fn of(firing: &Firing, roles: Vec<Role>) -> Self {
        let (action, points, tag) = match &firing.action {
            Action::Suppress => (ActionName::Suppress, None, None),
            Action::Review => (ActionName::Review, None, None),
            Action::Demote(points) => (ActionName::Demote, Some(*points), None),
            Action::Tag(tag) => (ActionName::Tag, None, Some(tag.to_string())),
        };
        Self {
            roles,
            rule: firing.rule.clone(),
            rule_version: firing.rule_version.to_string(),
            action,
            points,
            tag,
            enforcement: firing.enforcement,
            severity: firing.severity,
            reason_code: firing.reason_code.to_string(),
            message: firing.message.clone(),
            signal: firing.signal.clone(),
            value: firing.value.clone(),
            limit: firing.limit.clone(),
            unit: firing.unit.as_deref().map(str::to_owned),
            region: firing.region,
        }
    }
}

/// The API description's picture of domain types, which know nothing of it.
pub mod schema {
    use utoipa::ToSchema;

    /// What becomes of a picture, weakest first.
    #[derive(ToSchema)]
    #[schema(rename_all = "lowercase")]
    pub enum DecisionName {
        /// Nothing stands against it.
        Accept,
        /// Shown, with points off.
        Demote,
        /// Waits for a person; shown behind all others.
        Review,
        /// Not shown.
        Suppress,
    }

    /// The place a picture is judged for.
    #[derive(ToSchema)]
    #[schema(rename_all = "lowercase")]
    pub enum RoleName {
        /// The picture that leads.
        Main,
        /// The pictures that follow.
        Gallery,
        /// A colour or material sample.
        Swatch,
    }

    /// Whether a rule acts.
    #[derive(ToSchema)]
    #[schema(rename_all = "lowercase")]
    pub enum EnforcementName {
        /// Its action takes effect.
        Enforce,
        /// Reported without effect.
        Warn,
    }

    /// How bad, by the source's own words.
    #[derive(ToSchema)]
    #[schema(rename_all = "lowercase")]
    pub enum SeverityName {
        /// Demanded.
        Must,
        /// Recommended.
        Should,
    }

    /// A signal's value: number, flag or text.
    #[derive(serde::Serialize, ToSchema)]
    #[serde(untagged)]
    pub enum SignalValue {
        /// Yes or no.
        Bool(bool),
        /// A finite number.
        Number(f64),
        /// Text.
        Text(String),
    }

    /// A box on the upright picture, in shares of its width and height.
    #[derive(ToSchema)]
    pub struct RegionBox {
        /// Left edge, 0..1.
        pub x: f64,
        /// Top edge, 0..1.
        pub y: f64,
        /// Width, 0..1.
        pub width: f64,
        /// Height, 0..1.
        pub height: f64,
    }
}
use schema::{DecisionName, EnforcementName, RegionBox, RoleName, SeverityName, SignalValue};
