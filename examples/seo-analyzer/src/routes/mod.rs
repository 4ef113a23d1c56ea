//! What requests are answered with.

pub(crate) mod checks;
pub(crate) mod exports;
pub(crate) mod findings;
pub(crate) mod pages;
pub(crate) mod reports;
pub(crate) mod settings;
pub(crate) mod sites;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};
use temps_plugin_sdk::prelude::*;

use crate::AppState;

/// The permission that changes need: audits send requests to sites, and are work.
const CHANGES: &str = "projects:write";

pub(crate) fn router(app: Arc<AppState>) -> Router {
    Router::new()
        .route("/reports", get(reports::list).post(reports::begin))
        .route("/reports/{id}", get(reports::show).delete(reports::remove))
        .route("/reports/{id}/cancel", post(reports::cancel))
        .route("/reports/{id}/difference", get(reports::difference))
        .route("/reports/{id}/findings", get(findings::list))
        .route("/reports/{id}/page", get(pages::find))
        .route("/reports/{id}/pages", get(pages::list))
        .route("/reports/{id}/pages/{page}", get(pages::show))
        .route("/reports/{id}/export.csv", get(exports::csv))
        .route("/reports/{id}/export.json", get(exports::json))
        .route("/checks", get(checks::list))
        .route("/settings", get(settings::show).patch(settings::update))
        .route("/projects", get(sites::projects))
        .route("/sites/{project}", put(sites::set).delete(sites::remove))
        .with_state(app)
}

/// Whether a request may change something. A v1 host verifies nobody, and lets only signed-in users through: there it may.
fn may_change(caller: &OptionalCaller) -> Result<(), Forbidden> {
    caller.0.as_ref().map_or(Ok(()), |caller| caller.require_permission(CHANGES))
}

#[cfg(test)]
pub(crate) mod tests;
