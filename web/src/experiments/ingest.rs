//! Taking in events: each once, in any order, with all that follows from it in the same transaction.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vitrine_experiments::design::is_name;
use vitrine_experiments::ledger::{DAY_MS, Exposure, millionths};

use super::exposure::{Beside, Explored, Shown};
use super::files::Events;
use super::fold::follow_through;
use crate::apart::apart;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::store::{UnitEventRow, now_ms};
use crate::wire::Traffic;

/// Most events of one request.
pub const EVENTS_MAX: usize = 20_000;
/// How long after it happened an event may come in, days.
pub const LATE_DAYS_MAX: i64 = 35;
/// How far the sender's clock may be ahead, ms.
const AHEAD_MS_MAX: i64 = 10 * 60 * 1000;
/// Longest id of an event or a unit, bytes.
const ID_BYTES_MAX: usize = 200;

/// A batch of events.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventsRequest {
    /// The events, in any order.
    pub events: Vec<EventBody>,
}

/// Something that happened to a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventBody {
    /// The sender's id for it, unique for the unit: sent twice, it counts once.
    pub id: String,
    /// What.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// The `exposure_id` of the selection's answer; needed for an exposure, and one of the ways to name an outcome's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure_id: Option<String>,
    /// The visitor of an outcome, as `unit_id` of the selection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<String>,
    /// The product of an outcome, or the family of products that is one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The seller of an outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
    /// The outcome's name: `purchase`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The outcome's value, at most 10^9; counted in millionths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// When it happened, by the sender's clock: at most 35 days ago and 10 minutes ahead.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who it was; a customer where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
}

/// What kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A picture chosen in an experiment was shown.
    Exposure,
    /// A unit did something.
    Outcome,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventsAnswer {
    /// Events that are new.
    pub taken: u64,
    /// Events that were there already.
    pub repeated: u64,
    /// Events that cannot be taken, by their place in the batch; the others are unaffected.
    pub refused: Vec<RefusedEvent>,
}

/// An event that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusedEvent {
    /// Its place in the batch or file, from 0.
    pub index: usize,
    /// Stable code: `event_invalid`, `event_out_of_time`, `exposure_unknown`.
    pub code: String,
    /// What is wrong with it.
    pub message: String,
}

/// What is stored of an exposure beside its time.
#[derive(Serialize, Deserialize)]
pub(super) struct ExposureDetail {
    #[serde(flatten)]
    pub(super) exposure: Exposure,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) not_a_customer: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) explored: Option<Explored>,
}

/// What is stored of an outcome that was told with the exposure id of a selection in which chance had a part.
#[derive(Serialize, Deserialize)]
pub(super) struct OutcomeDetail {
    pub(super) of: Shown,
}

impl App {
    /// Takes in a batch; what is acknowledged is on disk, with all that follows from it.
    ///
    /// # Errors
    /// When there are too many events, or the store fails: nothing of the batch is taken in then.
    pub async fn take_events(self: &Arc<Self>, events: Vec<EventBody>) -> Result<EventsAnswer, ApiError> {
        if events.len() > EVENTS_MAX {
            let message = format!("{} events are more than the {EVENTS_MAX} that one request may have", events.len());
            return Err(ApiError::new(Code::RequestInvalid, message));
        }
        let app = Arc::clone(self);
        let (rows, of_event, refused) = apart("reading events", move || app.rows_of_all(&events)).await?;
        let new = self.take_rows(rows).await?;
        let taken: BTreeSet<usize> = new.iter().map(|place| of_event[*place]).collect();
        let all: BTreeSet<usize> = of_event.into_iter().collect();
        Ok(EventsAnswer { taken: taken.len() as u64, repeated: (all.len() - taken.len()) as u64, refused })
    }

