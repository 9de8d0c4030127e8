//! `GET /v1/signals`: the vocabulary that rules are written in.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;
use vitrine_engine::CatalogEntry;

use super::Shared;

/// The vocabulary.
#[derive(Serialize, ToSchema)]
pub struct SignalsBody<'a> {
    /// Each with kind, unit, range, meaning, and the detector that measures it; null = known, not measurable yet.
    #[schema(value_type = Vec<Object>)]
    signals: &'a [CatalogEntry],
}

/// List all signals
#[utoipa::path(
    get, path = "/v1/signals", tag = "Rules",
    responses((status = 200, description = "The vocabulary", body = inline(SignalsBody), example = json!({"signals": [
        {"name": "long_side_px", "kind": "integer", "unit": "px", "range": [1.0, 65535.0], "values": [], "doc": "The longer side of the upright picture.", "detector": "file_facts@1"}
    ]})))
)]
pub async fn list(app: Shared) -> HttpResponse {
    HttpResponse::Ok().json(SignalsBody { signals: app.judge.catalog().entries() })
}
