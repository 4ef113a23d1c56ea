//! A body that the guest reads as it comes: a request's, or the response's to a fetch.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::Stream;
use tokio::sync::oneshot;
use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, StreamProducer, StreamResult};

/// The writing end of a body's stream: it reads the other side only when the guest reads.
pub(crate) struct Upload<S, E> {
    pieces: S,
    /// Told once how the body ended. If the guest stops reading, it is dropped untold.
    ended: Option<oneshot::Sender<Result<(), E>>>,
}

impl<S, E> Upload<S, E> {
    pub(crate) fn new(pieces: S) -> (Self, oneshot::Receiver<Result<(), E>>) {
        let (ended, end) = oneshot::channel();
        (Self { pieces, ended: Some(ended) }, end)
    }

    fn end(&mut self, how: Result<(), E>) -> StreamResult {
        if let Some(ended) = self.ended.take() {
            // The guest may not care how the body ended.
            drop(ended.send(how));
        }
        StreamResult::Dropped
    }
}

impl<D, S, E> StreamProducer<D> for Upload<S, E>
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    E: Send + 'static,
{
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
            let piece = match Pin::new(&mut self.pieces).poll_next(cx) {
                Poll::Pending if finish => return Poll::Ready(Ok(StreamResult::Cancelled)),
                polled => ready!(polled),
            };
            return Poll::Ready(Ok(match piece {
                Some(Ok(bytes)) if bytes.is_empty() => continue,
                Some(Ok(bytes)) => {
                    destination.set_buffer(bytes);
                    StreamResult::Completed
                }
                None => self.end(Ok(())),
                Some(Err(error)) => self.end(Err(error)),
            }));
        }
    }
}
