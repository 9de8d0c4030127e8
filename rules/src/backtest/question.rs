//! What a backtest is asked.

use std::sync::Arc;

use jiff::civil::Date;
use vitrine_engine::{RuleId, SelectionPolicy};

use super::Overturned;
use crate::scope::{CategoryPath, HOUSE};

/// What a backtest is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The day whose rules are compared; rules that begin later make the forecast.
    pub date: Date,
    /// The pictures that count.
    pub filter: Filter,
    /// Where every picture is judged as if offered; `None` = where it is stored as being offered.
    pub place: Option<Place>,
    /// The settings of selections.
    pub policy: SelectionPolicy,
    /// Rules that people overturned for single pictures: both books judge those without them, as selections do.
    pub overturned: Arc<Overturned>,
    /// Most flipped pictures to keep.
    pub examples: usize,
}

impl Question {
    /// All pictures where they are offered, by the rules of a day, with at most 200 examples.
    pub fn on(date: Date) -> Self {
        Self { date, filter: Filter::default(), place: None, policy: SelectionPolicy::default(), overturned: Arc::default(), examples: 200 }
    }
}

/// A place where products are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The marketplace; `None` = the house.
    pub marketplace: Option<String>,
    /// The region; `None` = the rules of every region hold.
    pub region: Option<String>,
}

/// Which pictures count; a part that is `None` lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Stored as offered on this marketplace.
    pub marketplace: Option<String>,
    /// Stored as offered in this region.
    pub region: Option<String>,
    /// Of this category or one below it.
    pub category: Option<CategoryPath>,
    /// Sold by this seller.
    pub seller: Option<String>,
    /// Keep as examples those pictures that this rule speaks of by one book and not by the other, even where it only warns.
    pub rule: Option<RuleId>,
}

impl Filter {
    /// Whether pictures that are offered there count.
    pub(super) fn takes(&self, marketplace: Option<&str>, region: Option<&str>, category: Option<&str>) -> bool {
        let same = |wanted: &Option<String>, has: Option<&str>| {
            wanted.as_ref().is_none_or(|wanted| has.is_some_and(|has| has.eq_ignore_ascii_case(wanted)))
        };
        same(&self.marketplace, Some(marketplace.unwrap_or(HOUSE)))
            && same(&self.region, region)
            && self.category.as_ref().is_none_or(|wanted| {
                category.and_then(|category| category.parse::<CategoryPath>().ok()).is_some_and(|category| wanted.covers(&category))
            })
    }
}
