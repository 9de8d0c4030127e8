//! What a draft would change: flipped pictures, and backtests over the whole catalogue.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;
use futures_util::stream;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use vitrine_rules::backtest::{Filter, Flip, Place, Question};
use vitrine_rules::{CategoryPath, PackSource};

use super::{Shared, signed_in_with, timed};
use crate::app::App;
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::{Power, person};
use crate::judge::{ScopeKey, judge_image_except};
use crate::live::DraftId;
use crate::rulebook::RuleBook;
use crate::selection::today;
use crate::studio::backtest::{Run, RunState};

/// Most flipped pictures of one answer.
const FLIPS_MAX: usize = 200;

/// Which pictures, and how many.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewBody {
    /// Only those offered on this marketplace.
    #[serde(default)]
    marketplace: Option<String>,
    /// Only those offered in this region.
    #[serde(default)]
    region: Option<String>,
    /// Only those of this category and below.
    #[serde(default)]
    category: Option<String>,
    /// Only those that this rule speaks of by one book and not by the other.
    #[serde(default)]
    rule: Option<String>,
    /// Only those of this seller.
    #[serde(default)]
    seller: Option<String>,
    /// At most so many, 1 to 200; 24 where not named.
    #[serde(default)]
    limit: Option<usize>,
    /// Judge every picture as if offered here, instead of where it is.
    #[serde(default)]
    offered: Option<Offered>,
    /// Language of the reasons; English where not named.
    #[serde(default)]
    language: Option<String>,
}

/// A place where products are offered.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    /// The marketplace; the house where not named.
    #[serde(default)]
    marketplace: Option<String>,
    /// The region.
    #[serde(default)]
    region: Option<String>,
}

/// Pictures whose verdict flips.
#[derive(Serialize, ToSchema)]
pub struct FlipsBody {
    /// How many there are.
    total: u64,
    /// The first of them, by content hash.
    flips: Vec<FlipBody>,
}

/// A picture whose verdict flips.
#[derive(Serialize, ToSchema)]
pub struct FlipBody {
    /// Which, and what becomes of it.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    flip: Flip,
    /// What stands against it by the release.
    #[schema(value_type = Vec<Object>)]
    reasons_old: Arc<RawValue>,
    /// What stands against it by the draft.
    #[schema(value_type = Vec<Object>)]
    reasons_new: Arc<RawValue>,
}

/// What a backtest is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BacktestBody {
    /// Judge every picture as if offered here, instead of where it is.
    #[serde(default)]
    offered: Option<Offered>,
    /// Only pictures offered on this marketplace.
    #[serde(default)]
    marketplace: Option<String>,
    /// Only pictures offered in this region.
    #[serde(default)]
    region: Option<String>,
    /// The day; today where none is named.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    date: Option<Date>,
}

/// A backtest that was started.
#[derive(Serialize, ToSchema)]
pub struct StartedBody {
    /// Its name.
    id: String,
}

/// Pictures whose verdict flips
///
/// Over the whole catalogue, from stored signals; each with the reasons of both sides, measured value, limit and region.
#[utoipa::path(
    post, path = "/v1/drafts/{id}/preview", tag = "Drafts", params(("id" = i64, Path, description = "The draft")),
    request_body(content = PreviewBody, example = json!({"category": "apparel", "limit": 24})),
    responses(
        (status = 200, description = "The pictures", body = FlipsBody, example = json!({"total": 31, "flips": []})),
        (status = 422, description = "The draft's rules cannot be used, and why", body = ErrorBody)
    )
)]
pub async fn preview(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (_, PreviewBody { marketplace, region, category, rule, seller, limit, offered, language }) =
        signed_in_with(&app, &request, payload, Power::View).await?;
    let category = category.map(|category| category.parse::<CategoryPath>()).transpose();
    let category = category.map_err(|error| ApiError::new(Code::RequestInvalid, error.to_string()))?;
    let question = Question {
        filter: Filter { marketplace, region, category, seller, rule: rule.map(Into::into) },
        place: offered.clone().map(place),
        policy: app.config.policy,
        examples: limit.unwrap_or(24).clamp(1, FLIPS_MAX),
        ..Question::on(today())
    };
    let (old, new) = books(&app, *id).await?;
    let answer = async {
        let (_, found) = app.backtest_now(&old, &new, question).await?;
        let language = language.as_deref().unwrap_or("en");
        let mut flips = Vec::with_capacity(found.flips.len());
        for flip in found.flips {
            let reasons_old = reasons(&app, &old, &flip, offered.as_ref(), language).await?;
            let reasons_new = reasons(&app, &new, &flip, offered.as_ref(), language).await?;
            flips.push(FlipBody { flip, reasons_old, reasons_new });
        }
        Ok(HttpResponse::Ok().json(FlipsBody { total: found.total, flips }))
    };
    timed(&app, answer).await
}

