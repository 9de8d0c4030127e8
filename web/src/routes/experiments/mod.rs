//! Experiments: their plans and lives. What is reported of them, what a warehouse hands in and what was explored have files of their own.

pub mod off_policy;
pub mod reports;
pub mod warehouse;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vitrine_experiments::analysis::{self, Head, Portfolio};
use vitrine_experiments::design::{Choice, Design, Stage};
use vitrine_experiments::planner::{PlanAnswer, PlanQuestion};
use vitrine_experiments::report::{Decision, Report};

use super::{Shared, json as parsed, query, signed_in_with, timed};
use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::experiments::lifecycle::Move;
use crate::experiments::{ExperimentDocument, LogLine};
use crate::identity::{Person, Power, person};
use crate::store::Named;

/// All experiments.
#[derive(Serialize, ToSchema)]
pub struct ExperimentsBody {
    /// The latest changed first.
    experiments: Vec<Head>,
    /// What they brought together.
    portfolio: Portfolio,
}

/// A new experiment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExperiment {
    /// Its id: 1 to 60 lower-case letters, digits, `-` and `_`. It is the salt of the split.
    id: String,
    /// The plan; it may have faults until it is submitted.
    design: Design,
    /// Share of the traffic that it starts with; the plan's where none is named.
    #[serde(default)]
    share: Option<f64>,
}

/// A changed plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DesignChange {
    /// The revision that was seen.
    revision: i64,
    /// The whole plan.
    design: Design,
    /// Share of the traffic that it starts with; the plan's where none is named.
    #[serde(default)]
    share: Option<f64>,
}

/// A step of an experiment's life.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveBody {
    /// The revision that was seen.
    revision: i64,
    /// Where to: `review` (submit), `draft` (send back), `running` (start), `stopped`, `decided`.
    to: Stage,
    /// Why.
    #[serde(default)]
    reason: String,
    /// What is decided, with `decided`.
    #[serde(default)]
    choice: Option<Choice>,
}

/// More of the traffic.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareBody {
    /// The revision that was seen.
    revision: i64,
    /// The new share: more than now, at most as planned.
    share: f64,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// An experiment with all that a person needs to see of it.
#[derive(Serialize, ToSchema)]
pub struct ExperimentBody {
    /// Its id.
    id: String,
    /// Counts up with every change.
    revision: i64,
    /// Where it stands.
    stage: Stage,
    /// The plan.
    design: Design,
    /// Share of the traffic that takes part now.
    share: f64,
    /// What is wrong with the plan.
    faults: Vec<String>,
    /// What is likely to go wrong.
    warnings: Vec<String>,
    /// Who began it.
    created_by: String,
    /// When, ms since 1970 UTC.
    created_ms: i64,
    /// When it started.
    started_ms: Option<i64>,
    /// When it was stopped.
    stopped_ms: Option<i64>,
    /// Simulated data, and what of.
    simulated: Option<String>,
    /// What was decided.
    decision: Option<Decision>,
    /// What happened to it, oldest first.
    log: Vec<LogLine>,
    /// What whoever asks may do now: `edit`, `submit`, `withdraw`, `start`, `stop`, `decide`, `ramp`.
    may: Vec<String>,
}

/// What traffic there is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TrafficParams {
    /// Days to look back, 1 to 35; 14 where none is named.
    days: Option<u32>,
}

/// What traffic there is.
#[derive(Serialize, ToSchema)]
pub struct TrafficBody {
    /// Days looked back.
    days: u32,
    /// Outcomes seen, by name.
    outcomes: Vec<OutcomeTraffic>,
    /// Units a day with any outcome: at least so many come.
    units_per_day: f64,
}

/// How often an outcome happens.
#[derive(Serialize, ToSchema)]
pub struct OutcomeTraffic {
    /// Its name.
    name: String,
    /// How often.
    events: i64,
    /// Of how many units.
    units: i64,
}

fn may(document: &ExperimentDocument, person: &Person) -> Vec<String> {
    let (edits, approves) = (person.role.may(Power::Edit), person.role.may(Power::Approve));
    let is_other = document.submitted_by.as_deref() != Some(person.name.as_str());
    let ways: &[(&str, bool)] = match document.stage {
        Stage::Draft => &[("edit", edits), ("submit", edits)],
        Stage::Review => &[("withdraw", edits), ("start", approves && is_other)],
        Stage::Running => &[("stop", approves), ("ramp", approves && document.share < document.design.share)],
        Stage::Stopped => &[("decide", approves)],
        Stage::Decided => &[],
    };
    ways.iter().filter(|(_, may)| *may).map(|(way, _)| (*way).to_owned()).collect()
}

