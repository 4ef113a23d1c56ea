//! A request's body of which the guest does not read all.
//!
//! A client that is still sending when the connection closes may lose the answer that it was sent: its system throws away what has
//! arrived. So the rest is read for a while, and thrown away, as nginx does in its `lingering_close`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::runtime::Handle;

use super::request::{AnyBody, BodyError};

/// How long the rest of a body is read: 5 s, as long as nginx waits.
const TIME: Duration = Duration::from_secs(5);

/// The bytes of the rest that are read: 64 MiB, beyond what is uploaded to be looked at first.
const BYTES: usize = 64 << 20;

/// A body whose rest is read when it is dropped.
pub(super) struct Lingering(Option<AnyBody>);

impl Lingering {
    pub(super) fn new(body: AnyBody) -> Self {
        Self(Some(body))
    }
}

impl Body for Lingering {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        if let Some(body) = self.0.take().filter(|body| !body.is_end_stream())
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move {
                // Beyond it the connection closes as it would have.
                let _ = tokio::time::timeout(TIME, drain(body)).await;
            });
        }
    }
}

async fn drain(mut body: AnyBody) {
    let mut left = BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = left.checked_sub(bytes) else { return };
        left = rest;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::StreamExt;
    use http_body_util::StreamBody;

    use super::*;

    /// A body of pieces of 1 MiB, and how many of them were read.
    fn pieces(count: usize) -> (Lingering, Arc<AtomicUsize>) {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&read);
        let pieces = futures::stream::iter(0..count).map(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok::<_, BodyError>(Frame::data(Bytes::from_static(&[0; 1 << 20])))
        });
        (Lingering::new(StreamBody::new(pieces).boxed_unsync()), read)
    }

    async fn read_by_all(read: &AtomicUsize) -> usize {
        // The task that drains never waits.
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        read.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn the_rest_is_read_up_to_a_size() {
        for (count, expected) in [(3, 3), (64, 64), (100, 65)] {
            let (mut body, read) = pieces(count);
            assert_eq!(body.frame().await.unwrap().unwrap().data_ref().unwrap().len(), 1 << 20);
            drop(body);
            let expected = if count == 100 { expected + 1 } else { expected };
            assert_eq!(read_by_all(&read).await, expected, "of {count}");
        }
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_body_that_was_read() {
        let (body, read) = pieces(2);
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 2 << 20);
        assert_eq!(read_by_all(&read).await, 2);
    }
}
