//! `GET /v1/home`: what needs a person now; and `GET /v1/history`: what held for a product on a day.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::{IntoParams, ToSchema};
use vitrine_engine::{Enforcement, RuleId, RuleSetVersion};
use vitrine_rules::{Role, RuleSet};

use super::{Shared, query, timed};
use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::identity::{Person, Power, person};
use crate::live::DraftId;
use crate::rollout::Rollout;
use crate::selection::today;
use crate::store::{Numbered, QueueFilter};
use crate::studio::beside::of_day;
use crate::studio::draft::{DraftDocument, DraftState};
use crate::tally::Tally;

/// A source that was read longer ago than this wants to be read again, days.
const STALE_DAYS: i64 = 180;
/// Days before today that say what is usual.
const USUAL_DAYS: i64 = 14;
/// Standard deviations above the usual share that are unusual.
const UNUSUAL: f64 = 4.0;
/// Decisions of one answer about a product.
const DECISIONS_MAX: u32 = 20;

/// What needs a person now.
#[derive(Serialize, ToSchema)]
pub struct HomeBody {
    /// Drafts that wait for a second person, the oldest first.
    waiting: Vec<Waiting>,
    /// Rules that act unusually much today.
    unusual: Vec<Unusual>,
    /// Rules whose source was read long ago, the oldest first.
    stale: Vec<Stale>,
    /// Rules that begin later, the next first.
    coming: Vec<Coming>,
    /// How things are.
    health: Health,
    /// The review queue.
    queue: QueueSize,
    /// Whether the pack files say something else than what is published.
    files_differ: bool,
}

/// A draft that waits for a second person.
#[derive(Serialize, ToSchema)]
pub struct Waiting {
    /// The draft.
    draft: DraftId,
    /// One line for people.
    title: String,
    /// Who wrote it.
    author: String,
    /// Since when, ms since 1970 UTC.
    submitted_ms: Option<i64>,
}

/// A rule that acts unusually much.
#[derive(Serialize, ToSchema)]
pub struct Unusual {
    /// The rule.
    #[schema(value_type = String)]
    rule: RuleId,
    /// One line for people.
    title: String,
    /// Share of today's newly judged pictures that it acts on, 0..=1.
    today: f64,
    /// The same over the two weeks before.
    usual: f64,
    /// How many times as much.
    ratio: f64,
}

/// A rule whose source was read long ago.
#[derive(Serialize, ToSchema)]
pub struct Stale {
    /// The pack.
    pack: String,
    /// The rule.
    #[schema(value_type = String)]
    rule: RuleId,
    /// One line for people.
    title: String,
    /// When it was read.
    #[schema(value_type = String)]
    checked: Date,
    /// Days since.
    days: i64,
}

/// A rule that begins later.
#[derive(Serialize, ToSchema)]
pub struct Coming {
    /// The rule.
    #[schema(value_type = String)]
    rule: RuleId,
    /// One line for people.
    title: String,
    /// The pack.
    pack: String,
    /// Its first day.
    #[schema(value_type = String)]
    effective_from: Date,
    /// Days until then.
    days: i64,
    /// Products of the catalogue that fail it today.
    products_failing: u64,
    /// Products of the catalogue.
    products: u64,
}

/// How things are.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// Whether the store answers.
    store: bool,
    /// Named models that are not used, and why.
    models_refused: Vec<String>,
    /// The release in force.
    release: i64,
    /// The one on its way: number, state, share.
    #[schema(value_type = Option<Object>)]
    rollout: Option<Json>,
    /// Pictures of the catalogue.
    pictures: u64,
    /// Products of the catalogue.
    products: u64,
}

/// The review queue in short.
#[derive(Serialize, ToSchema)]
pub struct QueueSize {
    /// Pictures that wait for whoever asks.
    open: i64,
}

/// Which product and day.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HistoryParams {
    /// The product.
    #[param(example = "sku-4711")]
    product: String,
    /// The day, in UTC; today where none is named.
    #[param(value_type = Option<String>, example = "2026-11-21")]
    date: Option<Date>,
}

/// What held for a product on a day.
#[derive(Serialize, ToSchema)]
pub struct HistoryBody {
    /// The product.
    product: String,
    /// The day.
    #[schema(value_type = String)]
    date: Date,
    /// Decisions that held at its end, newest first: the first is the one that held.
    decisions: Vec<DecisionHead>,
    /// The release that was in force at its end.
    release: Option<i64>,
    /// The rules of the decision that held, by id; none where nothing was decided.
    held: Vec<HeldRule>,
}

