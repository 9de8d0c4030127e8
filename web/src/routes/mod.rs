//! The HTTP door: one file per group of routes, each handler parse, call, answer. This file holds the table and what all share.

mod accounts;
mod admission;
mod audit;
mod backtests;
mod catalogue;
mod conflicts;
mod decisions;
mod distribution;
mod docs;
mod drafts;
mod events;
mod examples;
mod experiments;
mod feed;
mod home;
mod images;
mod models;
mod nul;
mod operations;
mod queue;
mod releases;
mod rulebook;
mod rules;
mod select;
mod session;
mod signals;
mod statements;
mod trial;
mod ui;

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{ALLOW, CONTENT_LENGTH, HeaderValue};
use actix_web::{App as HttpApp, HttpRequest, HttpResponse, ResponseError, Route, web};
use serde::de::DeserializeOwned;
use utoipa::OpenApi;

use crate::app::App;
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::{Person, Power, person};

use admission::Admission;

pub(crate) use nul::refuse_in_json as refuse_nul_in_json;

/// Longest body of a refused request that is read all the same, bytes.
const BODY_DRAINED_MAX: usize = 64 << 10;

/// The shared parts as handlers see them.
type Shared = web::Data<Arc<App>>;

/// The OpenAPI description of every route.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vitrine",
        description = "Rules over signals measured on product pictures decide which picture leads, and say why.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        select::select, images::add, images::get, decisions::get, decisions::replay, signals::list, rules::resolved, rules::packs,
        rules::check, rules::version, models::list, operations::health, operations::ready, operations::metrics, docs::description, docs::page,
        docs::landing,
        rulebook::index, rulebook::explained, rulebook::one, conflicts::list, conflicts::of_draft, drafts::list, drafts::begin, drafts::get, drafts::name, drafts::edit, drafts::unedit,
        drafts::check, drafts::rebase, drafts::submit, drafts::withdraw, drafts::reject, drafts::approve, drafts::shadow, drafts::shadowed,
        backtests::preview, backtests::start, backtests::get, backtests::cancel, backtests::events,
        releases::list, releases::get, releases::undo, releases::stop, releases::advance, home::home, home::history, catalogue::search, distribution::get, examples::search,
        session::get, session::sign_in, session::sign_in_to_demo, session::sign_out, accounts::first, accounts::list,
        accounts::add, accounts::change, audit::list,
        images::thumbnail, queue::list, queue::judge, queue::undo, queue::agreement, queue::case, statements::get, statements::object,
        statements::show, statements::send, trial::try_it,
        events::take, experiments::list, experiments::begin, experiments::get, experiments::change, experiments::moves, experiments::share,
        experiments::reports::report, experiments::reports::reports, experiments::reports::file, experiments::reports::pictures, experiments::warehouse::summaries, experiments::off_policy::off_policy, experiments::plan,
        experiments::traffic, experiments::reports::of_rule,
        feed::take, feed::status, feed::product, feed::dead, feed::replay, feed::discard
    ),
    components(schemas(ErrorBody)),
    tags(
        (name = "Selection", description = "Which picture leads, and why"),
        (name = "Feed", description = "The catalogue's changes, judged as they come"),
        (name = "Pictures", description = "Measure pictures, look up their signals"),
        (name = "Rules", description = "Packs, resolved rule sets, checking"),
        (name = "Drafts", description = "Changes of rules, before they act"),
        (name = "Releases", description = "Changes of rules, as they go live"),
        (name = "Experiments", description = "Whether rules help customers: plans, events, reports"),
        (name = "Studio", description = "What people need to see"),
        (name = "Review", description = "Pictures that wait for people, statements of reasons, objections"),
        (name = "People", description = "Signing in, accounts, the audit trail"),
        (name = "Operations", description = "For those who run it")
    )
)]
struct Description;

