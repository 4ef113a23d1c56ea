use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use serde_json::{Value, json};
use temps_plugin_protocol::{ChannelError, HostFrame, PlatformCall, decode_host_frame, encode_request};
use tokio::sync::oneshot;

use crate::routes::State;

/// A question for the host.
pub(crate) struct Question {
    pub(crate) call: PlatformCall,
    pub(crate) answer: oneshot::Sender<Result<Value, ChannelError>>,
}

/// Serves the channel until either side closes it.
pub(crate) async fn serve(mut socket: WebSocket, state: Arc<State>) {
    let mut questions = state.questions.lock().await;
    let mut waiting = HashMap::new();
    let mut id = 0;
    loop {
        tokio::select! {
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => match decode_host_frame(state.version, &text).unwrap() {
                    HostFrame::Response { id, outcome } => {
                        let question: Question = waiting.remove(&id).unwrap();
                        let _ = question.answer.send(outcome);
                    }
                    HostFrame::Event(event) => state.took(json!({"via": "channel", "event": event})),
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            Some(question) = questions.recv() => {
                id += 1;
                socket.send(Message::text(encode_request(state.version, id, &question.call).unwrap())).await.unwrap();
                waiting.insert(id, question);
            }
            () = state.hang_up.notified() => return,
        }
    }
}