/// Start a backtest
///
/// Over the whole catalogue, from stored signals, beside the requests.
#[utoipa::path(
    post, path = "/v1/drafts/{id}/backtest", tag = "Drafts", params(("id" = i64, Path, description = "The draft")),
    request_body(content = BacktestBody, example = json!({"offered": {"marketplace": "amazon", "region": "US"}})),
    responses(
        (status = 200, description = "It has begun", body = StartedBody, example = json!({"id": "b7"})),
        (status = 422, description = "The draft's rules cannot be used, and why", body = ErrorBody)
    )
)]
pub async fn start(app: Shared, request: HttpRequest, id: web::Path<DraftId>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, BacktestBody { offered, marketplace, region, date }) = signed_in_with(&app, &request, payload, Power::Analyse).await?;
    let whole = offered.is_none() && marketplace.is_none() && region.is_none() && date.is_none();
    let question = Question {
        filter: Filter { marketplace, region, ..Filter::default() },
        place: offered.map(place),
        policy: app.config.policy,
        ..Question::on(date.unwrap_or_else(today))
    };
    let revision = app.draft(*id).await?.revision;
    let (old, new) = books(&app, *id).await?;
    let started = app.start_backtest(&old, &new, question).await?;
    if whole {
        // What the approver sees, and what the roll-out's budgets come from.
        let (app, run) = (Arc::clone(&app), app.runs.get(&started)?);
        let (draft, by) = (*id, person.name);
        tokio::spawn(async move {
            let mut now = run.now.clone();
            let Ok(run) = now.wait_for(|run| run.state != RunState::Running).await.map(|run| run.clone()) else { return };
            if let (RunState::Done, Some(result)) = (run.state, run.result) {
                let result = serde_json::to_value(&*result).unwrap_or_default();
                if let Err(error) = app.keep_backtest(draft, revision, result, &by).await {
                    tracing::warn!(%error, draft, "a backtest was not kept");
                }
            }
        });
    }
    Ok(HttpResponse::Ok().json(StartedBody { id: started }))
}

/// How a backtest stands
#[utoipa::path(
    get, path = "/v1/backtests/{id}", tag = "Drafts", params(("id" = String, Path, description = "Its name")),
    responses(
        (status = 200, description = "The backtest", body = Run, example = json!({"id": "b7", "state": "done", "done": 1000000, "total": 1000000, "elapsed_ms": 4200, "result": {}, "error": null})),
        (status = 404, description = "No such backtest on this server", body = ErrorBody)
    )
)]
pub async fn get(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let run = app.runs.get(&id)?.now.borrow().clone();
    Ok(HttpResponse::Ok().json(run))
}

/// Stop a backtest
#[utoipa::path(
    delete, path = "/v1/backtests/{id}", tag = "Drafts", params(("id" = String, Path, description = "Its name")),
    responses((status = 200, description = "The backtest", body = Run, example = json!({"id": "b7", "state": "cancelled"})))
)]
pub async fn cancel(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::Analyse).await?;
    let run = app.runs.get(&id)?;
    run.cancel();
    let mut now = run.now.clone();
    let ended = timed(&app, async { Ok(now.wait_for(|run| run.state != RunState::Running).await.map(|run| run.clone())) }).await?;
    Ok(HttpResponse::Ok().json(ended.map_err(|_| ApiError::new(Code::Internal, "the backtest broke off"))?))
}

/// Follow a backtest
///
/// Server-sent events: each `data:` is the backtest as it stands; the stream ends with it.
#[utoipa::path(
    get, path = "/v1/backtests/{id}/events", tag = "Drafts", params(("id" = String, Path, description = "Its name")),
    responses((status = 200, description = "The stream", content_type = "text/event-stream", body = String, example = "data: {\"id\":\"b7\",\"state\":\"running\"}\n\n"))
)]
pub async fn events(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let now = app.runs.get(&id)?.now.clone();
    let told = stream::unfold(Some((now, true)), |state| async move {
        let (mut now, first) = state?;
        let more = first || now.changed().await.is_ok();
        let run = now.borrow_and_update().clone();
        let event = serde_json::to_string(&run).ok().map(|run| web::Bytes::from(format!("data: {run}\n\n")))?;
        let open = more && run.state == RunState::Running;
        Some((Ok::<_, actix_web::Error>(event), open.then_some((now, false))))
    });
    Ok(HttpResponse::Ok().content_type("text/event-stream").insert_header(("cache-control", "no-store")).streaming(told.boxed_local()))
}

fn place(offered: Offered) -> Place {
    Place { marketplace: offered.marketplace, region: offered.region }
}

/// The rule books of a draft's base and of the draft.
pub async fn books(app: &Arc<App>, id: DraftId) -> Result<(Arc<RuleBook>, Arc<RuleBook>), ApiError> {
    let draft = app.draft(id).await?.document;
    let (old, sources): (_, Vec<PackSource>) = app.draft_sources(&draft).await?;
    Ok((old, app.read_book(sources).await?))
}

/// What stands against a flipped picture by one of the books.
async fn reasons(
    app: &Arc<App>,
    book: &Arc<RuleBook>,
    flip: &Flip,
    offered: Option<&Offered>,
    language: &str,
) -> Result<Arc<RawValue>, ApiError> {
    let (marketplace, region) = match offered {
        Some(offered) => (offered.marketplace.clone(), offered.region.clone()),
        None => (flip.marketplace.clone(), flip.region.clone()),
    };
    let scope = ScopeKey { marketplace, region, category: flip.category.clone(), date: today() };
    let kept = app.rules_of(book, scope).await?;
    let picture = app.known_picture(flip.content_hash).await?;
    let picture =
        picture.ok_or_else(|| ApiError::new(Code::ImageUnknown, format!("no picture with the hash `{}` is known", flip.content_hash)))?;
    let overturned = app.exemptions.of(flip.content_hash);
    Ok(judge_image_except(&kept.rules, &picture.measured, language, &overturned).reasons())
}