/// The API description as JSON text, the same bytes as the committed `web/openapi.json`.
pub fn openapi_json() -> String {
    // The description is built of text and plain values: there is nothing in it that JSON cannot say.
    let mut text = Description::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// The pattern of every described route, which is every route but the studio's pages.
pub fn route_patterns() -> Vec<String> {
    Description::openapi().paths.paths.into_keys().collect()
}

/// The whole application: routes, limits, counters.
pub fn application(
    app: Arc<App>,
) -> HttpApp<
    impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error, InitError = ()>,
> {
    let counting = Arc::clone(&app);
    HttpApp::new()
        .app_data(web::Data::new(app))
        .app_data(Admission::default())
        .configure(routes)
        .service(ui::pages())
        .default_service(web::to(|| async {
            Err::<HttpResponse, _>(ApiError::new(Code::RouteUnknown, "there is nothing at this address"))
        }))
        .wrap(actix_web::middleware::from_fn(nul::refuse))
        .wrap_fn(move |request, service| {
            let (app, started) = (Arc::clone(&counting), Instant::now());
            let answering = service.call(request);
            async move {
                let response = answering.await?;
                let code = response.response().error().and_then(|error| error.as_error::<ApiError>());
                if let Some(error) = code {
                    app.metrics.refusal(&error.body().code);
                }
                let route = response.request().match_pattern();
                app.metrics.request(route.as_deref(), response.status().as_u16(), started.elapsed());
                Ok(response)
            }
        })
}

fn routes(config: &mut web::ServiceConfig) {
    resource(config, "/v1/select", "POST", web::post().to(select::select));
    resource(config, "/v1/images", "POST", web::post().to(images::add));
    resource(config, "/v1/images/{hash}", "GET", web::get().to(images::get));
    resource(config, "/v1/decisions/{id}", "GET", web::get().to(decisions::get));
    resource(config, "/v1/decisions/{id}/replay", "GET", web::get().to(decisions::replay));
    resource(config, "/v1/signals", "GET", web::get().to(signals::list));
    resource(config, "/v1/rules/index", "GET", web::get().to(rulebook::index));
    resource(config, "/v1/rules/explained", "GET", web::get().to(rulebook::explained));
    resource(config, "/v1/rules/one/{rule}/effect", "GET", web::get().to(experiments::reports::of_rule));
    resource(config, "/v1/rules/one/{rule}", "GET", web::get().to(rulebook::one));
    resource(config, "/v1/rules/conflicts", "GET", web::get().to(conflicts::list));
    resource(config, "/v1/rules", "GET", web::get().to(rules::resolved));
    resource(config, "/v1/rules/packs", "GET", web::get().to(rules::packs));
    resource(config, "/v1/rules/check", "POST", web::post().to(rules::check));
    resource(config, "/v1/rules/{version}", "GET", web::get().to(rules::version));
    resources(config, "/v1/drafts", "GET, POST", [web::get().to(drafts::list), web::post().to(drafts::begin)]);
    resources(config, "/v1/drafts/{id}", "GET, PATCH", [web::get().to(drafts::get), web::patch().to(drafts::name)]);
    resources(config, "/v1/drafts/{id}/edits", "POST, DELETE", [web::post().to(drafts::edit), web::delete().to(drafts::unedit)]);
    resource(config, "/v1/drafts/{id}/check", "POST", web::post().to(drafts::check));
    resource(config, "/v1/drafts/{id}/rebase", "POST", web::post().to(drafts::rebase));
    resource(config, "/v1/drafts/{id}/submit", "POST", web::post().to(drafts::submit));
    resource(config, "/v1/drafts/{id}/withdraw", "POST", web::post().to(drafts::withdraw));
    resource(config, "/v1/drafts/{id}/reject", "POST", web::post().to(drafts::reject));
    resource(config, "/v1/drafts/{id}/approve", "POST", web::post().to(drafts::approve));
    resources(config, "/v1/drafts/{id}/shadow", "GET, POST", [web::get().to(drafts::shadowed), web::post().to(drafts::shadow)]);
    resource(config, "/v1/drafts/{id}/conflicts", "GET", web::get().to(conflicts::of_draft));
    resource(config, "/v1/drafts/{id}/preview", "POST", web::post().to(backtests::preview));
    resource(config, "/v1/drafts/{id}/backtest", "POST", web::post().to(backtests::start));
    resources(config, "/v1/backtests/{id}", "GET, DELETE", [web::get().to(backtests::get), web::delete().to(backtests::cancel)]);
    resource(config, "/v1/backtests/{id}/events", "GET", web::get().to(backtests::events));
    resource(config, "/v1/releases", "GET", web::get().to(releases::list));
    resource(config, "/v1/releases/{number}", "GET", web::get().to(releases::get));
    resource(config, "/v1/releases/{number}/undo", "POST", web::post().to(releases::undo));
    resource(config, "/v1/releases/{number}/stop", "POST", web::post().to(releases::stop));
    resource(config, "/v1/releases/{number}/advance", "POST", web::post().to(releases::advance));
    resource(config, "/v1/signals/{name}/distribution", "GET", web::get().to(distribution::get));
    resource(config, "/v1/examples/search", "POST", web::post().to(examples::search));
    resource(config, "/v1/catalogue", "GET", web::get().to(catalogue::search));
    resource(config, "/v1/home", "GET", web::get().to(home::home));
    resource(config, "/v1/history", "GET", web::get().to(home::history));
    resource(config, "/v1/models", "GET", web::get().to(models::list));
    resource(config, "/healthz", "GET", web::get().to(operations::health));
    resource(config, "/readyz", "GET", web::get().to(operations::ready));
    resource(config, "/metrics", "GET", web::get().to(operations::metrics));
    resource(config, "/openapi.json", "GET", web::get().to(docs::description));
    resource(config, "/docs", "GET", web::get().to(docs::page));
    resource(config, "/", "GET", web::get().to(docs::landing));
    let session = [web::get().to(session::get), web::post().to(session::sign_in), web::delete().to(session::sign_out)];
    resources(config, "/v1/session", "GET, POST, DELETE", session);
    resource(config, "/v1/session/demo", "POST", web::post().to(session::sign_in_to_demo));
    resource(config, "/v1/accounts/first", "POST", web::post().to(accounts::first));
    resources(config, "/v1/accounts", "GET, POST", [web::get().to(accounts::list), web::post().to(accounts::add)]);
    resource(config, "/v1/accounts/{name}", "PATCH", web::patch().to(accounts::change));
    resource(config, "/v1/audit", "GET", web::get().to(audit::list));
    resource(config, "/v1/images/{hash}/thumbnail", "GET", web::get().to(images::thumbnail));
    resource(config, "/v1/queue", "GET", web::get().to(queue::list));
    resource(config, "/v1/queue/agreement", "GET", web::get().to(queue::agreement));
    resource(config, "/v1/queue/{id}/judgement", "POST", web::post().to(queue::judge));
    resource(config, "/v1/queue/{id}/undo", "POST", web::post().to(queue::undo));
    resource(config, "/v1/queue/{id}/case", "POST", web::post().to(queue::case));
    resource(config, "/v1/decisions/{id}/statement", "GET", web::get().to(statements::get));
    resource(config, "/v1/objections", "POST", web::post().to(statements::object));
    resources(config, "/statement/{id}", "GET, POST", [web::get().to(statements::show), web::post().to(statements::send)]);
    resource(config, "/v1/try", "POST", web::post().to(trial::try_it));
    resource(config, "/v1/events", "POST", web::post().to(events::take));
    resources(config, "/v1/feed", "GET, POST", [web::get().to(feed::status), web::post().to(feed::take)]);
    resource(config, "/v1/feed/dead", "GET", web::get().to(feed::dead));
    resource(config, "/v1/feed/replay", "POST", web::post().to(feed::replay));
    resource(config, "/v1/feed/discard", "POST", web::post().to(feed::discard));
    resource(config, "/v1/feed/products/{product}", "GET", web::get().to(feed::product));
    resources(config, "/v1/experiments", "GET, POST", [web::get().to(experiments::list), web::post().to(experiments::begin)]);
    resource(config, "/v1/experiments/plan", "POST", web::post().to(experiments::plan));
    resource(config, "/v1/experiments/traffic", "GET", web::get().to(experiments::traffic));
    resources(config, "/v1/experiments/{id}", "GET, PUT", [web::get().to(experiments::get), web::put().to(experiments::change)]);
    resource(config, "/v1/experiments/{id}/moves", "POST", web::post().to(experiments::moves));
    resource(config, "/v1/experiments/{id}/share", "POST", web::post().to(experiments::share));
    resource(config, "/v1/experiments/{id}/report", "GET", web::get().to(experiments::reports::report));
    resource(config, "/v1/experiments/{id}/reports", "GET", web::get().to(experiments::reports::reports));
    resource(config, "/v1/experiments/{id}/report.{format}", "GET", web::get().to(experiments::reports::file));
    resource(config, "/v1/experiments/{id}/pictures", "GET", web::get().to(experiments::reports::pictures));
    resource(config, "/v1/experiments/{id}/off-policy", "POST", web::post().to(experiments::off_policy::off_policy));
    resource(config, "/v1/experiments/{id}/summaries", "POST", web::post().to(experiments::warehouse::summaries));
}

/// A path with one method; any other method is told which one there is.
fn resource(config: &mut web::ServiceConfig, path: &str, method: &'static str, route: Route) {
    resources(config, path, method, [route]);
}

/// A path with several methods, `GET, POST`; any other method is told which ones there are.
fn resources(config: &mut web::ServiceConfig, path: &str, method: &'static str, routes: impl IntoIterator<Item = Route>) {
    let other = move |request: HttpRequest| async move {
        let error = ApiError::new(Code::MethodNotAllowed, format!("`{}` is not taken here, only {method}", request.method()));
        let mut response = error.error_response();
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(method));
        response
    };
    let resource = routes.into_iter().fold(web::resource(path), actix_web::Resource::route);
    config.service(resource.default_service(web::to(other)));
}