async fn experiment_body(app: &App, id: &str, person: &Person) -> Result<ExperimentBody, ApiError> {
    let Named { id, revision, document, .. } = app.experiment(id).await?;
    let mut warnings = document.design.warnings();
    warnings.extend(app.interference(&document.design).await?);
    Ok(ExperimentBody {
        id,
        revision,
        stage: document.stage,
        share: document.share,
        faults: document.design.faults(),
        warnings,
        may: may(&document, person),
        design: document.design,
        created_by: document.created_by,
        created_ms: document.created_ms,
        started_ms: document.started_ms,
        stopped_ms: document.stopped_ms,
        simulated: document.simulated,
        decision: document.decision,
        log: document.log,
    })
}

fn head(named: &Named<ExperimentDocument>, report: Option<&Report>) -> Head {
    let (document, design) = (&named.document, &named.document.design);
    let planned = Head {
        id: named.id.clone(),
        title: design.title.clone(),
        owner: design.owner.clone(),
        stage: document.stage,
        unit: design.unit,
        scope: design.scope.clone(),
        share: document.share,
        started_ms: document.started_ms,
        stopped_ms: document.stopped_ms,
        planned_days: design.planned_days,
        simulated: document.simulated.clone(),
        call: None,
        sentence: None,
        primary_title: design.metric(&design.primary).map_or_else(|| design.primary.clone(), |metric| metric.title.clone()),
        lift: None,
        lift_error: None,
        choice: document.decision.as_ref().map(|decision| decision.choice),
        holdout: design.is_holdout(),
    };
    match report {
        Some(report) => planned.with(report),
        None => planned,
    }
}

/// List experiments
#[utoipa::path(
    get, path = "/v1/experiments", tag = "Experiments",
    responses((status = 200, description = "The experiments, the latest changed first, and what they brought together", body = inline(ExperimentsBody), example = json!({"experiments": [], "portfolio": {}})),
        (status = 401, description = "Nobody has signed in", body = ErrorBody))
)]
pub async fn list(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let all = async {
        let mut heads = Vec::new();
        for named in app.store.experiments::<ExperimentDocument>(&app.config.tenant, None).await? {
            let report = if named.document.started_ms.is_some() { Some(app.latest_report(&named).await?) } else { None };
            heads.push(head(&named, report.as_ref()));
        }
        let portfolio = analysis::portfolio(&heads);
        Ok(ExperimentsBody { experiments: heads, portfolio })
    };
    Ok(HttpResponse::Ok().json(timed(&app, all).await?))
}

/// Begin an experiment
#[utoipa::path(
    post, path = "/v1/experiments", tag = "Experiments", request_body(content = inline(NewExperiment)),
    responses((status = 200, description = "The draft", body = inline(ExperimentBody), example = json!({"id": "whiter-backgrounds", "revision": 1, "stage": "draft"})),
        (status = 409, description = "There is such an experiment already", body = ErrorBody))
)]
pub async fn begin(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, NewExperiment { id, design, share }) = timed(&app, signed_in_with(&app, &request, payload, Power::Edit)).await?;
    timed(&app, app.begin_experiment(&id, design, share, &person)).await?;
    Ok(HttpResponse::Ok().json(timed(&app, experiment_body(&app, &id, &person)).await?))
}

/// Look up an experiment
#[utoipa::path(
    get, path = "/v1/experiments/{id}", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    responses((status = 200, description = "The experiment", body = inline(ExperimentBody), example = json!({"id": "whiter-backgrounds", "revision": 3, "stage": "running"})),
        (status = 404, description = "There is none", body = ErrorBody))
)]
pub async fn get(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let person = timed(&app, person(&app, &request, Power::View)).await?;
    Ok(HttpResponse::Ok().json(timed(&app, experiment_body(&app, &id, &person)).await?))
}

