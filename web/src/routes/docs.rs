//! `/openapi.json`, the page that shows it, and the landing page. The page is drawn from the description itself and loads nothing
//! from anywhere else.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use super::{json_text, openapi_json};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}a{color:#0b57d0}code,pre{font:13px/1.45 ui-monospace,monospace}\
pre{background:#f4f5f7;padding:.8rem;overflow:auto;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}\
details{border:1px solid #d6d9de;border-radius:6px;margin:.5rem 0;padding:.5rem .8rem}summary{cursor:pointer}\
.method{display:inline-block;min-width:3.2rem;font-weight:700}table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}\
@media(prefers-color-scheme:dark){body{background:#16181b;color:#e8e8e8}pre{background:#22252a}details{border-color:#3a3f46}a{color:#8ab4f8}}";

/// The description as JSON
#[utoipa::path(
    get, path = "/openapi.json", tag = "Operations",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object, example = json!({"openapi": "3.1.0", "info": {"title": "Vitrine"}})))
)]
pub async fn description() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    json_text(TEXT.get_or_init(openapi_json).clone())
}

/// This page
#[utoipa::path(
    get, path = "/docs", tag = "Operations",
    responses((status = 200, description = "Every route with an example", content_type = "text/html", body = String, example = json!("<!DOCTYPE html>…")))
)]
pub async fn page() -> HttpResponse {
    static PAGE: OnceLock<String> = OnceLock::new();
    let page = PAGE.get_or_init(|| draw(&serde_json::from_str(&openapi_json()).unwrap_or_default()).into_string());
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.clone())
}

/// Where to begin
#[utoipa::path(
    get, path = "/", tag = "Operations",
    responses((status = 200, description = "Links", content_type = "text/html", body = String, example = json!("<!DOCTYPE html>…")))
)]
pub async fn landing() -> HttpResponse {
    let page = frame(
        "Vitrine",
        &html! {
            h1 { "Vitrine" }
            p { "Rules over signals measured on product pictures decide which picture leads, and say why." }
            ul {
                li { a href="/docs" { "Every route with an example" } }
                li { a href="/openapi.json" { "The description, OpenAPI 3.1" } }
                li { a href="/v1/rules/packs" { "The rule packs in force" } " and " a href="/v1/signals" { "the signals that rules are written in" } }
                li { a href="/metrics" { "Counters" } ", " a href="/healthz" { "health" } ", " a href="/readyz" { "readiness" } }
            }
            pre { "curl --data-binary @shoe.jpg 'http://127.0.0.1:8080/v1/images?name=shoe.jpg'" }
        },
    );
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.into_string())
}

fn frame(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (content) }
        }
    }
}

fn draw(description: &Value) -> Markup {
    frame(
        "Vitrine: the API",
        &html! {
            h1 { "Vitrine: the API" }
            p { (text(&description["info"]["description"])) " The same as " a href="/openapi.json" { "OpenAPI 3.1" } "." }
            @for tag in description["tags"].as_array().into_iter().flatten() {
                h2 { (text(&tag["name"])) }
                p { (text(&tag["description"])) }
                @for (path, method, operation) in operations(description) {
                    @if operation["tags"][0] == tag["name"] {
                        (route(path, method, operation))
                    }
                }
            }
            h2 { "Errors" }
            p { "Every answer that is no success has the body " code { "{code, message, help}" } "." }
            table {
                tr { th { "code" } th { "status" } th { "what to do" } }
                @for code in crate::error::Code::ALL {
                    tr { td { code { (code.as_str()) } } td { (code.status()) } td { (code.help()) } }
                }
                @for reason in vitrine_detectors::Reason::ALL {
                    tr { td { code { (reason.code()) } } td { "422" } td { (reason.help()) } }
                }
            }
        },
    )
}

fn operations(description: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = description["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, methods)| {
        methods.as_object().into_iter().flatten().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn route(path: &str, method: &str, operation: &Value) -> Markup {
    html! {
        details id=(format!("{method} {path}")) {
            summary { span.method { (method.to_uppercase()) } code { (path) } " " (text(&operation["summary"])) }
            @if let Some(words) = operation["description"].as_str() { p { (words) } }
            @if let Some(parameters) = operation["parameters"].as_array() {
                table {
                    @for parameter in parameters {
                        tr {
                            td { code { (text(&parameter["name"])) } }
                            td { (text(&parameter["in"])) }
                            td { (text(&parameter["description"])) }
                        }
                    }
                }
            }
            @for (kind, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                p { "Body, " code { (kind) } ": " (text(&operation["requestBody"]["description"])) }
                (example(content))
            }
            @for (status, response) in operation["responses"].as_object().into_iter().flatten() {
                p { strong { (status) } " " (text(&response["description"])) }
                @for content in response["content"].as_object().into_iter().flat_map(|kinds| kinds.values()) { (example(content)) }
            }
        }
    }
}

fn example(content: &Value) -> Markup {
    html! {
        @match &content["example"] {
            Value::Null => {}
            Value::String(words) => pre { (words) }
            value => pre { (serde_json::to_string_pretty(value).unwrap_or_default()) }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
