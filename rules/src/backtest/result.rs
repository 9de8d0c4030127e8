//! What a backtest answers.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vitrine_engine::{ContentHash, Decision, ImageId, ProductId, RuleId};

/// What changes between two rule books, counted. A picture is judged in two roles, as the one that leads and as one of the gallery; what is
/// said of a picture holds where it is so in either.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BacktestResult {
    /// Pictures that were judged.
    pub pictures: u64,
    /// Products that they belong to.
    pub products: u64,
    /// Pictures with another decision, other points or another quality.
    pub pictures_changed: u64,
    /// Products with such a picture.
    pub products_changed: u64,
    /// Pictures that are suppressed and were not.
    pub newly_suppressed: u64,
    /// Pictures that were suppressed and are not.
    pub newly_shown: u64,
    /// Pictures that wait for review and did not.
    pub newly_review: u64,
    /// Products that another picture leads, or none any more, or one at last.
    pub main_changed: u64,
    /// Products that a picture led, and none may lead now.
    pub newly_empty: u64,
    /// Products that no picture might lead, and one does now.
    pub no_longer_empty: u64,
    /// Every rule in force on either side; those with the most change first.
    pub by_rule: Vec<RuleChange>,
    /// By category path, the hardest hit first.
    pub by_category: Vec<GroupChange>,
    /// By region, the hardest hit first.
    pub by_region: Vec<GroupChange>,
    /// The sellers hit hardest, at most 50.
    pub by_seller: Vec<GroupChange>,
    /// Pictures that changed: a sample by content hash, the same for the same pictures.
    pub examples: Vec<Flip>,
    /// Rules of the new book that act and begin later, by day.
    pub forecast: Vec<Forecast>,
    /// Pictures that no rules could be found for, by the reason; they count nowhere else.
    pub unjudged: Vec<Unjudged>,
}

/// How often a rule speaks, in pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleChange {
    /// The rule.
    pub rule: RuleId,
    /// By the old book.
    pub old: u64,
    /// By the new one.
    pub new: u64,
    /// By the new one only.
    pub gained: u64,
    /// By the old one only.
    pub lost: u64,
}

/// What changes for a part of the pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupChange {
    /// What they have in common; `None` = those of which it is not known.
    pub key: Option<String>,
    /// Pictures that were judged.
    pub pictures: u64,
    /// Pictures that changed.
    pub pictures_changed: u64,
    /// Pictures that are suppressed and were not.
    pub newly_suppressed: u64,
    /// Products that no picture may lead any more.
    pub newly_empty: u64,
}

/// A picture that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flip {
    /// The product.
    pub product: ProductId,
    /// Its category path.
    pub category: Option<String>,
    /// The marketplace that it is stored as offered on.
    pub marketplace: Option<String>,
    /// The region that it is stored as offered in.
    pub region: Option<String>,
    /// Who sells it.
    pub seller: Option<String>,
    /// The picture.
    pub image: ImageId,
    /// Hash of its bytes.
    pub content_hash: ContentHash,
    /// What becomes of it by the old book.
    pub old: Decisions,
    /// What becomes of it by the new one.
    pub new: Decisions,
    /// Whether another picture leads its product.
    pub main_changed: bool,
}

/// What becomes of a picture in both roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decisions {
    /// As the picture that leads.
    pub main: Decision,
    /// As one of the gallery.
    pub gallery: Decision,
}

/// Pictures that changed, and of how many they are the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flips {
    /// How many there are.
    pub total: u64,
    /// Those that were kept, by content hash.
    pub flips: Vec<Flip>,
}

/// What rules that begin on one day will find fault with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// The first day they hold.
    pub date: Date,
    /// Each of them.
    pub rules: Vec<ForecastRule>,
    /// Pictures that one of them speaks against.
    pub pictures_failing: u64,
    /// Products that show such a picture by the new book's rules of today, in the role that the rule is for.
    pub products_failing: u64,
}

/// What one rule will find fault with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastRule {
    /// The rule.
    pub rule: RuleId,
    /// Pictures that it speaks against.
    pub pictures_failing: u64,
    /// Products that show such a picture.
    pub products_failing: u64,
}

/// Pictures that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unjudged {
    /// Why.
    pub reason: String,
    /// How many.
    pub pictures: u64,
}
