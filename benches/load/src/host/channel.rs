use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread::JoinHandle;

use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket};

use crate::error::BenchError;
use crate::http::SECRET;

/// What every question is answered with: a project.
pub const PROJECT: &str = r#"{"id":7,"name":"shop","slug":"shop","repo_name":"shop","repo_owner":"acme","main_branch":"main","preset":"nextjs","source_type":"git","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-02T00:00:00Z","last_deployment":"2026-01-02T00:00:00Z","enable_preview_environments":true}"#;

/// The host's end of a plugin's channel, in a thread of its own. Dropped, it is closed.
#[derive(Debug)]
pub struct Channel {
    socket: UnixStream,
    answering: Option<JoinHandle<()>>,
}

#[derive(serde::Deserialize)]
struct Question {
    id: u64,
}

impl Channel {
    /// Opens the channel. Whatever the plugin asks is answered at once.
    pub fn open(socket: &Path) -> Result<Self, BenchError> {
        let mut request = "ws://localhost/_temps/channel".into_client_request().map_err(BenchError::channel)?;
        let secret = HeaderValue::from_static(SECRET);
        request.headers_mut().insert("x-temps-auth-signature", secret);
        let stream = UnixStream::connect(socket).map_err(BenchError::io("connect to", socket))?;
        let own = stream.try_clone().map_err(BenchError::io("connect to", socket))?;
        let (channel, _) = tungstenite::client(request, stream).map_err(BenchError::channel)?;
        Ok(Self { socket: own, answering: Some(std::thread::spawn(move || answer(channel))) })
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        // The plugin may have closed it.
        let _ = self.socket.shutdown(Shutdown::Both);
        if let Some(answering) = self.answering.take() {
            let _ = answering.join();
        }
    }
}

/// Until the channel ends.
fn answer(mut channel: WebSocket<UnixStream>) {
    while let Ok(message) = channel.read() {
        let Message::Text(text) = message else { continue };
        let Ok(Question { id }) = serde_json::from_str(&text) else { continue };
        let answer =
            format!(r#"{{"type":"response","id":{id},"outcome":{{"ok":{{"method":"get_project","result":{PROJECT}}}}}}}"#);
        if channel.send(Message::text(answer)).is_err() {
            return;
        }
    }
}
