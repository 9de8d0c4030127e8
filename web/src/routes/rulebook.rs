//! The rules for people: every rule in short, the rules of a scope in plain sentences, one rule with all there is to know of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};
use vitrine_engine::{Action, CatalogEntry, Enforcement, RuleId, Severity};
use vitrine_rules::{
    CategoryPath, Explanation, FieldFinding, Grade, PackSet, Role, Rule, Scope, coverage, default_cases, explain, field_findings,
    parse_cases, sentence_of,
};

use super::{Shared, query, timed};
use crate::app::App;
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::{Power, person};
use crate::live::DraftId;
use crate::selection::today;
use crate::store::Numbered;
use crate::studio::ReleaseDocument;

/// Every rule in short.
#[derive(Serialize, ToSchema)]
pub struct IndexBody {
    /// The release in force.
    release: i64,
    /// By pack and then as written.
    rules: Vec<RuleHead>,
}

/// A rule in short.
#[derive(Serialize, ToSchema)]
pub struct RuleHead {
    /// Its id.
    #[schema(value_type = String)]
    rule: RuleId,
    /// One line for people.
    title: String,
    /// The pack it stands in.
    pack: String,
    /// Whose rule it is.
    marketplace: String,
    /// Where it holds; empty = everywhere.
    regions: Vec<String>,
    /// For which categories; empty = all.
    #[schema(value_type = Vec<String>)]
    categories: Vec<CategoryPath>,
    /// For which places.
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
    /// What it asks for.
    #[schema(value_type = Object)]
    action: Action,
    /// Whether it acts; `None` where it is disabled.
    #[schema(value_type = Option<String>)]
    enforcement: Option<Enforcement>,
    /// How well it is evidenced.
    #[schema(value_type = String)]
    grade: Grade,
    /// How bad, by its source's words.
    #[schema(value_type = String)]
    severity: Severity,
    /// In plain words.
    sentence: String,
    /// Where it comes from.
    source: String,
    /// When its source was read.
    #[schema(value_type = String)]
    checked: Date,
    /// First day it holds.
    #[schema(value_type = Option<String>)]
    effective_from: Option<Date>,
    /// Last day it holds.
    #[schema(value_type = Option<String>)]
    effective_to: Option<Date>,
}

/// Which rules.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExplainedParams {
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
    /// As this draft has them.
    #[param(example = 12)]
    draft: Option<DraftId>,
}

/// The rules of a scope in plain sentences.
#[derive(Serialize, ToSchema)]
pub struct ExplainedBody {
    /// The rules, by what becomes of them.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    explanation: Explanation,
    /// How often each fires over the catalogue were it offered there, by the release in force.
    #[schema(value_type = Object)]
    fires: BTreeMap<RuleId, Fires>,
}

/// How often a rule fires over the catalogue.
#[derive(Serialize, ToSchema)]
pub struct Fires {
    /// Pictures that it speaks of.
    pictures: u64,
    /// Of all pictures of the catalogue, 0..=1.
    share: f64,
}

/// As which draft.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OneParams {
    /// As this draft has it.
    #[param(example = 12)]
    draft: Option<DraftId>,
}

/// A rule with all there is to know of it.
#[derive(Serialize, ToSchema)]
pub struct OneBody {
    /// As the pack has it, with what the pack says for all its rules.
    #[schema(value_type = Object)]
    rule: Rule,
    /// The pack.
    pack: PackName,
    /// In plain words.
    sentence: String,
    /// Whether it acts; `None` where it is disabled.
    #[schema(value_type = Option<String>)]
    enforcement: Option<Enforcement>,
    /// Rules whose place it takes.
    #[schema(value_type = Vec<String>)]
    inherits: Vec<RuleId>,
    /// Rules that take its place where they hold too.
    #[schema(value_type = Vec<String>)]
    superseded_by: Vec<RuleId>,
    /// The signals that it reads.
    #[schema(value_type = Vec<Object>)]
    signals: Vec<CatalogEntry>,
    /// What is wrong with it, or wants a look.
    #[schema(value_type = Vec<Object>)]
    findings: Vec<FieldFinding>,
    /// How often it fires over the catalogue.
    fires: Fires,
    /// `not_measured`: no experiment has measured it yet.
    effect: &'static str,
    /// Releases that changed it, newest first.
    history: Vec<RuleHistory>,
    /// Its cases.
    cases: Cases,
}

