//! Experiments: their plans and lives, and what is reported of them.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use vitrine_experiments::analysis::{self, Head, Portfolio};
use vitrine_experiments::design::{Choice, Design, Stage};
use vitrine_experiments::document;
use vitrine_experiments::evidence::Evidence;
use vitrine_experiments::planner::{PlanAnswer, PlanQuestion};
use vitrine_experiments::report::{Call, Decision, Report};

use super::{Shared, json as parsed, query, signed_in_with, timed};
use crate::app::App;
use crate::error::{ApiError, Code, ErrorBody};
use crate::experiments::lifecycle::Move;
use crate::experiments::reports::WAREHOUSE_CELL;
use crate::experiments::{ExperimentDocument, LogLine, of_variant};
use crate::identity::{Person, Power, person};
use crate::store::{Named, Record};
use crate::tally::Example;

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

/// The days whose reports were kept.
#[derive(Serialize, ToSchema)]
pub struct KeptReports {
    /// Oldest first.
    days: Vec<KeptReport>,
}

/// A kept report in a list.
#[derive(Serialize, ToSchema)]
pub struct KeptReport {
    /// The day, UTC.
    day: String,
    /// When it was kept last, ms since 1970 UTC.
    at_ms: i64,
    /// The call of that day.
    call: Call,
    /// Its sentence.
    sentence: String,
}

/// Which state of a report.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReportParams {
    /// As it was at the end of this day; now where none is named.
    #[param(example = "2026-12-01")]
    day: Option<String>,
}

/// Products whose main picture differs between variants.
#[derive(Serialize, ToSchema)]
pub struct ChangedPictures {
    /// For each treatment.
    treatments: Vec<ChangedOfTreatment>,
}

/// What a treatment's rules change.
#[derive(Serialize, ToSchema)]
pub struct ChangedOfTreatment {
    /// The treatment.
    variant: String,
    /// Products that both rules have judged.
    products: u64,
    /// Products with another main picture.
    main_changed: u64,
    /// Products left without one.
    newly_empty: u64,
    /// Some of them.
    examples: Vec<Example>,
}

/// What was measured of a rule.
#[derive(Serialize, ToSchema)]
pub struct RuleMeasured {
    /// Experiments whose variants differ in it, the latest first; empty = not measured yet.
    effects: Vec<RuleInExperiment>,
}

/// A rule's part in an experiment.
#[derive(Serialize, ToSchema)]
pub struct RuleInExperiment {
    /// The experiment.
    experiment: String,
    /// As people call it.
    title: String,
    /// Simulated data, and what of.
    simulated: Option<String>,
    /// The treatment in which it acts differently.
    treatment: String,
    /// Its part of the effect, in proportion to how much its firings differ: an attribution, not a measurement.
    effect_share: f64,
    /// What the experiment says of all rules that differ together, and what has to be said about reading it for one.
    sentence: String,
    /// The day it was said, UTC.
    day: String,
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
    Ok(ExperimentBody {
        id,
        revision,
        stage: document.stage,
        share: document.share,
        faults: document.design.faults(),
        warnings: document.design.warnings(),
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
        holdout: false,
    };
    match report {
        Some(report) => planned.with(report),
        None => planned,
    }
}

/// The report asked for: of this moment, or of a day.
async fn report_of(app: &Arc<App>, id: &str, day: Option<&str>) -> Result<Report, ApiError> {
    let Some(day) = day else { return app.report_now(id).await };
    app.experiment(id).await?;
    let kept = app.store.kept_reports::<Report>(&app.config.tenant, id, Some(day)).await?.pop();
    kept.map(|(_, _, report)| report).ok_or_else(|| ApiError::new(Code::ReportUnknown, format!("no report of `{day}` was kept")))
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
            let report = if named.document.started_ms.is_some() { Some(app.report_of(&named).await?) } else { None };
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

/// Read a report
#[utoipa::path(
    get, path = "/v1/experiments/{id}/report", tag = "Experiments", params(("id" = String, Path, description = "The experiment"), ReportParams),
    responses((status = 200, description = "Everything that can be said of it", body = Report, example = json!({"experiment": "whiter-backgrounds", "verdict": {"call": "wait", "sentence": "…"}})),
        (status = 404, description = "No such experiment, or no report of that day", body = ErrorBody))
)]
pub async fn report(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let ReportParams { day } = query(&request)?;
    Ok(HttpResponse::Ok().json(timed(&app, report_of(&app, &id, day.as_deref())).await?))
}

