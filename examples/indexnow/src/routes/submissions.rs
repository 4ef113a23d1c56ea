use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::{App, Editor, JsonBody, PathOf, QueryOf, urls};
use crate::error::AppError;
use crate::store::Order;
use crate::types::{NewSubmission, Problem, Source, Submission, SubmissionDetail, SubmissionPage, Submitted, WhichSubmissions};

/// A page of what was submitted, the newest first.
#[utoipa::path(
    get,
    path = "/submissions",
    params(WhichSubmissions),
    responses(
        (status = 200, body = SubmissionPage),
        (status = 400, description = "A parameter is not valid", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list(State(app): App, QueryOf(which): QueryOf<WhichSubmissions>) -> Result<Json<SubmissionPage>, AppError> {
    Ok(Json(app.store.submissions(&which).await?))
}

/// A submission with its URLs and tries.
#[utoipa::path(
    get,
    path = "/submissions/{id}",
    params(("id" = i64, Path)),
    responses(
        (status = 200, body = SubmissionDetail),
        (status = 404, description = "There is none", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn show(State(app): App, PathOf(id): PathOf<i64>) -> Result<Json<SubmissionDetail>, AppError> {
    Ok(Json(app.store.submission_detail(id).await?))
}

/// Submits URLs.
#[utoipa::path(
    post,
    path = "/submissions",
    request_body = NewSubmission,
    responses(
        (status = 202, description = "They are about to be submitted", body = Submitted),
        (status = 400, description = "A URL is not valid; none is submitted", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such site", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn create(
    State(app): App,
    _: Editor,
    JsonBody(new): JsonBody<NewSubmission>,
) -> Result<(StatusCode, Json<Submitted>), AppError> {
    let site = app.store.site(new.site_id).await?;
    let urls = urls::checked(&site, &new.urls)?;
    let order = Order { site: &site, source: Source::Manual, deployment_id: None, urls: &urls };
    let submissions = app.store.submit(&order, &app.store.settings().await?).await?;
    app.submissions.notify_one();
    let urls = u64::try_from(urls.len()).unwrap_or(u64::MAX);
    Ok((StatusCode::ACCEPTED, Json(Submitted { submissions, urls })))
}

/// Sends a submission that failed once more.
#[utoipa::path(
    post,
    path = "/submissions/{id}/retry",
    params(("id" = i64, Path)),
    responses(
        (status = 202, description = "It is about to be sent", body = Submission),
        (status = 404, description = "There is none", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has not failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn retry(
    State(app): App,
    _: Editor,
    PathOf(id): PathOf<i64>,
) -> Result<(StatusCode, Json<Submission>), AppError> {
    let submission = app.store.retry_submission(id).await?;
    app.submissions.notify_one();
    Ok((StatusCode::ACCEPTED, Json(submission)))
}
