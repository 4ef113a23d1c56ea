//! Giving work up when nobody waits for it any more.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

/// Runs `work` until it is done, or until `cancelled` resolves: `None`. `work` is dropped before this returns.
///
/// `cancelled` is not polled when `work` is done at once, which saves the calls into the launcher that listening costs.
pub(crate) async fn unless_cancelled<F: Future>(work: F, mut cancelled: Pin<&mut impl Future<Output = ()>>) -> Option<F::Output> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        if let Poll::Ready(output) = work.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        cancelled.as_mut().poll(cx).map(|()| None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures::FutureExt;
    use futures::channel::oneshot;

    use super::*;

    #[test]
    fn work_that_is_done_at_once_does_not_look_at_the_signal() {
        let mut signal = pin!(async { unreachable!("polled") });
        assert_eq!(unless_cancelled(ready(7), signal.as_mut()).now_or_never(), Some(Some(7)));
    }

    #[test]
    fn cancelled_work_is_dropped() {
        let (held, mut dropped) = oneshot::channel::<()>();
        let (cancel, cancelled) = oneshot::channel::<()>();
        let mut signal = pin!(cancelled.map(|_| ()));
        let work = async move {
            let _held = held;
            pending::<()>().await;
        };
        let mut running = pin!(unless_cancelled(work, signal.as_mut()));
        assert_eq!(running.as_mut().now_or_never(), None);
        assert_eq!(dropped.try_recv(), Ok(None));
        cancel.send(()).unwrap();
        assert_eq!(running.now_or_never(), Some(None));
        assert_eq!(dropped.try_recv(), Err(oneshot::Canceled));
    }
}
