use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;

use super::{App, Editor, JsonBody, QueryOf};
use crate::error::AppError;
use crate::store::Order;
use crate::types::{Problem, Source, SubmitSuggestions, Submitted, Suggestions, WhichSuggestions};

/// Pages that should be submitted.
#[utoipa::path(
    get,
    path = "/suggestions",
    params(WhichSuggestions),
    responses(
        (status = 200, body = Suggestions),
        (status = 400, description = "A parameter is not valid", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list(State(app): App, QueryOf(which): QueryOf<WhichSuggestions>) -> Result<Json<Suggestions>, AppError> {
    Ok(Json(app.store.suggestions(which.site_id, Utc::now()).await?))
}

/// Submits a site's suggestions: those given, or all. What is given and is none any more is left out.
#[utoipa::path(
    post,
    path = "/suggestions/submit",
    request_body = SubmitSuggestions,
    responses(
        (status = 202, description = "They are about to be submitted", body = Submitted),
        (status = 400, description = "None of them is a suggestion", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such site", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn submit(
    State(app): App,
    _: Editor,
    JsonBody(wanted): JsonBody<SubmitSuggestions>,
) -> Result<(StatusCode, Json<Submitted>), AppError> {
    let site = app.store.site(wanted.site_id).await?;
    let settings = app.store.settings().await?;
    let mut suggested = app.store.suggested(Some(site.id), &settings, Utc::now()).await?;
    if let Some(urls) = &wanted.urls {
        let wanted: HashSet<&str> = urls.iter().map(String::as_str).collect();
        suggested.retain(|page| wanted.contains(page.url.as_str()));
    }
    if suggested.is_empty() {
        return Err(AppError::Invalid("there is nothing to submit: these pages are submitted already, or gone".to_owned()));
    }
    let urls: Vec<String> = suggested.into_iter().map(|page| page.url).collect();
    let order = Order { site: &site, source: Source::Suggestions, deployment_id: None, urls: &urls };
    let submissions = app.store.submit(&order, &settings).await?;
    app.submissions.notify_one();
    let urls = u64::try_from(urls.len()).unwrap_or(u64::MAX);
    Ok((StatusCode::ACCEPTED, Json(Submitted { submissions, urls })))
}
