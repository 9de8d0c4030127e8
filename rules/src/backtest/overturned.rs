//! Rules that people overturned for single pictures: neither book hears them there.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow_array::Array;
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder};
use vitrine_engine::{ContentHash, RuleId};

use super::batch::Owners;

/// The rules that are ignored for pictures; nearly all have none.
pub type Overturned = HashMap<ContentHash, Arc<[RuleId]>>;

/// Of one batch: the rows in which a rule is heard, for rules that are not heard in all.
#[derive(Default)]
pub(super) struct Heard(BTreeMap<RuleId, BooleanBuffer>);

impl Heard {
    pub(super) fn of(overturned: &Overturned, owners: &Owners<'_>) -> Self {
        let rows = owners.product.len();
        let mut silenced: BTreeMap<&RuleId, Vec<usize>> = BTreeMap::new();
        if !overturned.is_empty() {
            for row in 0..rows {
                let rules = owners.content_hash(row).and_then(|hash| overturned.get(&hash));
                rules.into_iter().flat_map(|rules| rules.iter()).for_each(|rule| silenced.entry(rule).or_default().push(row));
            }
        }
        let heard = |(rule, silenced): (&RuleId, Vec<usize>)| {
            let mut rows_heard = BooleanBufferBuilder::new(rows);
            rows_heard.append_n(rows, true);
            silenced.into_iter().for_each(|row| rows_heard.set_bit(row, false));
            (rule.clone(), rows_heard.finish())
        };
        Self(silenced.into_iter().map(heard).collect())
    }

    /// Some rows, less those in which a rule is not heard.
    pub(super) fn among(&self, rule: &RuleId, rows: &BooleanBuffer) -> BooleanBuffer {
        self.0.get(rule).map_or_else(|| rows.clone(), |heard| rows & heard)
    }
}
