//! `POST /v1/images`, `GET /v1/images/{hash}` and its small version.

use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETag, EntityTag, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use base64::Engine as _;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vitrine_engine::{ContentHash, DetectorId, Fault, Reading, SignalName};

use super::{Shared, admitted, body, path_part, query, timed};
use crate::cache::Picture;
use crate::error::{ApiError, Code, ErrorBody};
use crate::pictures::Wanted;

/// What is known of a picture.
#[derive(Serialize, ToSchema)]
pub struct ImageBody<'a> {
    /// SHA-256 of the bytes: the key of everything that is known of it.
    #[schema(value_type = String)]
    content_hash: ContentHash,
    /// Signals by name, each with its detector, and with confidence and region where there are such.
    #[schema(value_type = Object)]
    signals: BTreeMap<&'a SignalName, &'a Reading>,
    /// What could not be measured, and why.
    #[schema(value_type = Vec<Object>)]
    faults: &'a [Fault],
    /// The detectors that looked.
    #[schema(value_type = Vec<String>)]
    detectors: &'a [DetectorId],
}

/// Parameters of an upload.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AddParams {
    /// The file's name, only used to see whether its extension fits its content.
    name: Option<String>,
}

/// Measure a picture
///
/// The file as the raw body, or as the first file of a `multipart/form-data` form. All signals are measured; the picture can then
/// compete in selections by its hash. A file that is refused has the code and sentence of its refusal.
#[utoipa::path(
    post, path = "/v1/images", tag = "Pictures", params(AddParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "`curl --data-binary @shoe.jpg 'http://127.0.0.1:8080/v1/images?name=shoe.jpg'`"),
    responses(
        (status = 200, description = "The picture's hash and signals", body = inline(ImageBody), example = json!({
            "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "signals": {"long_side_px": {"value": 2000.0, "detector": "file_facts@1"}, "sharpness": {"value": 0.71, "detector": "sharpness@1"}},
            "faults": [], "detectors": ["file_facts@1", "sharpness@1"]
        })),
        (status = 422, description = "The file is refused", body = ErrorBody, example = json!({"code": "not_an_image", "message": "the bytes are of no picture format", "help": "send a JPEG, PNG, WebP, GIF, TIFF or BMP file"})),
        (status = 413, description = "The body is larger than the settings allow", body = ErrorBody),
        (status = 429, description = "More comes in than can be answered; see `Retry-After`", body = ErrorBody),
        (status = 503, description = "The server is stopping, or its store does not answer", body = ErrorBody)
    )
)]
pub async fn add(app: Shared, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let AddParams { name } = query(&request)?;
    let payload = admitted(&app, &request, payload).await?;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (bytes, name) = if kind.starts_with("multipart/form-data") {
        let (bytes, own) = timed(&app, first_file(&app, &request, payload)).await?;
        (bytes, name.or(own))
    } else {
        (body(&app, payload).await?, name)
    };
    let picture = timed(&app, app.picture_of_bytes(bytes, name, Wanted::Everything)).await?;
    Ok(answer(&picture))
}

/// Look up a picture's signals
#[utoipa::path(
    get, path = "/v1/images/{hash}", tag = "Pictures",
    params(("hash" = String, Path, description = "SHA-256 of the file, 64 hexadecimal digits", example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")),
    responses(
        (status = 200, description = "What is known of it", body = inline(ImageBody), example = json!({
            "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "signals": {"long_side_px": {"value": 2000.0, "detector": "file_facts@1"}}, "faults": [], "detectors": ["file_facts@1"]
        })),
        (status = 404, description = "No such picture is known", body = ErrorBody)
    )
)]
pub async fn get(app: Shared, hash: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let hash: ContentHash = path_part(&hash)?;
    match timed(&app, app.known_picture(hash)).await? {
        Some(picture) => Ok(answer(&picture)),
        None => Err(ApiError::new(Code::ImageUnknown, format!("no picture with the hash `{hash}` is known"))),
    }
}

/// A small version of a picture
///
/// A JPEG of at most 480 px, kept when the picture was measured. It never changes.
#[utoipa::path(
    get, path = "/v1/images/{hash}/thumbnail", tag = "Pictures",
    params(("hash" = String, Path, description = "SHA-256 of the file, 64 hexadecimal digits")),
    responses(
        (status = 200, description = "The JPEG", content_type = "image/jpeg", body = Vec<u8>, example = json!("…")),
        (status = 404, description = "There is none", body = ErrorBody)
    )
)]
pub async fn thumbnail(app: Shared, request: HttpRequest, hash: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let hash: ContentHash = path_part(&hash)?;
    let unknown = || ApiError::new(Code::ThumbnailUnknown, format!("no small version of the picture `{hash}` is kept"));
    let text = timed(&app, async { Ok(app.store.thumbnail(&app.config.tenant, hash).await?) }).await?.ok_or_else(unknown)?;
    let jpeg = base64::engine::general_purpose::STANDARD.decode(text).map_err(|_| unknown())?;
    let tag = ETag(EntityTag::new_strong(hash.to_string()));
    let immutable = (CACHE_CONTROL, "public, max-age=31536000, immutable");
    if request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == format!("\"{hash}\"").as_bytes()) {
        return Ok(HttpResponse::NotModified().insert_header(tag).insert_header(immutable).finish());
    }
    Ok(HttpResponse::Ok().content_type("image/jpeg").insert_header(tag).insert_header(immutable).body(jpeg))
}

fn answer(picture: &Picture) -> HttpResponse {
    let measured = &picture.measured;
    HttpResponse::Ok().json(ImageBody {
        content_hash: measured.content_hash,
        signals: measured.signals.iter().collect(),
        faults: &measured.faults,
        detectors: &measured.detectors,
    })
}

/// The first file of a form and its name.
async fn first_file(app: &crate::app::App, request: &HttpRequest, payload: web::Payload) -> Result<(web::Bytes, Option<String>), ApiError> {
    let invalid = |error: &dyn std::fmt::Display| ApiError::new(Code::BodyInvalid, format!("the form cannot be read: {error}"));
    let mut payload = payload.into_inner();
    let mut form = Multipart::from_request(request, &mut payload).await.map_err(|error| invalid(&error))?;
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| invalid(&error))?;
        let name = field.content_disposition().and_then(|disposition| disposition.get_filename()).map(str::to_owned);
        let limit = app.config.body_bytes_max;
        let too_large = || ApiError::new(Code::BodyTooLarge, format!("the file has more than the {limit} bytes allowed"));
        let bytes = field.bytes(limit).await.map_err(|_| too_large())?.map_err(|error| invalid(&error))?;
        if name.is_some() || field.name() == Some("file") {
            return Ok((bytes, name));
        }
    }
    Err(ApiError::new(Code::BodyInvalid, "the form has no file"))
}
