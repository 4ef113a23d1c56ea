//! The body of an answer, as hyper sends it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;

use super::download::Download;
use crate::bindings::types as wit;
use crate::instance::{CallProgress, Shared};

/// What an answer's body holds.
pub(crate) enum Content {
    Empty,
    Inline(Bytes),
    Streamed(Download),
}

/// The guest's body broke off, so that the connection must: a client that saw a proper end would take it for the whole.
#[derive(Debug, thiserror::Error)]
pub enum GuestBodyError {
    /// The guest went away, or let go of the body.
    #[error("the plugin's response broke off")]
    Aborted,
    /// The guest said why.
    #[error("the plugin's response broke off: {0}")]
    Failed(String),
}

/// The body of an answer. Dropped before its end, it cancels what the guest does for it.
pub struct GuestBody {
    content: Content,
    held: Option<(CancelGuard, OwnedSemaphorePermit)>,
}

impl std::fmt::Debug for GuestBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GuestBody").field("size", &self.size_hint()).finish_non_exhaustive()
    }
}

impl GuestBody {
    /// A body that is already there.
    #[must_use]
    pub fn inline(bytes: Bytes) -> Self {
        Self::of(Content::Inline(bytes), None)
    }

    pub(crate) fn of(content: Content, held: Option<(CancelGuard, OwnedSemaphorePermit)>) -> Self {
        Self { content, held }
    }

    /// The guest has ended the body: there is nothing left to cancel, and the request's place is free.
    fn complete(&mut self) {
        self.content = Content::Empty;
        if let Some((guard, _)) = self.held.take() {
            guard.disarm();
        }
    }
}

impl Body for GuestBody {
    type Data = Bytes;
    type Error = GuestBodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, GuestBodyError>>> {
        let this = &mut *self;
        match &mut this.content {
            Content::Empty => Poll::Ready(None),
            Content::Inline(bytes) => {
                let bytes = std::mem::take(bytes);
                this.content = Content::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Content::Streamed(download) => {
                let ended = match ready!(download.poll_piece(cx)) {
                    Some(Ok(piece)) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                    Some(Err(wit::BodyError::Failed(words))) => Some(Err(GuestBodyError::Failed(words))),
                    Some(Err(wit::BodyError::Aborted)) => Some(Err(GuestBodyError::Aborted)),
                    None => None,
                };
                this.complete();
                Poll::Ready(ended)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.content, Content::Empty)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Empty => SizeHint::with_exact(0),
            Content::Inline(bytes) => SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Content::Streamed(_) => SizeHint::default(),
        }
    }
}

/// Tells the guest to let go of a request when it is dropped, unless it was disarmed.
pub(crate) struct CancelGuard {
    armed: bool,
    /// The call's id, if the guest may ask for it.
    id: Option<u64>,
    progress: Arc<CallProgress>,
    shared: Arc<Shared>,
}

impl CancelGuard {
    pub(crate) fn new(id: Option<u64>, progress: Arc<CallProgress>, shared: Arc<Shared>) -> Self {
        Self { armed: true, id, progress, shared }
    }

    /// The call is over.
    pub(crate) fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.shared.calls.remove(id);
        }
        if !self.armed {
            return;
        }
        self.progress.cancel();
        if !self.progress.has_returned() {
            self.shared.cancelled.add(Arc::clone(&self.progress));
        }
    }
}
