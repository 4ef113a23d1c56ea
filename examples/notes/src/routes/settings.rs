use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::AppState;
use crate::error::AppError;
use crate::types::{Settings, UpdateSettings};

pub(crate) async fn show(State(app): State<Arc<AppState>>) -> Result<Json<Settings>, AppError> {
    Ok(Json(app.store.settings().await?))
}

pub(crate) async fn update(
    State(app): State<Arc<AppState>>,
    Json(update): Json<UpdateSettings>,
) -> Result<Json<Settings>, AppError> {
    Ok(Json(app.store.update_settings(update).await?))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use serde_json::{Value, json};
    use temps_plugin_sdk::testing::{TestPlugin, TestResponse};

    use crate::NotesPlugin;

    async fn patch(plugin: &TestPlugin, body: Value) -> TestResponse {
        let request = Request::patch("/settings").header("content-type", "application/json").body(Body::from(body.to_string()));
        plugin.request(request.unwrap()).await
    }

    #[tokio::test]
    async fn settings_speak_javascript() {
        let plugin = TestPlugin::start::<NotesPlugin>().await.unwrap();
        let settings: Value = plugin.get("/settings").await.unwrap().json().await.unwrap();
        assert_eq!(settings, json!({ "pageSize": 20, "trimTitles": true }));
        let changed: Value = patch(&plugin, json!({ "pageSize": 5 })).await.json().await.unwrap();
        assert_eq!(changed, json!({ "pageSize": 5, "trimTitles": true }));
    }

    #[tokio::test]
    async fn what_is_wrong_is_told() {
        let plugin = TestPlugin::start::<NotesPlugin>().await.unwrap();
        let refused = patch(&plugin, json!({ "pageSize": 0 })).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let told: Value = refused.json().await.unwrap();
        assert_eq!(told, json!({ "error": "the page size is not valid: it is 0, and 1 to 100 are allowed" }));
        assert_eq!(patch(&plugin, json!({ "pagesize": 5 })).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
