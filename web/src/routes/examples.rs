//! `POST /v1/examples/search`: conditions that tell bad pictures from good ones.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vitrine_engine::{ContentHash, SignalSet, Value};
use vitrine_rules::CategoryPath;
use vitrine_rules::induce::{Candidate, induce};

use super::{Shared, signed_in_with, timed};
use crate::app::App;
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::Power;
use crate::store::CatalogueFilter;

/// Examples of one kind at most.
const EXAMPLES_MAX: usize = 100;
/// Pictures of the catalogue that candidates are tried on.
const STORED_MAX: usize = 2000;
/// Borderline pictures told of each candidate.
const BORDERLINE: usize = 12;

/// Good and bad pictures, by content hash; they have been measured before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// Pictures that a rule must let pass, 3 to 100.
    #[schema(value_type = Vec<String>)]
    good: Vec<ContentHash>,
    /// Pictures that it must find fault with, 3 to 100.
    #[schema(value_type = Vec<String>)]
    bad: Vec<ContentHash>,
    /// Try candidates on this category of the catalogue only.
    #[serde(default)]
    category: Option<String>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub struct FoundBody {
    /// The best first.
    candidates: Vec<CandidateBody>,
}

/// A condition that speaks of the bad pictures, and how well.
#[derive(Serialize, ToSchema)]
pub struct CandidateBody {
    /// Condition, settings, sentence, precision and recall by leaving one out.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    candidate: Candidate,
    /// What it makes of pictures of the catalogue.
    stored: StoredBody,
    /// Pictures of the catalogue nearest to its limits: label them good or bad, and search again.
    borderline: Vec<BorderlineBody>,
}

/// What a condition makes of pictures of the catalogue.
#[derive(Serialize, ToSchema)]
pub struct StoredBody {
    /// Pictures that it speaks of.
    pictures: u64,
    /// Of those that were looked at, 0..=1.
    share: f64,
    /// How many were looked at: the first ones of the catalogue, 2000 at most.
    looked_at: u64,
}

/// A picture near a limit.
#[derive(Serialize, ToSchema)]
pub struct BorderlineBody {
    /// Hash of its bytes.
    #[schema(value_type = String)]
    content_hash: ContentHash,
    /// Its id.
    image: String,
    /// What was measured.
    #[schema(value_type = Object)]
    value: Value,
}

/// Find a rule from examples
///
/// Single limits, flags and texts, and pairs of them, tried on the examples one left out at a time, then on the catalogue.
#[utoipa::path(
    post, path = "/v1/examples/search", tag = "Studio",
    request_body(content = SearchBody, example = json!({"good": ["9f86…"], "bad": ["2c26…"], "category": "apparel"})),
    responses(
        (status = 200, description = "What was found", body = FoundBody, example = json!({"candidates": [{"condition": "sharpness < limit", "precision": 0.95, "recall": 0.9,
            "stored": {"pictures": 12, "share": 0.09, "looked_at": 130}, "borderline": []}]})),
        (status = 404, description = "One of the pictures is not known", body = ErrorBody),
        (status = 422, description = "Too few or too many examples", body = ErrorBody)
    )
)]
pub async fn search(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (_, SearchBody { good, bad, category }) = signed_in_with(&app, &request, payload, Power::View).await?;
    let category = category.map(|category| category.parse::<CategoryPath>()).transpose();
    let category = category.map_err(|error| ApiError::new(Code::RequestInvalid, error.to_string()))?;
    if good.len().max(bad.len()) > EXAMPLES_MAX {
        return Err(ApiError::new(Code::RequestInvalid, format!("at most {EXAMPLES_MAX} pictures of each kind")));
    }
    let answer = async {
        let (good, bad) = (signals_of(&app, &good).await?, signals_of(&app, &bad).await?);
        let stored = stored(&app, category.as_ref()).await?;
        let searching = Arc::clone(&app);
        let found = app.gate.run(move || {
            let candidates =
                induce(&good, &bad, searching.judge.catalog()).map_err(|error| ApiError::new(Code::RequestInvalid, error.to_string()))?;
            let bodies = candidates.into_iter().map(|candidate| {
                let rows = stored.iter().map(|(image, hash, signals)| ((*hash, image.clone()), signals));
                let seen = candidate.on_stored(rows, BORDERLINE);
                let borderline = seen.borderline.into_iter().map(|near| {
                    let (content_hash, image) = near.key;
                    BorderlineBody { content_hash, image, value: near.value }
                });
                CandidateBody {
                    borderline: borderline.collect(),
                    stored: StoredBody { pictures: seen.pictures, share: seen.share, looked_at: seen.looked_at },
                    candidate,
                }
            });
            Ok(bodies.collect())
        });
        let candidates: Result<Vec<CandidateBody>, ApiError> = found.await?;
        Ok(HttpResponse::Ok().json(FoundBody { candidates: candidates? }))
    };
    timed(&app, answer).await
}

async fn signals_of(app: &App, hashes: &[ContentHash]) -> Result<Vec<SignalSet>, ApiError> {
    let mut signals = Vec::with_capacity(hashes.len());
    for hash in hashes {
        let picture = app.known_picture(*hash).await?;
        let unknown = || ApiError::new(Code::ImageUnknown, format!("no picture with the hash `{hash}` is known"));
        signals.push(picture.ok_or_else(unknown)?.measured.signals.clone());
    }
    Ok(signals)
}

/// Pictures of the catalogue: id, hash, signals.
async fn stored(app: &App, category: Option<&CategoryPath>) -> Result<Vec<(String, ContentHash, SignalSet)>, ApiError> {
    let below = |own: &str| category.is_none_or(|wanted| own.parse::<CategoryPath>().is_ok_and(|own| wanted.covers(&own)));
    let mut found = Vec::new();
    for row in app.store.catalogue(&app.config.tenant, CatalogueFilter::default(), None, STORED_MAX as u32).await? {
        let pictures: Vec<(String, ContentHash)> = serde_json::from_str(&row.pictures).unwrap_or_default();
        for (image, hash) in pictures.into_iter().filter(|_| below(&row.category)) {
            if found.len() == STORED_MAX {
                return Ok(found);
            }
            if let Some(picture) = app.known_picture(hash).await? {
                found.push((image, hash, picture.measured.signals.clone()));
            }
        }
    }
    Ok(found)
}
