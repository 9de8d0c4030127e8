//! `POST /v1/select`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Shared, admitted, body, json, json_text, timed};
use crate::error::{ApiError, ErrorBody};
use crate::wire::{SelectAnswer, SelectRequest};

/// Choose the picture that leads
///
/// Candidates come by hash (known already), as base64 bytes, or by URL from a host that the settings allow. What is wrong with
/// one picture stands in that picture's `error`; its neighbours are unaffected. The decision is stored under `decision_id`, a hash of
/// everything that makes it: the same question with the same answer has the same id.
#[utoipa::path(
    post, path = "/v1/select", tag = "Selection",
    request_body(content = SelectRequest, example = json!({
        "marketplace": "amazon", "region": "US", "language": "en",
        "product": {"id": "sku-4711", "category": "shoes"},
        "candidates": [
            {"id": "front", "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
            {"id": "worn", "url": "https://img.example.com/4711/worn.jpg"}
        ]
    })),
    responses(
        (status = 200, description = "The selection with its reasons; `decision_id` is the key of `GET /v1/decisions/{id}`", body = SelectAnswer, example = json!({
            "decision_id": "0c5d3f0f6f7f1a55f0a1f3a2a8f6f5b1f2e3d4c5b6a798877665544332211000", "product_id": "sku-4711",
            "rule_set": "5f0c…", "gallery_rule_set": "77ab…", "main": "front", "current_main_kept": false, "gallery": ["worn"],
            "images": [{"id": "front", "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "action": "accept", "points": 0.0, "score": 81.4, "may_lead": true, "reasons": []},
                {"id": "worn", "content_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", "action": "accept", "points": 0.0, "score": 64.0, "may_lead": false,
                 "reasons": [{"roles": ["main"], "rule": "amazon-us.main.white-background", "rule_version": "1f…", "action": "suppress", "enforcement": "enforce", "severity": "must",
                    "reason_code": "non_white_background", "message": "…", "signal": "white_background_ratio", "value": 0.31, "limit": 0.95, "unit": null, "region": null}]}],
            "not_measurable": []
        })),
        (status = 400, description = "The body is not such JSON", body = ErrorBody),
        (status = 422, description = "The request says something impossible", body = ErrorBody),
        (status = 429, description = "More comes in than can be answered; see `Retry-After`", body = ErrorBody),
        (status = 503, description = "The server is stopping, or its store does not answer", body = ErrorBody)
    )
)]
pub async fn select(app: Shared, asked: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let bytes = body(&app, admitted(&app, &asked, payload).await?).await?;
    let request: SelectRequest = json(&bytes)?;
    drop(bytes);
    Ok(json_text(timed(&app, app.select(&request)).await?))
}