    /// Takes in a file's events, batch by batch; `told` hears how many were read. What was taken in before a fault stays: sent again, it
    /// counts once.
    ///
    /// # Errors
    /// `body_invalid` where the file cannot be read on, with the row, or when the store fails.
    pub async fn take_file(self: &Arc<Self>, events: Events, told: impl Fn(u64)) -> Result<EventsAnswer, ApiError> {
        let (mut events, mut answer, mut read) = (events, EventsAnswer::default(), 0);
        loop {
            let batch;
            (events, batch) = apart("reading the file", move || {
                let batch: Result<Vec<EventBody>, _> = events.by_ref().take(EVENTS_MAX).collect();
                (events, batch)
            })
            .await?;
            let batch = batch.map_err(|fault| {
                let message = format!("{fault}; {} events before it are taken in", answer.taken + answer.repeated);
                ApiError::new(Code::BodyInvalid, message)
            })?;
            if batch.is_empty() {
                return Ok(answer);
            }
            let count = batch.len();
            let some = self.take_events(batch).await?;
            answer.taken += some.taken;
            answer.repeated += some.repeated;
            answer.refused.extend(some.refused.into_iter().map(|refused| RefusedEvent { index: refused.index + read, ..refused }));
            read += count;
            told(read as u64);
        }
    }

    /// Rows, for each the event's place that it is of, and what cannot be taken.
    fn rows_of_all(&self, events: &[EventBody]) -> (Vec<UnitEventRow>, Vec<usize>, Vec<RefusedEvent>) {
        let (mut rows, mut of_event, mut refused) = (Vec::with_capacity(events.len()), Vec::with_capacity(events.len()), Vec::new());
        let now = now_ms();
        for (index, event) in events.iter().enumerate() {
            match self.rows_of(event, now) {
                // An event whose unit is named in several ways is stored for each and counted once.
                Ok(found) => {
                    of_event.extend(std::iter::repeat_n(index, found.len()));
                    rows.extend(found);
                }
                Err((code, message)) => refused.push(RefusedEvent { index, code: code.into(), message }),
            }
        }
        (rows, of_event, refused)
    }

    fn rows_of(&self, event: &EventBody, now: i64) -> Result<Vec<UnitEventRow>, (&'static str, String)> {
        let invalid = |message: String| Err(("event_invalid", message));
        if event.id.is_empty() || event.id.len() > ID_BYTES_MAX {
            return invalid(format!("`id` has {} bytes: it needs 1 to {ID_BYTES_MAX}", event.id.len()));
        }
        if event.id.contains(char::is_control) {
            return invalid("`id` has a control character, such as a tab or the end of a line".into());
        }
        let at_ms = event.at.as_millisecond();
        if at_ms > now + AHEAD_MS_MAX || at_ms < now - LATE_DAYS_MAX * DAY_MS {
            return Err(("event_out_of_time", format!("`at` is {}: more than {LATE_DAYS_MAX} days ago, or in the future", event.at)));
        }
        let is_customer = event.traffic.unwrap_or_default() == Traffic::Customer;
        let shown = match &event.exposure_id {
            None => None,
            Some(id) => {
                let unknown = || ("exposure_unknown", "`exposure_id` is none that this system gave out".to_owned());
                Some(self.unit_key.open(id).ok_or_else(unknown)?)
            }
        };
        if event.kind == EventKind::Exposure {
            let Some(shown) = shown else { return invalid("an exposure needs the `exposure_id` of a selection's answer".into()) };
            return Ok(exposure_rows(event.id.clone(), shown, !is_customer, at_ms));
        }
        let Some(name) = event.name.as_deref().filter(|name| is_name(name)) else {
            return invalid("an outcome needs a `name` of 1 to 60 lower-case letters, digits, `-` and `_`".into());
        };
        let Some(value) = millionths(event.value.unwrap_or_default()) else {
            return invalid(format!("`value` is {}: its amount is at most 10^9", event.value.unwrap_or_default()));
        };
        let named = [("visitor", &event.unit_id), ("product", &event.product_id), ("seller", &event.seller)];
        if let Some((_, Some(unit))) =
            named.iter().find(|(_, unit)| unit.as_ref().is_some_and(|unit| unit.is_empty() || unit.len() > ID_BYTES_MAX))
        {
            return invalid(format!("a unit's id has {} bytes: it needs 1 to {ID_BYTES_MAX}", unit.len()));
        }
        let named = named.into_iter().filter_map(|(kind, unit)| Some(self.unit_key.pseudonym(kind, unit.as_ref()?)));
        let units: BTreeSet<String> = named.chain(shown.as_ref().map(|shown| shown.unit.clone())).collect();
        if units.is_empty() {
            return invalid("an outcome needs one of `unit_id`, `product_id`, `seller` and `exposure_id`".into());
        }
        let of_selection = shown.filter(|shown| is_customer && shown.explored.is_some());
        let row = |unit: String| UnitEventRow {
            // Told to the unit that saw the selection, and to no other that the event names.
            detail: of_selection.as_ref().filter(|shown| shown.unit == unit).map(of_selection_detail).unwrap_or_default(),
            unit,
            id: event.id.clone(),
            experiment: String::new(),
            // What is no customer's is kept under no metric's name.
            name: if is_customer { name.to_owned() } else { format!("not-a-customer:{name}") },
            at_ms,
            millionths: value,
        };
        Ok(units.into_iter().map(row).collect())
    }

