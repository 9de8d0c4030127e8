//! Sessions: the browser holds a random token in a cookie that scripts cannot read, the store holds only its SHA-256.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;
use serde_json::json;

use crate::app::App;
use crate::cache::hash_of;
use crate::error::{ApiError, Code};
use crate::identity::Person;
use crate::store::{NewSession, Record};

/// The cookie's name.
const COOKIE_NAME: &str = "vitrine_session";
/// Without use a session ends before its time.
const IDLE: Duration = Duration::from_secs(2 * 3600);
/// Use is noted at most this often.
const NOTED_EVERY_MS: i64 = 60_000;
/// Sessions of one account at once; the oldest ends when there is one more.
const SESSIONS_MAX: u32 = 50;

/// Somebody who has not shown who they are, as the audit trail names them.
const STRANGER: &str = "somebody";

/// A session as it begins.
pub struct Begun {
    /// Whose.
    pub person: Person,
    /// What their calls have to carry.
    pub csrf: String,
    /// The value of the `Set-Cookie` header.
    pub cookie: String,
}

impl App {
    /// Begins a session of an account that has shown who it is, and by what: `password`, `demo`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn begin_session(&self, person: Person, by: &str) -> Result<Begun, ApiError> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|error| {
            tracing::error!(%error, "random bytes");
            ApiError::new(Code::Internal, "the system gives no random bytes")
        })?;
        let token = hex(&random);
        let mut change = self.store.begin(&self.config.tenant).await?;
        let life_ms = millis(self.config.studio.session);
        let session = NewSession { token_sha256: &kept(&token), account: &person.name, life_ms, idle_ms: millis(IDLE), most: SESSIONS_MAX };
        change.add_session(&session).await?;
        change.commit(&[record(&person.name, "session.begun", Some(&person.name), json!({ "by": by }))]).await?;
        let cookie = self.cookie(&token, self.config.studio.session.as_secs());
        Ok(Begun { person, csrf: csrf_of(&token), cookie })
    }

    /// Ends the session that a request belongs to, if it does; gives the header that takes the cookie away.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_session(&self, request: &HttpRequest) -> Result<String, ApiError> {
        if let Some(token) = token_of(request) {
            let ended =
                self.person_of_token(&token).await?.map(|Person { name, .. }| record(&name, "session.ended", Some(&name), json!({})));
            let mut change = self.store.begin(&self.config.tenant).await?;
            change.end_session(&kept(&token)).await?;
            change.commit(ended.as_slice()).await?;
        }
        Ok(self.cookie("", 0))
    }

    /// Notes a wrong password. Of a name that nobody has nothing is kept: people type passwords into that field, too. Attempts beyond what
    /// the throttle admits are not noted, so that nobody can fill the audit trail.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn note_refusal(&self, account: Option<&str>) -> Result<(), ApiError> {
        let change = self.store.begin(&self.config.tenant).await?;
        Ok(change.commit(&[record(STRANGER, "session.refused", account, json!({}))]).await?)
    }

    /// Whose session a token is, as the account is now.
    pub(super) async fn person_of_token(&self, token: &str) -> Result<Option<Person>, ApiError> {
        let (tenant, key) = (&self.config.tenant, kept(token));
        let Some((session, account)) = self.store.session(tenant, &key).await? else { return Ok(None) };
        let now_ms = crate::store::now_ms();
        let ended = now_ms >= session.expires_ms || now_ms >= session.used_ms + millis(IDLE);
        // Accounts of the demo are there for nobody once the demo is over.
        let of_demo = account.password.is_empty() && !self.config.studio.demo;
        if ended || account.disabled || of_demo {
            return Ok(None);
        }
        if now_ms >= session.used_ms + NOTED_EVERY_MS {
            let (store, tenant) = (self.store.clone(), tenant.clone());
            // Nobody has to wait for it, and nothing is lost with it.
            tokio::spawn(async move {
                let _ = store.session_was_used(&tenant, &key).await;
            });
        }
        Ok(Some(Person::of(account)))
    }

    fn cookie(&self, token: &str, seconds: u64) -> String {
        let secure = if self.config.studio.secure_cookies { "; Secure" } else { "" };
        format!("{COOKIE_NAME}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
    }
}

/// The token that a request carries.
pub fn token_of(request: &HttpRequest) -> Option<String> {
    let headers = request.headers().get_all(COOKIE).filter_map(|header| header.to_str().ok());
    let pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let token = pairs.filter(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value).next()?;
    (token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| token.to_owned())
}

/// What calls of a session have to carry: follows from the token, and the token does not follow from it.
pub fn csrf_of(token: &str) -> String {
    hex(&hash_of([b"csrf".as_slice(), token.as_bytes()]))
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

fn record(actor: &str, action: &'static str, account: Option<&str>, detail: serde_json::Value) -> Record {
    let subject = account.map_or_else(|| "session".to_owned(), |name| format!("account:{name}"));
    Record { actor: actor.to_owned(), action: action.into(), subject, reason: String::new(), detail }
}

fn kept(token: &str) -> String {
    hex(&hash_of([b"session".as_slice(), token.as_bytes()]))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
