use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures::channel::oneshot;
use futures::future::{AbortHandle, abortable};

use super::JoinError;

pub(super) struct Task<T> {
    result: oneshot::Receiver<T>,
    abort: AbortHandle,
    finished: Arc<AtomicBool>,
}

pub(super) fn spawn<F>(future: F) -> Task<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let (sender, result) = oneshot::channel();
    let (future, abort) = abortable(future);
    let finished = Arc::new(AtomicBool::new(false));
    let done = finished.clone();
    wit_bindgen::spawn_local(async move {
        let outcome = future.await;
        done.store(true, Ordering::Relaxed);
        if let Ok(value) = outcome {
            // Nobody wants the result of a handle that was dropped.
            let _ = sender.send(value);
        }
    });
    Task { result, abort, finished }
}

impl<T> Task<T> {
    pub(super) fn abort(&self) {
        self.abort.abort();
    }

    pub(super) fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Relaxed)
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.result).poll(cx).map_err(|oneshot::Canceled| JoinError::Aborted)
    }
}
