//! Counts of a part of the pictures, which merge in any order to the same whole.

use std::collections::BTreeMap;

use jiff::civil::Date;
use vitrine_engine::{ContentHash, RuleId};

use super::result::{BacktestResult, Flip, Flips, Forecast, ForecastRule, GroupChange, RuleChange, Unjudged};

/// Most sellers in a result.
const SELLERS: usize = 50;
/// Most reasons told for pictures that were not judged.
const REASONS: usize = 20;

/// What is known of a part of the pictures. Parts of no pictures in common add up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Partial {
    pub(super) pictures: u64,
    pub(super) products: u64,
    pub(super) pictures_changed: u64,
    pub(super) products_changed: u64,
    pub(super) newly_suppressed: u64,
    pub(super) newly_shown: u64,
    pub(super) newly_review: u64,
    pub(super) main_changed: u64,
    pub(super) newly_empty: u64,
    pub(super) no_longer_empty: u64,
    pub(super) by_rule: BTreeMap<RuleId, RuleCount>,
    pub(super) by_category: Groups,
    pub(super) by_region: Groups,
    pub(super) by_seller: Groups,
    pub(super) flips: KeptFlips,
    pub(super) forecast: BTreeMap<Date, ForecastCount>,
    pub(super) unjudged: BTreeMap<String, u64>,
    pub(super) rows: u64,
}

