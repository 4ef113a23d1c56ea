use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, sleep_until};

/// Since when a connection has had no request under way.
///
/// hyper's own timer for a request's head is set and taken back for each request; here one sleeps for a connection's whole life, and
/// looks at this when it wakes.
#[derive(Debug)]
pub(super) struct Idle {
    opened: Instant,
    requests: AtomicUsize,
    /// When the last one ended, in milliseconds after `opened`.
    since: AtomicU64,
}

impl Idle {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { opened: Instant::now(), requests: AtomicUsize::new(0), since: AtomicU64::new(0) })
    }

    /// A request begins. It ends when what this returns is dropped.
    pub(super) fn request(self: &Arc<Self>) -> UnderWay {
        self.requests.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(self))
    }

    /// Resolves when there has been no request for `limit`. A head that is not whole yet is none.
    pub(super) async fn longer_than(&self, limit: Duration) {
        loop {
            let since = self.opened + Duration::from_millis(self.since.load(Ordering::Relaxed));
            let busy = self.requests.load(Ordering::Relaxed) > 0;
            let until = if busy { Instant::now() + limit } else { since + limit };
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Idle>);

impl UnderWay {
    /// A body with whose end the request ends.
    pub(super) fn until_end_of<B>(self, body: B) -> LastOf<B> {
        LastOf { body, _request: self }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let since = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.since.store(since, Ordering::Relaxed);
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A response's body, which is the last of a request. hyper drops it when it is sent.
#[derive(Debug)]
pub(super) struct LastOf<B> {
    body: B,
    _request: UnderWay,
}

impl<B: Body + Unpin> Body for LastOf<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(75);

    /// Whether the time is over before `wait` has passed.
    async fn over_within(idle: &Idle, wait: Duration) -> bool {
        timeout(wait, idle.longer_than(LIMIT)).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_begins_with_the_connection() {
        let idle = Idle::new();
        assert!(!over_within(&idle, LIMIT - Duration::from_millis(1)).await);
        assert!(over_within(&idle, Duration::from_millis(2)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn it_begins_anew_with_the_end_of_a_request() {
        let idle = Idle::new();
        let request = idle.request().until_end_of(());
        advance(LIMIT * 3).await;
        assert!(!over_within(&idle, LIMIT * 3).await);
        drop(request);
        assert!(!over_within(&idle, LIMIT - Duration::from_millis(2)).await);
        assert!(over_within(&idle, Duration::from_millis(4)).await);
    }
}
