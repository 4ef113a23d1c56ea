use std::sync::Arc;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;

use super::Gate;
use super::reply::{Reply, problem, wrong_method};
use crate::channel::{Link, Seat, upgrade};
use crate::events::EventSink;

/// Answers a request for the channel.
pub(super) fn open(gate: &Gate, link: &Arc<Link>, events: &Arc<dyn EventSink>, request: Request<Incoming>) -> Reply {
    if let Err(denied) = gate.admit_to_channel(request.headers()) {
        tracing::warn!(reason = %denied, "a request for the channel was denied");
        return denied.reply();
    }
    if request.method() != Method::GET {
        return wrong_method("GET");
    }
    let seat = match Seat::take(link) {
        Ok(seat) => seat,
        Err(taken) => {
            tracing::warn!("a second channel was refused: one is open");
            return problem(StatusCode::CONFLICT, taken.to_string());
        }
    };
    upgrade(seat, request, events.clone()).unwrap_or_else(|error| problem(StatusCode::BAD_REQUEST, error.to_string()))
}
