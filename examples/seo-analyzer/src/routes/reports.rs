use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use temps_plugin_sdk::prelude::*;

use super::may_change;
use crate::AppState;
use crate::error::AppError;
use crate::store::{Queued, StoreError, checked_site};
use crate::types::{Difference, NewReport, Problem, Report, ReportDetail, Trigger, WhichReports};

/// Audits, the newest first.
#[utoipa::path(get, path = "/reports", params(WhichReports), responses(
    (status = 200, body = [Report]),
    (status = 400, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn list(
    State(app): State<Arc<AppState>>,
    which: Result<Query<WhichReports>, QueryRejection>,
) -> Result<Json<Vec<Report>>, AppError> {
    let Query(which) = which?;
    Ok(Json(app.store.reports(&which).await?))
}

/// Begins an audit.
#[utoipa::path(post, path = "/reports", request_body = NewReport, responses(
    (status = 202, body = Report),
    (status = 400, description = "There is no site, or its URL cannot be used", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "The caller may not change projects", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "One of this site is not over", body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn begin(
    State(app): State<Arc<AppState>>,
    caller: OptionalCaller,
    new: Result<Json<NewReport>, JsonRejection>,
) -> Result<(StatusCode, Json<Report>), AppError> {
    may_change(&caller)?;
    let Json(NewReport { url, project_id }) = new?;
    let site = match (url, project_id) {
        (Some(url), _) => url,
        (None, Some(project)) => app.store.site(project).await?.ok_or(AppError::NoSite)?.url,
        (None, None) => return Err(AppError::NoSite),
    };
    match app.store.queue(&checked_site(&site)?, project_id, Trigger::Manual, None).await? {
        Queued::New(report) => {
            app.auditor.wake();
            Ok((StatusCode::ACCEPTED, Json(*report)))
        }
        Queued::Known => Err(StoreError::Conflict("it is known already".to_owned()).into()),
    }
}

/// An audit, with what each check found.
#[utoipa::path(get, path = "/reports/{id}", params(("id" = i64, Path)), responses(
    (status = 200, body = ReportDetail),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<ReportDetail>, AppError> {
    let Path(id) = id?;
    Ok(Json(app.store.report_detail(id).await?))
}

/// Takes an audit out, with its pages and findings.
#[utoipa::path(delete, path = "/reports/{id}", params(("id" = i64, Path)), responses(
    (status = 204),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "It is not over", body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn remove(
    State(app): State<Arc<AppState>>,
    caller: OptionalCaller,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, AppError> {
    may_change(&caller)?;
    let Path(id) = id?;
    app.store.remove_report(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends an audit that is under way. What it has finished stays.
#[utoipa::path(post, path = "/reports/{id}/cancel", params(("id" = i64, Path)), responses(
    (status = 200, body = Report),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "It is over", body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn cancel(
    State(app): State<Arc<AppState>>,
    caller: OptionalCaller,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Report>, AppError> {
    may_change(&caller)?;
    let Path(id) = id?;
    if !app.auditor.cancel(id).await? {
        return Err(StoreError::Conflict(format!("report {id} is over")).into());
    }
    Ok(Json(app.store.report(id).await?))
}

/// What changed since the last audit of the site.
#[utoipa::path(get, path = "/reports/{id}/difference", params(("id" = i64, Path)), responses(
    (status = 200, body = Difference),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn difference(
    State(app): State<Arc<AppState>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Difference>, AppError> {
    let Path(id) = id?;
    Ok(Json(app.store.difference(id).await?))
}