/// A rule that judged a product.
#[derive(Serialize, ToSchema)]
pub struct HeldRule {
    /// The rule.
    #[schema(value_type = String)]
    rule: RuleId,
    /// One line for people, as it was.
    title: String,
    /// Hash of all that can change its verdict: the same rule with the same version judged the same.
    version: String,
    /// Whether it acted or only warned.
    #[schema(value_type = String)]
    enforcement: Enforcement,
    /// For the picture that leads, for those that follow, or both.
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
}

/// A decision in short.
#[derive(Serialize, ToSchema)]
pub struct DecisionHead {
    /// Its id.
    id: String,
    /// When it was first made, ms since 1970 UTC.
    at_ms: i64,
    /// The picture that led.
    main: Option<String>,
    /// Version of the rule set that judged the main picture.
    rule_set: String,
    /// The release whose rules judged.
    release: Option<i64>,
}

/// What needs a person now
#[utoipa::path(
    get, path = "/v1/home", tag = "Studio",
    responses((status = 200, description = "What needs a person", body = inline(HomeBody), example = json!({
        "waiting": [], "unusual": [], "stale": [], "coming": [{"rule": "amazon-us.square", "title": "Square", "pack": "amazon-us",
        "effective_from": "2027-02-01", "days": 72, "products_failing": 12, "products": 26}], "queue": {"open": 4}, "files_differ": false})))
)]
pub async fn home(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let person = person(&app, &request, Power::View).await?;
    timed(&app, async { Ok(HttpResponse::Ok().json(home_body(&app, &person).await?)) }).await
}

async fn home_body(app: &Arc<App>, person: &Person) -> Result<HomeBody, ApiError> {
    let (tenant, today) = (&app.config.tenant, today());
    let drafts: Vec<Numbered<DraftDocument>> = app.store.drafts(tenant, None).await?;
    let mut waiting: Vec<Waiting> = drafts
        .into_iter()
        .filter(|draft| draft.document.state == DraftState::Submitted)
        .map(|draft| {
            let DraftDocument { title, author, submitted_ms, .. } = draft.document;
            Waiting { draft: draft.number, title, author, submitted_ms }
        })
        .collect();
    waiting.sort_by_key(|draft| draft.submitted_ms);

    let live = app.live.now();
    let packs = &live.stable.1.packs;
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| i64::from(span.get_days()));
    let mut stale: Vec<Stale> = packs
        .rules()
        .filter(|(_, located)| located.rule.grade.enforcement().is_some() && days(located.rule.checked, today) > STALE_DAYS)
        .map(|(pack, located)| Stale {
            pack: pack.id.clone(),
            rule: located.rule.id.clone(),
            title: located.rule.title.clone(),
            checked: located.rule.checked,
            days: days(located.rule.checked, today),
        })
        .collect();
    stale.sort_by(|a, b| (a.checked, &a.rule).cmp(&(b.checked, &b.rule)));

    let mut coming: Vec<Coming> = Vec::new();
    for (pack, located) in packs.rules() {
        let Some(effective_from) = located.rule.effective_from.filter(|from| *from > today) else { continue };
        if located.rule.grade.enforcement().is_none() {
            continue;
        }
        let census = app.census((Some(pack.marketplace.clone()), located.rule.regions.first().cloned())).await?;
        let forecasts = census.result.forecast.iter().flat_map(|forecast| &forecast.rules);
        let failing = forecasts.filter(|forecast| forecast.rule == located.rule.id).map(|forecast| forecast.products_failing).max();
        coming.push(Coming {
            rule: located.rule.id.clone(),
            title: located.rule.title.clone(),
            pack: pack.id.clone(),
            effective_from,
            days: days(today, effective_from),
            products_failing: failing.unwrap_or(0),
            products: census.result.products,
        });
    }
    coming.sort_by(|a, b| (a.effective_from, &a.rule).cmp(&(b.effective_from, &b.rule)));

    let columns = app.columns().await?;
    let rollout = app.store.open_rollouts::<Rollout>(tenant).await?.pop();
    let rollout = rollout
        .map(|rollout| json!({ "number": rollout.number, "state": rollout.document.state.as_str(), "share": rollout.document.share() }));
    let open = QueueFilter { state: Some("open"), ..QueueFilter::default() };
    Ok(HomeBody {
        waiting,
        unusual: unusual(app, today).await?,
        stale,
        coming,
        health: Health {
            store: app.store.ping().await.is_ok(),
            models_refused: app.models_refused.clone(),
            release: live.stable.0,
            rollout,
            pictures: columns.pictures,
            products: columns.products,
        },
        queue: QueueSize { open: app.store.queue_count(tenant, &person.name, open).await? },
        files_differ: app.files_differ,
    })
}

