//! The runtime's plugin in the roles that the server and the event queue know.

use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use temps_plugin_protocol::PluginEvent;
use temps_plugin_runtime::{Caller, DeliverError, GuestBody, Plugin};

use crate::events::{Deliver, Undelivered};
use crate::server::Answer;

impl Answer for Plugin {
    type Body = GuestBody;

    fn answer(
        &self,
        request: Request<Incoming>,
        caller: Option<Arc<Caller>>,
    ) -> impl Future<Output = Response<GuestBody>> + Send {
        self.handle(request, caller)
    }
}

impl Deliver for Plugin {
    async fn ready(&self) {
        // Without an instance there is nobody to deliver to, and the process ends.
        if self.initialised().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    async fn deliver(&self, event: &PluginEvent, attempt: u32) -> Result<(), Undelivered> {
        Self::deliver(self, event, attempt).await.map_err(|error| match error {
            DeliverError::Refused(_) | DeliverError::Failed(_) | DeliverError::TimedOut(_) => {
                Undelivered::Failed(error.to_string())
            }
            DeliverError::NotAsked(reason) => Undelivered::NotAsked(reason),
        })
    }
}
