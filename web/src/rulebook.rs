//! A rule book: all packs together, as one release or one draft has them. Immutable.

use std::sync::Arc;

use vitrine_engine::SignalCatalog;
use vitrine_rules::{Diagnostic, PackSet, PackSource, check, parse};

use crate::cache::hash_of;

/// All packs together.
#[derive(Debug)]
pub struct RuleBook {
    /// Hash of all texts: equal books judge alike.
    pub id: [u8; 32],
    /// The packs, read.
    pub packs: PackSet,
    /// The packs as written, sorted by name.
    pub sources: Vec<PackSource>,
}

impl RuleBook {
    /// Reads the packs and holds them against the vocabulary.
    ///
    /// # Errors
    /// All findings, when one of them is an error.
    pub fn read(mut sources: Vec<PackSource>, catalog: &Arc<SignalCatalog>) -> Result<Self, Vec<Diagnostic>> {
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        let (packs, mut findings) = parse(&sources);
        findings.extend(check(&packs, catalog));
        if findings.iter().any(Diagnostic::is_error) {
            return Err(findings);
        }
        let id = hash_of(sources.iter().flat_map(|source| [source.name.as_bytes(), source.text.as_bytes()]));
        Ok(Self { id, packs, sources })
    }
}
