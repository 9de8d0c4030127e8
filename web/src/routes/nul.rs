//! U+0000 is refused at the door: no name or text has it, and Postgres cannot keep it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::error::{ApiError, Code};

const MESSAGE: &str = "there is a character U+0000 in it, which no name or text may have";

/// Refuses it in addresses.
pub async fn refuse(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if in_form(&request.uri().to_string()) {
        let error = ApiError::new(Code::ParameterInvalid, MESSAGE);
        return Ok(request.error_response(error).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

/// Refuses it in a JSON text.
///
/// # Errors
/// `body_invalid`.
pub fn refuse_in_json(text: &[u8]) -> Result<(), ApiError> {
    if in_json(text) { Err(ApiError::new(Code::BodyInvalid, MESSAGE)) } else { Ok(()) }
}

/// Whether an address or a form's text has it.
pub fn in_form(text: &str) -> bool {
    text.contains("%00")
}

/// Whether a JSON text has it, where it can only stand as `\u0000`; after another backslash that is six letters.
fn in_json(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        rest = &rest[at + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_where_it_is_and_nowhere_else() {
        for text in [r#""\u0000""#, r#""a\\\u0000b""#, r#"{"\u0000": 1}"#] {
            assert!(in_json(text.as_bytes()), "{text}");
        }
        for text in [r#""\\u0000""#, r#""\u0001""#, "\"u0000\"", "\\", "", r#""\n\\""#] {
            assert!(!in_json(text.as_bytes()), "{text}");
        }
        assert!(in_form("/v1/decisions/a%00b") && !in_form("/v1/decisions/a%20b"));
    }
}