/// The whole body, not a byte more than the settings allow.
async fn body(app: &App, payload: web::Payload) -> Result<web::Bytes, ApiError> {
    let limit = app.config.body_bytes_max;
    let too_large = || ApiError::new(Code::BodyTooLarge, format!("the body has more than the {limit} bytes allowed"));
    let read = tokio::time::timeout(app.config.request_timeout, payload.to_bytes_limited(limit)).await.map_err(|_| late(app))?;
    read.map_err(|_| too_large())?.map_err(|error| ApiError::new(Code::BodyInvalid, format!("the body did not arrive whole: {error}")))
}

/// The payload of callers that can come again: they are refused where more comes in than this thread can answer.
async fn admitted(app: &App, request: &HttpRequest, payload: web::Payload) -> Result<web::Payload, ApiError> {
    let Some(admission) = request.app_data::<Admission>() else { return Ok(payload) };
    let Err(refusal) = admission.admit().await else { return Ok(payload) };
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length <= BODY_DRAINED_MAX) {
        // It has come with its head: read, it leaves a connection that can be used again.
        body(app, payload).await?;
    }
    Err(refusal)
}

/// The person who asks, if they may, and their JSON body.
async fn signed_in_with<T: DeserializeOwned>(
    app: &Shared,
    request: &HttpRequest,
    payload: web::Payload,
    power: Power,
) -> Result<(Person, T), ApiError> {
    let person = person(app, request, power).await?;
    let bytes = body(app, payload).await?;
    Ok((person, json(&bytes)?))
}

