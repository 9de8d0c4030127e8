//! `/v1/feed`: changes of the catalogue, how far each product is, and what could not be judged.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::{Shared, admitted, body, query, signed_in_with, timed};
use crate::error::{ApiError, Code, ErrorBody};
use crate::feed::change::{ChangesAnswer, ChangesRequest};
use crate::feed::letters::{Discarded, Replayed, Which};
use crate::feed::status::FeedStatus;
use crate::identity::{Power, person};
use crate::store::{DeadLetter, ProductKey};

/// Letters of one answer.
const PAGE: u32 = 100;
/// Most letters that are replayed or discarded by their ids at once.
const IDS_MAX: usize = 1_000;
/// Between the parts of a place among the letters.
const APART: char = '.';

/// The batch with each change's own text, so that one that cannot be read is refused alone.
#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    changes: Vec<&'a RawValue>,
}

/// Send changes of the catalogue
///
/// In batches of up to 5,000, in any order; a change that was sent before changes nothing, and neither does one whose `revision` is lower
/// than what is known of its product. What the answer calls taken is on disk and will be judged as `POST /v1/select` judges, whatever
/// happens to this server; of several changes of one product that wait, the newest is judged. What became of it is told by webhook, in the
/// stream of results, and by `GET /v1/feed/products/{product}`. What is wrong with one change stands in `refused`; the others are unaffected.
#[utoipa::path(
    post, path = "/v1/feed", tag = "Feed",
    request_body(content = ChangesRequest, example = json!({"changes": [
        {"id": "evt-9001", "revision": 17, "at": "2026-12-01T10:15:00Z", "marketplace": "amazon", "region": "US",
         "product": {"id": "sku-4711", "category": "shoes"},
         "candidates": [{"id": "front", "url": "https://img.example.com/4711/front.jpg"}, {"id": "worn", "url": "https://img.example.com/4711/worn.jpg"}]},
        {"id": "evt-9002", "revision": 3, "at": "2026-12-01T10:15:02Z", "removed": true, "product": {"id": "sku-0815"}}
    ]})),
    responses(
        (status = 200, description = "What became of them", body = ChangesAnswer, example = json!({"taken": 2, "known": 0, "refused": []})),
        (status = 400, description = "The body is not such JSON", body = ErrorBody),
        (status = 422, description = "Too many changes", body = ErrorBody),
        (status = 429, description = "More comes in than can be answered; see `Retry-After`", body = ErrorBody)
    )
)]
pub async fn take(app: Shared, asked: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let bytes = body(&app, admitted(&app, &asked, payload).await?).await?;
    let batch: Batch<'_> = serde_json::from_slice(&bytes).map_err(|error| ApiError::new(Code::BodyInvalid, error.to_string()))?;
    Ok(HttpResponse::Ok().json(timed(&app, app.take_changes(&batch.changes)).await?))
}

/// How is the feed doing?
#[utoipa::path(
    get, path = "/v1/feed", tag = "Feed",
    responses(
        (status = 200, description = "What waits, for how long, and who is not reached", body = FeedStatus, example = json!({
            "waiting": 12, "in_hand": 4, "oldest_seconds": 1.8, "settled_last_minute": 2210, "dead_letters": 3,
            "stream": {"unread": 0, "unacknowledged": 0, "oldest_seconds": null}, "redis_answers": true,
            "results": [{"receiver": "shop.example.com#1f0c22aa", "waiting": 40, "oldest_seconds": 7.2}]
        })),
        (status = 401, description = "Nobody has signed in", body = ErrorBody)
    )
)]
pub async fn status(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    Ok(HttpResponse::Ok().json(timed(&app, async { Ok(app.feed_status().await?) }).await?))
}

/// Whose rules judge the product.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct ProductParams {
    /// As the changes name it; the house's where they name none.
    #[param(example = "amazon")]
    marketplace: String,
    /// As the changes name it.
    #[param(example = "US")]
    region: String,
}

/// How far a product of the feed is.
#[derive(Serialize, ToSchema)]
pub struct ProductBody {
    /// The newest revision that is settled; changes up to it change nothing.
    revision: i64,
    /// The sender's name for that change.
    change_id: String,
    /// The decision; null where the product was removed.
    decision_id: Option<String>,
    /// When it was settled, ms since 1970 UTC.
    settled_ms: i64,
}

/// How far is a product?
#[utoipa::path(
    get, path = "/v1/feed/products/{product}", tag = "Feed",
    params(("product" = String, Path, description = "The product", example = "sku-4711"), ProductParams),
    responses(
        (status = 200, description = "What is settled of it", body = ProductBody, example = json!({
            "revision": 17, "change_id": "evt-9001", "decision_id": "0c5d3f0f6f7f1a55f0a1f3a2a8f6f5b1f2e3d4c5b6a798877665544332211000", "settled_ms": 1764584103112i64
        })),
        (status = 404, description = "The feed has settled nothing of it", body = ErrorBody)
    )
)]
pub async fn product(app: Shared, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let ProductParams { marketplace, region } = query(&request)?;
    let key = ProductKey { marketplace, region, product_id: path.into_inner() };
    let found = timed(&app, async { Ok(app.store.fed_product(&app.config.tenant, &key).await?) }).await?;
    let found = found.ok_or_else(|| ApiError::new(Code::FedProductUnknown, "the feed has settled no change of this product"))?;
    let crate::store::FedProduct { revision, change_id, decision_id, settled_ms } = found;
    Ok(HttpResponse::Ok().json(ProductBody { revision, change_id, decision_id, settled_ms }))
}

