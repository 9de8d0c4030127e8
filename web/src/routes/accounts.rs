//! `/v1/accounts`: the people who may sign in.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session::{answer, is_json};
use super::{Shared, body, json, timed};
use crate::error::{ApiError, ErrorBody};
use crate::identity::{AccountChange, AccountRole, NewAccount, Power, person};
use crate::store::Account;

/// All accounts.
#[derive(Serialize, ToSchema)]
pub struct AccountsBody {
    /// By name.
    accounts: Vec<AccountBody>,
}

/// An account; its password is told to nobody.
#[derive(Serialize, ToSchema)]
pub struct AccountBody {
    /// Unique.
    name: String,
    /// As people call them.
    display_name: String,
    /// What they may do.
    role: AccountRole,
    /// Whether it is shut.
    disabled: bool,
    /// When it was made, ms since 1970 UTC.
    created_ms: i64,
}

/// The account that makes the others.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAccount {
    /// 1 to 60 letters, digits and `.-_@+`; capitals do not count.
    name: String,
    /// As people call them.
    display_name: String,
    /// At least 10 characters.
    password: String,
}

/// An account that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddAccount {
    /// 1 to 60 letters, digits and `.-_@+`; capitals do not count.
    name: String,
    /// As people call them.
    display_name: String,
    /// At least 10 characters.
    password: String,
    /// What they may do.
    role: AccountRole,
}

/// What becomes different; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAccount {
    /// Takes effect with the next call.
    #[serde(default)]
    role: Option<AccountRole>,
    /// `true` ends all sessions of the account.
    #[serde(default)]
    disabled: Option<bool>,
    /// Ends all sessions of the account.
    #[serde(default)]
    password: Option<String>,
}

/// Make the first account
///
/// Only while there is none; it becomes an admin and is signed in.
#[utoipa::path(
    post, path = "/v1/accounts/first", tag = "People",
    request_body(content = inline(FirstAccount), example = json!({"name": "ann", "display_name": "Ann Miller", "password": "seven green bottles"})),
    responses(
        (status = 200, description = "Made and signed in, as `POST /v1/session` answers", body = Object, example = json!({
            "demo": false, "first_start": false, "account": {"name": "ann", "display_name": "Ann Miller", "role": "admin"}, "csrf": "5e1f…"
        })),
        (status = 409, description = "There is an account already", body = ErrorBody),
        (status = 422, description = "The password is too easy to guess", body = ErrorBody)
    )
)]
pub async fn first(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    is_json(&request)?;
    let FirstAccount { name, display_name, password } = json(&body(&app, payload).await?)?;
    Ok(answer(&app, timed(&app, app.add_first_account(name, display_name, password)).await?))
}

/// List the accounts
#[utoipa::path(
    get, path = "/v1/accounts", tag = "People",
    responses(
        (status = 200, description = "All accounts; for admins", body = inline(AccountsBody), example = json!({"accounts": [
            {"name": "ann", "display_name": "Ann Miller", "role": "admin", "disabled": false, "created_ms": 1763719200000i64}
        ]})),
        (status = 403, description = "Not for this role", body = ErrorBody)
    )
)]
pub async fn list(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::Administer)).await?;
    let accounts = timed(&app, async { Ok(app.store.accounts(&app.config.tenant).await?) }).await?;
    Ok(HttpResponse::Ok().json(AccountsBody { accounts: accounts.into_iter().map(AccountBody::of).collect() }))
}

/// Add an account
#[utoipa::path(
    post, path = "/v1/accounts", tag = "People",
    request_body(content = inline(AddAccount), example = json!({"name": "bob", "display_name": "Bob Stone", "password": "eight blue candles", "role": "editor"})),
    responses(
        (status = 200, description = "The account; for admins", body = inline(AccountBody), example = json!(
            {"name": "bob", "display_name": "Bob Stone", "role": "editor", "disabled": false, "created_ms": 1763719200000i64}
        )),
        (status = 403, description = "Not for this role", body = ErrorBody),
        (status = 409, description = "There is an account of this name", body = ErrorBody),
        (status = 422, description = "The password is too easy to guess", body = ErrorBody)
    )
)]
pub async fn add(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let by = timed(&app, person(&app, &request, Power::Administer)).await?;
    let AddAccount { name, display_name, password, role } = json(&body(&app, payload).await?)?;
    let added = timed(&app, app.add_account(&by, NewAccount { name, display_name, password, role })).await?;
    Ok(HttpResponse::Ok().json(AccountBody::of(added)))
}

/// Change an account
///
/// Its role, its password, or whether it is shut. The last admin stays one.
#[utoipa::path(
    patch, path = "/v1/accounts/{name}", tag = "People",
    params(("name" = String, Path, description = "The account")),
    request_body(content = inline(ChangeAccount), example = json!({"role": "approver"})),
    responses(
        (status = 200, description = "The account as it is now; for admins", body = inline(AccountBody), example = json!(
            {"name": "bob", "display_name": "Bob Stone", "role": "approver", "disabled": false, "created_ms": 1763719200000i64}
        )),
        (status = 403, description = "Not for this role", body = ErrorBody),
        (status = 404, description = "No such account", body = ErrorBody),
        (status = 409, description = "The last admin", body = ErrorBody)
    )
)]
pub async fn change(app: Shared, request: HttpRequest, name: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let by = timed(&app, person(&app, &request, Power::Administer)).await?;
    let ChangeAccount { role, disabled, password } = json(&body(&app, payload).await?)?;
    let changed = timed(&app, app.change_account(&by, &name, AccountChange { role, disabled, password })).await?;
    Ok(HttpResponse::Ok().json(AccountBody::of(changed)))
}

impl AccountBody {
    fn of(account: Account) -> Self {
        let Account { name, display_name, role, disabled, created_ms, .. } = account;
        Self { name, display_name, role, disabled, created_ms }
    }
}
