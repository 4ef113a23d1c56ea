//! The runtime's plugin in the roles that the server and the event queue know.

use http::{Request, Response};
use hyper::body::Incoming;
use temps_plugin_protocol::PluginEvent;
use temps_plugin_runtime::{DeliverError, GuestBody, Plugin};

use crate::events::Deliver;
use crate::server::Answer;

impl Answer for Plugin {
    type Body = GuestBody;

    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response<GuestBody>> + Send {
        self.handle(request)
    }
}

impl Deliver for Plugin {
    type Error = DeliverError;

    fn deliver(&self, event: &PluginEvent, attempt: u32) -> impl Future<Output = Result<(), DeliverError>> + Send {
        Self::deliver(self, event, attempt)
    }
}
