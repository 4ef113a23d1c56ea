//! A response body that the guest sends as it makes it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::PollSender;
use wasmtime::StoreContextMut;
use wasmtime::component::{FutureConsumer, Source, StreamConsumer, StreamResult};

use crate::bindings::types as wit;

/// Pieces of a body that wait for the client: 2. One is being sent while the guest makes the next; more would only hold memory.
const PIECES: usize = 2;

/// The most bytes of a piece: 128 KiB, more than half of what a socket takes at once.
const PIECE: usize = 128 << 10;

/// How a guest's body ended.
pub(super) type Ended = Result<(), wit::BodyError>;

/// The launcher's end of a guest's body.
#[derive(Debug)]
pub(crate) struct Download {
    pieces: mpsc::Receiver<Bytes>,
    ended: oneshot::Receiver<Ended>,
    ending: bool,
}

impl Download {
    /// Connects the guest's stream. The streams' own ends go when the guest ends its side, or when this is dropped.
    pub(crate) fn of<D: Send + 'static>(body: wit::BodyStream, mut store: StoreContextMut<'_, D>) -> wasmtime::Result<Self> {
        let (sender, pieces) = mpsc::channel(PIECES);
        let (end, ended) = oneshot::channel();
        body.content.pipe(&mut store, Pieces(PollSender::new(sender)))?;
        body.end.pipe(&mut store, End(Some(end)))?;
        Ok(Self { pieces, ended, ending: false })
    }

    /// The next piece; the guest's word on how the body ended, if that was not well; or the end. Not to be asked again after the last two.
    pub(crate) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, wit::BodyError>>> {
        if !self.ending {
            if let Some(piece) = ready!(self.pieces.poll_recv(cx)) {
                return Poll::Ready(Some(Ok(piece)));
            }
            self.ending = true;
        }
        let ended = ready!(Pin::new(&mut self.ended).poll(cx));
        Poll::Ready(ended.unwrap_or(Err(wit::BodyError::Aborted)).err().map(Err))
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
