//! Errors of the API: one table of stable codes, one shape of body. Files that are refused keep the detectors' own codes.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vitrine_detectors::Refusal;
use vitrine_detectors::batcher::{Cause, Refusal as ModelRefusal};
use vitrine_rules::Diagnostic;

use crate::store::StoreError;

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"code": "image_unknown", "message": "no picture with the hash `9f86…` is known", "help": "send its bytes to `POST /v1/images` first"}))]
pub struct ErrorBody {
    /// Stable code, to be decided by.
    pub code: String,
    /// What is wrong, with the words of the request.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $status:literal, $help:literal;)*) => {
        /// The API's own error codes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// What to do about it.
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

codes! {
    /// The body is not the JSON that the route asks for.
    BodyInvalid, "body_invalid", 400, "see `/docs` for the body this route takes";
    /// A part of path or query cannot be read.
    ParameterInvalid, "parameter_invalid", 400, "see `/docs` for the parameters this route takes";
    /// A request that says something impossible.
    RequestInvalid, "request_invalid", 422, "see `/docs` for an example of a request";
    /// More candidates than the settings allow.
    TooManyCandidates, "too_many_candidates", 422, "ask in several requests, or raise `server.candidates_max`";
    /// No rule set can be made for the scope.
    RulesInvalid, "rules_invalid", 422, "`GET /v1/rules/packs` lists the packs; `POST /v1/rules/check` explains every finding";
    /// The picture is not known.
    ImageUnknown, "image_unknown", 404, "send its bytes to `POST /v1/images` first";
    /// The picture is known, but not everything that the rules ask for was measured.
    ReadingsIncomplete, "readings_incomplete", 409, "send its bytes to `POST /v1/images` again, so that the missing signals are measured";
    /// The decision is not known.
    DecisionUnknown, "decision_unknown", 404, "take the `decision_id` of an answer of `POST /v1/select`";
    /// The rule set is not known.
    RuleSetUnknown, "rule_set_unknown", 404, "`GET /v1/rules` gives the version of the rule set in force";
    /// A stored decision cannot be computed again with this program.
    ReplayImpossible, "replay_impossible", 409, "replay it with the program version that made it";
    /// The draft is not known.
    DraftUnknown, "draft_unknown", 404, "`GET /v1/drafts` lists the drafts";
    /// The release is not known.
    ReleaseUnknown, "release_unknown", 404, "`GET /v1/releases` lists the releases";
    /// The rule is not known.
    RuleUnknown, "rule_unknown", 404, "`GET /v1/rules/index` lists the rules";
    /// The signal is not known.
    SignalUnknown, "signal_unknown", 404, "`GET /v1/signals` lists the signals";
    /// The backtest is not known.
    BacktestUnknown, "backtest_unknown", 404, "start one with `POST /v1/drafts/{id}/backtest`; a server keeps the newest of them";
    /// An edit cannot be written into the packs.
    EditInvalid, "edit_invalid", 422, "see the message for the field and what it takes";
    /// Another person has changed the same field.
    EditConflict, "edit_conflict", 409, "look at both values and send the edit again with the value that holds now as `was`";
    /// What the request rests on has changed meanwhile.
    Stale, "stale", 409, "look at what holds now, bring the draft up to it, and try again";
    /// The thing is in a state in which this cannot be done.
    NotNow, "not_now", 409, "see its present state and what it allows";
    /// Another release is on its way.
    RolloutRunning, "rollout_running", 409, "wait until it has gone live, or stop it";
    /// One's own draft cannot be approved.
    OwnDraft, "own_draft", 403, "ask another approver";
    /// The experiment is not known.
    ExperimentUnknown, "experiment_unknown", 404, "`GET /v1/experiments` lists the experiments";
    /// There is such an experiment already.
    ExperimentExists, "experiment_exists", 409, "choose another id";
    /// The experiment's plan has faults.
    ExperimentInvalid, "experiment_invalid", 422, "mend what the message names; `faults` of `GET /v1/experiments/{id}` lists all of it";
    /// Other experiments hold the traffic.
    NoTrafficLeft, "no_traffic_left", 409, "see the message for who holds it";
    /// No report of that day was kept.
    ReportUnknown, "report_unknown", 404, "`GET /v1/experiments/{id}/reports` lists the days";
    /// No such address.
    RouteUnknown, "route_unknown", 404, "`/docs` lists every route";
    /// The address exists, the method does not.
    MethodNotAllowed, "method_not_allowed", 405, "`/docs` lists the methods of every route";
    /// The body is larger than the settings allow.
    BodyTooLarge, "body_too_large", 413, "send less at once, or raise `server.body_bytes_max`";
    /// The body has a type that the route does not take.
    MediaTypeUnsupported, "media_type_unsupported", 415, "send `application/json` where a route takes JSON";
    /// The picture's host is not allowed.
    HostNotAllowed, "host_not_allowed", 403, "add the host to `fetch.hosts` in the settings, or send the bytes";
    /// The picture's URL cannot be used.
    UrlInvalid, "url_invalid", 422, "send an absolute `http` or `https` URL without user name and password";
    /// The picture's host has an address that is never fetched from.
    AddressForbidden, "address_forbidden", 403, "use a public address, or send the bytes";
    /// The picture could not be fetched.
    FetchFailed, "fetch_failed", 502, "check that the URL answers with the picture, or send the bytes";
    /// Fetching the picture took too long.
    FetchTimeout, "fetch_timeout", 504, "try again later, raise `fetch.timeout_ms`, or send the bytes";
    /// A picture that was not measured by the deadline that the request named; it stands in that picture's `error`.
    Pending, "pending", 503, "ask again: it is being measured";
    /// More comes in than can be answered, or all places for work are taken.
    Overloaded, "overloaded", 429, "try again after the time that `Retry-After` names";
    /// The server is stopping or its store does not answer.
    Unavailable, "unavailable", 503, "try again after the time that `Retry-After` names";
    /// The answer took too long.
    Timeout, "timeout", 504, "send fewer or smaller pictures at once, or raise `server.request_timeout_ms`";
    /// Nobody has signed in.
    NotSignedIn, "not_signed_in", 401, "sign in with `POST /v1/session`";
    /// Name and password do not belong together.
    SignInFailed, "sign_in_failed", 401, "check both; an admin can set a new password";
    /// Too many wrong passwords in a short time.
    TooManyAttempts, "too_many_attempts", 429, "try again after the time that `Retry-After` names";
    /// The role of whoever asks does not allow it.
    NotAllowed, "not_allowed", 403, "ask somebody with the role that the message names, or an admin for that role";
    /// A call that changes something does not carry its session's token.
    Csrf, "csrf", 403, "send the `csrf` of `GET /v1/session` as the header `x-csrf-token`";
    /// Only a demo does this.
    DemoOnly, "demo_only", 403, "sign in by name and password with `POST /v1/session`";
    /// There is such an account already.
    AccountExists, "account_exists", 409, "choose another name, or sign in";
    /// There is no such account.
    AccountUnknown, "account_unknown", 404, "`GET /v1/accounts` lists the accounts";
    /// The password is too easy to guess.
    PasswordWeak, "password_weak", 422, "take at least 10 characters that nobody would try first; several words are easy to remember";
    /// Somebody has to be left who can change accounts.
    LastAdmin, "last_admin", 409, "make somebody else an admin first";
    /// There is no small version of the picture.
    ThumbnailUnknown, "thumbnail_unknown", 404, "send the picture's bytes to `POST /v1/images` while `studio.thumbnails` is on";
    /// There is no such item in the queue.
    QueueItemUnknown, "queue_item_unknown", 404, "`GET /v1/queue` lists the items";
    /// Whoever asks has done nothing that could be undone.
    NothingToUndo, "nothing_to_undo", 409, "only one's own judgement can be taken back";
    /// The rule was not overturned.
    NotOverturned, "not_overturned", 409, "judge the item with `overturn` first";
    /// The decision knows no such picture, or the rule did nothing to it.
    ReasonUnknown, "reason_unknown", 404, "`GET /v1/decisions/{id}/statement` tells what each rule did";
    /// A seller has objected already.
    ObjectionExists, "objection_exists", 409, "wait until a person has looked at it";
    /// The feed knows nothing of the product.
    FedProductUnknown, "fed_product_unknown", 404, "send a change of it to `POST /v1/feed`, and ask again when it is settled";
    /// A fault of the program.
    Internal, "internal", 500, "try again; if it happens again, report it with the time of the request";
}

/// A request that is answered with an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
    retry_after_s: Option<u32>,
}

