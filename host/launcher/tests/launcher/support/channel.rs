use std::path::Path;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use temps_plugin_protocol::{ChannelError, PlatformCall, ProtocolVersion, decode_plugin_frame, encode_response, headers};
use tokio::net::UnixStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::process::PATIENCE;

/// The host's end of the channel.
pub(crate) struct Channel {
    socket: WebSocketStream<UnixStream>,
    version: ProtocolVersion,
}

impl Channel {
    /// Opens the channel, or gives the status that it was refused with.
    pub(crate) async fn open(socket: &Path, secret: Option<&str>, version: ProtocolVersion) -> Result<Self, u16> {
        let signature = secret.map(|secret| (headers::AUTH_SIGNATURE, secret));
        Self::open_with(socket, signature.as_slice(), version).await
    }

    pub(crate) async fn open_with(
        socket: &Path,
        headers: &[(&'static str, &str)],
        version: ProtocolVersion,
    ) -> Result<Self, u16> {
        let stream = UnixStream::connect(socket).await.unwrap();
        let mut request = "ws://localhost/_temps/channel".into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let opened = client_async_with_config(request, stream, Some(config));
        match timeout(PATIENCE, opened).await.expect("the channel's request is not answered") {
            Ok((socket, _)) => Ok(Self { socket, version }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.send_message(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send_message(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// The WebSocket, for ends that are not proper ones.
    pub(crate) fn socket(&mut self) -> &mut WebSocketStream<UnixStream> {
        &mut self.socket
    }

    /// The connection below the WebSocket, for bytes that are no proper frames.
    pub(crate) fn connection(&mut self) -> &mut UnixStream {
        self.socket.get_mut()
    }

    /// The plugin's next message, of whatever kind; None once it has closed the channel.
    pub(crate) async fn message(&mut self) -> Option<Message> {
        timeout(PATIENCE, self.socket.next()).await.expect("nothing came on the channel").map(Result::unwrap)
    }

    pub(crate) async fn event(&mut self, id: &str, event_type: &str) {
        let event = json!({
            "id": id, "event_type": event_type, "timestamp": "2026-01-01T00:00:00Z", "project_id": 7,
            "data": { "deployment_id": 1, "project_id": 7, "environment_id": 3, "environment_name": "production", "url": "https://x" },
        });
        self.send(json!({ "type": "event", "event": event })).await;
    }

    /// The plugin's next query.
    pub(crate) async fn query(&mut self) -> (u64, PlatformCall) {
        let text = async {
            loop {
                // Pings come without an end.
                if let Message::Text(text) = self.message().await.expect("the channel is open") {
                    return text;
                }
            }
        };
        let text = timeout(PATIENCE, text).await.expect("no query came");
        decode_plugin_frame(self.version, &text).unwrap()
    }

    /// A project as the host describes one.
    pub(crate) fn project() -> Value {
        json!({
            "id": 7, "name": "seven", "slug": "seven", "repo_name": "r", "repo_owner": "o", "main_branch": "main", "preset": "vite",
            "source_type": "git", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
            "enable_preview_environments": true,
        })
    }

    /// Answers a query with a project.
    pub(crate) async fn answer_project(&mut self, id: u64) {
        self.answer(id, &Ok(Self::project())).await;
    }

    /// Answers a `get_project`.
    pub(crate) async fn answer(&mut self, id: u64, outcome: &Result<Value, ChannelError>) {
        self.send_message(Message::text(encode_response(self.version, id, "get_project", outcome))).await;
    }
}
