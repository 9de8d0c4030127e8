//! `/v1/releases`: what went live, when, why, and how to stop it or take it back.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::drafts::ReasonBody;
use super::{Shared, signed_in_with, timed};
use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::identity::{Power, person};
use crate::live::ReleaseNumber;
use crate::rollout::guard::Guardrail;
use crate::rollout::{Rollout, State};
use crate::store::Numbered;
use crate::studio::beside::of_release;
use crate::studio::release::unknown;
use crate::studio::{Origin, ReleaseDocument};
use crate::tally::Tally;

/// A release in short.
#[derive(Serialize, ToSchema)]
pub struct ReleaseHead {
    /// Its number.
    number: ReleaseNumber,
    /// One line for people.
    title: String,
    /// Who wrote it.
    author: String,
    /// Who let it go live.
    approver: String,
    /// Why.
    reason: String,
    /// When it was published, ms since 1970 UTC.
    at_ms: i64,
    /// The draft it comes from.
    draft: Option<i64>,
    /// Where it stands.
    state: State,
    /// The share of the products that it judges now.
    share: f64,
    /// How many rules it changed.
    rules_changed: usize,
    /// Whether it judges all products now.
    in_force: bool,
}

/// All releases.
#[derive(Serialize, ToSchema)]
pub struct ReleasesBody {
    /// Newest first.
    releases: Vec<ReleaseHead>,
    /// The one in force.
    stable: ReleaseNumber,
    /// The one on its way.
    canary: Option<ReleaseNumber>,
}

/// A release with all that a person needs to see of it.
#[derive(Serialize, ToSchema)]
pub struct ReleaseBody {
    /// In short.
    #[serde(flatten)]
    head: ReleaseHead,
    /// The release that it changed.
    base: Option<ReleaseNumber>,
    /// What it changed, rule by rule.
    #[schema(value_type = Object)]
    diff: Option<serde_json::Value>,
    /// How it goes live.
    rollout: RolloutBody,
    /// What was foretold when it was approved.
    #[schema(value_type = Object)]
    backtest: Option<serde_json::Value>,
    /// Whether it can be taken back now.
    can_undo: bool,
}

/// How a release goes live.
#[derive(Serialize, ToSchema)]
pub struct RolloutBody {
    /// State, stages, log.
    #[serde(flatten)]
    rollout: Rollout,
    /// The share of the products that it judges now.
    share: f64,
    /// What is watched.
    guardrails: Vec<Guardrail>,
    /// What was seen of products that it and the release before have judged.
    seen: Tally,
}

fn head(release: &Numbered<ReleaseDocument>, rollout: Option<&Rollout>, stable: ReleaseNumber) -> ReleaseHead {
    let document = &release.document;
    let draft = match document.origin {
        Origin::Draft(id) => Some(id),
        Origin::Files => None,
    };
    ReleaseHead {
        number: release.number,
        title: document.title.clone(),
        author: document.author.clone(),
        approver: document.approver.clone(),
        reason: document.reason.clone(),
        at_ms: release.changed_ms,
        draft,
        state: rollout.map_or(State::Full, |rollout| rollout.state),
        share: match rollout {
            Some(rollout) if rollout.state == State::Canary => rollout.share(),
            _ if release.number == stable => 1.0,
            _ => 0.0,
        },
        rules_changed: document.rules_changed,
        in_force: release.number == stable,
    }
}

async fn release_body(app: &Arc<App>, number: ReleaseNumber) -> Result<ReleaseBody, ApiError> {
    let tenant = &app.config.tenant;
    let release = app.store.releases::<ReleaseDocument>(tenant, Some(number)).await?.pop().ok_or_else(|| unknown(number))?;
    let rollout = app.store.rollouts::<Rollout>(tenant, Some(number)).await?.pop().ok_or_else(|| unknown(number))?.document;
    let live = app.live.now();
    let (stable, canary) = (live.stable.0, live.canary.as_ref().map(|canary| canary.release));
    let seen = app.tally(&of_release(number)).await?;
    let guardrails = rollout.guardrails(&seen, app.judgements_of(number).await?);
    let acts = rollout.state == State::Canary || (rollout.state == State::Full && stable == number && canary.is_none());
    Ok(ReleaseBody {
        head: head(&release, Some(&rollout), stable),
        base: release.document.base,
        diff: release.document.diff,
        can_undo: acts && rollout.before != number,
        backtest: release.document.backtest,
        rollout: RolloutBody { share: rollout.share(), rollout, guardrails, seen },
    })
}

