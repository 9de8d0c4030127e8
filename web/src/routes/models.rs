//! `GET /v1/models`: the learned detectors at work, and those that were refused.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;
use vitrine_engine::{Detector, DetectorId, SignalName};

use super::Shared;

/// The models.
#[derive(Serialize, ToSchema)]
pub struct ModelsBody<'a> {
    /// Those that measure.
    models: Vec<ModelBody<'a>>,
    /// Named in the settings and not used: what is wrong with each, and where. Their signals are missing.
    refused: &'a [String],
}

/// A model at work.
#[derive(Serialize, ToSchema)]
pub struct ModelBody<'a> {
    /// Name and version, as readings carry it.
    #[schema(value_type = String)]
    id: &'a DetectorId,
    /// What it answers.
    title: &'a str,
    /// What it measures.
    #[schema(value_type = Vec<String>)]
    signals: Vec<&'a SignalName>,
    /// Pictures that wait for it now.
    waiting: usize,
}

/// List the models
#[utoipa::path(
    get, path = "/v1/models", tag = "Operations",
    responses((status = 200, description = "Those at work and those refused", body = inline(ModelsBody), example = json!({
        "models": [{"id": "listing@1a2b3c4d5e6f", "title": "What was added to a product picture", "signals": ["watermark_score"], "waiting": 0}],
        "refused": ["faces.yaml: model_sha256: the file's is 34cd7e60"]
    })))
)]
pub async fn list(app: Shared) -> HttpResponse {
    let models = app.judge.models().iter().map(|model| ModelBody {
        id: &model.spec().id,
        title: model.title(),
        signals: model.spec().signals.iter().map(|signal| &signal.name).collect(),
        waiting: model.waiting(),
    });
    HttpResponse::Ok().json(ModelsBody { models: models.collect(), refused: &app.models_refused })
}
