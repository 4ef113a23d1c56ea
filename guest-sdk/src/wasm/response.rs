//! From axum's response to the launcher's.

use std::pin::pin;

use axum::body::Body;
use bytes::Bytes;
use temps_plugin_protocol::header_block;
use wit_bindgen::{FutureWriter, StreamWriter};

use super::bindings::exports::temps::plugin::routes::Response;
use super::bindings::temps::plugin::requests;
use super::bindings::temps::plugin::types::{Body as WitBody, BodyError, BodyStream};
use super::bindings::{wit_future, wit_stream};
use crate::body::{AtHand, Behind, Taken, at_hand, next_frame};
use crate::cancellation::unless_cancelled;
use crate::error::chain;

/// The largest piece copied at once, in bytes: from a body whose bytes are shared with others or static, or from several small frames.
const PIECE: usize = 64 * 1024;

/// What nobody reads: the answer to a request that was cancelled.
pub(super) fn to_nobody() -> Response {
    Response { status: 499, headers: Vec::new(), body: WitBody::Empty }
}

/// An answer of the SDK's own.
pub(super) fn plain(status: http::StatusCode, text: String) -> Response {
    let headers = b"content-type: text/plain; charset=utf-8\r\n".to_vec();
    Response { status: status.as_u16(), headers, body: WitBody::Inline(text.into_bytes()) }
}

/// Hands the response over. A body that is not at hand in full is sent by a task of its own, until it ends or the request is
/// cancelled. Trailers are not sent: there is no place for them on the way.
pub(super) fn from_http(response: axum::response::Response, id: u64) -> Response {
    let (parts, body) = response.into_parts();
    let status = parts.status.as_u16();
    Response { status, headers: header_block::encode(&parts.headers), body: from_body(body, id) }
}

fn from_body(mut body: Body, id: u64) -> WitBody {
    let taken = match at_hand(&mut body) {
        AtHand::Nothing => return WitBody::Empty,
        AtHand::All(data) => return WitBody::Inline(data.into()),
        AtHand::Later(taken) => taken,
    };
    let (content, content_reader) = wit_stream::new();
    let (end, end_reader) = wit_future::new(|| Err(BodyError::Aborted));
    wit_bindgen::spawn_local(Outgoing { body, taken, content, end, id }.send());
    WitBody::Streamed(BodyStream { content: content_reader, end: end_reader })
}

/// A body that is being sent.
struct Outgoing {
    body: Body,
    /// What was taken from the body already.
    taken: Option<Taken>,
    content: StreamWriter<u8>,
    end: FutureWriter<Result<(), BodyError>>,
    /// The request's.
    id: u64,
}

impl Outgoing {
    async fn send(self) {
        let Self { body, taken, mut content, end, id } = self;
        let listening = pin!(requests::cancelled(id));
        let outcome = unless_cancelled(frames(body, taken, &mut content), listening).await.unwrap_or(Err(BodyError::Aborted));
        // The content ends before `end` says how it ended.
        drop(content);
        // The launcher may have dropped its side: then it does not want to know.
        let _ = end.write(outcome).await;
    }
}

/// Sends frames as they come, those that are there together in one piece, and waits until it is taken: an event of a stream is not held
/// back for the next, and the body is not read further ahead of the client.
async fn frames(mut body: Body, mut taken: Option<Taken>, content: &mut StreamWriter<u8>) -> Result<(), BodyError> {
    loop {
        let Taken { data, behind } = match taken.take() {
            Some(taken) => taken,
            None => match next_frame(&mut body).await {
                Some(data) => Taken::of(data, &mut body, PIECE),
                None => return Ok(()),
            },
        };
        write(content, data.map_err(|error| BodyError::Failed(chain(&error)))?).await?;
        taken = match behind {
            Behind::End => return Ok(()),
            Behind::Frame(frame) => Some(Taken::of(frame, &mut body, PIECE)),
            Behind::Unknown => None,
        };
    }
}

async fn write(content: &mut StreamWriter<u8>, mut data: Bytes) -> Result<(), BodyError> {
    while !data.is_empty() {
        // Bytes that nobody else holds become the buffer to write from; others have to be copied.
        let piece = if data.is_unique() { std::mem::take(&mut data) } else { data.split_to(data.len().min(PIECE)) };
        if !content.write_all(piece.into()).await.is_empty() {
            return Err(BodyError::Aborted);
        }
    }
    Ok(())
}
