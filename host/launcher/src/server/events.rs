use http::{Method, Request, StatusCode};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use temps_plugin_protocol::PluginEvent;

use super::Gate;
use super::reply::{Reply, plain, problem, unavailable, wrong_method};
use crate::events::{EventSink, Refusal};

/// The largest event that may be posted: 1 MiB. Real ones have a few hundred bytes, and each waits in memory.
pub(super) const MAX_EVENT_BYTES: usize = 1 << 20;

/// Answers the delivery of an event: 200 once it is taken, which is not yet delivered to the guest.
pub(super) async fn post(gate: &Gate, events: &dyn EventSink, request: Request<Incoming>) -> Reply {
    if let Err(denied) = gate.admit_to_events(request.headers()) {
        tracing::warn!(reason = %denied, "a posted event was denied");
        return denied.reply();
    }
    if request.method() != Method::POST {
        return wrong_method("POST");
    }
    let event = match read(request.into_body()).await {
        Ok(event) => event,
        Err(reply) => return reply,
    };
    let id = event.id.clone();
    match events.take(event).await {
        Ok(()) => plain(StatusCode::OK, ""),
        Err(refusal) => {
            tracing::warn!(event = %id, reason = %refusal, "a posted event was not taken");
            match refusal {
                Refusal::NotSubscribed { .. } => problem(StatusCode::UNPROCESSABLE_ENTITY, refusal.to_string()),
                Refusal::Unavailable(_) => unavailable(refusal.to_string()),
            }
        }
    }
}

async fn read(body: Incoming) -> Result<PluginEvent, Reply> {
    let too_large = || problem(StatusCode::PAYLOAD_TOO_LARGE, format!("an event may have {MAX_EVENT_BYTES} bytes"));
    // Before anything is read: a client that waits for `100 Continue` is spared the sending.
    if body.size_hint().lower() > u64::try_from(MAX_EVENT_BYTES).unwrap_or(u64::MAX) {
        return Err(too_large());
    }
    let bytes = match Limited::new(body, MAX_EVENT_BYTES).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(too_large()),
        Err(_) => return Err(problem(StatusCode::BAD_REQUEST, "the body broke off")),
    };
    serde_json::from_slice(&bytes).map_err(|error| problem(StatusCode::BAD_REQUEST, format!("not an event: {error}")))
}
