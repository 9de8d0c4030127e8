//! What follows from new events: the ledgers of their units and the sums of experiments, in the transaction that stores the events.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::{JoinHandle, spawn_blocking};
use vitrine_experiments::ledger::{Cells, Context, Counts, Event, ExactCell, Happening, UnitLedger};

use super::ingest::{ExposureDetail, OutcomeDetail};
use super::running::Running;
use crate::store::{ExplorationRow, Ingest, StoreError, UnitEventRow};

/// The cell that holds counts of the data itself.
pub(super) const COUNTS_CELL: &str = "counts";
/// Units that are folded at once: while they are, the next ones are read and those before them are written.
const UNITS_AT_ONCE: usize = 2_048;

/// Experiments that events can belong to, by their ids.
type Known = BTreeMap<String, Arc<Running>>;
/// A unit and an experiment.
type Part = (String, String);

/// Brings everything up to date with new events, which `new` names by their places in `rows`. Events of an experiment that runs and is not
/// ready here are refused with all others of the batch: what is stored is in the sums.
pub(super) async fn follow_through(
    ingest: &mut Ingest,
    rows: &Arc<[UnitEventRow]>,
    new: &BTreeSet<usize>,
    running: &[Arc<Running>],
    unready: &BTreeSet<String>,
) -> Result<(), StoreError> {
    let known = running.iter().filter(|running| !running.document.from_warehouse);
    let known: Arc<Known> = Arc::new(known.map(|running| (running.id.clone(), Arc::clone(running))).collect());
    if !unready.is_empty() {
        ready(unready, new.iter().filter_map(|place| named_by(&rows[*place])))?;
    }
    if known.is_empty() && unready.is_empty() {
        return Ok(());
    }
    let explored: Vec<ExplorationRow> = new.iter().filter_map(|place| exploration_of(&rows[*place], &known)).collect();
    ingest.add_explorations(&explored).await?;
    let mut by_unit: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for place in new {
        by_unit.entry(&rows[*place].unit).or_default().push(*place);
    }
    let units: Vec<(&str, Vec<usize>)> = by_unit.into_iter().collect();
    let mut changes = BTreeMap::new();
    let mut before: Option<JoinHandle<Result<Folded, StoreError>>> = None;
    for some in units.chunks(UNITS_AT_ONCE) {
        let batch = Batch::read(ingest, rows, some, &known, unready).await?;
        if let Some(before) = before.replace(spawn_blocking(move || batch.fold())) {
            keep(ingest, before, &mut changes).await?;
        }
    }
    if let Some(last) = before {
        keep(ingest, last, &mut changes).await?;
    }
    for (experiment, change) in changes {
        add_to_cells(ingest, &experiment, &change).await?;
    }
    Ok(())
}

fn ready<'a>(unready: &BTreeSet<String>, named: impl IntoIterator<Item = Cow<'a, str>>) -> Result<(), StoreError> {
    match named.into_iter().find(|experiment| unready.contains(experiment.as_ref())) {
        None => Ok(()),
        Some(experiment) => {
            Err(StoreError::new("the events cannot be counted yet", format!("experiment `{experiment}` is not ready here")))
        }
    }
}

/// The experiment that an event names.
fn named_by(row: &UnitEventRow) -> Option<Cow<'_, str>> {
    if !row.experiment.is_empty() {
        return Some(row.experiment.as_str().into());
    }
    let OutcomeDetail { of } = serde_json::from_str(&row.detail).ok()?;
    Some(of.experiment.into())
}

async fn keep(
    ingest: &mut Ingest,
    folding: JoinHandle<Result<Folded, StoreError>>,
    changes: &mut BTreeMap<String, Cells>,
) -> Result<(), StoreError> {
    let folded = folding.await.map_err(|error| StoreError::new("folding events broke off", error))??;
    ingest.put_ledgers(&folded.ledgers).await?;
    for (experiment, change) in folded.changes {
        changes.entry(experiment).or_default().merge(&change);
    }
    Ok(())
}

/// New events of some units with what is known of these units.
struct Batch {
    rows: Arc<[UnitEventRow]>,
    known: Arc<Known>,
    /// Places of new events by unit.
    new: BTreeMap<String, Vec<usize>>,
    /// Ledgers as they are stored, by unit and experiment.
    stored: BTreeMap<Part, String>,
    /// Units that begin to take part in an experiment.
    begun: BTreeSet<Part>,
    /// All that is stored of them: a unit's first exposure brings it in.
    histories: BTreeMap<String, Vec<UnitEventRow>>,
}

/// What a batch changes.
struct Folded {
    /// Sums, by experiment.
    changes: BTreeMap<String, Cells>,
    /// Unit, experiment and document.
    ledgers: Vec<(String, String, String)>,
}

impl Batch {
    async fn read(
        ingest: &mut Ingest,
        rows: &Arc<[UnitEventRow]>,
        units: &[(&str, Vec<usize>)],
        known: &Arc<Known>,
        unready: &BTreeSet<String>,
    ) -> Result<Self, StoreError> {
        let stored = ingest.ledgers_of(&units.iter().map(|(unit, _)| *unit).collect()).await?;
        let stored: BTreeMap<Part, String> =
            stored.into_iter().map(|(unit, experiment, document)| ((unit, experiment), document)).collect();
        ready(unready, stored.keys().map(|(_, experiment)| experiment.as_str().into()))?;
        let mut begun = BTreeSet::new();
        for event in units.iter().flat_map(|(_, places)| places).map(|place| &rows[*place]) {
            let part = (event.unit.clone(), event.experiment.clone());
            if known.contains_key(&event.experiment) && !stored.contains_key(&part) {
                begun.insert(part);
            }
        }
        let mut histories: BTreeMap<String, Vec<UnitEventRow>> = BTreeMap::new();
        if !begun.is_empty() {
            for row in ingest.events_of(&begun.iter().map(|(unit, _)| unit.as_str()).collect()).await? {
                histories.entry(row.unit.clone()).or_default().push(row);
            }
        }
        let new = units.iter().map(|(unit, places)| ((*unit).to_owned(), places.clone())).collect();
        Ok(Self { rows: Arc::clone(rows), known: Arc::clone(known), new, stored, begun, histories })
    }

