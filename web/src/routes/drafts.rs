//! `/v1/drafts`: writing, submitting, approving. What a draft shows beside is in `drafts/…`.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vitrine_engine::RuleId;
use vitrine_rules::edit::Edit;
use vitrine_rules::{FieldFinding, PackSet, PackSource, PacksDiff, diff, field_findings, sentence_of};

use super::{Shared, query, signed_in_with, timed};
use crate::apart::apart;
use crate::app::App;
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::{Power, person};
use crate::live::DraftId;
use crate::store::Numbered;
use crate::studio::draft::{DraftDocument, DraftEdit, DraftState, EditConflict, NotEdited, Review, refused};
use crate::tally::Tally;

/// What every answer says of a draft.
#[derive(Serialize, ToSchema)]
pub struct DraftFacts {
    /// Its number.
    id: DraftId,
    /// One line for people.
    title: String,
    /// Who began it.
    author: String,
    /// Where it stands.
    state: DraftState,
    /// The release that it changes.
    base_release: i64,
    /// Counts up with every change of its edits or state.
    revision: i64,
    /// Ms since 1970 UTC.
    created_ms: i64,
    /// Ms since 1970 UTC.
    changed_ms: i64,
    /// Ms since 1970 UTC.
    submitted_ms: Option<i64>,
    /// Whether it judges live traffic beside.
    shadow: bool,
    /// The release that it has become.
    release: Option<i64>,
}

/// A draft in short.
#[derive(Serialize, ToSchema)]
pub struct DraftHead {
    #[serde(flatten)]
    facts: DraftFacts,
    /// How many edits it has.
    edits: usize,
}

/// All drafts.
#[derive(Serialize, ToSchema)]
pub struct DraftsBody {
    /// Newest first.
    drafts: Vec<DraftHead>,
}

/// A draft with all that a person needs to see of it.
#[derive(Serialize, ToSchema)]
pub struct DraftBody {
    #[serde(flatten)]
    facts: DraftFacts,
    /// Why, in the author's words.
    reason: String,
    /// Its edits.
    edits: Vec<DraftEdit>,
    /// What they change, rule by rule.
    #[schema(value_type = Object)]
    diff: PacksDiff,
    /// What is wrong with the rules it would make, or wants a look.
    #[schema(value_type = Vec<Object>)]
    findings: Vec<FieldFinding>,
    /// Whether another release has gone live since it was begun.
    behind: bool,
    /// What a second person said last.
    review: Option<Review>,
    /// The changed rules in plain words, before and after.
    #[schema(value_type = Object)]
    sentences: BTreeMap<RuleId, Sentences>,
    /// What its last backtest said, if it was of this revision.
    #[schema(value_type = Object)]
    backtest: Option<serde_json::Value>,
}

/// A rule in plain words.
#[derive(Serialize, ToSchema)]
pub struct Sentences {
    /// As the release has it; `None` for a new rule.
    old: Option<String>,
    /// As the draft has it; `None` for one that goes.
    new: Option<String>,
}

/// Which drafts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DraftsParams {
    /// Only those in this state.
    #[param(example = "submitted")]
    state: Option<DraftState>,
}

/// A draft's title.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TitleBody {
    /// 1 to 200 characters.
    title: String,
}

/// Why a person does something.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// 3 to 2000 characters.
    #[serde(default)]
    pub reason: String,
}

/// Edits to take in or to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditsBody {
    /// Each with the value that its author saw.
    #[schema(value_type = Vec<Object>)]
    edits: Vec<Edit>,
}

/// Edits that another person's stand against: nothing was taken.
#[derive(Serialize, ToSchema)]
pub struct ConflictBody {
    /// `edit_conflict`.
    code: String,
    /// For people.
    message: String,
    /// What to do.
    help: String,
    /// The fields, each with both values.
    conflicts: Vec<EditConflict>,
}

/// Which edit.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EditParams {
    /// The rule.
    #[param(example = "vitrine.longest-side")]
    rule: String,
    /// Its field; all of them where none is named.
    #[param(example = "params.min_px.value")]
    field: Option<String>,
}

/// What a second person decides.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveBody {
    /// Why, 3 to 2000 characters.
    reason: String,
    /// When it begins, ms since 1970 UTC; at once where not named.
    #[serde(default)]
    start_at_ms: Option<i64>,
    /// Shares of the products, growing, before all of them; the settings' where not named, `[]` for all at once.
    #[serde(default)]
    stages: Option<Vec<f64>>,
}

