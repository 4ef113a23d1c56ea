//! Rows that come piece by piece. The reader's thread waits for the next pull, so that nothing is read ahead of whoever takes it.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::connection::Statement;
use crate::error::seconds;
use crate::pool::Worker;
use crate::{Column, Error, Value};

/// Rows of one piece at most: 256. A piece also ends at 64 KiB.
const PIECE_ROWS: usize = 256;

/// The next rows; None after the last ones.
type Piece = Result<Option<Vec<Vec<Value>>>, Error>;

/// A result whose rows come piece by piece. It holds a reader until its end, or until it is dropped.
#[derive(Debug)]
pub struct RowStream {
    pulls: Sender<oneshot::Sender<Piece>>,
    time: Duration,
    over: bool,
}

impl RowStream {
    /// The next rows, at least one; `None` after the last ones.
    ///
    /// # Errors
    ///
    /// [`Error`], after which there are no more: [`Error::Finished`] if the stream was open for too long.
    pub async fn next(&mut self) -> Result<Option<Vec<Vec<Value>>>, Error> {
        if self.over {
            return Ok(None);
        }
        let (reply, piece) = oneshot::channel();
        let piece = match self.pulls.send(reply) {
            Ok(()) => piece.await.unwrap_or_else(|_| Err(self.too_long())),
            Err(_) => Err(self.too_long()),
        };
        self.over = !matches!(piece, Ok(Some(_)));
        piece
    }

    fn too_long(&self) -> Error {
        Error::Finished(format!("the stream was open for more than {}", seconds(self.time)))
    }
}

/// Starts a stream on a worker, in the transaction `within` if there is one. `held` is dropped at its end.
pub(crate) async fn serve(
    worker: Worker,
    statement: Statement,
    time: Duration,
    within: Option<u64>,
    held: impl Send + 'static,
) -> Result<(Vec<Column>, RowStream), Error> {
    let (pulls, pulled) = channel();
    let (opened, is_open) = oneshot::channel();
    worker.send(move |session| {
        let session = match within.map_or(Ok(()), |id| session.within(id).map(|_| ())) {
            Ok(()) => session,
            Err(error) => return drop(opened.send(Err(error))),
        };
        let until = Instant::now() + time;
        let until = session.transaction_until().map_or(until, |last| until.min(last));
        let mut taker = Taker { pulled, reply: None, until };
        let mut opened = Some(opened);
        let done = session.stream(
            &statement,
            |columns| opened.take().is_some_and(|opened| opened.send(Ok(columns)).is_ok()),
            |piece| taker.take(piece),
        );
        drop(held);
        match (opened, done) {
            (Some(opened), Err(error)) => drop(opened.send(Err(error))),
            (_, done) => taker.end(done),
        }
    })?;
    let columns = is_open.await.map_err(|_| Error::Other("the database's thread is gone".to_owned()))??;
    Ok((columns, RowStream { pulls, time, over: false }))
}

/// The thread's side of a stream.
struct Taker {
    pulled: Receiver<oneshot::Sender<Piece>>,
    reply: Option<oneshot::Sender<Piece>>,
    until: Instant,
}

impl Taker {
    /// Hands a piece over and waits for the next pull. How many rows are wanted; None if the stream was dropped, or its time is over.
    fn take(&mut self, piece: Vec<Vec<Value>>) -> Option<usize> {
        if let Some(reply) = self.reply.take() {
            if piece.is_empty() {
                self.reply = Some(reply);
                return Some(PIECE_ROWS);
            }
            reply.send(Ok(Some(piece))).ok()?;
        }
        let left = self.until.saturating_duration_since(Instant::now());
        self.reply = Some(self.pulled.recv_timeout(left).ok()?);
        Some(PIECE_ROWS)
    }

    fn end(self, done: Result<(), Error>) {
        if let Some(reply) = self.reply {
            // The stream may have been dropped.
            drop(reply.send(done.map(|()| None)));
        }
    }
}
