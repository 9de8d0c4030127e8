//! `GET /v1/rules…` and `POST /v1/rules/check`.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vitrine_engine::{RuleId, RuleSetVersion};
use vitrine_rules::{Diagnostic, PackSource, Role, RuleSet, Scope, check as check_packs, parse};

use super::{Shared, body, json_text, query, timed};
use crate::error::{ApiError, Code, ErrorBody};
use crate::selection::today;

/// Which rules.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ScopeParams {
    /// `amazon`; the house pack where none is named.
    #[param(example = "amazon")]
    marketplace: Option<String>,
    /// Country or region.
    #[param(example = "US")]
    region: Option<String>,
    /// Category path.
    #[param(example = "apparel/adult")]
    category: Option<String>,
    /// `main`, `gallery` or `swatch`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "main")]
    role: Role,
    /// The day; today where none is named.
    #[param(value_type = Option<String>, example = "2027-02-01")]
    date: Option<Date>,
}

/// A rule set in force.
#[derive(Serialize, ToSchema)]
pub struct RulesBody<'a> {
    /// Its version: the hash of everything that can change a verdict.
    #[schema(value_type = String)]
    version: &'a RuleSetVersion,
    /// The rules of the scope, with the packs' own words.
    #[schema(value_type = Object)]
    rule_set: &'a RuleSet,
    /// Rules whose signals nobody can measure yet.
    #[schema(value_type = Vec<String>)]
    not_measurable: &'a [RuleId],
    /// What a person should look at.
    #[schema(value_type = Vec<Object>)]
    warnings: &'a [Diagnostic],
}

/// A pack in short.
#[derive(Serialize, ToSchema)]
pub struct PackBody<'a> {
    /// Unique name.
    id: &'a str,
    /// For people.
    title: &'a str,
    /// The marketplace it answers for.
    marketplace: &'a str,
    /// Its regions; empty = everywhere.
    regions: &'a [String],
    /// Who answers for it.
    owner: &'a str,
    /// How many rules it has.
    rules: usize,
}

/// The packs in force.
#[derive(Serialize, ToSchema)]
pub struct PacksBody<'a> {
    /// In the order of their names.
    packs: Vec<PackBody<'a>>,
}

/// What checking found.
#[derive(Serialize, ToSchema)]
pub struct CheckBody {
    /// Whether the pack can be used.
    ok: bool,
    /// All findings with line, column and what to do.
    #[schema(value_type = Vec<Object>)]
    findings: Vec<Diagnostic>,
}

/// The rules in force for a scope
#[utoipa::path(
    get, path = "/v1/rules", tag = "Rules", params(ScopeParams),
    responses(
        (status = 200, description = "The rule set", body = inline(RulesBody), example = json!({
            "version": "5f0c…", "rule_set": {"version": "5f0c…", "scope": {"marketplace": "amazon", "region": "US", "category": null, "role": "main", "date": "2027-02-01"}, "rules": []},
            "not_measurable": ["amazon-us.no-props"], "warnings": []
        })),
        (status = 422, description = "No rule set can be made, and why", body = ErrorBody)
    )
)]
pub async fn resolved(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let ScopeParams { marketplace, region, category, role, date } = query(&request)?;
    let scope = Scope { marketplace, region, category, role, date: date.unwrap_or_else(today) };
    let judging = std::sync::Arc::clone(&app);
    let compiled = web::block(move || judging.judge.rules(&judging.live.now().stable.1.packs, &scope)).await;
    let compiled = compiled.map_err(|_| ApiError::new(Code::Internal, "resolving the rules broke off"))?;
    let rules = compiled.map_err(|findings| ApiError::rules(&findings))?;
    Ok(HttpResponse::Ok().json(RulesBody {
        version: rules.version(),
        rule_set: rules.rule_set(),
        not_measurable: rules.not_measurable(),
        warnings: rules.warnings(),
    }))
}

/// List the packs
#[utoipa::path(
    get, path = "/v1/rules/packs", tag = "Rules",
    responses((status = 200, description = "The packs", body = inline(PacksBody), example = json!({"packs": [
        {"id": "amazon-us", "title": "Amazon US", "marketplace": "amazon", "regions": ["US"], "owner": "marketplace-policy", "rules": 31}
    ]})))
)]
pub async fn packs(app: Shared) -> HttpResponse {
    let live = app.live.now();
    let packs = live.stable.1.packs.packs().iter().map(|pack| PackBody {
        id: &pack.id,
        title: &pack.title,
        marketplace: &pack.marketplace,
        regions: &pack.regions,
        owner: &pack.owner,
        rules: pack.rules.len(),
    });
    HttpResponse::Ok().json(PacksBody { packs: packs.collect() })
}

/// Check a pack before it can run
///
/// The pack's YAML as the body. Every finding at once, with line, column and what to do; nothing is stored.
#[utoipa::path(
    post, path = "/v1/rules/check", tag = "Rules",
    request_body(content = String, content_type = "application/yaml", example = "pack: my-shop\ntitle: My shop\nmarketplace: my-shop\nowner: me\nrules: []\n"),
    responses(
        (status = 200, description = "The findings", body = inline(CheckBody), example = json!({"ok": false, "findings": [
            {"code": "unknown-signal", "severity": "error", "message": "unknown signal `sharpnes`", "help": "did you mean `sharpness`?", "file": "request", "line": 9, "column": 14, "rule": "my-shop.sharp"}
        ]})),
        (status = 400, description = "The body is not text", body = ErrorBody)
    )
)]
pub async fn check(app: Shared, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let bytes = body(&app, payload).await?;
    let text = String::from_utf8(bytes.into()).map_err(|_| ApiError::new(Code::BodyInvalid, "the body is not UTF-8 text"))?;
    let checking = std::sync::Arc::clone(&app);
    let checked = app.gate.run(move || {
        let (packs, mut findings) = parse(&[PackSource { name: "request".into(), text }]);
        findings.extend(check_packs(&packs, checking.judge.catalog()));
        findings.sort_by(Diagnostic::order);
        findings.dedup();
        findings
    });
    let findings = timed(&app, checked).await?;
    Ok(HttpResponse::Ok().json(CheckBody { ok: !findings.iter().any(Diagnostic::is_error), findings }))
}

/// A stored rule set by its version
#[utoipa::path(
    get, path = "/v1/rules/{version}", tag = "Rules",
    params(("version" = String, Path, description = "The `rule_set` of an answer")),
    responses(
        (status = 200, description = "The rule set as it was used", content_type = "application/json", body = Object, example = json!({"version": "5f0c…", "scope": {}, "rules": []})),
        (status = 404, description = "No decision was made by such a rule set", body = ErrorBody)
    )
)]
pub async fn version(app: Shared, version: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let version = RuleSetVersion::new(version.into_inner());
    let found = timed(&app, async { Ok(app.store.rule_set(&app.config.tenant, &version).await?) }).await?;
    found.map(json_text).ok_or_else(|| ApiError::new(Code::RuleSetUnknown, "no decision was made by a rule set of this version"))
}
