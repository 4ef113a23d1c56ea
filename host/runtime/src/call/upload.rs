//! A request body that the guest reads as it comes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body;
use tokio::sync::oneshot;
use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, StreamProducer, StreamResult};

use super::request::AnyBody;
use crate::bindings::types as wit;

/// The writing end of a body's stream: it reads the client only when the guest reads.
pub(super) struct Upload {
    body: AnyBody,
    /// Told once how the body ended. If the guest stops reading, it is dropped untold.
    ended: Option<oneshot::Sender<Result<(), wit::BodyError>>>,
}

impl Upload {
    pub(super) fn new(body: AnyBody) -> (Self, oneshot::Receiver<Result<(), wit::BodyError>>) {
        let (ended, end) = oneshot::channel();
        (Self { body, ended: Some(ended) }, end)
    }

    fn end(&mut self, how: Result<(), wit::BodyError>) -> StreamResult {
        if let Some(ended) = self.ended.take() {
            // The guest may not care how the body ended.
            drop(ended.send(how));
        }
        StreamResult::Dropped
    }
}

impl<D> StreamProducer<D> for Upload {
    type Item = u8;
    type Buffer = Bytes;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, u8, Bytes>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if destination.remaining(store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Pending if finish => return Poll::Ready(Ok(StreamResult::Cancelled)),
                polled => ready!(polled),
            };
            return Poll::Ready(Ok(match frame {
                None => self.end(Ok(())),
                Some(Err(error)) => {
                    tracing::debug!(%error, "the request's body broke off");
                    self.end(Err(wit::BodyError::Aborted))
                }
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) if !bytes.is_empty() => {
                        destination.set_buffer(bytes);
                        StreamResult::Completed
                    }
                    // Empty data, or trailers, which guests do not get.
                    Ok(_) | Err(_) => continue,
                },
            }));
        }
    }
}
