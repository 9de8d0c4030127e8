//! `POST /v1/events`: what units saw and did.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Shared, admitted, body, json, timed};
use crate::apart::apart;
use crate::error::{ApiError, Code, ErrorBody};
use crate::experiments::files::{self, Format};
use crate::experiments::ingest::{EventsAnswer, EventsRequest};

/// Send exposures and outcomes
///
/// In batches of up to 20,000, in any order, late by up to 35 days; an event that was sent before changes nothing. What the answer calls
/// taken is on disk, and in the sums of every experiment that it belongs to. What is wrong with one event stands in `refused`; the others
/// are unaffected. Units are kept as pseudonyms.
///
/// The same fields come as columns too: `text/csv` and `application/vnd.apache.parquet`, or as `application/x-ndjson`, as many events as
/// the body may hold.
#[utoipa::path(
    post, path = "/v1/events", tag = "Experiments",
    request_body(content = EventsRequest, example = json!({"events": [
        {"id": "view-881", "type": "exposure", "exposure_id": "mZ9x…", "at": "2026-12-01T10:15:00Z"},
        {"id": "order-77", "type": "outcome", "unit_id": "visitor-4711", "name": "purchase", "value": 39.9, "at": "2026-12-01T10:21:00Z"}
    ]})),
    responses(
        (status = 200, description = "What became of them", body = EventsAnswer, example = json!({"taken": 2, "repeated": 0, "refused": []})),
        (status = 400, description = "The body is not such JSON", body = ErrorBody),
        (status = 422, description = "Too many events", body = ErrorBody),
        (status = 429, description = "More comes in than can be answered; see `Retry-After`", body = ErrorBody)
    )
)]
pub async fn take(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let format = request.headers().get(CONTENT_TYPE).and_then(|kind| Format::of_media_type(kind.to_str().ok()?));
    let bytes = body(&app, admitted(&app, &request, payload).await?).await?;
    if let Some(format) = format {
        let events = files::read(bytes, format).map_err(|fault| ApiError::new(Code::BodyInvalid, fault.to_string()))?;
        return Ok(HttpResponse::Ok().json(timed(&app, app.take_file(events, |_| ())).await?));
    }
    let request: EventsRequest = apart("reading events", move || json(&bytes)).await??;
    Ok(HttpResponse::Ok().json(timed(&app, app.take_events(request.events)).await?))
}
