//! The studio's pages: files that `web/ui` was built into, or a plain page that tells how to build them.

use std::path::PathBuf;

use actix_files::NamedFile;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::Compress;
use actix_web::{HttpRequest, HttpResponse, Scope, web};
use maud::{DOCTYPE, html};

use super::Shared;
use crate::error::{ApiError, Code};

/// Where the build lies, seen from the working directory or from above the program.
const BUILD: &str = "web/ui/dist";
/// Only what the server itself sends: no other host, no script or frame within the page. Editors set styles as they go.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; \
    frame-ancestors 'none'; form-action 'self'";

/// The folder of the built pages: the one that the settings name, else where a build leaves them.
pub fn folder(named: Option<&PathBuf>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.clone());
    }
    let program = std::env::current_exe().ok();
    let above = program.iter().flat_map(|program| program.ancestors().skip(1)).map(|folder| folder.join(BUILD));
    std::iter::once(PathBuf::from(BUILD)).chain(above).find(|folder| folder.join("index.html").is_file())
}

/// Everything under `/studio`.
pub fn pages() -> Scope<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    web::scope("/studio").wrap(Compress::default()).route("", web::get().to(to_pages)).route("/{path:.*}", web::get().to(page))
}

async fn to_pages() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("location", "/studio/")).finish()
}

async fn page(app: Shared, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let Some(folder) = folder(app.config.studio.ui.as_ref()) else { return Ok(unbuilt()) };
    // Names of a build have no folders above them; anything else is a page of the application.
    let is_name = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':']);
    let asset = folder.join(path.as_str());
    let is_asset = path.split('/').all(is_name) && asset.is_file();
    let (file, cache) = match is_asset {
        // The build puts a hash of the content into the names below `assets`.
        true if path.starts_with("assets/") => (asset, "public, max-age=31536000, immutable"),
        true => (asset, "no-cache"),
        false if path.starts_with("assets/") => return Err(ApiError::new(Code::RouteUnknown, "the build has no such file")),
        false => (folder.join("index.html"), "no-cache"),
    };
    let Ok(file) = NamedFile::open_async(file).await else { return Ok(unbuilt()) };
    let mut response = file.into_response(&request);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

fn unbuilt() -> HttpResponse {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Vitrine studio: not built yet" }
                style { "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}code{font-size:1.05em}" }
            }
            body {
                h1 { "The studio's pages are not built yet" }
                p { "The API works; its description is at " a href="/docs" { "/docs" } ". To build the pages, run in the project's folder:" }
                pre { code { "make ui" } }
                p { "and load this page again. The setting " code { "studio.ui" } " names another folder." }
            }
        }
    };
    HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header((CACHE_CONTROL, "no-store")).body(page.into_string())
}
