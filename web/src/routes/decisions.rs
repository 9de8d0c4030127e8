//! `GET /v1/decisions/{id}` and its replay.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::{Shared, json_text, query, timed};
use crate::error::{ApiError, Code, ErrorBody};

/// Parameters of a look-up.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct GetParams {
    /// `true`: compute it again, as `/v1/decisions/{id}/replay` does.
    #[serde(default)]
    replay: bool,
}

/// A decision computed again.
#[derive(Serialize, ToSchema)]
pub struct ReplayBody<'a> {
    /// The decision.
    decision_id: &'a str,
    /// Whether both answers are the same, byte for byte.
    identical: bool,
    /// The answer that was given.
    #[schema(value_type = Object)]
    stored: &'a RawValue,
    /// The answer of today's program from the stored signals and rules.
    #[schema(value_type = Object)]
    replayed: &'a RawValue,
}

/// Look up a decision
///
/// Everything it was made from: pictures with the detector versions that looked at them, rule-set versions, language, and the answer.
#[utoipa::path(
    get, path = "/v1/decisions/{id}", tag = "Selection",
    params(("id" = String, Path, description = "The `decision_id` of an answer"), GetParams),
    responses(
        (status = 200, description = "The decision as stored", content_type = "application/json", body = Object, example = json!({
            "product_id": "sku-4711", "rule_set": "5f0c…", "gallery_rule_set": "77ab…", "language": "en", "current_main": null,
            "policy": {"keep_margin": 5.0, "review_may_lead": true, "departure_points": 50.0},
            "pictures": [{"id": "front", "content_hash": "9f86…", "detectors": ["file_facts@1"]}], "answer": {"product_id": "sku-4711", "main": "front"}
        })),
        (status = 404, description = "No such decision", body = ErrorBody)
    )
)]
pub async fn get(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let GetParams { replay } = query(&request)?;
    if replay { replayed(&app, &id).await } else { Ok(json_text(timed(&app, app.decision(&id)).await?)) }
}

/// Compute a decision again
///
/// From the stored signals and the stored rule sets, with today's program; says whether the answer is the same byte for byte.
#[utoipa::path(
    get, path = "/v1/decisions/{id}/replay", tag = "Selection",
    params(("id" = String, Path, description = "The `decision_id` of an answer")),
    responses(
        (status = 200, description = "Both answers", body = inline(ReplayBody), example = json!({
            "decision_id": "0c5d…", "identical": true, "stored": {"product_id": "sku-4711", "main": "front"}, "replayed": {"product_id": "sku-4711", "main": "front"}
        })),
        (status = 404, description = "No such decision", body = ErrorBody),
        (status = 409, description = "A part of it is no longer there", body = ErrorBody)
    )
)]
pub async fn replay(app: Shared, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    replayed(&app, &id).await
}

async fn replayed(app: &Shared, id: &str) -> Result<HttpResponse, ApiError> {
    let replay = timed(app, app.replay(id)).await?;
    let again = RawValue::from_string(replay.replayed).map_err(|_| ApiError::new(Code::Internal, "the answer is not JSON"))?;
    Ok(HttpResponse::Ok().json(ReplayBody {
        decision_id: id,
        identical: replay.stored.get() == again.get(),
        stored: &replay.stored,
        replayed: &again,
    }))
}
