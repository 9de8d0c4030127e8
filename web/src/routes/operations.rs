//! `/healthz`, `/readyz`, `/metrics`.

use std::sync::atomic::Ordering::Relaxed;

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Shared, timed};
use crate::error::{ApiError, Code, ErrorBody};
use crate::metrics;

/// How it goes.
#[derive(Serialize, ToSchema)]
pub struct StateBody {
    /// `ok` or `ready`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// Is the process alive?
#[utoipa::path(
    get, path = "/healthz", tag = "Operations",
    responses((status = 200, description = "It answers", body = inline(StateBody), example = json!({"status": "ok", "version": "0.1.0"})))
)]
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(StateBody { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// Can it take work?
#[utoipa::path(
    get, path = "/readyz", tag = "Operations",
    responses(
        (status = 200, description = "It is not stopping, the store answers, and there is room for work", body = inline(StateBody), example = json!({"status": "ready", "version": "0.1.0"})),
        (status = 503, description = "Not now", body = ErrorBody)
    )
)]
pub async fn ready(app: Shared) -> Result<HttpResponse, ApiError> {
    if app.stopping.load(Relaxed) {
        return Err(ApiError::new(Code::Unavailable, "the server is stopping"));
    }
    timed(&app, async { Ok(app.store.ping().await?) }).await?;
    if !app.gate.has_room() {
        return Err(ApiError::new(Code::Unavailable, "all places for measuring pictures are taken"));
    }
    Ok(HttpResponse::Ok().json(StateBody { status: "ready", version: env!("CARGO_PKG_VERSION") }))
}

/// Counters for Prometheus
#[utoipa::path(
    get, path = "/metrics", tag = "Operations",
    responses((status = 200, description = "Prometheus text format", content_type = "text/plain", body = String, example = json!("vitrine_decisions_total{tenant=\"default\",result=\"new\"} 12")))
)]
pub async fn metrics(app: Shared) -> HttpResponse {
    // What this process counted is told whether the store answers or not.
    let fed = app.feed_gauges().await;
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body([app.metrics.text(), metrics::models::text(app.judge.models()), fed].concat())
}