/// A pack's names.
#[derive(Serialize, ToSchema)]
pub struct PackName {
    /// Unique.
    id: String,
    /// For people.
    title: String,
    /// The marketplace it answers for.
    marketplace: String,
}

/// A release that changed a rule.
#[derive(Serialize, ToSchema)]
pub struct RuleHistory {
    /// The release.
    release: i64,
    /// When it was published, ms since 1970 UTC.
    at_ms: i64,
    /// Who wrote it.
    author: String,
    /// Why.
    reason: String,
    /// What changed.
    #[schema(value_type = Object)]
    change: Json,
}

/// The cases of a rule.
#[derive(Default, Serialize, ToSchema)]
pub struct Cases {
    /// How many speak of it.
    count: usize,
    /// Whether some expect it to speak and some to keep silent.
    both_sides: bool,
    /// What no case shows, as sentences, the gravest first.
    missing: Vec<String>,
}

/// Every rule in short
#[utoipa::path(
    get, path = "/v1/rules/index", tag = "Rules",
    responses((status = 200, description = "The rules", body = inline(IndexBody), example = json!({"release": 1, "rules": [{
        "rule": "vitrine.longest-side", "title": "Large enough", "pack": "vitrine", "marketplace": "vitrine", "action": "suppress"}]})))
)]
pub async fn index(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let (live, reading) = (app.live.now(), Arc::clone(&app));
    let release = live.stable.0;
    let rules = web::block(move || {
        let packs = &live.stable.1.packs;
        let heads = packs.rules().map(|(pack, located)| {
            let rule = &located.rule;
            RuleHead {
                rule: rule.id.clone(),
                title: rule.title.clone(),
                pack: pack.id.clone(),
                marketplace: pack.marketplace.clone(),
                regions: rule.regions.clone(),
                categories: rule.categories.clone(),
                roles: rule.roles.clone(),
                action: rule.action.clone(),
                enforcement: rule.grade.enforcement(),
                grade: rule.grade,
                severity: rule.severity,
                sentence: sentence_of(pack, located, reading.judge.catalog()),
                source: rule.source.clone(),
                checked: rule.checked,
                effective_from: rule.effective_from,
                effective_to: rule.effective_to,
            }
        });
        heads.collect()
    });
    let rules = rules.await.map_err(|_| ApiError::new(Code::Internal, "reading the rules broke off"))?;
    Ok(HttpResponse::Ok().json(IndexBody { release, rules }))
}

/// The rules of a scope in plain sentences
#[utoipa::path(
    get, path = "/v1/rules/explained", tag = "Rules", params(ExplainedParams),
    responses(
        (status = 200, description = "The rules, by what becomes of them", body = inline(ExplainedBody), example = json!({"scope": {}, "acting": [], "fires": {}})),
        (status = 422, description = "No rule set can be made, and why", body = ErrorBody)
    )
)]
pub async fn explained(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let ExplainedParams { marketplace, region, category, role, date, draft } = query(&request)?;
    let scope = Scope { marketplace, region, category, role, date: date.unwrap_or_else(today) };
    let answer = async {
        let (packs, _) = packs_of(&app, draft).await?;
        let place = (scope.marketplace.clone(), scope.region.clone());
        let reading = Arc::clone(&app);
        let explained = web::block(move || explain(&packs, &scope, reading.judge.catalog())).await;
        let (explanation, findings) = explained.map_err(|_| ApiError::new(Code::Internal, "reading the rules broke off"))?;
        if findings.iter().any(|finding| finding.is_error() && finding.rule.is_none()) {
            return Err(ApiError::rules(&findings));
        }
        let census = app.census(place).await?;
        let statements = [&explanation.acting, &explanation.warning, &explanation.later].into_iter().flatten();
        let fires = statements.map(|statement| (statement.rule.clone(), fires(census.fires(&statement.rule)))).collect();
        Ok(HttpResponse::Ok().json(ExplainedBody { explanation, fires }))
    };
    timed(&app, answer).await
}