/// Which letters.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct LettersParams {
    /// Where the page before ended: its `next`.
    after: Option<String>,
}

/// Dead letters, the newest first.
#[derive(Serialize, ToSchema)]
pub struct LettersBody {
    /// The letters.
    letters: Vec<LetterBody>,
    /// Where the next page begins, to be given as `after`; null at the end.
    next: Option<String>,
}

/// A change that could not be judged.
#[derive(Serialize, ToSchema)]
pub struct LetterBody {
    /// Hash of what was sent.
    id: String,
    /// The product; empty where it cannot be read.
    product_id: String,
    /// Stable code, `change_invalid`.
    code: String,
    /// What is wrong with it.
    reason: String,
    /// What was sent.
    payload: String,
    /// How `payload` is written: `text`, or `base64` of bytes that are no text.
    encoding: String,
    /// How often it was tried.
    attempts: i64,
    /// When it was given up, ms since 1970 UTC.
    died_ms: i64,
}

impl From<DeadLetter> for LetterBody {
    fn from(letter: DeadLetter) -> Self {
        let DeadLetter { id, product_id, code, reason, payload, encoding, attempts, died_ms } = letter;
        Self { id, product_id, code, reason, payload, encoding: encoding.as_str().to_owned(), attempts, died_ms }
    }
}

/// Changes that could not be judged
#[utoipa::path(
    get, path = "/v1/feed/dead", tag = "Feed",
    params(LettersParams),
    responses(
        (status = 200, description = "A page of them", body = LettersBody, example = json!({"letters": [{
            "id": "5b0f6f7f1a55f0a1f3a2a8f6f5b1f2e3", "product_id": "sku-4711", "code": "rules_invalid", "reason": "there is no pack for the marketplace `amazn`",
            "payload": "{…}", "encoding": "text", "attempts": 1, "died_ms": 1764584103112i64}], "next": null})),
        (status = 401, description = "Nobody has signed in", body = ErrorBody)
    )
)]
pub async fn dead(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let LettersParams { after } = query(&request)?;
    let wrong = || ApiError::new(Code::ParameterInvalid, "`after` is no `next` of an answer");
    let before = match &after {
        Some(place) => {
            let (at_ms, id) = place.split_once(APART).ok_or_else(wrong)?;
            Some((at_ms.parse().map_err(|_| wrong())?, id))
        }
        None => None,
    };
    let letters = timed(&app, async { Ok(app.store.dead_letters(&app.config.tenant, before, PAGE).await?) }).await?;
    let last = letters.last().filter(|_| letters.len() == PAGE as usize);
    let next = last.map(|last| format!("{}{APART}{}", last.died_ms, last.id));
    Ok(HttpResponse::Ok().json(LettersBody { letters: letters.into_iter().map(LetterBody::from).collect(), next }))
}

/// Which letters are tried again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// Their ids, up to 1,000; all there are where none are named.
    #[serde(default)]
    ids: Option<Vec<String>>,
}

/// Try dead letters again
///
/// After what stood in their way is mended, such as a marketplace without rules. The letters whose changes are right now wait to be judged
/// as if they had just come in; those that are still wrong stay.
#[utoipa::path(
    post, path = "/v1/feed/replay", tag = "Feed",
    request_body(content = ReplayRequest, example = json!({"ids": ["5b0f6f7f1a55f0a1f3a2a8f6f5b1f2e3"]})),
    responses(
        (status = 200, description = "What became of them", body = Replayed, example = json!({"waiting": 1, "known": 0, "still_dead": []})),
        (status = 403, description = "The role does not allow it", body = ErrorBody)
    )
)]
pub async fn replay(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, ReplayRequest { ids }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    let which = ids.map_or(Ok(Which::All), some)?;
    Ok(HttpResponse::Ok().json(timed(&app, app.replay_letters(&which, &person.name)).await?))
}

/// Which letters are thrown away: those with `ids`, or `all`, one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscardRequest {
    /// Their ids, up to 1,000.
    #[serde(default)]
    ids: Option<Vec<String>>,
    /// All there are.
    #[serde(default)]
    all: bool,
}

/// Throw dead letters away
///
/// For changes that nobody will mend. Unknown ids are passed over; the audit trail keeps which letters went.
#[utoipa::path(
    post, path = "/v1/feed/discard", tag = "Feed",
    request_body(content = DiscardRequest, example = json!({"ids": ["5b0f6f7f1a55f0a1f3a2a8f6f5b1f2e3"]})),
    responses(
        (status = 200, description = "How many went", body = Discarded, example = json!({"discarded": 1})),
        (status = 403, description = "The role does not allow it", body = ErrorBody),
        (status = 422, description = "Neither `ids` nor `all`, both, or too many ids", body = ErrorBody)
    )
)]
pub async fn discard(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, DiscardRequest { ids, all }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    let which = match (ids, all) {
        (Some(ids), false) => some(ids)?,
        (None, true) => Which::All,
        // What is gone is gone: nobody is to throw everything away by an empty request.
        _ => return Err(ApiError::new(Code::RequestInvalid, "name `ids`, or say `all`")),
    };
    Ok(HttpResponse::Ok().json(timed(&app, app.discard_letters(&which, &person.name)).await?))
}

fn some(ids: Vec<String>) -> Result<Which, ApiError> {
    if ids.len() > IDS_MAX {
        return Err(ApiError::new(Code::RequestInvalid, format!("`ids` has more than {IDS_MAX}")));
    }
    Ok(Which::Ids(ids))
}
