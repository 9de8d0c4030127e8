//! Where marketplaces contradict each other, and what a draft does to that: no picture satisfies both.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vitrine_engine::RuleId;
use vitrine_rules::conflicts::changes::{ChangedConflict, ConflictChanges, conflict_changes};
use vitrine_rules::conflicts::markets::{Asked, Market, MarketConflicts};
use vitrine_rules::{Conflicts, Diagnostic, Role, parse};

use super::rulebook::packs_of;
use super::{Shared, query, timed};
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::{Power, person};
use crate::live::DraftId;
use crate::selection::today;

/// Which marketplaces, and of which pictures.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConflictsParams {
    /// One side; every marketplace where none is named.
    #[param(example = "amazon")]
    marketplace: Option<String>,
    /// A region of that marketplace.
    #[param(example = "US")]
    region: Option<String>,
    /// The other side; every other marketplace where none is named.
    #[param(example = "bol")]
    against: Option<String>,
    /// A region of the other side.
    #[param(example = "NL")]
    against_region: Option<String>,
    /// Category path; without one only the rules for all categories hold.
    #[param(example = "apparel/adult")]
    category: Option<String>,
    /// `main`, `gallery` or `swatch`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "main")]
    role: Role,
    /// The day; today where none is named.
    #[param(value_type = Option<String>, example = "2027-02-01")]
    date: Option<Date>,
    /// As this draft has the rules.
    #[param(example = 12)]
    draft: Option<DraftId>,
}

/// Marketplaces that contradict each other.
#[derive(Serialize, ToSchema)]
pub struct ConflictsBody {
    /// Each pair once, by name; those that contradict each other only.
    #[schema(value_type = Vec<Object>)]
    pairs: Vec<MarketConflicts>,
}

/// What a draft does to the conflicts between marketplaces.
#[derive(Serialize, ToSchema)]
pub struct ConflictChangesBody {
    /// Conflicts that it begins.
    #[schema(value_type = Vec<Object>)]
    begins: Vec<ChangedConflict>,
    /// Conflicts that it ends.
    #[schema(value_type = Vec<Object>)]
    ends: Vec<ChangedConflict>,
}

/// Marketplaces that contradict each other
///
/// Rules that act on both sides and that no picture satisfies together, each with the rules it comes from. Only what is proven is told.
#[utoipa::path(
    get, path = "/v1/rules/conflicts", tag = "Rules", params(ConflictsParams),
    responses(
        (status = 200, description = "The pairs that contradict each other", body = inline(ConflictsBody), example = json!({"pairs": [{
            "one": {"marketplace": "amazon", "region": null}, "other": {"marketplace": "bol", "region": null}, "conflicts": [{
            "sentence": "No picture satisfies both on the person score, but for one exact value: …", "signals": ["person_score"], "meeting": true,
            "strict": false, "one": [{"rule": "amazon-us.adult-clothing.on-model"}], "other": [{"rule": "bol.main.no-model"}]}]}]})),
        (status = 422, description = "There is no such marketplace, region or category", body = ErrorBody)
    )
)]
pub async fn list(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let ConflictsParams { marketplace, region, against, against_region, category, role, date, draft } = query(&request)?;
    if (region.is_some() && marketplace.is_none()) || (against_region.is_some() && against.is_none()) {
        return Err(ApiError::new(Code::ParameterInvalid, "a region is one of a marketplace's: name the marketplace too"));
    }
    let asked = Asked {
        one: Market::named(marketplace, region),
        other: Market::named(against, against_region),
        category,
        role,
        date: date.unwrap_or_else(today),
    };
    let answer = async {
        let (packs, _) = packs_of(&app, draft).await?;
        let reading = Arc::clone(&app);
        let found = web::block(move || Conflicts::new(&packs, reading.judge.catalog()).among(&asked)).await;
        let (pairs, findings) = found.map_err(|_| ApiError::new(Code::Internal, "reading the rules broke off"))?;
        if findings.iter().any(|finding| finding.is_error() && finding.rule.is_none()) {
            return Err(ApiError::rules(&findings));
        }
        Ok(HttpResponse::Ok().json(ConflictsBody { pairs }))
    };
    timed(&app, answer).await
}

/// What a draft does to the conflicts between marketplaces
///
/// Of the rules that it changes, wherever they meet rules of other marketplaces.
#[utoipa::path(
    get, path = "/v1/drafts/{id}/conflicts", tag = "Drafts", params(("id" = i64, Path, description = "The draft")),
    responses(
        (status = 200, description = "What begins and what ends", body = ConflictChangesBody, example = json!({"begins": [], "ends": []})),
        (status = 422, description = "The draft's rules cannot be read, and why", body = ErrorBody)
    )
)]
pub async fn of_draft(app: Shared, request: HttpRequest, id: web::Path<DraftId>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let answer = async {
        let draft = app.draft(*id).await?.document;
        let (base, sources) = app.draft_sources(&draft).await?;
        let reading = Arc::clone(&app);
        let changes = web::block(move || {
            let (packs, findings) = parse(&sources);
            // A pack with an error is left out whole: its conflicts would seem to end.
            if findings.iter().any(Diagnostic::is_error) {
                return Err(ApiError::rules(&findings));
            }
            let rules: Vec<RuleId> = draft.edits.into_iter().map(|edit| edit.edit.rule).collect();
            Ok(conflict_changes(&base.packs, &packs, &rules, today(), reading.judge.catalog()))
        });
        let ConflictChanges { begins, ends } =
            changes.await.map_err(|_| ApiError::new(Code::Internal, "reading the rules broke off"))??;
        Ok(HttpResponse::Ok().json(ConflictChangesBody { begins, ends }))
    };
    timed(&app, answer).await
}