/// Groups by what they have in common.
pub(super) type Groups = BTreeMap<Option<String>, GroupCount>;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RuleCount {
    pub(super) old: u64,
    pub(super) new: u64,
    pub(super) gained: u64,
    pub(super) lost: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct GroupCount {
    pub(super) pictures: u64,
    pub(super) pictures_changed: u64,
    pub(super) newly_suppressed: u64,
    pub(super) newly_empty: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Failing {
    pub(super) pictures: u64,
    pub(super) products: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ForecastCount {
    pub(super) rules: BTreeMap<RuleId, Failing>,
    pub(super) all: Failing,
}

/// The flips with the lowest content hashes: whatever order they come in, the same ones are kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct KeptFlips {
    pub(super) limit: usize,
    total: u64,
    kept: BTreeMap<FlipKey, Flip>,
}

/// Content hash, product, image, marketplace, region: no two flips have it in common.
type FlipKey = (ContentHash, String, String, Option<String>, Option<String>);

impl KeptFlips {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Counts a flip, and keeps it where it is among the first.
    pub(super) fn offer(&mut self, hash: ContentHash, flip: impl FnOnce() -> Flip) {
        self.total += 1;
        let full = self.kept.len() >= self.limit;
        let is_later = |((last, ..), _): (&FlipKey, &Flip)| hash > *last;
        if full && self.kept.last_key_value().is_none_or(is_later) {
            return;
        }
        self.keep(flip());
    }

    fn keep(&mut self, flip: Flip) {
        let (product, image) = (flip.product.to_string(), flip.image.to_string());
        self.kept.insert((flip.content_hash, product, image, flip.marketplace.clone(), flip.region.clone()), flip);
        if self.kept.len() > self.limit {
            self.kept.pop_last();
        }
    }

    fn merge(&mut self, other: Self) {
        self.limit = self.limit.max(other.limit);
        self.total += other.total;
        other.kept.into_values().for_each(|flip| self.keep(flip));
    }
}

impl Partial {
    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        self.pictures += other.pictures;
        self.products += other.products;
        self.pictures_changed += other.pictures_changed;
        self.products_changed += other.products_changed;
        self.newly_suppressed += other.newly_suppressed;
        self.newly_shown += other.newly_shown;
        self.newly_review += other.newly_review;
        self.main_changed += other.main_changed;
        self.newly_empty += other.newly_empty;
        self.no_longer_empty += other.no_longer_empty;
        self.rows += other.rows;
        for (rule, count) in other.by_rule {
            self.by_rule.entry(rule).or_default().add(count);
        }
        for (own, others) in
            [(&mut self.by_category, other.by_category), (&mut self.by_region, other.by_region), (&mut self.by_seller, other.by_seller)]
        {
            for (key, count) in others {
                own.entry(key).or_default().add(count);
            }
        }
        self.flips.merge(other.flips);
        for (date, count) in other.forecast {
            let own = self.forecast.entry(date).or_default();
            own.all.add(count.all);
            for (rule, failing) in count.rules {
                own.rules.entry(rule).or_default().add(failing);
            }
        }
        for (reason, pictures) in other.unjudged {
            *self.unjudged.entry(reason).or_default() += pictures;
        }
    }

    /// Rows that were read, whether or not they count: what progress is made of.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The pictures that changed, as many as the question wants to see.
    pub fn flips(&self) -> Flips {
        Flips { total: self.flips.total, flips: self.flips.kept.values().cloned().collect() }
    }

    /// What is known so far.
    pub fn result(&self) -> BacktestResult {
        let mut by_rule: Vec<RuleChange> = self
            .by_rule
            .iter()
            .map(|(rule, count)| RuleChange { rule: rule.clone(), old: count.old, new: count.new, gained: count.gained, lost: count.lost })
            .collect();
        by_rule.sort_by_key(|change| std::cmp::Reverse(change.gained + change.lost));
        let mut unjudged: Vec<Unjudged> =
            self.unjudged.iter().map(|(reason, pictures)| Unjudged { reason: reason.clone(), pictures: *pictures }).collect();
        unjudged.sort_by_key(|unjudged| std::cmp::Reverse(unjudged.pictures));
        unjudged.truncate(REASONS);
        BacktestResult {
            pictures: self.pictures,
            products: self.products,
            pictures_changed: self.pictures_changed,
            products_changed: self.products_changed,
            newly_suppressed: self.newly_suppressed,
            newly_shown: self.newly_shown,
            newly_review: self.newly_review,
            main_changed: self.main_changed,
            newly_empty: self.newly_empty,
            no_longer_empty: self.no_longer_empty,
            by_rule,
            by_category: hardest_hit(&self.by_category, usize::MAX),
            by_region: hardest_hit(&self.by_region, usize::MAX),
            by_seller: hardest_hit(&self.by_seller, SELLERS),
            examples: self.flips.kept.values().cloned().collect(),
            forecast: self.forecast.iter().map(|(date, count)| count.forecast(*date)).collect(),
            unjudged,
        }
    }
}

impl RuleCount {
    pub(super) fn add(&mut self, other: Self) {
        self.old += other.old;
        self.new += other.new;
        self.gained += other.gained;
        self.lost += other.lost;
    }
}

impl GroupCount {
    pub(super) fn add(&mut self, other: Self) {
        self.pictures += other.pictures;
        self.pictures_changed += other.pictures_changed;
        self.newly_suppressed += other.newly_suppressed;
        self.newly_empty += other.newly_empty;
    }
}

impl Failing {
    fn add(&mut self, other: Self) {
        self.pictures += other.pictures;
        self.products += other.products;
    }
}

impl ForecastCount {
    fn forecast(&self, date: Date) -> Forecast {
        let rules = self.rules.iter().map(|(rule, failing)| ForecastRule {
            rule: rule.clone(),
            pictures_failing: failing.pictures,
            products_failing: failing.products,
        });
        Forecast { date, rules: rules.collect(), pictures_failing: self.all.pictures, products_failing: self.all.products }
    }
}

fn hardest_hit(groups: &Groups, limit: usize) -> Vec<GroupChange> {
    let mut changes: Vec<GroupChange> = groups
        .iter()
        .map(|(key, count)| GroupChange {
            key: key.clone(),
            pictures: count.pictures,
            pictures_changed: count.pictures_changed,
            newly_suppressed: count.newly_suppressed,
            newly_empty: count.newly_empty,
        })
        .collect();
    // Stable: equal ones stay sorted by key.
    changes.sort_by_key(|change| std::cmp::Reverse((change.newly_empty, change.newly_suppressed, change.pictures_changed)));
    changes.truncate(limit);
    changes
}
