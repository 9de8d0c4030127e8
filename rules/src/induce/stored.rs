//! What a candidate makes of stored pictures, in one pass and with little memory.

use std::collections::BTreeSet;

use serde::Serialize;
use vitrine_engine::{SignalName, SignalSet, Value};

use super::{Candidate, in_catalog};

/// What a candidate makes of stored pictures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stored<K> {
    /// Pictures looked at.
    pub looked_at: u64,
    /// Pictures that the rule can judge.
    pub judged: u64,
    /// Pictures that it speaks against.
    pub pictures: u64,
    /// Their share of those that it can judge, 0..1.
    pub share: f64,
    /// The pictures nearest to its limit, the nearest first: those a person should look at.
    pub borderline: Vec<Borderline<K>>,
}

/// A picture near the limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Borderline<K> {
    /// The picture.
    pub key: K,
    /// The signal whose limit is near.
    pub signal: SignalName,
    /// Its value.
    pub value: Value,
    /// How far it is from the limit, as a share of the limit.
    pub distance: f64,
    /// Whether the rule speaks against it.
    pub speaks: bool,
}

pub(super) fn on_stored<'a, K: Ord>(
    candidate: &Candidate,
    rows: impl IntoIterator<Item = (K, &'a SignalSet)>,
    borderline: usize,
) -> Stored<K> {
    let (mut looked_at, mut judged, mut pictures) = (0u64, 0u64, 0u64);
    let mut nearest: BTreeSet<Near<K>> = BTreeSet::new();
    for (key, row) in rows {
        looked_at += 1;
        let row = in_catalog(row, &candidate.catalog);
        let Some(speaks) = candidate.demand.broken(&row) else { continue };
        judged += 1;
        pictures += u64::from(speaks);
        let Some(distance) = candidate.demand.distance(&row).filter(|_| borderline > 0) else { continue };
        if nearest.len() >= borderline && nearest.last().is_some_and(|last| last.0.distance <= distance) {
            continue;
        }
        let near = candidate.demand.nearest(&row).and_then(|atom| Some((atom.signal(), row.at(atom.signal())?.value.clone())));
        let Some((id, value)) = near else { continue };
        let signal = candidate.catalog.entry(id).spec.name.clone();
        nearest.insert(Near(Borderline { key, signal, value, distance, speaks }));
        if nearest.len() > borderline {
            nearest.pop_last();
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of pictures")]
    let share = if judged == 0 { 0.0 } else { pictures as f64 / judged as f64 };
    Stored { looked_at, judged, pictures, share, borderline: nearest.into_iter().map(|near| near.0).collect() }
}

/// Ordered by distance, then by key.
struct Near<K>(Borderline<K>);

impl<K: Ord> Ord for Near<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.distance.total_cmp(&other.0.distance).then_with(|| self.0.key.cmp(&other.0.key))
    }
}

impl<K: Ord> PartialOrd for Near<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord> PartialEq for Near<K> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<K: Ord> Eq for Near<K> {}
