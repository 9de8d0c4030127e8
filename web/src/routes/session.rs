//! `/v1/session`: who I am, signing in and out.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Shared, body, json, timed};
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::{AccountRole, Begun, Person, visitor};

/// Who asks.
#[derive(Serialize, ToSchema)]
pub struct SessionBody {
    /// Whether anybody may sign in as any of the demo's people.
    demo: bool,
    /// Whether the first account has still to be made, with `POST /v1/accounts/first`.
    first_start: bool,
    /// Who has signed in; null where nobody has.
    account: Option<Person>,
    /// What every call other than GET carries in its header `x-csrf-token`.
    csrf: Option<String>,
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account's name.
    name: String,
    /// As typed.
    password: String,
}

/// Which of the demo's people.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInToDemo {
    /// Their role.
    role: AccountRole,
}

/// Who am I?
#[utoipa::path(
    get, path = "/v1/session", tag = "People",
    responses((status = 200, description = "Who has signed in, and what their calls have to carry", body = inline(SessionBody), example = json!({
        "demo": true, "first_start": false, "account": {"name": "editor", "display_name": "Elif Demir", "role": "editor"}, "csrf": "5e1f…"
    })))
)]
pub async fn get(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (account, csrf) = timed(&app, visitor(&app, &request)).await?.unzip();
    let first_start = account.is_none() && timed(&app, app.is_first_start()).await?;
    let answer = SessionBody { demo: app.config.studio.demo, first_start, account, csrf };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Sign in
///
/// Sets the cookie `vitrine_session`. After five wrong passwords for a name there is a pause of a quarter of an hour.
#[utoipa::path(
    post, path = "/v1/session", tag = "People",
    request_body(content = inline(SignIn), example = json!({"name": "ann", "password": "seven green bottles"})),
    responses(
        (status = 200, description = "Signed in", body = inline(SessionBody), example = json!({
            "demo": false, "first_start": false, "account": {"name": "ann", "display_name": "Ann Miller", "role": "approver"}, "csrf": "5e1f…"
        })),
        (status = 401, description = "Name and password do not belong together", body = ErrorBody),
        (status = 429, description = "Too many wrong passwords; see `Retry-After`", body = ErrorBody)
    )
)]
pub async fn sign_in(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    is_json(&request)?;
    let SignIn { name, password } = json(&body(&app, payload).await?)?;
    let address = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let begun = timed(&app, app.sign_in(&name, password, address)).await?;
    timed(&app, app.end_session(&request)).await?;
    Ok(answer(&app, begun))
}

/// Sign in to the demo
///
/// Without a password, as one of five people; only where the settings say that this is a demo.
#[utoipa::path(
    post, path = "/v1/session/demo", tag = "People",
    request_body(content = inline(SignInToDemo), example = json!({"role": "editor"})),
    responses(
        (status = 200, description = "Signed in", body = inline(SessionBody), example = json!({
            "demo": true, "first_start": false, "account": {"name": "editor", "display_name": "Elif Demir", "role": "editor"}, "csrf": "5e1f…"
        })),
        (status = 403, description = "This server is no demo", body = ErrorBody)
    )
)]
pub async fn sign_in_to_demo(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    is_json(&request)?;
    let SignInToDemo { role } = json(&body(&app, payload).await?)?;
    let begun = timed(&app, app.sign_in_to_demo(role)).await?;
    timed(&app, app.end_session(&request)).await?;
    Ok(answer(&app, begun))
}

/// Sign out
#[utoipa::path(
    delete, path = "/v1/session", tag = "People",
    responses(
        (status = 200, description = "The session has ended", body = inline(SessionBody), example = json!({"demo": false, "first_start": false, "account": null, "csrf": null})),
        (status = 403, description = "The call does not carry its session's token", body = ErrorBody)
    )
)]
pub async fn sign_out(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    if timed(&app, visitor(&app, &request)).await?.is_some() {
        timed(&app, crate::identity::person(&app, &request, crate::identity::Power::View)).await?;
    }
    let cookie = timed(&app, app.end_session(&request)).await?;
    let answer = SessionBody { demo: app.config.studio.demo, first_start: false, account: None, csrf: None };
    Ok(HttpResponse::Ok().insert_header((SET_COOKIE, cookie)).insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// The answer to whoever has just signed in.
pub(super) fn answer(app: &Shared, begun: Begun) -> HttpResponse {
    let Begun { person, csrf, cookie } = begun;
    let answer = SessionBody { demo: app.config.studio.demo, first_start: false, account: Some(person), csrf: Some(csrf) };
    HttpResponse::Ok().insert_header((SET_COOKIE, cookie)).insert_header((CACHE_CONTROL, "no-store")).json(answer)
}

/// A page of another site can send a form in its visitor's name, but not this type without being asked for leave first.
pub(super) fn is_json(request: &HttpRequest) -> Result<(), ApiError> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    Err(ApiError::new(Code::MediaTypeUnsupported, "this takes `application/json` only"))
}