/// Change the plan of a draft
#[utoipa::path(
    put, path = "/v1/experiments/{id}", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    request_body(content = inline(DesignChange)),
    responses((status = 200, description = "The draft as it is now", body = inline(ExperimentBody), example = json!({"id": "whiter-backgrounds", "revision": 2, "stage": "draft"})),
        (status = 409, description = "Somebody else was faster, or it has started", body = ErrorBody))
)]
pub async fn change(app: Shared, request: HttpRequest, id: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, DesignChange { revision, design, share }) = timed(&app, signed_in_with(&app, &request, payload, Power::Edit)).await?;
    timed(&app, app.edit_experiment(&id, revision, design, share, &person)).await?;
    Ok(HttpResponse::Ok().json(timed(&app, experiment_body(&app, &id, &person)).await?))
}

/// Move an experiment on
///
/// Submitting and sending back are for editors; starting, stopping and deciding for approvers, and who submitted does not start.
#[utoipa::path(
    post, path = "/v1/experiments/{id}/moves", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    request_body(content = inline(MoveBody)),
    responses((status = 200, description = "The experiment as it is now", body = inline(ExperimentBody), example = json!({"id": "whiter-backgrounds", "revision": 4, "stage": "stopped"})),
        (status = 409, description = "Not from where it stands", body = ErrorBody), (status = 422, description = "The plan has faults", body = ErrorBody))
)]
pub async fn moves(app: Shared, request: HttpRequest, id: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, MoveBody { revision, to, reason, choice }) = timed(&app, signed_in_with(&app, &request, payload, Power::Edit)).await?;
    if matches!(to, Stage::Running | Stage::Stopped | Stage::Decided) {
        timed(&app, crate::identity::person(&app, &request, Power::Approve)).await?;
    }
    timed(&app, app.move_experiment(&id, Move { revision, to, reason, choice }, &person)).await?;
    Ok(HttpResponse::Ok().json(timed(&app, experiment_body(&app, &id, &person)).await?))
}

/// Let more of the traffic take part
#[utoipa::path(
    post, path = "/v1/experiments/{id}/share", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    request_body(content = inline(ShareBody)),
    responses((status = 200, description = "The experiment as it is now", body = inline(ExperimentBody), example = json!({"id": "whiter-backgrounds", "revision": 4, "share": 0.5})),
        (status = 409, description = "It does not run", body = ErrorBody))
)]
pub async fn share(app: Shared, request: HttpRequest, id: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, ShareBody { revision, share, reason }) = timed(&app, signed_in_with(&app, &request, payload, Power::Approve)).await?;
    timed(&app, app.ramp_experiment(&id, revision, share, &reason, &person)).await?;
    Ok(HttpResponse::Ok().json(timed(&app, experiment_body(&app, &id, &person)).await?))
}

/// Plan an experiment
///
/// Units, days and the smallest effect that can be found, for looking once and for looking at any time; products against visitors as
/// what is randomised.
#[utoipa::path(
    post, path = "/v1/experiments/plan", tag = "Experiments", request_body(content = PlanQuestion),
    responses((status = 200, description = "The plan", body = PlanAnswer, example = json!({})), (status = 422, description = "It cannot be planned", body = ErrorBody))
)]
pub async fn plan(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let bytes = super::body(&app, payload).await?;
    let question: PlanQuestion = parsed(&bytes)?;
    let planned = vitrine_experiments::planner::plan(&question);
    Ok(HttpResponse::Ok().json(planned))
}

/// See what traffic there is
#[utoipa::path(
    get, path = "/v1/experiments/traffic", tag = "Experiments", params(TrafficParams),
    responses((status = 200, description = "Outcomes of the last days", body = inline(TrafficBody), example = json!({"days": 14, "outcomes": [{"name": "purchase", "events": 5210, "units": 4801}], "units_per_day": 343.0})))
)]
pub async fn traffic(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let TrafficParams { days } = query(&request)?;
    let days = days.unwrap_or(14).clamp(1, 35);
    let since = jiff::Timestamp::now().as_millisecond() - i64::from(days) * vitrine_experiments::ledger::DAY_MS;
    let names = timed(&app, async { Ok(app.store.outcome_names(&app.config.tenant, since).await?) }).await?;
    // Exposures have no name; their units are those that could take part.
    let units = names.iter().map(|(_, _, units)| *units).max().unwrap_or_default();
    let outcomes = names.into_iter().filter(|(name, ..)| !name.is_empty() && !name.contains(':'));
    let outcomes = outcomes.map(|(name, events, units)| OutcomeTraffic { name, events, units }).collect();
    Ok(HttpResponse::Ok().json(TrafficBody { days, outcomes, units_per_day: units as f64 / f64::from(days) }))
}
