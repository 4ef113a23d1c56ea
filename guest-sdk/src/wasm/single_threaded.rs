use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;

/// Makes a future or stream over the launcher's imports [`Send`], as axum asks of everything that it is given.
pub(super) struct SingleThreaded<T>(T);

// SAFETY: `Send` allows a value to be used on another thread than the one it was made on. This module is compiled for wasm without
// atomics only (see the `compile_error!` beside it), where no second thread can exist: nothing that the value holds can be
// reached from two threads.
#[expect(unsafe_code, reason = "imports of a component are not Send, axum's handlers have to be")]
unsafe impl<T> Send for SingleThreaded<T> {}

impl<T> SingleThreaded<T> {
    pub(super) fn new(inner: T) -> Self {
        Self(inner)
    }

    fn project(self: Pin<&mut Self>) -> Pin<&mut T> {
        // SAFETY: the field is pinned whenever the wrapper is: nothing here moves out of it, the wrapper has no `Drop`, and
        // it is `Unpin` only if the field is.
        #[expect(unsafe_code, reason = "pin projection to the only field")]
        unsafe {
            self.map_unchecked_mut(|wrapper| &mut wrapper.0)
        }
    }
}

impl<F: Future> Future for SingleThreaded<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().poll(cx)
    }
}

impl<S: Stream> Stream for SingleThreaded<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().poll_next(cx)
    }
}