/// A JSON body.
fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    nul::refuse_in_json(bytes)?;
    serde_json::from_slice(bytes).map_err(|error| ApiError::new(Code::BodyInvalid, error.to_string()))
}

/// The query's parameters; unknown ones are refused.
fn query<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, ApiError> {
    let parsed = web::Query::<T>::from_query(request.query_string());
    parsed.map(web::Query::into_inner).map_err(|error| ApiError::new(Code::ParameterInvalid, error.to_string()))
}

/// A part of the path as a value.
fn path_part<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error| ApiError::new(Code::ParameterInvalid, format!("{error}")))
}

/// The work of a request within the time that the settings give it.
async fn timed<T>(app: &App, work: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
    tokio::time::timeout(app.config.request_timeout, work).await.unwrap_or_else(|_| Err(late(app)))
}

fn late(app: &App) -> ApiError {
    ApiError::new(Code::Timeout, format!("the answer took longer than {} ms", app.config.request_timeout.as_millis()))
}

fn json_text(text: impl Into<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(text.into())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_description_is_this_one() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(file, super::openapi_json()).unwrap();
        }
        let committed = std::fs::read_to_string(file).unwrap();
        assert!(committed == super::openapi_json(), "web/openapi.json is stale: run this test with `UPDATE_OPENAPI=1`");
    }

    #[test]
    fn the_description_is_openapi_3_1_and_every_route_has_an_example() {
        let description: serde_json::Value = serde_json::from_str(&super::openapi_json()).unwrap();
        assert!(description["openapi"].as_str().unwrap().starts_with("3.1"), "{}", description["openapi"]);
        let mut count = 0;
        for (path, methods) in description["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let named = |parameter: &serde_json::Value| path.contains(&format!("{{{}}}", parameter["name"].as_str().unwrap()));
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    assert_eq!(parameter["in"] == "path", named(parameter), "{method} {path}: {parameter}");
                }
                assert!(operation["responses"]["200"]["content"].to_string().contains("\"example"), "{method} {path}");
                count += 1;
            }
        }
        assert_eq!(count, 93);
    }
}