/// Rules whose share of today's pictures is far above that of the two weeks before.
async fn unusual(app: &Arc<App>, today: Date) -> Result<Vec<Unusual>, ApiError> {
    let now = app.tally(&of_day(today)).await?;
    let mut before = Tally::default();
    for back in 1..=USUAL_DAYS {
        if let Ok(day) = today.checked_sub(back.days()) {
            before.merge(&app.tally(&of_day(day)).await?);
        }
    }
    if now.pictures == 0 || before.pictures == 0 {
        return Ok(Vec::new());
    }
    let live = app.live.now();
    let count = |counts: &BTreeMap<RuleId, (u64, u64)>, rule: &RuleId| counts.get(rule).map_or(0, |counts| counts.1) as f64;
    let (pictures, pictures_before) = (now.pictures as f64, before.pictures as f64);
    let mut unusual: Vec<Unusual> = now
        .by_rule
        .keys()
        .filter_map(|rule| {
            let (share, usual) = (count(&now.by_rule, rule) / pictures, count(&before.by_rule, rule) / pictures_before);
            // Half a picture more, so that a rule that never fired before has something to be compared with.
            let usual_at_least = usual.max(0.5 / pictures_before);
            let deviation = (usual_at_least * (1.0 - usual_at_least).max(0.0) * (1.0 / pictures + 1.0 / pictures_before)).sqrt();
            let title = live.stable.1.packs.rule(rule.as_str())?.1.rule.title.clone();
            (share > 2.0 * usual_at_least && share - usual_at_least > UNUSUAL * deviation).then(|| Unusual {
                rule: rule.clone(),
                title,
                today: share,
                usual,
                ratio: share / usual_at_least,
            })
        })
        .collect();
    unusual.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
    Ok(unusual)
}

/// What held for a product on a day
#[utoipa::path(
    get, path = "/v1/history", tag = "Studio", params(HistoryParams),
    responses(
        (status = 200, description = "What held", body = inline(HistoryBody), example = json!({"product": "sku-4711", "date": "2026-11-21", "release": 3,
            "decisions": [{"id": "9f86…", "at_ms": 1795000000000_i64, "main": "front", "rule_set": "5f0c…", "release": 3}],
            "held": [{"rule": "vitrine.too-small", "title": "Large enough", "version": "77ab…", "enforcement": "enforce", "roles": ["main", "gallery"]}]})),
        (status = 400, description = "The day is no day", body = ErrorBody)
    )
)]
pub async fn history(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let HistoryParams { product, date } = query(&request)?;
    let date = date.unwrap_or_else(today);
    let end = date.tomorrow().ok().and_then(|next| next.to_zoned(TimeZone::UTC).ok()).map_or(Timestamp::MAX, |next| next.timestamp());
    let end_ms = end.as_millisecond();
    let decisions = app.store.decisions_of(&app.config.tenant, &product, end_ms, DECISIONS_MAX).await?;
    let decisions: Vec<(String, i64, Json)> =
        decisions.into_iter().map(|(id, at_ms, document)| (id, at_ms, serde_json::from_str(&document).unwrap_or_default())).collect();
    let held = match decisions.first() {
        Some((_, _, document)) => held(&app, document).await?,
        None => Vec::new(),
    };
    let decisions = decisions.into_iter().map(|(id, at_ms, document)| DecisionHead {
        id,
        at_ms,
        main: document["answer"]["main"].as_str().map(str::to_owned),
        rule_set: document["rule_set"].as_str().unwrap_or_default().to_owned(),
        release: document["release"].as_i64(),
    });
    let body = HistoryBody { product, date, decisions: decisions.collect(), release: app.release_at(end_ms).await?, held };
    Ok(HttpResponse::Ok().json(body))
}

/// The rules of a stored decision, as they were.
async fn held(app: &App, decision: &Json) -> Result<Vec<HeldRule>, ApiError> {
    let mut held: BTreeMap<(RuleId, String), HeldRule> = BTreeMap::new();
    for (role, field) in [(Role::Main, "rule_set"), (Role::Gallery, "gallery_rule_set")] {
        let Some(version) = decision[field].as_str() else { continue };
        let document = app.store.rule_set(&app.config.tenant, &RuleSetVersion::new(version)).await?;
        // One that another version of the program wrote tells nothing here; replaying the decision says so.
        let Some(set) = document.and_then(|document| serde_json::from_str::<RuleSet>(&document).ok()) else { continue };
        for scoped in set.rules() {
            let (rule, version) = (scoped.rule.id.clone(), scoped.version.to_string());
            let known = held.entry((rule.clone(), version.clone())).or_insert_with(|| HeldRule {
                rule,
                title: scoped.rule.title.clone(),
                version,
                enforcement: scoped.enforcement,
                roles: Vec::new(),
            });
            known.roles.push(role);
        }
    }
    Ok(held.into_values().collect())
}