/// The release that a draft has become.
#[derive(Serialize, ToSchema)]
pub struct ApprovedBody {
    /// Its number.
    release: i64,
}

/// Whether a draft looks on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShadowSwitch {
    /// Whether it judges live traffic beside.
    on: bool,
}

/// What a draft would have made of live traffic.
#[derive(Serialize, ToSchema)]
pub struct ShadowBody {
    /// Since when it looks on, ms since 1970 UTC; `None` where it does not.
    since_ms: Option<i64>,
    /// The difference so far; each product counts once.
    #[serde(flatten)]
    difference: Tally,
}

/// What is wrong with edits that are not taken yet.
#[derive(Serialize, ToSchema)]
pub struct TriedBody {
    /// What is wrong, or wants a look.
    #[schema(value_type = Vec<Object>)]
    findings: Vec<FieldFinding>,
    /// The edited rules in plain words.
    #[schema(value_type = Object)]
    sentences: BTreeMap<RuleId, String>,
}

fn facts(draft: &Numbered<DraftDocument>) -> DraftFacts {
    let document = &draft.document;
    DraftFacts {
        id: draft.number,
        title: document.title.clone(),
        author: document.author.clone(),
        state: document.state,
        base_release: document.base,
        revision: draft.revision,
        created_ms: document.created_ms,
        changed_ms: draft.changed_ms,
        submitted_ms: document.submitted_ms,
        shadow: document.shadow,
        release: document.release,
    }
}

/// A rule of packs in plain words.
pub fn in_words(packs: &PackSet, rule: &RuleId, app: &App) -> Option<String> {
    packs.rule(rule.as_str()).map(|(pack, located)| sentence_of(pack, located, app.judge.catalog()))
}

async fn draft_body(app: &Arc<App>, id: DraftId) -> Result<DraftBody, ApiError> {
    let draft = app.draft(id).await?;
    let (base, sources) = app.draft_sources(&draft.document).await?;
    let live = app.live.now().stable.0;
    let making = Arc::clone(app);
    apart("reading the draft", move || {
        let (packs, findings) = field_findings(&sources, making.judge.catalog());
        let diff = diff(&base.packs, &packs);
        let sentences = draft.document.edits.iter().map(|edit| {
            let rule = &edit.edit.rule;
            (rule.clone(), Sentences { old: in_words(&base.packs, rule, &making), new: in_words(&packs, rule, &making) })
        });
        let sentences = sentences.collect();
        let behind = draft.document.base != live && matches!(draft.document.state, DraftState::Open | DraftState::Submitted);
        let backtest = draft.document.backtest.clone().filter(|(revision, _)| *revision == draft.revision).map(|(_, result)| result);
        DraftBody {
            facts: facts(&draft),
            reason: draft.document.reason,
            edits: draft.document.edits,
            diff,
            findings,
            behind,
            review: draft.document.review,
            sentences,
            backtest,
        }
    })
    .await
}

async fn answer(app: &Arc<App>, id: DraftId) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(draft_body(app, id).await?))
}

async fn edited(app: &Arc<App>, id: DraftId, result: Result<(), NotEdited>) -> Result<HttpResponse, ApiError> {
    match result {
        Ok(()) => answer(app, id).await,
        Err(NotEdited::Refused(error)) => Err(error),
        Err(NotEdited::Conflicts(conflicts)) => {
            let fields: Vec<String> = conflicts.iter().map(|conflict| format!("`{}` of `{}`", conflict.field, conflict.rule)).collect();
            let message = format!("another person has changed {} meanwhile; nothing was saved", fields.join(", "));
            let error = ApiError::new(Code::EditConflict, message);
            let crate::error::ErrorBody { code, message, help } = error.body().clone();
            Ok(HttpResponse::Conflict().json(ConflictBody { code, message, help, conflicts }))
        }
    }
}

/// List drafts
#[utoipa::path(
    get, path = "/v1/drafts", tag = "Drafts", params(DraftsParams),
    responses((status = 200, description = "The drafts, newest first", body = inline(DraftsBody), example = json!({"drafts": [{
        "id": 12, "title": "Larger pictures", "author": "ann", "state": "open", "base_release": 3, "revision": 4, "edits": 1,
        "created_ms": 1795000000000_i64, "changed_ms": 1795000300000_i64, "submitted_ms": null, "shadow": false, "release": null}]})))
)]
pub async fn list(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let DraftsParams { state } = query(&request)?;
    let drafts: Vec<Numbered<DraftDocument>> = app.store.drafts(&app.config.tenant, None).await?;
    let wanted = drafts.iter().filter(|draft| state.is_none_or(|state| draft.document.state == state));
    Ok(HttpResponse::Ok()
        .json(DraftsBody { drafts: wanted.map(|draft| DraftHead { facts: facts(draft), edits: draft.document.edits.len() }).collect() }))
}

