//! `POST /v1/try`: one picture, several marketplaces, nothing kept.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Shared, body, json, timed};
use crate::error::{ApiError, ErrorBody};
use crate::identity::{Power, person};
use crate::trial::{TryAnswer, TryRequest};

/// Try a picture
///
/// What several marketplaces make of one picture, beside each other. Nothing is stored, and nobody has to sign in, but for a draft's rules.
#[utoipa::path(
    post, path = "/v1/try", tag = "Pictures",
    request_body(content = inline(TryRequest), example = json!({"bytes": "/9j/4AAQSkZJRg…", "category": "shoes", "marketplaces": ["amazon", "zalando"], "language": "en"})),
    responses(
        (status = 200, description = "The picture's signals, and a verdict for every marketplace and role", body = inline(TryAnswer), example = json!({
            "content_hash": "9f86…", "signals": {"long_side_px": {"value": 2000.0, "detector": "file_facts@1"}},
            "verdicts": [{"marketplace": "amazon", "region": "US", "role": "main", "action": "suppress", "points": 0.0, "may_lead": false, "reasons": [
                {"roles": ["main"], "rule": "amazon-us.main.white-background", "rule_version": "1f…", "action": "suppress", "enforcement": "enforce", "severity": "must",
                 "reason_code": "non_white_background", "message": "…", "signal": "white_background_ratio", "value": 0.31, "limit": 0.95, "unit": null, "region": null}]}]
        })),
        (status = 413, description = "The body is larger than the settings allow", body = ErrorBody),
        (status = 422, description = "The file is refused, or there is no such marketplace", body = ErrorBody),
        (status = 429, description = "All places for work are taken; see `Retry-After`", body = ErrorBody),
        (status = 503, description = "The server is stopping, or its store does not answer", body = ErrorBody)
    )
)]
pub async fn try_it(app: Shared, asked: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let request: TryRequest = json(&body(&app, payload).await?)?;
    if request.draft.is_some() {
        person(&app, &asked, Power::View).await?;
    }
    Ok(HttpResponse::Ok().json(timed(&app, app.try_picture(request)).await?))
}
