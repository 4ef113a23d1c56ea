use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderName, HeaderValue};
use temps_plugin_protocol::PluginEvent;

use super::problem::Problem;
use crate::temps::{NewEvent, Shared};

/// The header of the answer that says how the event reached each plugin that subscribes to it, separated by `; `. Empty when
/// none does.
pub const DELIVERIES_HEADER: &str = "x-temps-dev-deliveries";

pub(super) async fn event(State(shared): State<Arc<Shared>>, body: Result<Json<NewEvent>, JsonRejection>) -> Response {
    let event: PluginEvent = match body {
        Ok(Json(event)) => event.into(),
        Err(rejection) => return Problem::new(rejection.status(), rejection.body_text()).into_response(),
    };
    let deliveries = shared.emit(&event).await;
    let text: Vec<String> = deliveries.iter().map(|(plugin, delivery)| format!("{plugin}: {delivery}")).collect();
    // A reason may hold what no header can.
    let text: String = text.join("; ").chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' }).collect();
    let header = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    ([(HeaderName::from_static(DELIVERIES_HEADER), header)], Json(event)).into_response()
}