/// Begin a draft
#[utoipa::path(
    post, path = "/v1/drafts", tag = "Drafts", request_body(content = TitleBody, example = json!({"title": "Larger pictures"})),
    responses((status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "title": "Larger pictures", "edits": []})))
)]
pub async fn begin(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, TitleBody { title }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    let id = app.begin_draft(&title, &person.name).await?;
    answer(&app, id).await
}

/// A draft
#[utoipa::path(
    get, path = "/v1/drafts/{id}", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "title": "Larger pictures", "edits": []})),
        (status = 404, description = "No such draft", body = ErrorBody)
    )
)]
pub async fn get(app: Shared, request: HttpRequest, id: web::Path<DraftId>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    timed(&app, answer(&app, *id)).await
}

/// Give a draft another title
#[utoipa::path(
    patch, path = "/v1/drafts/{id}", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    request_body(content = TitleBody, example = json!({"title": "Much larger pictures"})),
    responses((status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "title": "Much larger pictures"})))
)]
pub async fn name(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, TitleBody { title }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    app.name_draft(*id, &title, &person.name).await?;
    answer(&app, *id).await
}

/// Take edits into a draft
///
/// All or none. An edit names the value that its author saw; where another person has changed that meanwhile, both values are told and
/// nothing is saved. `value: null` with an empty field removes a rule, a rule's document with an empty field adds one.
#[utoipa::path(
    post, path = "/v1/drafts/{id}/edits", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    request_body(content = EditsBody, example = json!({"edits": [{"rule": "vitrine.longest-side", "field": "params.min_px.value", "was": 500, "value": 800}]})),
    responses(
        (status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "revision": 5})),
        (status = 409, description = "Another person has changed the same fields", body = ConflictBody),
        (status = 422, description = "An edit cannot be written", body = ErrorBody)
    )
)]
pub async fn edit(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, EditsBody { edits }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    let result = app.edit_draft(*id, edits, &person.name).await;
    edited(&app, *id, result).await
}

/// Take edits back
#[utoipa::path(
    delete, path = "/v1/drafts/{id}/edits", tag = "Drafts", params(("id" = i64, Path, description = "Its number"), EditParams),
    responses((status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "edits": []})))
)]
pub async fn unedit(app: Shared, request: HttpRequest, id: web::Path<DraftId>) -> Result<HttpResponse, ApiError> {
    let person = person(&app, &request, Power::Edit).await?;
    let EditParams { rule, field } = query(&request)?;
    app.drop_edits(*id, &rule, field.as_deref(), &person.name).await?;
    answer(&app, *id).await
}

/// Try edits as one types
///
/// Nothing is saved: what would be wrong with the draft if it had these edits too, and the rules in plain words.
#[utoipa::path(
    post, path = "/v1/drafts/{id}/check", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    request_body(content = EditsBody, example = json!({"edits": [{"rule": "vitrine.longest-side", "field": "condition", "was": "long_side_px >= min_px", "value": "long_side_px >= "}]})),
    responses((status = 200, description = "The findings", body = TriedBody, example = json!({"findings": [], "sentences": {}})))
)]
pub async fn check(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (_, EditsBody { edits }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    let draft = app.draft(*id).await?.document;
    let base = app.book_of(draft.base).await?;
    let mut all = draft.plain_edits();
    all.retain(|known| !edits.iter().any(|edit| edit.rule == known.rule && edit.field == known.field));
    all.extend(edits.iter().cloned());
    let trying = Arc::clone(&app);
    let tried = app.gate.run(move || {
        let sources: Vec<PackSource> = vitrine_rules::edit::apply(&base.sources, &all).map_err(|refusals| refused(&refusals))?;
        let (packs, findings) = field_findings(&sources, trying.judge.catalog());
        let words = edits.iter().filter_map(|edit| Some((edit.rule.clone(), in_words(&packs, &edit.rule, &trying)?)));
        Ok(TriedBody { sentences: words.collect(), findings })
    });
    let tried: TriedBody = timed(&app, async { tried.await? }).await?;
    Ok(HttpResponse::Ok().json(tried))
}

/// Put a draft over the release in force
#[utoipa::path(
    post, path = "/v1/drafts/{id}/rebase", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "behind": false})),
        (status = 409, description = "The release in force has changed the same fields", body = ConflictBody)
    )
)]
pub async fn rebase(app: Shared, request: HttpRequest, id: web::Path<DraftId>) -> Result<HttpResponse, ApiError> {
    let person = person(&app, &request, Power::Edit).await?;
    let result = app.rebase_draft(*id, &person.name).await;
    edited(&app, *id, result).await
}

