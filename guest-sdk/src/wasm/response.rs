//! From axum's response to the launcher's.

use std::pin::{Pin, pin};

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use wit_bindgen::{FutureRead, FutureReader, FutureWriter, StreamWriter};

use super::bindings::exports::temps::plugin::routes::Response;
use super::bindings::temps::plugin::types::{Body as WitBody, BodyError, BodyStream, Header};
use super::bindings::{wit_future, wit_stream};
use crate::body::{AtHand, at_hand, next_frame};
use crate::cancellation::unless_cancelled;
use crate::error::chain;

/// The largest piece copied at once, in bytes, from a body whose bytes are shared with others or static.
const PIECE: usize = 64 * 1024;

/// What nobody reads: the answer to a request that was cancelled.
pub(super) fn to_nobody() -> Response {
    Response { status: 499, headers: Vec::new(), body: WitBody::Empty }
}

/// An answer of the SDK's own.
pub(super) fn plain(status: http::StatusCode, text: String) -> Response {
    let headers = vec![("content-type".to_owned(), b"text/plain; charset=utf-8".to_vec())];
    Response { status: status.as_u16(), headers, body: WitBody::Inline(text.into_bytes()) }
}

/// Hands the response over. A body that is not at hand in full is sent by a task of its own, until it ends or the request is
/// cancelled. Trailers are not sent: there is no place for them on the way.
pub(super) fn from_http(response: axum::response::Response, cancelled: Pin<&mut FutureRead<()>>) -> Response {
    let (parts, body) = response.into_parts();
    let status = parts.status.as_u16();
    Response { status, headers: from_headers(parts.headers), body: from_body(body, cancelled) }
}

fn from_headers(map: HeaderMap) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::with_capacity(map.len());
    for (name, value) in &map {
        headers.push((name.as_str().to_owned(), value.as_bytes().to_vec()));
    }
    headers
}

fn from_body(mut body: Body, cancelled: Pin<&mut FutureRead<()>>) -> WitBody {
    let first = match at_hand(&mut body) {
        AtHand::Nothing => return WitBody::Empty,
        AtHand::All(data) => return WitBody::Inline(data.into()),
        AtHand::Later(first) => first,
    };
    let Err(cancelled) = cancelled.cancel() else {
        // Already cancelled: nobody reads what would be sent.
        return WitBody::Empty;
    };
    let (content, content_reader) = wit_stream::new();
    let (end, end_reader) = wit_future::new(|| Err(BodyError::Aborted));
    wit_bindgen::spawn_local(Outgoing { body, first, content, end, cancelled }.send());
    WitBody::Streamed(BodyStream { content: content_reader, end: end_reader })
}

/// A body that is being sent.
struct Outgoing {
    body: Body,
    /// The frame that was taken from the body already.
    first: Option<Result<Bytes, axum::Error>>,
    content: StreamWriter<u8>,
    end: FutureWriter<Result<(), BodyError>>,
    cancelled: FutureReader<()>,
}

impl Outgoing {
    async fn send(self) {
        let Self { body, first, mut content, end, cancelled } = self;
        let listening = pin!(cancelled.into_future());
        let outcome = unless_cancelled(frames(body, first, &mut content), listening).await.unwrap_or(Err(BodyError::Aborted));
        // The content ends before `end` says how it ended.
        drop(content);
        // The launcher may have dropped its side: then it does not want to know.
        let _ = end.write(outcome).await;
    }
}

/// Sends each frame by itself and waits until it is taken, so that an event of a stream is not held back for the next, and the
/// body is not read ahead of the client.
async fn frames(
    mut body: Body,
    mut first: Option<Result<Bytes, axum::Error>>,
    content: &mut StreamWriter<u8>,
) -> Result<(), BodyError> {
    loop {
        let data = match first.take() {
            Some(data) => data,
            None => match next_frame(&mut body).await {
                Some(data) => data,
                None => return Ok(()),
            },
        };
        write(content, data.map_err(|error| BodyError::Failed(chain(&error)))?).await?;
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