/// List the days whose reports were kept
#[utoipa::path(
    get, path = "/v1/experiments/{id}/reports", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    responses((status = 200, description = "The days, oldest first", body = inline(KeptReports), example = json!({"days": [{"day": "2026-12-01", "at_ms": 1796169599000_i64, "call": "wait", "sentence": "…"}]})))
)]
pub async fn reports(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let kept = timed(&app, async { Ok(app.store.kept_reports::<Report>(&app.config.tenant, &id, None).await?) }).await?;
    let kept = kept.into_iter().map(|(day, at_ms, report)| KeptReport {
        day,
        at_ms,
        call: report.verdict.call,
        sentence: report.verdict.sentence,
    });
    Ok(HttpResponse::Ok().json(KeptReports { days: kept.collect() }))
}

/// Download a report
///
/// As `pdf`, `html` (self-contained), `csv` (a row for every number) or `json`: the same numbers in each.
#[utoipa::path(
    get, path = "/v1/experiments/{id}/report.{format}", tag = "Experiments",
    params(("id" = String, Path, description = "The experiment"), ("format" = String, Path, description = "`pdf`, `html`, `csv` or `json`"), ReportParams),
    responses((status = 200, description = "The file", body = String, content_type = "application/octet-stream", example = json!("variant,metric,…")),
        (status = 404, description = "No such experiment, day or format", body = ErrorBody))
)]
pub async fn file(app: Shared, request: HttpRequest, path: web::Path<(String, String)>) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let ReportParams { day } = query(&request)?;
    let (id, format) = path.into_inner();
    let report = timed(&app, report_of(&app, &id, day.as_deref())).await?;
    let name = format!("{id}-{}.{format}", day.unwrap_or_else(|| crate::selection::today().to_string()));
    let made = tokio::task::spawn_blocking(move || made(&report, &format)).await;
    let (kind, bytes) = made.map_err(|_| ApiError::new(Code::Internal, "making the file broke off"))??;
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).insert_header((CONTENT_DISPOSITION, disposition)).body(bytes))
}

fn made(report: &Report, format: &str) -> Result<(&'static str, Vec<u8>), ApiError> {
    let broken = |error: String| ApiError::new(Code::Internal, format!("the report cannot be written: {error}"));
    match format {
        "json" => Ok(("application/json", serde_json::to_vec_pretty(report).map_err(|error| broken(error.to_string()))?)),
        "csv" => Ok(("text/csv; charset=utf-8", document::csv(report).into_bytes())),
        "html" => Ok(("text/html; charset=utf-8", document::html(report).into_bytes())),
        "pdf" => Ok(("application/pdf", document::pdf(report).map_err(|error| broken(error.to_string()))?)),
        other => Err(ApiError::new(Code::RouteUnknown, format!("a report comes as `pdf`, `html`, `csv` or `json`, not as `{other}`"))),
    }
}

/// See which pictures change
#[utoipa::path(
    get, path = "/v1/experiments/{id}/pictures", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    responses((status = 200, description = "What each treatment's rules change on the products seen", body = inline(ChangedPictures), example = json!({"treatments": [
        {"variant": "stricter", "products": 120, "main_changed": 14, "newly_empty": 0, "examples": []}]})))
)]
pub async fn pictures(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let found = async {
        let named = app.experiment(&id).await?;
        let mut treatments = Vec::new();
        for variant in named.document.design.variants.iter().skip(1) {
            let tally = app.tally(&of_variant(&named.id, &variant.name)).await?;
            treatments.push(ChangedOfTreatment {
                variant: variant.name.clone(),
                products: tally.products,
                main_changed: tally.main_changed,
                newly_empty: tally.newly_empty,
                examples: tally.examples,
            });
        }
        Ok(ChangedPictures { treatments })
    };
    Ok(HttpResponse::Ok().json(timed(&app, found).await?))
}