impl ApiError {
    /// An error of the table with a sentence about this request.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = ErrorBody { code: code.as_str().to_owned(), message: message.into(), help: code.help().to_owned() };
        let retry_after_s = match code {
            Code::Overloaded | Code::Unavailable => Some(1),
            Code::TooManyAttempts => u32::try_from(crate::identity::THROTTLED.as_secs()).ok(),
            _ => None,
        };
        Self { status, body, retry_after_s }
    }

    /// A file that was refused: the detectors' code, sentence and help.
    pub fn refused(refusal: &Refusal) -> Self {
        let body = ErrorBody { code: refusal.code().to_owned(), message: refusal.message().to_owned(), help: refusal.help().to_owned() };
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, body, retry_after_s: None }
    }

    /// A model that had no time for a picture, or could not be run.
    pub fn model(refusal: &ModelRefusal) -> Self {
        let code = match refusal.cause {
            Cause::Full | Cause::Busy => Code::Overloaded,
            Cause::Late => Code::Timeout,
            Cause::Cancelled | Cause::Paused | Cause::Stopped => Code::Unavailable,
            Cause::Failed => Code::Internal,
        };
        let mut error = Self::new(code, refusal.message.clone());
        if let Some(wait) = refusal.retry_after.filter(|_| error.retry_after_s.is_some()) {
            error.retry_after_s = Some(u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1));
        }
        error
    }

    /// A scope or pack with findings.
    pub fn rules(findings: &[Diagnostic]) -> Self {
        let sentences: Vec<String> = findings.iter().filter(|finding| finding.is_error()).map(ToString::to_string).collect();
        Self::new(Code::RulesInvalid, sentences.join("; "))
    }

    /// The body as it is sent.
    pub fn body(&self) -> &ErrorBody {
        &self.body
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.body.code, self.body.message)
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after_s {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        response.json(&self.body)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        // The cause may tell of paths and tables: it belongs into the log, not into the answer.
        tracing::error!(%error, "store");
        Self::new(Code::Unavailable, "the store does not answer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_each_has_a_status_of_an_error_and_help() {
        let codes: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!((400..600).contains(&code.status()) && !code.help().is_empty(), "{code:?}");
            assert_eq!(ApiError::new(*code, "x").status.as_u16(), code.status());
        }
    }

    #[test]
    fn no_code_is_also_a_code_of_a_refused_file() {
        for reason in vitrine_detectors::Reason::ALL {
            assert!(Code::ALL.iter().all(|code| code.as_str() != reason.code()), "{}", reason.code());
        }
    }
}
