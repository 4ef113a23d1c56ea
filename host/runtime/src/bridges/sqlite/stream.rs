//! Rows that the guest takes as it needs them.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::future::BoxFuture;
use temps_plugin_sqlite as backend;
use tokio::sync::oneshot;
use wasmtime::component::{Accessor, Destination, FutureReader, StreamProducer, StreamReader, StreamResult, VecBuffer};
use wasmtime::{AsContextMut, StoreContextMut};

use super::convert::into_all;
use super::{Answer, SqliteBridge};
use crate::bindings::sqlite as wit;

type Row = Vec<wit::Value>;

/// The stream in the guest's terms.
pub(super) fn into_guest<S: Send + 'static>(
    store: &Accessor<S, SqliteBridge>,
    opened: Result<(Vec<backend::Column>, backend::RowStream), backend::Error>,
) -> Answer<wit::RowStream> {
    let (columns, stream) = match opened {
        Ok(opened) => opened,
        Err(error) => return Ok(Err(error.into())),
    };
    let (end, ended) = oneshot::channel();
    let rows = Rows { next: Some(next(stream)), end: Some(end) };
    store.with(|mut access| {
        let rows = StreamReader::new(access.as_context_mut(), rows)?;
        let end = FutureReader::new(access.as_context_mut(), async move {
            // Untold: the guest has let go of the rows.
            let given_up = || Err(wit::Error::Interrupted("nobody reads the rows any more".to_owned()));
            Ok::<_, wasmtime::Error>(ended.await.unwrap_or_else(|_| given_up()))
        })?;
        Ok(Ok(wit::RowStream { columns: into_all(columns), rows, end }))
    })
}

/// The stream's next piece, with the stream itself for the one after it.
type Next = BoxFuture<'static, (backend::RowStream, Result<Option<Vec<Vec<backend::Value>>>, backend::Error>)>;

fn next(mut stream: backend::RowStream) -> Next {
    Box::pin(async move {
        let piece = stream.next().await;
        (stream, piece)
    })
}

/// The writing end. It asks for rows only when the guest does.
struct Rows {
    next: Option<Next>,
    /// Told once how the rows ended. If the guest stops reading, it is dropped untold.
    end: Option<oneshot::Sender<Result<(), wit::Error>>>,
}

impl Rows {
    fn end(&mut self, how: Result<(), wit::Error>) -> StreamResult {
        self.next = None;
        if let Some(end) = self.end.take() {
            // The guest may not care how the rows ended.
            drop(end.send(how));
        }
        StreamResult::Dropped
    }
}

impl<D> StreamProducer<D> for Rows {
    type Item = Row;
    type Buffer = VecBuffer<Row>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, Row, VecBuffer<Row>>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if destination.remaining(store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        let Some(next_piece) = self.next.as_mut() else {
            return Poll::Ready(Ok(StreamResult::Dropped));
        };
        let (stream, piece) = match next_piece.as_mut().poll(cx) {
            Poll::Pending if finish => return Poll::Ready(Ok(StreamResult::Cancelled)),
            polled => ready!(polled),
        };
        Poll::Ready(Ok(match piece {
            Ok(Some(rows)) => {
                self.next = Some(next(stream));
                destination.set_buffer(rows.into_iter().map(into_all).collect::<Vec<_>>().into());
                StreamResult::Completed
            }
            Ok(None) => self.end(Ok(())),
            Err(error) => self.end(Err(error.into())),
        }))
    }
}
