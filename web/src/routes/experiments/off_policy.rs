//! What other rules would have earned.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;
use vitrine_experiments::design::Serves;

use crate::error::{ApiError, ErrorBody};
use crate::experiments::off_policy::OffPolicyAnswer;
use crate::identity::Power;
use crate::routes::{Shared, signed_in_with, timed};

/// Which rules.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OffPolicyBody {
    /// A release, a draft, or the rules in force.
    serves: Serves,
}

/// Judge other rules by what was explored
///
/// Where a variant explores, each of its selections was made with a known probability. By these, the selections that other rules would have
/// made too are weighed up, and it is told how often they would have been rewarded: before anything is tested.
#[utoipa::path(
    post, path = "/v1/experiments/{id}/off-policy", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    request_body(content = inline(OffPolicyBody), example = json!({"serves": {"what": "draft", "id": 12}})),
    responses((status = 200, description = "What they would have earned, by every method that the log allows", body = OffPolicyAnswer,
            example = json!({"variant": "explore", "reward": "click", "alpha": 0.05, "empty": 0.0, "left_out": 0, "selections": 41_000, "questions": 310,
                "same": 0.62, "logged": 0.041, "estimates": []})),
        (status = 422, description = "No variant explores, or the rules cannot be read", body = ErrorBody))
)]
pub async fn off_policy(app: Shared, request: HttpRequest, id: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (_, OffPolicyBody { serves }) = timed(&app, signed_in_with(&app, &request, payload, Power::View)).await?;
    let answer = async {
        let named = app.experiment(&id).await?;
        app.off_policy(&named, &serves).await
    };
    Ok(HttpResponse::Ok().json(timed(&app, answer).await?))
}
