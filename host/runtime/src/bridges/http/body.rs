//! Bodies that are streamed: the guest's on their way out, and servers' on their way in.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::TryStreamExt;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use temps_plugin_http::{BodyError, ResponseBody};
use wasmtime::StoreContextMut;
use wasmtime::component::{FutureReader, StreamReader};

use crate::bindings::{http_client as wit, types};
use crate::call::{Download, Upload};

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
    let (upload, ended) = Upload::new(body.map_err(wit::Error::from));
    let content = StreamReader::new(&mut store, upload)?;
    let end = FutureReader::new(&mut store, async move {
        // Untold: the guest has let go of the content.
        let given_up = || Err(wit::Error::Lost("nobody reads the response's body any more".to_owned()));
        Ok::<_, wasmtime::Error>(ended.await.unwrap_or_else(|_| given_up()))
    })?;
    Ok(wit::ResponseStream { content, end })
}