    fn fold(self) -> Result<Folded, StoreError> {
        let Self { rows, known, new, stored, begun, histories } = self;
        let mut folded = Folded { changes: BTreeMap::new(), ledgers: Vec::new() };
        let stored = stored.into_iter().map(|(part, document)| (part, Some(document)));
        for ((unit, experiment), document) in stored.chain(begun.into_iter().map(|part| (part, None))) {
            let Some(running) = known.get(&experiment) else { continue };
            let is_of = |event: &&UnitEventRow| event.experiment.is_empty() || event.experiment == experiment;
            let events: Vec<&UnitEventRow> = match &document {
                None => histories.get(&unit).into_iter().flatten().filter(is_of).collect(),
                Some(_) => new.get(&unit).into_iter().flatten().map(|place| &rows[*place]).filter(is_of).collect(),
            };
            if events.is_empty() {
                continue;
            }
            let context = Context {
                design: &running.document.design,
                started_ms: running.document.started_ms.unwrap_or(i64::MAX),
                stopped_ms: running.document.stopped_ms,
            };
            let ledger = document.as_deref().map(serde_json::from_str).transpose();
            let mut ledger: UnitLedger =
                ledger.map_err(|error| StoreError::new("a unit's ledger cannot be read", error))?.unwrap_or_default();
            let change = folded.changes.entry(experiment.clone()).or_default();
            ledger.contribute(change, &context, -1);
            for row in events {
                match event_of(row) {
                    Some(event) => ledger.take(&event, &context),
                    None => change.counts.not_customers += 1,
                }
            }
            ledger.contribute(change, &context, 1);
            let document = serde_json::to_string(&ledger).map_err(|error| StoreError::new("a unit's ledger cannot be kept", error))?;
            folded.ledgers.push((unit, experiment, document));
        }
        Ok(folded)
    }
}

/// Adds a change to the stored sums.
async fn add_to_cells(ingest: &mut Ingest, experiment: &str, change: &Cells) -> Result<(), StoreError> {
    let changed: BTreeMap<String, &ExactCell> =
        change.by_key.iter().filter(|(_, more)| !more.is_nothing()).map(|(key, more)| (key.to_text(), more)).collect();
    let keys: Vec<&str> = changed.keys().map(String::as_str).chain([COUNTS_CELL]).collect();
    let mut stored = ingest.cells(experiment, &keys).await?;
    let mut written = BTreeMap::new();
    for (key, more) in changed {
        let mut cell: ExactCell = sum_of(stored.remove(&key))?;
        cell.merge(more);
        written.insert(key, text_of(&cell)?);
    }
    if change.counts != Counts::default() {
        let mut counts: Counts = sum_of(stored.remove(COUNTS_CELL))?;
        counts.merge(&change.counts);
        written.insert(COUNTS_CELL.to_owned(), text_of(&counts)?);
    }
    ingest.put_cells(experiment, &written).await
}

fn sum_of<T: DeserializeOwned + Default>(stored: Option<String>) -> Result<T, StoreError> {
    let read = stored.as_deref().map(serde_json::from_str).transpose();
    read.map(Option::unwrap_or_default).map_err(|error| StoreError::new("sums cannot be read", error))
}

fn text_of(sum: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(sum).map_err(|error| StoreError::new("sums cannot be kept", error))
}

/// A stored event as the ledger takes it; `None` where it is no customer's.
fn event_of(row: &UnitEventRow) -> Option<Event> {
    let what = if row.experiment.is_empty() {
        Happening::Outcome { name: row.name.clone(), millionths: row.millionths }
    } else {
        let detail: ExposureDetail = serde_json::from_str(&row.detail).ok()?;
        if detail.not_a_customer {
            return None;
        }
        Happening::Exposure(detail.exposure)
    };
    Some(Event { id: row.id.clone(), at_ms: row.at_ms, what })
}

/// What an event tells of a selection in which chance had a part; `None` where it tells nothing that is hoped for.
fn exploration_of(row: &UnitEventRow, known: &Known) -> Option<ExplorationRow> {
    if row.detail.is_empty() {
        return None;
    }
    let (experiment, variant, explored, shown) = if row.experiment.is_empty() {
        let OutcomeDetail { of } = serde_json::from_str(&row.detail).ok()?;
        (of.experiment, of.variant, of.explored?, 0)
    } else {
        let detail: ExposureDetail = serde_json::from_str(&row.detail).ok()?;
        let explored = detail.explored.filter(|_| !detail.not_a_customer)?;
        (row.experiment.clone(), detail.exposure.variant, explored, 1)
    };
    let design = &known.get(experiment.as_str())?.document.design;
    let exploration = design.variants.get(usize::from(variant))?.explores.as_ref()?;
    let rewards = i64::from(shown == 0 && row.name == exploration.reward);
    (shown + rewards > 0).then(|| ExplorationRow {
        experiment,
        variant: i64::from(variant),
        selection: explored.selection,
        unit: row.unit.clone(),
        product: explored.product,
        decision: explored.decision,
        picture: explored.picture,
        propensity: explored.propensity,
        shown,
        rewards,
        at_ms: row.at_ms,
    })
}