/// Ask a second person
#[utoipa::path(
    post, path = "/v1/drafts/{id}/submit", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    request_body(content = ReasonBody, example = json!({"reason": "Zoom needs 800 px"})),
    responses(
        (status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "state": "submitted"})),
        (status = 422, description = "Its rules cannot be used, and why", body = ErrorBody)
    )
)]
pub async fn submit(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, ReasonBody { reason }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    app.submit_draft(*id, &reason, &person.name).await?;
    answer(&app, *id).await
}

/// Take a draft back
///
/// A submitted one can be written further; an open one is given up.
#[utoipa::path(
    post, path = "/v1/drafts/{id}/withdraw", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    request_body(content = ReasonBody, example = json!({"reason": "One more rule"})),
    responses((status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "state": "open"})))
)]
pub async fn withdraw(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, ReasonBody { reason }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    app.withdraw_draft(*id, &reason, &person.name).await?;
    answer(&app, *id).await
}

/// Send a submitted draft back
#[utoipa::path(
    post, path = "/v1/drafts/{id}/reject", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    request_body(content = ReasonBody, example = json!({"reason": "Too many shoes would go"})),
    responses((status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "state": "open"})))
)]
pub async fn reject(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, ReasonBody { reason }) = signed_in_with(&app, &request, payload, Power::Approve).await?;
    app.reject_draft(*id, &reason, &person.name).await?;
    answer(&app, *id).await
}

/// Make a release of a submitted draft
///
/// By a person who has no part in it. Draft, release and what is live change together or not at all.
#[utoipa::path(
    post, path = "/v1/drafts/{id}/approve", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    request_body(content = ApproveBody, example = json!({"reason": "Backtest looks right", "stages": [0.01, 0.05, 0.25, 0.5]})),
    responses(
        (status = 200, description = "The release", body = ApprovedBody, example = json!({"release": 4})),
        (status = 403, description = "One's own draft", body = ErrorBody),
        (status = 409, description = "Not now, and why", body = ErrorBody)
    )
)]
pub async fn approve(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, ApproveBody { reason, start_at_ms, stages }) = signed_in_with(&app, &request, payload, Power::Approve).await?;
    let stages = stages.unwrap_or_else(|| app.config.rollout.stages.clone());
    let release = app.approve_draft(*id, &reason, stages, start_at_ms, &person.name).await?;
    Ok(HttpResponse::Ok().json(ApprovedBody { release }))
}

/// Let a draft judge live traffic beside
///
/// It acts on nothing. Every change of the draft begins the counts anew.
#[utoipa::path(
    post, path = "/v1/drafts/{id}/shadow", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    request_body(content = ShadowSwitch, example = json!({"on": true})),
    responses((status = 200, description = "The draft", body = DraftBody, example = json!({"id": 12, "shadow": true})))
)]
pub async fn shadow(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, ShadowSwitch { on }) = signed_in_with(&app, &request, payload, Power::Edit).await?;
    app.shadow_draft(*id, on, &person.name).await?;
    answer(&app, *id).await
}

/// What a draft would have made of live traffic
#[utoipa::path(
    get, path = "/v1/drafts/{id}/shadow", tag = "Drafts", params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The difference so far", body = ShadowBody, example = json!({
        "since_ms": 1795000000000_i64, "products": 812, "main_changed": 9, "newly_empty": 1, "newly_suppressed": 14, "newly_shown": 0})))
)]
pub async fn shadowed(app: Shared, request: HttpRequest, id: web::Path<DraftId>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let draft = app.draft(*id).await?;
    let difference = app.tally(&crate::studio::beside::of_draft(*id, draft.revision)).await?;
    Ok(HttpResponse::Ok().json(ShadowBody { since_ms: draft.document.shadow_since_ms.filter(|_| draft.document.shadow), difference }))
}
