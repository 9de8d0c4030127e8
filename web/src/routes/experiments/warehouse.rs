//! Sums that a warehouse has made of events that never leave it.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use vitrine_experiments::design::{Design, Stage};
use vitrine_experiments::evidence::Evidence;
use vitrine_experiments::report::Report;

use crate::error::{ApiError, Code, ErrorBody};
use crate::experiments::ExperimentDocument;
use crate::experiments::reports::WAREHOUSE_CELL;
use crate::identity::Power;
use crate::routes::{Shared, signed_in_with, timed};
use crate::store::{Named, Record};

/// Hand in sums from a warehouse
///
/// For an experiment whose events stay where they are: centred moments by variant, day and segment, as the queries that come with
/// Vitrine make them. They take the place of what was handed in before; an experiment counts either these or its events.
#[utoipa::path(
    post, path = "/v1/experiments/{id}/summaries", tag = "Experiments", params(("id" = String, Path, description = "The experiment")),
    request_body(content = Evidence),
    responses((status = 200, description = "The report that follows", body = Report, example = json!({"experiment": "whiter-backgrounds"})),
        (status = 422, description = "They do not fit the plan", body = ErrorBody))
)]
pub async fn summaries(app: Shared, request: HttpRequest, id: web::Path<String>, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let (person, summed) = timed(&app, signed_in_with::<Evidence>(&app, &request, payload, Power::Edit)).await?;
    let report = async {
        let mut change = app.store.begin(&app.config.tenant).await?;
        let named: Option<Named<ExperimentDocument>> = change.experiment(&id).await?;
        let named = named.ok_or_else(|| crate::experiments::lifecycle::unknown(&id))?;
        let mut document = named.document;
        if !matches!(document.stage, Stage::Running | Stage::Stopped) {
            return Err(ApiError::new(
                Code::NotNow,
                format!("experiment `{id}` is `{}`: sums are taken while it runs or is stopped", document.stage.as_str()),
            ));
        }
        fits(&document.design, &summed)?;
        change.put_experiment_cell(&id, WAREHOUSE_CELL, &summed).await?;
        if !document.from_warehouse {
            document.from_warehouse = true;
            change.put_experiment(&id, document.stage.as_str(), &document).await?;
        }
        let units: Vec<u64> = summed.total.iter().map(|cell| cell.units).collect();
        let subject = format!("experiment:{id}");
        let record = Record {
            actor: person.name.clone(),
            action: "experiment.summed".into(),
            subject,
            reason: String::new(),
            detail: json!({ "units": units }),
        };
        change.commit(&[record]).await?;
        app.follow_experiments().await?;
        app.report_now(&id).await
    };
    Ok(HttpResponse::Ok().json(timed(&app, report).await?))
}

/// Whether sums are of this plan.
fn fits(design: &Design, summed: &Evidence) -> Result<(), ApiError> {
    let variants = design.variants.len();
    let cells = std::iter::once(("total", &summed.total))
        .chain(summed.days.iter().map(|day| (day.day.as_str(), &day.cells)))
        .chain(summed.segments.iter().map(|segment| (segment.value.as_str(), &segment.cells)));
    for (place, cells) in cells {
        let wrong = |message: String| Err(ApiError::new(Code::RequestInvalid, format!("`{place}`: {message}")));
        if cells.len() != variants {
            return wrong(format!("{} cells for {variants} variants", cells.len()));
        }
        for (name, summary) in cells.iter().flat_map(|cell| &cell.metrics) {
            if design.metric(name).is_none() {
                return wrong(format!("`{name}` is no metric of the plan"));
            }
            if !summary.moments.is_finite() {
                return wrong(format!("the sums of `{name}` are not finite"));
            }
        }
    }
    Ok(())
}
