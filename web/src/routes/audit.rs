//! `GET /v1/audit`: who did what to what, and why.

use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Shared, query, timed};
use crate::error::{ApiError, ErrorBody};
use crate::identity::{Power, person};
use crate::store::Kept;

/// Records of one page.
const PAGE: u32 = 100;

/// Which records.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditParams {
    /// The `next` of the page before; from the newest where none is named.
    before: Option<i64>,
    /// Only of this subject.
    #[param(example = "draft:12")]
    subject: Option<String>,
}

/// A page of the audit trail.
#[derive(Serialize, ToSchema)]
pub struct AuditBody {
    /// Newest first.
    records: Vec<Kept>,
    /// `before` of the next page; null at the end.
    next: Option<i64>,
}

/// Read the audit trail
///
/// Every change by a person, newest first, 100 a page. Records are never changed or removed.
#[utoipa::path(
    get, path = "/v1/audit", tag = "People", params(AuditParams),
    responses(
        (status = 200, description = "A page of it", body = inline(AuditBody), example = json!({"records": [
            {"seq": 7, "at_ms": 1763719200000i64, "actor": "ann", "action": "account.added", "subject": "account:bob", "reason": "", "detail": {"role": "editor"}}
        ], "next": null})),
        (status = 401, description = "Nobody has signed in", body = ErrorBody)
    )
)]
pub async fn list(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    timed(&app, person(&app, &request, Power::View)).await?;
    let AuditParams { before, subject } = query(&request)?;
    let page = async { Ok(app.store.records(&app.config.tenant, subject.as_deref(), before, PAGE).await?) };
    let records = timed(&app, page).await?;
    let next = records.last().filter(|last| records.len() == PAGE as usize && last.seq > 1).map(|last| last.seq);
    Ok(HttpResponse::Ok().json(AuditBody { records, next }))
}