    /// Stores rows and brings ledgers and sums up to date; gives the places of new rows.
    pub(super) async fn take_rows(self: &Arc<Self>, rows: Vec<UnitEventRow>) -> Result<BTreeSet<usize>, ApiError> {
        if rows.is_empty() {
            return Ok(BTreeSet::new());
        }
        let rows: Arc<[UnitEventRow]> = rows.into();
        let mut ingest = self.store.begin_ingest(&self.config.tenant).await?;
        let new = ingest.append(&rows).await?;
        if !new.is_empty() {
            // Looked for when nobody else takes events in: whoever wrote a unit's ledger knew its experiment, also one that was started on another
            // server a moment ago.
            if ingest.experiments_revision().await? != self.experiments.revision() {
                self.follow_experiments().await?;
            }
            let (running, unready) = self.experiments.with_unready();
            follow_through(&mut ingest, &rows, &new, &running, &unready).await?;
        }
        ingest.commit().await?;
        Ok(new)
    }
}

/// The rows of an exposure: one for the experiment, and one for the holdout whose other side the visitor is on.
pub(super) fn exposure_rows(id: String, mut shown: Shown, not_a_customer: bool, at_ms: i64) -> Vec<UnitEventRow> {
    let beside = shown.beside.take().map(|Beside { experiment, variant, unit }| {
        // An id of its own: the unit may be the same in both.
        let id = format!("{experiment}/{id}");
        let shown = Shown { experiment, variant, unit, explored: None, ..shown.clone() };
        exposure_row(id, shown, not_a_customer, at_ms)
    });
    std::iter::once(exposure_row(id, shown, not_a_customer, at_ms)).chain(beside).collect()
}

fn exposure_row(id: String, shown: Shown, not_a_customer: bool, at_ms: i64) -> UnitEventRow {
    let exposure = Exposure { variant: shown.variant, segments: shown.segments };
    let detail = ExposureDetail { exposure, not_a_customer: shown.not_a_customer || not_a_customer, explored: shown.explored };
    UnitEventRow {
        unit: shown.unit,
        id,
        experiment: shown.experiment,
        name: String::new(),
        at_ms,
        millionths: 0,
        // Plain fields: there is nothing in them that JSON cannot say.
        detail: serde_json::to_string(&detail).unwrap_or_default(),
    }
}

/// The detail of an outcome of a selection.
fn of_selection_detail(shown: &Shown) -> String {
    // Plain fields: there is nothing in them that JSON cannot say.
    serde_json::to_string(&OutcomeDetail { of: shown.clone() }).unwrap_or_default()
}
