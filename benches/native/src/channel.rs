//! The plugin's end of the platform channel: questions go out, answers are matched to them by their ids.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::ws::{Message, WebSocket};
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use temps_plugin_protocol::{ChannelError, HostFrame, PlatformCall, Project, ProtocolVersion, decode_host_frame, encode_request};
use tokio::sync::{mpsc, oneshot};

use crate::routes::Projects;

/// The frames that may wait to be written.
const WAITING: usize = 256;

type Outcome = Result<Value, ChannelError>;

/// The channel, open or not.
#[derive(Debug)]
pub struct Channel {
    next: AtomicU64,
    asked: Mutex<HashMap<u64, oneshot::Sender<Outcome>>>,
    frames: mpsc::Sender<String>,
    /// Taken by the connection that is the first.
    waiting: Mutex<Option<(mpsc::Receiver<String>, oneshot::Sender<()>)>>,
}

impl Channel {
    /// The channel, and what tells that it is open.
    pub fn new() -> (Self, oneshot::Receiver<()>) {
        let (frames, waiting) = mpsc::channel(WAITING);
        let (open, opened) = oneshot::channel();
        let waiting = Mutex::new(Some((waiting, open)));
        (Self { next: AtomicU64::new(1), asked: Mutex::default(), frames, waiting }, opened)
    }

    /// Serves the connection, if it is the first.
    pub async fn run(&self, socket: WebSocket) {
        let Some((mut waiting, open)) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let (mut sink, mut stream) = socket.split();
        // Nobody waits for it when the process ends.
        let _ = open.send(());
        let write = async {
            while let Some(frame) = waiting.recv().await {
                if sink.send(Message::text(frame)).await.is_err() {
                    return;
                }
            }
        };
        let read = async {
            while let Some(Ok(message)) = stream.next().await {
                if let Message::Text(text) = message
                    && let Ok(HostFrame::Response { id, outcome }) = decode_host_frame(ProtocolVersion::V2, &text)
                    && let Some(asker) = self.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
                {
                    // It may have given up.
                    let _ = asker.send(outcome);
                }
            }
        };
        tokio::select! {
            () = read => {}
            () = write => {}
        }
    }

    async fn ask(&self, call: PlatformCall) -> Result<Value, String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let frame = encode_request(ProtocolVersion::V2, id, &call).map_err(|error| error.to_string())?;
        let (asker, answer) = oneshot::channel();
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(id, asker);
        self.frames.send(frame).await.map_err(|error| error.to_string())?;
        answer.await.map_err(|error| error.to_string())?.map_err(|error| error.message)
    }
}

impl Projects for Arc<Channel> {
    type Project = Project;

    async fn get(&self, id: i32) -> Result<Project, String> {
        let project = self.ask(PlatformCall::GetProject { project_id: id }).await?;
        serde_json::from_value(project).map_err(|error| error.to_string())
    }
}