/// A rule with all there is to know of it
#[utoipa::path(
    get, path = "/v1/rules/one/{rule}", tag = "Rules", params(("rule" = String, Path, description = "Its id"), OneParams),
    responses(
        (status = 200, description = "The rule", body = inline(OneBody), example = json!({"rule": {"id": "vitrine.longest-side"}, "sentence": "…", "effect": "not_measured"})),
        (status = 404, description = "No such rule", body = ErrorBody)
    )
)]
pub async fn one(app: Shared, request: HttpRequest, rule: web::Path<String>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let OneParams { draft } = query(&request)?;
    let answer = async {
        let (packs, findings) = packs_of(&app, draft).await?;
        let unknown = || ApiError::new(Code::RuleUnknown, format!("there is no rule `{}`", rule.chars().take(100).collect::<String>()));
        let (pack, located) = packs.rule(&rule).ok_or_else(unknown)?;
        let id = located.rule.id.clone();
        let census = app.census((Some(pack.marketplace.clone()), pack.regions.first().cloned())).await?;
        let superseding = packs.rules().filter(|(_, other)| other.rule.supersedes.contains(&id));
        let read = signals_of(&packs, &located.rule, &app);
        let (covering, of, rule) = (Arc::clone(&app), Arc::clone(&packs), id.clone());
        let cases = web::block(move || cases_of(&of, &rule, &covering)).await;
        let cases = cases.map_err(|_| ApiError::new(Code::Internal, "reading the cases broke off"))?;
        Ok(HttpResponse::Ok().json(OneBody {
            rule: located.rule.clone(),
            pack: PackName { id: pack.id.clone(), title: pack.title.clone(), marketplace: pack.marketplace.clone() },
            sentence: sentence_of(pack, located, app.judge.catalog()),
            enforcement: located.rule.grade.enforcement(),
            inherits: located.rule.supersedes.clone(),
            superseded_by: superseding.map(|(_, other)| other.rule.id.clone()).collect(),
            signals: read,
            findings: findings.into_iter().filter(|finding| finding.finding.rule.as_ref() == Some(&id)).collect(),
            fires: fires(census.fires(&id)),
            effect: "not_measured",
            history: history_of(&app, &id).await?,
            cases,
        }))
    };
    timed(&app, answer).await
}

fn fires((pictures, share): (u64, f64)) -> Fires {
    Fires { pictures, share }
}

/// The packs in force, or a draft's, with what is wrong with them.
pub(super) async fn packs_of(app: &Arc<App>, draft: Option<DraftId>) -> Result<(Arc<PackSet>, Vec<FieldFinding>), ApiError> {
    let sources = match draft {
        Some(draft) => app.draft_sources(&app.draft(draft).await?.document).await?.1,
        None => app.live.now().stable.1.sources.clone(),
    };
    let reading = Arc::clone(app);
    let read = web::block(move || field_findings(&sources, reading.judge.catalog())).await;
    let (packs, findings) = read.map_err(|_| ApiError::new(Code::Internal, "reading the rules broke off"))?;
    Ok((Arc::new(packs), findings))
}

/// The signals that a rule reads, as the vocabulary describes them.
fn signals_of(packs: &PackSet, rule: &Rule, app: &App) -> Vec<CatalogEntry> {
    let catalog = app.judge.catalog();
    let names = vitrine_rules::signals_of(packs, rule.id.as_str(), catalog);
    names.iter().filter_map(|name| catalog.find(name.as_str())).cloned().collect()
}

async fn history_of(app: &App, rule: &RuleId) -> Result<Vec<RuleHistory>, ApiError> {
    let releases: Vec<Numbered<ReleaseDocument>> = app.store.releases(&app.config.tenant, None).await?;
    let changes = releases.into_iter().filter_map(|release| {
        let rules = release.document.diff?["rules"].take();
        let change = rules.as_array()?.iter().find(|change| change["rule"] == rule.as_str())?.clone();
        let ReleaseDocument { author, reason, .. } = release.document;
        Some(RuleHistory { release: release.number, at_ms: release.changed_ms, author, reason, change })
    });
    Ok(changes.collect())
}

/// What the cases that ship show of a rule.
fn cases_of(packs: &PackSet, rule: &RuleId, app: &App) -> Cases {
    let (cases, _) = parse_cases(&default_cases());
    let covered = coverage(packs, &cases, app.judge.catalog()).into_iter().find(|covered| covered.rule == *rule);
    covered.map_or_else(Cases::default, |covered| Cases { count: covered.cases, both_sides: covered.both_sides, missing: covered.missing })
}
