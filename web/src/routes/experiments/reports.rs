//! What is reported of experiments: the report of a moment or a day, as data and as files, and the pictures behind it.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vitrine_experiments::document::{self, Changed};
use vitrine_experiments::report::{Call, Report};

use crate::apart::apart;
use crate::app::App;
use crate::error::{ApiError, Code, ErrorBody};
use crate::experiments::{ExperimentDocument, of_variant, table};
use crate::identity::{Power, person};
use crate::routes::{Shared, query, timed};
use crate::tally::Example;

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

/// What the list needs of a kept report.
#[derive(Deserialize)]
struct KeptVerdict {
    verdict: KeptCall,
}

#[derive(Deserialize)]
struct KeptCall {
    call: Call,
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

/// The report asked for: of this moment, or of a day.
async fn report_of(app: &Arc<App>, id: &str, day: Option<&str>) -> Result<Report, ApiError> {
    let Some(day) = day else { return app.report_now(id).await };
    app.experiment(id).await?;
    let kept = app.store.kept_reports::<Report>(&app.config.tenant, id, Some(day)).await?.pop();
    kept.map(|(_, _, report)| report).ok_or_else(|| ApiError::new(Code::ReportUnknown, format!("no report of `{day}` was kept")))
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
    let kept = timed(&app, async { Ok(app.store.kept_reports::<KeptVerdict>(&app.config.tenant, &id, None).await?) }).await?;
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
/// As `pdf`, `html` (self-contained), `csv` or `parquet` (a row for every number) or `json`: the same numbers in each.
#[utoipa::path(
    get, path = "/v1/experiments/{id}/report.{format}", tag = "Experiments",
    params(("id" = String, Path, description = "The experiment"), ("format" = String, Path, description = "`pdf`, `html`, `csv`, `parquet` or `json`"), ReportParams),
    responses((status = 200, description = "The file", body = String, content_type = "application/octet-stream", example = json!("variant,metric,…")),
        (status = 404, description = "No such experiment, day or format", body = ErrorBody))
)]
pub async fn file(app: Shared, request: HttpRequest, path: web::Path<(String, String)>) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let ReportParams { day } = query(&request)?;
    let (id, format) = path.into_inner();
    let report = timed(&app, report_of(&app, &id, day.as_deref())).await?;
    let name = format!("{id}-{}.{format}", day.unwrap_or_else(|| crate::selection::today().to_string()));
    let changed = match format.as_str() {
        "pdf" | "html" => timed(&app, async { app.changed_pictures(&app.experiment(&id).await?).await }).await?,
        _ => Vec::new(),
    };
    let (kind, bytes) = apart("making the file", move || made(&report, &changed, &format)).await??;
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).insert_header((CONTENT_DISPOSITION, disposition)).body(bytes))
}

fn made(report: &Report, changed: &[Changed], format: &str) -> Result<(&'static str, Vec<u8>), ApiError> {
    let broken = |error: String| ApiError::new(Code::Internal, format!("the report cannot be written: {error}"));
    match format {
        "json" => Ok(("application/json", serde_json::to_vec_pretty(report).map_err(|error| broken(error.to_string()))?)),
        "csv" => Ok(("text/csv; charset=utf-8", document::csv(report).into_bytes())),
        "parquet" => Ok(("application/vnd.apache.parquet", table::parquet(report).map_err(|error| broken(error.to_string()))?)),
        "html" => Ok(("text/html; charset=utf-8", document::html(report, changed).into_bytes())),
        "pdf" => Ok(("application/pdf", document::pdf(report, changed).map_err(|error| broken(error.to_string()))?)),
        other => {
            Err(ApiError::new(Code::RouteUnknown, format!("a report comes as `pdf`, `html`, `csv`, `parquet` or `json`, not as `{other}`")))
        }
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
            let report = app.latest_report(&named).await?;
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
