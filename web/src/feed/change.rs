//! A change as catalogue services send it, and taking changes in: by request, and from whoever else brings their bytes.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use vitrine_engine::ImageId;

use crate::app::App;
use crate::config::Config;
use crate::error::{ApiError, Code};
use crate::routes::refuse_nul_in_json;
use crate::selection::{NAME_BYTES_MAX, validate};
use crate::store::{ProductKey, WaitingChange};
use crate::wire::{CandidateSource, Product, SelectRequest, Traffic};

/// Most changes of one request.
pub const CHANGES_MAX: usize = 5_000;
/// Longest id of a change, bytes.
const ID_BYTES_MAX: usize = 200;

/// A batch of changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangesRequest {
    /// The changes, in any order.
    pub changes: Vec<ChangeBody>,
}

/// A product as it is now, or that it is gone. What is not named here is as in `POST /v1/select`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// The sender's name for the change; it comes back with the result.
    pub id: String,
    /// Counts up with each change of the product, within its marketplace and region; one that is not higher than what is known changes
    /// nothing, so that changes may come twice and in any order.
    #[schema(minimum = 1)]
    pub revision: i64,
    /// When the product changed, by the sender's clock; it comes back with the result.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whether the product is gone; it has no candidates then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// Whose rules hold, `amazon`; the house pack where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<String>,
    /// Country or region, `US`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Language of the reasons, `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The day whose rules hold; the day on which the change is judged where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// The product.
    pub product: Product,
    /// The picture that leads now; it stays unless another is clearly better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub current_main: Option<ImageId>,
    /// The pictures that compete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateSource>,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangesAnswer {
    /// Changes that wait to be judged, and will be, whatever happens to this server.
    pub taken: u64,
    /// Changes that are not newer than what is known of their products: sent before, or overtaken.
    pub known: u64,
    /// Changes that cannot be taken, by their place in the batch; the others are unaffected.
    pub refused: Vec<RefusedChange>,
}

/// A change that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusedChange {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// Stable code: `change_invalid`, `too_many_candidates`.
    pub code: String,
    /// What is wrong with it.
    pub message: String,
}

/// Why a change cannot be judged, now or ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable code.
    pub code: String,
    /// What is wrong with it.
    pub message: String,
}

impl Fault {
    /// A change that says something impossible, or is none.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self { code: "change_invalid".into(), message: message.into() }
    }
}

impl ChangeBody {
    /// Reads one change from its JSON text.
    ///
    /// # Errors
    /// When it is none, or says something impossible.
    pub fn read(bytes: &[u8], config: &Config) -> Result<Self, Fault> {
        refuse_nul_in_json(bytes).map_err(|error| Fault::invalid(&error.body().message))?;
        let change: Self = serde_json::from_slice(bytes).map_err(|error| Fault::invalid(format!("this is no change: {error}")))?;
        change.check(config)?;
        Ok(change)
    }

    /// What its product is found by.
    pub fn key(&self) -> ProductKey {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        ProductKey { marketplace: text(&self.marketplace), region: text(&self.region), product_id: self.product.id.to_string() }
    }

    /// The selection that it asks for. Nobody shops here: experiments are for selections.
    pub fn request(&self) -> SelectRequest {
        let Self { marketplace, region, language, date, product, current_main, candidates, .. } = self.clone();
        SelectRequest {
            marketplace,
            region,
            language,
            date,
            product,
            current_main,
            unit_id: None,
            traffic: Some(Traffic::Internal),
            device: None,
            visitor: None,
            force_variants: None,
            deadline_ms: None,
            candidates,
        }
    }

    /// As it waits, with the very text that was sent.
    pub fn waiting(&self, sent: &[u8]) -> WaitingChange {
        // What was read as JSON is UTF-8.
        WaitingChange { key: self.key(), revision: self.revision, document: String::from_utf8_lossy(sent).into_owned() }
    }

    /// Whether it says something that can be judged.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, config: &Config) -> Result<(), Fault> {
        let within = |name: &str, text: &str, most: usize| match text.len() {
            length if length == 0 || length > most => Err(Fault::invalid(format!("`{name}` has {length} bytes: it needs 1 to {most}"))),
            _ => Ok(()),
        };
        within("id", &self.id, ID_BYTES_MAX)?;
        if self.revision < 1 {
            return Err(Fault::invalid(format!("`revision` is {}: the first is 1", self.revision)));
        }
        if self.removed {
            within("product.id", self.product.id.as_str(), NAME_BYTES_MAX)?;
            for (name, text) in [("marketplace", &self.marketplace), ("region", &self.region)] {
                text.as_ref().map_or(Ok(()), |text| within(name, text, NAME_BYTES_MAX))?;
            }
            return if self.candidates.is_empty() { Ok(()) } else { Err(Fault::invalid("a product that is removed has no `candidates`")) };
        }
        validate(&self.request(), config).map_err(|error| {
            let code = if error.body().code == Code::RequestInvalid.as_str() { "change_invalid" } else { &error.body().code };
            Fault { code: code.to_owned(), message: error.body().message.clone() }
        })
    }
}

impl App {
    /// Takes a batch of changes, each as its JSON text, in; what is acknowledged is on disk.
    ///
    /// # Errors
    /// When there are too many changes, or the store fails: nothing of the batch is taken in then.
    pub async fn take_changes(self: &Arc<Self>, changes: &[&RawValue]) -> Result<ChangesAnswer, ApiError> {
        if changes.len() > CHANGES_MAX {
            let message = format!("{} changes are more than the {CHANGES_MAX} that one request may have", changes.len());
            return Err(ApiError::new(Code::RequestInvalid, message));
        }
        let (mut waiting, mut answer) = (Vec::with_capacity(changes.len()), ChangesAnswer::default());
        for (index, change) in changes.iter().enumerate() {
            let sent = change.get().as_bytes();
            match ChangeBody::read(sent, &self.config) {
                Ok(change) => waiting.push(change.waiting(sent)),
                Err(Fault { code, message }) => answer.refused.push(RefusedChange { index, code, message }),
            }
        }
        let taken = self.store.accept_changes(&self.config.tenant, &waiting, &[]).await?;
        answer.taken = taken as u64;
        answer.known = (waiting.len() - taken) as u64;
        if taken > 0 {
            self.wake_workers();
        }
        Ok(answer)
    }

    /// Tells all workers that there are changes; nobody waits for it, and where it fails they look by themselves.
    pub fn wake_workers(self: &Arc<Self>) {
        self.feed.changes.ring();
        if let Some(redis) = &self.redis {
            let streams = super::Streams::new(redis.clone(), &self.config);
            tokio::spawn(async move {
                if let Err(fault) = streams.wake().await {
                    tracing::debug!(%fault, "other workers are not woken");
                }
            });
        }
    }
}
