//! Rules that people overturned for single pictures: ignored for these pictures from then on. Kept in memory, so that a selection asks
//! no database; each server follows the store.

use std::collections::BTreeSet;
use std::sync::{Arc, RwLock};

use vitrine_engine::{ContentHash, RuleId, TenantId};
use vitrine_rules::backtest::Overturned;

use crate::store::{ExemptionRow, Store, StoreError};

/// Who is exempt from what.
pub struct Exemptions {
    tenant: TenantId,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    /// The last change that was seen.
    seq: i64,
    /// Sorted, never empty.
    rules: Arc<Overturned>,
}

impl Exemptions {
    /// All that the store has.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn load(store: &Store, tenant: &TenantId) -> Result<Self, StoreError> {
        let exemptions = Self { tenant: tenant.clone(), known: RwLock::default() };
        exemptions.refresh(store).await?;
        Ok(exemptions)
    }

    /// Takes in what has changed since the last time; one look at an index where nothing has.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let seq = self.read(|known| known.seq);
        let changed = store.exemptions_after(&self.tenant, seq).await?;
        if !changed.is_empty() {
            self.take(changed);
        }
        Ok(())
    }

    /// The rules that are ignored for a picture, sorted; empty for nearly all.
    pub fn of(&self, content_hash: ContentHash) -> Arc<[RuleId]> {
        self.read(|known| if known.rules.is_empty() { None } else { known.rules.get(&content_hash).cloned() }).unwrap_or_default()
    }

    /// All of them as they are now, for questions over the whole catalogue; the same value until one changes.
    pub fn all(&self) -> Arc<Overturned> {
        self.read(|known| Arc::clone(&known.rules))
    }

    fn take(&self, changed: Vec<ExemptionRow>) {
        let mut known = self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Known { seq, rules: all } = &mut *known;
        let all = Arc::make_mut(all);
        for row in changed.into_iter().filter(|row| row.seq > *seq).collect::<Vec<_>>() {
            *seq = row.seq.max(*seq);
            // A row that cannot be read is of a newer program: it exempts nothing here.
            let Ok(content_hash) = row.content_hash.parse::<ContentHash>() else { continue };
            let mut rules: BTreeSet<RuleId> = all.remove(&content_hash).iter().flat_map(|rules| rules.iter().cloned()).collect();
            let rule = RuleId::from(row.rule);
            if row.held {
                rules.insert(rule);
            } else {
                rules.remove(&rule);
            }
            if !rules.is_empty() {
                all.insert(content_hash, rules.into_iter().collect());
            }
        }
    }

    fn read<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(content_hash: ContentHash, rule: &str, held: bool, seq: i64) -> ExemptionRow {
        ExemptionRow { content_hash: content_hash.to_string(), rule: rule.into(), held, seq }
    }

    #[test]
    fn what_is_taken_back_holds_no_longer_and_old_news_change_nothing() {
        let exemptions = Exemptions { tenant: TenantId::default(), known: RwLock::default() };
        let (a, b) = (ContentHash::of(b"a"), ContentHash::of(b"b"));
        exemptions.take(vec![row(a, "x.two", true, 1), row(a, "x.one", true, 2)]);
        assert_eq!(exemptions.of(a).iter().map(RuleId::as_str).collect::<Vec<_>>(), ["x.one", "x.two"]);
        assert!(exemptions.of(b).is_empty());
        exemptions.take(vec![row(a, "x.two", false, 3)]);
        exemptions.take(vec![row(a, "x.two", true, 1)]);
        assert_eq!(exemptions.of(a).iter().map(RuleId::as_str).collect::<Vec<_>>(), ["x.one"]);
        exemptions.take(vec![row(a, "x.one", false, 4)]);
        assert!(exemptions.of(a).is_empty() && exemptions.read(|known| known.rules.is_empty()));
    }
}
