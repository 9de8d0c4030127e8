//! What is kept in memory. Everything here is immutable once made (readings by picture and detector version, rule sets by scope and
//! day, verdicts by readings, rules and language, answers by all they depend on), so that nothing has to be invalidated; losing it loses nothing. Keys start with the tenant.

use std::sync::Arc;

use bytes::Bytes;
use moka::sync::Cache as Bounded;
use sha2::{Digest, Sha256};
use vitrine_engine::{ContentHash, DetectorId, RuleId, RuleSetVersion, TenantId};
use vitrine_rules::CompiledRuleSet;

use crate::config::RawCache;
use crate::judge::{JudgedImage, Measured, ScopeKey, SelectionRules};

/// The caches.
pub struct Cache {
    /// Pictures with their signals.
    pub pictures: Bounded<(TenantId, ContentHash), Arc<Picture>>,
    /// Compiled rules, stored already; by the hash of their rule book.
    pub rules: Bounded<(TenantId, [u8; 32], ScopeKey), Arc<KeptRules>>,
    /// Compiled rule sets of decisions that are looked at again.
    pub rule_sets: Bounded<(TenantId, RuleSetVersion), Arc<CompiledRuleSet>>,
    /// Judged pictures.
    pub verdicts: Bounded<VerdictKey, Arc<JudgedImage>>,
    /// Whether two pictures show the same photograph, the smaller hash first.
    pub pairs: Bounded<(TenantId, ContentHash, ContentHash), bool>,
    /// Finished answers whose decisions are stored, by the hash of everything they depend on (the tenant too).
    pub answers: Bounded<[u8; 32], Bytes>,
    /// Ids of decisions that are stored; the tenant is part of what is hashed.
    pub decisions: Bounded<[u8; 32], ()>,
    /// What the catalogue says of a product as this process has written it last: hash of the product's key, hash of its row.
    pub catalogue: Bounded<[u8; 32], [u8; 32]>,
    /// Answers of a marketplace whose items of the queue are stored, by the hash of both.
    pub opened: Bounded<[u8; 32], ()>,
}

/// A known picture.
#[derive(Debug, PartialEq)]
pub struct Picture {
    /// Its signals.
    pub measured: Measured,
    /// Hash of the detectors that looked: with the content hash it names the readings.
    pub readings_version: [u8; 32],
}

/// Rules of a selection with what follows from them.
pub struct KeptRules {
    /// The rules of both roles.
    pub rules: SelectionRules,
    /// The detectors that they need.
    pub detectors: Vec<DetectorId>,
}

/// Everything a verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerdictKey {
    /// Tenant, rule sets and language, hashed.
    pub judging: [u8; 32],
    /// The picture.
    pub content_hash: ContentHash,
    /// The detectors that looked.
    pub readings_version: [u8; 32],
    /// The rules that are ignored for the picture.
    pub exempted: Arc<[RuleId]>,
}

/// Key and bookkeeping of one kept answer, about.
const ANSWER_OVERHEAD_BYTES: usize = 200;

impl Cache {
    /// Empty caches of the sizes that the settings name.
    pub fn new(sizes: &RawCache) -> Self {
        Self {
            pictures: Bounded::new(sizes.signals_max),
            rules: Bounded::new(sizes.rule_sets_max),
            rule_sets: Bounded::new(sizes.rule_sets_max),
            verdicts: Bounded::new(sizes.verdicts_max),
            pairs: Bounded::new(sizes.pairs_max),
            answers: Bounded::builder()
                .max_capacity(sizes.answers_bytes_max)
                .weigher(|_, answer: &Bytes| u32::try_from(answer.len() + ANSWER_OVERHEAD_BYTES).unwrap_or(u32::MAX))
                .build(),
            decisions: Bounded::new(sizes.decisions_max),
            catalogue: Bounded::new(sizes.decisions_max),
            opened: Bounded::new(sizes.decisions_max),
        }
    }
}

impl Picture {
    /// A picture as measured; the detectors' order does not matter.
    pub fn new(mut measured: Measured) -> Self {
        measured.detectors.sort();
        measured.detectors.dedup();
        let readings_version = hash_of(measured.detectors.iter().map(|detector| detector.as_str().as_bytes()));
        Self { measured, readings_version }
    }

    /// Whether all of these detectors have looked.
    pub fn has_all(&self, detectors: &[DetectorId]) -> bool {
        detectors.iter().all(|detector| self.measured.detectors.binary_search(detector).is_ok())
    }
}

/// SHA-256 over parts, each with its length in front, so that no two lists of parts look alike.
pub fn hash_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
