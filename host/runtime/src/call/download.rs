//! A response body that the guest sends as it makes it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::PollSender;
use wasmtime::StoreContextMut;
use wasmtime::component::{FutureConsumer, Source, StreamConsumer, StreamResult};

use crate::bindings::types as wit;
use crate::instance::State;

/// Pieces of a body that wait for the client: 2. One is being sent while the guest makes the next; more would only hold memory.
const PIECES: usize = 2;

/// The most bytes of a piece: 128 KiB, more than half of what a socket takes at once.
const PIECE: usize = 128 << 10;

/// How a guest's body ended.
pub(super) type Ended = Result<(), wit::BodyError>;

/// The launcher's end of a guest's body.
#[derive(Debug)]
pub(crate) struct Download {
    pub(super) pieces: mpsc::Receiver<Bytes>,
    pub(super) ended: oneshot::Receiver<Ended>,
}

impl Download {
    /// Connects the guest's stream. The streams' own ends go when the guest ends its side, or when this is dropped.
    pub(super) fn of(body: wit::BodyStream, mut store: StoreContextMut<'_, State>) -> wasmtime::Result<Self> {
        let (sender, pieces) = mpsc::channel(PIECES);
        let (end, ended) = oneshot::channel();
        body.content.pipe(&mut store, Pieces(PollSender::new(sender)))?;
        body.end.pipe(&mut store, End(Some(end)))?;
        Ok(Self { pieces, ended })
    }
}

/// The reading end of the guest's stream.
struct Pieces(PollSender<Bytes>);

impl<D> StreamConsumer<D> for Pieces {
    type Item = u8;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<D>,
        source: Source<'_, u8>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        match self.0.poll_reserve(cx) {
            Poll::Pending if finish => return Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => return Poll::Pending,
            // The client is gone.
            Poll::Ready(Err(_)) => return Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Ready(Ok(())) => {}
        }
        let mut source = source.as_direct(store);
        let bytes = source.remaining();
        let taken = bytes.len().min(PIECE);
        let piece = Bytes::copy_from_slice(bytes.get(..taken).unwrap_or_default());
        source.mark_read(taken);
        if piece.is_empty() {
            self.0.abort_send();
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        Poll::Ready(Ok(match self.0.send_item(piece) {
            Ok(()) => StreamResult::Completed,
            Err(_) => StreamResult::Dropped,
        }))
    }
}

/// The reading end of the guest's word on how its body ended.
struct End(Option<oneshot::Sender<Ended>>);

impl<D> FutureConsumer<D> for End {
    type Item = Ended;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        store: StoreContextMut<D>,
        mut source: Source<'_, Ended>,
        _: bool,
    ) -> Poll<wasmtime::Result<()>> {
        let mut ended = None;
        source.read(store, &mut ended)?;
        if let (Some(sender), Some(ended)) = (self.0.take(), ended) {
            // The client may be gone.
            drop(sender.send(ended));
        }
        Poll::Ready(Ok(()))
    }
}
