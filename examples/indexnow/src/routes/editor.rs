use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use temps_plugin_sdk::ProtocolVersion;
use temps_plugin_sdk::prelude::*;

use crate::AppState;
use crate::error::AppError;

/// What a caller needs to change something.
const PERMISSION: &str = "projects:write";

/// Somebody who may change something. A v1 host verifies nobody, and lets only those through who are signed in: with it that is everybody.
pub(crate) struct Editor;

impl FromRequestParts<Arc<AppState>> for Editor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<AppState>) -> Result<Self, AppError> {
        if app.ctx.protocol_version() != ProtocolVersion::V1 {
            let caller = AuthenticatedCaller::from_request_parts(parts, app).await.map_err(AppError::Unauthenticated)?;
            caller.require_permission(PERMISSION)?;
        }
        Ok(Self)
    }
}
