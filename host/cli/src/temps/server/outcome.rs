use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use temps_plugin_inbox::Operator;
use temps_plugin_inbox::event::State as InboxState;

use crate::temps::{Plugin, Shared};

/// What became of an event in one plugin, as its inbox has it.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    plugin: String,
    /// `pending`, `done`, `dead` or `dropped`; `None` when the plugin has no inbox, or has not taken the event.
    state: Option<&'static str>,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

/// The outcomes by plugin. Those that did not get the event are there too.
pub(super) async fn of_event(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Json<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for plugin in shared.plugins() {
        outcomes.push(outcome(&plugin, &id).await);
    }
    Json(outcomes)
}

async fn outcome(plugin: &Plugin, id: &str) -> Outcome {
    let found = match Operator::open(plugin.data_dir()).await {
        Ok(inbox) => inbox.show(id).await.ok().flatten(),
        Err(_) => None,
    };
    Outcome {
        plugin: plugin.name().to_owned(),
        state: found.as_ref().map(|event| InboxState::as_str(event.state)),
        attempts: found.as_ref().map_or(0, |event| event.attempts),
        last_error: found.and_then(|event| event.last_error),
    }
}
