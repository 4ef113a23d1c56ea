mod frames;
mod keep_alive;
mod opening;
mod queries;

use std::sync::Arc;

use serde_json::Value;
use temps_plugin_protocol::PlatformCall;
use temps_plugin_runtime::{Platform, PlatformError};
use tokio::task::JoinHandle;

use super::{Link, LinkedPlatform};

/// Asks for a project in a task, and returns once the query is in the link.
async fn ask(link: &Arc<Link>, project_id: i32) -> JoinHandle<Result<Value, PlatformError>> {
    let before = link.asked();
    let call = LinkedPlatform(link.clone()).call(PlatformCall::GetProject { project_id });
    let asked = tokio::spawn(call);
    while link.asked() == before && !asked.is_finished() {
        tokio::task::yield_now().await;
    }
    asked
}

impl Link {
    /// How many queries were ever let in.
    fn asked(&self) -> u64 {
        self.state().next_id
    }

    /// How many wait for their answer.
    fn in_flight(&self) -> usize {
        self.state().in_flight.len()
    }

    /// How many wait to be sent.
    fn waiting(&self) -> usize {
        self.state().waiting.len()
    }
}
