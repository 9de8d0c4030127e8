//! `/v1/queue`: pictures that wait for people.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Shared, body, json, query, timed};
use crate::error::{ApiError, ErrorBody};
use crate::identity::{Power, person};
use crate::queue::{Agreement, Judgement, QueueItem};
use crate::store::QueueFilter;

/// Which items.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct QueueParams {
    /// `open` (those that wait for whoever asks), `closed`, or `mine` (judged by whoever asks); all where none is named.
    #[param(example = "open")]
    state: Option<String>,
    /// Only of this rule.
    rule: Option<String>,
    /// Only of this category.
    category: Option<String>,
}

/// The queue.
#[derive(Serialize, ToSchema)]
pub struct QueueBody {
    /// The oldest first, at most 200.
    items: Vec<QueueItem>,
    /// How many wait for whoever asks.
    open: i64,
    /// How many they have judged.
    mine_done: i64,
}

/// A case of a rule.
#[derive(Serialize, ToSchema)]
pub struct CaseBody {
    /// An entry for the rule's case file.
    case_yaml: String,
}

/// What waits for a person
///
/// A picture comes here when a rule sends it to review in a new decision, once for each marketplace and rule, and when a seller objects.
#[utoipa::path(
    get, path = "/v1/queue", tag = "Review", params(QueueParams),
    responses(
        (status = 200, description = "Items", body = inline(QueueBody), example = json!({"items": [
            {"id": "5c1e…", "product": "sku-4711", "image": "front", "category": "shoes", "marketplace": "amazon", "content_hash": "9f86…", "decision": "0c5d…",
             "rule": "amazon-us.shoes.single", "title": "A single shoe", "message": "2 shoes are shown; one is asked for.", "value": 2.0, "limit": 1.0, "unit": null,
             "region": null, "action": "review", "opened_ms": 1763719200000i64, "origin": "rule", "objection": null, "judgements": 0, "mine": null, "state": "open"}
        ], "open": 1, "mine_done": 0})),
        (status = 401, description = "Nobody has signed in", body = ErrorBody)
    )
)]
pub async fn list(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let person = timed(&app, person(&app, &request, Power::View)).await?;
    let QueueParams { state, rule, category } = query(&request)?;
    let filter = QueueFilter { state: state.as_deref(), rule: rule.as_deref(), category: category.as_deref() };
    let (items, open, mine_done) = timed(&app, app.queue(&person, filter)).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(QueueBody { items, open, mine_done }))
}

/// Say whether a rule is right
///
/// One judgement a person and item; sent again, it takes the place of the one before. Where more people overturn a rule for a picture than
/// not, the rule is ignored for that picture from the next selection on.
#[utoipa::path(
    post, path = "/v1/queue/{id}/judgement", tag = "Review",
    params(("id" = String, Path, description = "The item")),
    request_body(content = inline(Judgement), example = json!({"verdict": "overturn", "note": "a pair is sold together"})),
    responses(
        (status = 200, description = "The item as it is now; for editors", body = inline(QueueItem), example = json!(
            {"id": "5c1e…", "product": "sku-4711", "image": "front", "category": "shoes", "marketplace": "amazon", "content_hash": "9f86…", "decision": "0c5d…",
             "rule": "amazon-us.shoes.single", "title": "A single shoe", "message": "2 shoes are shown; one is asked for.", "value": 2.0, "limit": 1.0, "unit": null,
             "region": null, "action": "review", "opened_ms": 1763719200000i64, "origin": "rule", "objection": null, "judgements": 1, "mine": "overturn", "state": "closed"}
        )),
        (status = 403, description = "Not for this role", body = ErrorBody),
        (status = 404, description = "No such item", body = ErrorBody)
    )
)]
pub async fn judge(app: Shared, request: HttpRequest, id: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let person = timed(&app, person(&app, &request, Power::Edit)).await?;
    let judgement: Judgement = json(&body(&app, payload).await?)?;
    Ok(HttpResponse::Ok().json(timed(&app, app.judge_item(&person, &id, judgement)).await?))
}

/// Take a judgement back
///
/// One's own of this item, and what followed from it.
#[utoipa::path(
    post, path = "/v1/queue/{id}/undo", tag = "Review",
    params(("id" = String, Path, description = "The item")),
    responses(
        (status = 200, description = "The item as it is now; for editors", body = inline(QueueItem), example = json!(
            {"id": "5c1e…", "product": "sku-4711", "image": "front", "rule": "amazon-us.shoes.single", "judgements": 0, "mine": null, "state": "open"}
        )),
        (status = 403, description = "Not for this role", body = ErrorBody),
        (status = 404, description = "No such item", body = ErrorBody),
        (status = 409, description = "Whoever asks has not judged it", body = ErrorBody)
    )
)]
pub async fn undo(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let person = timed(&app, person(&app, &request, Power::Edit)).await?;
    Ok(HttpResponse::Ok().json(timed(&app, app.take_back_judgement(&person, &id)).await?))
}

/// How far people agree
///
/// Every fifth item, chosen by its hash, is shown to a second person who does not see what the first one said.
#[utoipa::path(
    get, path = "/v1/queue/agreement", tag = "Review",
    responses(
        (status = 200, description = "Agreement in all and by rule", body = inline(Agreement), example = json!({
            "pairs": 50, "agreed": 35, "kappa": 0.4, "by_rule": [{"rule": "amazon-us.shoes.single", "judged": 120, "overturned": 9, "agreement": 0.7}]
        })),
        (status = 401, description = "Nobody has signed in", body = ErrorBody)
    )
)]
pub async fn agreement(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    Ok(HttpResponse::Ok().json(timed(&app, app.agreement()).await?))
}

/// Make a case of an overturned verdict
///
/// An entry for the rule's case file: with this picture's readings the rule must keep silent. Nothing is stored.
#[utoipa::path(
    post, path = "/v1/queue/{id}/case", tag = "Review",
    params(("id" = String, Path, description = "The item")),
    responses(
        (status = 200, description = "The case; for editors", body = inline(CaseBody), example = json!({
            "case_yaml": "- rule: amazon-us.shoes.single\n  name: 'overturned in review: 9f86d081884c'\n  signals:\n    subject_count: 2.0\n  expect: pass\n"
        })),
        (status = 403, description = "Not for this role", body = ErrorBody),
        (status = 404, description = "No such item", body = ErrorBody),
        (status = 409, description = "The rule was not overturned", body = ErrorBody)
    )
)]
pub async fn case(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let person = timed(&app, person(&app, &request, Power::Edit)).await?;
    Ok(HttpResponse::Ok().json(CaseBody { case_yaml: timed(&app, app.case_of(&person, &id)).await? }))
}
