//! The body of a response: read as the guest reads, bounded in bytes and in time.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use http_body::Body;
use hyper::body::Incoming;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::AbortHandle;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::Error;
use crate::decode::Decoded;
use crate::error::{cause, chain};

/// What a body may take, of all its fetch.
pub(crate) struct Bounds {
    pub(crate) bytes: usize,
    pub(crate) idle: Duration,
    /// When the fetch has to be over, and how long it had in all.
    pub(crate) deadline: Instant,
    pub(crate) time: Duration,
}

const BYTES: &str = "the response's body";

fn too_large(limit: usize) -> Error {
    Error::TooLarge { what: BYTES, limit }
}

/// The bytes as they come from the server. They are counted too: what decompresses to nothing would have no end.
pub(crate) struct Raw {
    incoming: Incoming,
    left: usize,
    limit: usize,
    idle: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    host: String,
}

impl Raw {
    pub(crate) fn new(incoming: Incoming, bounds: &Bounds, host: String) -> Self {
        Self { incoming, left: bounds.bytes, limit: bounds.bytes, idle: bounds.idle, timer: None, host }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(cx) else {
                let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.idle)));
                return timer
                    .as_mut()
                    .poll(cx)
                    .map(|()| Some(Err(Error::Timeout { what: "the next part of a body", limit: self.idle })));
            };
            self.timer = None;
            return Poll::Ready(match frame {
                None => None,
                Some(Err(error)) => Some(Err(broken(&error, &self.host))),
                Some(Ok(frame)) => match frame.into_data() {
                    // Trailers are left out.
                    Err(_) => continue,
                    Ok(bytes) => match self.left.checked_sub(bytes.len()) {
                        Some(left) => {
                            self.left = left;
                            Some(Ok(bytes))
                        }
                        None => Some(Err(too_large(self.limit))),
                    },
                },
            });
        }
    }
}

fn broken(error: &hyper::Error, host: &str) -> Error {
    if error.is_parse() {
        Error::Protocol(format!("the response's body is not HTTP: {}", chain(error)))
    } else {
        Error::Lost { host: host.to_owned(), reason: chain(error) }
    }
}

impl Stream for Raw {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.poll_piece(cx).map(|piece| piece.map(|piece| piece.map_err(io::Error::other)))
    }
}

/// What a body that is not over holds: its connection, and the fetch's place among others.
struct Held {
    decoded: Decoded,
    left: usize,
    _place: OwnedSemaphorePermit,
}

type Slot = Arc<Mutex<Option<Held>>>;

fn open(slot: &Mutex<Option<Held>>) -> std::sync::MutexGuard<'_, Option<Held>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The body of a response, as a stream of its pieces. Dropped before its end, it closes the connection. When the fetch's time is over it does so
/// by itself, whether it is read or not.
pub struct ResponseBody {
    slot: Slot,
    ahead: VecDeque<Bytes>,
    limit: usize,
    time: Duration,
    deadline: Pin<Box<Sleep>>,
    reaper: AbortHandle,
    ended: bool,
}

impl std::fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseBody").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl ResponseBody {
    pub(crate) fn new(decoded: Decoded, bounds: &Bounds, place: OwnedSemaphorePermit) -> Self {
        let slot = Arc::new(Mutex::new(Some(Held { decoded, left: bounds.bytes, _place: place })));
        let deadline = bounds.deadline;
        let late = Arc::clone(&slot);
        let reaper = tokio::spawn(async move {
            sleep_until(deadline).await;
            drop(open(&late).take());
        });
        Self {
            slot,
            ahead: VecDeque::new(),
            limit: bounds.bytes,
            time: bounds.time,
            deadline: Box::pin(sleep_until(deadline)),
            reaper: reaper.abort_handle(),
            ended: false,
        }
    }

    /// Reads a body that has at most so many bytes. A larger one comes back, as if nothing had been read.
    pub(crate) async fn whole(mut self, limit: usize) -> Result<Result<Bytes, Self>, Error> {
        let mut read = Vec::new();
        let mut bytes = 0_usize;
        while let Some(piece) = self.next().await.transpose()? {
            bytes = bytes.saturating_add(piece.len());
            read.push(piece);
            if bytes > limit {
                self.ahead = read.into();
                return Ok(Err(self));
            }
        }
        // Most have one piece, which needs no copy.
        Ok(Ok(match <[Bytes; 1]>::try_from(read) {
            Ok([piece]) => piece,
            Err(pieces) => pieces.concat().into(),
        }))
    }

    fn end(&mut self) {
        self.ended = true;
        self.reaper.abort();
        drop(open(&self.slot).take());
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        self.end();
    }
}

impl Stream for ResponseBody {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let this = &mut *self;
        if let Some(piece) = this.ahead.pop_front() {
            return Poll::Ready(Some(Ok(piece)));
        }
        if this.ended {
            return Poll::Ready(None);
        }
        let late = Err(Error::Timeout { what: "the fetch", limit: this.time });
        let mut slot = open(&this.slot);
        let polled = match slot.as_mut() {
            None => Poll::Ready(Some(late)),
            Some(held) => match Pin::new(&mut held.decoded).poll_next(cx) {
                Poll::Pending => this.deadline.as_mut().poll(cx).map(|()| Some(late)),
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(typed(&error)))),
                Poll::Ready(Some(Ok(bytes))) => Poll::Ready(Some(match held.left.checked_sub(bytes.len()) {
                    Some(left) => {
                        held.left = left;
                        Ok(bytes)
                    }
                    None => Err(too_large(this.limit)),
                })),
            },
        };
        drop(slot);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            this.end();
        }
        polled
    }
}

/// The error that the stream of raw bytes gave, or the decoder's own.
fn typed(error: &io::Error) -> Error {
    match cause::<Error>(error) {
        Some(error) => error.clone(),
        None => Error::Protocol(format!("the response's body is not what its `content-encoding` says: {error}")),
    }
}
