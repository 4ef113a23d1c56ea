//! Bodies that are streamed: the guest's on their way out, and servers' on their way in.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::Stream;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use temps_plugin_http::{BodyError, Error, ResponseBody};
use tokio::sync::oneshot;
use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, FutureReader, StreamProducer, StreamReader, StreamResult};

use crate::bindings::{http_client as wit, types};
use crate::call::Download;

/// A guest's body as it is sent.
pub(super) fn outgoing<D: Send + 'static>(
    body: types::BodyStream,
    store: StoreContextMut<'_, D>,
) -> wasmtime::Result<UnsyncBoxBody<Bytes, BodyError>> {
    Ok(Outgoing { download: Some(Download::of(body, store)?) }.boxed_unsync())
}

struct Outgoing {
    /// None after its end.
    download: Option<Download>,
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Some(download) = &mut self.download else { return Poll::Ready(None) };
        let ended = match ready!(download.poll_piece(cx)) {
            Some(Ok(piece)) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
            Some(Err(types::BodyError::Failed(words))) => Some(Err(BodyError(words))),
            Some(Err(types::BodyError::Aborted)) => Some(Err(BodyError("the plugin let go of it".to_owned()))),
            None => None,
        };
        self.download = None;
        Poll::Ready(ended)
    }
}

/// A server's body as the guest reads it.
pub(super) fn incoming<D: 'static>(
    body: ResponseBody,
    mut store: StoreContextMut<'_, D>,
) -> wasmtime::Result<wit::ResponseStream> {
    let (end, ended) = oneshot::channel();
    let content = StreamReader::new(&mut store, Incoming { body, end: Some(end) })?;
    let end = FutureReader::new(&mut store, async move {
        // Untold: the guest has let go of the content.
        let given_up = || Err(wit::Error::Connect("nobody reads the response's body any more".to_owned()));
        Ok::<_, wasmtime::Error>(ended.await.unwrap_or_else(|_| given_up()))
    })?;
    Ok(wit::ResponseStream { content, end })
}

/// The writing end: it reads the server only when the guest reads.
struct Incoming {
    body: ResponseBody,
    /// Told once how the body ended. If the guest stops reading, it is dropped untold.
    end: Option<oneshot::Sender<Result<(), wit::Error>>>,
}

impl Incoming {
    fn end(&mut self, how: Result<(), Error>) -> StreamResult {
        if let Some(end) = self.end.take() {
            // The guest may not care how the body ended.
            drop(end.send(how.map_err(Into::into)));
        }
        StreamResult::Dropped
    }
}

impl<D> StreamProducer<D> for Incoming {
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
            let piece = match Pin::new(&mut self.body).poll_next(cx) {
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
