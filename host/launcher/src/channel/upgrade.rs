use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::Seat;
use super::connection::{self, config};
use crate::events::EventSink;

/// The request is no WebSocket handshake.
#[derive(Debug, thiserror::Error)]
#[error("not a WebSocket handshake: {0}")]
pub(crate) struct NotAWebSocket(#[source] Box<Error>);

/// Answers the host's request for the channel, and runs the connection in a task of its own once it stands.
///
/// # Errors
///
/// [`NotAWebSocket`], for which the caller has the answer.
pub(crate) fn upgrade(
    seat: Seat,
    mut request: Request<Incoming>,
    events: Arc<dyn EventSink>,
) -> Result<Response<Full<Bytes>>, NotAWebSocket> {
    let response = create_response_with_body(&request, Full::default).map_err(|error| NotAWebSocket(Box::new(error)))?;
    let upgraded = hyper::upgrade::on(&mut request);
    let link = seat.link.clone();
    link.connections.spawn(async move {
        match upgraded.await {
            Ok(stream) => {
                let socket = WebSocketStream::from_raw_socket(TokioIo::new(stream), Role::Server, Some(config())).await;
                connection::run(seat, socket, events).await;
            }
            Err(error) => tracing::warn!(%error, "the channel's connection was lost before it stood"),
        }
    });
    Ok(response)
}
