//! Statements of reasons and objections, as JSON and as a page. Nobody has to sign in: a seller has no account.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Shared, body, json, nul, query, timed};
use crate::error::{ApiError, Code, ErrorBody};
use crate::statement::{Objection, Statement, page, thanks};

/// The page loads only its own pictures, runs nothing, and is shown in no other page.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Most bytes of a form: its text in any writing, and its fields.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// Which statement.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StatementParams {
    /// `en`, `de`, `fr`, `es`, `it` or `nl`; English where none of them is named.
    #[param(example = "de")]
    language: Option<String>,
    /// The picture's id in the decision; where none is named, the first that something was done to.
    image: Option<String>,
}

/// The key of an objection.
#[derive(Serialize, ToSchema)]
pub struct ObjectionBody {
    /// Of its item in the queue.
    id: String,
}

/// An objection as the page's form sends it.
#[derive(Deserialize)]
pub struct Form {
    image: String,
    rule: String,
    language: String,
    text: String,
}

/// Say to a seller what was done, and why
///
/// Made from the stored decision, whatever rules hold today. `/statement/{id}` is the same as a page.
#[utoipa::path(
    get, path = "/v1/decisions/{id}/statement", tag = "Review",
    params(("id" = String, Path, description = "The `decision_id` of an answer"), StatementParams),
    responses(
        (status = 200, description = "The statement", body = inline(Statement), example = json!({
            "product": "sku-4711", "image": "worn", "content_hash": "9f86…", "language": "de", "at": 1763719200000i64, "by": "Automatisch nach Regeln entschieden",
            "sections": [{"rule": "amazon-us.main.white-background", "title": "White background", "done": "Das Bild wird nicht als Hauptbild verwendet.",
                "message": "…", "value": 0.31, "limit": 0.95, "unit": null, "region": null, "evidence": "…", "fix": "Senden Sie ein Bild, das dies erfüllt: White background."}],
            "how_to_object": "…"
        })),
        (status = 404, description = "No such decision, or no such picture in it", body = ErrorBody),
        (status = 409, description = "A part of the decision is no longer there", body = ErrorBody)
    )
)]
pub async fn get(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(statement(&app, &request, &id).await?))
}

/// Object to a decision
///
/// One objection for each picture and rule of a decision; a person looks at it.
#[utoipa::path(
    post, path = "/v1/objections", tag = "Review",
    request_body(content = inline(Objection), example = json!({
        "decision": "0c5d…", "image": "worn", "rule": "amazon-us.main.white-background", "text": "The background is white; the grey is a shadow."
    })),
    responses(
        (status = 200, description = "It is in the queue", body = inline(ObjectionBody), example = json!({"id": "5c1e…"})),
        (status = 404, description = "No such decision, or the rule had no effect on that picture", body = ErrorBody),
        (status = 409, description = "There is an objection to it already", body = ErrorBody),
        (status = 422, description = "The text is empty or too long", body = ErrorBody)
    )
)]
pub async fn object(app: Shared, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let objection: Objection = json(&body(&app, payload).await?)?;
    Ok(HttpResponse::Ok().json(ObjectionBody { id: timed(&app, app.object(objection)).await? }))
}

/// A statement as a page
///
/// To be read, printed and answered without scripts.
#[utoipa::path(
    get, path = "/statement/{id}", tag = "Review",
    params(("id" = String, Path, description = "The `decision_id` of an answer"), StatementParams),
    responses(
        (status = 200, description = "The page", content_type = "text/html", body = String, example = json!("<!DOCTYPE html>…")),
        (status = 404, description = "No such decision, or no such picture in it", body = ErrorBody)
    )
)]
pub async fn show(app: Shared, request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let statement = statement(&app, &request, &id).await?;
    Ok(html(HttpResponse::Ok(), page(&statement, &id, None)))
}

/// Object by the page's form
#[utoipa::path(
    post, path = "/statement/{id}", tag = "Review",
    params(("id" = String, Path, description = "The `decision_id` of an answer")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "image=worn&rule=amazon-us.main.white-background&language=de&text=…"),
    responses(
        (status = 200, description = "A page that says that it has come", content_type = "text/html", body = String, example = json!("<!DOCTYPE html>…")),
        (status = 404, description = "No such decision, or the rule had no effect on that picture", body = ErrorBody)
    )
)]
pub async fn send(app: Shared, id: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let bytes = body(&app, payload).await?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| text.len() <= FORM_BYTES_MAX && !nul::in_form(text));
    let form = text.and_then(|text| web::Query::<Form>::from_query(text).ok());
    let Form { image, rule, language, text } =
        form.ok_or_else(|| ApiError::new(Code::BodyInvalid, "this takes the form of the page"))?.into_inner();
    let (decision, asked) = (id.into_inner(), image.clone());
    match timed(&app, app.object(Objection { decision: decision.clone(), image, rule, text })).await {
        Ok(_) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            let back = query.append_pair("language", &language).append_pair("image", &asked).finish();
            Ok(html(HttpResponse::Ok(), thanks(&language, &format!("/statement/{decision}?{back}"))))
        }
        // Whoever wrote a text does not lose the page over it.
        Err(error) if [Code::RequestInvalid, Code::ObjectionExists].iter().any(|code| code.as_str() == error.body().code) => {
            let statement = timed(&app, app.statement(&decision, Some(&asked), &language)).await?;
            let note = format!("{}: {}", error.body().message, error.body().help);
            Ok(html(HttpResponse::build(error.status_code()), page(&statement, &decision, Some(&note))))
        }
        Err(error) => Err(error),
    }
}

async fn statement(app: &Shared, request: &HttpRequest, id: &str) -> Result<Statement, ApiError> {
    let StatementParams { language, image } = query(request)?;
    timed(app, app.statement(id, image.as_deref(), language.as_deref().unwrap_or_default())).await
}

fn html(mut answer: actix_web::HttpResponseBuilder, page: String) -> HttpResponse {
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .body(page)
}
