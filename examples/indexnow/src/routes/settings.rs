use axum::Json;
use axum::extract::State;

use super::{App, Editor, JsonBody};
use crate::error::AppError;
use crate::indexnow::{self, Engine};
use crate::types::{EngineChoice, Problem, Settings, SettingsView, UpdateSettings};

/// The settings, with what can be chosen.
#[utoipa::path(get, path = "/settings", responses((status = 200, body = SettingsView)))]
pub(crate) async fn show(State(app): App) -> Result<Json<SettingsView>, AppError> {
    Ok(Json(view(app.store.settings().await?)))
}

/// Changes settings.
#[utoipa::path(
    patch,
    path = "/settings",
    request_body = UpdateSettings,
    responses(
        (status = 200, body = SettingsView),
        (status = 400, description = "A setting is not valid; none was changed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn update(
    State(app): App,
    _: Editor,
    JsonBody(update): JsonBody<UpdateSettings>,
) -> Result<Json<SettingsView>, AppError> {
    Ok(Json(view(app.store.update_settings(update).await?)))
}

/// Makes a new key. Sites have to serve it before the next submission.
#[utoipa::path(post, path = "/settings/key", responses((status = 200, body = SettingsView)))]
pub(crate) async fn new_key(State(app): App, _: Editor) -> Result<Json<SettingsView>, AppError> {
    let update = UpdateSettings { key: Some(indexnow::generate_key()), ..UpdateSettings::default() };
    Ok(Json(view(app.store.update_settings(update).await?)))
}

fn view(settings: Settings) -> SettingsView {
    let choice = |id: Engine| EngineChoice { id, label: id.label().to_owned(), endpoint: id.endpoint() };
    let engines = Engine::KNOWN.into_iter().chain([Engine::Custom]).map(choice).collect();
    SettingsView { endpoint: settings.endpoint(), settings, engines }
}