/// Hand in sums from a warehouse
///
/// For an experiment whose events stay where they are: centred moments by variant, day and segment, as the queries that come with
/// Vitrine make them. They take the place of what was handed in before; an experiment counts either these or its events.
#[utoipa::path(
    post, path = "/v1/experiments/{id}/summaries", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    request_body(content = Evidence),
    responses((status = 200, description = "The report that follows", body = Report, example = json!({"experiment": "whiter-backgrounds"})),
        (status = 422, description = "They do not fit the plan", body = ErrorBody))
)]
pub async fn summaries(app: Shared, request: HttpRequest, id: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, summed) = timed(&app, signed_in_with::<Evidence>(&app, &request, payload, Power::Edit)).await?;
    let report = async {
        let mut change = app.store.begin(&app.config.tenant).await?;
        let named: Option<Named<ExperimentDocument>> = change.experiment(&id).await?;
        let named = named.ok_or_else(|| crate::experiments::lifecycle::unknown(&id))?;
        let mut document = named.document;
        if !matches!(document.stage, Stage::Running | Stage::Stopped) {
            return Err(ApiError::new(
                Code::NotNow,
                format!("experiment `{id}` is `{}`: sums are taken while it runs or is stopped", document.stage.as_str()),
            ));
        }
        fits(&document.design, &summed)?;
        change.put_experiment_cell(&id, WAREHOUSE_CELL, &summed).await?;
        if !document.from_warehouse {
            document.from_warehouse = true;
            change.put_experiment(&id, document.stage.as_str(), &document).await?;
        }
        let units: Vec<u64> = summed.total.iter().map(|cell| cell.units).collect();
        let subject = format!("experiment:{id}");
        let record = Record {
            actor: person.name.clone(),
            action: "experiment.summed".into(),
            subject,
            reason: String::new(),
            detail: json!({ "units": units }),
        };
        change.commit(&[record]).await?;
        app.follow_experiments().await?;
        app.report_now(&id).await
    };
    Ok(HttpResponse::Ok().json(timed(&app, report).await?))
}

/// Whether sums are of this plan.
fn fits(design: &Design, summed: &Evidence) -> Result<(), ApiError> {
    let variants = design.variants.len();
    let cells = std::iter::once(("total", &summed.total))
        .chain(summed.days.iter().map(|day| (day.day.as_str(), &day.cells)))
        .chain(summed.segments.iter().map(|segment| (segment.value.as_str(), &segment.cells)));
    for (place, cells) in cells {
        let wrong = |message: String| Err(ApiError::new(Code::RequestInvalid, format!("`{place}`: {message}")));
        if cells.len() != variants {
            return wrong(format!("{} cells for {variants} variants", cells.len()));
        }
        for (name, summary) in cells.iter().flat_map(|cell| &cell.metrics) {
            if design.metric(name).is_none() {
                return wrong(format!("`{name}` is no metric of the plan"));
            }
            if !summary.moments.is_finite() {
                return wrong(format!("the sums of `{name}` are not finite"));
            }
        }
    }
    Ok(())
}

/// See what was measured of a rule
///
/// From experiments whose variants' rules differ in how often it acts. An experiment measures all that differs together; a rule's part is
/// an attribution in proportion to its firings.
#[utoipa::path(
    get, path = "/v1/rules/one/{rule}/effect", tag = "Experiments", params(("rule" = String, Path, description = "The rule")),
    responses((status = 200, description = "What was measured; `effects` is empty where nothing was", body = inline(RuleMeasured), example = json!({"effects": []})))
)]
pub async fn of_rule(app: Shared, request: HttpRequest, rule: web::Path<String>) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let found = async {
        let mut effects = Vec::new();
        for named in app.store.experiments::<ExperimentDocument>(&app.config.tenant, None).await? {
            if named.document.started_ms.is_none() {
                continue;
            }
            let report = app.report_of(&named).await?;
            let day = jiff::Timestamp::from_millisecond(report.as_of_ms).map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
            let day = day.unwrap_or_default();
            effects.extend(report.rules.iter().filter(|part| part.rule == *rule).map(|part| RuleInExperiment {
                experiment: named.id.clone(),
                title: named.document.design.title.clone(),
                simulated: report.simulated.clone(),
                treatment: part.treatment.clone(),
                effect_share: part.effect_share,
                sentence: format!("{} {}", report.verdict.sentence, part.caution),
                day: day.clone(),
            }));
        }
        Ok(RuleMeasured { effects })
    };
    Ok(HttpResponse::Ok().json(timed(&app, found).await?))
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