/// List releases
#[utoipa::path(
    get, path = "/v1/releases", tag = "Releases",
    responses((status = 200, description = "The releases, newest first", body = inline(ReleasesBody), example = json!({"releases": [{
        "number": 1, "title": "As installed", "author": "vitrine", "approver": "vitrine", "reason": "the pack files that the program was started with",
        "at_ms": 1795000000000_i64, "draft": null, "state": "full", "share": 1.0, "rules_changed": 0, "in_force": true}], "stable": 1, "canary": null})))
)]
pub async fn list(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let tenant = &app.config.tenant;
    let releases: Vec<Numbered<ReleaseDocument>> = app.store.releases(tenant, None).await?;
    let rollouts: Vec<Numbered<Rollout>> = app.store.rollouts(tenant, None).await?;
    let live = app.live.now();
    let of = |number| rollouts.iter().find(|rollout| rollout.number == number).map(|rollout| &rollout.document);
    let releases = releases.iter().map(|release| head(release, of(release.number), live.stable.0)).collect();
    let canary = live.canary.as_ref().map(|canary| canary.release);
    Ok(HttpResponse::Ok().json(ReleasesBody { releases, stable: live.stable.0, canary }))
}

/// A release
#[utoipa::path(
    get, path = "/v1/releases/{number}", tag = "Releases", params(("number" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "The release", body = ReleaseBody, example = json!({"number": 4, "state": "canary", "share": 0.05, "can_undo": true})),
        (status = 404, description = "No such release", body = ErrorBody)
    )
)]
pub async fn get(app: Shared, request: HttpRequest, number: web::Path<ReleaseNumber>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    timed(&app, async { Ok(HttpResponse::Ok().json(release_body(&app, *number).await?)) }).await
}

/// Take a release back
///
/// With all that it did: the release before it judges every product from the next selection on.
#[utoipa::path(
    post, path = "/v1/releases/{number}/undo", tag = "Releases", params(("number" = i64, Path, description = "Its number")),
    request_body(content = ReasonBody, example = json!({"reason": "Too many shoes are gone"})),
    responses(
        (status = 200, description = "The release", body = ReleaseBody, example = json!({"number": 4, "state": "undone"})),
        (status = 409, description = "It does not judge now", body = ErrorBody)
    )
)]
pub async fn undo(
    app: Shared,
    request: HttpRequest,
    number: web::Path<ReleaseNumber>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let (person, ReasonBody { reason }) = signed_in_with(&app, &request, payload, Power::Approve).await?;
    app.undo(*number, &person.name, &reason).await?;
    Ok(HttpResponse::Ok().json(release_body(&app, *number).await?))
}

/// Stop a release on its way
#[utoipa::path(
    post, path = "/v1/releases/{number}/stop", tag = "Releases", params(("number" = i64, Path, description = "Its number")),
    request_body(content = ReasonBody, example = json!({"reason": "Wait for the new photographs"})),
    responses(
        (status = 200, description = "The release", body = ReleaseBody, example = json!({"number": 4, "state": "stopped"})),
        (status = 409, description = "It is not on its way", body = ErrorBody)
    )
)]
pub async fn stop(
    app: Shared,
    request: HttpRequest,
    number: web::Path<ReleaseNumber>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let (person, ReasonBody { reason }) = signed_in_with(&app, &request, payload, Power::Approve).await?;
    app.stop(*number, &person.name, &reason).await?;
    Ok(HttpResponse::Ok().json(release_body(&app, *number).await?))
}

/// Move a release one stage on
#[utoipa::path(
    post, path = "/v1/releases/{number}/advance", tag = "Releases", params(("number" = i64, Path, description = "Its number")),
    request_body(content = ReasonBody, example = json!({"reason": "Nothing changed for the worse"})),
    responses(
        (status = 200, description = "The release", body = ReleaseBody, example = json!({"number": 4, "state": "full", "share": 1.0})),
        (status = 409, description = "It is not on its way", body = ErrorBody)
    )
)]
pub async fn advance(
    app: Shared,
    request: HttpRequest,
    number: web::Path<ReleaseNumber>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let (person, ReasonBody { reason }) = signed_in_with(&app, &request, payload, Power::Approve).await?;
    app.advance(*number, &person.name, &reason, None).await?;
    Ok(HttpResponse::Ok().json(release_body(&app, *number).await?))
}
