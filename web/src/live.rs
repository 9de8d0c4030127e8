//! What judges now: the rule book in force, a canary beside it for a share of the products, and drafts that look on. One request
//! takes one picture of this ([`LiveRules::now`]) and never sees two.

use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::cache::hash_of;
use crate::rulebook::RuleBook;

/// A release by its number.
pub type ReleaseNumber = i64;
/// A draft by its number.
pub type DraftId = i64;

/// What judges now, as it is stored: every server follows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LiveDocument {
    /// The release in force.
    pub stable: ReleaseNumber,
    /// The release that judges a share of the products.
    pub canary: Option<CanaryShare>,
    /// Drafts that look on, with the revision each is looked on in.
    pub shadows: Vec<(DraftId, i64)>,
}

/// Which products a canary judges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CanaryShare {
    /// The release.
    pub release: ReleaseNumber,
    /// Share of the products, 0..=1.
    pub share: f64,
}

/// What judges now.
#[derive(Debug)]
pub struct Live {
    /// Counts up with every change.
    pub revision: i64,
    /// The rule book in force.
    pub stable: (ReleaseNumber, Arc<RuleBook>),
    /// A new one that judges a share of the products.
    pub canary: Option<Canary>,
    /// Drafts that look on.
    pub shadows: Vec<Shadow>,
}

/// A release that judges a share of the products.
#[derive(Debug)]
pub struct Canary {
    /// The release.
    pub release: ReleaseNumber,
    /// Its rule book.
    pub book: Arc<RuleBook>,
    /// Share of the products, 0..=1.
    pub share: f64,
}

/// A draft that judges beside, without effect.
#[derive(Debug)]
pub struct Shadow {
    /// The draft.
    pub draft: DraftId,
    /// The revision of it that looks on.
    pub revision: i64,
    /// Its rule book.
    pub book: Arc<RuleBook>,
}

impl Live {
    /// The release that judges a product.
    pub fn release_for(&self, product: &str) -> (ReleaseNumber, &Arc<RuleBook>) {
        match &self.canary {
            Some(canary) if position(canary.release, product) < canary.share => (canary.release, &canary.book),
            _ => (self.stable.0, &self.stable.1),
        }
    }
}

/// Where a product stands among all products for a release, uniform in [0, 1): the canary judges those below its share, so that a
/// growing share keeps the products that it has, and another release begins with others.
pub fn position(release: ReleaseNumber, product: &str) -> f64 {
    let hash = hash_of([b"canary".as_slice(), &release.to_le_bytes(), product.as_bytes()]);
    let mut head = [0; 8];
    head.copy_from_slice(&hash[..8]);
    // 53 bits: as many as a number in [0, 1) can have.
    (u64::from_le_bytes(head) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The holder of what judges now.
pub struct LiveRules(RwLock<Arc<Live>>);

impl LiveRules {
    /// Begins with this.
    pub fn new(live: Live) -> Self {
        Self(RwLock::new(Arc::new(live)))
    }

    /// What judges now, to be used for the whole of a request.
    pub fn now(&self) -> Arc<Live> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on this judges; running requests end with what they began with. An older revision changes nothing.
    pub fn set(&self, live: Live) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if live.revision > held.revision {
            *held = Arc::new(live);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn positions_are_even_and_differ_between_releases() {
        let below = |release, share| (0..10_000).filter(|number| position(release, &format!("p{number}")) < share).count();
        for share in [0.01, 0.25, 0.5] {
            let expected = share * 10_000.0;
            assert!((below(2, share) as f64 - expected).abs() < 4.0 * (expected * (1.0 - share)).sqrt(), "{share}");
        }
        let both = (0..10_000).map(|number| format!("p{number}")).filter(|p| position(2, p) < 0.5 && position(3, p) < 0.5).count();
        assert!((2300..2700).contains(&both), "{both}");
    }
}
