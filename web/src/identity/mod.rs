//! Who asks, and what they may do. The one place that knows of passwords and cookies: everything else asks [`person`], so that
//! single sign-on takes the place of what is in this folder and of nothing else.

mod accounts;
mod password;
mod role;
mod session;
mod throttle;

use actix_web::HttpRequest;
use actix_web::http::Method;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::store::Account;

pub use accounts::{AccountChange, NewAccount};
pub use role::{AccountRole, Power};
pub use session::Begun;
use throttle::Throttle;
pub use throttle::WINDOW as THROTTLED;

/// The header that every call but GET carries.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// Somebody who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, ToSchema)]
pub struct Person {
    /// The account's name.
    pub name: String,
    /// As people call them.
    pub display_name: String,
    /// What they may do.
    pub role: AccountRole,
}

/// What signing in needs in memory.
pub struct Identity {
    throttle: Throttle,
    /// Passwords hashed at once: each takes 19 MiB and a core.
    hashing: tokio::sync::Semaphore,
}

impl Default for Identity {
    fn default() -> Self {
        Self { throttle: Throttle::default(), hashing: tokio::sync::Semaphore::new(2) }
    }
}

/// The person who asks, if they may.
///
/// # Errors
/// `not_signed_in`, `csrf` on a call other than GET, `not_allowed`, or a store that does not answer.
pub async fn person(app: &App, request: &HttpRequest, power: Power) -> Result<Person, ApiError> {
    let token = session::token_of(request).ok_or_else(not_signed_in)?;
    let person = app.person_of_token(&token).await?.ok_or_else(not_signed_in)?;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let given = request.headers().get(CSRF_HEADER).map(|header| header.as_bytes()).unwrap_or_default();
        if !session::same(given, session::csrf_of(&token).as_bytes()) {
            return Err(ApiError::new(Code::Csrf, format!("the header `{CSRF_HEADER}` is not that of this session")));
        }
    }
    if !person.role.may(power) {
        let message = format!("{} needs the role {}; {} is {}", power.what(), power.least(), person.name, person.role.as_str());
        return Err(ApiError::new(Code::NotAllowed, message));
    }
    Ok(person)
}

/// The person who asks and the token that their calls have to carry; `None` where nobody has signed in.
///
/// # Errors
/// When the store does not answer.
pub async fn visitor(app: &App, request: &HttpRequest) -> Result<Option<(Person, String)>, ApiError> {
    let Some(token) = session::token_of(request) else { return Ok(None) };
    Ok(app.person_of_token(&token).await?.map(|person| (person, session::csrf_of(&token))))
}

impl Person {
    fn of(account: Account) -> Self {
        Self { name: account.name, display_name: account.display_name, role: account.role }
    }
}

fn not_signed_in() -> ApiError {
    ApiError::new(Code::NotSignedIn, "nobody has signed in, or the session has ended")
}
